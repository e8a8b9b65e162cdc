"""Templates that the Community Gallery holds: what a spec says of them, and what GTM has.

A spec may name one by owner and repository alone, or with its text beside that. Where it gives no
text, GTM's own is as it is to be, and only another version is a change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from msgspec.structs import replace

from gtmgen.container.entities import AnyEntity, BuiltIn, Container, Kind, Template
from gtmgen.container.gallery import reference_of
from gtmgen.plan.live import LiveEntity, LiveState
from gtmgen.plan.model import Action, Change

_PLACE = ("owner", "repository")
_DISPLAY_NAME = re.compile(r'"displayName": *"((?:[^"\\\n]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*)"')
_OURS = ("isModified",)
"""What a spec says by its silence: a template that it only names was not edited."""


def is_installed_by(change: Change) -> bool:
    """Whether the change is a template, or another version of it, to be had from the gallery."""
    if not _has_place(reference_of(change.desired)):
        return False
    if change.existing is None:
        return change.action is Action.CREATE
    return is_other_version(change.desired, change.existing)


def is_other_version(entity: AnyEntity | BuiltIn | None, existing: LiveEntity) -> bool:
    """Whether the same template of the gallery is to be there in another version.

    One that was edited in GTM, and is only named by the spec, is to be as the gallery has it.
    """
    reference, installed = reference_of(entity), existing.body.get("galleryReference") or {}
    if not _has_place(reference) or any(installed.get(key) != reference[key] for key in _PLACE):
        return False
    version = reference.get("version")
    edited = bool(installed.get("isModified")) and not reference.get("isModified")
    return (bool(version) and installed.get("version") != version) or edited


def is_as_installed(entity: AnyEntity, existing: LiveEntity) -> bool:
    """Whether it is the same template of the gallery, still under the name that this gives it."""
    reference, installed = reference_of(entity), existing.body.get("galleryReference") or {}
    if not _has_place(reference) or any(installed.get(key) != reference[key] for key in _PLACE):
        return False
    match = _DISPLAY_NAME.search(str(existing.body.get("templateData", "")))
    return match is not None and json.loads(f'"{match[1]}"') == existing.name


def add_installed_references(container: Container, live: LiveState) -> Container:
    """The container with what GTM adds to each template of the gallery, and texts it only names.

    What a spec leaves open of a ``galleryReference`` (the signature, the gallery's ID, and the
    version where it is not pinned) is as GTM has it.
    """
    if not any(reference_of(template) for template in container.templates):
        return container
    existing = [entity for entity in live.entities if entity.kind is Kind.TEMPLATE]
    copies = _list_copies(container.templates)
    templates = tuple(
        _drop_reference(template, existing)
        if template.name in copies
        else _build_completed(template, existing)
        for template in container.templates
    )
    return replace(container, templates=templates)


def _list_copies(templates: Iterable[Template]) -> frozenset[str]:
    """The names of templates that stand beside another one of the same place in the gallery.

    The gallery installs a template once. Of several, the one that nobody edited is it.
    """
    places: dict[tuple[Any, ...], list[Template]] = {}
    for template in templates:
        reference = reference_of(template)
        if _has_place(reference) and template.data:
            places.setdefault(tuple(reference[key] for key in _PLACE), []).append(template)
    return frozenset(
        template.name
        for same in places.values()
        for template in sorted(same, key=sort_edited_last)[1:]
    )


def sort_edited_last(template: Template) -> tuple[bool, str]:
    """Sorts templates: the gallery's own text first, and then by name."""
    return bool(reference_of(template).get("isModified")), template.name


def _drop_reference(template: Template, existing: Iterable[LiveEntity]) -> Template:
    """A copy as a template of one's own, unless GTM has it as one of the gallery's.

    The API takes no reference to the gallery with a new template.
    """
    if any(
        entity.name == template.name and entity.body.get("galleryReference") for entity in existing
    ):
        return template
    extra = tuple(item for item in template.extra if item[0] != "galleryReference")
    return replace(template, extra=extra)


def _has_place(reference: Mapping[str, Any]) -> bool:
    return all(reference.get(key) for key in _PLACE)


def _build_completed(template: Template, existing: Iterable[LiveEntity]) -> Template:
    reference = reference_of(template)
    if not _has_place(reference):
        return template
    same = [
        entity.body
        for entity in existing
        if all(
            (entity.body.get("galleryReference") or {}).get(key) == reference[key] for key in _PLACE
        )
    ]
    if not same:
        return template
    body = next((body for body in same if body.get("name") == template.name), same[0])
    installed = {key: item for key, item in body["galleryReference"].items() if key not in _OURS}
    extra = {**dict(template.extra), "galleryReference": {**installed, **reference}}
    return replace(
        template,
        data=template.data or str(body.get("templateData", "")),
        extra=tuple(extra.items()),
    )
