"""What the parts of a spec say about each other: references, cycles, things nobody uses."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Iterator

from gtmgen.container.builtins import WEB_BUILT_INS
from gtmgen.diagnostics import Path, Problem, Severity, did_you_mean
from gtmgen.spec.model import Const, Narrowing, ParamSource, Spec, Test, TriggerSpec
from gtmgen.spec.platform_checks import check_platforms


def check(spec: Spec) -> list[Problem]:
    """Every problem between the parts of a spec that has the right shape."""
    checker = _Checker(spec)
    checker.run()
    return checker.problems + list(check_platforms(spec))


def match_pages(pattern: str, pages: Iterable[str]) -> list[str]:
    """The declared pages that a name or a glob over names stands for, sorted."""
    if "*" in pattern:
        return sorted(name for name in pages if fnmatch.fnmatchcase(name, pattern))
    return [pattern] if pattern in pages else []


class _Checker:
    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._used: set[str] = set()
        self._data = spec.data
        self.problems: list[Problem] = []

    def run(self) -> None:
        spec = self._spec
        for key in spec.data:
            self._data_key(key)
        for trigger in spec.triggers.values():
            self._trigger(trigger)
        for platform in spec.platforms.values():
            for name in platform.pack.data_settings & platform.settings.keys():
                for field, key in platform.settings[name].items():
                    self._value(key, ("platforms", platform.name, name, field))
        for event_key, event in spec.events.items():
            path: Path = ("events", event_key)
            self._on(event.on, (*path, "on"))
            if event.narrowing:
                self._narrowing(event.narrowing, path)
            self._params(event.params.items(), (*path, "params"))
            if event.event_id is not None:
                self._value(event.event_id.source, (*path, "event_id", "from"))
            for send in event.send:
                if send.params or send.where:
                    send_path = (*path, "send", send.platform)
                    self._params(send.params.items(), (*send_path, "params"))
                    self._where(send.where, (*send_path, "where"))
            if event.custom_tag is not None and event.custom_tag not in spec.raw_tags:
                self._unknown(
                    "unknown-tag",
                    event.custom_tag,
                    spec.raw_tags,
                    (*path, "send", "custom", "tag"),
                    "raw tag",
                )
        for tag in spec.raw_tags.values():
            self._on(tag.on, ("gtm", "tags", tag.key, "on"))
        self._cycles()
        self._unused()

    # -- references --------------------------------------------------------------------

    def _value(self, key: str, path: Path) -> None:
        """A data key or a built-in variable."""
        if key in self._data:
            self._used.add(key)
        elif key not in WEB_BUILT_INS:
            self._unknown("unknown-data", key, [*self._data, *WEB_BUILT_INS], path, "data key")

    def _unknown(self, rule: str, key: str, known: Iterable[str], path: Path, what: str) -> None:
        names = list(known)
        hint = did_you_mean(key, names) if len(names) < 200 or rule != "unknown-data" else None
        if rule == "unknown-data" and (hint is None or hint.startswith("known")):
            hint = "declare it under `data`, or use a built-in variable such as `page_path`"
        self.problems.append(Problem(rule, path, f"there is no {what} `{key}`", hint))

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
            if test.ignore_case and test.operator != "matches":
                self.problems.append(
                    Problem(
                        "ignore-case",
                        (*path, test.left),
                        "`ignore_case` goes with `matches` and `not_matches`",
                    )
                )
            if test.operator in ("gt", "gte", "lt", "lte"):
                self._numbers(test, path)

    def _numbers(self, test: Test, path: Path) -> None:
        for value in test.values:
            try:
                float(value)
            except ValueError:
                self.problems.append(
                    Problem(
                        "wrong-type",
                        (*path, test.left),
                        f"`{test.operator}` compares numbers, not `{value}`",
                    )
                )
        if len(test.values) > 1:
            self.problems.append(
                Problem(
                    "wrong-type",
                    (*path, test.left),
                    f"`{test.operator}` takes one number, not a list",
                )
            )

    def _narrowing(self, narrowing: Narrowing, path: Path) -> None:
        for place, pattern in enumerate(narrowing.pages):
            self._page(pattern, (*path, "pages", place))
        self._where(narrowing.where, (*path, "where"))
        for place, name in enumerate(narrowing.except_):
            if name not in self._spec.triggers:
                self._unknown(
                    "unknown-trigger",
                    name,
                    self._spec.triggers,
                    (*path, "except", place),
                    "trigger",
                )

    def _page(self, pattern: str, path: Path) -> None:
        if match_pages(pattern, self._spec.pages):
            return
        if "*" in pattern:
            hint = "a glob here goes over the names under `pages`, not over paths"
            self.problems.append(
                Problem("page-glob", path, f"`{pattern}` matches no declared page", hint)
            )
        else:
            self._unknown("unknown-page", pattern, self._spec.pages, path, "page")

    def _on(self, on: tuple[str | TriggerSpec, ...], path: Path) -> None:
        for place, item in enumerate(on):
            if isinstance(item, TriggerSpec):
                self._trigger(item)
            elif item not in self._spec.triggers:
                at = (*path, place) if len(on) > 1 else path
                self._unknown("unknown-trigger", item, self._spec.triggers, at, "trigger")

    def _trigger(self, trigger: TriggerSpec) -> None:
        if trigger.form == "page":
            for place, pattern in enumerate(trigger.argument):
                at: Path = (*trigger.path, "page")
                self._page(pattern, (*at, place) if len(trigger.argument) > 1 else at)
        elif trigger.form == "group":
            for place, name in enumerate(trigger.argument):
                at = (*trigger.path, "group", place)
                if name not in self._spec.triggers:
                    self._unknown("unknown-trigger", name, self._spec.triggers, at, "trigger")
                else:
                    self._group_member(name, at)
        if trigger.narrowing:
            self._narrowing(trigger.narrowing, trigger.path)

    def _group_member(self, name: str, path: Path) -> None:
        member = self._spec.triggers[name]
        if member.form == "page" and self._spec.site.is_spa:
            self.problems.append(
                Problem(
                    "group-member",
                    path,
                    f"`{name}` is a page trigger: on a single-page app, two triggers in GTM",
                    "use `lifecycle: page_view` with `pages`, or `event`",
                )
            )

    # -- data --------------------------------------------------------------------------

    def _data_key(self, key: str) -> None:
        data = self._data[key]
        if data.source in ("lookup", "regex"):
            self._value(data.argument["input"], ("data", key, data.source, "input"))
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

    def _cycles(self) -> None:
        inputs = {
            key: [data.argument["input"]]
            if data.source in ("lookup", "regex")
            else _url_source(data.argument)
            for key, data in self._data.items()
            if data.source in ("lookup", "regex", "url")
        }
        groups = {
            key: list(trigger.argument)
            for key, trigger in self._spec.triggers.items()
            if trigger.form == "group"
        }
        for cycle in _cycles(inputs):
            self._cycle(
                "lookup-cycle", ("data", cycle[0]), "the data keys depend on each other", cycle
            )
        for cycle in _cycles(groups):
            self._cycle("group-cycle", ("triggers", cycle[0]), "the groups hold each other", cycle)

    def _cycle(self, rule: str, path: Path, message: str, cycle: list[str]) -> None:
        chain = " -> ".join([*cycle, cycle[0]])
        self.problems.append(Problem(rule, path, f"{message}: {chain}", on_key=True))

    def _unused(self) -> None:
        for key in self._data.keys() - self._used:
            self.problems.append(
                Problem(
                    "unused-data",
                    ("data", key),
                    f"nobody uses the data key `{key}`",
                    "name it in `params`, `where` or `identify`, or remove it",
                    Severity.WARNING,
                    on_key=True,
                )
            )


def _url_source(argument: object) -> list[str]:
    return [argument["source"]] if isinstance(argument, dict) and "source" in argument else []


def _cycles(edges: dict[str, list[str]]) -> Iterator[list[str]]:
    """Each cycle once, from its first key in the alphabet."""
    seen: set[frozenset[str]] = set()
    for start in sorted(edges):
        trail = _walk(start, edges)
        if trail and frozenset(trail) not in seen:
            seen.add(frozenset(trail))
            yield trail


def _walk(start: str, edges: dict[str, list[str]]) -> list[str] | None:
    stack: list[tuple[str, list[str]]] = [(start, [start])]
    visited: set[str] = set()
    while stack:
        node, trail = stack.pop()
        for target in edges.get(node, ()):
            if target == start:
                return trail
            if target not in visited and target in edges:
                visited.add(target)
                stack.append((target, [*trail, target]))
    return None
