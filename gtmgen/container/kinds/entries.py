"""The entries of a kind's table. Each reads and writes its own part of an entity, both ways round.

``read`` and ``from_yaml`` collect attributes of the entity; ``read`` takes what it has read out of
the body, so that what is left has no word. ``extra`` is what is kept as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from operator import attrgetter
from typing import Any

from msgspec import Struct

from gtmgen.container.entities import AnyEntity
from gtmgen.container.kinds.codecs import (
    SETTING,
    TEXT,
    Codec,
    NoWordError,
    YamlPath,
    YamlReader,
    write_as_is,
)
from gtmgen.container.names import Names, Refs
from gtmgen.container.parameters import Json, OddFormError, is_parameter

Data = dict[str, Any]
Writer = Callable[[AnyEntity, Refs, Json], None]
_NUMBERS = frozenset((bool, int, float))
_NO_REFS = Refs(trigger=str, folder=str, template=str)


class TableEntry:
    """Where nothing is read or written."""

    def attributes(self) -> tuple[str, ...]:
        """The attributes of the entity that it fills."""
        return ()

    def json_keys(self) -> tuple[str, ...]:
        """Its keys in the JSON of an entity."""
        return ()

    def words(self) -> tuple[str, ...]:
        """Its keys in the YAML of an entity."""
        return ()

    def writes(self) -> bool:
        """Whether :meth:`write` may write something."""
        return type(self).write is not TableEntry.write

    def write(self, entity: AnyEntity, refs: Refs, body: Json) -> None:
        """Put the JSON into a body."""

    def read(self, body: Json, names: Names, attributes: Data) -> None:
        """Take it out of a body; what has an odd form stays."""

    def to_yaml(self, entity: AnyEntity, extra: Json, data: Data) -> None:
        """Put it into the data of a spec."""

    def from_yaml(
        self, data: Mapping[str, Any], yaml: YamlReader, attributes: Data, extra: Json
    ) -> None:
        """Read it in the data of a spec that the schema allows."""


class Fingerprint(TableEntry):
    """Where exports have the fingerprint."""


class Field(TableEntry, Struct, frozen=True):
    """A field with an attribute: ``gtm`` is its key in JSON, ``word`` its key in YAML.

    ``required`` has to be there; that and ``strict`` may have no odd form. ``always`` says that an
    empty value is written into JSON, too. ``content`` gives what stands in JSON, where that is
    more than the attribute.
    """

    attribute: str
    gtm: str
    word: str | None
    codec: Codec = TEXT
    required: bool = False
    strict: bool = False
    always: bool = False
    content: Callable[[Any], Any] | None = None

    def attributes(self) -> tuple[str, ...]:
        return (self.attribute,)

    def json_keys(self) -> tuple[str, ...]:
        return (self.gtm,)

    def words(self) -> tuple[str, ...]:
        return () if self.word is None else (self.word,)

    def write(self, entity: AnyEntity, refs: Refs, body: Json) -> None:
        make_writer((self,))(entity, refs, body)

    def read(self, body: Json, names: Names, attributes: Data) -> None:
        if self.gtm not in body:
            if self.required:
                raise KeyError(self.gtm)
            return
        try:
            attributes[self.attribute] = self.codec.read(body[self.gtm], names)
        except OddFormError:
            if self.required or self.strict:
                raise TypeError(f"`{self.gtm}` has another form than GTM gives it") from None
            return
        del body[self.gtm]

    def to_yaml(self, entity: AnyEntity, extra: Json, data: Data) -> None:
        value = getattr(entity, self.attribute)
        if self.word is None or (value == self.codec.default and not self.required):
            return
        try:
            data[self.word] = self.codec.to_yaml(value)
        except NoWordError:
            extra.setdefault(self.gtm, self.codec.write(value, _NO_REFS))

    def from_yaml(
        self, data: Mapping[str, Any], yaml: YamlReader, attributes: Data, extra: Json
    ) -> None:
        self.read_word(data, (), yaml, attributes)

    def read_word(
        self, data: Mapping[str, Any], path: YamlPath, yaml: YamlReader, attributes: Data
    ) -> None:
        """Read it where ``data`` stands at a path below the entity."""
        if self.word is None:
            return
        value = data[self.word] if self.required else data.get(self.word)
        if value is not None:
            attributes[self.attribute] = self.codec.from_yaml(value, (*path, self.word), yaml)


def make_writer(entries: Iterable[TableEntry]) -> Writer:
    """One function that writes what several entries write, in their order.

    A container of 1,000 events has 30,000 fields, most of them empty: a call for each would take
    twice as long.
    """
    steps = [
        (
            entry.content or attrgetter(entry.attribute),
            # Most values stand in JSON as they are.
            None if entry.codec.write is write_as_is else entry.codec.write,
            entry.gtm,
            entry.always,
            None,
        )
        if isinstance(entry, Field)
        else (attrgetter("name"), None, "", False, entry.write)
        for entry in entries
    ]

    def write(entity: AnyEntity, refs: Refs, body: Json) -> None:
        for read, convert, key, is_always, write_otherwise in steps:
            if write_otherwise is not None:
                write_otherwise(entity, refs, body)
                continue
            written = read(entity) if convert is None else convert(read(entity), refs)
            # 0 and false are values; whatever else is empty, GTM leaves out.
            if written or is_always or written.__class__ in _NUMBERS:
                body[key] = written

    return write


class TemplateText(Field, frozen=True):
    """The text of a template, which a spec may leave to the gallery."""

    def to_yaml(self, entity: AnyEntity, extra: Json, data: Data) -> None:
        if getattr(entity, self.attribute) or not isinstance(extra.get("galleryReference"), dict):
            super().to_yaml(entity, extra, data)


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
