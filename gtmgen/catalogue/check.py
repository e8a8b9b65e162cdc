"""Checks the products of a feed, one by one, and keeps what events are compared with."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from operator import itemgetter
from pathlib import Path
from typing import IO

from gtmgen.catalogue.encoding import open_feed
from gtmgen.catalogue.index import NO_OFFER, UNKNOWN, Offer, ProductIndex
from gtmgen.catalogue.markup import MarkupReader
from gtmgen.catalogue.model import (
    MOST_EXAMPLES,
    Example,
    FeedError,
    FeedFinding,
    FeedReader,
    Level,
    RowFlaw,
)
from gtmgen.catalogue.prices import is_within, read_price, why_no_price
from gtmgen.catalogue.table import TableReader
from gtmgen.packs.catalogue import COLUMNS, CatalogueRules
from gtmgen.text import listing, quoted

_NOT_PLAIN = re.compile("[\x00-\x1f\x7f-\x9f\ufffd\u2600-\u27bf\ufe0f\U0001f1e6-\U0001faff]")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+", re.ASCII)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s/]")
_LOOK = 64  # bytes at the start
_POSITION = {name: number for number, name in enumerate(COLUMNS)}


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that has been read: its products, and what is wrong with it.

    ``records`` counts products with those whose ID repeats another's; ``skipped`` the rows that
    could not be read. ``currencies`` are counted by product.
    """

    file: str
    format: str
    columns: tuple[str, ...]
    records: int
    skipped: int
    index: ProductIndex
    currencies: dict[str, int]
    findings: tuple[FeedFinding, ...]

    @property
    def currency(self) -> str:
        """The currency of most products; "" where no price could be read."""
        return max(self.currencies, key=lambda name: self.currencies[name], default="")


def open_reader(file: str, stream: IO[bytes], rules: CatalogueRules) -> FeedReader:
    """The reader for what the first bytes look like."""
    assert isinstance(stream, io.BufferedReader)
    start = stream.peek(_LOOK)[:_LOOK]
    text = start.replace(b"\0", b"").strip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if not text:
        raise FeedError(file, None, "the feed is empty")
    reader = MarkupReader if text.startswith(b"<") else TableReader
    return reader(file, stream, rules)


def read_feed(path: Path, rules: CatalogueRules, currencies: frozenset[str]) -> Feed:
    """Read and check a feed; ``currencies`` are those that the platform knows, if it says so.

    Raises :class:`GtmgenError` for a feed that cannot be read to its end, with line and column
    where one is to blame.
    """
    with open_feed(path) as stream:
        reader = open_reader(str(path), stream, rules)
        return FeedCheck(str(path), reader, rules, currencies).run()


