"""The compiled container, looked up by what of the spec each entity comes from."""

from __future__ import annotations

from gtmgen.container.builtins import SERVER_BUILT_INS, WEB_BUILT_INS, BuiltInTrigger
from gtmgen.container.entities import Container, Tag, TriggerRef
from gtmgen.spec.model import Event, Spec

_BUILT_INS = {**SERVER_BUILT_INS, **WEB_BUILT_INS}


class GtmNames:
    """Names of tags, triggers and variables by their owner's keys."""

    def __init__(self, spec: Spec, container: Container) -> None:
        self._spec = spec
        self._variables = {_find_key(item): item.name for item in container.variables}
        self._triggers: dict[str, list[str]] = {}
        self._by_key: dict[str, tuple[str, ...]] = {}
        for trigger in container.triggers:
            self._triggers.setdefault(_find_key(trigger).split(".")[0], []).append(trigger.name)
            of_one = ".".join(_find_key(trigger).split(".")[:2])
            self._by_key[of_one] = (*self._by_key.get(of_one, ()), trigger.name)
        self._tags: dict[str, list[Tag]] = {}
        for tag in container.tags:
            parts = _find_key(tag).split(".")
            depth = 2 if len(parts) > 1 else 1
            self._tags.setdefault(".".join(parts[:depth]), []).append(tag)

    def tags(self, event: str, platform: str) -> list[Tag]:
        """The tags of an event for a platform."""
        return self._tags.get(f"tag/{event}.{platform}", [])

    def platform_tags(self, platform: str) -> list[Tag]:
        """The tags that belong to a platform itself."""
        return self._tags.get(f"tag/platform.{platform}", [])

    def raw_tag(self, key: str) -> str:
        """The display name of a raw tag."""
        tags = self._tags.get(f"tag/gtm/{key}", [])
        return tags[0].name if tags else key

    def triggers(self, key: str) -> tuple[str, ...]:
        """The triggers of a named trigger, or of ``event/<key>``."""
        return tuple(self._triggers.get(f"trigger/{key}", ()))

    def triggers_at(self, event: Event, index: int) -> tuple[str, ...]:
        """The triggers of one of an event's own alternatives; numbered where it has several."""
        several = f"trigger/event/{event.key}.{index + 1}"
        names = self._by_key.get(several) if len(event.on) > 1 else None
        return self.triggers(f"event/{event.key}") if names is None else names

    def variable(self, key: str) -> str | None:
        """The variable of a data key, or the built-in one of that name."""
        data = self._spec.data.get(key)
        if data is not None and data.source == "builtin":
            key = str(data.argument)
        elif data is not None:
            return self._variables.get(f"variable/{key}")
        return self._variables.get(f"variable/gtm/{key}", _BUILT_INS.get(key))


def _find_key(entity: object) -> str:
    owner = getattr(entity, "owner", None)
    return "" if owner is None else str(owner.key)


def list_names(refs: tuple[TriggerRef, ...]) -> tuple[str, ...]:
    """The names of triggers, built-in ones as GTM shows them."""
    return tuple(map(_name, refs))


def _name(ref: TriggerRef) -> str:
    if isinstance(ref, BuiltInTrigger):
        return ref.label
    return ref if isinstance(ref, str) else ref.id
