"""The quota's state file: shared, damaged, locked, across days; no window too full."""

from __future__ import annotations

import json
import tempfile
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from processes import Process

from api.harness import START, Clock, Fault, Send, answer, drop
from gtmgen.api import (
    CallError,
    DayUsedUp,
    GoogleTagManager,
    Limits,
    Quota,
    Retrier,
    RetryingTagManager,
)
from gtmgen.api.quota import pacific
from gtmgen.api.quota.pacific import back_at, next_midnight, pacific_day
from gtmgen.api.quota.pacing import PacedHttp
from gtmgen.emulator import ApiRequest, Response, Store
from gtmgen.emulator.transport import EmulatorHttp


def quota(path: Path | None, clock: Clock, **options: object) -> Quota:
    return Quota(path, "project p", clock, clock.sleep, **options)  # type: ignore[arg-type]


def test_the_26th_call_waits_for_the_first_across_runs(tmp_path: Path) -> None:
    path, clock, told = tmp_path / "new" / "quota.json", Clock(), list[float]()
    for _ in range(25):
        quota(path, clock).wait()  # a run of its own each
        clock.now += 1
    assert clock.slept == []
    quota(path, clock, on_wait=told.append).wait()
    assert clock.slept == told == [76.0]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert sorted(item.name for item in path.parent.iterdir()) == ["quota.json", "quota.json.lock"]


def test_projects_do_not_wait_for_each_other(tmp_path: Path) -> None:
    path, clock = tmp_path / "quota.json", Clock()
    limits = Limits(calls=1)
    for key in ("a", "b"):
        Quota(path, key, clock, clock.sleep, limits=limits).wait()
    assert clock.slept == []
    Quota(path, "a", clock, clock.sleep, limits=limits).wait()
    assert clock.slept == [101.0]


def test_without_a_file_it_counts_this_process(tmp_path: Path) -> None:
    clock = Clock()
    mine = quota(None, clock, limits=Limits(calls=2, window=10, day=100))
    for _ in range(5):
        mine.wait()
    assert clock.slept == [10.0, 10.0]
    assert mine.left_today() == 95
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    clock = Clock()
    mine = quota(blocked / "quota.json", clock, limits=Limits(calls=1, window=10))
    mine.wait()
    mine.wait()
    assert clock.slept == [10.0]
    assert mine.left_today() == 9_998


def test_a_lock_that_somebody_keeps_is_done_without(tmp_path: Path) -> None:
    from gtmgen.files.locks import locked

    path, clock = tmp_path / "quota.json", Clock()
    with locked(path, clock.sleep):
        quota(path, clock).wait()
    assert sum(clock.slept) == pytest.approx(5)
    assert not path.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        '{"format": 2, "keys": {}}',
        '{"format": 1}',
        '{"format": 1, "keys": []}',
        '{"format": 1, "keys": {"project p": 7}}',
        '{"format": 1, "keys": {"project p": {"day": 1, "count": "x", "made": {}}}}',
        '{"format": 1, "keys": {"project p": {"day": "2026-11-22", "count": -4, "made": [null]}}}',
        '{"format": 1, "keys": {"project p": {"count": true, "made": [NaN, Infinity, "7", true]}}}',
        "\udcff",
    ],
)
def test_a_damaged_file_is_begun_anew(tmp_path: Path, text: str) -> None:
    path, clock = tmp_path / "quota.json", Clock()
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    mine = quota(path, clock)
    assert mine.left_today() == 10_000
    mine.wait()
    assert clock.slept == []
    used = {"day": "2026-11-22", "count": 1, "made": [START]}
    assert json.loads(path.read_text()) == {"format": 1, "keys": {"project p": used}}


def test_of_a_half_damaged_entry_the_sound_half_counts(tmp_path: Path) -> None:
    path, clock = tmp_path / "quota.json", Clock()
    path.write_text(json.dumps({"format": 1, "keys": {"project p": {"made": [START - 1] * 25}}}))
    quota(path, clock).wait()
    assert clock.slept == [100.0]


def test_a_clock_that_went_back_makes_nothing_free(tmp_path: Path) -> None:
    path, clock = tmp_path / "quota.json", Clock()
    limits = Limits(calls=2, window=100, day=3)
    quota(path, clock, limits=limits).wait()
    quota(path, clock, limits=limits).wait()
    clock.now -= 40 * 86_400
    assert quota(path, clock, limits=limits).left_today() == 1
    quota(path, clock, limits=limits).wait()
    assert clock.slept == [100.0]  # not 40 days
    with pytest.raises(DayUsedUp):
        quota(path, clock, limits=limits).wait()


def test_when_the_day_is_used_up_it_says_when_it_begins_anew(tmp_path: Path) -> None:
    path, clock = tmp_path / "quota.json", Clock()
    limits = Limits(day=2)
    for _ in range(2):
        quota(path, clock, limits=limits).wait()
    with pytest.raises(DayUsedUp) as caught:
        quota(path, clock, limits=limits).wait()
    assert caught.value.message == ("the 2 API calls of this Google project for today are used up")
    assert caught.value.hint == (
        "calls are possible again at midnight Pacific time: 2026-11-23 08:00 UTC, in 20 h; "
        "run the same command then"
    )
    assert caught.value.exit_code == 5
    assert quota(path, clock, limits=limits).left_today() == 0
    clock.now = next_midnight(clock.now)
    assert quota(path, clock, limits=limits).left_today() == 2
    quota(path, clock, limits=limits).wait()


