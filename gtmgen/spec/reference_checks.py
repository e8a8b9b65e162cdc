"""What a spec refers to: data keys, built-in variables, and what conditions compare with."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

from gtmgen.container.builtins import WEB_BUILT_INS, built_ins_for
from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.model import Const, ParamSource, Spec, Test
from gtmgen.spec.patterns import pattern_problem
from gtmgen.text import did_you_mean, nearest

NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_ONE_VALUE = {"gt": "number", "gte": "number", "lt": "number", "lte": "number", "url": "URL"}


def match_pages(pattern: str, pages: Iterable[str]) -> list[str]:
    """The declared pages that a name or a glob over names stands for, sorted."""
    if "*" in pattern:
        return sorted(name for name in pages if fnmatch.fnmatchcase(name, pattern))
    return [pattern] if pattern in pages else []


class ReferenceChecker:
    """Checks the references of one spec; what it finds wrong is in ``problems``."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._used: set[str] = set()
        self._data = spec.data
        # A server container's own beside a browser's, which hand-made ones may well name.
        self._built_ins = {**WEB_BUILT_INS, **built_ins_for(spec.container.context)}
        self.problems: list[Problem] = []

    def _value(self, key: str, path: Path) -> None:
        """A data key or a built-in variable."""
        if key in self._data:
            self._used.add(key)
        elif key not in self._built_ins and key not in self._spec.raw_variables:
            names = [*self._data, *self._spec.raw_variables, *self._built_ins]
            self._unknown("unknown-data", key, names, path, "data key")

    def _unknown(self, rule: str, key: str, names: Iterable[str], path: Path, noun: str) -> None:
        hint: str | None
        if rule == "unknown-data":
            hint = nearest(key, sorted(names)) or _declare(key, path)
        else:
            hint = did_you_mean(key, names)
        self.problems.append(Problem(rule, path, f"there is no {noun} `{key}`", hint))

    def _params(self, params: Iterable[tuple[str, ParamSource | None]], path: Path) -> None:
        for name, source in params:
            if source is not None and not isinstance(source, Const):
                if source in self._data:
                    self._used.add(source)
                else:
                    self._value(source, (*path, name))

    def _where(self, tests: tuple[Test, ...], path: Path) -> None:
        for test in tests:
            self._value(test.left, (*path, test.left))
            if "" in test.values and test.operator != "equals":
                message = f"`{test.operator}` needs a value: an empty text is in every text"
                hint = '`equals: ""` is for a value that is empty or missing'
                at = self._operand(test, (*path, test.left))
                self.problems.append(Problem("empty-value", at, message, hint))
            if test.operator in _ONE_VALUE:
                self._one_value(test, (*path, test.left))
            elif test.operator == "matches":
                at = self._operand(test, (*path, test.left))
                many = len(test.values) > 1
                for index, value in enumerate(test.values):
                    self._pattern(value, (*at, index) if many else at)

    def _operand(self, test: Test, path: Path) -> Path:
        return (*path, f"not_{test.operator}" if test.negate else test.operator)

    def _one_value(self, test: Test, path: Path) -> None:
        path = self._operand(test, path)
        noun = _ONE_VALUE[test.operator]
        if len(test.values) > 1:
            message = f"`{test.operator}` takes one {noun}, not a list"
            self.problems.append(Problem("wrong-type", path, message))
        elif noun == "URL" and "*" in test.values[0]:
            message = f"`url` compares whole addresses: `{test.values[0]}` never matches"
            hint = "use `starts_with`, or `matches` with a regular expression"
            self.problems.append(Problem("url-pattern", path, message, hint))
        elif noun == "number" and not NUMBER.fullmatch(test.values[0]):
            message = f"`{test.operator}` compares numbers, not `{test.values[0]}`"
            self.problems.append(Problem("wrong-type", path, message))

    def _pattern(self, pattern: str, path: Path) -> None:
        problem = pattern_problem(pattern)
        if problem is not None:
            message = f"`{pattern}` is not a valid regular expression in JavaScript: {problem[0]}"
            self.problems.append(Problem("regex", path, message, problem[1], Severity.WARNING))


def _declare(key: str, path: Path) -> str:
    if key.startswith("{{"):
        return "name a data key of the spec, without braces"
    if "params" in path:
        return (
            f"declare it under `data`, or write `{{const: {key}}}` if that is the value itself, or "
            "use a built-in variable such as `page_path`"
        )
    return "declare it under `data`, or use a built-in variable such as `page_path`"
