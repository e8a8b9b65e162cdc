"""Events, triggers and pages, as the schema has passed them, to the frozen model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gtmgen.diagnostics import Origin, Path
from gtmgen.source.values import Data
from gtmgen.spec.forms.model import ENABLED_WHERE, parse_many, parse_whole
from gtmgen.spec.forms.registry import FORM_OF_WORD, FORMS
from gtmgen.spec.model import (
    NOTHING,
    Const,
    Event,
    EventId,
    Narrowing,
    Page,
    ParamSource,
    Send,
    Test,
    TriggerSpec,
)
from gtmgen.spec.texts import to_text

Locate = Callable[[Path], Origin]


def pick(raw: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """The fields that the spec has; the model knows the defaults of the others."""
    return {name: raw[name] for name in names if raw.get(name) is not None}


def parse_event(key: str, raw: Data, locate: Locate) -> Event:
    """An event of the section ``events``."""
    path = ("events", key)
    sends = raw["send"]
    event_id = raw.get("event_id")
    custom: tuple[str, ...] = ()
    if isinstance(sends, list):
        send = tuple(
            Send(platform, None, locate((*path, "send", index)))
            # Sorted by platform, as the mapping is; the place in the list is for messages alone.
            for platform, index in sorted((name, index) for index, name in enumerate(sends))
        )
    else:
        send = tuple(
            _parse_send(platform, sends[platform], locate((*path, "send", platform)))
            for platform in sorted(sends)
            if platform != "custom"
        )
        if "custom" in sends:
            custom = parse_many(sends["custom"]["tag"])
    return Event(
        key=key,
        title=raw.get("title", ""),
        description=raw.get("description", ""),
        owner=raw.get("owner", ""),
        on=parse_on(raw["on"], (*path, "on"), locate),
        narrowing=parse_narrowing(raw),
        params=_parse_params(raw),
        event_id=EventId(event_id["from"], event_id.get("prefix", ""))
        if isinstance(event_id, dict)
        else None,
        send=send,
        custom_tags=custom,
        origin=locate(path),
        renamed_from=parse_former_keys(raw),
        **pick(raw, "protected", "purpose"),
    )


def parse_page_view(platform: str, raw: Data, locate: Locate) -> Event:
    """The event that is a platform's page view, where the spec names one."""
    path = ("platforms", platform, "page_view")
    return Event(
        key=f"page_view.{platform}",
        title="",
        description="",
        owner="",
        on=parse_on(raw["on"], (*path, "on"), locate),
        narrowing=parse_narrowing(raw),
        params=_parse_params(raw),
        event_id=None,
        send=(Send(platform, None, locate(path)),),
        custom_tags=(),
        origin=locate(path),
    )


def _parse_send(platform: str, raw: Any, origin: Origin) -> Send:
    if isinstance(raw, str):
        return Send(platform, raw, origin)
    params = raw.get("params") or {}
    return Send(
        platform=platform,
        event=raw.get("event"),
        origin=origin,
        params={
            name: None if params[name] is None else _parse_param(params[name])
            for name in sorted(params)
        },
        where=_parse_where(raw["where"]) if "where" in raw else (),
        consent=parse_consent(raw["consent"]) if "consent" in raw else None,
        priority=parse_whole(raw.get("priority")),
        **pick(raw, "name", "once", "paused", "folder", "custom"),
    )


def parse_on(raw: Any, path: Path, locate: Locate) -> tuple[str | TriggerSpec, ...]:
    """What an event or a tag waits for: names of triggers, and inline ones."""
    if isinstance(raw, list):
        return tuple(
            item if isinstance(item, str) else _parse_trigger(item, (*path, index), locate)
            for index, item in enumerate(raw)
        )
    return (raw,) if isinstance(raw, str) else (_parse_trigger(raw, path, locate),)


def parse_named_trigger(key: str, raw: Data, locate: Locate) -> TriggerSpec:
    """An entry of ``triggers``."""
    return _parse_trigger(raw, ("triggers", key), locate, key)


def _parse_trigger(raw: Data, path: Path, locate: Locate, key: str | None = None) -> TriggerSpec:
    """A form with its options, named (with a key) or inline."""
    form = next((FORM_OF_WORD[word] for word in raw if word in FORM_OF_WORD), FORMS["event"])
    return TriggerSpec(
        form=form.word,
        argument=form.parse(raw),
        options={
            name: _parse_where(raw[name]) if name == ENABLED_WHERE else parse_whole(raw[name])
            for name in form.options
            if name in raw
        },
        narrowing=parse_narrowing(raw),
        origin=locate(path),
        path=path,
        key=key,
        renamed_from=parse_former_keys(raw),
        **pick(raw, "name", "description", "folder"),
    )


def parse_narrowing(raw: Data) -> Narrowing:
    """What stands beside a form: pages, conditions, blocking triggers."""
    if "where" not in raw and "pages" not in raw and "except" not in raw:
        return NOTHING
    return Narrowing(
        pages=tuple(raw.get("pages") or ()),
        where=_parse_where(raw["where"]) if "where" in raw else (),
        except_=tuple(raw.get("except") or ()),
    )


def _parse_where(raw: Data) -> tuple[Test, ...]:
    tests: list[Test] = []
    for left, value in sorted(raw.items()):
        if isinstance(value, dict):
            ignore_case = value.get("ignore_case", False)
            for operator, operand in sorted(value.items()):
                if operator == "ignore_case":
                    continue
                negate = operator.startswith("not_")
                name = operator[4:] if negate else operator
                tests.append(
                    Test(left, name, tuple(map(to_text, parse_many(operand))), negate, ignore_case)
                )
        else:
            tests.append(Test(left, "equals", tuple(map(to_text, parse_many(value)))))
    return tuple(tests)


def parse_page(key: str, raw: Data, locate: Locate) -> Page:
    """A page of the section ``pages``."""
    return Page(
        key=key,
        paths=parse_many(raw["path"]) if "path" in raw else (),
        hosts=parse_many(raw["host"]) if "host" in raw else (),
        query=tuple(
            sorted(
                (name, tuple(map(to_text, parse_many(value))))
                for name, value in (raw.get("query") or {}).items()
            )
        ),
        origin=locate(("pages", key)),
        renamed_from=parse_former_keys(raw),
        **pick(raw, "title", "description"),
    )


def _parse_params(raw: Data) -> dict[str, ParamSource]:
    # Sorted, as platforms and conditions are: what a spec's author moves around shall change
    # neither the compiled container nor the plan.
    return {name: _parse_param(raw["params"][name]) for name in sorted(raw.get("params") or ())}


def _parse_param(raw: Any) -> ParamSource:
    return Const(to_text(raw["const"])) if isinstance(raw, dict) else raw


def parse_consent(raw: Any) -> tuple[str, ...]:
    """The consent types; none where consent is not required."""
    # The one text is `not_required`, or a variable that has no value here.
    return () if isinstance(raw, str) else tuple(raw)


def parse_former_keys(raw: Data) -> tuple[str, ...]:
    """``renamed_from``."""
    return parse_many(raw["renamed_from"]) if "renamed_from" in raw else ()