@dataclass
class FeedCheck:
    """One pass over one feed."""

    file: str
    reader: FeedReader
    rules: CatalogueRules
    known_currencies: frozenset[str]
    index: ProductIndex = field(default_factory=ProductIndex)
    records: int = 0
    skipped: int = 0

    def __post_init__(self) -> None:
        rules = self.rules
        self._findings: dict[tuple[str, str, str], FeedFinding] = {}
        self._currencies: dict[str, FeedFinding] = {}
        self._limits = [(_POSITION[one.name], one.max) for one in rules.columns if one.max]
        self._plain = [_POSITION[one.name] for one in rules.columns if one.plain]
        self._required = [_POSITION[one.name] for one in rules.columns if one.required]
        self._are_required = itemgetter(*self._required)
        self._availability: dict[str, str | None] = {}
        self._condition: dict[str, bool] = {}

    def run(self) -> Feed:
        """Read the feed to its end."""
        for product in self.reader.products():
            if isinstance(product, RowFlaw):
                self.skipped += 1
                example = Example(product.place, "", "")
                self._finding("row", "error", "", product.message).add(example)
            else:
                self.records += 1
                self._check(product)
        return Feed(
            file=self.file,
            format=self.reader.format,
            columns=tuple(self.reader.columns),
            records=self.records,
            skipped=self.skipped,
            index=self.index,
            currencies={name: one.count for name, one in self._currencies.items()},
            findings=tuple(sorted(self._finish(), key=_by_weight)),
        )

    def _check(self, product: tuple[str, ...]) -> None:
        # Runs for each of millions of products: what is right is found so by few operations.
        (id_, _, _, availability, condition, price, link, image, _, group, sale, dates) = product
        if not all(self._are_required(product)):
            self._tell_missing(product)
        for position, most in self._limits:
            if len(product[position]) > most:
                self._tell_length(product, position, most)
        for position in self._plain:
            value = product[position]
            if not (value.isascii() and value.isprintable()) and _NOT_PLAIN.search(value):
                text = "it holds emoji or control characters"
                self._add("characters", "error", COLUMNS[position], text, product)
        word = self._availability.get(availability)
        if word is None and availability:
            word = self._learn_availability(availability, product)
        if condition and not self._condition.get(condition):
            self._learn_condition(condition, product)
        if link and not link.startswith("https://"):
            self._check_address("link", product)
        if image and not image.startswith("https://"):
            self._check_address("image_link", product)
        offer = self._read_offer(product, price, sale, dates)
        if id_:
            if not id_.isalnum():
                self._check_id(id_, product)
            is_for_sale = word not in self.rules.not_for_sale
            line = self.reader.line
            if not self.index.add(id_.strip(), line, group, offer, is_for_sale=is_for_sale):
                self._tell_duplicate(id_.strip(), product)

    def _tell_missing(self, product: tuple[str, ...]) -> None:
        for position in self._required:
            if not product[position]:
                name = COLUMNS[position]
                self._add("missing", "error", name, f"{quoted(name)} is empty", product)

    def _tell_length(self, product: tuple[str, ...], position: int, most: int) -> None:
        self._add("length", "error", COLUMNS[position], f"it has more than {most:,} characters", product)

    def _learn_availability(self, text: str, product: tuple[str, ...]) -> str | None:
        word = " ".join(text.replace("_", " ").lower().split())
        if word in self.rules.availability:
            self._availability[text] = word
            return word
        nearest = self.rules.foreign.get(word)
        if nearest is not None:
            told = f"`{word}` is a word of other platforms; {quoted(nearest)} is nearest"
            self._add("availability", "warning", "availability", told, product)
            return nearest
        told = f"it is none of {listing(sorted(self.rules.availability))}"
        self._add("availability", "error", "availability", told, product)
        return None

    def _learn_condition(self, text: str, product: tuple[str, ...]) -> None:
        if text.strip().lower() in self.rules.condition:
            self._condition[text] = True
            return
        told = f"it is none of {listing(sorted(self.rules.condition))}"
        self._add("condition", "error", "condition", told, product)

    def _check_address(self, column: str, product: tuple[str, ...]) -> None:
        if not _ADDRESS.match(product[_POSITION[column]].strip()):
            told = "an address begins with its scheme, `https://`"
            self._add("address", "error", column, told, product)

    def _read_offer(self, product: tuple[str, ...], price: str, sale: str, dates: str) -> Offer:
        regular = read_price(price)
        if regular is None:
            if price:
                self._add("price", "error", "price", why_no_price(price), product)
            return NO_OFFER
        self._count_currency(regular.currency, product)
        if not sale:
            return Offer(regular.amount, UNKNOWN, regular.currency)
        reduced = read_price(sale)
        if reduced is None:
            self._add("price", "error", "sale_price", why_no_price(sale), product)
            return Offer(regular.amount, UNKNOWN, regular.currency)
        if reduced.currency != regular.currency:
            told = "its currency is not the price's"
            self._add("currency", "error", "sale_price", told, product)
        elif reduced.amount > regular.amount:
            told = "it is higher than the price"
            self._add("price", "warning", "sale_price", told, product)
        if dates and is_within(dates, 0.0) is None:
            told = "it is not read as two dates with `/` between them"
            self._add("dates", "warning", "sale_price_effective_date", told, product)
        return Offer(regular.amount, reduced.amount, regular.currency, dates)

    def _count_currency(self, currency: str, product: tuple[str, ...]) -> None:
        finding = self._currencies.get(currency)
        if finding is None:
            finding = self._currencies[currency] = FeedFinding("currency", "error", "price", "")
        finding.count += 1
        if len(finding.examples) < MOST_EXAMPLES:
            finding.examples.append(self._example("price", product))

    def _check_id(self, id_: str, product: tuple[str, ...]) -> None:
        if id_ != id_.strip():
            self._add("id", "warning", "sku_id", "blanks stand around it", product)
        elif _SCIENTIFIC.fullmatch(id_):
            told = "a spreadsheet has rounded it: format the column as text before saving"
            self._add("id", "error", "sku_id", told, product)
        elif id_.endswith(".0") and id_[:-2].isdigit():
            told = "a spreadsheet has made a decimal number of it"
            self._add("id", "warning", "sku_id", told, product)

    def _tell_duplicate(self, id_: str, product: tuple[str, ...]) -> None:
        finding = self._finding(
            "duplicate",
            "error",
            "sku_id",
            "an earlier product has the same ID; rows that share one are ignored",
        )
        finding.count += 1
        if len(finding.examples) < MOST_EXAMPLES:
            first = f"first in line {self.index.line_of(id_)}"
            finding.examples.append(Example(self.reader.place("sku_id"), id_, first))

    # -- findings ----------------------------------------------------------------------------

    def _add(
        self, rule: str, level: Level, column: str, message: str, product: tuple[str, ...]
    ) -> None:
        finding = self._finding(rule, level, column, message)
        finding.count += 1
        if len(finding.examples) < MOST_EXAMPLES:
            finding.examples.append(self._example(column, product))

    def _example(self, column: str, product: tuple[str, ...]) -> Example:
        return Example(self.reader.place(column), product[0], product[_POSITION[column]])

    def _finding(self, rule: str, level: Level, column: str, message: str) -> FeedFinding:
        key = (rule, column, message)
        finding = self._findings.get(key)
        if finding is None:
            finding = self._findings[key] = FeedFinding(rule, level, column, message)
        return finding

    def _finish(self) -> Iterator[FeedFinding]:
        for finding in self._findings.values():
            if finding.rule == "missing" and finding.count == self.records:
                told = f"no product has {quoted(finding.column)}, which is required"
                yield replace(finding, message=told)
            else:
                yield finding
        yield from self._judge_currencies()
        yield from self.reader.notes
        if not self.records:
            yield FeedFinding("empty", "error", "", "the feed has no product that can be read")

    def _judge_currencies(self) -> Iterator[FeedFinding]:
        by_count = sorted(self._currencies.items(), key=lambda item: -item[1].count)
        known = self.known_currencies
        for place, (currency, finding) in enumerate(by_count):
            if place:
                told = f"`{currency}`, where most have `{by_count[0][0]}`: a catalogue has one currency"
                yield replace(finding, message=told)
            if known and currency not in known:
                told = f"`{currency}` is not in the platform's list of currencies"
                yield replace(finding, level="warning", message=told)


def _by_weight(finding: FeedFinding) -> tuple[bool, int]:
    """Errors first, then what most products have."""
    return finding.level != "error", -finding.count
