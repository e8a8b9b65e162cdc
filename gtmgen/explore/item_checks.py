"""What holds of the items that a platform receives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gtmgen.diagnostics import Path, Severity
from gtmgen.explore.fault import BrokenInvariant
from gtmgen.explore.model import ExpectedDelivery
from gtmgen.spec.matchers import is_number, shown

_ID_FIELDS = ("item_id", "content_id")
"""How platforms call an item's ID; a `content_id` of the platform names another one."""


class ItemChecks:
    """Checks one parameter of one call; ``path`` is what a fault is said of.

    ``id_field`` is the item's field, in GA4's words, that is the ID in the platform's catalogue.
    """

    def __init__(self, delivery: ExpectedDelivery, name: str, id_field: str, path: Path) -> None:
        self._delivery = delivery
        self._name = name
        self._id_field = id_field
        self._path = path

    def check(
        self, value: Any, expected: Sequence[Mapping[str, Any]] | None
    ) -> Iterator[BrokenInvariant]:
        """The broken rules; ``expected`` are the items that the site has pushed, in GA4's words."""
        if not isinstance(value, list):
            what = f"with {self._name} {shown(value)}, which is no list"
            yield self._fault("no-items", what, {"type": "list"})
            return
        for item in value:
            yield from self._numbers(item if isinstance(item, Mapping) else {})
        if expected is None:
            return
        if len(value) != len(expected):
            what = f"with {len(value)} items instead of {len(expected)}"
            yield self._fault("other-value", what, {"type": "list"})
            return
        for item, right in zip(value, expected, strict=True):
            yield from self._fields(item if isinstance(item, Mapping) else {}, right)

    def _numbers(self, item: Mapping[str, Any]) -> Iterator[BrokenInvariant]:
        for field in ("price", "quantity"):
            number = item.get(field)
            if number is not None and not is_number(number):
                what = f"with the {field} {shown(number)} in an item, which is no number"
                yield self._fault("no-number", what, [{field: {"type": "number"}}])
                return

    def _fields(
        self, item: Mapping[str, Any], right: Mapping[str, Any]
    ) -> Iterator[BrokenInvariant]:
        names = [name for name in (self._id_field, *_ID_FIELDS) if name in item]
        known = right.get(self._id_field)
        if not names and "item_name" not in item:
            what = "with an item that has no ID"
            yield self._fault("no-item-id", what, [{self._id_field: {"present": True}}])
        elif known is not None and all(str(item[name]) != str(known) for name in names):
            got = shown(item[names[0]]) if names else "none"
            what = f"with an item whose ID is {got} instead of {shown(known)}"
            yield self._fault("other-value", what, [{self._id_field: known}])
        price = right.get("price")
        if is_number(price) and item.get("price") != price:
            what = f"with the price {shown(item.get('price'))} in an item instead of {shown(price)}"
            yield self._fault("other-value", what, [{"price": price}])

    def _fault(self, code: str, what: str, right: Any) -> BrokenInvariant:
        one = self._delivery
        expectation = {one.platform: one.event, "params": {self._name: right}}
        message = f"{one.platform} receives `{one.event}` {what}"
        return BrokenInvariant(code, Severity.ERROR, message, self._path, [expectation])
