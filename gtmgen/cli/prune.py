"""``gtmgen prune``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from gtmgen.cli.exports import open_for_reading
from gtmgen.cli.lint_fix import diff_text, read_text, write_text
from gtmgen.cli.options import QuietOption, one_of
from gtmgen.cli.output import data, talk
from gtmgen.cli.spec import load_spec
from gtmgen.compile.compiler import compile_spec
from gtmgen.container.entities import KIND_OF, AnyEntity, Container, Kind
from gtmgen.container.kinds.table import SECTION
from gtmgen.diagnostics import Path as SpecPath
from gtmgen.errors import GtmgenError, UsageError
from gtmgen.lint.prune import PRUNED, Unused, find_unused
from gtmgen.lint.reach import entities_of, uses_of
from gtmgen.lint.view import ContainerView, view_of
from gtmgen.report.prune_report import prune_json, prune_markdown, prune_text
from gtmgen.source.open import open_source
from gtmgen.source.remove import remove_entries
from gtmgen.spec.load import Loaded
from gtmgen.spec.model import Spec

_FORMATS = {"text": prune_text, "json": prune_json, "markdown": prune_markdown}


class _Read(NamedTuple):
    """A spec in one of its environments, and what it compiles to."""

    loaded: Loaded
    container: Container


def prune(
    spec: Annotated[
        Path | None, typer.Argument(help="The spec, a YAML file.", show_default=False)
    ] = None,
    container: Annotated[
        Path | None,
        typer.Option(
            help="List what can be deleted from this export of any container.", show_default=False
        ),
    ] = None,
    paused: Annotated[
        bool, typer.Option("--paused", help="List paused tags, and what only they need, as well.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Remove it from the spec's files.")
    ] = False,
    format_: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
    quiet: QuietOption = False,
) -> int:
    """List what can be deleted without any effect. That is everything that no running tag needs.

    For a spec, that is whatever no environment needs under `gtm`, `data` and `triggers`; nothing is
    deleted in GTM. With --write, it is removed from the files: `gtmgen plan` then shows the
    deletions, and `gtmgen push` carries them out, with its guards. A container that has no spec is
    imported first. Paused tags with what they need, entities that are `protected`, and what cannot
    be proved to be unused stay.

    Example: gtmgen prune specs/imported.yaml --write
    """
    one_of("--format", format_, *_FORMATS)
    if (spec is None) == (container is None):
        raise UsageError("name a spec, or `--container EXPORT`")
    if container is not None:
        if write:
            raise UsageError(
                "`--write` needs a spec", hint="`gtmgen import` makes one of a container"
            )
        return run_container(container, format_, paused=paused)
    assert spec is not None
    return run_spec(spec, format_, paused=paused, write=write, quiet=quiet)


def run_container(path: Path, format_: str, *, paused: bool) -> int:
    """List what can go from an export."""
    source = open_for_reading(path, str(path))
    view = ContainerView(source.entities, source.built_ins, source.context, needed=source.needed)
    data(_FORMATS[format_](str(path), find_unused(view, paused=paused), {}))
    return 0


def run_spec(spec: Path, format_: str, *, paused: bool, write: bool, quiet: bool) -> int:
    """List what can go from a spec; with ``write``, take it out."""
    reads = _read(spec)
    unused = _unused_everywhere(reads, paused=paused)
    document = reads[0].loaded.document
    places = {one: document.span(path, on_key=True) for one, path in unused.items()}
    if not write or not unused:
        data(_FORMATS[format_](str(spec), list(unused), places))
        if unused and not quiet:
            talk("nothing is changed; `--write` takes it out of the spec")
        return 0
    before = _remove(reads, unused)
    try:
        _prove(reads, _read(spec), unused)
    # Also on Ctrl-C: the files are as they were, or proved.
    except BaseException:
        for file, text in before.items():
            write_text(file, text)
        raise
    for file, text in sorted(before.items()):
        data(diff_text(file, text, read_text(file)))
    if not quiet:
        talk(f"{len(unused)} taken out of {spec}; `gtmgen plan {spec}` shows the deletions")
    return 0


def _read(spec: Path) -> list[_Read]:
    """The spec as it stands, and in each environment."""
    names: list[str | None] = [None, *open_source(spec).environments]
    loaded = [load_spec(spec, name, quiet=True, needs_values=False) for name in names]
    return [_Read(one, compile_spec(one)) for one in loaded]


def _unused_everywhere(reads: Sequence[_Read], *, paused: bool) -> dict[Unused, SpecPath]:
    """What can go in every environment, with its path in the spec."""
    findings = [
        {(one.kind, one.name): one for one in find_unused(view_of(read.container), paused=paused)}
        for read in reads
    ]
    unused: dict[Unused, SpecPath] = {}
    spec, entities = reads[0].loaded.spec, _by_name(reads[0].container)
    for key, one in findings[0].items():
        origin = entities[key].origin
        path = () if origin is None else origin.path
        is_everywhere = all(key in others for others in findings)
        if is_everywhere and _is_entry(path) and not _is_protected(spec, path):
            unused[one] = path
    return _without_needed(reads, unused)


def _is_entry(path: SpecPath) -> bool:
    """Whether it stands in the spec as an entry of its own that nothing else is made from."""
    return (len(path) == 2 and path[0] in ("data", "triggers")) or (
        len(path) == 3 and path[0] == "gtm"
    )


def _is_protected(spec: Spec, path: SpecPath) -> bool:
    section, key = path[-2:]
    if section == "data":
        return spec.data[str(key)].protected
    if path[0] == "triggers":
        return False
    raw = next(spec.raw[kind] for kind in PRUNED if SECTION[kind] == section)
    return bool(raw[str(key)].data.get("protected"))


def _without_needed(
    reads: Sequence[_Read], unused: dict[Unused, SpecPath]
) -> dict[Unused, SpecPath]:
    """Less what is needed by what stays after all: what is protected, or differs by environment."""
    while True:
        removed = {(one.kind, one.name) for one in unused}
        kept = set()
        for read in reads:
            view = view_of(read.container)
            entities = entities_of(view)
            for key, used in uses_of(view, entities).items():
                if key not in removed:
                    kept |= used
                    kept.add((Kind.FOLDER, str(entities[key].folder)))
        if not removed & kept:
            return unused
        # Again, since what stays now needs something in its turn.
        unused = {one: path for one, path in unused.items() if (one.kind, one.name) not in kept}


def _remove(reads: Sequence[_Read], unused: Mapping[Unused, SpecPath]) -> dict[Path, str]:
    """Write the files without the entries; gives each file's text as it was."""
    document = reads[0].loaded.document
    by_file: dict[str, list[tuple[str, range]]] = {}
    for path in unused.values():
        file, lines = document.lines(path)
        by_file.setdefault(file, []).append((str(path[-1]), lines))
    texts = {Path(file): read_text(Path(file)) for file in by_file}
    pruned: dict[Path, str] = {}
    for file, entries in by_file.items():
        text = remove_entries(texts[Path(file)], file, entries)
        if text is None:
            raise GtmgenError(
                f"`{file}` cannot be edited: an entry shares its lines with others",
                hint="delete by hand what `gtmgen prune` lists",
            )
        pruned[Path(file)] = text
    for target, text in pruned.items():
        write_text(target, text)
    return texts


def _prove(
    before: Sequence[_Read], after: Sequence[_Read], unused: Mapping[Unused, object]
) -> None:
    """Raise unless the spec compiles to the same as before, less what has been taken out."""
    removed = {(one.kind, one.name) for one in unused}
    for old, new in zip(before, after, strict=True):
        expected = {key: one for key, one in _by_name(old.container).items() if key not in removed}
        if (
            _by_name(new.container) != expected
            or old.container.built_ins != new.container.built_ins
        ):
            raise GtmgenError(
                "the spec would compile to something else; nothing is changed",
                hint="please report this, with the spec if you can",
            )


def _by_name(container: Container) -> dict[tuple[Kind, str], AnyEntity]:
    return {(KIND_OF[type(one)], one.name): one for one in container.entities()}
