"""What a pack's ``recognise.yaml`` says about tags that gtmgen has not made.

No platform is known by name here: which tag types, gallery templates and calls in Custom HTML
are a platform's, and where they hold an event's name, stands in that file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from msgspec.structs import replace

from gtmgen.container.entities import EntityType, Kind, Tag, Template, TemplateRef
from gtmgen.container.export import gallery_type
from gtmgen.container.values import Parameter
from gtmgen.lint.recognise_code import uses_in_code
from gtmgen.lint.recognise_own import OwnTemplate, own_templates, shipped_templates
from gtmgen.lint.uses import EVENT, LOAD, AccountId, PackFile, ServerUse, Use
from gtmgen.lint.view import ContainerView
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.packs.model import Pack
from gtmgen.text import listing

FILE = "recognise.yaml"


_UNFILLED = ("", "false", None, ())


Uses = Mapping[str, tuple[Use, ...]]
"""By the names of the tags that do something."""


@lru_cache(maxsize=1)
def platforms() -> tuple[PackFile, ...]:
    """The shipped packs that have the file."""
    return tuple(
        _read_platform(load_pack(folder), folder / FILE)
        for _, folder in sorted(find_packs().items())
        if (folder / FILE).is_file()
    )


@lru_cache(maxsize=1)
def _list_shipped() -> Sequence[OwnTemplate]:
    return shipped_templates(platforms())


def _read_platform(pack: Pack, file: Path) -> PackFile:
    raw = yaml.safe_load(file.read_text(encoding="utf-8"))
    return PackFile(
        pack=pack,
        page_view=raw["page_view"],
        account=raw["account"],
        account_id=AccountId(**raw["account_id"]),
        wants_event_id=raw.get("event_id", False),
        watches_history=raw.get("watches_history", False),
        tags=_filter_named_fields(raw.get("tags")),
        templates=_filter_named_fields(raw.get("templates")),
        server_templates=_filter_named_fields(raw.get("server_templates")),
        code=raw.get("code"),
        items=raw.get("items") or {},
    )


def _filter_named_fields(shapes: Mapping[str, Any] | None) -> Mapping[str, Mapping[str, Any]]:
    """The shapes, each with the fields that it says something of as ``named``."""
    return {
        name: {**shape, "named": frozenset(_list_named_fields(shape))}
        for name, shape in (shapes or {}).items()
    }


def _list_named_fields(shape: Mapping[str, Any]) -> Iterator[str | None]:
    yield from (*shape.get("accounts", ()), *shape.get("params", {}))
    yield from (shape.get("event_id"), shape.get("history_off"))
    yield from (*shape.get("settings", {}), *shape.get("says", {}), *shape.get("unread", ()))
    yield from shape.get("identify", {})
    yield from (table["list"] for table in shape.get("tables", ()))
    for alternative in shape["event"]:
        yield from (alternative.get("parameter"), *alternative.get("when", {}))


def uses_of(view: ContainerView) -> Uses:
    """What every tag does for the platforms."""
    galleries = galleries_of(view)
    own = own_templates(view, _list_shipped())
    of_tag: dict[int, tuple[Use, ...]] = {}
    for group in view.alike:
        first = group[0]
        if isinstance(first, Tag) and (uses := tuple(_find_uses(first, galleries, own))):
            of_tag.update(dict.fromkeys(map(id, group), uses))
    return {tag.name: of_tag[id(tag)] for tag in view.tags() if id(tag) in of_tag}


def galleries_of(view: ContainerView) -> dict[EntityType, str]:
    """Type of what a template makes, by its name and by the gallery's ID -> owner/repository."""
    repositories: dict[EntityType, str] = {}
    for template in view.of_kind(Kind.TEMPLATE):
        reference = dict(template.extra).get("galleryReference")
        if isinstance(template, Template) and isinstance(reference, dict):
            repository = f"{reference.get('owner')}/{reference.get('repository')}"
            repositories[TemplateRef(template.name)] = repository
            type_ = gallery_type(template)
            if type_:
                repositories.setdefault(type_, repository)
    return repositories


def _find_uses(
    tag: Tag, galleries: Mapping[EntityType, str], own: Mapping[EntityType, OwnTemplate]
) -> Iterator[Use]:
    repository = galleries.get(tag.type)
    if repository is None and isinstance(tag.type, TemplateRef) and tag.type not in own:
        return  # of a template that is in no gallery, and no pack's
    fields = {item.key: item for item in tag.parameter if item.key is not None}
    if tag.type in own:
        yield from own[tag.type].read(fields)
        return
    for platform in platforms():
        if repository is not None:
            shape = platform.templates.get(repository)
            if shape is not None:
                yield from _match_shape(platform, shape, fields)
            elif repository in platform.server_templates:
                yield from _find_on_server(platform, platform.server_templates[repository], fields)
        elif tag.type in platform.tags:
            yield from _match_shape(platform, platform.tags[str(tag.type)], fields, own_type=True)
        elif tag.type == "html" and platform.code is not None:
            html = _read_text(fields.get("html"))
            if platform.code["object"] in html:
                yield from uses_in_code(platform, platform.code, html)


# -- tags with parameters --------------------------------------------------------------


