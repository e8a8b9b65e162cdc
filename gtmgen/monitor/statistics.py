"""What a day's number should be, and how unlikely the one that was counted is.

Counts are judged by their exact distribution (negative binomial: Poisson's with the day-to-day
spread that the series itself has), so that three events instead of eight are no alert and three
thousand instead of eight thousand are one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import median
from typing import NamedTuple

WEEK = 7
LOOK_BACK = 8 * WEEK
LEAST_DAYS = 2 * WEEK
"""The week's rhythm needs each weekday twice."""

_RECENT = 2 * WEEK
_ASSUMED_SPREAD = 0.1
_LEAST_SPREAD = 0.05
_MOST_ERROR = 0.5  # one odd day must not make all others look harmless
_RARE = 5  # records a day
_SMALL = 10  # below it, medians of counts are too coarse
_MOST_TERMS = 4000
_NO_SPREAD = 1e-4  # as good as Poisson's


class Expected(NamedTuple):
    """A mean, and the relative standard deviation that is not chance's own."""

    mean: float
    spread: float


def expect_count(counts: Mapping[int, int], day: int) -> float | None:
    """What a day should have, by the days before it; None with less than two weeks of them.

    ``counts`` maps days (numbers since 1970) to counts; days that are not to be learnt from are
    left out. The weekday's factor comes from the last eight weeks, the level from the last two.
    """
    days_before = [one for one in range(day - LOOK_BACK, day) if one in counts]
    if len(days_before) < LEAST_DAYS:
        return None
    factors = _list_weekday_factors(counts, days_before)
    recent = [
        counts[one] / factors[one % WEEK] for one in days_before[-_RECENT:] if factors[one % WEEK]
    ]
    return _find_centre(recent) * factors[day % WEEK]


def measure_spread(errors: Sequence[float]) -> float:
    """How far days lie from what was expected of them, beyond chance and relative to it.

    ``errors`` are :func:`measure_excess` of the days before. Until there are many, it is assumed
    that days differ by some percent, as they do on any site.
    """
    recent = errors[-LOOK_BACK:]
    variance = (_RECENT * _ASSUMED_SPREAD**2 + math.fsum(recent)) / (_RECENT + len(recent))
    return math.sqrt(max(variance, _LEAST_SPREAD**2))


def measure_excess(count: int, mean: float) -> float:
    """The squared relative error of an expectation, without what chance alone makes of it."""
    error = min(abs(count / mean - 1), _MOST_ERROR)
    # Poisson's variance is the mean, so that chance alone gives a relative variance of 1/mean.
    return error**2 - 1 / mean


def _list_weekday_factors(counts: Mapping[int, int], days_before: Sequence[int]) -> list[float]:
    """By day modulo 7, relative to the whole; a weekday without days counts as the others."""
    whole = _find_centre([counts[one] for one in days_before])
    factors = []
    for weekday in range(WEEK):
        of_weekday = [counts[one] for one in days_before if one % WEEK == weekday]
        factors.append(_find_centre(of_weekday) / whole if of_weekday and whole else 1.0)
    return factors


def _find_centre(values: Sequence[float]) -> float:
    """The median, which no outlier moves; of small counts the mean."""
    if not values:
        return 0.0
    middle = float(median(values))
    return middle if middle >= _SMALL else math.fsum(values) / len(values)


def compute_tail(count: int, expected: Expected) -> float:
    """The probability of a count as far off as this one, on its own side of the mean."""
    mean, spread = expected
    if mean <= 0:
        return 1.0 if count == 0 else 0.0
    return _compute_negative_binomial(count, mean, 1 / max(spread, _NO_SPREAD) ** 2)


def _compute_negative_binomial(count: int, mean: float, size: float) -> float:
    deviation = math.sqrt(mean + mean**2 / size)
    # Of so many terms the sum is as good as normal, and the terms take too long.
    if mean > _MOST_TERMS / 2 or count > _MOST_TERMS:
        return _compute_normal_tail(abs(count - mean) / deviation)
    chance = mean / (mean + size)
    log = size * math.log1p(-chance)  # the logarithm of the probability of 0
    if count <= mean:
        return min(_sum_of_terms(0, count, log, size, chance), 1.0)
    log += math.lgamma(count + size) - math.lgamma(size) - math.lgamma(count + 1)
    log += count * math.log(chance)
    return min(_sum_of_terms(count, count + _MOST_TERMS, log, size, chance), 1.0)


