"""What a push knows of the container; it grows with every answer."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gtmgen.api.port import Json
from gtmgen.container.entities import Kind
from gtmgen.container.names import Refs
from gtmgen.container.version import references_of
from gtmgen.errors import ApiError
from gtmgen.plan.live import LiveEntity, LiveState, name_in, read_live_entity
from gtmgen.plan.words import format_entity

_NOTHING: Mapping[tuple[Kind, str], str] = MappingProxyType({})


class KnownBodies:
    """The last body seen of every entity, by kind and ID, and the IDs by name."""

    def __init__(self, live: LiveState) -> None:
        self._container_id = live.container_id
        self.bodies: dict[tuple[Kind, str], Json] = {}
        self.ids: dict[tuple[Kind, str], str] = {}
        self.learn(live)

    def learn(self, live: LiveState) -> None:
        """Everything anew."""
        self.bodies.clear()
        self.ids.clear()
        for entity in live.entities:
            self.note(entity.kind, entity.id, entity.body)

    def note(self, kind: Kind, id_: str, body: Json) -> None:
        """An entity as the API answered it."""
        self.forget(kind, id_)
        self.bodies[kind, id_] = body
        self.ids[kind, name_in(kind, body)] = id_

    def forget(self, kind: Kind, id_: str) -> None:
        """An entity that is gone."""
        body = self.bodies.pop((kind, id_), None)
        if body is not None and self.ids.get((kind, name_in(kind, body))) == id_:
            del self.ids[kind, name_in(kind, body)]

    def entities(self) -> tuple[LiveEntity, ...]:
        return tuple(read_live_entity(kind, body) for (kind, _), body in self.bodies.items())

    def refs(self, new: Mapping[tuple[Kind, str], str] = _NOTHING) -> Refs:
        """Names to IDs; ``new`` are the IDs by name that a request gives out itself."""

        def find(kind: Kind, name: str) -> str:
            id_ = new.get((kind, name)) or self.ids.get((kind, name))
            if id_ is None:  # it was there when the plan was made
                raise ApiError(
                    f"{format_entity(kind, name)} is gone, and something that is to be written "
                    "refers to it",
                    hint="someone else is changing the container; push again",
                )
            return id_

        def template(name: str) -> str:
            id_ = find(Kind.TEMPLATE, name)
            body = self.bodies.get((Kind.TEMPLATE, id_))
            # The last type is the one that GTM writes: the gallery's, where it is from there.
            return references_of(Kind.TEMPLATE, body)[-1] if body else self._make_new_type(id_)

        return Refs(
            trigger=lambda name: find(Kind.TRIGGER, name),
            folder=lambda name: find(Kind.FOLDER, name),
            template=template,
        )

    def _make_new_type(self, id_: str) -> str:
        return f"cvt_{self._container_id}_{id_}"
