"""What the tags of a pack's blueprints send: parameters and tables from data keys and settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from gtmgen.compile.context import Context
from gtmgen.compile.variables import first_of, or_site_currency, readable
from gtmgen.container.entities import EntityType
from gtmgen.container.values import Parameter, rows, text
from gtmgen.packs.model import Blueprint, PackField
from gtmgen.spec.model import ParamSource, Platform
from gtmgen.spec.texts import to_text


class Prepared(Struct):
    """A blueprint for one platform: what does not depend on the event is made once."""

    blueprint: Blueprint
    type: EntityType
    fields: tuple[Parameter | PackField, ...]
    of_event: tuple[tuple[int, PackField], ...]
    """The fields that depend on the event, each with its place among all."""
    with_name: frozenset[str] = frozenset()
    """The tables that hold the event's name; all others are shared by more events."""
    tables: dict[tuple[object, ...], Parameter | None] = field(default_factory=dict)


class Sent(Struct, frozen=True):
    """What one tag sends: the platform's event name, the event ID, the parameters."""

    name: str
    id: str
    params: Mapping[str, ParamSource]
    consent: tuple[str, ...] = ()


class TagParameters:
    """Fills the fields of blueprints; what does not depend on the event, once."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def prepare(self, platform: Platform, blueprint: Blueprint, type_: EntityType) -> Prepared:
        """A blueprint for one platform."""
        fields = [
            self._field(platform, item)
            for item in blueprint.fields
            if not item.when or applies(platform, item.when)
        ]
        present = tuple([item for item in fields if item is not None])
        of_event = tuple(
            [(index, item) for index, item in enumerate(present) if isinstance(item, PackField)]
        )
        with_name = frozenset([item.key for _, item in of_event if refers_to("name", item)])
        return Prepared(blueprint, type_, present, of_event, with_name)

    def fill(self, platform: Platform, prepared: Prepared, sent: Sent) -> tuple[Parameter, ...]:
        """The parameters of one tag."""
        parameters: list[Any] = [*prepared.fields]
        for index, item in prepared.of_event:
            parameters[index] = self._parameter(platform, prepared, item, sent)
        return tuple(filter(None, parameters))

    def _field(self, platform: Platform, item: PackField) -> Parameter | PackField | None:
        """The parameter itself where it does not depend on the event."""
        if item.source not in ("const", "setting", "setting_is"):
            return item
        value = self._fixed(platform, item.source, item.argument)
        return None if value is None else self._context.parameter(item.key, value)

    def _fixed(self, platform: Platform, source: str, argument: Any) -> Any:
        if source == "const":
            return argument
        if source == "setting":
            return platform.setting(argument)
        return all(
            to_text(platform.setting(name)) == to_text(value) for name, value in argument.items()
        )

    def _parameter(
        self, platform: Platform, prepared: Prepared, item: PackField, sent: Sent
    ) -> Parameter | None:
        if item.source == "event":
            return text(item.key, self._of_event(item.argument, sent))
        if item.source == "consent":
            return self._consent(platform, item, sent)
        if item.source == "param":
            source = sent.params.get(item.argument)
            pack_param = platform.pack.params.get(item.argument)
            type_ = pack_param.type if pack_param else "any"
            return None if source is None else text(item.key, self._source(platform, source, type_))
        name = sent.name if item.key in prepared.with_name else ""
        # What a table is made of: those of equal contents are one.
        known_as = (item.key, name, sent.id, *sent.params.items())
        if known_as not in prepared.tables:
            prepared.tables[known_as] = self._table(platform, item, sent)
        return prepared.tables[known_as]

    def _consent(self, platform: Platform, item: PackField, sent: Sent) -> Parameter | None:
        """The types that the tag needs, or those of its account where they are others."""
        if item.argument == "types":
            return text(item.key, ",".join(sent.consent)) if sent.consent else None
        if set(platform.consent) == set(sent.consent):
            return None
        return text(item.key, ",".join(platform.consent) or "not_required")

    def _source(self, platform: Platform, source: ParamSource, type_: str) -> str:
        if platform.pack.drops_unreadable and isinstance(source, str):
            return readable(self._context, source, type_)
        return self._context.source(source)

    def _of_event(self, what: str, sent: Sent) -> str:
        return sent.id if what == "id" else self._context.literal(sent.name)

    def _table(self, platform: Platform, item: PackField, sent: Sent) -> Parameter | None:
        """A table of names and values; what a row of the blueprint says stands in it once."""
        columns = tuple(item.options["columns"])
        cells: list[tuple[str, ...]] = []
        if item.argument == "params":
            cells = sorted(self._param_cells(platform, item, sent))
        elif item.argument != "none":
            setting = item.argument.removeprefix("setting.")
            cells = [
                (name, first_of(self._context, keys), "any")
                for name, keys in platform.data_keys(setting)
            ]
        own_rows = {
            row["name"]: value
            for row in item.options.get("rows", ())
            if (value := self._row_value(platform, row, sent)) is not None
            # What the event itself says goes before a setting of the platform.
            and not ("data" in row and any(cell[0] == row["name"] for cell in cells))
        }
        cells = [cell for cell in cells if cell[0] not in own_rows]
        cells.extend((name, value, "any") for name, value in own_rows.items())
        return rows(item.key, columns, [cell[: len(columns)] for cell in cells]) if cells else None

    def _param_cells(
        self, platform: Platform, item: PackField, sent: Sent
    ) -> Iterator[tuple[str, str, str]]:
        """The platform's name, the value and the type of each parameter that it takes."""
        pack, skip = platform.pack, item.options.get("except", ())
        for canonical, source in sent.params.items():
            pack_param = pack.params.get(canonical)
            if canonical in skip or (pack_param is None and not pack.passes_unknown_params):
                continue
            to, type_ = (pack_param.to, pack_param.type) if pack_param else (canonical, "any")
            cell = self._source(platform, source, type_)
            if canonical == "currency" and "value" in sent.params:
                cell = or_site_currency(self._context, source, cell)
            yield to, cell, type_

    def _row_value(self, platform: Platform, row: Mapping[str, Any], sent: Sent) -> str | None:
        if not applies(platform, row.get("when", {})):
            return None
        if "event" in row:
            return self._of_event(row["event"], sent)
        if "data" in row:
            keys = [key for _, keys in platform.data_keys(row["data"]) for key in keys]
            return first_of(self._context, tuple(keys)) if keys else None
        value = row["const"] if "const" in row else platform.setting(row["setting"])
        return None if value is None else self._context.literal(to_text(value))


def applies(platform: Platform, when: Mapping[str, tuple[Any, ...]]) -> bool:
    """Whether a part of a blueprint is for a platform with these settings."""
    return not when or all(
        to_text(platform.setting(name)) in map(to_text, values) for name, values in when.items()
    )


def refers_to(what: str, item: PackField) -> bool:
    """Whether a field holds the event's ID or name."""
    if item.source == "event":
        return bool(item.argument == what)
    return any(row.get("event") == what for row in item.options.get("rows", ()))
