"""``gtmgen catalogue``."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.catalogue.run import CatalogueResult, read_recordings, run_catalogue
from gtmgen.cli.colour import paint_for_stdout
from gtmgen.cli.needed_values import needs_catalogue
from gtmgen.cli.options import EnvOption, NoColorOption, QuietOption, file_or_stdout, one_of
from gtmgen.cli.output import data, talk, write_file
from gtmgen.cli.spec import load_spec
from gtmgen.errors import UsageError
from gtmgen.report.catalogue_csv import render_catalogue_csv
from gtmgen.report.catalogue_html import render_catalogue_html
from gtmgen.report.catalogue_json import render_catalogue_json
from gtmgen.report.catalogue_markdown import render_catalogue_markdown
from gtmgen.report.catalogue_report import render_catalogue_text
from gtmgen.report.catalogue_words import total_line
from gtmgen.report.paint import PLAIN

_FORMATS: dict[str, Callable[[CatalogueResult], str]] = {
    "json": render_catalogue_json,
    "markdown": render_catalogue_markdown,
    "csv": render_catalogue_csv,
    "html": render_catalogue_html,
}


def catalogue(
    feed: Annotated[
        Path,
        typer.Argument(help="A product feed: CSV, TSV or XML, gzipped or not.", show_default=False),
    ],
    spec: Annotated[
        Path, typer.Option("--spec", help="The spec that defines the events.", show_default=False)
    ],
    events: Annotated[
        list[Path] | None,
        typer.Option(
            "--events",
            help="Recorded events: results of `gtmgen test` or `verify` in JSON, or what "
            "`check-payload` reads. Repeatable.",
            show_default=False,
        ),
    ] = None,
    least: Annotated[
        float | None,
        typer.Option(
            "--least",
            min=0,
            max=100,
            help="Least percentage of an event's records whose IDs must be in the feed.",
            show_default="what the platform wants",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Write to this file.", show_default="stdout"),
    ] = None,
    env: EnvOption = None,
    format_: Annotated[
        str, typer.Option("--format", help="text, json, markdown, csv or html.")
    ] = "text",
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
) -> int:
    """Check a product feed, and match recorded events with it.

    Reads the feeds of TikTok (CSV, TSV) and Google Merchant Center (TSV, RSS, Atom): required
    columns, IDs, prices, currency, availability, duplicates. With --events, it shows for each event
    what share of its content IDs is in the feed, why the others are not, which prices differ, and
    which `content_id` and `content_type` would match best.

    Exits with 1 when the feed has an error, or an event matches less than it should.

    Example: gtmgen catalogue feed.csv --spec specs/shop.yaml

    Example: gtmgen catalogue feed.xml.gz --spec specs/shop.yaml --events calls.jsonl

    Example: gtmgen catalogue feed.csv --spec specs/shop.yaml --format html --out report.html
    """
    one_of("--format", format_, "text", *_FORMATS)
    out = file_or_stdout(out)
    paint = PLAIN if out else paint_for_stdout(no_color=no_color)
    if least is not None and math.isnan(least):  # which lies in every range
        raise UsageError("`--least` is a percentage, not `nan`")
    if feed == Path("-"):  # it may be read twice
        raise UsageError("a feed is a file, not `-`", hint="gtmgen catalogue feed.csv --spec SPEC")
    loaded = load_spec(spec, env, quiet=True, needs_values=needs_catalogue).spec
    result = run_catalogue(loaded, feed, read_recordings(events or []), least)
    if format_ == "text":
        text = render_catalogue_text(result, paint, quiet=quiet)
    else:
        text = _FORMATS[format_](result)
    if out is None:
        data(text)
    else:
        write_file(out, [text])
        if not quiet:
            talk(f"wrote {out}: {total_line(result)}")
    return int(result.errors > 0)
