"""Tags of the templates that gtmgen's packs ship, in a container that a spec was compiled to.

A pack says how it fills each field of its template, so its tags are read the other way round.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from gtmgen.container.entities import EntityType, Kind, Template, TemplateRef
from gtmgen.container.values import Parameter
from gtmgen.lint.template_fields import fields_of_template
from gtmgen.lint.uses import EVENT, LOAD, PackFile, ServerUse, Use
from gtmgen.lint.view import ContainerView
from gtmgen.packs.model import Blueprint, Pack, PackField

_BRAND = "gtmgen"
"""The maker that the templates of the packs name in their description."""
_INFO = re.compile(r"^___INFO___\n(.*?)(?=^___[A-Z_]+___$|\Z)", re.MULTILINE | re.DOTALL)


class OwnTemplate:
    """A template that a pack ships; without blueprints, it is that of a server container.

    ``fields`` are the names of those that the pack fills.
    """

    def __init__(
        self, platform: PackFile, filled: Sequence[PackField], blueprints: Sequence[Blueprint]
    ) -> None:
        self.fields = frozenset(field.key for field in filled)
        self._platform = platform
        self._filled = filled
        self._blueprints = blueprints

    def read(self, fields: Mapping[str, Parameter]) -> Iterator[Use]:
        """What a tag does: it loads the account's code, and sends an event or a page view."""
        if not self._blueprints:
            yield _move_to_server(_read_event(self._platform, self._filled, fields))
            return
        for blueprint in self._blueprints:
            if _is_made_by(blueprint, fields):
                use = _read_event(self._platform, blueprint.fields, fields, blueprint.event)
                yield Use(
                    self._platform,
                    LOAD,
                    accounts=use.accounts,
                    history_off=not _is_watching_history(blueprint, fields),
                    is_own=True,
                )
                yield use
                return


def own_templates(
    view: ContainerView, shipped: Sequence[OwnTemplate]
) -> Mapping[EntityType, OwnTemplate]:
    """The packs' templates that a container has, by the type of what they make."""
    templates: dict[EntityType, OwnTemplate] = {}
    for template in view.of_kind(Kind.TEMPLATE):
        if isinstance(template, Template) and _is_branded(template.data):
            names = fields_of_template(template.data) or frozenset()
            match = next((one for one in shipped if one.fields <= names), None)
            if match is not None:
                templates[TemplateRef(template.name)] = match
    return templates


def shipped_templates(platforms: Sequence[PackFile]) -> Sequence[OwnTemplate]:
    """The templates with which the packs' tags are made."""
    return tuple(one for platform in platforms for one in _list_templates(platform))


def _list_templates(platform: PackFile) -> Iterator[OwnTemplate]:
    pack = platform.pack
    for key in pack.templates:
        blueprints = [blueprint for blueprint in pack.blueprints if blueprint.template == key]
        filled = [field for blueprint in blueprints for field in blueprint.fields]
        if blueprints:
            yield OwnTemplate(platform, filled, blueprints)
    if pack.server is not None:
        yield OwnTemplate(platform, pack.server.fields, ())


def _is_branded(data: str) -> bool:
    match = _INFO.search(data.replace("\r\n", "\n")) if _BRAND in data else None
    try:
        info = json.loads(match.group(1)) if match else None
    except (ValueError, RecursionError):
        return False
    brand = info.get("brand") if isinstance(info, dict) else None
    return isinstance(brand, dict) and brand.get("displayName") == _BRAND


def _is_made_by(blueprint: Blueprint, fields: Mapping[str, Parameter]) -> bool:
    """Whether the fields that the pack fixes have its values; one that is empty may have any."""
    return all(
        _read_text(fields.get(field.key)) in ("", str(field.argument))
        for field in blueprint.fields
        if field.source == "const"
    )


def _is_watching_history(blueprint: Blueprint, fields: Mapping[str, Parameter]) -> bool:
    """Whether the platform's code is told to send page views by itself."""
    return any(
        field.source == "setting_is"
        and "page_view" in field.argument
        and _read_text(fields.get(field.key)) == "true"
        for field in blueprint.fields
    )


def _read_event(
    platform: PackFile,
    made_of: Sequence[PackField],
    fields: Mapping[str, Parameter],
    event: str | None = None,
) -> Use:
    pack = platform.pack
    keys = {(field.source, str(field.argument)): field.key for field in made_of}
    account = _read_text(fields.get(keys.get(("setting", _find_account(pack)), "")))
    name = event or _read_text(fields.get(keys.get(("event", "name"), "")))
    event_id = _read_text(fields.get(keys.get(("event", "id"), "")))
    return Use(
        platform,
        EVENT,
        name=name if name and "{{" not in name else None,
        accounts=(account,) if account else (),
        has_event_id=bool(event_id),
        event_id=event_id or None,
        params=dict(_read_params(pack, made_of, fields)),
        lacks_account=not account,
        identify=_read_table(fields.get(keys.get(("table", "setting.identify"), ""))),
        is_own=True,
    )


def _move_to_server(use: Use) -> Use:
    """A server's tag has the ID that came with the hit, and says what of it is a parameter."""
    return replace(use, has_event_id=True, is_server=True, server=ServerUse({}, {}, (), ()))


def _find_account(pack: Pack) -> str:
    return pack.observer.account if pack.observer is not None else ""


def _read_params(
    pack: Pack, made_of: Sequence[PackField], fields: Mapping[str, Parameter]
) -> Iterator[tuple[str, str | None]]:
    """The platform's parameters: those that have fields of their own, and those in the table."""
    for field in made_of:
        filled = fields.get(field.key)
        if field.source == "param" and _read_text(filled):
            pack_param = pack.params.get(str(field.argument))
            yield (
                (pack_param.to if pack_param is not None else str(field.argument)),
                _read_text(filled),
            )
        elif field.source == "table" and field.argument == "params":
            yield from _read_table(filled).items()


def _read_table(table: Parameter | None) -> dict[str, str]:
    """The second column of a table by its first."""
    pairs = {}
    for row in table.value or () if table is not None and table.type == "LIST" else ():
        cells = row.value if isinstance(row, Parameter) and row.type == "MAP" else ()
        texts = {cell.key: _read_text(cell) for cell in cells or () if isinstance(cell, Parameter)}
        if texts.get("name"):
            pairs[texts["name"]] = texts.get("value", texts.get("key", ""))
    return pairs


def _read_text(parameter: Parameter | None) -> str:
    return parameter.value if parameter is not None and isinstance(parameter.value, str) else ""
