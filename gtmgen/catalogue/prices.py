"""Prices and numbers as feeds and events write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import NamedTuple

# The form of TikTok's catalogue and of Google's: a point, no thousands, the currency behind.
PRICE = re.compile(r"(\d{1,15}(?:\.\d{1,10})?) ?([A-Z]{3})", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,10})?", re.ASCII)


_GREATEST = 1e15


class Price(NamedTuple):
    """An amount and the three letters of its currency."""

    amount: float
    currency: str


def read_price(text: str) -> Price | None:
    """A price as feeds write it, ``9.97 USD``; None for anything else."""
    match = PRICE.fullmatch(text)
    return Price(float(match[1]), match[2]) if match else None


def why_no_price(text: str) -> str:
    """What is wrong with a price that :func:`read_price` does not read."""
    if _NUMBER.fullmatch(text):
        return "the currency is missing: `9.97 USD`"
    upper = text.strip().upper()
    if read_price(upper):
        return "a currency is three capital letters behind the number: `9.97 USD`"
    if re.fullmatch(r"[A-Z]{3} ?[\d.,]+", upper):
        return "the currency stands behind the number: `9.97 USD`"
    if re.search(r"\d,\d", text):
        return "a comma: decimals have a point, and thousands nothing: `1299.00 USD`"
    return "a price is written as `9.97 USD`"


def read_number(value: object) -> float | None:
    """A number, or a text that is exactly one; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        # Beyond what a float holds, and NaN, are no price of anything.
        return float(value) if abs(value) < _GREATEST else None
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    return None


def is_within(interval: str, time: float) -> bool | None:
    """Whether seconds since 1970 lie in ``START/END`` (ISO 8601, UTC where no zone is named); None
    for an interval that cannot be read."""
    start, slash, end = interval.partition("/")
    try:
        return _seconds(start) <= time <= _seconds(end) if slash else None
    except ValueError:
        return None


def is_reversed(interval: str) -> bool:
    """Whether an interval that can be read ends before it starts."""
    start, _, end = interval.partition("/")
    return _seconds(end) < _seconds(start)


def _seconds(text: str) -> float:
    # TikTok's own example has a blank and one digit for the hour: "2017-12-01 T0:00".
    text = re.sub(r"\s*T(\d):", r"T0\1:", text.strip()).replace(" T", "T")
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp()
