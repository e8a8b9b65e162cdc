"""A feed that has been read, or a part of it, with what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from gtmgen.catalogue.flaws import FeedFlaws
from gtmgen.catalogue.index import PackedProducts, ProductIndex
from gtmgen.catalogue.model import FeedFinding, IdWatch


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed that has been read: its products, and what is wrong with it.

    ``records`` counts products with those whose ID repeats another's; ``skipped`` the rows that
    could not be read. ``currencies`` are counted by product, the most frequent first.
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
        return next(iter(self.currencies), "")


@dataclass(frozen=True, slots=True)
class FeedPart:
    """What one process has read of a feed, in a form that goes to another."""

    records: int
    skipped: int
    products: PackedProducts
    flaws: FeedFlaws
    notes: list[FeedFinding]
    watch: IdWatch | None
