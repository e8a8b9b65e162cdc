"""What a schema says badly: exactly one data source, exactly one trigger form."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from gtmgen.diagnostics import Path, Problem
from gtmgen.source.document import Document
from gtmgen.source.values import Data
from gtmgen.spec.forms.model import ENABLED_WHERE
from gtmgen.spec.forms.registry import FORM_OF_WORD, FORMS, WORDS
from gtmgen.spec.scenario_checks import Nameable, check_scenarios, with_server_sides
from gtmgen.spec.sources.registry import SOURCES
from gtmgen.spec.sources.registry import WORDS as SOURCE_WORDS
from gtmgen.text import listing

# Where nothing of that type is made, the option would change nothing.
_TYPES_OF_OPTION = {"fields": ("items",), "decimal": ("number", "integer", "items")}
_FORMS_OF_OPTION: dict[str, tuple[str, ...]] = {}
for _form in FORMS.values():
    for _name in _form.options:
        _FORMS_OF_OPTION[_name] = (*_FORMS_OF_OPTION.get(_name, ()), _form.word)


def check_structure(document: Document) -> list[Problem]:
    """Problems of data keys, triggers and inline triggers, in the schema's own terms."""
    # A section that several environments have in common is looked at once.
    problems = [
        problem
        for section, check in _CHECKS.items()
        for problem in document.make_once(section, check, "structure")
    ]
    nameable = _nameable(document.data)

    def check_tests(tests: Any) -> list[Problem]:
        return list(check_scenarios(tests or [], nameable))

    names = (tuple(nameable.accepted), tuple(nameable.suggested))
    return problems + document.make_once("tests", check_tests, names)


def _check_data(section: Data) -> list[Problem]:
    return [problem for key, raw in section.items() for problem in _data(raw, ("data", key))]


def _check_pages(section: Data) -> list[Problem]:
    problems: list[Problem] = []
    for key, raw in section.items():
        if not raw.keys() & {"path", "host", "query"}:
            problems.append(
                Problem(
                    "page-form",
                    ("pages", key),
                    "a page needs `path`, `host` or `query`",
                    on_key=True,
                )
            )
    return problems


def _check_triggers(section: Data) -> list[Problem]:
    return [problem for key, raw in section.items() for problem in _trigger(raw, ("triggers", key))]


def _check_platforms(section: Data) -> list[Problem]:
    problems: list[Problem] = []
    for key, raw in section.items():
        path: Path = ("platforms", key)
        if "where" in raw:
            problems.extend(_where(raw["where"], (*path, "where")))
        page_view = raw.get("page_view")
        if isinstance(page_view, dict):
            path = (*path, "page_view")
            problems.extend(_on(page_view["on"], (*path, "on")))
            if "where" in page_view:
                problems.extend(_where(page_view["where"], (*path, "where")))
    return problems


def _check_events(section: Data) -> list[Problem]:
    problems: list[Problem] = []
    for key, raw in section.items():
        path: Path = ("events", key)
        problems.extend(_on(raw["on"], (*path, "on")))
        if "where" in raw:
            problems.extend(_where(raw["where"], (*path, "where")))
        if isinstance(raw["send"], dict):
            for name, send in raw["send"].items():
                if isinstance(send, dict) and "where" in send:
                    problems.extend(_where(send["where"], (*path, "send", name, "where")))
    return problems


def _check_gtm(section: Data) -> list[Problem]:
    return [
        problem
        for key, raw in (section.get("tags") or {}).items()
        if "on" in raw
        for problem in _on(raw["on"], ("gtm", "tags", key, "on"))
    ]


_CHECKS = {
    "data": _check_data,
    "pages": _check_pages,
    "triggers": _check_triggers,
    "platforms": _check_platforms,
    "events": _check_events,
    "gtm": _check_gtm,
}


