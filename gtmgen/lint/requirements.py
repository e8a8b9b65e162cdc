"""What has to hold at once before something fires: pages, conditions, hosts, the event's name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from gtmgen.compile.regex import host_pattern, path_pattern
from gtmgen.diagnostics import Path
from gtmgen.lint.exclusion import exclude
from gtmgen.lint.spec_view import SpecView, conditions
from gtmgen.spec.effective import triggers_of
from gtmgen.spec.forms.registry import FORMS
from gtmgen.spec.model import ANY_VALUE, Event, Narrowing, Page, Send, Spec, Test, TriggerSpec
from gtmgen.spec.reference_checks import match_pages
from gtmgen.text import quoted

Pages = tuple[str, ...]


class Requirement(NamedTuple):
    """One thing that must hold: all tests of one of the alternatives.

    ``words`` name it in a message; ``pages`` are the names of the pages that it stands for, if any.
    """

    alternatives: tuple[tuple[Test, ...], ...]
    path: Path
    words: str
    pages: Pages = ()


def never_meet(one: Requirement, other: Requirement) -> bool:
    """Whether no alternative of the one can hold together with one of the other."""
    return all(
        _exclude_all(first, second) for first in one.alternatives for second in other.alternatives
    )


@lru_cache(maxsize=4096)
def _exclude_all(first: tuple[Test, ...], second: tuple[Test, ...]) -> bool:
    return any(
        test.left == another.left and exclude(test, another) for test in first for another in second
    )


def required_together(view: SpecView) -> Iterator[list[Requirement]]:
    """What has to hold at once, for each trigger, event and page view, the broadest first."""
    spec = view.spec
    reader = RequirementReader(view)
    for trigger in view.triggers:
        if trigger.narrowing:
            yield reader.of_trigger(trigger)
    for event in spec.events.values():
        for send in event.send:
            if send.platform in spec.platforms and reader.has_pair(event, send):
                yield from reader.of_send(event, send)
    for platform in spec.platforms.values():
        if platform.page_view is not None:
            path: Path = ("platforms", platform.name, "page_view")
            narrowed = reader.of_narrowing(platform.page_view.narrowing, path)
            yield from reader.of_event(platform.page_view, platform.name, narrowed)


class RequirementReader:
    """Reads requirements, those that many events share once."""

    def __init__(self, view: SpecView) -> None:
        self._spec = view.spec
        lefts = {condition.test.left for condition in view.conditions}
        # Without a condition about it, there is nothing that it could contradict.
        self._names_event = "event" in lefts
        self._names_host = bool({"page_hostname", *_host_keys(view.spec)} & lefts)
        self._of_platform = {
            platform.name: self.of_where(platform.narrowing.where, ("platforms", platform.name))
            for platform in view.spec.platforms.values()
        }
        self._of_trigger: dict[int, list[Requirement]] = {}
        self._hosts = self._read_hosts()

    def has_pair(self, event: Event, send: Send) -> bool:
        """Whether there may be two requirements at all, which most events do not have."""
        beside = event.narrowing
        own = (*beside.where, *beside.pages, *send.where, *self._of_platform[send.platform])
        return len(own) > 1 or (
            bool(own)
            and (bool(self._hosts) or any(map(self._asks, triggers_of(self._spec, event))))
        )

    def _asks(self, trigger: TriggerSpec) -> bool:
        return bool(trigger.narrowing) or trigger.form == "page" or self._names_event

    def of_send(self, event: Event, send: Send) -> list[list[Requirement]]:
        """:meth:`of_event` of an event as one platform receives it."""
        narrowed = self.of_narrowing(event.narrowing, ("events", event.key))
        own = self.of_where(send.where, send.origin.path)
        return self.of_event(event, send.platform, narrowed + own)

    def of_event(
        self, event: Event, platform: str, narrowed: list[Requirement]
    ) -> list[list[Requirement]]:
        """One list for each trigger of an event, which are alternatives."""
        of_platform = self._of_platform[platform]
        return [
            [*self._hosts, *self.of_trigger(trigger), *of_platform, *narrowed]
            for trigger in triggers_of(self._spec, event)
        ]

    def of_trigger(self, trigger: TriggerSpec) -> list[Requirement]:
        """What a trigger asks for by itself."""
        known = self._of_trigger.get(id(trigger))
        if known is None:
            known = self._of_trigger[id(trigger)] = list(self._read_trigger(trigger))
        return known

    def of_narrowing(self, narrowing: Narrowing, path: Path) -> list[Requirement]:
        """The pages and the conditions beside a form."""
        if not narrowing:
            return []
        pages = self._pages(narrowing.pages, (*path, "pages"))
        return [*pages, *self.of_where(narrowing.where, path)]

    def of_where(self, where: tuple[Test, ...], path: Path) -> list[Requirement]:
        """Each condition of a ``where``."""
        if not where:
            return []
        return [
            Requirement(((self._same_left(test),),), at, shown(test))
            for test, at in conditions(where, (*path, "where"))
        ]

    def _read_trigger(self, trigger: TriggerSpec) -> Iterator[Requirement]:
        if self._names_event:
            yield from name_of_event(self._spec, trigger)
        if trigger.form == "page":
            yield from self._pages(trigger.argument, (*trigger.path, "page"))
        yield from self.of_narrowing(trigger.narrowing, trigger.path)

    def _pages(self, patterns: Pages, path: Path) -> Iterator[Requirement]:
        names = sorted({name for one in patterns for name in match_pages(one, self._spec.pages)})
        if names:
            pages = [self._spec.pages[name] for name in names]
            words = _listing_or(names)
            yield Requirement(tuple(map(_tests_of, pages)), path, words, tuple(names))

    def _read_hosts(self) -> list[Requirement]:
        hosts = self._spec.site.hosts
        if not hosts or not self._names_host:
            return []
        test = Test("page_hostname", "matches", (host_pattern(hosts),))
        return [Requirement(((test,),), ("site", "hosts"), "`site.hosts`")]

    def _same_left(self, test: Test) -> Test:
        """About the built-in variable or the query parameter that a data key only renames."""
        data = self._spec.data.get(test.left)
        if data is None or data.default is not None or data.case or data.replace:
            return test
        if data.source == "builtin":
            return test._replace(left=str(data.argument))
        if data.source == "query" and data.type in ("any", "string"):
            return test._replace(left=_query(str(data.argument)))
        return test


def _listing_or(names: list[str]) -> str:
    *most, last = map(quoted, names)
    return f"{', '.join(most)} or {last}" if most else last


def _host_keys(spec: Spec) -> Iterator[str]:
    for data in spec.data.values():
        if data.source == "builtin" and data.argument == "page_hostname":
            yield data.key


def name_of_event(spec: Spec, trigger: TriggerSpec) -> Iterator[Requirement]:
    """The name of the message that a trigger waits for; ``on: {event: purchase}`` is one."""
    path = (*trigger.path, trigger.form)
    if trigger.form == "event_matches":
        ignore_case = bool(trigger.options.get("ignore_case"))
        test = Test("event", "matches", (str(trigger.argument),), ignore_case=ignore_case)
        yield Requirement(((test,),), path, f"`event_matches: {trigger.argument}`")
        return
    names = FORMS[trigger.form].events(trigger, spec.site.is_spa)
    if names is not None:
        test = Test("event", "equals", tuple(sorted(names)))
        yield Requirement(((test,),), path, shown(test))


@lru_cache(maxsize=1024)
def _page_tests(page: tuple[Pages, Pages, tuple[tuple[str, Pages], ...]]) -> tuple[Test, ...]:
    paths, hosts, query = page
    tests = []
    pattern = path_pattern(paths) if paths else None
    if pattern is not None:
        tests.append(Test("page_path", "matches", (pattern,)))
    if hosts:
        tests.append(Test("page_hostname", "matches", (host_pattern(hosts),)))
    for name, values in query:
        is_any = ANY_VALUE in values
        tests.append(Test(_query(name), "equals", ("",) if is_any else values, negate=is_any))
    return tuple(tests)


def _tests_of(page: Page) -> tuple[Test, ...]:
    return _page_tests((page.paths, page.hosts, page.query))


def _query(name: str) -> str:
    return f"query {name}"  # no key of the spec holds a blank


def shown(test: Test) -> str:
    """A condition as the spec writes it."""
    values = ", ".join(test.values)
    value = f"[{values}]" if len(test.values) > 1 else values
    operator = f"not_{test.operator}" if test.negate else test.operator
    return f"`{test.left}: {{{operator}: {value}}}`"
