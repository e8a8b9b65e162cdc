"""A container as the checks see it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from gtmgen.container.entities import (
    KIND_OF,
    AnyEntity,
    Client,
    Container,
    Kind,
    Tag,
    Variable,
)

if TYPE_CHECKING:
    from gtmgen.lint.constants import Constants
    from gtmgen.lint.recognise import Uses
    from gtmgen.lint.references import Mentions
    from gtmgen.lint.sent import TagUses

WithParameters = Tag | Variable | Client


@dataclass(frozen=True)
class ContainerView:
    """Entities by kind, in the source's order, with the built-in variables that are enabled.

    ``needed`` are entities, by kind and name, that something needs which could not be read.
    """

    entities: Mapping[Kind, Sequence[AnyEntity]]
    built_ins: frozenset[str]
    context: str
    needed: frozenset[tuple[Kind, str]] = field(default=frozenset(), kw_only=True)

    def of_kind(self, kind: Kind) -> Sequence[AnyEntity]:
        """The entities of a kind, in the source's order."""
        return self.entities.get(kind, ())

    def tags(self) -> Sequence[Tag]:
        """The tags."""
        return self._tags

    def tags_of(self, *types: str) -> Sequence[Tag]:
        """The tags of some of GTM's own types, in the source's order."""
        places = sorted(place for type_ in types for place in self._places_by_type.get(type_, ()))
        return [self._tags[place] for place in places]

    @cached_property
    def _tags(self) -> Sequence[Tag]:
        return [tag for tag in self.of_kind(Kind.TAG) if isinstance(tag, Tag)]

    @cached_property
    def _places_by_type(self) -> Mapping[object, Sequence[int]]:
        # Thousands of events are tags of two types; most rules ask for those of others.
        places: dict[object, list[int]] = {}
        for place, tag in enumerate(self._tags):
            places.setdefault(tag.type, []).append(place)
        return places

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
    def alike(self) -> Sequence[Sequence[WithParameters]]:
        """Tags, variables and clients, those with the same type and parameters together.

        Whoever asks for nothing else looks at the first of them: 2,000 tags are some dozens.
        """
        groups: dict[tuple[object, ...], list[WithParameters]] = {}
        for kind in (Kind.TAG, Kind.VARIABLE, Kind.CLIENT):
            for entity in self.of_kind(kind):
                if isinstance(entity, Tag | Variable | Client):
                    content = self._mentions[id(entity)].content
                    groups.setdefault((kind, entity.type, content), []).append(entity)
        return list(groups.values())

    @cached_property
    def distinct_texts(self) -> frozenset[str]:
        """The texts of tags and variables, each once."""
        # Entities with equal parameters share the tuple, too.
        tuples = {
            id(texts): texts
            for kind in (Kind.TAG, Kind.VARIABLE)
            for texts in map(self.texts, self.of_kind(kind))
        }
        return frozenset().union(*tuples.values())

    @cached_property
    def constants(self) -> Constants:
        """The values that variables always have."""
        from gtmgen.lint.constants import Constants

        variables = self.of_kind(Kind.VARIABLE)
        return Constants(item for item in variables if isinstance(item, Variable))

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


def tell_of_alike(
    view: ContainerView, tell: Callable[[WithParameters], Iterable[str]]
) -> Iterator[Finding]:
    """Findings about type and parameters alone, which are looked at once for all that are alike.

    They come in the order of the entities.
    """
    texts: dict[int, Sequence[str]] = {}
    for group in view.alike:
        if told := tuple(tell(group[0])):
            texts.update((id(entity), told) for entity in group)
    for kind in (Kind.TAG, Kind.VARIABLE, Kind.CLIENT) if texts else ():
        for entity in view.of_kind(kind):
            for text in texts.get(id(entity), ()):
                yield Finding(kind, entity.name, text)