def _nameable(data: Data) -> Nameable:
    """The platforms of the spec's scenarios. A scenario may be run with any server container."""
    platforms = data.get("platforms") or {}
    is_server = (data.get("container") or {}).get("context") == "server"
    accounts = (data.get("server") or {}).get("accounts") or ()
    of_server = platforms if is_server else accounts
    return Nameable(with_server_sides(platforms), with_server_sides(platforms, of_server))


def _data(raw: Data, path: Path) -> Iterator[Problem]:
    words = raw.keys() & SOURCES.keys()
    if len(words) != 1:
        names = "none" if not words else listing(sorted(words))
        yield Problem(
            "data-source",
            path,
            f"a data key needs exactly one source, found {names}",
            f"one of {listing(SOURCE_WORDS)}",
            on_key=True,
        )
    for word in sorted(words):
        yield from SOURCES[word].check(raw[word], (*path, word))
    for option, types in _TYPES_OF_OPTION.items():
        if option in raw and raw.get("type") not in types:
            yield Problem(
                "missing-key",
                (*path, option),
                f"`{option}` goes with {listing([f'type: {one}' for one in types])}",
                on_key=True,
            )


def _where(raw: Data, path: Path) -> Iterator[Problem]:
    """``ignore_case`` alone is no condition, and beside another operator it says nothing."""
    for left, tests in raw.items():
        if isinstance(tests, dict) and "ignore_case" in tests:
            operators = tests.keys() - {"ignore_case"}
            if not operators or operators - {"matches", "not_matches"}:
                yield Problem(
                    "ignore-case",
                    (*path, left, "ignore_case"),
                    "`ignore_case` goes with `matches` and `not_matches`",
                    "GTM ignores case in regular expressions only",
                    on_key=True,
                )


def _on(raw: Any, path: Path) -> Iterator[Problem]:
    if isinstance(raw, dict):
        yield from _trigger(raw, path)
    elif isinstance(raw, list):
        for index, item in enumerate(raw):
            if isinstance(item, dict):
                yield from _trigger(item, (*path, index))
                if len(raw) > 1 and "except" in item:
                    yield Problem(
                        "except-in-list",
                        (*path, index, "except"),
                        "a blocking trigger holds for the whole tag, not for one of its triggers",
                        "put `except` beside `on`",
                        on_key=True,
                    )


def _hint_at_form(raw: Data, words: Collection[str]) -> str | None:
    """How a trigger that fires on pages and one that is narrowed to them are written."""
    if not words and "pages" in raw:
        return f"to fire on each load of these pages, write `page: [{', '.join(raw['pages'])}]`"
    if len(words) == 2 and "page" in words and "pages" not in raw:
        (other,) = {*words} - {"page"}
        pages = [raw["page"]] if isinstance(raw["page"], str) else raw["page"]
        return f"to narrow `{other}` to pages, write `pages: [{', '.join(pages)}]` beside it"
    return None


def _trigger(raw: Data, path: Path) -> Iterator[Problem]:
    words = raw.keys() & FORM_OF_WORD.keys()
    forms = {FORM_OF_WORD[word].word: FORM_OF_WORD[word] for word in words}
    if len(forms) != 1:
        names = "none" if not words else listing(sorted(words))
        yield Problem(
            "trigger-form",
            path,
            f"a trigger needs exactly one form, found {names}",
            _hint_at_form(raw, words) or f"one of {listing(WORDS, 20)}",
            on_key=True,
        )
    for form in forms.values():
        for word, message in form.check(raw):
            yield Problem("trigger-form", (*path, word), message, on_key=True)
    for option in raw.keys() & _FORMS_OF_OPTION.keys():
        if not forms.keys() & set(_FORMS_OF_OPTION[option]):
            yield Problem(
                "trigger-option",
                (*path, option),
                f"`{option}` goes with {listing(_FORMS_OF_OPTION[option])}",
                on_key=True,
            )
    for word in ("where", ENABLED_WHERE):
        if word in raw:
            yield from _where(raw[word], (*path, word))
