"""What a product feed holds, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol, Self

from gtmgen.errors import GtmgenError

Level = Literal["error", "warning"]

MOST_EXAMPLES = 5
"""How many places of one flaw are kept; the others are counted."""


class FeedPosition(NamedTuple):
    """Where something stands in a feed's text, decoded and unpacked; both count from 1."""

    line: int
    column: int


class FeedError(GtmgenError):
    """A feed that cannot be read on from a place: ``FILE:LINE:COLUMN: what``."""

    def __init__(
        self, file: str, position: FeedPosition | None, message: str, *, hint: str | None = None
    ) -> None:
        where = f"{file}:{position.line}:{position.column}" if position else file
        super().__init__(f"{where}: {message}", hint=hint)
        self.position = position


@dataclass(frozen=True, slots=True)
class RowFlaw:
    """A record that could be read in part or not at all; the feed is read on behind it."""

    position: FeedPosition
    message: str


class IdWatch(Protocol):
    """Takes the products that have one of its texts as any value, or at the end of their link:
    all of their values, by the feed's own names."""

    ids: Set[str]

    def add(self, product: Mapping[str, str]) -> None: ...

    def take_over(self, second: Self) -> None:
        """Go on with what was taken from the rest of the feed."""
        ...


class FeedReader(Protocol):
    """Reads one feed from its start to its end, record by record.

    ``format`` names it for people (``CSV``, ``RSS``), ``line`` is where the latest
    record starts. ``columns`` are the names that the feed uses, in its order; an XML feed's are
    complete only at its end.
    """

    format: str
    line: int

    @property
    def columns(self) -> list[str]: ...

    @property
    def notes(self) -> list[FeedFinding]:
        """What is to be said about the file as a whole; complete at its end."""
        ...

    def products(self, watch: IdWatch | None = None) -> Iterator[tuple[str, ...] | RowFlaw]:
        """Each product as the values of ``packs.catalogue.COLUMNS``; "" for what it lacks."""
        ...

    def locate(self, column: str | None = None) -> FeedPosition:
        """Where the latest record starts, or its value of a column of ``COLUMNS``."""
        ...


def ends_of_link(link: str) -> tuple[str, ...]:
    """What may be an ID at the end of a product's address: of its path, or of its query."""
    last = link.rstrip("/").rpartition("/")[2]
    return (last, last.partition("?")[0], last.rpartition("=")[2])


class FindingExample(NamedTuple):
    """One place of a flaw: the product's ID, and the value as the feed has it."""

    position: FeedPosition
    product: str
    value: str


@dataclass(slots=True)
class FeedFinding:
    """One thing that is wrong, however many products have it; ``column`` is "" for the feed."""

    rule: str
    level: Level
    column: str
    message: str
    count: int = 0
    examples: list[FindingExample] = field(default_factory=list)

    def add(self, example: FindingExample) -> None:
        self.count += 1
        if len(self.examples) < MOST_EXAMPLES:
            self.examples.append(example)

    def take_over(self, second: FeedFinding, lines: int) -> None:
        """Go on with the same finding of the rest of the feed, behind ``lines`` lines."""
        self.count += second.count
        self.examples += move_down(second.examples, lines)[: MOST_EXAMPLES - len(self.examples)]


def move_down(examples: Sequence[FindingExample], lines: int) -> list[FindingExample]:
    """Examples whose places are counted from a line on, with their places in the whole feed."""
    return [
        one._replace(position=FeedPosition(one.position.line + lines, one.position.column))
        for one in examples
    ]
