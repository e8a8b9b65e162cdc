"""The same event with other data: in other forms, missing, or left from an earlier event."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from gtmgen.contract.candidates import holds
from gtmgen.explore.messages import in_site_words, put, take_out
from gtmgen.explore.model import RawStep, Variant
from gtmgen.explore.variant_writer import VariantWriter
from gtmgen.runtime.engine import Json
from gtmgen.spec.model import DataKey

_NUMBERS = ("number", "integer")
ENCODED = "m 7:1"
"""A cookie's value that stands otherwise in the cookie."""


class DataVariants(VariantWriter):
    """Writes the variants whose data differ."""

    def _twice(self) -> Iterator[Variant]:
        if self._is_repeatable:
            steps = self._steps() + self._steps()
            yield self._variant("twice in a row", self._load(), steps, times=2, occurrences=2)
        yield self._variant(
            "and again after a reload",
            self._load(),
            self._steps(),
            [{"reload": True}],
            self._steps(),
            times=2,
            occurrences=2,
        )

    def _parts(self) -> Iterator[Variant]:
        """Sites push the data of an event in a message before it, too."""
        paths = [str(key.argument).split(".")[0] for key in self._path_keys]
        if not self._is_repeatable or not paths or "eventModel" in paths:
            return
        if self._spec.site.event_id_key.split(".")[0] in paths:
            return
        message = self._steps()[0]["push"]
        event = {"event": message.pop("event")}
        yield self._variant(
            "with its data in a message before it",
            self._load(),
            [{"push": message}, {"push": event}],
            values=self._values(),
            event_id=self._id_from_data(),
        )

    def _data_forms(self) -> Iterator[Variant]:
        optional = [key for key in self._path_keys if not key.required and self._is_free(key)]
        if optional:

            def bare(message: Json) -> None:
                for key in optional:
                    take_out(message, str(key.argument))

            stand_ins = self._stand_ins(optional)
            names = frozenset(key.key for key in optional if key.key not in stand_ins)
            yield self._changed(
                "without optional data", bare, missing=names, values=stand_ins, may_fail=True
            )
        numbers = [key for key in self._path_keys if key.type in _NUMBERS]
        for title, written, number in (
            ("a value of 0", 0, 0),
            ("numbers as text", "59.9", 59.9),
            ("numbers with separators", "1,299.00", 1299),
        ):
            fitting = [
                key
                for key in numbers
                if holds(number, [test for test in self._tests if test.left == key.key])
                and not (key.type == "integer" and number != int(number))
            ]
            if fitting:
                values = {key.key: number for key in fitting}

                def change(
                    message: Json, keys: list[DataKey] = fitting, value: str | int = written
                ) -> None:
                    for key in keys:
                        _setter([key], self._as_written(key, value))(message)

                # Both signs, or a point alone: these are read without a decimal sign, too.
                yield self._changed(title, change, values=values)
        yield from self._text_forms()
        yield from self._cookie_forms()
        yield from self._null_forms()

    def _decimal(self, key: DataKey) -> str | None:
        return key.decimal or self._spec.site.decimal

    def _as_written(self, key: DataKey, value: str | int) -> str | int:
        """A number in a text, with the decimal sign that the spec names."""
        if self._decimal(key) != "," or not isinstance(value, str):
            return value
        return value.translate(str.maketrans(",.", ".,"))

    def _text_forms(self) -> Iterator[Variant]:
        currencies = [key for key in self._path_keys if key.type == "currency"]
        if currencies:
            values = {key.key: "EUR" for key in currencies}
            yield self._changed(
                "a currency in small letters", _setter(currencies, "eur"), values=values
            )
        lists = [key for key in self._path_keys if key.type == "items"]
        if lists:
            example = self._stimuli.examples.of(lists[0].key)
            priced = [{**item, "price": "59.90", "quantity": "2"} for item in example]
            priced = in_site_words(lists[0], priced)
            yield self._changed("prices as text", _setter(lists, priced))
            yield self._changed(
                "one item that is not a list",
                _setter(lists, in_site_words(lists[0], example[:1])[0]),
                values={lists[0].key: example[:1]},
                may_fail=True,
            )

    def _cookie_forms(self) -> Iterator[Variant]:
        """Cookies are written by encodeURIComponent, which shows in more than letters."""
        known = {key.key: key for key in [*self._keys, *self._stimuli.personal()]}
        values = {
            key.key: ENCODED
            for key in known.values()
            if key.source == "cookie"
            and key.type in ("string", "any")
            and key.decode
            and self._is_free(key)
            and not (key.replace or key.case)
        }
        if not values:
            return
        variant = self._variant(
            "cookies that are encoded",
            self._load(),
            self._steps(),
            values=values,
            identity=self._stimuli.identity(values),
        )
        for name in values:
            variant.raw["cookies"][str(known[name].argument)] = quote(ENCODED, safe="")
        yield variant

    def _null_forms(self) -> Iterator[Variant]:
        parents = {
            str(key.argument).split(".")[0]
            for key in self._path_keys
            if "." in str(key.argument) and self._is_free(key) and not key.required
        }
        if parents and not self._tests:
            emptied_keys = [
                key for key in self._path_keys if str(key.argument).split(".")[0] in parents
            ]
            stand_ins = self._stand_ins(emptied_keys)
            keys = frozenset(key.key for key in emptied_keys if key.key not in stand_ins)

            def emptied(message: Json) -> None:
                for name in parents & message.keys():
                    message[name] = None

            yield self._changed(
                "data that is null", emptied, missing=keys, values=stand_ins, may_fail=True
            )

    def _stand_ins(self, keys: list[DataKey]) -> dict[str, Any]:
        """The defaults of data keys that have one."""
        return {
            key.key: self._stimuli.examples.as_type(key.default, key.type)
            for key in keys
            if key.default is not None and not key.is_native and not (key.replace or key.case)
        }

    def _is_free(self, key: DataKey) -> bool:
        """Whether an event happens without this value."""
        return not any(test.left == key.key for test in self._tests)

    def _conditions(self) -> Iterator[Variant]:
        """Without a value that a condition asks for, nothing is sent."""
        keys = {test.left for test in self._event.narrowing.where}
        keys |= {
            test.left
            for trigger in self._stimuli.triggers(self._event)
            for test in trigger.narrowing.where
        }
        for key in self._keys:
            tests = [test for test in self._tests if test.left == key.key]
            if key.key not in keys or all(test.negate for test in tests) or key.default:
                continue
            title = f"without `{key.key}`, which a condition asks for"
            if key.source == "path":
                path = str(key.argument)
                yield self._changed(title, lambda message, at=path: take_out(message, at), times=0)
                title = f"with null for `{key.key}`, which a condition asks for"
                yield self._changed(title, lambda message, at=path: put(message, at, None), times=0)
            elif key.source in ("cookie", "query"):
                variant = self._variant(title, self._load(), self._steps(), times=0)
                if key.source == "cookie":
                    variant.raw.get("cookies", {}).pop(str(key.argument), None)
                else:
                    load = variant.raw["steps"][0]
                    load["load"] = load["load"].partition("?")[0]
                yield variant

    def _lingering(self) -> Iterator[Variant]:
        if not self._is_repeatable or not self._path_keys:
            return
        earlier: Json = {"event": "an_earlier_event"}
        tokens = []
        for key in self._path_keys:
            if not self._is_free(key) or key.key in self._identifying():
                continue
            if key.type == "items":
                example = self._stimuli.examples.of(key.key)
                other_items = [_other(example[0], n) for n in (1, 2, 3)]
                put(earlier, str(key.argument), in_site_words(key, other_items))
                tokens.append("EARLIER-")
            elif key.type in ("string", "any"):
                put(earlier, str(key.argument), f"EARLIER-{key.key}")
                tokens.append("EARLIER-")
            elif key.type in _NUMBERS:
                put(earlier, str(key.argument), 777131)
                tokens.append("777131")
        if not tokens:
            return
        before: list[RawStep] = [{"push": earlier}]
        right: dict[str, Any] = {"tokens": tuple(dict.fromkeys(tokens)), "quiet": frozenset({1})}
        yield self._variant(
            "after an event with more items", self._load(), before, self._steps(), **right
        )
        steps, _ = self._with(self._bare)
        yield self._variant(
            "without data, after an event with it",
            self._load(),
            before,
            steps,
            may_fail=True,
            **right,
        )

    def _identifying(self) -> set[str]:
        return {key.key for key in self._stimuli.personal()}

    def _bare(self, message: Json) -> None:
        for key in self._path_keys:
            if self._is_free(key):
                take_out(message, str(key.argument))


def _setter(keys: list[DataKey], value: Any) -> Any:
    paths = [str(key.argument) for key in keys]

    def change(message: Json) -> None:
        for path in paths:
            if path.split(".")[0] in message:
                put(message, path, copy.deepcopy(value))

    return change


def _other(item: Json, number: int) -> Json:
    """An item of another event."""
    return {
        name: f"EARLIER-{number}" if isinstance(value, str) else value
        for name, value in {**item, "item_brand": "x"}.items()
    }