def _sum_of_terms(first: int, last: int, log: float, size: float, chance: float) -> float:
    """Probabilities of the counts from ``first``, whose logarithm is ``log``, to ``last``."""
    total = 0.0
    for number in range(first, last + 1):
        term = math.exp(log) if log > -700 else 0.0
        total += term
        ratio = chance * (number + size) / (number + 1)
        if ratio < 1 and term <= total * 1e-12:
            break
        log += math.log(ratio)
    return total


def _compute_normal_tail(deviations: float) -> float:
    return 0.5 * math.erfc(deviations / math.sqrt(2))


def compute_level(sensitivity: float) -> float:
    """The probability that so many standard deviations stand for, on one side."""
    return _compute_normal_tail(sensitivity)


class Share(NamedTuple):
    """So many of a day's records are affected."""

    part: int
    whole: int

    @property
    def percent(self) -> float:
        """0 without records."""
        return 100 * self.part / self.whole if self.whole else 0.0


def compute_share_tail(share: Share, rate: float, spread: float) -> float:
    """The probability of a share at least as large, where the rate (0 to 1) is what it should be;
    ``spread`` is how far days lie from it beyond chance, relative to it."""
    mean = rate * share.whole
    deviation = math.sqrt(mean * (1 - rate) + (spread * mean) ** 2)
    # Half a record less: a count of 5 stands for everything from 4.5 on (continuity correction).
    about = _compute_normal_tail((share.part - mean - 0.5) / deviation) if deviation else 0.0
    if share.whole > _MOST_TERMS:
        return about
    exact = _compute_binomial_tail(share.part, share.whole, rate)
    return max(exact, about) if spread else exact


def _compute_binomial_tail(part: int, whole: int, rate: float) -> float:
    """The probability of ``part`` or more of ``whole``, 0 < rate < 1."""
    odds = rate / (1 - rate)
    log = math.lgamma(whole + 1) - math.lgamma(part + 1) - math.lgamma(whole - part + 1)
    log += part * math.log(rate) + (whole - part) * math.log1p(-rate)
    total, term = 0.0, math.exp(log) if log > -700 else 0.0
    for number in range(part, whole + 1):
        total += term
        term *= odds * (whole - number) / (number + 1)
    return min(total, 1.0)


def expect_share(days: Mapping[int, Share], day: int) -> Share | None:
    """The sum of the last four weeks; None with less than a week of them.

    The quarters of days with the largest and the smallest shares are left out, but not of what
    is rare: most days have none of it, and the others are all there is to learn from.
    """
    days_before = [
        days[one] for one in range(day - 4 * WEEK, day) if one in days and days[one].whole
    ]
    if len(days_before) < WEEK:
        return None
    if median(share.part for share in days_before) >= _RARE:
        ranked = sorted(days_before, key=lambda share: share.percent)
        cut = len(ranked) // 4
        days_before = ranked[cut : len(ranked) - cut]
    return Share(
        sum(share.part for share in days_before), sum(share.whole for share in days_before)
    )


def measure_share_spread(days: Mapping[int, Share], day: int, usual: Share) -> float:
    """How far the days' shares lie from the usual one beyond chance, relative to it."""
    rate = (usual.part + 0.5) / (usual.whole + 1)
    days_before = [
        days[one] for one in range(day - 4 * WEEK, day) if one in days and days[one].whole
    ]
    excess = []
    for share in days_before:
        mean = rate * share.whole
        if mean >= 1:
            excess.append(((share.part - mean) ** 2 - mean * (1 - rate)) / mean**2)
    # The factor makes a standard deviation of a median deviation, of what is normally distributed.
    return math.sqrt(max(median(excess), 0.0)) * 1.4826 if len(excess) >= WEEK else 0.0
