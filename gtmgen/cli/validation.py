"""What ``gtmgen validate`` does, once its command line is read."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from gtmgen.cli.checked import Checked, check_spec, merge_specs, without_unset
from gtmgen.cli.output import count_line, show_problems, show_written, talk
from gtmgen.cli.spec import find_named
from gtmgen.cli.stdin import refuse_mixed_stdin
from gtmgen.compile.compiler import compile_both
from gtmgen.container.entities import Container
from gtmgen.diagnostics import Diagnostic, Severity
from gtmgen.errors import SpecError
from gtmgen.lint.engine import LINT_ONLY
from gtmgen.refusals.alike import is_sound_alike
from gtmgen.refusals.find import find_unsound
from gtmgen.source.open import Source
from gtmgen.spec.load import Loaded, load_source
from gtmgen.text import listing, plural


def run_validate(
    paths: Sequence[Path],
    env: str | None = None,
    format_: str = "text",
    *,
    quiet: bool = False,
    changed: bool = False,
) -> int:
    """Check every spec in every environment (or in one); 1 when there is an error."""
    refuse_mixed_stdin(paths)
    paths = find_named(paths, others=not changed)
    checked = merge_specs(check_spec(path, env, _Environments().check) for path in paths)
    problems = [
        problem for problem in checked.problems if not quiet or problem.severity is Severity.ERROR
    ]
    ignored = checked.ignored
    if format_ != "text":
        from gtmgen.report.diagnostics_report import write_diagnostics

        show_written(write_diagnostics(problems, format_, ignored))
    elif problems:
        show_problems(problems, len(ignored))
    elif not quiet:
        talk(f"{plural(len(paths), 'spec')} checked: {count_line(problems, len(ignored))}")
    if checked.unset and format_ == "text" and not quiet:
        names = listing(checked.unset)
        talk(f"not set here: {names}; compile, plan and push need a value")
    return int(any(problem.severity is Severity.ERROR for problem in problems))


class _Environments:
    """Checks the environments of one spec, and remembers the first in which GTM takes it."""

    def __init__(self) -> None:
        self._sound: tuple[Loaded, tuple[Container, ...]] | None = None

    def check(self, source: Source, env: str | None) -> Checked:
        """What is wrong with the spec in one environment."""
        try:
            known = self._sound[0] if self._sound is not None else None
            loaded = load_source(source, os.environ, env, needs_values=False, known=known)
        except SpecError as error:
            return Checked(list(error.diagnostics))
        problems = without_unset(self._find_unsound(loaded), loaded)
        if problems:
            return Checked(problems)
        unused = loaded.unused_ignores(loaded.ignored, unchecked=LINT_ONLY)
        unset = sorted(loaded.document.unset)
        return Checked(list(loaded.warnings), list(loaded.ignored), unused, unset)

    def _find_unsound(self, loaded: Loaded) -> list[Diagnostic]:
        if self._sound is not None and is_sound_alike(self._sound[1], loaded):
            return []
        try:
            containers = compile_both(loaded).containers
        except SpecError as error:
            return list(error.diagnostics)
        unsound = find_unsound(loaded, containers)
        if not unsound and self._sound is None:
            self._sound = loaded, containers
        return unsound