def _match_shape(
    platform: PackFile,
    shape: Mapping[str, Any],
    fields: Mapping[str, Parameter],
    *,
    own_type: bool = False,
) -> Iterator[Use]:
    accounts = tuple(
        text for key in shape.get("accounts", ()) if (text := _read_text(fields.get(key)))
    )
    history_off = _read_text(fields.get(shape.get("history_off", ""))) == "true"
    if shape.get("base_code"):
        yield Use(platform, LOAD, accounts=accounts, history_off=history_off)
    for alternative in shape["event"]:
        if any(
            _read_text(fields.get(key)) != want for key, want in alternative.get("when", {}).items()
        ):
            continue
        name = _read_text(fields.get(alternative.get("parameter", "")))
        yield Use(
            platform,
            EVENT,
            # A name that a variable makes is known at run time alone.
            name=None if "{{" in name or not name else shape.get("names", {}).get(name, name),
            accounts=accounts,
            has_event_id=bool(_read_text(fields.get(shape.get("event_id", "")))),
            event_id=_read_text(fields.get(shape.get("event_id", ""))) or None,
            params=_read_params(shape, fields),
            quoted=frozenset(
                key for key, text in _read_tables(shape, fields).items() if "{{" not in text
            ),
            needs_base_code=shape.get("needs_base_code", False),
            lacks_account=bool(shape.get("needs_account")) and not accounts,
            own_type=own_type,
            identify={
                name: text
                for key, name in shape.get("identify", {}).items()
                if (text := _read_text(fields.get(key)))
            },
            more=_list_unnamed(shape, fields),
            changes=tuple(_list_changes(shape, fields)),
        )
        return


def _list_changes(shape: Mapping[str, Any], fields: Mapping[str, Parameter]) -> Iterator[str]:
    """What becomes otherwise with a tag of the pack's own."""
    needed = shape.get("params_need", ())
    params = sorted(_read_params(shape, fields))
    if needed and params and all(_read_text(fields.get(key)) in _UNFILLED for key in needed):
        reason = f"its template leaves out without {' or '.join(f'`{key}`' for key in needed)}"
        yield f"{listing(params)} will be sent, which {reason}"
    yield from shape.get("changes", ())


def _find_on_server(
    platform: PackFile, shape: Mapping[str, Any], fields: Mapping[str, Parameter]
) -> Iterator[Use]:
    """A server's tag has the event's ID where it names none, and the event's name likewise."""
    server = _read_server_use(shape, fields)
    for use in _match_shape(platform, shape, fields):
        renames = shape["names"] if use.name is None else {}
        yield replace(use, has_event_id=True, is_server=True, renames=renames, server=server)


def _read_server_use(shape: Mapping[str, Any], fields: Mapping[str, Parameter]) -> ServerUse:
    filled = {
        key: text for key, item in fields.items() if (text := _read_text(item)) not in _UNFILLED
    }
    needed = shape.get("consent", {})
    said = (text for key, text in shape.get("says", {}).items() if key in filled)
    return ServerUse(
        {name: filled[key] for key, name in shape.get("settings", {}).items() if key in filled},
        shape.get("sends", {}),
        tuple(type_ for key in needed for type_ in needed[key].get(filled.get(key), ())),
        tuple(said),
    )


def _list_unnamed(shape: Mapping[str, Any], fields: Mapping[str, Parameter]) -> tuple[str, ...]:
    """The fields that are filled, and that the shape says nothing of."""
    named = shape["named"]
    as_empty = shape.get("as_empty", {})
    return tuple(
        key
        for key, item in fields.items()
        if key not in named
        and item.value not in _UNFILLED
        and item.value not in as_empty.get(key, ())
    )


def _read_params(
    shape: Mapping[str, Any], fields: Mapping[str, Parameter]
) -> dict[str, str | None]:
    params: dict[str, str | None] = {}
    for key, name in shape.get("params", {}).items():
        if _read_text(fields.get(key)):
            params[name] = _read_text(fields.get(key))
    return {**params, **_read_tables(shape, fields)}


def _read_tables(shape: Mapping[str, Any], fields: Mapping[str, Parameter]) -> dict[str, str]:
    """The parameters that tables name, which a template sends as they are."""
    params: dict[str, str] = {}
    for table in shape.get("tables", ()):
        listed = fields.get(table["list"])
        if listed is not None and listed.type == "LIST":
            params.update(_read_named_rows(listed, table["name"], table["value"]))
    return params


# Events that send the same parameters have equal tables, and to read one costs ten look-ups.
@lru_cache(maxsize=1024)
def _read_named_rows(table: Parameter, name_key: str, value_key: str) -> Mapping[str, str]:
    """The texts in one column of a table by those in another."""
    rows_by_name = {}
    for row in table.value or ():
        cells = row.value if isinstance(row, Parameter) else None
        by_key = {cell.key: cell for cell in cells or () if isinstance(cell, Parameter)}
        name = _read_text(by_key.get(name_key))
        if name:
            rows_by_name[name] = _read_text(by_key.get(value_key))
    return rows_by_name


def _read_text(parameter: Parameter | None) -> str:
    return parameter.value if parameter is not None and isinstance(parameter.value, str) else ""
