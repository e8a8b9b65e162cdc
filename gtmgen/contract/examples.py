"""An example for every value: the spec's own where it fits its type, else a usual one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gtmgen.contract.candidates import NUMBER, example_matching
from gtmgen.contract.model import Json
from gtmgen.spec.model import DataKey, Spec, Test
from gtmgen.spec.texts import fill_text, is_text, to_text

_USUAL: Mapping[str, Json] = {
    "integer": 1,
    "number": 59.9,
    "boolean": True,
    "email": "ada@example.com",
    "phone": "+4915112345678",
}


def parts(data: DataKey) -> tuple[str, ...]:
    """The data keys that a computed one reads, none where a key has a source of its own."""
    argument = data.argument
    if data.source == "first_of":
        return tuple(argument)
    if data.source == "sum":
        return (str(argument["items"] if isinstance(argument, Mapping) else argument),)
    return ()


def _rename_fields(items: Any, fields: Mapping[str, str]) -> Any:
    """Items as the template makes them of the site's; those that are GA4's already stay."""
    if not isinstance(items, list) or not all(isinstance(item, Mapping) for item in items):
        return items
    renamed = []
    for item in items:
        read = {to: _follow(item, path) for to, path in fields.items()}
        present = {to: value for to, value in read.items() if value is not None}
        moved = {path for to, path in fields.items() if to in present}
        renamed.append({**{k: v for k, v in item.items() if k not in moved}, **present})
    return renamed


def _follow(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


class Examples:
    """Examples of one spec; ``item_ids`` are the item fields that equal a catalogue's ID, and
    ``types`` those of data keys whose type something else tells than the spec."""

    def __init__(
        self, spec: Spec, item_ids: tuple[str, ...], types: Mapping[str, str] | None = None
    ) -> None:
        self._spec = spec
        self._types = types or {}
        self._host = spec.site.hosts[0] if spec.site.hosts else "www.example.com"
        self.item_ids = item_ids or ("item_id",)
        self._made: dict[str, Json] = {}

    def of(self, key: str) -> Json:
        """The example of a data key, or of a built-in variable."""
        if key not in self._made:
            data = self._spec.data.get(key)
            self._made[key] = self._find_built_in(key) if data is None else self._data(data)
        return self._made[key]

    def _data(self, data: DataKey) -> Json:
        fixed = self._text(data.argument) if data.source == "constant" else None
        # What the spec gives goes before what can be worked out, and that before what is usual.
        for given in (data.example, fixed):
            if given is not None and data.fields:
                given = _rename_fields(given, data.fields)
            example = None if given is None else self.as_type(given, data.type)
            if example is not None:
                return example
        if data.source == "builtin":
            return self._find_built_in(str(data.argument))
        if data.source in ("lookup", "regex"):
            example = self._look_up_example(data)
            return self._find_usual(data.type, data.key) if example is None else example
        if data.source in ("first_of", "sum"):
            example = self.as_type(self._compute_example(data), data.type)
            return self._find_usual(data.type, data.key) if example is None else example
        if data.source in ("url", "referrer") and data.type in ("string", "any"):
            return self._find_part(data)
        example = None if data.default is None else self.as_type(data.default, data.type)
        return self._find_usual(self.type_of(data), data.key) if example is None else example

    def type_of(self, data: DataKey) -> str:
        """What kind of value is usual there."""
        return self._types.get(data.key, data.type)

    def _compute_example(self, data: DataKey) -> Json:
        """What the tag makes of the examples of the keys that it reads; of these, see `parts`."""
        read = self.of(parts(data)[0])
        if data.source == "first_of" or not isinstance(read, list):
            return read
        field = data.argument.get("field") if isinstance(data.argument, Mapping) else None
        lines = [
            (item.get(field or "price"), item.get("quantity", 1))
            for item in read
            if isinstance(item, Mapping)
        ]
        pairs = [(self.as_type(a, "number"), self.as_type(b, "number")) for a, b in lines]
        if any(price is None for price, _ in pairs):
            return None
        # In cents: to a computer, three times 12.3 is 36.900000000000006.
        return round(sum(price * (1 if pieces is None else pieces) for price, pieces in pairs), 2)

    def _look_up_example(self, data: DataKey) -> Json:
        """What the table gives for its input's example, else the default or the first result."""
        table = data.argument["map"]
        if isinstance(table, Mapping):
            rows = list(table.items())
        elif data.source == "lookup":
            rows = [(self._text(row["key"]), row["value"]) for row in table]
        else:
            rows = [(row["pattern"], row["value"]) for row in table]
        # Of two rows with one key, the first counts.
        results = {to_text(key): value for key, value in reversed(rows)}
        candidates = [data.argument.get("default"), data.default, *(value for _, value in rows)]
        if data.source == "lookup":
            candidates.insert(
                0, results.get(to_text(self._find_input(str(data.argument["input"]))))
            )
        texts = (self._text(value) for value in candidates if value is not None)
        typed = (self.as_type(value, data.type) for value in texts)
        return next((value for value in typed if value is not None), None)

    def _text(self, value: Any) -> Json:
        """A value as it stands; of a text, with the examples of the values that it holds."""
        if not is_text(value):
            return value
        return fill_text(value, lambda key: to_text(self.of(key)))

    def _find_input(self, key: str) -> Json:
        """A table can read a table, but never itself."""
        data = self._spec.data.get(key)
        return None if data is not None and data.source in ("lookup", "regex") else self.of(key)

    def _find_part(self, data: DataKey) -> str:
        """A part of an address."""
        argument = data.argument
        part = argument["component"] if isinstance(argument, Mapping) else argument
        if part == "query" and isinstance(argument, Mapping) and "key" in argument:
            return f"{argument['key']}-1"
        address = f"https://{self._host}/"
        parts = {"url": address, "protocol": "https", "host": self._host, "port": "443"}
        parts |= {"path": "/", "extension": "html", "query": "a=1", "fragment": "top"}
        parts |= {"query_string": "a=1"}
        return parts.get(str(part), address)

    def _find_usual(self, type_: str, key: str) -> Json:
        if type_ == "items":
            return [self._build_item({"item_name": "Blue shoe", "price": 59.9, "quantity": 1})]
        if type_ == "currency":
            return self._spec.site.currency or "EUR"
        if type_ == "url":
            return f"https://{self._host}/"
        return _USUAL.get(type_, f"{key}-1")

    def _find_built_in(self, key: str) -> str:
        if key.endswith("_url") or key == "referrer":
            return f"https://{self._host}/"
        return {"page_path": "/", "page_hostname": self._host}.get(key, key.replace("_", " "))

    def _build_item(self, item: Mapping[str, Any]) -> dict[str, Any]:
        ids = {name: "SKU1" for name in self.item_ids if name not in item}
        return {**ids, **item}

    def as_type(self, value: Any, type_: str) -> Json:
        """The value as its type has it, or None where it is none of that type."""
        text = None if isinstance(value, list | dict) else to_text(value)
        match type_:
            case "any":
                return value
            case "items":
                if not isinstance(value, list) or not value:
                    return None
                whole = all(isinstance(item, dict) for item in value)
                return [self._build_item(item) for item in value] if whole else None
            case "boolean":
                return {"true": True, "false": False}.get(text or "")
            case "number" | "integer":
                if text is None or not NUMBER.match(text):
                    return None
                number = float(text)
                return int(number) if type_ == "integer" or number.is_integer() else number
            case "currency":
                return text if text and re.fullmatch("[A-Z]{3}", text) else None
            case _:
                return text or None

    def matching(self, key: str, tests: tuple[Test, ...]) -> Json:
        """The example of a data key, such that the conditions on it hold where one can be found."""
        value = self.of(key)
        data = self._spec.data.get(key)
        type_ = data.type if data is not None else "any"
        own_tests = tuple(test for test in tests if test.left == key)
        if isinstance(value, list | dict):
            return value
        return example_matching(value, own_tests, lambda item: self.as_type(item, type_))
