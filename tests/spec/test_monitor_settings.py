"""The section ``monitor``: what it may say, and what it becomes."""

from __future__ import annotations

from datetime import date

import pytest

from gtmgen.spec.monitor_settings import SHARE_RULES, Threshold, parse_monitor
from tests.support import HEAD, load_text, rendered, rules

MONITOR = """monitor:
  drop: 40
  baseline_from: "2026-09-01"
  rules: {late: {most: 20}, spike: false}
  ignore:
    - {rule: drop, event: purchase, from: "2026-02-10", to: "2026-02-31", reason: Closed.}
"""


def test_the_settings_of_a_spec() -> None:
    settings = load_text(HEAD + MONITOR).spec.monitor
    assert (settings.drop, settings.spike, settings.baseline_from) == (40, 100, date(2026, 9, 1))
    assert settings.thresholds["late"] == Threshold(20, SHARE_RULES["late"].rise)
    assert settings.off == {"spike"}
    (entry,) = settings.ignore
    assert (entry.first, entry.last) == (date(2026, 2, 10), date(2026, 2, 28))
    assert entry.covers("drop", "purchase", date(2026, 2, 28))
    assert not entry.covers("drop", "purchase", date(2026, 3, 1))
    assert not entry.covers("drop", "search", date(2026, 2, 28))
    assert not entry.covers("spike", "purchase", date(2026, 2, 28))


def test_nothing_said_is_the_defaults() -> None:
    assert load_text(HEAD).spec.monitor == parse_monitor({})


def test_an_event_of_both_sides_that_is_not_there() -> None:
    assert "there is no event `purchase`" in rendered(
        f"{HEAD}monitor: {{both_sides: [purchase]}}\n"
    )


def test_words_that_are_not_known() -> None:
    assert rules(f"{HEAD}monitor: {{rules: {{volume: false}}}}\n") == ["unknown-key"]
    assert rules(f"{HEAD}monitor: {{rules: {{drop: true}}}}\n") != []


@pytest.mark.parametrize(
    ("zone", "hint"),
    [
        ("Europe/Berln", "did you mean `Europe/Berlin`?"),
        ("europe/berlin", "did you mean `Europe/Berlin`?"),
        ("Mars/Base", "an IANA name, such as `Europe/Berlin`"),
    ],
)
def test_a_time_zone_that_nobody_has(zone: str, hint: str) -> None:
    told = rendered(f"{HEAD}monitor: {{timezone: {zone}}}\n")
    assert f"error[bad-value]: there is no time zone `{zone}`" in told
    assert f"hint: {hint}" in told
