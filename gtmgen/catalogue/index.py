"""The products of a feed, by ID: small enough for millions of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

UNKNOWN = float("nan")
_NONE = -1


class Offer(NamedTuple):
    """What a product costs; ``price`` and ``sale_price`` are NaN where there is none to read.

    ``sale_dates`` is the text of the interval in which the sale price applies; "" is always.
    """

    price: float
    sale_price: float
    currency: str
    sale_dates: str = ""


NO_OFFER = Offer(UNKNOWN, UNKNOWN, "")


@dataclass(frozen=True, slots=True)
class Product:
    """What a feed says of one product; ``line`` is where it stands, ``group`` its parent or ""."""

    id: str
    line: int
    group: str
    offer: Offer
    is_for_sale: bool


class ProductIndex:
    """Products by ID and by the ID of their parent, in about 250 bytes for each product.

    Columns of numbers instead of an object for each product: a million of those would take four
    times as much.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._groups: dict[str, int] = {}
        self._lines = array("q")
        self._group_of = array("l")
        self._prices = array("d")
        self._sale_prices = array("d")
        self._currencies: dict[str, int] = {"": 0}
        self._currency_of = array("H")
        self._sale_dates: dict[int, str] = {}
        self._not_for_sale: set[int] = set()

    def add(self, id_: str, line: int, group: str, offer: Offer, *, is_for_sale: bool) -> bool:
        """Take a product; False where its ID is known already, and nothing is taken."""
        number = len(self._lines)
        if self._numbers.setdefault(id_, number) != number:
            return False
        groups = self._groups
        self._lines.append(line)
        self._group_of.append(groups.setdefault(group, len(groups)) if group else _NONE)
        price, sale_price, currency, sale_dates = offer
        self._prices.append(price)
        self._sale_prices.append(sale_price)
        self._currency_of.append(self._currencies.setdefault(currency, len(self._currencies)))
        if sale_dates:
            self._sale_dates[number] = sale_dates
        if not is_for_sale:
            self._not_for_sale.add(number)
        return True

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def has_group(self, id_: str) -> bool:
        return id_ in self._groups

    @property
    def groups(self) -> int:
        """How many parents there are."""
        return len(self._groups)

    def line_of(self, id_: str) -> int:
        return self._lines[self._numbers[id_]]

    def get(self, id_: str) -> Product | None:
        """The product with exactly this ID."""
        number = self._numbers.get(id_)
        if number is None:
            return None
        group = self._group_of[number]
        return Product(
            id_,
            self._lines[number],
            "" if group == _NONE else self._name_of(self._groups, group),
            Offer(
                self._prices[number],
                self._sale_prices[number],
                self._name_of(self._currencies, self._currency_of[number]),
                self._sale_dates.get(number, ""),
            ),
            number not in self._not_for_sale,
        )

    def _name_of(self, names: dict[str, int], number: int) -> str:
        """The inverse of a mapping to consecutive numbers, kept once it has been asked for."""
        return self._inverse(names)[number]

    def _inverse(self, names: dict[str, int]) -> list[str]:
        known: dict[int, list[str]] = self.__dict__.setdefault("_inverses", {})
        inverse = known.get(id(names))
        if inverse is None or len(inverse) != len(names):
            inverse = known[id(names)] = list(names)
        return inverse
