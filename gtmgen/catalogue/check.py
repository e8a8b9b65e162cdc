"""Checks the products of a feed, one by one, and keeps what events are compared with."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from gtmgen.catalogue.addresses import explain_address
from gtmgen.catalogue.checked_feed import Feed, FeedPart
from gtmgen.catalogue.flaws import POSITION, FeedFlaws
from gtmgen.catalogue.hosts import SiteHosts
from gtmgen.catalogue.index import NO_OFFER, UNKNOWN, Offer, ProductIndex
from gtmgen.catalogue.model import FeedPosition, FeedReader, IdWatch, RowFlaw
from gtmgen.catalogue.prices import PRICE, is_reversed, is_within, read_price, why_no_price
from gtmgen.catalogue.table import TableReader
from gtmgen.packs.catalogue import COLUMNS, CatalogueRules
from gtmgen.text import listing, quoted

_NOT_PLAIN = re.compile("[\x00-\x1f\x7f-\x9f\ufffd\u2600-\u27bf\ufe0f\U0001f1e6-\U0001faff]")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+", re.ASCII)
_MOST_OFFERS = 100_000
_LIMITED = ("sku_id", "title", "description", "brand")


@dataclass
class FeedCheck:
    """One pass over one feed."""

    file: str
    reader: FeedReader
    rules: CatalogueRules
    known_currencies: frozenset[str]
    watch: IdWatch | None = None
    hosts: SiteHosts = field(default_factory=lambda: SiteHosts(()))
    index: ProductIndex = field(default_factory=ProductIndex)
    records: int = 0
    skipped: int = 0

    def __post_init__(self) -> None:
        rules = self.rules
        by_name = {one.name: one for one in rules.columns}
        self.flaws = FeedFlaws(self.reader)
        self._limits = [by_name[name].max or sys.maxsize for name in _LIMITED]
        self._plain = [POSITION[one.name] for one in rules.columns if one.plain]
        self._required = [POSITION[one.name] for one in rules.columns if one.required]
        self._no_availability = f"it is none of {listing(sorted(rules.availability))}"
        self._no_condition = f"it is none of {listing(sorted(rules.condition))}"
        # What has been seen and is right, as the feed spells it.
        self._availability: dict[str, bool] = {}
        self._condition: set[str] = set()

    def start_part(self, reader: FeedReader) -> FeedCheck:
        """A check of another part of the same feed, by the same rules."""
        return FeedCheck(
            self.file, reader, self.rules, self.known_currencies, self.watch, self.hosts
        )

    def pack(self) -> FeedPart:
        """What has been read, for :meth:`take_over` of another process."""
        notes = self.reader.notes
        products, flaws = self.index.pack(), self.flaws.detach()
        return FeedPart(self.records, self.skipped, products, flaws, notes, self.watch)

    def take_over(
        self,
        second: FeedPart,
        lines: int,
        place_ids: Callable[[Iterable[int]], Iterable[FeedPosition]],
    ) -> None:
        """Go on with the second half of a table, which ``lines`` lines stand before; ``place_ids``
        finds the places of the IDs of such lines."""
        assert isinstance(self.reader, TableReader)
        self.records += second.records
        self.skipped += second.skipped
        repeated = self.index.take_over(second.products, lines)
        self.flaws.take_over(second.flaws, lines, repeated, place_ids, self.index.line_of)
        self.reader.take_over(second.notes, lines)
        if self.watch is not None and second.watch is not None:
            self.watch.take_over(second.watch)

    def finish(self) -> Feed:
        """What is known of the feed when it has been read."""
        currencies = self.index.count_currencies()
        findings = self.flaws.finish(self.records, currencies, self.known_currencies)
        return Feed(
            file=self.file,
            format=self.reader.format,
            columns=tuple(self.reader.columns),
            records=self.records,
            skipped=self.skipped,
            index=self.index,
            currencies=currencies,
            findings=tuple(findings),
        )

    def read(self) -> None:
        """Read the feed to its end, and check each product."""
        # One long function, since it runs for each of millions of products: calls and attributes
        # would take more time than the checks. What is right passes by a few operations; what is
        # wrong is told by a method.
        reader, read_price = self.reader, PRICE.fullmatch
        add = self.index.adder()
        availabilities, conditions = self._availability, self._condition
        currencies = self.flaws.full_currencies
        is_bound, hosts = self.hosts.is_bound, self.hosts.passed
        offers: dict[str, Offer] = {}  # by the text of a price: many products cost the same
        max_id, max_title, max_description, max_brand = self._limits
        records = 0
        for product in reader.products(self.watch):
            if isinstance(product, RowFlaw):
                self.skipped += 1
                self.flaws.add_row(product)
                continue
            records += 1
            (id_, title, text, stock, condition, price, link, image, brand, group, sale, dates) = (
                product
            )
            if not (
                id_
                and title
                and text
                and stock
                and condition
                and price
                and link
                and image
                and brand
            ):
                self._tell_missing(product)
            if (
                len(text) > max_description
                or len(title) > max_title
                or len(id_) > max_id
                or len(brand) > max_brand
            ):
                self._tell_length(product)
            if not (title.isascii() and title.isprintable() and id_.replace("-", "").isalnum()):
                self._check_texts(product)
            is_for_sale = availabilities.get(stock)
            if is_for_sale is None:
                is_for_sale = self._learn_availability(stock, product)
            if condition not in conditions:
                self._learn_condition(condition, product)
            if (
                link[:8] != "https://"
                or image[:8] != "https://"
                or link[8:9] in "/?#"  # no host, as where nothing follows
                or image[8:9] in "/?#"
                or " " in link
                or " " in image
                or "\t" in link
                or "\t" in image
            ):
                self._check_addresses(product)
            if is_bound and link[8:].partition("/")[0] not in hosts:
                self._check_host(product)
            offer = None if sale else offers.get(price)
            if offer is None:
                match = read_price(price)
                if match is None:
                    offer = self._tell_price(product)
                else:
                    currency = match[2]
                    if currency not in currencies:
                        self._learn_currency(currency, product)
                    amount = float(match[1])
                    if not amount:
                        self._tell_zero("price", product)
                    if sale:
                        offer = self._read_sale(product, amount, currency, sale, dates)
                    else:
                        offer = Offer(amount, UNKNOWN, currency)
                        if amount and currency in currencies and len(offers) < _MOST_OFFERS:
                            offers[price] = offer
            if id_ and not add(id_, reader.line, group, offer, is_for_sale):
                self.flaws.add_duplicate(id_, self.index.line_of(id_))
        self.records = records

    def _tell_missing(self, product: tuple[str, ...]) -> None:
        for position in self._required:
            if not product[position]:
                self.flaws.add(
                    "missing", "error", COLUMNS[position], "it is required, and empty", product
                )

    def _tell_length(self, product: tuple[str, ...]) -> None:
        for column, most in zip(_LIMITED, self._limits, strict=True):
            if len(product[POSITION[column]]) > most:
                self.flaws.add(
                    "length", "error", column, f"it has more than {most:,} characters", product
                )

    def _check_texts(self, product: tuple[str, ...]) -> None:
        for position in self._plain:
            if _NOT_PLAIN.search(product[position]):
                message = "it holds emoji or control characters"
                self.flaws.add("characters", "error", COLUMNS[position], message, product)
        if not product[0].isalnum():
            self._check_id(product[0], product)

    def _learn_availability(self, text: str, product: tuple[str, ...]) -> bool:
        """Whether a product of such a word is for sale; what cannot be told counts as if."""
        # TikTok itself writes `in stock` (help page), `In stock` (template) and `IN_STOCK` (API).
        word = " ".join(text.replace("_", " ").lower().split())
        if not word:
            return True
        if word in self.rules.availability:
            self._availability[text] = word not in self.rules.not_for_sale
            return self._availability[text]
        nearest = self.rules.foreign.get(word)
        if nearest is None:
            self.flaws.add("availability", "error", "availability", self._no_availability, product)
            return True
        message = f"`{word}` is a word of other platforms; {quoted(nearest)} is nearest"
        self.flaws.add("availability", "warning", "availability", message, product)
        return nearest not in self.rules.not_for_sale

    def _learn_condition(self, text: str, product: tuple[str, ...]) -> None:
        word = text.strip().lower()
        if not word or word in self.rules.condition:
            self._condition.add(text)
            return
        self.flaws.add("condition", "error", "condition", self._no_condition, product)

    def _check_addresses(self, product: tuple[str, ...]) -> None:
        for column in ("link", "image_link"):
            address = product[POSITION[column]].strip()
            if address and (why := explain_address(address)):
                self.flaws.add("address", "error", column, why, product)

    def _check_host(self, product: tuple[str, ...]) -> None:
        if self.hosts.is_foreign(product[POSITION["link"]]):
            message = "it leads to a host that `site.hosts` of the spec does not name"
            self.flaws.add("host", "warning", "link", message, product)

    def _tell_price(self, product: tuple[str, ...]) -> Offer:
        text = product[POSITION["price"]]
        price = read_price(text.strip())
        if price is not None:
            self._learn_currency(price.currency, product)
            if not price.amount:
                self._tell_zero("price", product)
            *_, sale, dates = product
            if sale:
                return self._read_sale(product, *price, sale, dates)
            return Offer(price.amount, UNKNOWN, price.currency)
        if text:
            self.flaws.add("price", "error", "price", why_no_price(text), product)
        return NO_OFFER

    def _read_sale(
        self, product: tuple[str, ...], price: float, currency: str, sale: str, dates: str
    ) -> Offer:
        regular = Offer(price, UNKNOWN, currency)
        reduced = read_price(sale)
        if reduced is None:
            self.flaws.add("price", "error", "sale_price", why_no_price(sale), product)
            return regular
        if reduced.currency != currency:
            message = "its currency is not the price's"
            self.flaws.add("currency", "error", "sale_price", message, product)
            return regular
        if not reduced.amount:
            self._tell_zero("sale_price", product)
        if reduced.amount > price:
            self.flaws.add("price", "warning", "sale_price", "it is higher than the price", product)
        # Any moment would do: this asks whether the dates can be read.
        if dates and is_within(dates, 0.0) is None:
            message = "it is not read as two dates with `/` between them"
            self.flaws.add("dates", "warning", "sale_price_effective_date", message, product)
        elif dates and is_reversed(dates):
            message = "it ends before it starts: the sale price never applies"
            self.flaws.add("dates", "warning", "sale_price_effective_date", message, product)
        return Offer(price, reduced.amount, currency, dates)

    def _tell_zero(self, column: str, product: tuple[str, ...]) -> None:
        self.flaws.add("price", "warning", column, "it is zero: is the product free?", product)

    def _learn_currency(self, currency: str, product: tuple[str, ...]) -> None:
        if currency not in self.flaws.full_currencies:
            self.index.know_currency(currency)
            self.flaws.add_currency(currency, product)

    def _check_id(self, id_: str, product: tuple[str, ...]) -> None:
        if id_ != id_.strip():
            self.flaws.add("id", "warning", "sku_id", "blanks stand around it", product)
        elif _SCIENTIFIC.fullmatch(id_):
            message = "a spreadsheet has rounded it: format the column as text before saving"
            self.flaws.add("id", "error", "sku_id", message, product)
        # The event then has `119`, and platforms compare IDs as text.
        elif id_.endswith(".0") and id_[:-2].isdigit():
            message = "a spreadsheet has made a decimal number of it"
            self.flaws.add("id", "warning", "sku_id", message, product)
