"""``gtmgen schema``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from gtmgen.cli.output import data, talk, write_file
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.spec.load import schema_for


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
