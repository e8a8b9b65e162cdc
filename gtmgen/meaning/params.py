"""What has changed in the parameters of an event, each told once for all platforms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gtmgen.meaning.model import Fact, Risk, Who
from gtmgen.meaning.phrases import Origin, Phrase
from gtmgen.meaning.sides import Sides
from gtmgen.meaning.subject import Subject
from gtmgen.meaning.usage import is_personal, list_params
from gtmgen.spec.effective import takes
from gtmgen.spec.model import Event, ParamSource, Platform, Send, Spec

_SEEN: tuple[Who, ...] = ("marketing", "developers", "qa")


@dataclass(frozen=True)
class _ParamChange:
    """A parameter, the name that it had, and where its value comes from on both sides."""

    name: str
    former: str
    before: ParamSource | None
    after: ParamSource | None


def compare_params(sides: Sides, subject: Subject, old: Event, new: Event) -> Iterator[Fact]:
    """Parameters that are new, gone, renamed or filled from elsewhere."""
    before = {send.platform: send for send in old.send}
    both = [send for send in new.send if send.platform in before]
    titles: dict[_ParamChange, list[str]] = {}
    for send in both:
        platform = sides.after.spec.platforms[send.platform]
        earlier = sides.before.spec.platforms[send.platform]
        was, now = (
            _filter_taken(old, before[send.platform], earlier),
            _filter_taken(new, send, platform),
        )
        for change in _list_changes(sides, was, now):
            titles.setdefault(change, []).append(platform.title)
    for change, platforms in titles.items():
        everywhere = len(platforms) == len(both)
        yield _make_fact(sides, subject, change, tuple(platforms), everywhere=everywhere)


def _filter_taken(event: Event, send: Send, platform: Platform) -> dict[str, ParamSource]:
    """What the platform has a place for."""
    params = list_params(event, send)
    return {name: source for name, source in params.items() if takes(platform, name)}


def _list_changes(
    sides: Sides, was: Mapping[str, ParamSource], now: Mapping[str, ParamSource]
) -> Iterator[_ParamChange]:
    renamed = _match_renamed(sides, was, now)
    former = {new: old for old, new in renamed.items()}
    for name, source in now.items():
        if name in former:
            old = former[name]
            yield _ParamChange(name, old, was[old], source)
        elif name not in was:
            yield _ParamChange(name, name, None, source)
        elif not _is_same(sides, was[name], source):
            yield _ParamChange(name, name, was[name], source)
    for name, source in was.items():
        if name not in now and name not in renamed:
            yield _ParamChange(name, name, source, None)


def _match_renamed(
    sides: Sides, was: Mapping[str, ParamSource], now: Mapping[str, ParamSource]
) -> dict[str, str]:
    """Old name -> new name, where one source alone went from one to the other."""
    removed: dict[ParamSource, list[str]] = {}
    come: dict[ParamSource, list[str]] = {}
    for name, source in was.items():
        key = sides.renames.source(source)
        if name not in now and key is not None:
            removed.setdefault(key, []).append(name)
    for name, source in now.items():
        if name not in was:
            come.setdefault(source, []).append(name)
    return {
        names[0]: come[source][0]
        for source, names in removed.items()
        # Of several parameters with one source nobody knows which became which.
        if len(names) == 1 and len(come.get(source, ())) == 1
    }


def _is_same(sides: Sides, old: ParamSource, new: ParamSource) -> bool:
    if sides.renames.source(old) == new:
        return True
    before, after = sides.before.spec.data.get(str(old)), sides.after.spec.data.get(str(new))
    if before is None or after is None:
        return False
    # Two data keys that read one place.
    content = sides.renames.data_content(before), before.type, before.default
    return content == (sides.renames.data_content(after), after.type, after.default)


def _make_fact(
    sides: Sides,
    subject: Subject,
    change: _ParamChange,
    platforms: tuple[str, ...],
    *,
    everywhere: bool,
) -> Fact:
    before, after = sides.before.spec, sides.after.spec
    values: dict[str, Phrase] = {"param": change.name, "platforms": platforms}
    if change.former != change.name:
        values["former"] = change.former
        return subject.fact(
            "changed", "param_renamed", _SEEN, Risk.VALUES,
            before=change.former, after=change.name, risk="param_renamed", values=values,
        )  # fmt: skip
    if change.after is None and change.before is not None:
        return subject.fact(
            "gone", "param_gone", _SEEN, Risk.VALUES,
            before=Origin(change.before, before), risk="param_gone", values=values,
        )  # fmt: skip
    assert change.after is not None
    personal = is_personal(after, change.after) and not is_personal(before, change.before)
    severity = Risk.PRIVACY if personal else Risk.VALUES
    risk = "personal" if personal else ""
    if change.before is None:
        return subject.fact(
            "new", "param_new", _SEEN, severity,
            after=Origin(change.after, after), risk=risk, values=values,
        )  # fmt: skip
    paths = _find_path(before, change.before), _find_path(after, change.after)
    # One path in the data layer for another is for the site's developers; a platform by itself that
    # reads elsewhere is about that platform.
    if paths[0] and paths[1] and everywhere:
        return subject.fact(
            "changed", "param_path", _SEEN, severity,
            before=paths[0], after=paths[1], risk=risk, values=values,
        )  # fmt: skip
    return subject.fact(
        "changed", "param", _SEEN, severity,
        before=Origin(change.before, before), after=Origin(change.after, after),
        risk=risk, values=values,
    )  # fmt: skip


def _find_path(spec: Spec, source: ParamSource) -> str | None:
    """The place in the data layer."""
    data = spec.data.get(source) if isinstance(source, str) else None
    return str(data.argument) if data is not None and data.source == "path" else None
