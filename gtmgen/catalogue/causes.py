"""Why the ID of an event is not in the feed: one cause for each, the likeliest first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import compress, islice
from operator import itemgetter
from typing import Literal, NamedTuple, Self

from gtmgen.catalogue.index import ProductIndex
from gtmgen.catalogue.model import ends_of_link

Reason = Literal[
    "parent", "variant", "blanks", "case", "zeros", "decimal", "affix", "column", "unknown"
]

MOST_EXPLAINED = 2_000
"""Different IDs that are compared with the whole feed; the most frequent ones."""

_DIGITS = re.compile(r"\d+")
_MOST_AFFIXES = 20_000
_BATCH = 5_000  # what the processor's cache holds
_FEW = 2
_SHORTEST = 2  # a single character ends half of the feed's IDs


class MismatchCause(NamedTuple):
    """Why an ID does not match.

    ``like`` is the ID of the feed that is meant, where one is. ``detail`` is the prefix or suffix,
    with `#` for digits that differ from product to product, or the column that holds the ID.
    """

    reason: Reason
    like: str = ""
    detail: str = ""


def explain_ids(
    index: ProductIndex, ids: Iterable[str], column: str
) -> tuple[dict[str, MismatchCause], set[str]]:
    """A cause for each ID that is not in a column (`sku_id` or `item_group_id`) of the feed, and
    the IDs for which there is none but that no product has it."""
    causes: dict[str, MismatchCause] = {}
    unexplained: set[str] = set()
    for id_ in ids:
        if column == "sku_id" and index.has_group(id_):
            causes[id_] = MismatchCause("parent")
        elif column == "item_group_id" and id_ in index:
            causes[id_] = MismatchCause("variant")
        else:
            unexplained.add(id_)
    feed_ids = index if column == "sku_id" else index.iterate_groups()
    forms = _by_plain_form(unexplained)
    affixes = _Affixes(unexplained)
    for products in _batches(feed_ids):
        plain = _plain_forms(products)
        pairs = zip(products, plain, strict=True)
        for product, form in compress(pairs, map(forms.__contains__, plain)):
            for id_ in forms[form]:
                causes.setdefault(id_, MismatchCause(_difference(id_, product), product))
        affixes.compare(products)
    affixes.compare_shortened(index.__contains__ if column == "sku_id" else index.has_group)
    # Of what has no cause yet: letters of another case, blanks and zeros say more than an affix.
    for id_, cause in affixes.causes(unexplained - causes.keys()):
        causes[id_] = cause
    return causes, unexplained - causes.keys()


class ColumnCauses:
    """A cause for each ID that another column of the feed holds, or the end of an address."""

    def __init__(self, ids: Set[str]) -> None:
        self.ids = ids
        self._causes: dict[str, MismatchCause] = {}

    def add(self, product: Mapping[str, str]) -> None:
        """Take a product that names any of the IDs."""
        like = product.get("sku_id") or product.get("id", "")
        for name, value in product.items():
            if value in self.ids:
                self._causes.setdefault(value, MismatchCause("column", like, name))
        for value in ends_of_link(product.get("link", "")):
            if value in self.ids:
                self._causes.setdefault(value, MismatchCause("column", like, "link"))

    def take_over(self, second: Self) -> None:
        """Go on with the causes that the rest of the feed has; what stands first counts."""
        self._causes = second._causes | self._causes

    def explain(self, ids: Iterable[str]) -> dict[str, MismatchCause]:
        """The causes that are known, for some of the IDs."""
        return {id_: self._causes[id_] for id_ in ids if id_ in self._causes}


def _batches(ids: Iterable[str]) -> Iterator[list[str]]:
    """Lists of IDs: what is asked of a list at once costs a third of asking each ID."""
    remaining = iter(ids)
    while batch := list(islice(remaining, _BATCH)):
        yield batch


def _plain_forms(ids: Collection[str]) -> list[str]:
    """What two IDs have in common that differ in case, blanks, leading zeros or a `.0`."""
    # Where no ID has blanks, zeros or a `.0` to take away, all of them are folded in one call: a
    # fifth of the time.
    text = "\n".join(ids)
    lines = f"\n{text}\n"
    if (
        text.replace("\n", "").isprintable()
        and not any(sign in lines for sign in (" ", "\n0", ".0\n", "\n\n"))
        and text.count("\n") == len(ids) - 1
    ):
        return text.casefold().split("\n")
    folded = map(str.casefold, map(str.strip, ids))
    return [one.removesuffix(".0").lstrip("0") or "0" for one in folded]


def _by_plain_form(ids: Set[str]) -> dict[str, list[str]]:
    forms: dict[str, list[str]] = defaultdict(list)
    for id_, form in zip(ids, _plain_forms(ids), strict=True):
        forms[form].append(id_)
    return dict(forms)


def _difference(sent: str, feed_id: str) -> Reason:
    if sent.strip() == feed_id.strip():
        return "blanks"
    if sent.strip().casefold() == feed_id.strip().casefold():
        return "case"
    plain, other = (one.strip().casefold().removesuffix(".0") for one in (sent, feed_id))
    return "decimal" if plain == other else "zeros"


class _Affixes:
    """Constant beginnings and ends that the feed's IDs have and the events' have not, or the
    reverse. One that is right for several IDs is no coincidence."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = frozenset(ids)
        self._long = [one for one in self._ids if len(one) >= _SHORTEST]
        self._matches: dict[tuple[str, str], dict[str, str]] = {}

    def compare(self, feed_ids: Sequence[str]) -> None:
        """Take IDs of the feed that may be longer than the events'."""
        starting = _parts_of(feed_ids, self._long, lambda length: slice(None, length))
        ending = _parts_of(feed_ids, self._long, lambda length: slice(-length, None))
        for length in sorted(starting.keys() | ending.keys()):
            starts, ends = starting.get(length, ()), ending.get(length, ())
            for one in feed_ids:
                if len(one) <= length:
                    continue
                if one[-length:] in ends:
                    self._note(one[-length:], one, "feed", f"{_shape(one[:-length])}…")
                if one[:length] in starts:
                    self._note(one[:length], one, "feed", f"…{_shape(one[length:])}")

    def compare_shortened(self, has: Callable[[str], bool]) -> None:
        """Look up what remains of the events' IDs when a beginning or an end is taken away."""
        for id_ in self._ids:
            for cut in range(1, len(id_) - _SHORTEST + 1):
                if has(id_[cut:]):
                    self._note(id_, id_[cut:], "event", f"{_shape(id_[:cut])}…")
                if has(id_[:-cut]):
                    self._note(id_, id_[:-cut], "event", f"…{_shape(id_[-cut:])}")

    def causes(self, ids: set[str]) -> Iterator[tuple[str, MismatchCause]]:
        """A cause for each of the IDs that an affix explains, the commonest affix first."""
        remaining = set(ids)
        # Of many IDs, a few match by coincidence.
        fewest = max(min(_FEW, len(self._ids)), len(self._ids) // 20)
        for (side, affix), matches in sorted(self._matches.items(), key=_by_share):
            explained = remaining & matches.keys()
            if len(matches) < fewest:
                return
            for id_ in sorted(explained):
                yield id_, MismatchCause("affix", matches[id_], f"{side}:{affix}")
            remaining -= explained

    def _note(self, id_: str, feed_id: str, side: str, affix: str) -> None:
        key = (side, affix)
        if key in self._matches:
            self._matches[key].setdefault(id_, feed_id)
        elif len(self._matches) < _MOST_AFFIXES:
            self._matches[key] = {id_: feed_id}


def _parts_of(
    feed_ids: Sequence[str], ids: Sequence[str], part: Callable[[int], slice]
) -> dict[int, set[str]]:
    """The IDs that are a part of a longer one, by their length; ``part`` says which part.

    Two characters rule out most of the IDs, and each length most of what is left: slices of all
    that is known, for each length, took a third of the time of a run with a million products.
    """
    shortest = itemgetter(part(_SHORTEST))
    present = set(map(shortest, feed_ids))
    possible = {one for one in ids if shortest(one) in present}
    parts: dict[int, set[str]] = {}
    for length in sorted(set(map(len, possible))):
        cut = itemgetter(part(length))
        endings = {cut(one) for one in possible if len(one) >= length}
        feed_ids = list(compress(feed_ids, map(endings.__contains__, map(cut, feed_ids))))
        if whole := possible.intersection(map(cut, feed_ids)):
            parts[length] = whole
    return parts


def _by_share(item: tuple[tuple[str, str], dict[str, str]]) -> tuple[int, int, tuple[str, str]]:
    """The affix of most IDs first; of two with as many, the longer one."""
    return -len(item[1]), -len(item[0][1]), item[0]


def _shape(affix: str) -> str:
    """An affix with `#` for its digits, which may differ from product to product. One of digits
    alone has to be constant: `12` ends many a number."""
    return affix if affix.isdigit() else _DIGITS.sub("#", affix)
