"""What the spec could say instead of a raw tag."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.container.entities import REFERENCE, Kind
from gtmgen.importer.lift.model import Finding, Source
from gtmgen.lint.recognise import EVENT, Use

_CONSTANT = re.compile(r"[A-Za-z][\w-]*")


def suggest_sends(source: Source) -> Iterator[Finding]:
    """How an event would be sent by the platform's own pack."""
    own: dict[tuple[str, str], list[str]] = {}
    for tag, uses in source.sent.tags:
        events = [use for use in uses if use.what == EVENT and use.name is not None]
        if not events or len({use.name for use in events}) > 1:
            continue
        use = events[0]
        pack, name = use.platform.pack, str(use.name)
        if use.own_type:
            own.setdefault((pack.name, pack.title), []).append(tag.name)
        elif name == use.platform.page_view:
            text = (
                f"`page_view: manual` under `platforms.{pack.name}` would send {name}, on in-app "
                "navigation too, by a tag of gtmgen's own in place of this one."
            )
            yield Finding("suggestion", Kind.TAG, tag.name, text)
        else:
            new = pack.legacy.get(name) or name
            if new in pack.events:
                yield Finding("suggestion", Kind.TAG, tag.name, _words(source, use, new))
    for (name, title), tags in sorted(own.items()):
        text = (
            f"With `{name}` under `platforms`, `send: {{{name}: EVENT}}` would say what "
            f"{len(tags)} tag{'s say' if len(tags) > 1 else ' says'}, and check names and "
            "parameters; it also adds an event ID to each."
        )
        yield Finding("suggestion", None, title, text)


def _words(source: Source, use: Use, name: str) -> str:
    pack = use.platform.pack
    canonical = {param.to: key for key, param in pack.params.items()}
    params = []
    for theirs, value in sorted(use.params.items()):
        filled = _filled(source, value)
        if theirs in canonical and filled is not None:
            params.append(f"{canonical[theirs]}: {filled}")
    given = [f"`params: {{{', '.join(params)}}}`"] if params else []
    event_id = _key(source, use.event_id)
    if event_id is not None:
        given.append(f"`event_id: {{from: {event_id}}}`")
    return (
        f"`send: {{{pack.name}: {name}}}`{' with ' if given else ''}{' and '.join(given)} would "
        "send this event by a tag of gtmgen's own, in place of this one."
    )


def _filled(source: Source, value: str | None) -> str | None:
    """What fills a parameter, in the words of the spec; None where that is not known."""
    if value is None or _CONSTANT.fullmatch(value) is None:
        return _key(source, value)
    return f"{{const: {value}}}"


def _key(source: Source, value: str | None) -> str | None:
    found = REFERENCE.fullmatch(value) if value else None
    return source.keys.get((Kind.VARIABLE, found.group(1))) if found else None
