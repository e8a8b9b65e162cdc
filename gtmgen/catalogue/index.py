"""The products of a feed, by ID: small enough for millions of them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress, count
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


class PackedProducts(NamedTuple):
    """The products of an index in a form that goes quickly to another process."""

    ids: list[str]
    groups: list[str]
    currencies: list[str]
    lines: array[int]
    group_of: array[int]
    prices: array[float]
    sale_prices: array[float]
    currency_of: array[int]
    sale_dates: dict[int, str]
    not_for_sale: set[int]


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

    def adder(self) -> Callable[[str, int, str, tuple[float, float, str, str], bool], bool]:
        """A function that takes a product: ID, line, parent, offer, and whether it is for sale.

        It gives False where the ID is known already, and then nothing is taken. Its variables are
        local ones, which saves a fifth of the time that a large feed takes.
        """
        numbers, groups, currencies = self._numbers.setdefault, self._groups, self._currencies
        lines, group_of, currency_of = self._lines, self._group_of, self._currency_of
        prices, sale_prices = self._prices, self._sale_prices
        sale_dates, not_for_sale = self._sale_dates, self._not_for_sale

        def add(
            id_: str, line: int, group: str, offer: tuple[float, float, str, str], for_sale: bool
        ) -> bool:
            number = len(lines)
            if numbers(id_, number) != number:
                return False
            lines.append(line)
            group_of.append(groups.setdefault(group, len(groups)) if group else _NONE)
            price, sale_price, currency, dates = offer
            prices.append(price)
            sale_prices.append(sale_price)
            currency_of.append(currencies[currency])
            if dates:
                sale_dates[number] = dates
            if not for_sale:
                not_for_sale.add(number)
            return True

        return add

    def know_currency(self, currency: str) -> None:
        """Takes a currency, before the first offer in it."""
        self._currencies.setdefault(currency, len(self._currencies))

    def count_currencies(self) -> dict[str, int]:
        """How many products have each currency, most first; those without a price are left out."""
        counts = Counter(self._currency_of)
        names = list(self._currencies)
        return {names[number]: count for number, count in counts.most_common() if number}

    def __len__(self) -> int:
        return len(self._lines)

    def __contains__(self, id_: object) -> bool:
        return id_ in self._numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def has_group(self, id_: str) -> bool:
        return id_ in self._groups

    def iterate_groups(self) -> Iterator[str]:
        return iter(self._groups)

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
            "" if group == _NONE else self._group_names[group],
            Offer(
                self._prices[number],
                self._sale_prices[number],
                self._currency_names[self._currency_of[number]],
                self._sale_dates.get(number, ""),
            ),
            number not in self._not_for_sale,
        )

    def price_range(self, group: str) -> tuple[float, float] | None:
        """The lowest and the highest price of a parent's products, sale prices included; None for
        an ID that is no parent's, or where no price could be read."""
        number = self._groups.get(group)
        if number is None:
            return None
        low, high = (prices[number] for prices in self._price_ranges)
        return (low, high) if low <= high else None

    def pack(self) -> PackedProducts:
        """All products, for :meth:`take_over` of another process."""
        return PackedProducts(
            list(self._numbers),
            list(self._groups),
            list(self._currencies),
            self._lines,
            self._group_of,
            self._prices,
            self._sale_prices,
            self._currency_of,
            self._sale_dates,
            self._not_for_sale,
        )

    def take_over(self, second: PackedProducts, lines: int) -> dict[int, str]:
        """Take the products of the rest of the feed, which ``lines`` lines stand before.

        Gives the IDs that are known already, by their lines; nothing of these is taken.
        """
        start, numbers = len(self._lines), self._numbers
        is_new = [id_ not in numbers for id_ in second.ids]
        repeated: dict[int, str] = {}
        if not all(is_new):
            repeated = {
                second.lines[number] + lines: second.ids[number]
                for number, new in enumerate(is_new)
                if not new
            }
            second = _select(second, is_new)
        numbers.update(zip(second.ids, range(start, start + len(second.ids)), strict=True))
        self._lines.extend(line + lines for line in second.lines)
        # In the order in which its products name them, as if the feed had been read in one go.
        groups = {
            number: self._groups.setdefault(second.groups[number], len(self._groups))
            for number in dict.fromkeys(second.group_of)
            if number != _NONE
        } | {_NONE: _NONE}
        self._group_of.extend(map(groups.__getitem__, second.group_of))
        for currency in second.currencies:
            self.know_currency(currency)
        currencies = [self._currencies[currency] for currency in second.currencies]
        self._currency_of.extend(map(currencies.__getitem__, second.currency_of))
        self._prices.extend(second.prices)
        self._sale_prices.extend(second.sale_prices)
        self._sale_dates |= {start + number: text for number, text in second.sale_dates.items()}
        self._not_for_sale.update(start + number for number in second.not_for_sale)
        return repeated

    # Made when the first product is asked for: until then, the feed has been read.
    @cached_property
    def _group_names(self) -> list[str]:
        return list(self._groups)

    @cached_property
    def _currency_names(self) -> list[str]:
        return list(self._currencies)

    @cached_property
    def _price_ranges(self) -> tuple[array[float], array[float]]:
        infinity = float("inf")
        lows = array("d", [infinity]) * len(self._groups)
        highs = array("d", [-infinity]) * len(self._groups)
        for prices in (self._prices, self._sale_prices):
            for group, price in zip(self._group_of, prices, strict=True):
                if group != _NONE:  # of NaN, neither comparison is true
                    if price < lows[group]:
                        lows[group] = price
                    if price > highs[group]:
                        highs[group] = price
        return lows, highs


def _select(products: PackedProducts, is_chosen: Sequence[bool]) -> PackedProducts:
    """Some of the products; groups and currencies keep their numbers."""
    numbers = dict(zip(compress(range(len(is_chosen)), is_chosen), count(), strict=False))
    return products._replace(
        ids=list(compress(products.ids, is_chosen)),
        lines=array("q", compress(products.lines, is_chosen)),
        group_of=array("l", compress(products.group_of, is_chosen)),
        prices=array("d", compress(products.prices, is_chosen)),
        sale_prices=array("d", compress(products.sale_prices, is_chosen)),
        currency_of=array("H", compress(products.currency_of, is_chosen)),
        sale_dates={
            numbers[number]: text
            for number, text in products.sale_dates.items()
            if number in numbers
        },
        not_for_sale={numbers[number] for number in products.not_for_sale if number in numbers},
    )
