"""A field of a kind: read and written in JSON and in YAML, both ways round.

``read`` and ``from_yaml`` collect attributes of the entity; ``read`` takes what it has read out of
the body, so that what is left has no word. ``extra`` is what is kept as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any

from msgspec import Struct

from gtmgen.container.entities import AnyEntity
from gtmgen.container.kinds.codecs import (
    TEXT,
    Codec,
    NoWordError,
    YamlPath,
    YamlReader,
    write_as_is,
)
from gtmgen.container.names import AS_NAMED, Names, Refs
from gtmgen.container.parameters import Json, OddFormError

Data = dict[str, Any]
Writer = Callable[[AnyEntity, Refs, Json], None]
_NUMBERS = frozenset((bool, int, float))


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
            extra.setdefault(self.gtm, self.codec.write(value, AS_NAMED))

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
