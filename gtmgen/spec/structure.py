"""What a schema says badly: exactly one data source, exactly one trigger form."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.diagnostics import Path, Problem
from gtmgen.source.values import Data
from gtmgen.spec.scenario_checks import check_scenarios, with_server_sides
from gtmgen.spec.schema import DATA_SOURCES, ENABLED_WHERE, FORM_OPTIONS, FORMS, SCROLL_FORMS
from gtmgen.text import listing

_FORMS = frozenset(FORMS)
_SOURCES = frozenset(DATA_SOURCES)
_OPTIONS: dict[str, tuple[str, ...]] = {}
for _form, _names in FORM_OPTIONS.items():
    for _name in _names:
        _OPTIONS[_name] = (*_OPTIONS.get(_name, ()), _form)
_OPTION_NAMES = frozenset(_OPTIONS)


def check_structure(data: Data) -> list[Problem]:
    """Problems of data keys, triggers and inline triggers, in the schema's own terms."""
    problems: list[Problem] = []
    for key, raw in (data.get("data") or {}).items():
        problems.extend(_data(raw, ("data", key)))
    for key, raw in (data.get("pages") or {}).items():
        if not raw.keys() & {"path", "host", "query"}:
            problems.append(
                Problem(
                    "page-form",
                    ("pages", key),
                    "a page needs `path`, `host` or `query`",
                    on_key=True,
                )
            )
    for key, raw in (data.get("triggers") or {}).items():
        problems.extend(_trigger(raw, ("triggers", key)))
    for key, raw in (data.get("platforms") or {}).items():
        path: Path = ("platforms", key)
        if "where" in raw:
            problems.extend(_where(raw["where"], (*path, "where")))
        page_view = raw.get("page_view")
        if isinstance(page_view, dict):
            path = (*path, "page_view")
            problems.extend(_on(page_view["on"], (*path, "on")))
            if "where" in page_view:
                problems.extend(_where(page_view["where"], (*path, "where")))
    for key, raw in (data.get("events") or {}).items():
        path = ("events", key)
        problems.extend(_on(raw["on"], (*path, "on")))
        if "where" in raw:
            problems.extend(_where(raw["where"], (*path, "where")))
        if isinstance(raw["send"], dict):
            for name, send in raw["send"].items():
                if isinstance(send, dict) and "where" in send:
                    problems.extend(_where(send["where"], (*path, "send", name, "where")))
    for key, raw in ((data.get("gtm") or {}).get("tags") or {}).items():
        if "on" in raw:
            problems.extend(_on(raw["on"], ("gtm", "tags", key, "on")))
    problems.extend(
        check_scenarios(data.get("tests") or [], with_server_sides(data.get("platforms") or ()))
    )
    return problems


def _data(raw: Data, path: Path) -> Iterator[Problem]:
    found = raw.keys() & _SOURCES
    if len(found) != 1:
        what = "none" if not found else listing(sorted(found))
        hint = f"one of {listing(DATA_SOURCES)}"
        yield Problem(
            "data-source",
            path,
            f"a data key needs exactly one source, found {what}",
            hint,
            on_key=True,
        )
    dom = raw.get("dom")
    if isinstance(dom, dict) and len(dom.keys() & {"id", "css"}) != 1:
        yield Problem(
            "data-source", (*path, "dom"), "`dom` needs either `id` or `css`", on_key=True
        )
    yield from _element(raw.get("element"), (*path, "element"))
    url = raw.get("url")
    if isinstance(url, dict) and (url.get("component") == "query") != ("key" in url):
        yield Problem(
            "data-source",
            (*path, "url"),
            "`key` goes with `component: query`, and only with it",
            on_key=True,
        )
    if raw.get("url") == "query" or raw.get("referrer") == "query":
        which = "url" if "url" in raw else "referrer"
        hint = (
            "use `query: name`"
            if which == "url"
            else "the referrer's parameters have no variable in GTM"
        )
        yield Problem("data-source", (*path, which), "`query` needs the parameter's name", hint)


def _element(raw: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(raw, dict):
        return
    if len(raw.keys() & {"attribute", "url"}) != 1:
        message = "`element` needs either `attribute` or `url`"
        yield Problem("data-source", path, message, on_key=True)
    elif (raw.get("url") == "query") != ("key" in raw):
        message = "`key` goes with `url: query`, and only with it"
        yield Problem("data-source", path, message, on_key=True)
    elif "attribute" in raw and len(raw) > 1:
        other = min(raw.keys() - {"attribute"})
        message = f"`{other}` goes with `url`, not with `attribute`"
        yield Problem("data-source", (*path, other), message, on_key=True)


def _where(raw: Data, path: Path) -> Iterator[Problem]:
    """``ignore_case`` alone is no condition, and beside another operator it says nothing."""
    for left, tests in raw.items():
        if isinstance(tests, dict) and "ignore_case" in tests:
            others = tests.keys() - {"ignore_case"}
            if not others or others - {"matches", "not_matches"}:
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
        for place, item in enumerate(raw):
            if isinstance(item, dict):
                yield from _trigger(item, (*path, place))
                if len(raw) > 1 and "except" in item:
                    yield Problem(
                        "except-in-list",
                        (*path, place, "except"),
                        "a blocking trigger holds for the whole tag, not for one of its triggers",
                        "put `except` beside `on`",
                        on_key=True,
                    )


def _trigger(raw: Data, path: Path) -> Iterator[Problem]:
    forms = raw.keys() & _FORMS
    if len(forms) != 1 and not (forms and forms <= SCROLL_FORMS):
        what = "none" if not forms else listing(sorted(forms))
        yield Problem(
            "trigger-form",
            path,
            f"a trigger needs exactly one form, found {what}",
            f"one of {listing(FORMS, 20)}",
            on_key=True,
        )
    for low, high in (
        ("scroll", "scroll_pixels"),
        ("scroll_horizontal", "scroll_horizontal_pixels"),
    ):
        if low in forms and high in forms:
            yield Problem(
                "trigger-form",
                (*path, high),
                f"`{low}` and `{high}` exclude each other",
                on_key=True,
            )
    for option in raw.keys() & _OPTION_NAMES:
        if not forms & set(_OPTIONS[option]):
            yield Problem(
                "trigger-option",
                (*path, option),
                f"`{option}` goes with {listing(_OPTIONS[option])}",
                on_key=True,
            )
    for word in ("where", ENABLED_WHERE):
        if word in raw:
            yield from _where(raw[word], (*path, word))
    video = raw.get("video")
    if isinstance(video, dict) and not any(video.values()):
        yield Problem("trigger-form", (*path, "video"), "`video` captures nothing", on_key=True)
