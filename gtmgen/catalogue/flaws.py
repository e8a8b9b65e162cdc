"""What is wrong with a feed: each kind of flaw once, with how many products have it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Self

from gtmgen.catalogue.model import (
    MOST_EXAMPLES,
    FeedFinding,
    FeedPosition,
    FeedReader,
    FindingExample,
    Level,
    RowFlaw,
    move_down,
)
from gtmgen.packs.catalogue import COLUMNS
from gtmgen.text import quoted

POSITION = {name: number for number, name in enumerate(COLUMNS)}
"""Where each column stands in a product."""

_DUPLICATE = "an earlier product has the same ID; rows that share one are ignored"


class FeedFlaws:
    """The flaws of the products that a reader gives, with the first places of each.

    ``full_currencies`` are those whose first places are all known.
    """

    def __init__(self, reader: FeedReader) -> None:
        self._reader = reader
        self._findings: dict[tuple[str, str, str], FeedFinding] = {}
        self._duplicates = FeedFinding("duplicate", "error", "sku_id", _DUPLICATE)
        self._currencies: dict[str, list[FindingExample]] = {}
        self.full_currencies: set[str] = set()

    def add(
        self, rule: str, level: Level, column: str, message: str, product: tuple[str, ...]
    ) -> None:
        """Count a flaw in a column of the latest product."""
        finding = self._finding(rule, level, column, message)
        finding.count += 1
        if len(finding.examples) < MOST_EXAMPLES:
            finding.examples.append(self._example(column, product))

    def add_row(self, row: RowFlaw) -> None:
        """Count a row that could not be read."""
        example = FindingExample(row.position, "", "")
        self._finding("row", "error", "", row.message).add(example)

    def add_duplicate(self, id_: str, first: int) -> None:
        """Count the latest product as one whose ID stands in an earlier line, too."""
        self._duplicates.count += 1
        if len(self._duplicates.examples) < MOST_EXAMPLES:
            position = self._reader.locate("sku_id")
            self._duplicates.examples.append(FindingExample(position, id_, _first_in(first)))

    def add_currency(self, currency: str, product: tuple[str, ...]) -> None:
        """Keep the first places of each currency: only the end tells which are the odd ones."""
        examples = self._currencies.setdefault(currency, [])
        if len(examples) < MOST_EXAMPLES:
            examples.append(self._example("price", product))
        if len(examples) == MOST_EXAMPLES:
            self.full_currencies.add(currency)

    def finish(
        self, records: int, currencies: Mapping[str, int], accepted: frozenset[str]
    ) -> list[FeedFinding]:
        """All findings, errors first, then what most products have.

        ``records`` is how many products there are, ``currencies`` how many of each, the most
        frequent first, and ``accepted`` those that the platform knows, if it says so.
        """
        findings = [
            *self._tell_of_products(records),
            *self._judge_currencies(currencies, accepted),
            *self._reader.notes,
        ]
        if not records:
            message = "the feed has no product that can be read"
            findings.append(FeedFinding("empty", "error", "", message))
        return sorted(findings, key=_by_weight)

    def _tell_of_products(self, records: int) -> Iterator[FeedFinding]:
        for finding in self._findings.values():
            if finding.rule == "missing" and finding.count == records:
                message = f"no product has {quoted(finding.column)}, which is required"
                yield replace(finding, message=message)
            else:
                yield finding
        if self._duplicates.count:
            yield self._duplicates

    def _judge_currencies(
        self, counts: Mapping[str, int], accepted: frozenset[str]
    ) -> Iterator[FeedFinding]:
        main = next(iter(counts), "")
        for currency, count in counts.items():
            finding = FeedFinding(
                "currency", "error", "price", "", count, self._currencies[currency]
            )
            if currency != main:
                message = f"`{currency}`, where most have `{main}`: a catalogue has one currency"
                yield replace(finding, message=message)
            if accepted and currency not in accepted:
                message = f"`{currency}` is not in the platform's list of currencies"
                yield replace(finding, level="warning", message=message)

    def _example(self, column: str, product: tuple[str, ...]) -> FindingExample:
        return FindingExample(self._reader.locate(column), product[0], product[POSITION[column]])

    def _finding(self, rule: str, level: Level, column: str, message: str) -> FeedFinding:
        key = (rule, column, message)
        finding = self._findings.get(key)
        if finding is None:
            finding = self._findings[key] = FeedFinding(rule, level, column, message)
        return finding

    # -- two halves of a feed ----------------------------------------------------------------

    def detach(self) -> Self:
        """Let the reader go, which no other process can take; what has been counted stays."""
        del self._reader
        return self

    def take_over(
        self,
        second: FeedFlaws,
        lines: int,
        repeated: Mapping[int, str],
        place_ids: Callable[[Iterable[int]], Iterable[FeedPosition]],
        line_of: Callable[[str], int],
    ) -> None:
        """Go on with the flaws of the feed's second half, which ``lines`` lines stand before.

        ``repeated`` are the IDs of its products that the first half has, by their lines in the
        whole feed; ``place_ids`` finds the places of the IDs of such lines, and ``line_of`` where
        the feed has an ID first.
        """
        for finding in second._findings.values():
            merged = self._finding(finding.rule, finding.level, finding.column, finding.message)
            merged.take_over(finding, lines)
        for currency, examples in second._currencies.items():
            own_examples = self._currencies.setdefault(currency, [])
            own_examples += move_down(examples, lines)[: MOST_EXAMPLES - len(own_examples)]
        duplicates = self._duplicates
        duplicates.count += second._duplicates.count + len(repeated)
        if missing := MOST_EXAMPLES - len(duplicates.examples):
            earliest = sorted(repeated)[:missing]
            candidates = [
                *(
                    (one.position, one.product)
                    for one in move_down(second._duplicates.examples, lines)
                ),
                *zip(place_ids(earliest), (repeated[line] for line in earliest), strict=True),
            ]
            duplicates.examples += [
                FindingExample(position, id_, _first_in(line_of(id_)))
                for position, id_ in sorted(candidates)[:missing]
            ]


def _first_in(line: int) -> str:
    return f"first in line {line}"


def _by_weight(finding: FeedFinding) -> tuple[bool, int, FeedPosition | tuple[()]]:
    """Errors first, then what most products have; of as many, what stands first in the feed."""
    position = finding.examples[0].position if finding.examples else ()
    return finding.level != "error", -finding.count, position
