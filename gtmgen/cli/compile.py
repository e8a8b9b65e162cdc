"""``gtmgen compile``."""

from __future__ import annotations

from pathlib import Path

from gtmgen.cli.output import data, talk, write_file
from gtmgen.cli.spec import compile_file
from gtmgen.container.export import export_chunks, export_json


def run_compile(path: Path, output: Path | None, format_: str, env: str | None, quiet: bool) -> int:
    """Write the export, or a summary of what was made."""
    _, container = compile_file(path, env, quiet=quiet)
    if format_ == "summary":
        from gtmgen.report.summary_report import container_summary

        text = container_summary(container)
        if output is None:
            data(text)
        else:
            write_file(output, [text, "\n"])
    elif output is None:
        data(export_json(container))
    else:
        write_file(output, export_chunks(container))
    if output is not None and not quiet:
        talk(
            f"wrote {output}: {len(container.tags)} tags, {len(container.triggers)} triggers, "
            f"{len(container.variables)} variables, {len(container.templates)} templates"
        )
    return 0
