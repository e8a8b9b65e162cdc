"""The values of the parameters: what was pushed, in the right form, of this event."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from gtmgen.diagnostics import Severity
from gtmgen.explore.call_checks import ERROR, WARNING, CallChecks, has_failed
from gtmgen.explore.fault import BrokenInvariant
from gtmgen.explore.item_checks import ItemChecks
from gtmgen.explore.model import ExpectedDelivery, Variant
from gtmgen.scenarios.model import Call, Result
from gtmgen.spec.matchers import is_number, same, shown

_CURRENCY = re.compile(r"[A-Z]{3}\Z")
_NOTHING = ("null", "undefined", "NaN")


class ValueChecks(CallChecks):
    """Checks the parameters of an event."""

    def _check_values(
        self, variant: Variant, mine: Mapping[str, list[Call]], result: Result
    ) -> Iterator[BrokenInvariant]:
        for one in self._deliveries:
            for call in mine.get(one.platform, ()):
                for name, (type_, key) in one.params.items():
                    yield from self._check_value(variant, one, call, name, type_, key, result)
                if "value" in call.params and "currency" not in call.params:
                    right = {one.platform: one.event, "params": {"currency": {"present": True}}}
                    message = f"{one.platform} receives `{one.event}` with a value and no currency"
                    yield BrokenInvariant("no-currency", ERROR, message, self._path, [right])

    def _check_value(
        self,
        variant: Variant,
        one: ExpectedDelivery,
        call: Call,
        name: str,
        type_: str,
        key: str,
        result: Result,
    ) -> Iterator[BrokenInvariant]:
        path = (*self._path, "params")
        value = call.params.get(name)
        subject = f"{one.platform} receives `{one.event}` with {name} {shown(value)}"

        def fault(code: str, why: str, right: Any) -> BrokenInvariant:
            expectation = {one.platform: one.event, "params": {name: right}}
            return BrokenInvariant(code, ERROR, f"{subject}{why}", path, [expectation])

        is_boolean = self._spec.data[key].type == "boolean"
        if value in _NOTHING or (value is False and not is_boolean):
            yield fault("nothing-as-text", ", which stands for a missing value", {"absent": True})
        elif type_ in ("number", "integer") and value is not None and not is_number(value):
            yield fault("no-number", ", which is not a number", {"type": "number"})
        elif type_ == "currency" and value is not None and not _CURRENCY.match(str(value)):
            yield fault(
                "no-currency-code", ", which is not a currency code", {"matches": "^[A-Z]{3}$"}
            )
        elif type_ == "items" and value is not None:
            id_field = str(self._spec.platforms[one.platform].settings.get("content_id", "item_id"))
            expected = None if key in variant.missing else variant.values.get(key)
            yield from ItemChecks(one, name, id_field, path).check(value, expected)
        elif key in variant.values and key not in variant.missing:
            yield from self._check_exact(variant, value, key, result, fault)
        if type_ == "items" and value is None and key in variant.values:
            yield from self._report_dropped(variant, result, {"present": True}, fault)

    def _check_exact(
        self, variant: Variant, value: Any, key: str, result: Result, fault: Any
    ) -> Iterator[BrokenInvariant]:
        pushed = variant.values[key]
        if value is None:
            yield from self._report_dropped(variant, result, pushed, fault)
        # As text, too: whether a price arrives as 9.5 or "9.5" is the type's affair, which is
        # checked above.
        elif not same(value, pushed) and str(value) != str(pushed):
            yield fault("other-value", f" instead of {shown(pushed)}", pushed)

    def _report_dropped(
        self, variant: Variant, result: Result, pushed: Any, fault: Any
    ) -> Iterator[BrokenInvariant]:
        if not has_failed(result):
            yield fault("dropped", ": what was pushed is dropped in silence", pushed)
        elif not variant.may_fail:
            yield fault("dropped", ": what was pushed cannot be read", pushed)

    def _check_lingering(
        self, variant: Variant, mine: Mapping[str, list[Call]]
    ) -> Iterator[BrokenInvariant]:
        for one in self._deliveries:
            for call in mine.get(one.platform, ()):
                for name, value in [*call.params.items(), ("event_id", call.event_id)]:
                    text = json.dumps(value)
                    if any(token in text for token in variant.tokens):
                        path = (*self._path, "params") if name != "event_id" else self._path
                        message = (
                            f"{one.platform} receives `{one.event}` with {name} {shown(value)} of "
                            "an earlier event"
                        )
                        other = {"not": value}
                        inner = other if name == "event_id" else {name: other}
                        field = "event_id" if name == "event_id" else "params"
                        right: dict[str, Any] = {one.platform: one.event, field: inner}
                        yield BrokenInvariant(
                            "lingering", self._rate_lingering(one, name), message, path, [right]
                        )

    def _rate_lingering(self, one: ExpectedDelivery, name: str) -> Severity:
        """What is said once for a page, such as a visitor's plan, may well stay: a warning."""
        key = self._spec.data[one.params[name][1]] if name in one.params else None
        stays = key is not None and key.scope == "model" and key.type != "items"
        path = str(key.argument) if key is not None else ""
        return WARNING if stays and path.split(".")[0] != "ecommerce" else ERROR
