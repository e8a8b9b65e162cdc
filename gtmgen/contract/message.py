"""What the site pushes for an event: an example, and a JSON Schema that it is valid against."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import jsonschema_rs

from gtmgen.contract.examples import Examples, parts
from gtmgen.contract.model import DIALECT, EventNames, Json, Message
from gtmgen.spec.model import DataKey, Spec, Test

_TYPES: Mapping[str, Mapping[str, Any]] = {
    "string": {"type": "string", "minLength": 1},
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    "email": {"type": "string", "minLength": 3},
    "phone": {"type": "string", "minLength": 3},
    "url": {"type": "string", "minLength": 1},
    "any": {},
}


@dataclass
class _Node:
    """A place in the message: a value of its own, or what lies below it."""

    value: Json = None
    schema: dict[str, Any] | None = None
    required: bool = False
    below: dict[str, _Node] = field(default_factory=dict)

    @property
    def is_list(self) -> bool:
        return bool(self.below) and all(step.isdigit() for step in self.below)

    def at(self, path: str) -> _Node | None:
        """The node of a path, or None where something above it has a value already."""
        node = self
        for step in path.split("."):
            if node.schema is not None:
                return None
            node = node.below.setdefault(step, _Node())
        return None if node.below else node

    def fill(self, value: Json, schema: dict[str, Any], *, required: bool) -> None:
        """Give it a value, unless it has one; two data keys can read one place."""
        if self.schema is None:
            self.value, self.schema = value, schema
        self.required = self.required or required

    @property
    def is_required(self) -> bool:
        return self.required or any(node.is_required for node in self.below.values())

    def example(self) -> Json:
        if self.schema is not None:
            return self.value
        if self.is_list:
            # A path such as `items.500.id` shall not make an example of 500 items.
            last = max(map(int, self.below))
            items = {int(step): node.example() for step, node in self.below.items()}
            return [items.get(index, {}) for index in range(min(last, 9) + 1)]
        return {step: node.example() for step, node in self.below.items()}

    def json_schema(self) -> dict[str, Any]:
        if self.schema is not None:
            return self.schema
        if self.is_list:
            return {"type": "array", "minItems": 1}
        schema: dict[str, Any] = {
            "type": "object",
            "properties": {step: node.json_schema() for step, node in self.below.items()},
        }
        required = [step for step, node in self.below.items() if node.is_required]
        return {**schema, "required": required} if required else schema


class Messages:
    """Makes the message of an event."""

    def __init__(self, spec: Spec, examples: Examples) -> None:
        self._spec = spec
        self._examples = examples

    def message(
        self,
        names: EventNames,
        title: str,
        keys: Iterable[str],
        required: frozenset[str],
        tests: tuple[Test, ...],
        event_id: str | None,
    ) -> Message:
        """The message of the events ``names``; ``event_id`` is an ID that the site gives.

        Without names it is no event's, but values alone.
        """
        root = _Node()
        name = root.at("event") if names else None
        if name is not None:
            name.fill(names.examples[0], names.schema(), required=True)
        data = [self._spec.data[key] for key in dict.fromkeys(self._read(keys))]
        paths = sorted((item for item in data if item.source == "path"), key=self._order)
        self._event_id(root, event_id)
        places = [str(item.argument) for item in paths]
        for item in paths:
            if self._has_parts(item, places):
                continue
            node = root.at(str(item.argument))
            if node is not None:
                value = _rename_fields(self._examples.matching(item.key, tests), item.fields)
                is_required = item.required or item.key in required
                node.fill(value, self._schema(item, value), required=is_required)
        cleared = self._list_cleared(paths)
        example = root.example()
        schema = {"$schema": DIALECT, "title": title, **root.json_schema()}
        return Message(
            names=names.examples,
            patterns=tuple(pattern for pattern, _ in names.patterns),
            pushes=(*({top: None} for top in cleared), example),
            schema=schema,
            cleared=cleared,
            item_ids=self._list_item_ids(paths),
            personal=tuple(str(item.argument) for item in paths if item.pii),
            takes_event_id=event_id is not None,
        )

    def _has_parts(self, data: DataKey, places: Iterable[str]) -> bool:
        """Whether a value of no known kind has parts that are read, too: these say what it is."""
        is_known = self._examples.type_of(data) != "any" or data.example is not None
        below = f"{data.argument}."
        return not is_known and not data.required and any(one.startswith(below) for one in places)

    def _order(self, data: DataKey) -> tuple[bool, bool, str]:
        """Scalars before lists, so that the example reads well; a parent before what is below
        it."""
        path = str(data.argument)
        return ("." in path, self._examples.type_of(data) == "items", path)

    def _list_cleared(self, paths: Iterable[DataKey]) -> tuple[str, ...]:
        """Objects that hold a list: the data layer merges lists, so the last one must go first.

        Others keep what was pushed once, such as the user's data, and are not to be cleared.
        """
        tops = {
            str(item.argument).split(".")[0]
            for item in paths
            if self._examples.type_of(item) == "items" and "." in str(item.argument)
        }
        return tuple(sorted(tops))

    def _list_item_ids(self, paths: Iterable[DataKey]) -> tuple[str, ...]:
        """The site's own words for the catalogue's ID of an item."""
        lists = [item for item in paths if item.type == "items"]
        names = (item.fields.get(name, name) for item in lists for name in self._examples.item_ids)
        return tuple(dict.fromkeys(names))

    def _event_id(self, root: _Node, event_id: str | None) -> None:
        node = None if event_id is None else root.at(self._spec.site.event_id_key)
        if node is not None:
            # Never required: where the site gives none, the tag makes one.
            node.fill(event_id, {"type": "string", "minLength": 1}, required=False)

    def _schema(self, data: DataKey, value: Json) -> dict[str, Any]:
        schema = (
            dict(_TYPES[data.type])
            if data.type != "items"
            else self._build_items_schema(value, data.fields)
        )
        if data.description:
            schema["description"] = data.description
        return schema

    def _read(self, keys: Iterable[str]) -> Iterator[str]:
        """The data keys with those that computed ones read."""
        for key in keys:
            if key in self._spec.data:
                yield key
                yield from self._read(parts(self._spec.data[key]))

    def _build_items_schema(self, items: Json, renamed: Mapping[str, str]) -> dict[str, Any]:
        """A list of items: their fields have the usual types, and those of the spec's example.

        ``renamed`` has the site's own word for a field, or the path of it.
        """
        ids = self._examples.item_ids
        usual = {"price": "number", "quantity": "integer", **dict.fromkeys(ids, "string")}
        fields: dict[str, Json] = {}
        for name, type_ in usual.items():
            word, nested, _ = renamed.get(name, name).partition(".")
            fields[word] = {"type": "object" if nested else _list_types(word, type_, items)}
        required = dict.fromkeys(renamed.get(name, name).partition(".")[0] for name in ids)
        return {
            "type": "array",
            "minItems": 1,
            "items": {"type": "object", "properties": fields, "required": list(required)},
        }


def _rename_fields(value: Json, fields: Mapping[str, str]) -> Json:
    """Items in the site's words; ``fields`` has GA4's name of each, and the site's path."""
    if not fields or not isinstance(value, list):
        return value
    examples: list[Json] = []
    for item in value:
        root = _Node()
        for name, content in item.items():
            node = root.at(fields.get(name, name))
            if node is not None:
                node.fill(content, {}, required=False)
        examples.append(root.example())
    return examples


def _list_types(name: str, usual: str, items: Json) -> list[str] | str:
    values = [item[name] for item in items if name in item]
    validator = jsonschema_rs.validator_for({"type": usual})
    if all(map(validator.is_valid, values)):
        return usual
    # The spec's example says what the site pushes, a price as text for one: no error, then.
    return [*dict.fromkeys((usual, *map(_type, values)))]


def _type(value: Json) -> str:
    names = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}
    return "null" if value is None else names.get(type(value), "object")
