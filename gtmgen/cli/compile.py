"""``gtmgen compile``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.cli.options import (
    EnvOption,
    QuietOption,
    SpecArgument,
    file_or_stdout,
    one_of,
)
from gtmgen.cli.output import data, talk, write_bytes
from gtmgen.cli.spec import load_spec
from gtmgen.compile.compiler import compile_both
from gtmgen.container.entities import Container, Kind
from gtmgen.container.export import export_json
from gtmgen.container.gallery import reference_of
from gtmgen.container.secrets import secret_places
from gtmgen.errors import GtmgenError, UsageError
from gtmgen.plan.words import LISTED, USUAL, format_kind, kind_of
from gtmgen.secret_names import stand_in
from gtmgen.spec.load import Loaded
from gtmgen.text import plural, printable

_HALVES = ("web", "server")


def _refuse_sources(output: Path, sources: list[Path]) -> None:
    """An output must not be one of the files that it is made from."""
    if any(output.exists() and source.exists() and output.samefile(source) for source in sources):
        raise UsageError(f"`{output}` is a source of the spec; it is not overwritten")


def _refuse_unknown_texts(container: Container) -> None:
    """An export holds the text of each template; a spec may leave it to the gallery."""
    for template in container.templates:
        if not template.data and reference_of(template):
            raise UsageError(
                f"the text of the template `{template.name}` is in the gallery alone, and an "
                "export needs it",
                hint="give it as `data: {file: NAME.tpl}` beside `gallery`; a push needs none",
            )


def _export_like(loaded: Loaded, container: Container) -> bytes:
    """The export with the IDs and the order of the one that the spec was imported from."""
    from gtmgen.importer.exact.keep_ids import export_like

    name = str(loaded.spec.container.export_layout)
    try:
        layout = loaded.folder.read_exactly(name)
    except OSError:
        raise GtmgenError(
            f"the export layout `{name}` cannot be read",
            hint="import again with `--keep-ids`, or take `export_layout` out of the spec",
        ) from None
    return export_like(container, layout)


def _counts(container: Container) -> str:
    """Of the kinds that not every spec makes, those that this one does; folders are no matter."""
    counts = Counter(map(kind_of, container.entities()))
    shown = [kind for kind in LISTED if kind in USUAL or (counts[kind] and kind is not Kind.FOLDER)]
    return ", ".join(plural(counts[kind], format_kind(kind)) for kind in shown)


def compile_(
    spec: SpecArgument,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            help="A file; stdout without it. A folder for a spec with a server container: it gets "
            "web.json and server.json.",
            show_default=False,
        ),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="export (what GTM imports) or summary.")
    ] = "export",
    only: Annotated[
        str | None,
        typer.Option(
            "--only", help="web or server: one of the two containers.", show_default=False
        ),
    ] = None,
    env: EnvOption = None,
    quiet: QuietOption = False,
) -> int:
    """Compile a spec to JSON for GTM's *Import Container*.

    Example: gtmgen compile specs/acme-shop.yaml -o container.json
    """
    one_of("--format", format_, "export", "summary")
    if only is not None:
        one_of("--only", only, *_HALVES)
    output = file_or_stdout(output)
    loaded = load_spec(spec, env, quiet=quiet)
    compiled = compile_both(loaded)
    halves = {"web": compiled.web, "server": compiled.server}
    chosen = {
        half: container for half, container in halves.items() if container and only in (None, half)
    }
    if not chosen:
        raise UsageError(f"`{spec}` has no server container", hint="`server` in a spec names one")
    texts = {half: _export(loaded, container, format_) for half, container in chosen.items()}
    is_one_of_two = only is not None and compiled.server is not None
    for half, target in _targets(output, list(chosen), format_, is_one_of_two).items():
        if target is None:
            data(texts[half].decode("utf-8", "replace"))
            continue
        _refuse_sources(target, [spec, *map(Path, loaded.folder.texts)])
        write_bytes(target, [texts[half]])
        if not quiet:
            talk(f"wrote {target}: {_counts(chosen[half])}")
    if format_ == "export" and not quiet:
        _tell_secrets(chosen.values())
    return 0


def _targets(
    output: Path | None, halves: list[str], format_: str, is_one_of_two: bool
) -> dict[str, Path | None]:
    """The file of each container; None is stdout."""
    suffix = "txt" if format_ == "summary" else "json"
    if len(halves) == 1:
        [half] = halves
        in_folder = is_one_of_two and output is not None and output.is_dir()
        return {half: output / f"{half}.{suffix}" if output and in_folder else output}
    if output is None and format_ == "summary":
        return dict.fromkeys(halves)
    if output is None or output.is_file() or (output.suffix == ".json" and not output.exists()):
        raise UsageError(
            "the spec makes two containers, and an import takes one",
            hint="name a folder, `-o FOLDER`, or one of the two: `--only web`, `--only server`",
        )
    output.mkdir(parents=True, exist_ok=True)
    return {half: output / f"{half}.{suffix}" for half in halves}


def _export(loaded: Loaded, container: Container, format_: str) -> bytes:
    if format_ == "summary":
        from gtmgen.report.summary_report import render_container_summary

        return f"{render_container_summary(container)}\n".encode()
    _refuse_unknown_texts(container)
    # The layout is that of the spec's own container, not of a server container behind it.
    settings = loaded.spec.container
    if settings.export_layout is not None and container.context == settings.context.upper():
        return _export_like(loaded, container)
    return export_json(container)


def _tell_secrets(containers: Iterable[Container]) -> None:
    """A line for each secret that an import of the files needs by hand."""
    for secret in (each for container in containers for each in secret_places(container)):
        talk(
            f"the {kind_of(secret.entity).value} `{printable(secret.entity.name)}` holds "
            f"`{stand_in(secret.name)}`: a push puts the value of {secret.name} there; after an "
            "import, do it by hand"
        )
