"""``gtmgen monitor``."""

from __future__ import annotations

import os
import re
import sys
import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from gtmgen.cli.colour import paint_for_stdout
from gtmgen.cli.needed_values import needs_events
from gtmgen.cli.options import EnvOption, NoColorOption, QuietOption, one_of
from gtmgen.cli.output import data, talk, write_file
from gtmgen.cli.spec import load_spec
from gtmgen.errors import UsageError
from gtmgen.report.columns import wrap
from gtmgen.report.monitor_report import (
    left_out_text,
    render_monitor_json,
    render_monitor_markdown,
    render_monitor_text,
    summary_line,
)

if TYPE_CHECKING:
    from gtmgen.monitor.model import MonitorReport
    from gtmgen.monitor.sources.files import OpenedSource
    from gtmgen.spec.model import Spec

LAYOUTS = ("records", "server-log", "ga4-export", "access-log")
_DAYS = re.compile(r"([1-9][0-9]{0,3})d")
_SLOW = 2.0  # seconds without a word, before progress is told


class MonitorOptions(NamedTuple):
    """The options of `gtmgen monitor`."""

    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE...",
            help="Files (JSON Lines, CSV, Parquet, logs), globs, or ENGINE://HOST/DB#TABLE.",
            show_default=False,
        ),
    ]
    spec: Annotated[
        Path, typer.Option("--spec", help="The spec that says what is sent.", show_default=False)
    ]
    env: EnvOption = None
    layout: Annotated[
        str | None,
        typer.Option(
            help=f"The layout, where it is not recognised: {', '.join(LAYOUTS)}.",
            show_default=False,
        ),
    ] = None
    since: Annotated[
        str | None,
        typer.Option(
            help="Report findings from this day on (2026-11-27), or of the last days (3d); earlier "
            "days are only compared with.",
            show_default=False,
        ),
    ] = None
    until: Annotated[
        str | None,
        typer.Option(
            help="Judge the days before this one, or before `today`; without it, those up to the "
            "records' last complete day, and the end of a log does not count as silence.",
            show_default=False,
        ),
    ] = None
    explain_sql: Annotated[
        str | None,
        typer.Option(
            "--explain-sql",
            metavar="ENGINE",
            help="Print the queries for bigquery, clickhouse, duckdb, postgres or snowflake, and "
            "stop.",
            show_default=False,
        ),
    ] = None
    catalogue: Annotated[
        Path | None,
        typer.Option(
            help="A product feed: item IDs are looked up in it (records from files).",
            show_default=False,
        ),
    ] = None
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write a page with charts, too.", show_default=False),
    ] = None
    format_: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text"
    no_color: NoColorOption = False
    quiet: QuietOption = False


def monitor(options: MonitorOptions) -> int:
    """Watch day by day what browser and server sent. Drops, duplicates and lost parameters become
    alerts.

    Reads logs of both sides from files, or where they are: BigQuery, ClickHouse, PostgreSQL and
    Snowflake are queried for counts only. Exits with 1 when there is an alert. docs/monitor.md
    says what is watched and what an alert means.

    Example: gtmgen monitor 'logs/*.jsonl' --spec specs/shop.yaml --since 3d --html report.html
    """
    one_of("--format", options.format_, "text", "json", "markdown")
    if options.layout is not None:
        one_of("--layout", options.layout, *LAYOUTS)
    _require_engine()
    spec = load_spec(options.spec, options.env, quiet=True, needs_values=needs_events).spec
    if options.explain_sql is not None:
        _explain(options, spec)
        return 0
    report = _report(options, spec)
    if options.html is not None:
        from gtmgen.report.monitor_page import render_monitor_page

        write_file(options.html, [render_monitor_page(report)])
    _show(report, options)
    return int(bool(report.alerts))


def _require_engine() -> None:
    try:
        import duckdb
        import ibis
    except ImportError as error:
        raise UsageError(
            f"`gtmgen monitor` needs a package that is not installed: {error.name}",
            hint="pip install 'gtmgen[monitor]'",
        ) from None
    del duckdb, ibis


