"""The section ``monitor``: what `gtmgen monitor` expects, and when it raises an alert."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType
from typing import Any, NamedTuple

from msgspec import Struct, field

from gtmgen.diagnostics import Problem
from gtmgen.text import did_you_mean, nearest

VOLUME_RULES = ("drop", "spike", "silence")


class Threshold(NamedTuple):
    """When a share is too large, both in percent: more than ``most``, or ``rise`` points more
    than usual. None: never for this reason."""

    most: float | None
    rise: float | None


#: Shares of an event's records in a day. "usual" is the median of the days before.
SHARE_RULES: Mapping[str, Threshold] = MappingProxyType(
    {
        "one-sided": Threshold(50, 10),
        "duplicate": Threshold(5, 3),
        "counted-twice": Threshold(1, 1),
        "missing-id": Threshold(1, 2),
        "unusable-id": Threshold(1, 1),
        "shared-id": Threshold(1, 1),
        "match-key": Threshold(None, 15),
        "missing-param": Threshold(20, 5),
        "wrong-type": Threshold(1, 1),
        "currency": Threshold(1, 1),
        "zero-value": Threshold(50, 5),
        "outlier": Threshold(2, 1),
        "different-values": Threshold(5, 2),
        "late": Threshold(50, 10),
        "failed": Threshold(5, 2),
        "unknown-product": Threshold(10, 5),
    }
)

NAME_RULES = ("unknown-event", "never-seen", "constant-id")

RULES = (*VOLUME_RULES, *SHARE_RULES, *NAME_RULES)


class IgnoredFinding(NamedTuple):
    """Findings that are known: of an event (None: of any), and of days (both included)."""

    rule: str
    event: str | None
    first: date | None
    last: date | None
    reason: str

    def covers(self, rule: str, event: str, day: date) -> bool:
        """Whether a finding is meant; ``event`` is the spec's key."""
        return (
            self.rule == rule
            and self.event in (None, event)
            and (self.first is None or day >= self.first)
            and (self.last is None or day <= self.last)
        )


class MonitorSettings(Struct, frozen=True):
    """What a team knows of its own traffic.

    ``sensitivity`` is in standard deviations, ``drop`` and ``spike`` in percent. ``both_sides``
    are events that browser and server send; None: those whose ID the server can make, too.
    ``timezone`` (an IANA name) is that of days and hours.
    """

    sensitivity: float = 4.5
    drop: float = 30
    spike: float = 100
    baseline_from: date | None = None
    both_sides: tuple[str, ...] | None = None
    currencies: tuple[str, ...] = ()
    thresholds: Mapping[str, Threshold] = field(default_factory=lambda: dict(SHARE_RULES))
    off: frozenset[str] = frozenset()
    ignore: tuple[IgnoredFinding, ...] = ()
    timezone: str = "UTC"


NO_MONITOR = MonitorSettings()


def parse_monitor(raw: Mapping[str, Any]) -> MonitorSettings:
    """The settings, from data that the schema has passed."""
    rules = raw.get("rules", {})
    both = raw.get("both_sides")
    return MonitorSettings(
        sensitivity=raw.get("sensitivity", NO_MONITOR.sensitivity),
        drop=raw.get("drop", NO_MONITOR.drop),
        spike=raw.get("spike", NO_MONITOR.spike),
        baseline_from=_day(raw.get("baseline_from")),
        both_sides=None if both is None else tuple(both),
        currencies=tuple(raw.get("currencies", ())),
        thresholds={
            name: default._replace(**rules[name]) if rules.get(name) else default
            for name, default in SHARE_RULES.items()
        },
        off=frozenset(name for name, value in rules.items() if value is False),
        ignore=tuple(
            IgnoredFinding(
                item["rule"],
                item.get("event"),
                _day(item.get("from")),
                _day(item.get("to")),
                item["reason"],
            )
            for item in raw.get("ignore", ())
        ),
        timezone=raw.get("timezone", NO_MONITOR.timezone),
    )


def check_monitor(settings: MonitorSettings, events: Collection[str]) -> Iterator[Problem]:
    """Events of `both_sides` that the spec does not have, and a time zone that nobody has."""
    # A machine may have none.
    zones = _list_zones() if settings.timezone != NO_MONITOR.timezone else frozenset()
    if zones and settings.timezone not in zones:
        yield Problem(
            "bad-value",
            ("monitor", "timezone"),
            f"there is no time zone `{settings.timezone}`",
            nearest(settings.timezone, _list_near(settings.timezone, zones))
            or "an IANA name, such as `Europe/Berlin`",
        )
    for index, event in enumerate(settings.both_sides or ()):
        if event not in events:
            yield Problem(
                "unknown-event",
                ("monitor", "both_sides", index),
                f"there is no event `{event}`",
                did_you_mean(event, events),
            )


@cache
def _list_zones() -> frozenset[str]:
    """Time zones of this machine. Reading their folder takes longer than checking a spec."""
    from zoneinfo import available_timezones  # 3 ms, which most specs spare

    return frozenset(available_timezones())


def _list_near(zone: str, zones: Collection[str]) -> list[str]:
    """The zones that begin with the same letter: of all, there are too many to compare with."""
    return sorted(one for one in zones if one[:1] == zone[:1].upper())


def _day(text: str | None) -> date | None:
    """The day; of 31 February, which the schema lets pass, the month's last."""
    if text is None:
        return None
    from calendar import monthrange  # with `locale`, 2 ms

    year, month, day = map(int, text.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))
