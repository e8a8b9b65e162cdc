"""The numbers behind an alert, against what they are by hand."""

from __future__ import annotations

import math

import pytest

from gtmgen.monitor.measures import select_days
from gtmgen.monitor.statistics import (
    Expected,
    Share,
    compute_level,
    compute_share_tail,
    compute_tail,
    expect_count,
    expect_share,
    measure_excess,
    measure_spread,
)


def poisson(count: int, mean: float) -> float:
    return sum(math.exp(-mean) * mean**n / math.factorial(n) for n in range(count + 1))


@pytest.mark.parametrize(("count", "mean"), [(0, 8), (3, 8), (20, 40)])
def test_few_are_as_unlikely_as_poissons_without_a_spread(count: int, mean: float) -> None:
    assert compute_tail(count, Expected(mean, 0)) == pytest.approx(poisson(count, mean), rel=1e-3)


def test_many_are_as_unlikely_as_poissons_without_a_spread() -> None:
    assert compute_tail(20, Expected(8, 0)) == pytest.approx(1 - poisson(19, 8), rel=1e-3)


def test_a_spread_makes_the_same_count_likelier() -> None:
    assert compute_tail(60, Expected(100, 0.2)) > 100 * compute_tail(60, Expected(100, 0))


def test_none_of_three_is_chance_and_none_of_three_hundred_is_not() -> None:
    limit = compute_level(4.5)
    assert compute_tail(0, Expected(3, 0.1)) > limit
    assert compute_tail(0, Expected(300, 0.1)) < limit


def test_nothing_is_expected_of_a_series_that_is_always_empty() -> None:
    assert (compute_tail(0, Expected(0, 0.1)), compute_tail(1, Expected(0, 0.1))) == (1.0, 0.0)


@pytest.mark.parametrize(("part", "whole", "rate"), [(3, 10, 0.1), (9, 20, 0.3), (20, 20, 0.5)])
def test_a_share_is_as_unlikely_as_the_binomial_distribution_says(
    part: int, whole: int, rate: float
) -> None:
    exact = sum(
        math.comb(whole, n) * rate**n * (1 - rate) ** (whole - n) for n in range(part, whole + 1)
    )
    assert compute_share_tail(Share(part, whole), rate, 0) == pytest.approx(exact, rel=1e-9)


def test_a_weekday_is_expected_as_its_weekday_was() -> None:
    week = [100, 100, 100, 100, 100, 200, 50]
    counts = {day: week[day % 7] for day in range(28)}
    assert [expect_count(counts, 28 + day) for day in range(7)] == week
    assert expect_count(dict.fromkeys(range(13), 100), 13) is None


def test_the_level_follows_the_last_two_weeks() -> None:
    counts = {day: 100 if day < 28 else 150 for day in range(49)}
    assert expect_count(counts, 49) == pytest.approx(150, rel=0.02)


def test_days_that_are_as_expected_make_the_spread_small() -> None:
    assert measure_spread([]) == pytest.approx(0.1)
    assert measure_spread([measure_excess(1000, 1000.0)] * 56) == pytest.approx(0.05)
    assert measure_spread([measure_excess(1300, 1000.0)] * 56) == pytest.approx(0.27, abs=0.01)


def test_the_usual_share_leaves_out_odd_days() -> None:
    days = dict.fromkeys(range(20), Share(20, 1000)) | {5: Share(900, 1000)}
    usual = expect_share(days, 20)
    assert usual is not None
    assert usual.percent == pytest.approx(2)
    assert expect_share({0: Share(2, 100)}, 1) is None
    rare = dict.fromkeys(range(20), Share(0, 100)) | {5: Share(2, 100)}
    assert expect_share(rare, 20) == Share(2, 2000)


@pytest.mark.parametrize(
    ("hours", "until", "days"),
    [
        ([0, 47], None, (0, 1)),  # two whole days
        ([1, 47], None, (1, 1)),  # the first has no first hour
        ([0, 46], None, (0, 0)),  # the last has no last hour
        ([5, 20], None, None),
        ([0, 47], 5, (0, 4)),  # days without a record are judged, too
        ([], None, None),
    ],
)
def test_only_complete_days_are_judged(
    hours: list[int], until: int | None, days: tuple[int, int] | None
) -> None:
    assert select_days([{"hour": hour} for hour in hours], until) == days
