"""Which field of an item would match the feed best, and as which content type."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gtmgen.catalogue.accounts import CatalogueAccount
from gtmgen.catalogue.index import ProductIndex
from gtmgen.catalogue.sent_model import SentEvent
from gtmgen.recordings.model import Json

_NO_IDS = frozenset(("price", "quantity", "discount", "index", "coupon", "currency"))
_MOST_FIELDS = 200
_MOST_LENGTH = 200


@dataclass(frozen=True, slots=True)
class IdSource:
    """A field of the site's items as a source of content IDs; ``share`` is the percentage of all
    items whose value is in the feed, as that content type."""

    content_id: str
    content_type: str
    items: int
    matched: int
    share: float
    is_current: bool


class FieldScores:
    """Counts, for each field of the items, how many values are IDs of products or of parents."""

    def __init__(self, account: CatalogueAccount, index: ProductIndex) -> None:
        self._account = account
        self._has = {"sku_id": index.__contains__, "item_group_id": index.has_group}
        self._items = 0
        self._matched: Counter[tuple[str, str]] = Counter()
        self._fields: set[str] = set()

    def add(self, event: SentEvent) -> None:
        for item in event.items:
            self._items += 1
            # Without the site's own item, what was sent is all that is known.
            fields = item.fields or {self._account.content_id: item.id}
            self._count(_named_by_spec(fields, event.field_names))

    def ranked(self) -> Iterator[IdSource]:
        """The sources that match anything, and the spec's own; the best first."""
        account = self._account
        current = (account.content_id, account.content_type)
        candidates = {
            (name, type_)
            for name in (*self._fields, account.content_id)
            for type_ in account.rules.types
            if self._matched[name, type_] or (name, type_) == current
        }
        if not self._items:
            return
        for name, type_ in sorted(
            candidates, key=lambda one: (-self._matched[one], one != current, one)
        ):
            matched = self._matched[name, type_]
            share = 100 * matched / self._items
            is_current = (name, type_) == current
            yield IdSource(name, type_, self._items, matched, share, is_current)

    def _count(self, fields: Mapping[str, Json]) -> None:
        for name, value in fields.items():
            if name in _NO_IDS or not _may_be_id(value):
                continue
            if name not in self._fields:
                if len(self._fields) >= _MOST_FIELDS:
                    continue
                self._fields.add(name)
            for type_, column in self._account.rules.types.items():
                self._matched[name, type_] += self._has[column](str(value))


def _named_by_spec(fields: Mapping[str, Json], names: Mapping[str, str]) -> dict[str, Json]:
    """The fields by the names that a spec uses: `fields: {item_id: sku}` makes `item_id` of
    `sku`."""
    spec_names = {of_site: name for name, of_site in names.items()}
    return {spec_names.get(name, name): value for name, value in fields.items()}


def _may_be_id(value: Json) -> bool:
    if isinstance(value, str):
        return 0 < len(value) <= _MOST_LENGTH
    # A number with decimals is a price, a rating or a weight.
    return isinstance(value, int) and not isinstance(value, bool)
