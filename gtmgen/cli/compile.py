"""``gtmgen compile``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.cli.options import EnvOption, QuietOption, SpecArgument, Work, one_of
from gtmgen.cli.output import data, talk, write_bytes, write_file
from gtmgen.cli.spec import compile_file
from gtmgen.container.entities import Container
from gtmgen.container.export import export_json
from gtmgen.container.gallery import reference_of
from gtmgen.errors import GtmgenError, UsageError
from gtmgen.spec.load import Loaded
from gtmgen.text import plural


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


def _write_like(loaded: Loaded, container: Container, output: Path | None) -> None:
    """The export with the IDs and the order of the one that the spec was imported from."""
    from gtmgen.importer.keep_ids import export_like

    name = str(loaded.spec.container.export_layout)
    try:
        layout = loaded.folder.read_exactly(name)
    except OSError:
        raise GtmgenError(
            f"the export layout `{name}` cannot be read",
            hint="import again with `--keep-ids`, or take `export_layout` out of the spec",
        ) from None
    export = export_like(container, layout)
    if output is None:
        data(export.decode("utf-8", "replace"))
    else:
        write_bytes(output, [export])


def _counts(container: Container) -> str:
    """Of the kinds that not every container has, those that this one has."""
    always = {
        "tag": container.tags,
        "trigger": container.triggers,
        "variable": container.variables,
        "template": container.templates,
    }
    others = {
        "client": container.clients,
        "transformation": container.transformations,
        "zone": container.zones,
        "Google tag configuration": container.gtag_configs,
    }
    counted = {**always, **{word: found for word, found in others.items() if found}}
    return ", ".join(plural(len(found), word) for word, found in counted.items())


def compile_(
    spec: SpecArgument,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file; stdout without it.", show_default=False),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="export (what GTM imports) or summary.")
    ] = "export",
    env: EnvOption = None,
    quiet: QuietOption = False,
) -> Work:
    """Compile a spec to the JSON that GTM's *Import Container* reads.

    Example: gtmgen compile specs/acme-shop.yaml -o container.json
    """
    one_of("--format", format_, "export", "summary")
    return partial(run_compile, spec, output, format_, env, quiet)


def run_compile(path: Path, output: Path | None, format_: str, env: str | None, quiet: bool) -> int:
    """Write the export, or a summary of what was made."""
    loaded, container = compile_file(path, env, quiet=quiet)
    if output is not None:
        _refuse_sources(output, [path, *map(Path, loaded.folder.texts)])
    if format_ != "summary":
        _refuse_unknown_texts(container)
    if format_ == "summary":
        from gtmgen.report.summary_report import container_summary

        text = container_summary(container)
        if output is None:
            data(text)
        else:
            write_file(output, [text, "\n"])
    elif loaded.spec.container.export_layout is not None:
        _write_like(loaded, container, output)
    elif output is None:
        data(export_json(container))
    else:
        write_file(output, [export_json(container)])
    if output is not None and not quiet:
        talk(f"wrote {output}: {_counts(container)}")
    return 0
