"""What is allowed and surely not meant: warnings about parts that cannot do what they look like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.spec.exception_checks import check_exceptions
from gtmgen.spec.model import DataKey, Event, Platform, Spec, TriggerSpec

_CLOSE = 0.85
_INDEX = re.compile(r"\[['\"]?([\w-]+)['\"]?\]")
_BEFORE_THE_PATH = re.compile(r"(?:window\.)?dataLayer\.|window\.|\{\{|\$\.")
_CODE = re.compile(r"[\s(;]")
_OF_A_QUERY = re.compile(r"\?*([^?=&#]+)=?")


def check_doubts(spec: Spec) -> Iterator[Problem]:
    """Warnings; none of them keeps a spec from compiling."""
    yield from _query_pages(spec)
    yield from _data_paths(spec)
    yield from check_exceptions(spec)
    for event in spec.events.values():
        yield from _near_misses(spec, event)
    yield from _unused_triggers(spec)


def _warning(rule: str, path: Path, message: str, hint: str) -> Problem:
    return Problem(rule, path, message, hint, Severity.WARNING, on_key=True)


def _query_pages(spec: Spec) -> Iterator[Problem]:
    """Under page identity `path`, a history change that keeps the path is no page view."""
    if not spec.site.is_spa or spec.site.page_identity != "path":
        return
    for page in spec.pages.values():
        if page.query:
            message = (
                f"in-app navigation to `{page.key}` that changes only the query is not a page view"
            )
            hint = "set `site.page_identity: path_query` if it should be one"
            yield _warning("query-page", ("pages", page.key, "query"), message, hint)


def _data_paths(spec: Spec) -> Iterator[Problem]:
    """Paths that name the data layer itself, which GTM reads below its own state, or that are
    written as JavaScript."""
    for data in spec.data.values():
        if data.source in ("js", "query"):
            yield from _check_name(data)
        if data.source != "path":
            continue
        path = str(data.argument)
        start = _BEFORE_THE_PATH.match(path)
        if start is not None:
            meant = path[start.end() :].removesuffix("}}")
            message = f"`{start.group()}` in `{path}` is taken for a part of what the site pushes"
            hint = f"a path begins inside the data layer: `path: {meant}`"
            if start.group() == "window.":
                hint = f"`js: {meant}` reads a global variable; a path begins inside the data layer"
            yield Problem("data-path", ("data", data.key, "path"), message, hint, Severity.WARNING)
        elif _INDEX.search(path):
            message = (
                f"GTM does not read brackets in a path: in `{path}` they are part of a key's name"
            )
            hint = f"use dots: `path: {_INDEX.sub(_with_point, path)}`"
            yield Problem("data-path", ("data", data.key, "path"), message, hint, Severity.WARNING)


def _check_name(data: DataKey) -> Iterator[Problem]:
    """Code in the place of a global variable's name, and a parameter with its `?` and `=`."""
    name, path = str(data.argument), ("data", data.key, data.source)
    if data.source == "js" and _CODE.search(name):
        message = f"`{name}` is taken for the name of a global variable: GTM runs no code here"
        hint = "`script: {file: FILE.js}` runs code, where the site's policy allows it"
        yield Problem("data-path", path, message, hint, Severity.WARNING)
    elif data.source == "query" and name != name.strip("?="):
        match = _OF_A_QUERY.fullmatch(name)
        message = f"`{name}` is taken for the name of a query parameter as it stands"
        hint = f"write `query: {match[1]}`" if match else "name one parameter, without `?` and `=`"
        yield Problem("data-path", path, message, hint, Severity.WARNING)


def _with_point(index: re.Match[str]) -> str:
    return f".{index[1]}"


# -- near misses -----------------------------------------------------------------------


def _near_misses(spec: Spec, event: Event) -> Iterator[Problem]:
    """A custom event whose name is almost a standard one."""
    for send in event.send:
        platform = spec.platforms.get(send.platform)
        if platform is None or platform.pack.custom_events is None:
            continue
        name = send.event or platform.pack.event_for(event.key) or event.key
        close = _almost(name, platform)
        if close is not None:
            yield _warning(
                "near-event",
                ("events", event.key, "send"),
                f"`{name}` is a custom event for {platform.pack.title}, and almost its `{close}`",
                f"did you mean `{close}`? name it under `send` if not",
            )


def _almost(name: str, platform: Platform) -> str | None:
    """The standard event that a name misses by a letter or two. Cheap tests come first."""
    if name in platform.pack.events:
        return None
    for pack_event in platform.pack.events:
        if pack_event[0] == name[0] and abs(len(pack_event) - len(name)) <= 1:
            from difflib import SequenceMatcher  # most names are like no other

            matcher = SequenceMatcher(None, pack_event, name)
            if matcher.real_quick_ratio() >= _CLOSE and matcher.ratio() >= _CLOSE:
                return pack_event
    return None


# -- unused triggers -------------------------------------------------------------------


def _unused_triggers(spec: Spec) -> Iterator[Problem]:
    used = {platform.after_consent or "" for platform in spec.platforms.values()}
    used.add(spec.consent.granted_on or "")
    page_views = [one.page_view for one in spec.platforms.values() if one.page_view is not None]
    for platform in spec.platforms.values():
        used.update(platform.narrowing.except_)
    for event in (*spec.events.values(), *page_views):
        used.update(event.narrowing.except_)
        used.update(_names(event.on))
    for tag in spec.raw_tags.values():
        used.update(_names(tag.on))
    for trigger in spec.triggers.values():
        used.update(trigger.narrowing.except_)
        if trigger.form == "group":
            used.update(trigger.argument)
    for key in spec.triggers.keys() - used:
        message = f"nothing uses the trigger `{key}`"
        yield _warning(
            "unused-trigger", ("triggers", key), message, "name it under `on`, or remove it"
        )


def _names(on: tuple[str | TriggerSpec, ...]) -> Iterator[str]:
    for item in on:
        if isinstance(item, str):
            yield item
        else:
            yield from item.narrowing.except_
            if item.form == "group":
                yield from item.argument
