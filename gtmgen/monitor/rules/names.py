"""Events that the spec does not know, events that never come, and IDs that are no IDs."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.monitor.measures import Measures, Name
from gtmgen.monitor.model import Level, MonitorFinding, convert_day
from gtmgen.monitor.record import BROWSER, SERVER
from gtmgen.monitor.watched import Expectations, Watched
from gtmgen.text import clip, nearest, plural, quoted

_MANY = 20  # records of a new name: no typing error of a test
_MOST = 20  # names of a side that are told one by one
_LEAST_DAYS = 7  # before an event counts as one that never comes


def find_unknown_events(measures: Measures, expectations: Expectations) -> Iterator[MonitorFinding]:
    """Names that the spec sends to no platform; those that are there from the start are a notice,
    for platforms have events of their own."""
    unknown = [
        (name, first)
        for name, first in measures.first_day.items()
        if name.platform in expectations.packs
        and expectations.find(name.platform, name.event) is None
        and not expectations.is_page_view(name.platform, name.event)
        and measures.total(name)
    ]
    unknown.sort(key=lambda item: (-measures.total(item[0]), item[0]))
    for name, first in unknown[:_MOST]:
        yield _report_unknown(measures, expectations, name, max(first, measures.days.first))


def _report_unknown(
    measures: Measures, expectations: Expectations, name: Name, first: int
) -> MonitorFinding:
    counts = measures.counts(name)
    days = [day for day, count in counts.items() if count]
    today = expectations.renamed_to(name.platform, name.event)
    is_new = first > measures.days.first
    # TikTok converts old names, and says nowhere whether it does before it compares the two sides
    # (help page "updated standard events", May 2025): the first record may count twice already.
    level: Level = "alert" if today or (is_new and sum(counts.values()) >= _MANY) else "notice"
    expected = sorted(event for platform, event in expectations.events if platform == name.platform)
    hint = nearest(name.event, expected) or "give it an event in the spec, or find out who sends it"
    if today:
        hint = f"it is an old name: both sides must say {quoted(today)}, or nothing is merged"
    return MonitorFinding(
        rule="unknown-event",
        level=level,
        platform=name.platform,
        event=name.event,
        side=name.side,
        first=convert_day(days[0]),
        last=convert_day(days[-1]),
        days=len(days),
        count=sum(counts.values()),
        expected=0,
        message=f"the {name.side} sends {quoted(clip(name.event))}, which the spec does not know: "
        f"{plural(sum(counts.values()), 'record')}",
        hint=hint,
    )


def find_never_seen(measures: Measures, expectations: Expectations) -> Iterator[MonitorFinding]:
    """Events of the spec of which a side that is logged has no record."""
    if len(measures.days.all()) < _LEAST_DAYS:
        return
    logged = {(name.platform, name.side) for name in measures.first_day}
    for watched in expectations.events.values():
        for side in (BROWSER, SERVER):
            # What a spec sends goes through the browser; the server sends what it is said to send,
            # too.
            is_due = side == BROWSER or watched.both_sides
            if not is_due or (watched.platform, side) not in logged:
                continue
            if Name(watched.platform, side, watched.event) not in measures.first_day:
                yield _report_never_seen(measures, watched, side)


def _report_never_seen(measures: Measures, watched: Watched, side: str) -> MonitorFinding:
    days = measures.days
    return MonitorFinding(
        rule="never-seen",
        level="alert",
        platform=watched.platform,
        event=watched.event,
        side=side,
        first=convert_day(days.first),
        last=convert_day(days.last),
        days=len(days.all()),
        count=0,
        expected=0,
        message=f"the {side} never sent {quoted(watched.event)}, though the spec has it",
        hint="`gtmgen test` shows whether its tag fires, and `gtmgen plan` whether it is live",
        key=watched.key,
        owner=watched.owner,
    )


def find_constant_ids(measures: Measures, expectations: Expectations) -> Iterator[MonitorFinding]:
    """The same event ID on very many records."""
    for row in measures.constant:
        watched = expectations.find(row["platform"], row["event"])
        day = convert_day(row["day"])
        yield MonitorFinding(
            rule="constant-id",
            level="alert",
            platform=row["platform"],
            event=row["event"],
            side="",
            first=day,
            last=day,
            days=1,
            count=row["rows"],
            expected=1,
            message=f"{row['rows']} records of {quoted(clip(row['event']))} have the same event "
            f"ID, {quoted(clip(row['event_id']))}: the platform drops all but the first",
            hint="the ID must be another one for each event; a lingering data layer value is not",
            key=watched.key if watched else None,
            owner=watched.owner if watched else "",
        )
