"""A container as the checks see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from gtmgen.container.entities import KIND_OF, AnyEntity, Container, Kind, Tag

if TYPE_CHECKING:
    from gtmgen.lint.recognise import Uses
    from gtmgen.lint.references import Mentions
    from gtmgen.lint.sent import TagUses


@dataclass(frozen=True)
class ContainerView:
    """Entities by kind, in the source's order, with the built-in variables that are enabled."""

    entities: Mapping[Kind, Sequence[AnyEntity]]
    built_ins: frozenset[str]
    context: str

    def of_kind(self, kind: Kind) -> Sequence[AnyEntity]:
        """The entities of a kind, in the source's order."""
        return self.entities.get(kind, ())

    def tags(self) -> Iterator[Tag]:
        """The tags."""
        return (tag for tag in self.of_kind(Kind.TAG) if isinstance(tag, Tag))

    @cached_property
    def _mentions(self) -> Mapping[int, Mentions]:
        # By identity: to hash an entity is to hash all that it holds.
        from gtmgen.lint.references import MentionsReader

        read = MentionsReader().read
        return {id(item): read(item) for items in self.entities.values() for item in items}

    def mentions(self, entity: AnyEntity) -> Mentions:
        """What one of the container's entities names, read once."""
        return self._mentions[id(entity)]

    def texts(self, entity: AnyEntity) -> tuple[str, ...]:
        """Every text of one of the container's entities in which GTM looks for references."""
        return self._mentions[id(entity)].texts

    def referred(self, entity: AnyEntity) -> frozenset[str]:
        """The names of the variables that one of the container's entities refers to."""
        return self._mentions[id(entity)].variables

    @cached_property
    def all_referred(self) -> frozenset[str]:
        """The names of the variables that anything refers to."""
        return frozenset().union(*[mentions.variables for mentions in self._mentions.values()])

    @cached_property
    def uses(self) -> Uses:
        """What every tag does for the platforms that are known."""
        from gtmgen.lint.recognise import uses_of

        return uses_of(self)

    @cached_property
    def sent(self) -> TagUses:
        """What the tags that can fire send, and when."""
        from gtmgen.lint.sent import TagUses

        return TagUses(self)


def view_of(container: Container) -> ContainerView:
    """A compiled container as the checks see it, in the order of its entities there."""
    entities: dict[Kind, list[AnyEntity]] = {}
    for entity in container.entities():
        entities.setdefault(KIND_OF[type(entity)], []).append(entity)
    built_ins = frozenset(built_in.key for built_in in container.built_ins)
    return ContainerView(entities, built_ins, container.context)


@dataclass(frozen=True)
class Finding:
    """What one check found; ``name`` is an entity's, or a platform's where ``kind`` is None."""

    kind: Kind | None
    name: str
    text: str
    rule: str = ""