def _report(options: MonitorOptions, spec: Spec) -> MonitorReport:
    from gtmgen.cli.monitor_causes import with_causes
    from gtmgen.monitor.judge import Judge
    from gtmgen.monitor.model import convert_day, number_of
    from gtmgen.monitor.run import measure
    from gtmgen.monitor.watched import Expectations

    expectations = Expectations(spec)
    today = expectations.clock.today(datetime.now(UTC))
    until = _day("--until", options.until, today)
    if until is not None and until > today:
        raise UsageError(
            f"`--until` is in the future: {until}",
            hint=f"`--until today` judges all days before this one ({expectations.clock.zone})",
        )
    _day("--since", options.since, today)  # a wrong one is told before the records are read
    progress = Progress(quiet=options.quiet)
    progress("reading the records")
    backend, records, unreadable = _open(options, spec)
    products = None
    if options.catalogue is not None:
        from gtmgen.cli.monitor_catalogue import catalogue_products

        products = catalogue_products(options.catalogue, spec, backend)
    measures = measure(
        records,
        backend,
        expectations,
        until=None if until is None else number_of(until),
        today=number_of(today),
        products=products,
        progress=progress,
    )
    progress("judging")
    last = convert_day(measures.days.last)
    since = _day("--since", options.since, last + timedelta(days=1))
    if since is not None and since > last:
        raise UsageError(
            f"`--since` is after the last day that is judged, {last}",
            hint="`--since 1d` judges that day; `--until today` judges up to yesterday, even "
            "where the records end earlier",
        )
    report = replace(Judge(spec, measures).report(since), unreadable=unreadable)
    return with_causes(report, options.spec, options.env, progress)


def _open(options: MonitorOptions, spec: Spec) -> OpenedSource:
    from gtmgen.monitor.sources.files import find_files, open_files
    from gtmgen.monitor.sources.layout import TableLayout
    from gtmgen.monitor.sources.warehouses import is_url, open_warehouse, read_url

    packs = [platform.pack for platform in spec.platforms.values()]
    layout = TableLayout(options.layout) if options.layout else None
    urls = [source for source in options.sources if is_url(source)]
    if not urls:
        return open_files(find_files(options.sources), packs, layout)
    if len(options.sources) > 1:
        raise UsageError(
            "a warehouse is a source of its own",
            hint="several tables of one stand behind #, with commas",
        )
    return open_warehouse(read_url(urls[0], os.environ), packs, layout)


def _explain(options: MonitorOptions, spec: Spec) -> None:
    from gtmgen.monitor.explain import explain_sql
    from gtmgen.monitor.sources.layout import TableLayout
    from gtmgen.monitor.watched import Expectations

    packs = [platform.pack for platform in spec.platforms.values()]
    layout = TableLayout(options.layout or TableLayout.RECORDS)
    table = options.sources[0].partition("#")[2] or Path(options.sources[0]).stem
    engine = options.explain_sql or ""
    for name, text in explain_sql(engine, table, layout, packs, Expectations(spec)):
        data(f"-- {name.replace('_', ' ')}\n{text};\n")


def _show(report: MonitorReport, options: MonitorOptions) -> None:
    if options.format_ == "json":
        data(render_monitor_json(report))
    elif options.format_ == "markdown":
        data(render_monitor_markdown(report))
    else:
        text = render_monitor_text(report, paint_for_stdout(no_color=options.no_color))
        left_out = "\n".join(wrap(left_out_text(report), hang="  "))
        data("\n".join(part for part in (text, left_out, summary_line(report)) if part))


def _day(option: str, text: str | None, today: date) -> date | None:
    """A day, ``today``, or ``3d``: so many days before it."""
    if text is None:
        return None
    if text == "today":
        return today
    days = _DAYS.fullmatch(text)
    if days is not None:
        return today - timedelta(days=int(days.group(1)))
    try:
        return date.fromisoformat(text)
    except ValueError:
        hint = "for example 2026-11-27, `today`, or 3d for three days ago"
        raise UsageError(f"`{option}` is not a day: `{text}`", hint=hint) from None


class Progress:
    """Says on stderr what is being done, once that takes long; a line that is written anew on a
    terminal, elsewhere a line for each step."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._start = time.monotonic()
        self._told = ""

    def __call__(self, step: str) -> None:
        seconds = time.monotonic() - self._start
        is_new, self._told = step != self._told, step
        if not self._quiet and is_new and (seconds > _SLOW or sys.stderr.isatty()):
            talk(f"{step} ({seconds:.0f} s)")
