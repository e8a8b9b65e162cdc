"""jsonschema, which says why data is wrong, in step with jsonschema-rs, which says that it is.

Called where something is wrong only: see `gtmgen.spec.shape`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from gtmgen.source.values import Data
from gtmgen.spec.schema_parts import Schema

if TYPE_CHECKING:
    import jsonschema
    from jsonschema.protocols import Validator


def reference_validator(schema: Schema) -> Validator:
    """The reference implementation, with the `$` of JavaScript and of jsonschema-rs."""
    import jsonschema

    def pattern(
        validator: Validator, expression: str, instance: Any, schema: Any
    ) -> Iterator[jsonschema.ValidationError]:
        # Python's `$` also stands before a final line break; a second one gives it away.
        text = instance + "\n" if str(instance).endswith("\n") else instance
        if validator.is_type(instance, "string") and not re.search(expression, text):
            yield jsonschema.ValidationError(f"{instance!r} does not match {expression!r}")

    draft = jsonschema.Draft202012Validator
    validator: Validator = jsonschema.validators.extend(  # type: ignore[no-untyped-call]  # stubs
        draft, {"pattern": pattern}
    )(schema)
    return validator


def focus(whole: Validator, data: Data, paths: Iterable[Iterable[str | int]]) -> Validator:
    """The validator for `data` that looks only at the mappings and lists on the way to `paths`.

    A condition (`if`, `contains`) is still tested on all of its instance: what is right under
    the schema may well be what the condition denies.
    """
    import jsonschema

    keywords = whole.VALIDATORS
    failing = {id(container) for path in paths for container in _walk(data, path)}

    def is_of_interest(value: Any) -> bool:
        return not isinstance(value, (dict, list)) or id(value) in failing

    def of_interest(instance: Any) -> Any:
        if not isinstance(instance, dict):
            return instance
        return {key: value for key, value in instance.items() if is_of_interest(value)}

    def properties(
        validator: Any, schemas: Any, instance: Any, schema: Any
    ) -> Iterator[jsonschema.ValidationError]:
        yield from keywords["properties"](validator, schemas, of_interest(instance), schema)

    def additional(
        validator: Any, subschema: Any, instance: Any, schema: Any
    ) -> Iterator[jsonschema.ValidationError]:
        part = of_interest(instance) if isinstance(subschema, dict) else instance
        yield from keywords["additionalProperties"](validator, subschema, part, schema)

    def items(
        validator: Any, subschema: Any, instance: Any, schema: Any
    ) -> Iterator[jsonschema.ValidationError]:
        for index, item in enumerate(instance if isinstance(instance, list) else ()):
            if is_of_interest(item):
                yield from validator.descend(item, subschema, path=index)

    def condition(
        validator: Any, subschema: Any, instance: Any, schema: Any
    ) -> Iterator[jsonschema.ValidationError]:
        branch = "then" if whole.evolve(schema=subschema).is_valid(instance) else "else"
        if branch in schema:
            yield from validator.descend(instance, schema[branch], schema_path=branch)

    def contains(
        validator: Any, subschema: Any, instance: Any, schema: Any
    ) -> Iterator[jsonschema.ValidationError]:
        yield from keywords["contains"](whole, subschema, instance, schema)

    validator: Validator = jsonschema.validators.extend(  # type: ignore[no-untyped-call]  # stubs
        type(whole),
        {
            "properties": properties,
            "additionalProperties": additional,
            "items": items,
            "if": condition,
            "contains": contains,
        },
    )(whole.schema)
    return validator


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
