"""What checking specs says, environment by environment, and put together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct, field

from gtmgen.cli.spec import refuse_other_json
from gtmgen.cli.stdin import STDIN, STDIN_NAME, read_stdin
from gtmgen.diagnostics import Diagnostic, drop_repeated
from gtmgen.errors import SpecError
from gtmgen.files.reading import MAX_BYTES
from gtmgen.rules.settings import Ignored
from gtmgen.source.open import Source, open_source
from gtmgen.spec.load import Loaded


class Checked(Struct, frozen=True):
    """Problems, and findings that the spec says it knows.

    ``unused`` are warnings about entries that ignore nothing; None where the spec could not be
    checked to the end, so that nobody can say.
    """

    problems: list[Diagnostic] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)
    unused: list[Diagnostic] | None = None
    unset: list[str] = field(default_factory=list)
    """Environment variables that the spec names and that have no value here."""


CheckOne = Callable[[Source, str | None], Checked]
"""Checks one environment of a spec; None is the spec without one."""


def check_spec(path: Path, env: str | None, check_one: CheckOne) -> Checked:
    """Check all environments of a spec, or one; ``-`` is stdin, in the working directory."""
    try:
        source = _open(path)
    except SpecError as error:
        return Checked(list(error.diagnostics))
    names = [env] if env is not None else [None, *source.environments]
    checked = _merge_environments(names, [check_one(source, name) for name in names])
    source.forget()
    return checked


def _open(path: Path) -> Source:
    if path == STDIN:
        return open_source(STDIN_NAME, read_stdin(MAX_BYTES))
    refuse_other_json(path)
    return open_source(path)


def merge_specs(specs: Iterable[Checked]) -> Checked:
    """What several specs say; what they share, such as an included file, is told once."""
    parts = list(specs)
    return Checked(
        drop_repeated(problem for part in parts for problem in part.problems),
        list(dict.fromkeys(entry for part in parts for entry in part.ignored)),
        unset=_names(parts),
    )


def without_unset(diagnostics: Iterable[Diagnostic], loaded: Loaded) -> list[Diagnostic]:
    """Those that are not about a variable without a value, which the message quotes as it is."""
    written = [f"${{{name}}}" for name in loaded.document.unset]
    return [one for one in diagnostics if not any(text in one.message for text in written)]


def _names(parts: Iterable[Checked]) -> list[str]:
    return sorted({name for part in parts for name in part.unset})


def _merge_environments(names: Sequence[str | None], parts: Sequence[Checked]) -> Checked:
    errors: list[Diagnostic] = []
    for name, part in zip(names, parts, strict=True):
        # What every environment has is said once, without a name.
        told = {(item.span, item.rule, item.message) for item in errors}
        new = [
            item
            for item in drop_repeated(part.problems)
            # What an environment lays over a section may change the hint, such as a column in it.
            if (item.span, item.rule, item.message) not in told
        ]
        suffix = "" if name is None else f" (`--env {name}`)"
        errors += [problem._replace(message=problem.message + suffix) for problem in new]
    ignored = dict.fromkeys(entry for part in parts for entry in part.ignored)
    return Checked([*errors, *_unused_everywhere(parts)], list(ignored), unset=_names(parts))


def _unused_everywhere(parts: Sequence[Checked]) -> list[Diagnostic]:
    """An entry may be there for one environment alone."""
    first, *others = (part.unused for part in parts)
    if first is None or None in others:
        return []
    return [entry for entry in first if all(entry in (other or ()) for other in others)]
