"""Compares what events say of prices, values and currencies with the feed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gtmgen.catalogue.check import Feed
from gtmgen.catalogue.index import Offer
from gtmgen.catalogue.model import MOST_EXAMPLES, Level
from gtmgen.catalogue.prices import is_within, read_number
from gtmgen.catalogue.sent import CatalogueAccount, SentEvent, SentItem
from gtmgen.recordings.model import Json
from gtmgen.text import quoted

_CENT = 0.0051  # half a cent of rounding on either side
_FEWEST = 3  # products with the same factor: fewer may be a coincidence
_MOST_PRODUCTS = 100_000  # whose price differs and is kept
# Rates of VAT and sales tax lie between these; a factor beyond them is something else.
_LOWEST_TAX, _HIGHEST_TAX = 1.03, 1.30


class ValueExample(NamedTuple):
    """Where an event says it: the product's ID or "", what was sent, what the feed has."""

    file: str
    place: str
    product: str
    sent: str
    expected: str


@dataclass(slots=True)
class ValueFinding:
    """What is wrong with values of one event (and side, in ``event``), and how often."""

    rule: str
    level: Level
    event: str
    side: str
    message: str
    count: int = 0
    examples: list[ValueExample] = field(default_factory=list)

    def add(self, example: ValueExample) -> None:
        self.count += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(example)


