"""Compares what events say of prices, values and currencies with the feed."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from gtmgen.catalogue.accounts import CatalogueAccount
from gtmgen.catalogue.checked_feed import Feed
from gtmgen.catalogue.index import Offer
from gtmgen.catalogue.model import MOST_EXAMPLES, Level
from gtmgen.catalogue.prices import is_within, read_number
from gtmgen.catalogue.sent_model import AN_OBJECT, SentEvent, SentItem
from gtmgen.recordings.model import Json
from gtmgen.text import quoted

_CENT = 0.0051  # half a cent of rounding on either side
_FEWEST = 3  # products with the same factor: fewer may be a coincidence
_MOST_PRODUCTS = 100_000  # whose price differs and is kept
# Rates of VAT and sales tax lie between these; a factor beyond them is something else.
_ROUNDING = 0.012  # of a price of about a unit
_LOWEST_TAX, _HIGHEST_TAX = 1.03, 1.30
_MOST_SHOWN = 40  # characters of a value
_SIZES = {"quantity": "order"}


class Factor(NamedTuple):
    """How many times the feed's price was sent; ``inverse`` where that is less than once, and
    ``times`` how many times the sent price the feed has."""

    times: float
    inverse: bool

    @property
    def rounded(self) -> Factor:
        return Factor(round(self.times, 2), self.inverse)

    def is_like(self, other: Factor) -> bool:
        """Whether both are one, but for prices that were rounded to cents."""
        return self.inverse == other.inverse and abs(self.times / other.times - 1) < _ROUNDING

    @property
    def text(self) -> str:
        """What it looks like."""
        times = self.times
        if times == 100:
            return (
                "it is a hundredth of the feed's price: the feed may be in cents"
                if self.inverse
                else "it is 100 times the feed's price: cents, where the feed has the whole unit"
            )
        if _LOWEST_TAX <= times <= _HIGHEST_TAX:
            percent = round(100 * (times - 1))
            net, gross = ("the event", "the feed") if self.inverse else ("the feed", "the event")
            return f"tax of {percent}%: {net} has prices without it, {gross} with it"
        template = (
            "the feed's price is {} times it" if self.inverse else "it is {} times the feed's price"
        )
        return f"{template.format(f'{times:g}')} for most products: another currency?"


def factor_of(sent: float, feed_price: float) -> Factor:
    """The factor between a price that was sent and the feed's; infinite where one is zero."""
    if sent <= 0 or feed_price <= 0:
        return Factor(float("inf"), sent < feed_price)
    return (
        Factor(feed_price / sent, True) if sent < feed_price else Factor(sent / feed_price, False)
    )


