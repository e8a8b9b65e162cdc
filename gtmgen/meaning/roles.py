"""What a tag's fields are for: the account, the event's name, its ID, parameters, consent.

No platform is known by name here: a pack's blueprints say it of its own tags and of GTM's types,
its ``recognise.yaml`` of templates that others made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Any

from gtmgen.compare.snapshot import Snapshot
from gtmgen.container.entities import Kind
from gtmgen.lint.recognise import platforms
from gtmgen.meaning.model import Risk
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.packs.model import Blueprint, Pack, PackField


class Role(StrEnum):
    """What a field of a tag is for."""

    ACCOUNT = "account"
    EVENT = "event"
    EVENT_ID = "event_id"
    PARAM = "param"
    PERSON = "person"
    CONSENT = "consent"
    SETTING = "setting"


@dataclass(frozen=True)
class TagShape:
    """What is known of one type of tag: its platform, and roles by the keys of its fields."""

    pack: Pack
    roles: Mapping[str, Role]
    severities: Mapping[str, Risk]
    limits: frozenset[str] = frozenset()
    """The fields that limit what the platform may do with the data."""

    def role(self, key: str) -> Role:
        """A field that nothing is known about is a setting."""
        return self.roles.get(key, Role.SETTING)


def find_shape(type_: str, galleries: Mapping[str, str]) -> TagShape | None:
    """The shape of a canonical type: ``gaawe``, ``template TikTok Pixel (shop)``.

    ``galleries`` are the templates of GTM's gallery: name -> owner/repository.
    """
    name = type_.removeprefix("template ")
    if name == type_:
        return _collect_shapes_of_types().get(type_)
    gallery = galleries.get(name)
    if gallery is not None:
        return _build_shapes_of_gallery().get(gallery)
    return next(
        (
            s
            for own_name, s in _list_own_shapes()
            if name == own_name or name.startswith(f"{own_name} (")
        ),
        None,
    )


@lru_cache(maxsize=1)
def _list_packs() -> tuple[Pack, ...]:
    return tuple(load_pack(folder) for _, folder in sorted(find_packs().items()))


@lru_cache(maxsize=1)
def _list_own_shapes() -> tuple[tuple[str, TagShape], ...]:
    """By the names that a pack gives its templates, of websites and of server containers."""
    own = [
        (template.name, _make_shape(pack, [b for b in pack.blueprints if b.template == key]))
        for pack in _list_packs()
        for key, template in pack.templates.items()
    ]
    servers = [
        (pack.server.template.name, _make_shape_of_fields(pack, pack.server.fields))
        for pack in _list_packs()
        if pack.server is not None
    ]
    return (*own, *servers)


@lru_cache(maxsize=1)
def _collect_shapes_of_types() -> dict[str, TagShape]:
    """GTM's own types."""
    shapes: dict[str, TagShape] = {}
    for pack in _list_packs():
        for type_ in {item.type for item in pack.blueprints if item.template is None}:
            shapes[type_] = _make_shape(pack, [b for b in pack.blueprints if b.type == type_])
    for platform in platforms():
        for type_, shape in platform.tags.items():
            earlier = shapes.get(type_)
            roles = {**_collect_roles(shape), **(earlier.roles if earlier else {})}
            shapes[type_] = (
                replace(earlier, roles=roles) if earlier else TagShape(platform.pack, roles, {})
            )
    return shapes


@lru_cache(maxsize=1)
def _build_shapes_of_gallery() -> dict[str, TagShape]:
    return {
        name: TagShape(platform.pack, _collect_roles(shape), {})
        for platform in platforms()
        for name, shape in platform.templates.items()
    }


def _make_shape(pack: Pack, blueprints: list[Blueprint]) -> TagShape:
    return _make_shape_of_fields(
        pack, [field for blueprint in blueprints for field in blueprint.fields]
    )


def _make_shape_of_fields(pack: Pack, fields: Sequence[PackField]) -> TagShape:
    roles: dict[str, Role] = {}
    severities: dict[str, Risk] = {}
    limits = frozenset(
        field.key
        for field in fields
        if field.source == "setting_is"
        and all(is_limit(_find_setting(pack, name)) for name in field.argument)
    )
    for field in fields:
        role, severity = _find_role(pack, field)
        if roles.get(field.key, Role.SETTING) is Role.SETTING:
            roles[field.key] = role
            severities[field.key] = severity
    return TagShape(pack, roles, severities, limits)


def is_limit(schema: Mapping[str, Any]) -> bool:
    """Whether the platform may do less with the data while this setting is true."""
    return bool(schema.get("x-limits"))


def grade_limit(now: str) -> tuple[Risk, str]:
    """What switching such a setting on or off leads to, and the sentence that says so."""
    return (Risk.VALUES, "limit") if now == "true" else (Risk.PRIVACY, "limit_gone")


def _find_role(pack: Pack, field: PackField) -> tuple[Role, Risk]:
    if field.source == "event":
        return (Role.EVENT if field.argument == "name" else Role.EVENT_ID), Risk.DEDUPLICATION
    if field.source == "param" or field.argument == "params":
        return Role.PARAM, Risk.VALUES
    if field.source == "consent":
        return Role.CONSENT, Risk.PRIVACY
    names = [str(field.argument).removeprefix("setting.")]
    if field.source == "setting_is":
        names = list(field.argument)
    if field.source == "table" and names[0] in pack.data_settings:
        return Role.PERSON, Risk.PRIVACY
    for name in names:
        schema: Mapping[str, Any] = _find_setting(pack, name)
        severity = Risk(schema.get("x-change", Risk.VALUES))
        if severity is Risk.ACCOUNT:
            return Role.ACCOUNT, severity
        return Role.SETTING, severity
    return Role.SETTING, Risk.VALUES


def _find_setting(pack: Pack, name: str) -> Mapping[str, Any]:
    """What the pack says of a setting, of the account or of its server half."""
    halves = [pack.settings] if pack.server is None else [pack.server.settings, pack.settings]
    found = (half.get("properties", {}).get(name) for half in halves)
    return next((schema for schema in found if schema is not None), {})


def _collect_roles(shape: Mapping[str, Any]) -> dict[str, Role]:
    return dict(_list_pairs(shape))


def _list_pairs(shape: Mapping[str, Any]) -> Iterator[tuple[str, Role]]:
    for key in (*shape.get("params", {}), *(table["list"] for table in shape.get("tables", ()))):
        yield key, Role.PARAM
    for alternative in shape["event"]:
        if "parameter" in alternative:
            yield alternative["parameter"], Role.EVENT
    for key in shape.get("accounts", ()):
        yield key, Role.ACCOUNT
    if "event_id" in shape:
        yield shape["event_id"], Role.EVENT_ID


def list_galleries(snapshot: Snapshot) -> dict[str, str]:
    """The templates that came from GTM's gallery: name -> owner/repository."""
    galleries = {}
    for entry in snapshot.entries:
        reference = entry.form.get("galleryReference")
        if entry.kind is Kind.TEMPLATE and isinstance(reference, dict):
            galleries[entry.name] = f"{reference.get('owner')}/{reference.get('repository')}"
    return galleries
