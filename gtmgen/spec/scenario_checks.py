"""What a schema says badly about scenarios: one action a step, one subject an expectation."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from gtmgen.container.entities import CONSENT_TYPES
from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.consent_checks import unknown_type
from gtmgen.spec.matchers import matcher_problem
from gtmgen.spec.scenario_schema import ACTIONS, DETAILS, SUBJECTS
from gtmgen.text import as_yaml, did_you_mean, listing

_RESERVED = frozenset((*SUBJECTS, *DETAILS))
ALL = "all"
_OF_HIT = ("params", "measurement_id", "page", "referrer", "consent")


class Nameable(NamedTuple):
    """The names of platforms that scenarios may use, and those that hints suggest."""

    accepted: Collection[str]
    suggested: Collection[str]


def with_server_sides(
    platforms: Iterable[str], of_server: Collection[str] | None = None
) -> list[str]:
    """`tiktok`, and `tiktok.server` for its server side: of all platforms, or of these."""
    names = list(platforms)
    sides = names if of_server is None else [name for name in names if name in of_server]
    return [*names, *(f"{name}.server" for name in sides)]


def check_scenarios(tests: list[Any], platforms: Nameable) -> Iterator[Problem]:
    """Problems of `tests` whose shape is right; `platforms` are those that may be named."""
    names: dict[str, int] = {}
    for index, test in enumerate(tests):
        path: Path = ("tests", index)
        if test["name"] in names:
            message = f"two scenarios are called `{test['name']}`"
            yield Problem("test-name", (*path, "name"), message)
        names[test["name"]] = index
        yield from _consent(test, path)
        if "block" in test:
            yield from _names(test["block"], (*path, "block"), platforms)
        if "answers" in test:
            yield from _answers(test["answers"], (*path, "answers"))
        if "expect" in test:
            yield from _expectations(test["expect"], (*path, "expect"), platforms)
        for number, step in enumerate(test["steps"]):
            yield from _step(step, (*path, "steps", number), platforms)


def _step(step: dict[str, Any], path: Path, platforms: Nameable) -> Iterator[Problem]:
    actions = [name for name in step if name in ACTIONS]
    if len(actions) != 1:
        names = listing(actions) if actions else "none"
        message = f"a step does exactly one thing, found {names}"
        yield Problem("test-step", path, message, f"one of {listing(ACTIONS, 20)}")
    if "load" in step:
        yield from _load(step["load"], (*path, "load"))
    yield from _consent(step, path)
    if "request" in step:
        yield from _request(step["request"], (*path, "request"))
    if "expect" in step:
        yield from _expectations(step["expect"], (*path, "expect"), platforms)


def _load(address: str, path: Path) -> Iterator[Problem]:
    if address.startswith("/") or "://" not in address:
        return
    try:
        parts = urlsplit(address)
    except ValueError:
        parts = None
    if parts is None or parts.scheme not in ("http", "https") or not parts.netloc:
        message = f"`{address}` is not the address of a page"
        yield Problem("test-value", path, message, "write a path, `/cart`, or a whole address")


def _consent(consent: dict[str, Any], path: Path) -> Iterator[Problem]:
    """A type that is misspelt is granted to nobody, and the scenario shows something else."""
    for word in ("consent_default", "consent"):
        if word not in consent:  # as in most steps
            continue
        types = consent[word]
        for name in types if isinstance(types, dict) else ():
            if name not in CONSENT_TYPES:
                yield unknown_type(name, (*path, word, name), on_key=True)


def _answers(answers: list[dict[str, Any]], path: Path) -> Iterator[Problem]:
    for index, answer in enumerate(answers):
        try:
            re.compile(answer.get("match", ""))
        except re.error as error:
            message = f"not a regular expression: {error}"
            yield Problem("test-value", (*path, index, "match"), message)


def _request(request: dict[str, Any], path: Path) -> Iterator[Problem]:
    """A hit of GA4's has no body of its own; another request nothing of a hit."""
    of_hit = [name for name in _OF_HIT if name in request]
    of_other = [name for name in ("method", "body") if name in request]
    if "event" in request and of_other:
        message = f"a hit of GA4's has no {listing(of_other)} of its own"
        yield Problem("test-step", (*path, of_other[0]), message, "leave `event` out", on_key=True)
    elif "event" not in request and of_hit:
        message = f"{listing(of_hit)} belongs to a hit of GA4's, which has an `event`"
        yield Problem("test-step", (*path, of_hit[0]), message, "add `event`", on_key=True)


def _expectations(items: Any, path: Path, platforms: Nameable) -> Iterator[Problem]:
    for index, item in enumerate(items):
        yield from _expectation(item, (*path, index), platforms)


def _expectation(item: dict[str, Any], path: Path, platforms: Nameable) -> Iterator[Problem]:
    unknown = [name for name in item if name not in _RESERVED and name not in platforms.accepted]
    named = item.get("platform")
    if named in platforms.accepted and "platform" in unknown:
        event = item.get("event") or "purchase"
        message = "what a platform receives goes after its name"
        instead = f"write `{named}: {as_yaml(event)}`, without `platform` and `event`"
        yield Problem("test-expectation", (*path, "platform"), message, instead, on_key=True)
        unknown = [name for name in unknown if name not in ("platform", "event")]
    for name in unknown:
        message = f"there is no platform `{name}`"
        hint = _hint_of(name, platforms, _RESERVED)
        yield Problem("test-platform", (*path, name), message, hint, on_key=True)
    subjects = [name for name in item if name in SUBJECTS or name not in _RESERVED]
    if len(subjects) != 1 and not unknown and named is None:
        names = listing(subjects) if subjects else "nothing"
        message = f"an expectation is about exactly one thing, found {names}"
        hint = "a platform and its event, `tag`, `none`, `same_event_id` or `others`"
        yield Problem("test-expectation", path, message, hint)
    for name in ("none", "same_event_id", "others"):
        if name in item:
            yield from _names(item[name], (*path, name), platforms)
    for name in ("event_id", "params", "identify", "fields"):
        if name in item:
            yield from _matchers(item[name], (*path, name))


def _matchers(value: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(value, (dict, list)):  # the value itself
        return
    problem = matcher_problem(value)
    if problem is not None:
        yield Problem("test-value", path, problem)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _matchers(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _matchers(inner, (*path, index))


def _names(names: Any, path: Path, platforms: Nameable) -> Iterator[Problem]:
    listed = [names] if isinstance(names, str) else names
    for index, name in enumerate(listed):
        if name not in platforms.accepted and name != ALL:
            at = path if isinstance(names, str) else (*path, index)
            message = f"there is no platform `{name}`"
            yield Problem("test-platform", at, message, _hint_of(name, platforms, (ALL,)))


def _hint_of(name: str, platforms: Nameable, more: Iterable[str]) -> str | None:
    """What may stand there. Who writes of a server's side has one, if not in this spec."""
    names = platforms.accepted if "." in name else platforms.suggested
    return did_you_mean(name, [*names, *more])