def _as_written(value: Json) -> str:
    """A value as the site wrote it, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text[:_MOST_SHOWN]


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
        self._is_of_parents = account.column == "item_group_id"
        self._not_for_sale = " or ".join(sorted(account.rules.not_for_sale))
        self._purchase = account.platform.pack.event_for("purchase")
        self._findings: dict[tuple[str, str, str, str], ValueFinding] = {}
        # By event and side, then by product: how many times the feed's price was sent.
        self._factors: dict[tuple[str, str], dict[str, tuple[Factor, ValueExample]]] = {}
        self._differing: Counter[tuple[str, str]] = Counter()

    def add(self, event: SentEvent, items: Sequence[tuple[SentItem, str]]) -> None:
        """Take an event whose items have these IDs as text."""
        self._check_currency(event)
        if event.odd_items:
            kind, expected = event.odd_items
            subject = "an item is" if expected == AN_OBJECT else "the items are"
            message = f"{subject} {kind}, not {expected}"
            self._note("items", "error", event, message, "", kind, expected)
        for item, id_ in items:
            self._check_quantity(event, id_, item.quantity)
            price = self._number("price", event, id_, item.price)
            if self._is_of_parents:
                self._check_parents_price(event, id_, price)
                continue
            product = self._feed.index.get(id_)
            if product is None:
                continue
            if price is not None and product.offer.price == product.offer.price:
                self._check_price(event, id_, price, product.offer)
            if not product.is_for_sale and event.event == self._purchase:
                message = f"the feed says that it is {self._not_for_sale}: is the feed an old one?"
                self._note("availability", "warning", event, message, id_, "bought", "")
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
                message = "it has no currency: what the numbers mean is left to the platform"
                self._note("currency", "error", event, message, "", "none", expected)
        elif expected and event.currency != expected:
            sent = _as_written(event.currency)
            message = f"its currency is {quoted(sent)}, and the feed's is `{expected}`"
            self._note("currency", "error", event, message, "", sent, expected)

    def _check_quantity(self, event: SentEvent, id_: str, value: Json) -> None:
        quantity = self._number("quantity", event, id_, value)
        if quantity is not None and quantity <= 0:
            message = "the quantity is zero or less"
            self._note("quantity", "error", event, message, id_, f"{quantity:g}", "1 or more")

    def _check_price(self, event: SentEvent, id_: str, price: float, offer: Offer) -> None:
        if abs(price - offer.price) < _CENT:
            return
        if abs(price - offer.sale_price) < _CENT:
            time, dates = event.time, offer.sale_dates
            # Without dates a sale price always applies (TikTok's page on catalogue parameters,
            # 2025).
            if time is not None and dates and is_within(dates, time) is False:
                message = "it is the sale price, outside of the dates that the feed gives it"
                expected = f"{offer.price:.2f}"
                self._note("price", "warning", event, message, id_, f"{price:.2f}", expected)
            return
        key = (event.event, event.side)
        self._differing[key] += 1
        factors = self._factors.setdefault(key, {})
        if id_ not in factors and len(factors) < _MOST_PRODUCTS:
            example = ValueExample(
                event.file, event.place, id_, f"{price:.2f}", f"{offer.price:.2f}"
            )
            factors[id_] = (factor_of(price, offer.price), example)

    def _check_parents_price(self, event: SentEvent, id_: str, price: float | None) -> None:
        """A parent has no price of its own: any between those of its products is right."""
        limits = self._feed.index.price_range(id_)
        if price is None or limits is None:
            return
        low, high = limits
        if not low - _CENT < price < high + _CENT:
            expected = f"{low:.2f}" if low == high else f"{low:.2f} to {high:.2f}"
            message = "it is not among the prices of the parent's products"
            self._note("price", "error", event, message, id_, f"{price:.2f}", expected)

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
        message = f"the value is not the sum of price and quantity; {where} may be the difference"
        self._note("value", "warning", event, message, "", f"{value:.2f}", f"{total:.2f}")

    def _number(self, noun: str, event: SentEvent, id_: str, value: Json) -> float | None:
        if value is None or value == "":
            return None
        number = read_number(value)
        if number is None:
            message = f"the {noun} is no number: {quoted(_as_written(value))}"
            # It was written as a number, but NaN and 1e400 are none that a feed could have.
            if isinstance(value, int | float) and not isinstance(value, bool):
                message = f"the {noun} is a number beyond any {_SIZES.get(noun, 'price')}"
            finding = self._finding("number", "error", event, f"the {noun} cannot be read")
            finding.add(ValueExample(event.file, event.place, id_, message, "a number"))
        return number

    # -- all events --------------------------------------------------------------------------

    def _judge_factors(
        self, key: tuple[str, str], factors: dict[str, tuple[Factor, ValueExample]]
    ) -> None:
        """One cause for a factor that most of the products share; else each price differs."""
        common, count = Counter(one.rounded for one, _ in factors.values()).most_common(1)[0]
        # One factor for most products is one cause, such as tax, cents or a currency: one finding,
        # not one for each product.
        is_shared = count >= _FEWEST and 2 * count > len(factors)
        alike: list[ValueExample] = []
        unlike: list[ValueExample] = []
        for factor, example in factors.values():
            (alike if is_shared and factor.is_like(common) else unlike).append(example)
        events = self._differing[key]
        for examples, message in ((alike, common.text), (unlike, "it is not what the feed has")):
            if examples:
                finding = ValueFinding("price", "error", *key, message)
                finding = self._findings.setdefault(("price", *key, message), finding)
                finding.count += round(events * len(examples) / len(factors))
                finding.examples += examples[:MOST_EXAMPLES]

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
