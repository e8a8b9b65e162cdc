"""``gtmgen schema``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.cli.options import Work, one_of
from gtmgen.cli.output import data, talk, write_file
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.spec.load import schema_for


def schema(
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="A file; stdout without it.", show_default=False),
    ] = None,
    packs: Annotated[
        list[Path] | None,
        typer.Option("--packs", help="A folder with packs of your own.", show_default=False),
    ] = None,
    format_: Annotated[
        str, typer.Option("--format", help="json (for editors) or markdown (to read).")
    ] = "json",
) -> Work:
    """Print the JSON Schema of the spec language, or a reference made from it.

    Example: gtmgen schema -o gtmgen.schema.json
    """
    one_of("--format", format_, "json", "markdown")
    return partial(run_schema, output, packs or [], format_)


def run_schema(output: Path | None, pack_folders: Sequence[Path], format_: str = "json") -> int:
    """The schema with the part of every pack in it."""
    packs = {name: load_pack(folder) for name, folder in sorted(find_packs(pack_folders).items())}
    schema = schema_for(packs)
    if format_ == "markdown":
        from gtmgen.report.reference import schema_markdown

        text = schema_markdown(schema)
    else:
        text = json.dumps(schema, indent=2, ensure_ascii=False)
    if output is None:
        data(text)
    else:
        write_file(output, [text, "\n"])
        talk(f"wrote {output}")
    return 0
