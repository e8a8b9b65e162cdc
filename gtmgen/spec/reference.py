"""jsonschema, which says why data is wrong, in step with jsonschema-rs, which says that it is.

Called where something is wrong only: see `gtmgen.spec.shape`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Set
from typing import TYPE_CHECKING, Any

from gtmgen.source.values import Data
from gtmgen.spec.schema_parts import Schema

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError
    from jsonschema.protocols import Validator


def reference_validator(schema: Schema) -> Validator:
    """The reference implementation, with the `$` of JavaScript and of jsonschema-rs."""
    import jsonschema

    def pattern(
        validator: Validator, expression: str, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        # Python's `$` also stands before a final line break; a second one gives it away.
        text = instance + "\n" if str(instance).endswith("\n") else instance
        if validator.is_type(instance, "string") and not re.search(expression, text):
            yield jsonschema.ValidationError(f"{instance!r} does not match {expression!r}")

    draft = jsonschema.Draft202012Validator
    validator: Validator = jsonschema.validators.extend(  # type: ignore[no-untyped-call]  # stubs
        draft, {"pattern": pattern}
    )(schema)
    return validator


class FocusedReference:
    """The reference implementation, made to look only where something is known to be wrong.

    A condition (`if`, `contains`) is still tested on all of its instance: what is right under
    the schema may well be what the condition denies.
    """

    def __init__(self, whole: Validator) -> None:
        import jsonschema

        self._whole = whole
        self._failing: Set[int] = frozenset()
        # Once for all data: the class of a validator takes longer to make than its work does.
        self._validator: Validator = jsonschema.validators.extend(  # type: ignore[no-untyped-call]  # stubs
            type(whole),
            {
                "properties": self._check_properties,
                "additionalProperties": self._check_additional,
                "items": self._check_items,
                "if": self._check_condition,
                "contains": self._check_contains,
            },
        )(whole.schema)

    def focus(self, data: Data, paths: Iterable[Iterable[str | int]]) -> Validator:
        """The validator for `data` that looks only at the mappings and lists on the way to `paths`.

        To be used up before the next call.
        """
        self._failing = {id(container) for path in paths for container in _walk(data, path)}
        return self._validator

    def _is_of_interest(self, value: Any) -> bool:
        return not isinstance(value, (dict, list)) or id(value) in self._failing

    def _of_interest(self, instance: Any) -> Any:
        if not isinstance(instance, dict):
            return instance
        return {key: value for key, value in instance.items() if self._is_of_interest(value)}

    def _check_properties(
        self, validator: Any, schemas: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        check = self._whole.VALIDATORS["properties"]
        yield from check(validator, schemas, self._of_interest(instance), schema)

    def _check_additional(
        self, validator: Any, subschema: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        check = self._whole.VALIDATORS["additionalProperties"]
        part = self._of_interest(instance) if isinstance(subschema, dict) else instance
        yield from check(validator, subschema, part, schema)

    def _check_items(
        self, validator: Any, subschema: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        for index, item in enumerate(instance if isinstance(instance, list) else ()):
            if self._is_of_interest(item):
                yield from validator.descend(item, subschema, path=index)

    def _check_condition(
        self, validator: Any, subschema: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        branch = "then" if self._whole.evolve(schema=subschema).is_valid(instance) else "else"
        if branch in schema:
            yield from validator.descend(instance, schema[branch], schema_path=branch)

    def _check_contains(
        self, validator: Any, subschema: Any, instance: Any, schema: Any
    ) -> Iterator[ValidationError]:
        yield from self._whole.VALIDATORS["contains"](self._whole, subschema, instance, schema)


def _walk(data: Any, path: Iterable[str | int]) -> Iterator[Any]:
    """The data and what lies on the path; all that lies in it where the path cannot be followed.

    jsonschema-rs leaves an empty key out of its paths, and gives the key "0" as the number.
    """
    yield data
    for step in path:
        if isinstance(data, dict):
            step = str(step)
            if "" in data or step not in data:
                yield from _all_within(data)
                return
        data = data[step]
        yield data
    if isinstance(data, dict) and "" in data:
        yield from _all_within(data)


def _all_within(data: Any) -> Iterator[Any]:
    stack = [data]
    while stack:
        part = stack.pop()
        yield part
        if isinstance(part, dict):
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
