"""``gtmgen check-payload``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.cli.needed_values import needs_backend
from gtmgen.cli.options import EnvOption, QuietOption, one_of
from gtmgen.cli.output import data, talk
from gtmgen.cli.spec import load_spec
from gtmgen.recordings.check import RecordingCheck
from gtmgen.recordings.model import RecordingFinding
from gtmgen.recordings.reading import pieces_of, read_pieces
from gtmgen.report.recordings_report import (
    render_finding,
    render_recordings_json,
    render_recordings_markdown,
    render_summary,
)


def check_payload(
    files: Annotated[
        list[Path],
        typer.Argument(help="JSON, JSON Lines or HAR; `-` is stdin.", show_default=False),
    ],
    spec: Annotated[
        Path, typer.Option("--spec", help="The spec to check against.", show_default=False)
    ],
    env: EnvOption = None,
    format_: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
    quiet: QuietOption = False,
) -> int:
    """Check recorded server calls and dataLayer messages. A spec's contract says what must
    be in them.

    A record is a request to the Events API (its body, or one event of it), a request of the
    pixel, a message of the data layer, or a line that a server template has logged. Where both
    sides are given, events pair by name and ID. Values of personal data are never shown.

    Example: gtmgen check-payload calls.jsonl --spec specs/shop.yaml
    """
    one_of("--format", format_, "text", "json", "markdown")
    check = RecordingCheck(load_spec(spec, env, quiet=True, needs_values=needs_backend).spec)
    findings = _findings(check, files)
    if format_ == "text":
        for finding in findings:
            if not quiet or finding.level == "error":
                data(render_finding(finding))
        if not quiet:
            talk(render_summary(check.summary))
    elif format_ == "json":
        data(render_recordings_json(list(findings), check.summary))
    else:
        data(render_recordings_markdown(list(findings), check.summary))
    return int(check.summary.errors > 0)


def _findings(check: RecordingCheck, files: Sequence[Path]) -> Iterator[RecordingFinding]:
    for file in files:
        pieces = pieces_of(sys.stdin.buffer) if str(file) == "-" else read_pieces(file)
        for piece in pieces:
            yield from check.check("stdin" if str(file) == "-" else str(file), piece)
    yield from check.finish()
