"""What data keys are made from: their inputs and defaults, and what depends on itself."""

from __future__ import annotations

import re
from typing import Any

from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.cycles import find_cycles
from gtmgen.spec.model import DataKey
from gtmgen.spec.reference_checks import NUMBER, ReferenceChecker
from gtmgen.spec.texts import has_loose_braces, is_text, keys_in, table_values

MAX_GROUP_DEPTH = 16

_DEFAULTS = {
    "number": NUMBER,
    "integer": re.compile(r"[-+]?[0-9]+"),
    "boolean": re.compile("true|false"),
    "currency": re.compile("[A-Z]{3}"),
}


class DataChecker(ReferenceChecker):
    """Checks the data keys of one spec, and the cycles of all that holds other things."""

    def _data_key(self, key: str) -> None:
        data = self._data[key]
        self._default(data)
        if data.source == "regex":
            rows = data.argument["map"]
            for index, row in enumerate(rows):
                is_list = isinstance(rows, list)
                at: Path = (
                    "data",
                    key,
                    "regex",
                    "map",
                    *((index, "pattern") if is_list else (row,)),
                )
                problems_before = len(self.problems)
                pattern = row["pattern"] if is_list else row
                if not is_text(pattern):
                    self._pattern(pattern, at)
                if not is_list and len(self.problems) > problems_before:
                    # In a mapping the pattern is the key, and the caret has to stand there.
                    self.problems[-1] = self.problems[-1]._replace(on_key=True)
        if data.source == "constant":
            self._text(data.argument, ("data", key, "constant"))
        if data.source in ("lookup", "regex"):
            self._value(data.argument["input"], ("data", key, data.source, "input"))
            for at, value in table_values(data.argument).items():
                self._text(value, ("data", key, data.source, *at))
        elif data.source == "first_of":
            for index, name in enumerate(data.argument):
                self._value(name, ("data", key, "first_of", index))
        elif data.source == "sum":
            self._sum(key, data)
        elif data.source == "url" and isinstance(data.argument, dict) and "source" in data.argument:
            self._value(data.argument["source"], ("data", key, "url", "source"))
        if (
            data.source == "regex"
            and isinstance(data.argument["map"], dict)
            and len(data.argument["map"]) > 1
        ):
            self.problems.append(
                Problem(
                    "regex-order",
                    ("data", key, "regex", "map"),
                    "the first pattern that matches wins, but a mapping has no order; "
                    "the patterns are taken by name",
                    "write a list: `map: [{pattern: ..., value: ...}]`",
                    Severity.WARNING,
                    on_key=True,
                )
            )

    def _text(self, value: Any, path: Path) -> None:
        if not is_text(value):
            return
        for name in keys_in(value):
            self._value(name, (*path, "text"))
        if has_loose_braces(value):
            message = "`{{` without a data key behind it"
            hint = "write `{{key}}`, with a key under `data` or a built-in variable's"
            self.problems.append(Problem("unknown-data", (*path, "text"), message, hint))

    def _sum(self, key: str, data: DataKey) -> None:
        is_mapping = isinstance(data.argument, dict)
        items = data.argument["items"] if is_mapping else data.argument
        at: Path = ("data", key, "sum", "items") if is_mapping else ("data", key, "sum")
        self._value(items, at)
        source = self._data.get(items)
        if source is not None and source.type not in ("items", "any"):
            message = f"`{items}` is of the type {source.type}, and a sum is over items"
            self.problems.append(Problem("param-type", at, message))

    def _default(self, data: DataKey) -> None:
        form = _DEFAULTS.get(data.type)
        if data.default is None:
            return
        if data.type == "items" or (form and not form.fullmatch(data.default)):
            message = f"the default `{data.default}` is not of the type {data.type}"
            upper = data.default.strip().upper()
            fix = upper if data.type == "currency" and form and form.fullmatch(upper) else None
            path = ("data", data.key, "default")
            self.problems.append(Problem("default-type", path, message, fix=fix))

    def _cycles(self) -> None:
        inputs = {key: list(data.inputs) for key, data in self._data.items() if data.inputs}
        groups = {
            key: list(trigger.argument)
            for key, trigger in self._spec.triggers.items()
            if trigger.form == "group"
        }
        for cycle in find_cycles(inputs):
            self._cycle(
                "lookup-cycle", ("data", cycle[0]), "the data keys depend on each other", cycle
            )
        before = len(self.problems)
        for cycle in find_cycles(groups):
            self._cycle(
                "group-cycle", ("triggers", cycle[0]), "the groups contain each other", cycle
            )
        if len(self.problems) == before:
            self._group_depth(groups)

    def _group_depth(self, groups: dict[str, list[str]]) -> None:
        level, depth = set(groups), 0
        while level:
            level = {name for group in level for name in groups[group] if name in groups}
            depth += 1
            if depth > MAX_GROUP_DEPTH:
                name = min(level)
                message = f"groups hold groups, `{name}` more than {MAX_GROUP_DEPTH} levels deep"
                self.problems.append(
                    Problem("group-member", ("triggers", name), message, on_key=True)
                )
                return

    def _cycle(self, rule: str, path: Path, message: str, cycle: list[str]) -> None:
        chain = " -> ".join([*cycle, cycle[0]])
        self.problems.append(Problem(rule, path, f"{message}: {chain}", on_key=True))

    def _unused(self) -> None:
        for key in self._data.keys() - self._used:
            self.problems.append(
                Problem(
                    "unused-data",
                    ("data", key),
                    f"nothing uses the data key `{key}`",
                    "name it in `params`, `where` or `identify`, or remove it",
                    Severity.WARNING,
                    on_key=True,
                )
            )
