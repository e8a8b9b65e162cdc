"""What a pack's ``recognise.yaml`` says about tags that gtmgen has not made.

No platform is known by name here: which tag types, gallery templates and calls in Custom HTML
are a platform's, and where they hold an event's name, stands in that file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from gtmgen.container.entities import (
    REFERENCE,
    EntityType,
    Kind,
    Parameter,
    Tag,
    Template,
    TemplateRef,
)
from gtmgen.container.export import gallery_type
from gtmgen.lint.base_code import is_base_code
from gtmgen.lint.code import Call, Code, Mapped, Text, Value, calls, has_only_calls, scripts
from gtmgen.lint.view import ContainerView
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.packs.model import Pack

FILE = "recognise.yaml"

_CONVERTED = re.compile(r"Number\(\s*(\{\{[^{}]+\}\})\s*\)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_JOINED = re.compile(r"""(["'])([^"'\\{}]*)\1\s*\+\s*(\{\{[^{}]+\}\})""")

LOAD, EVENT = "load", "event"
_UNFILLED = ("", "false", None, ())


@dataclass(frozen=True)
class Platform:
    """A pack and its file."""

    pack: Pack
    page_view: str
    account: str
    wants_event_id: bool
    watches_history: bool
    tags: Mapping[str, Mapping[str, Any]]
    templates: Mapping[str, Mapping[str, Any]]
    server_templates: Mapping[str, Mapping[str, Any]]
    code: Mapping[str, Any] | None
    items: Mapping[str, str]
    """The platform's name of an item's field -> the language's."""

    def canonical(self, name: str) -> str | None:
        """The language's name of an event of the platform, where the pack knows one."""
        if name == self.page_view:
            return "page_view"
        known = self.pack.events.get(self.pack.legacy.get(name) or name)
        return known.canonical[0] if known and known.canonical else None


@dataclass(frozen=True)
class ServerUse:
    """What a tag of a server container says beside its event.

    ``settings`` are those of the account there, as the tag's texts; ``sends`` the language's
    parameters that it takes of the event data by itself, with the key there; ``consent`` the types
    without which it does not send; ``changes`` what the pack's own tag does otherwise.
    """

    settings: Mapping[str, str]
    sends: Mapping[str, str]
    consent: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Use:
    """One thing that a tag does for a platform: it loads its code, or sends an event.

    ``name`` is None where the tag takes the event's name from elsewhere. ``params`` are the
    platform's parameters, as text with GTM's references, or None where code computes them; so is
    ``event_id``. Where code computes the parameters altogether, ``knows_params`` is false.
    ``more`` is what the tag tells beside this: fields of a template that the file does not name, or
    who the visitor is. ``is_all`` is false where code does anything else; ``is_base_code`` is true
    where it is what the platform gives out, and calls. A tag of a server container
    ``is_server``; where the name is that of the event data, ``renames`` says what becomes of it.
    """

    platform: Platform
    what: str
    name: str | None = None
    accounts: tuple[str, ...] = ()
    has_event_id: bool = False
    event_id: str | None = None
    params: Mapping[str, str | None] = field(default_factory=dict)
    history_off: bool = False
    needs_base_code: bool = False
    lacks_account: bool = False
    own_type: bool = False
    knows_params: bool = True
    more: tuple[str, ...] = ()
    is_all: bool = True
    is_base_code: bool = True
    is_server: bool = False
    renames: Mapping[str, str] = field(default_factory=dict)
    server: ServerUse | None = None


Uses = Mapping[str, tuple[Use, ...]]
"""By the names of the tags that do something."""


@lru_cache(maxsize=1)
def platforms() -> tuple[Platform, ...]:
    """The shipped packs that have the file."""
    return tuple(
        _platform(load_pack(folder), folder / FILE)
        for _, folder in sorted(find_packs().items())
        if (folder / FILE).is_file()
    )


def _platform(pack: Pack, file: Path) -> Platform:
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    return Platform(
        pack=pack,
        page_view=raw["page_view"],
        account=raw["account"],
        wants_event_id=raw.get("event_id", False),
        watches_history=raw.get("watches_history", False),
        tags=raw.get("tags") or {},
        templates=raw.get("templates") or {},
        server_templates=raw.get("server_templates") or {},
        code=raw.get("code"),
        items=raw.get("items") or {},
    )


def uses_of(view: ContainerView) -> Uses:
    """What every tag does for the platforms."""
    galleries = _galleries(view)
    found = {}
    for tag in view.of_kind(Kind.TAG):
        if isinstance(tag, Tag):
            uses = tuple(_uses(tag, galleries))
            if uses:
                found[tag.name] = uses
    return found


def _galleries(view: ContainerView) -> dict[EntityType, str]:
    """Type of what a template makes, by its name and by the gallery's ID -> owner/repository."""
    found: dict[EntityType, str] = {}
    for template in view.of_kind(Kind.TEMPLATE):
        reference = dict(template.extra).get("galleryReference")
        if isinstance(template, Template) and isinstance(reference, dict):
            repository = f"{reference.get('owner')}/{reference.get('repository')}"
            found[TemplateRef(template.name)] = repository
            type_ = gallery_type(template)
            if type_:
                found.setdefault(type_, repository)
    return found


def _uses(tag: Tag, galleries: Mapping[EntityType, str]) -> Iterator[Use]:
    fields = {item.key: item for item in tag.parameter if item.key is not None}
    repository = galleries.get(tag.type)
    for platform in platforms():
        if repository is not None:
            shape = platform.templates.get(repository)
            if shape is not None:
                yield from _shaped(platform, shape, fields)
            elif repository in platform.server_templates:
                yield from _on_server(platform, platform.server_templates[repository], fields)
        elif isinstance(tag.type, TemplateRef):
            continue
        elif tag.type in platform.tags:
            yield from _shaped(platform, platform.tags[tag.type], fields, own_type=True)
        elif tag.type == "html" and platform.code is not None:
            html = _text(fields.get("html"))
            if platform.code["object"] in html:
                yield from _called(platform, platform.code, html)


# -- tags with parameters --------------------------------------------------------------


def _shaped(
    platform: Platform,
    shape: Mapping[str, Any],
    fields: Mapping[str, Parameter],
    *,
    own_type: bool = False,
) -> Iterator[Use]:
    accounts = tuple(text for key in shape.get("accounts", ()) if (text := _text(fields.get(key))))
    history_off = _text(fields.get(shape.get("history_off", ""))) == "true"
    if shape.get("base_code"):
        yield Use(platform, LOAD, accounts=accounts, history_off=history_off)
    for alternative in shape["event"]:
        if any(_text(fields.get(key)) != want for key, want in alternative.get("when", {}).items()):
            continue
        name = _text(fields.get(alternative.get("parameter", "")))
        yield Use(
            platform,
            EVENT,
            name=None if "{{" in name or not name else shape.get("names", {}).get(name, name),
            accounts=accounts,
            has_event_id=bool(_text(fields.get(shape.get("event_id", "")))),
            event_id=_text(fields.get(shape.get("event_id", ""))) or None,
            params=_params(shape, fields),
            needs_base_code=shape.get("needs_base_code", False),
            lacks_account=bool(shape.get("needs_account")) and not accounts,
            own_type=own_type,
            more=_unnamed(shape, fields),
        )
        return


def _on_server(
    platform: Platform, shape: Mapping[str, Any], fields: Mapping[str, Parameter]
) -> Iterator[Use]:
    """A server's tag has the event's ID where it names none, and the event's name likewise."""
    server = _server_use(shape, fields)
    for use in _shaped(platform, shape, fields):
        renames = shape["names"] if use.name is None else {}
        yield replace(use, has_event_id=True, is_server=True, renames=renames, server=server)


def _server_use(shape: Mapping[str, Any], fields: Mapping[str, Parameter]) -> ServerUse:
    filled = {key: text for key, item in fields.items() if (text := _text(item)) not in _UNFILLED}
    needed = shape.get("consent", {})
    said = (text for key, text in shape.get("says", {}).items() if key in filled)
    return ServerUse(
        {name: filled[key] for key, name in shape.get("settings", {}).items() if key in filled},
        shape.get("sends", {}),
        tuple(type_ for key in needed for type_ in needed[key].get(filled.get(key), ())),
        (*shape.get("changes", ()), *said),
    )


def _unnamed(shape: Mapping[str, Any], fields: Mapping[str, Parameter]) -> tuple[str, ...]:
    """The fields that are filled, and that the shape says nothing of."""
    named = {*shape.get("accounts", ()), *shape.get("params", {})}
    named |= {shape.get("event_id"), shape.get("history_off")}
    named |= {table["list"] for table in shape.get("tables", ())}
    named |= {*shape.get("settings", {}), *shape.get("says", {}), *shape.get("unread", ())}
    for alternative in shape["event"]:
        named |= {alternative.get("parameter"), *alternative.get("when", {})}
    as_empty = shape.get("as_empty", {})
    return tuple(
        key
        for key, item in fields.items()
        if key not in named
        and item.value not in _UNFILLED
        and item.value not in as_empty.get(key, ())
    )


def _params(shape: Mapping[str, Any], fields: Mapping[str, Parameter]) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for key, name in shape.get("params", {}).items():
        if _text(fields.get(key)):
            found[name] = _text(fields.get(key))
    for table in shape.get("tables", ()):
        listed = fields.get(table["list"])
        for row in listed.value or () if listed is not None and listed.type == "LIST" else ():
            cells = row.value if isinstance(row, Parameter) else None
            by_key = {cell.key: cell for cell in cells or () if isinstance(cell, Parameter)}
            name = _text(by_key.get(table["name"]))
            if name:
                found[name] = _text(by_key.get(table["value"]))
    return found


def _text(parameter: Parameter | None) -> str:
    return parameter.value if parameter is not None and isinstance(parameter.value, str) else ""


# -- Custom HTML -----------------------------------------------------------------------


def _called(platform: Platform, words: Mapping[str, Any], html: str) -> Iterator[Use]:
    found = [call for code in scripts(html) for call in calls(code, words["object"])]
    more = (words["identify"],) if any(call.method == words["identify"] for call in found) else ()
    sending = {words[key] for key in ("load", "page_view", "event", "of_account", "identify")}
    is_only_sending = all(call.method in sending for call in found)
    is_all = is_only_sending and has_only_calls(html, words["object"])
    for call in found:
        accounts = tuple(
            text
            for before in call.on
            if before.method == words["of_account"]
            for text in _texts(before.arguments[:1])
        )
        if call.method == words["load"]:
            yield Use(
                platform,
                LOAD,
                accounts=_texts(call.arguments[:1]),
                history_off=_option(call, 1, words["history_off"]) == Code("false"),
            )
        elif call.method == words["page_view"]:
            yield Use(
                platform,
                EVENT,
                platform.page_view,
                accounts,
                more=more,
                is_all=is_all,
                is_base_code=is_base_code(html, **words["base_code"]),
            )
        elif call.method == words["event"] and call.arguments:
            name = call.arguments[0]
            is_known = isinstance(name, Text) and "{{" not in name.value
            yield Use(
                platform,
                EVENT,
                name=name.value if isinstance(name, Text) and is_known else None,
                accounts=accounts,
                has_event_id=_has(call, 2, words["event_id"]),
                event_id=_joined(_option(call, 2, words["event_id"])),
                params=_arguments(call),
                knows_params=len(call.arguments) < 2 or _is_whole(call.arguments[1]),
                more=more,
                is_all=is_all,
            )


def _texts(values: Sequence[Value]) -> tuple[str, ...]:
    return tuple(value.value for value in values if isinstance(value, Text) and value.value)


def _option(call: Call, place: int, key: str) -> Value | None:
    options = call.arguments[place] if len(call.arguments) > place else None
    return options.items.get(key) if isinstance(options, Mapped) else None


def _has(call: Call, place: int, key: str) -> bool:
    """Whether an option is given; where code makes the options, it may well be."""
    if len(call.arguments) <= place:
        return False
    options = call.arguments[place]
    return not isinstance(options, Mapped) or key in options.items or not options.whole


def _arguments(call: Call) -> dict[str, str | None]:
    options = call.arguments[1] if len(call.arguments) > 1 else None
    if not isinstance(options, Mapped):
        return {}
    return {key: _argument(value) for key, value in options.items.items()}


def _is_whole(value: Value) -> bool:
    return isinstance(value, Mapped) and value.whole


def _argument(value: Value | None) -> str | None:
    """A text, a number, or a reference, which may be made a number."""
    if isinstance(value, Text):
        return value.value
    if not isinstance(value, Code):
        return None
    converted = _CONVERTED.fullmatch(value.source)
    source = converted.group(1) if converted else value.source
    return source if REFERENCE.fullmatch(source) or _NUMBER.fullmatch(source) else None


def _joined(value: Value | None) -> str | None:
    """As an argument, or a text put in front of a reference."""
    joined = _JOINED.fullmatch(value.source) if isinstance(value, Code) else None
    return f"{joined.group(2)}{joined.group(3)}" if joined else _argument(value)
