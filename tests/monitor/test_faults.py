"""Each kind of fault is told by its rule, for its event, on its day; quiet days tell nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

import pytest

from gtmgen.monitor.model import MonitorFinding
from tests.monitor.conftest import example

FIRST, APART, TOGETHER = 28, 6, 6
"""Faults of one run: the day of the first, the days between two, how many."""

DAYS = FIRST + APART * TOGETHER
EVENTS = {"never-seen": "Subscribe", "unknown-event": "Search", "outage": "ViewContent"}
NAMES = {"unknown-event": "Shopping", "renamed": "CompletePayment"}
KINDS = list(example.KINDS)


def planted(kind: str) -> example.Fault:
    place = KINDS.index(kind) % TOGETHER
    day = FIRST + APART * place
    return example.Fault(kind, EVENTS.get(kind, "Purchase"), day, example.KINDS[kind].days)


@pytest.fixture(scope="module")
def findings_with(
    findings_of: Callable[..., tuple[MonitorFinding, ...]],
) -> Callable[[str], tuple[MonitorFinding, ...]]:
    """The findings of the run that a kind of fault is planted in, with some others."""

    @cache
    def run(number: int) -> tuple[MonitorFinding, ...]:
        kinds = KINDS[number * TOGETHER : (number + 1) * TOGETHER]
        return findings_of(*map(planted, kinds), days=DAYS)

    return lambda kind: run(KINDS.index(kind) // TOGETHER)


@pytest.mark.parametrize("kind", KINDS)
def test_a_fault_is_told_on_its_day_for_its_event(
    findings_with: Callable[[str], tuple[MonitorFinding, ...]], kind: str
) -> None:
    fault = planted(kind)
    event = NAMES.get(kind, fault.event)
    day = example.START + timedelta(days=0 if kind == "never-seen" else fault.day)
    own = {
        (one.event, one.first)
        for one in findings_with(kind)
        if one.rule == example.KINDS[kind].rule and one.level == "alert"
    }
    assert (event, day) in own


def test_what_is_told_is_what_was_planted(
    findings_with: Callable[[str], tuple[MonitorFinding, ...]],
) -> None:
    """A fault may break several rules, but none of another event, and none of another day."""
    for first in KINDS[::TOGETHER]:
        faults = [planted(kind) for kind in KINDS if KINDS.index(kind) // TOGETHER
                  == KINDS.index(first) // TOGETHER]  # fmt: skip
        allowed = {
            (NAMES.get(fault.kind, event), day)
            for fault in faults
            for event in (fault.event, NAMES.get(fault.kind, fault.event))
            for day in _days(fault)
        }
        told = {(one.event, one.first) for one in findings_with(first) if one.level == "alert"}
        assert told <= allowed | {(fault.event, day) for fault in faults for day in _days(fault)}


def _days(fault: example.Fault) -> set[date]:
    days = {example.START + timedelta(days=fault.day + n) for n in range(fault.days)}
    return days | ({example.START} if fault.kind == "never-seen" else set())


@pytest.mark.parametrize("seed", [11])
def test_ninety_quiet_days_with_a_weekly_rhythm_are_no_alert(
    findings_of: Callable[..., tuple[MonitorFinding, ...]], seed: int
) -> None:
    assert findings_of(seed=seed, days=90) == ()
