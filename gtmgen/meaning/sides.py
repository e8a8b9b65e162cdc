"""Both sides of a comparison of specs, and what is called otherwise on the second."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from gtmgen.compare.snapshot import of_container
from gtmgen.container.entities import Container, Kind, Tag
from gtmgen.meaning.renames import Renames, find_renames
from gtmgen.meaning.usage import EventUsage
from gtmgen.meaning.users import Users
from gtmgen.spec.model import Spec


@dataclass(frozen=True)
class CompiledSpec:
    """A valid spec, and the container that it compiles to."""

    spec: Spec
    container: Container

    @cached_property
    def usage(self) -> EventUsage:
        """Which events use what."""
        return EventUsage(self.spec)

    @cached_property
    def _users(self) -> Users:
        return Users(of_container(self.container), {})

    def raw_tags_of(self, data: str) -> tuple[str, ...]:
        """The tags in GTM's own words that get a data key, as GTM calls them."""
        return self._select_raw(self._users.tags_of(Kind.VARIABLE, self._name_of(data)))

    def raw_tags_fired_by(self, data: str) -> tuple[str, ...]:
        """Those on whose triggers a data key is tested."""
        return self._select_raw(self._users.fired_by(self._name_of(data)))

    @cached_property
    def _variables(self) -> Mapping[str, str]:
        return {one.owner.key: one.name for one in self.container.variables if one.owner}

    def _name_of(self, data: str) -> str:
        return self._variables.get(f"variable/{data}", "")

    def _select_raw(self, tags: Iterable[str]) -> tuple[str, ...]:
        owners = ((tag, self._users.owner_of(tag)) for tag in tags)
        return tuple(tag for tag, one in owners if one and one.key.startswith("tag/gtm/"))

    @cached_property
    def _tags(self) -> Mapping[str, tuple[Tag, ...]]:
        """By the first two parts of the owner's key: ``tag/purchase.tiktok``."""
        tags: dict[str, tuple[Tag, ...]] = {}
        for tag in self.container.tags:
            if tag.owner is not None:
                key = ".".join(tag.owner.key.split(".")[:2])
                tags[key] = (*tags.get(key, ()), tag)
        return tags

    def tag_names(self, event: str, platform: str) -> tuple[str, ...]:
        """What the tags of a delivery are called in GTM."""
        return tuple(tag.name for tag in self._tags.get(f"tag/{event}.{platform}", ()))

    def platform_tag_names(self, platform: str) -> tuple[str, ...]:
        """What the platform's own tags are called in GTM."""
        return tuple(tag.name for tag in self._tags.get(f"tag/platform.{platform}", ()))

    def raw_tag_name(self, key: str) -> str:
        """What a tag in GTM's own words is called there."""
        tags = self._tags.get(f"tag/gtm/{key}", ())
        return tags[0].name if tags else key


@dataclass(frozen=True)
class Sides:
    """Before and after."""

    before: CompiledSpec
    after: CompiledSpec

    @cached_property
    def renames(self) -> Renames:
        """What is called otherwise now."""
        return find_renames(self.before.spec, self.after.spec)
