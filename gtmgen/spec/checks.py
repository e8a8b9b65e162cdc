"""What the parts of a spec say about each other: references, cycles, things nobody uses."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator
from typing import Any

from gtmgen.container.builtins import WEB_BUILT_INS, built_ins_for
from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.consent_checks import check_consent
from gtmgen.spec.context_checks import check_context
from gtmgen.spec.denied_checks import check_denied
from gtmgen.spec.doubts import check_doubts
from gtmgen.spec.event_data_checks import check_event_data
from gtmgen.spec.forms.model import ENABLED_WHERE
from gtmgen.spec.items_checks import check_items
from gtmgen.spec.lint_settings import check_lint
from gtmgen.spec.model import Const, DataKey, Event, Narrowing, ParamSource, Spec, Test, TriggerSpec
from gtmgen.spec.monitor_settings import check_monitor
from gtmgen.spec.patterns import pattern_problem
from gtmgen.spec.platform_checks import check_platforms
from gtmgen.spec.raw_checks import check_raw
from gtmgen.spec.renaming_checks import check_renaming
from gtmgen.spec.second_chance_checks import check_second_chances
from gtmgen.spec.server_checks import check_server
from gtmgen.spec.texts import has_loose_braces, is_text, keys_in, table_values
from gtmgen.text import did_you_mean, nearest

REFERENCE_RULES = {
    "unknown-data": ("data", "gtm.variables"),
    "unknown-page": ("pages",),
    "page-glob": ("pages",),
    "unknown-trigger": ("triggers", "gtm.triggers"),
    "unknown-tag": ("gtm.tags",),
    "unused-data": ("data", "pages", "triggers", "events", "gtm"),
    "unused-trigger": ("triggers", "events", "gtm"),
}
"""Rules about what refers to what, and the sections that they must see whole to be right."""

MAX_GROUP_DEPTH = 16

_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_DEFAULTS = {
    "number": _NUMBER,
    "integer": re.compile(r"[-+]?[0-9]+"),
    "boolean": re.compile("true|false"),
    "currency": re.compile("[A-Z]{3}"),
}
# What looks like a pattern of some router, and is only text in a glob.
_NOT_A_GLOB = (
    (re.compile(r"/:[A-Za-z_]\w*"), "a placeholder is written `{name}`, or `*`"),
    (re.compile(r"\.\*|\.\+|\\|[\^$|\[\]]"), "a page's path is a glob: `*`, `**`, `{name}`"),
    (re.compile(r"\{[^}/]*(?:/|$)|(?:^|/)[^{/]*\}"), "a placeholder is written `{name}`"),
)


_ONE_VALUE = {"gt": "number", "gte": "number", "lt": "number", "lte": "number", "url": "URL"}


def check(spec: Spec) -> list[Problem]:
    """Every problem between the parts of a spec that has the right shape."""
    checker = _Checker(spec)
    checker.run()
    return [
        *checker.problems,
        *check_platforms(spec),
        *check_context(spec),
        *check_consent(spec),
        *check_denied(spec),
        *check_second_chances(spec),
        *check_event_data(spec),
        *check_items(spec),
        *check_renaming(spec),
        *check_raw(spec),
        *check_doubts(spec),
        *check_server(spec),
        *check_lint(spec.lint),
        *check_monitor(spec.monitor, spec.events),
    ]


def match_pages(pattern: str, pages: Iterable[str]) -> list[str]:
    """The declared pages that a name or a glob over names stands for, sorted."""
    if "*" in pattern:
        return sorted(name for name in pages if fnmatch.fnmatchcase(name, pattern))
    return [pattern] if pattern in pages else []


def _declare(key: str, path: Path) -> str:
    if "params" in path:
        return (
            f"declare it under `data`, or write `{{const: {key}}}` if that is the value itself, or "
            "use a built-in variable such as `page_path`"
        )
    return "declare it under `data`, or use a built-in variable such as `page_path`"


class _Checker:
    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._used: set[str] = set()
        self._data = spec.data
        # A server container's own beside a browser's, which hand-made ones may well name.
        self._built_ins = {**WEB_BUILT_INS, **built_ins_for(spec.container.context)}
        self.problems: list[Problem] = []

    def run(self) -> None:
        spec = self._spec
        for key in spec.data:
            self._data_key(key)
        for page in spec.pages.values():
            for index, pattern in enumerate(page.paths):
                self._page_path(pattern, ("pages", page.key, "path"), index, len(page.paths))
        for trigger in spec.triggers.values():
            self._trigger(trigger)
        if spec.consent.granted_on is not None:
            self._granted_on(spec.consent.granted_on, ("consent", "granted_on"))
        for platform in spec.platforms.values():
            after = platform.after_consent
            if after is not None and after != spec.consent.granted_on:
                self._granted_on(after, ("platforms", platform.name, "after_consent"))
            for name in platform.pack.data_settings & platform.settings.keys():
                for field, keys in platform.data_keys(name):
                    at: Path = ("platforms", platform.name, name)
                    at = at if field == name else (*at, field)
                    for index, key in enumerate(keys):
                        self._value(key, (*at, index) if len(keys) > 1 else at)
            if platform.narrowing:
                self._narrowing(platform.narrowing, ("platforms", platform.name))
            if platform.page_view is not None:
                self._page_view(platform.page_view, ("platforms", platform.name, "page_view"))
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
            many = len(event.custom_tags) > 1
            for index, tag_key in enumerate(event.custom_tags):
                if tag_key not in spec.raw_tags:
                    at = (*path, "send", "custom", "tag")
                    at = (*at, index) if many else at
                    self._unknown("unknown-tag", tag_key, spec.raw_tags, at, "raw tag")
        for tag in spec.raw_tags.values():
            self._on(tag.on, ("gtm", "tags", tag.key, "on"))
        self._same_keys()
        self._cycles()
        self._unused()

    def _page_view(self, event: Event, path: Path) -> None:
        self._on(event.on, (*path, "on"))
        self._narrowing(event.narrowing, path)
        self._params(event.params.items(), (*path, "params"))

    def _same_keys(self) -> None:
        """A key may be named where either could be meant."""
        for section, own, raw in (
            ("variables", self._spec.data, self._spec.raw_variables),
            ("triggers", self._spec.triggers, self._spec.raw_triggers),
        ):
            for key in own.keys() & raw.keys():
                other = "data" if section == "variables" else section
                message = f"`{key}` is a key of `{other}` too"
                hint = "`params`, `where` and `on` could mean either: give one another key"
                path = ("gtm", section, key)
                self.problems.append(Problem("duplicate-key", path, message, hint, on_key=True))

    # -- references --------------------------------------------------------------------

    def _value(self, key: str, path: Path) -> None:
        """A data key or a built-in variable."""
        if key in self._data:
            self._used.add(key)
        elif key not in self._built_ins and key not in self._spec.raw_variables:
            known = [*self._data, *self._spec.raw_variables, *self._built_ins]
            self._unknown("unknown-data", key, known, path, "data key")

    def _unknown(self, rule: str, key: str, known: Iterable[str], path: Path, what: str) -> None:
        hint: str | None
        if rule == "unknown-data":
            hint = nearest(key, sorted(known)) or _declare(key, path)
        else:
            hint = did_you_mean(key, known)
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
            if "" in test.values and test.operator != "equals":
                message = f"`{test.operator}` needs a value: an empty text is in every text"
                hint = '`equals: ""` is for a value that is empty or not there'
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
        what = _ONE_VALUE[test.operator]
        if len(test.values) > 1:
            message = f"`{test.operator}` takes one {what}, not a list"
            self.problems.append(Problem("wrong-type", path, message))
        elif what == "URL" and "*" in test.values[0]:
            message = f"`url` compares whole addresses: `{test.values[0]}` never matches"
            hint = "use `starts_with`, or `matches` with a regular expression"
            self.problems.append(Problem("url-pattern", path, message, hint))
        elif what == "number" and not _NUMBER.fullmatch(test.values[0]):
            message = f"`{test.operator}` compares numbers, not `{test.values[0]}`"
            self.problems.append(Problem("wrong-type", path, message))

    def _pattern(self, pattern: str, path: Path) -> None:
        problem = pattern_problem(pattern)
        if problem is not None:
            message = f"`{pattern}` is no regular expression in JavaScript: {problem[0]}"
            self.problems.append(Problem("regex", path, message, problem[1], Severity.WARNING))

    def _narrowing(self, narrowing: Narrowing, path: Path) -> None:
        for index, pattern in enumerate(narrowing.pages):
            self._page(pattern, (*path, "pages", index))
        self._where(narrowing.where, (*path, "where"))
        for index, name in enumerate(narrowing.except_):
            if name not in self._spec.triggers and name not in self._spec.raw_triggers:
                self._unknown(
                    "unknown-trigger",
                    name,
                    [*self._spec.triggers, *self._spec.raw_triggers],
                    (*path, "except", index),
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

    def _page_path(self, pattern: str, path: Path, index: int, count: int) -> None:
        for foreign, hint in _NOT_A_GLOB:
            match = foreign.search(pattern)
            if match:
                at = (*path, index) if count > 1 else path
                message = f"`{match.group().strip('/')}` in `{pattern}` is taken as it stands"
                self.problems.append(Problem("page-path", at, message, hint, Severity.WARNING))
                return

    def _on(self, on: tuple[str | TriggerSpec, ...], path: Path) -> None:
        triggers = self._spec.triggers
        for index, item in enumerate(on):
            at = (*path, index) if len(on) > 1 else path
            if isinstance(item, TriggerSpec):
                self._trigger(item)
            elif item in self._spec.raw_triggers:
                self._raw_trigger(item, at, path)
            elif item not in triggers:
                known = [*triggers, *self._spec.raw_triggers]
                self._unknown("unknown-trigger", item, known, at, "trigger")
                if path[-1] == "on" and nearest(item, sorted(known)) is None:
                    is_page = item in self._spec.pages
                    hint = (
                        f"`{item}` is a page: write `{{page: {item}}}`"
                        if is_page
                        else f"if the site pushes an event of that name, write `{{event: {item}}}`"
                    )
                    others = self.problems[-1].hint
                    hint = f"{hint}; {others}" if others else hint
                    self.problems[-1] = self.problems[-1]._replace(hint=hint)
            elif len(on) > 1 and triggers[item].narrowing.except_:
                message = f"`{item}` has an `except`, which would hold for the whole tag"
                hint = "put `except` beside `on`, or make it an event of its own"
                self.problems.append(Problem("except-in-list", at, message, hint))

    def _granted_on(self, key: str, path: Path) -> None:
        """The trigger on which consent is known stands beside the own ones of every tag."""
        self._on((key,), path)
        trigger = self._spec.triggers.get(key)
        if trigger is not None and trigger.narrowing.except_:
            message = f"`{key}` has an `except`, which would hold for the tags' own triggers, too"
            hint = "put the condition into its `where`"
            self.problems.append(Problem("except-in-list", path, message, hint))

    def _raw_trigger(self, key: str, at: Path, path: Path) -> None:
        """A raw trigger is as GTM has it: nothing of the spec can narrow it."""
        event = self._spec.events.get(str(path[1])) if path[0] == "events" else None
        if path[0] == "platforms" and path[-2:] == ("page_view", "on"):
            event = self._spec.platforms[str(path[1])].page_view
        if event is None:
            return
        narrowed = event.narrowing.pages or event.narrowing.where
        if narrowed or any(send.where for send in event.send):
            message = f"`{key}` is a raw trigger, which `pages` and `where` do not narrow"
            hint = "put the conditions into its `filter`, or write a trigger of the spec"
            self.problems.append(Problem("raw-trigger", at, message, hint))

    def _trigger(self, trigger: TriggerSpec) -> None:
        if trigger.form == "page":
            for index, pattern in enumerate(trigger.argument):
                at: Path = (*trigger.path, "page")
                self._page(pattern, (*at, index) if len(trigger.argument) > 1 else at)
        elif trigger.form == "group":
            for index, name in enumerate(trigger.argument):
                at = (*trigger.path, "group", index)
                if name in self._spec.triggers:
                    self._group_member(name, at)
                elif name not in self._spec.raw_triggers:
                    known = [*self._spec.triggers, *self._spec.raw_triggers]
                    self._unknown("unknown-trigger", name, known, at, "trigger")
        elif trigger.form == "event_matches":
            self._pattern(trigger.argument, (*trigger.path, "event_matches"))
        if trigger.narrowing:
            self._narrowing(trigger.narrowing, trigger.path)
        self._where(trigger.options.get(ENABLED_WHERE, ()), (*trigger.path, ENABLED_WHERE))

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
        elif self._alternatives(member) > 1:
            message = f"the pages of `{name}` make several triggers in GTM; a group waits for all"
            hint = "name pages that differ only in their paths"
            self.problems.append(Problem("group-member", path, message, hint))

    def _alternatives(self, trigger: TriggerSpec) -> int:
        """How many GTM triggers the pages make: those that differ only in paths share one."""
        pages = self._spec.pages
        lists = (trigger.argument if trigger.form == "page" else (), trigger.narrowing.pages)
        count = 1
        for patterns in filter(None, lists):
            names = {name for pattern in patterns for name in match_pages(pattern, pages)}
            count *= max(1, len({pages[name].shared_conditions for name in names}))
        return count

    # -- data --------------------------------------------------------------------------

    def _data_key(self, key: str) -> None:
        data = self._data[key]
        self._default(data)
        if data.source == "regex":
            given = data.argument["map"]
            for index, row in enumerate(given):
                is_list = isinstance(given, list)
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
        for cycle in _cycles(inputs):
            self._cycle(
                "lookup-cycle", ("data", cycle[0]), "the data keys depend on each other", cycle
            )
        before = len(self.problems)
        for cycle in _cycles(groups):
            self._cycle("group-cycle", ("triggers", cycle[0]), "the groups hold each other", cycle)
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
                    f"nobody uses the data key `{key}`",
                    "name it in `params`, `where` or `identify`, or remove it",
                    Severity.WARNING,
                    on_key=True,
                )
            )


def _cycles(edges: dict[str, list[str]]) -> list[list[str]]:
    """Cycles, each from its first key in the alphabet; every key is walked once."""
    cycles: dict[tuple[str, ...], None] = {}
    done: set[str] = set()
    for start in sorted(edges):
        trail: dict[str, Iterator[str]] = {}  # the way to where the walk stands, in order
        here: str | None = start if start not in done else None
        while here is not None:
            targets = trail.setdefault(here, iter(edges.get(here, ())))
            target = next(targets, None)
            if target is None:
                done.add(here)
                del trail[here]
                here = next(reversed(trail), None)
            elif target in trail:
                way = list(trail)
                cycle = way[way.index(target) :]
                first = cycle.index(min(cycle))
                cycles[(*cycle[first:], *cycle[:first])] = None
            elif target not in done:
                here = target
    return [list(cycle) for cycle in cycles]