@pytest.mark.parametrize(
    ("moment", "day", "hours"),
    [
        ("2026-11-22T23:59:59-08:00", "2026-11-22", 1 / 3600),
        ("2026-11-23T00:00:00-08:00", "2026-11-23", 24),
        ("2026-07-01T23:00:00-07:00", "2026-07-01", 1),
        ("2026-03-08T00:00:00-08:00", "2026-03-08", 23),  # the clocks go forward
        ("2026-11-01T00:00:00-07:00", "2026-11-01", 25),
    ],
)
def test_the_day_is_californias(moment: str, day: str, hours: float) -> None:
    now = datetime.fromisoformat(moment).timestamp()
    assert pacific_day(now) == day
    assert next_midnight(now) - now == pytest.approx(hours * 3600)


def test_a_system_without_time_zones(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_key: str) -> ZoneInfo:
        raise ZoneInfoNotFoundError

    monkeypatch.setattr(pacific, "ZoneInfo", missing)
    assert pacific_day(START) == "2026-11-22"
    assert back_at(START) == "2026-11-23 08:00 UTC, in 20 h"


@pytest.mark.parametrize(
    ("left", "text"),
    [(1, "1 min"), (59, "1 min"), (61, "2 min"), (3600, "1 h"), (36_060, "10 h 1 min")],
)
def test_how_long_until_then(left: int, text: str) -> None:
    assert back_at(next_midnight(START) - left) == f"2026-11-23 08:00 UTC, in {text}"


class Interleaved:
    """Two processes on one clock. While one sleeps the other one may call, and both may oversleep.

    ``true`` is the time that Google sees; the clock of the machine may be set back.
    """

    def __init__(self, path: Path, script: list[tuple[int, float, float]]) -> None:
        self.true, self.offset = START, 0.0
        self.script = script
        self.made: list[float] = []
        self.processes = [
            Quota(path, "project p", self.clock, self.sleep, limits=Limits(window=100.0))
            for _ in range(2)
        ]

    def clock(self) -> float:
        return self.true + self.offset

    def sleep(self, seconds: float) -> None:
        end = self.true + seconds
        if self.script:
            who, gap, back = self.script.pop()
            if gap < seconds:
                self.true += gap
                self.call(who, back)
        self.true = max(self.true, end)

    def call(self, who: int, back: float) -> None:
        self.offset -= back
        self.processes[who].wait()
        self.made.append(self.true)

    def run(self) -> None:
        while self.script:
            who, gap, back = self.script.pop()
            self.true += gap
            self.call(who, back)


GAPS = st.one_of(st.sampled_from([0.0, 0.1, 4.0, 98.0, 99.9]), st.floats(0, 5), st.floats(0, 150))
BACK = st.one_of(st.just(0.0), st.just(0.0), st.just(0.0), st.floats(0, 500))
STEPS = st.tuples(st.integers(0, 1), GAPS, BACK)


@settings(max_examples=60, deadline=None)
@given(st.lists(STEPS, min_size=26, max_size=120))
@example([(0, 0.1, 0.0)] * 60)
def test_no_window_of_100_seconds_holds_more_than_25_calls(
    script: list[tuple[int, float, float]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        world = Interleaved(Path(folder) / "quota.json", script)
        world.run()
    made = sorted(world.made)
    spans = [later - earlier for earlier, later in zip(made, made[25:], strict=False)]
    assert all(span >= 100 - 1e-5 for span in spans)  # what a clock from 1970 can tell


def limited(clock: Clock, faults: list[Fault], limits: Limits) -> RetryingTagManager:
    """Everything in its place: retries around Google's client around the quota."""
    from googleapiclient.discovery import build

    def middleware(request: ApiRequest, send: Send) -> Response:
        return faults.pop(0)(request, send) if faults else send(request)

    store = Store(None)
    store.ensure_container("GTM-ACME42")
    paced = PacedHttp(
        EmulatorHttp(store, middleware=middleware),
        Quota(None, "k", clock, clock.sleep, limits=limits),
    )
    service = build("tagmanager", "v2", http=paced, static_discovery=True, cache_discovery=False)
    retrier = Retrier(clock, clock.sleep, lambda: 0.0)
    return RetryingTagManager(GoogleTagManager(service), retrier)


def test_every_attempt_is_counted() -> None:
    clock = Clock()
    with limited(clock, [answer(503), answer(503)], Limits(calls=2, window=100)) as gtm:
        gtm.accounts()
    assert clock.slept == [1.0, 2.0, 97.0]


def test_the_end_of_the_day_ends_the_attempts() -> None:
    clock = Clock()
    with (
        limited(clock, [answer(503)] * 9, Limits(day=2)) as gtm,
        pytest.raises(DayUsedUp),
    ):
        gtm.accounts()
    assert clock.slept == [1.0, 2.0]


def test_a_write_whose_outcome_is_open_stays_open_when_the_day_ends() -> None:
    clock = Clock()
    faults: list[Fault] = []
    gtm = limited(clock, faults, Limits(day=2))
    container = gtm.resolve_container("GTM-ACME42")
    faults.append(drop(after=True))
    with pytest.raises(CallError) as caught:
        gtm.create_workspace(container, "W")
    assert caught.value.outcome_unknown
    assert caught.value.message == "workspaces.create `W` got no answer: reset by peer"


def test_no_call_of_two_processes_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "quota.json"
    code = (
        "import sys, time, pathlib\n"
        "from gtmgen.api import Limits, Quota\n"
        "quota = Quota(pathlib.Path(sys.argv[1]), 'k', lambda: 1795348800.0,\n"
        "              time.sleep, limits=Limits(calls=10_000))\n"
        "for _ in range(60): quota.wait()\n"
    )
    running = [Process("-c", code, str(path), cwd=tmp_path) for _ in range(3)]
    assert [process.communicate() for process in running] == [("", "")] * 3
    assert [process.wait() for process in running] == [0, 0, 0]
    (used,) = json.loads(path.read_text())["keys"].values()
    assert (used["count"], len(used["made"])) == (180, 180)
