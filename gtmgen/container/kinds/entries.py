"""Entries of a kind's table that are more than one field, or none with an attribute."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct

from gtmgen.container.entities import AnyEntity
from gtmgen.container.kinds.codecs import (
    SETTING,
    TEXT,
    Codec,
    NoWordError,
    YamlReader,
)
from gtmgen.container.kinds.fields import Data, Field, TableEntry, Writer, make_writer
from gtmgen.container.names import Names, Refs
from gtmgen.container.parameters import Json, OddFormError, is_parameter


class Group(TableEntry, Struct, frozen=True, dict=True):
    """A JSON object whose members are attributes.

    In YAML it is a mapping; without a ``word``, its members stand beside the other fields.
    """

    gtm: str
    word: str | None
    members: tuple[Field, ...]
    always: bool = False

    def attributes(self) -> tuple[str, ...]:
        return tuple(member.attribute for member in self.members)

    def json_keys(self) -> tuple[str, ...]:
        return (self.gtm,)

    def words(self) -> tuple[str, ...]:
        if self.word is not None:
            return (self.word,)
        return tuple(word for member in self.members for word in member.words())

    def write(self, entity: AnyEntity, refs: Refs, body: Json) -> None:
        written: Json = {}
        self._write_members(entity, refs, written)
        if self.always or written:
            body[self.gtm] = written

    @cached_property
    def _write_members(self) -> Writer:
        return make_writer(self.members)

    def read(self, body: Json, names: Names, attributes: Data) -> None:
        try:
            if self.gtm in body:
                attributes.update(self._read_members(body[self.gtm], names))
                del body[self.gtm]
        except OddFormError:
            return

    def _read_members(self, value: Any, names: Names) -> Data:
        by_key = {member.gtm: member for member in self.members}
        if not isinstance(value, dict) or not value.keys() <= by_key.keys():
            raise OddFormError
        return {
            by_key[key].attribute: by_key[key].codec.read(item, names)
            for key, item in value.items()
        }

    def to_yaml(self, entity: AnyEntity, extra: Json, data: Data) -> None:
        mapping = data if self.word is None else {}
        for member in self.members:
            member.to_yaml(entity, extra, mapping)
        if self.word is not None and mapping:
            data[self.word] = mapping

    def from_yaml(
        self, data: Mapping[str, Any], yaml: YamlReader, attributes: Data, extra: Json
    ) -> None:
        mapping = data if self.word is None else data.get(self.word) or {}
        path = () if self.word is None else (self.word,)
        for member in self.members:
            member.read_word(mapping, path, yaml, attributes)


class SettingsEntry(TableEntry, Struct, frozen=True):
    """The fields that only some types of triggers have, each one parameter."""

    names: tuple[str, ...]
    word = "settings"

    def attributes(self) -> tuple[str, ...]:
        return ("settings",)

    def json_keys(self) -> tuple[str, ...]:
        return self.names

    def words(self) -> tuple[str, ...]:
        return (self.word,)

    def write(self, entity: Any, refs: Refs, body: Json) -> None:
        settings = dict(entity.settings)
        for name in (*self.names, *settings):
            if name in settings and name not in body:
                body[name] = SETTING.write(settings[name], refs)

    def read(self, body: Json, names: Names, attributes: Data) -> None:
        settings = []
        for key in [key for key, value in body.items() if is_parameter(value)]:
            try:
                settings.append((key, SETTING.read(body[key], names)))
            except OddFormError:
                continue
            del body[key]
        attributes["settings"] = tuple(settings)

    def to_yaml(self, entity: Any, extra: Json, data: Data) -> None:
        if entity.settings:
            data[self.word] = {name: SETTING.to_yaml(value) for name, value in entity.settings}

    def from_yaml(
        self, data: Mapping[str, Any], yaml: YamlReader, attributes: Data, extra: Json
    ) -> None:
        attributes["settings"] = tuple(
            (name, SETTING.from_yaml(value, (self.word, name), yaml))
            for name, value in (data.get(self.word) or {}).items()
        )


class Extra(TableEntry, Struct, frozen=True):
    """A field that is kept as JSON.

    YAML may have a ``word`` for it. What is ``implied`` is written into JSON where the entity says
    nothing else, and never into YAML.
    """

    gtm: str
    word: str | None = None
    codec: Codec = TEXT
    implied: Json | None = None

    def json_keys(self) -> tuple[str, ...]:
        return (self.gtm,)

    def words(self) -> tuple[str, ...]:
        return () if self.word is None else (self.word,)

    def writes(self) -> bool:
        return self.implied is not None

    def write(self, entity: AnyEntity, refs: Refs, body: Json) -> None:
        body[self.gtm] = dict(self.implied or {})

    def to_yaml(self, entity: AnyEntity, extra: Json, data: Data) -> None:
        if self.gtm not in extra:
            return
        if self.word is not None:
            try:
                data[self.word] = self.codec.to_yaml(extra[self.gtm])
            except NoWordError:
                return
            del extra[self.gtm]
        elif extra[self.gtm] == self.implied:
            del extra[self.gtm]

    def from_yaml(
        self, data: Mapping[str, Any], yaml: YamlReader, attributes: Data, extra: Json
    ) -> None:
        value = None if self.word is None else data.get(self.word)
        if value is not None:
            extra.setdefault(self.gtm, self.codec.from_yaml(value, (str(self.word),), yaml))
