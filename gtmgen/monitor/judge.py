"""All rules over what was counted, and the report that comes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from gtmgen.monitor.measures import Measures, Name
from gtmgen.monitor.model import (
    DayPoint,
    EventTotals,
    LeftOut,
    MonitorFinding,
    MonitorReport,
    Series,
    convert_day,
    number_of,
)
from gtmgen.monitor.record import BROWSER, MATCH_KEYS, SERVER
from gtmgen.monitor.rules.counted import Counted, count_both, count_by_side, count_one_sided
from gtmgen.monitor.rules.names import find_constant_ids, find_never_seen, find_unknown_events
from gtmgen.monitor.rules.shares import ShareCheck, ShareRun
from gtmgen.monitor.rules.values import count_values
from gtmgen.monitor.rules.volume import Volume, VolumeCheck
from gtmgen.monitor.runs import MonitorRun
from gtmgen.monitor.statistics import Share
from gtmgen.monitor.watched import Expectations, Watched
from gtmgen.spec.model import Spec
from gtmgen.text import plural, quoted

SIDES = (BROWSER, SERVER)

_VOLUME_HINT = {
    "silence": "find out what changed there that day: a deployment, a banner, a container",
    "drop": "find out what changed there that day: a deployment, a banner, a container",
    "spike": "a campaign, or a trigger that fires too often: look at duplicates of the same day",
}


class Judge:
    """Judges the measures of one spec."""

    def __init__(self, spec: Spec, measures: Measures) -> None:
        self._spec = spec
        self._settings = spec.monitor
        self._measures = measures
        self._expectations = Expectations(spec)
        start = self._settings.baseline_from
        self._baseline_from = 0 if start is None else number_of(start)
        self._series: list[Series] = []

    def report(self, since: date | None = None) -> MonitorReport:
        """Everything; findings that ended before ``since`` are left out."""
        findings = [one for one in self._list_findings() if one.rule not in self._settings.off]
        reported = [
            self._finish_finding(one) for one in findings if since is None or one.last >= since
        ]
        days = self._measures.days
        return MonitorReport(
            project=self._spec.project,
            first=convert_day(days.first),
            last=convert_day(days.last),
            records=self._measures.records,
            findings=tuple(sorted(reported, key=_order)),
            series=tuple(self._series),
            totals=tuple(self._list_totals()),
            coverage=self._measure_coverage(),
            left_out=LeftOut(**self._measures.left_out),
            timezone=self._settings.timezone,
        )

    def _finish_finding(self, finding: MonitorFinding) -> MonitorFinding:
        name = finding.key or finding.event
        known_entry = next(
            (
                entry.reason
                for entry in self._settings.ignore
                if entry.covers(finding.rule, name, finding.first)
            ),
            None,
        )
        return replace(finding, ignored=known_entry)

    def _list_findings(self) -> Iterator[MonitorFinding]:
        for watched in self._expectations.events.values():
            for side in SIDES:
                yield from self._judge_volumes(watched, side)
            for counted in self._list_counted(watched):
                yield from self._judge_shares(watched, counted)
            yield from self._judge_shared_ids(watched)
        yield from find_unknown_events(self._measures, self._expectations)
        yield from find_never_seen(self._measures, self._expectations)
        yield from find_constant_ids(self._measures, self._expectations)

    # -- volumes -----------------------------------------------------------------------

    def _judge_volumes(self, watched: Watched, side: str) -> Iterator[MonitorFinding]:
        name = Name(watched.platform, side, watched.event)
        if not self._measures.total(name):
            return
        counts = self._measures.counts(name)
        check = VolumeCheck(
            counts,
            self._measures.hours[name],
            self._settings,
            self._baseline_from,
            self._expectations.clock.skipped_hours,
        )
        for volume in check.run():
            yield _build_volume_finding(watched, side, volume, self._settings.timezone)
        self._series.append(_build_series(watched, side, counts, check))

    # -- shares ------------------------------------------------------------------------

    def _list_counted(self, watched: Watched) -> Iterator[Counted]:
        for side in SIDES:
            name = Name(watched.platform, side, watched.event)
            if self._measures.total(name):
                yield from count_by_side(self._measures, watched, name)
                yield from count_values(self._measures, name, self._settings)
        if watched.deduplicates:
            yield from count_both(self._measures, watched)
            pairs = count_one_sided(self._measures, watched)
            if pairs is not None:
                yield pairs

    def _judge_shares(self, watched: Watched, counted: Counted) -> Iterator[MonitorFinding]:
        check = ShareCheck(
            counted.days,
            self._settings.thresholds[counted.rule],
            self._settings.sensitivity,
            self._baseline_from,
        )
        for run in check.run():
            yield _build_share_finding(watched, counted, run)

    def _judge_shared_ids(self, watched: Watched) -> Iterator[MonitorFinding]:
        keys = self._measures.pairs.get((watched.platform, watched.event), {})
        other_events = sorted(
            {
                row["other"]
                for row in self._measures.shared
                if (row["platform"], row["event"]) == (watched.platform, watched.event)
            }
        )
        for other in other_events:
            days = {
                row["day"]: row["ids"]
                for row in self._measures.shared
                if (row["platform"], row["event"], row["other"])
                == (watched.platform, watched.event, other)
            }
            # The other event may have had the ID a day earlier, so that more have it than are new.
            shares = {
                day: Share(min(days.get(day, 0), row["keys"]), row["keys"])
                for day, row in keys.items()
            }
            message = f"IDs are those of {quoted(other)}, too"
            hint = "each event needs an ID of its own: make it from the event's own message"
            yield from self._judge_shares(watched, Counted("shared-id", "", shares, message, hint))

    # -- the rest ----------------------------------------------------------------------

    def _list_totals(self) -> Iterator[EventTotals]:
        for watched in self._expectations.events.values():
            platform, event = watched.platform, watched.event
            pairs = self._measures.pairs.get((platform, event), {})
            browser, server = (self._measures.total(Name(platform, side, event)) for side in SIDES)
            yield EventTotals(
                platform,
                event,
                watched.key,
                watched.title,
                watched.owner,
                browser,
                server,
                sum(row["both"] for row in pairs.values()),
                sum(row["keys"] for row in pairs.values()),
            )

    def _measure_coverage(self) -> Mapping[tuple[str, str, str], Mapping[str, float]]:
        coverage = {}
        for watched in self._expectations.events.values():
            for side in SIDES:
                name = Name(watched.platform, side, watched.event)
                if watched.deduplicates and self._measures.total(name):
                    coverage[watched.platform, watched.event, side] = {
                        key: self._covered(name, key) for key in MATCH_KEYS
                    }
        return coverage

    def _covered(self, name: Name, key: str) -> float:
        lacking = self._measures.share(name, f"without_{key}").values()
        return (
            100
            - Share(
                sum(share.part for share in lacking), sum(share.whole for share in lacking)
            ).percent
        )


def _build_series(
    watched: Watched, side: str, counts: Mapping[int, int], check: VolumeCheck
) -> Series:
    points = []
    for day, count in counts.items():
        low, high = check.bounds(day) or (None, None)
        points.append(DayPoint(convert_day(day), count, low, high))
    return Series(watched.platform, watched.event, side, watched.key, tuple(points))


def _build_volume_finding(watched: Watched, side: str, volume: Volume, zone: str) -> MonitorFinding:
    expected = _number(volume.expected)
    if volume.hours is not None:
        first, last = volume.hours
        message = f"no record between {first:02}:00 and {last:02}:59 ({zone})"
    elif volume.rule == "silence":
        message = f"no record, usually {expected} a day"
    else:
        change = abs(volume.records / volume.expected - 1) * 100
        word = "fewer" if volume.rule == "drop" else "more"
        records = plural(volume.records, "record")
        message = f"{records}, usually {expected} a day: {change:.0f}% {word}"
        message += _format_worst(volume.run)
    size = (volume.records, volume.expected)
    return _build_finding(watched, volume.rule, side, volume.run, size, message)


def _build_share_finding(watched: Watched, counted: Counted, run: ShareRun) -> MonitorFinding:
    share = run.share
    usual = "" if run.usual is None else f", usually {_format_percent(run.usual)}"
    message = (
        f"{share.part} of {share.whole} {counted.what} ({_format_percent(share.percent)}{usual})"
    )
    message += _format_worst(run.run)
    size = (share.part, float(share.whole))
    finding = _build_finding(watched, counted.rule, counted.side, run.run, size, message)
    return replace(finding, hint=counted.hint)


def _format_worst(run: MonitorRun) -> str:
    """Which of several days the numbers are of."""
    return f", on {convert_day(run.worst)}, the worst day" if len(run.days) > 1 else ""


def _build_finding(
    watched: Watched, rule: str, side: str, run: MonitorRun, size: tuple[int, float], message: str
) -> MonitorFinding:
    """An alert; ``size`` is what was counted on the worst day, and what of."""
    count, expected = size
    return MonitorFinding(
        rule=rule,
        level="alert",
        platform=watched.platform,
        event=watched.event,
        side=side,
        first=convert_day(run.first),
        last=convert_day(run.last),
        days=len(run.days),
        worst=convert_day(run.worst),
        count=count,
        expected=expected,
        message=message,
        hint=_VOLUME_HINT.get(rule, ""),
        key=watched.key,
        owner=watched.owner,
    )


def _order(finding: MonitorFinding) -> tuple[object, ...]:
    """Alerts first, by day; what is known last."""
    return (
        finding.ignored is not None,
        finding.level != "alert",
        finding.first,
        finding.platform,
        finding.event,
        finding.side,
        finding.rule,
        finding.message,
    )


def _format_percent(value: float) -> str:
    return f"{value:.1f}%" if value < 10 else f"{value:.0f}%"


def _number(value: float) -> str:
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