class ValueCheck:
    """Collects one account's events; prices that differ are judged together at the end, since a
    factor that many products share has one cause."""

    def __init__(self, account: CatalogueAccount, feed: Feed) -> None:
        self._feed = feed
        self._not_for_sale = " or ".join(sorted(account.rules.not_for_sale))
        self._purchase = account.platform.pack.event_for("purchase")
        self._findings: dict[tuple[str, str, str, str], ValueFinding] = {}
        # By event and side, then by product: how many times the feed's price was sent.
        self._factors: dict[tuple[str, str], dict[str, tuple[float, ValueExample]]] = {}
        self._differing: Counter[tuple[str, str]] = Counter()

    def add(self, event: SentEvent, items: Sequence[tuple[SentItem, str]]) -> None:
        """Take an event whose items have these IDs as text."""
        self._check_currency(event)
        for item, id_ in items:
            price = self._number("price", event, id_, item.price)
            product = self._feed.index.get(id_)
            if product is None:
                continue
            if price is not None and product.offer.price == product.offer.price:
                self._check_price(event, id_, price, product.offer)
            if not product.is_for_sale and event.event == self._purchase:
                told = f"the feed says that it is {self._not_for_sale}: is the feed an old one?"
                self._note("availability", "warning", event, told, id_, "bought", "")
        self._check_value(event, [item for item, _ in items])

    def finish(self) -> Iterator[ValueFinding]:
        """Everything that is wrong, errors first and the most frequent first."""
        for key, factors in self._factors.items():
            self._judge_factors(key, factors)
        order = sorted(
            self._findings.values(),
            key=lambda one: (one.level != "error", -one.count, one.event, one.rule, one.message),
        )
        yield from order

    # -- one event ---------------------------------------------------------------------------

    def _check_currency(self, event: SentEvent) -> None:
        has_price = event.value is not None or any(one.price is not None for one in event.items)
        expected = self._feed.currency
        if event.currency in (None, ""):
            if has_price:
                told = "it has no currency: what the numbers mean is left to the platform"
                self._note("currency", "error", event, told, "", "none", expected)
        elif expected and event.currency != expected:
            told = f"its currency is {quoted(str(event.currency))}, and the feed's is `{expected}`"
            self._note("currency", "error", event, told, "", str(event.currency), expected)

    def _check_price(self, event: SentEvent, id_: str, price: float, offer: Offer) -> None:
        if abs(price - offer.price) < _CENT:
            return
        if abs(price - offer.sale_price) < _CENT:
            time, dates = event.time, offer.sale_dates
            if time is not None and dates and is_within(dates, time) is False:
                told = "it is the sale price, outside of the dates that the feed gives it"
                expected = f"{offer.price:.2f}"
                self._note("price", "warning", event, told, id_, f"{price:.2f}", expected)
            return
        key = (event.event, event.side)
        self._differing[key] += 1
        factors = self._factors.setdefault(key, {})
        if id_ not in factors and len(factors) < _MOST_PRODUCTS:
            factor = price / offer.price if offer.price else 0.0
            example = ValueExample(
                event.file, event.place, id_, f"{price:.2f}", f"{offer.price:.2f}"
            )
            factors[id_] = (factor, example)

    def _check_value(self, event: SentEvent, items: Sequence[SentItem]) -> None:
        """The value is what the items cost together, perhaps with the shipping and tax named."""
        value = self._number("value", event, "", event.value)
        prices = [read_number(item.price) for item in items]
        quantities = [
            1.0 if item.quantity is None else read_number(item.quantity) for item in items
        ]
        if value is None or None in prices or None in quantities:
            return
        pairs = zip(prices, quantities, strict=True)
        total = sum((price or 0.0) * (quantity or 0.0) for price, quantity in pairs)
        if abs(value - total) < _CENT * max(1, len(items)):
            return
        if event.extra and abs(value - total - event.extra) < _CENT * max(1, len(items)):
            return
        where = "shipping, a discount or tax" if event.event == self._purchase else "the quantity"
        told = f"the value is not the sum of price and quantity; {where} may be the difference"
        self._note("value", "warning", event, told, "", f"{value:.2f}", f"{total:.2f}")

    def _number(self, what: str, event: SentEvent, id_: str, value: Json) -> float | None:
        if value is None or value == "":
            return None
        number = read_number(value)
        if number is None:
            told = f"the {what} is no number: {quoted(str(value)[:40])}"
            finding = self._finding("number", "error", event, f"the {what} cannot be read")
            finding.add(ValueExample(event.file, event.place, id_, told, "a number"))
        return number

    # -- all events --------------------------------------------------------------------------

    def _judge_factors(
        self, key: tuple[str, str], factors: dict[str, tuple[float, ValueExample]]
    ) -> None:
        """One cause for a factor that most of the products share; else each price differs."""
        common = Counter(round(factor, 2) for factor, _ in factors.values()).most_common(1)
        factor, count = common[0]
        shared = count >= _FEWEST and 2 * count > len(factors)
        alike = [one for one in factors.values() if shared and abs(one[0] - factor) < 0.0151]
        others = (
            [one for one in factors.values() if one not in alike] if shared else [*factors.values()]
        )
        events = self._differing[key]
        for group, message in (
            (alike, _name_of_factor(factor)),
            (others, "it is not what the feed has"),
        ):
            if group:
                finding = self._findings.setdefault(
                    ("price", *key, message), ValueFinding("price", "error", *key, message)
                )
                finding.count += round(events * len(group) / len(factors))
                finding.examples += [example for _, example in group[:MOST_EXAMPLES]]

    def _note(
        self,
        rule: str,
        level: Level,
        event: SentEvent,
        message: str,
        id_: str,
        sent: str,
        feed: str,
    ) -> None:
        example = ValueExample(event.file, event.place, id_, sent, feed)
        self._finding(rule, level, event, message).add(example)

    def _finding(self, rule: str, level: Level, event: SentEvent, message: str) -> ValueFinding:
        key = (rule, event.event, event.side, message)
        finding = self._findings.get(key)
        if finding is None:
            finding = ValueFinding(rule, level, event.event, event.side, message)
            self._findings[key] = finding
        return finding


def _name_of_factor(factor: float) -> str:
    if abs(factor - 100) < 0.5:
        return "it is 100 times the feed's price: cents, where the feed has the whole unit"
    if abs(factor - 0.01) < 0.0051:
        return "it is a hundredth of the feed's price: the feed may be in cents"
    greater = factor if factor >= 1 else (1 / factor if factor else 0.0)
    if _LOWEST_TAX <= greater <= _HIGHEST_TAX:
        percent = round(100 * (greater - 1))
        net, gross = ("the feed", "the event") if factor > 1 else ("the event", "the feed")
        return f"tax of {percent} %: {net} has prices without it, {gross} with it"
    return f"it is {factor:g} times the feed's price for most products: another currency?"
