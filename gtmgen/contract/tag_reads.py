"""What the tags that a spec keeps in GTM's own words read: followed through variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from gtmgen.container.body import body
from gtmgen.container.entities import AnyEntity, Container, Kind, Tag, Variable
from gtmgen.container.names import AS_NAMED
from gtmgen.container.references import references
from gtmgen.container.values import Parameter
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.spec.model import Spec

_LONGEST_VALUE = 200  # characters; what is longer is code
_SENDS_ECOMMERCE, _ECOMMERCE_FROM, _DATA_LAYER = (
    "sendEcommerceData",
    "getEcommerceDataFrom",
    "dataLayer",
)
"""With these, GA4's tag sends whatever the message has below `ecommerce`."""
_ECOMMERCE = "ecommerce"
_PLACE_IN = {"v": "name", "ed": "keyPath"}
"""The parameter of a raw variable that says where in the data layer, or in a hit, its value is."""
_CALLED_NAME = re.compile(r"name|key|param|field|property", re.IGNORECASE)


@dataclass(frozen=True)
class TagValue:
    """One value of a tag: a row of a table of its parameters, or a parameter.

    ``text`` is as GTM has it, references and all; empty where it is code. ``variables`` are the
    names in it; ``data`` the data keys that these lead to, ``paths`` the places in the data layer,
    or in the event data of a server container.
    """

    name: str
    text: str
    variables: tuple[str, ...]
    data: tuple[str, ...]
    paths: tuple[str, ...]


class TagReads:
    """Looks up what raw tags read, by their keys under ``gtm.tags``."""

    def __init__(self, spec: Spec, container: Container) -> None:
        self._spec = spec
        self._tags = {
            tag.owner.key.removeprefix("tag/gtm/"): tag
            for tag in container.tags
            if tag.owner is not None and tag.raw
        }
        self._variables = {variable.name: variable for variable in container.variables}
        self._names = {name: tuple(_list_names_in(item)) for name, item in self._variables.items()}

    def data(self, key: str) -> tuple[str, ...]:
        """The data keys that a tag reads."""
        tag = self._tags.get(key)
        return () if tag is None else self._list_data(_list_names_in(tag))

    def values(self, key: str) -> tuple[TagValue, ...]:
        """The values of a tag that come from variables, or that name what is sent."""
        tag = self._tags.get(key)
        return () if tag is None else tuple(self._list_values(tag))

    def types(self) -> Mapping[str, str]:
        """Data keys without a type of their own -> that of the parameter which they fill in tags
        of a pack's own GTM type."""
        found: dict[str, set[str]] = {}
        for key, tag in self._tags.items():
            params = _list_param_types().get(str(tag.type), {})
            for value in self.values(key) if params else ():
                variable = self._variables.get(value.text[2:-2]) if value.variables else None
                data = self._spec.data.get(_find_data_key(variable)) if variable else None
                if data is not None and data.type == "any" and value.name in params:
                    found.setdefault(data.key, set()).add(params[value.name])
        return {key: types.pop() for key, types in found.items() if len(types) == 1}

    def _list_values(self, tag: Tag) -> Iterator[TagValue]:
        for parameter in tag.parameter:
            rows = parameter.value if isinstance(parameter.value, tuple) else None
            if rows is None:
                yield from self._read_value(str(parameter.key), parameter, always=False)
            for row in rows or ():
                yield from self._list_row_values(str(parameter.key), row)
        if _does_send_ecommerce(tag):
            yield TagValue(_SENDS_ECOMMERCE, "", (), (), (_ECOMMERCE,))

    def _list_row_values(self, table: str, row: Parameter) -> Iterator[TagValue]:
        """Of a row with a name, the values beside it; of others, what they read, under the table's
        name."""
        cells = row.value if isinstance(row.value, tuple) else (row,)
        named = _find_name(cells)
        if named is None:
            for cell in cells:
                yield from self._read_cell(table, cell)
            return
        yield from self._read_value(table, named, always=False)
        values = [*self._list_row_reads(str(named.value), cells, named)]
        if not values:
            for cell in _find_value(cells, named):
                yield from self._read_value(str(named.value), cell, always=True)
        yield from values

    def _list_row_reads(
        self, name: str, cells: Sequence[Parameter], named: Parameter
    ) -> Iterator[TagValue]:
        for cell in cells:
            if cell is not named:
                yield from self._read_cell(name, cell)

    def _read_cell(self, name: str, cell: Parameter) -> Iterator[TagValue]:
        """What a cell reads, which may be a table itself."""
        if isinstance(cell.value, tuple):
            for inner in cell.value:
                yield from self._read_cell(name, inner)
        else:
            yield from self._read_value(name, cell, always=False)

    def _read_value(self, name: str, parameter: Parameter, *, always: bool) -> Iterator[TagValue]:
        text = parameter.value if isinstance(parameter.value, str) else ""
        names = tuple(dict.fromkeys(item.name for item in references({"value": text})))
        if names or (always and text):
            is_code = len(text) > _LONGEST_VALUE or "\n" in text
            yield TagValue(
                name,
                "" if is_code else text,
                names,
                self._list_data(names),
                tuple(self._list_paths(names)),
            )

    def _list_data(self, names: Iterator[str] | tuple[str, ...]) -> tuple[str, ...]:
        keys = (_find_data_key(self._variables[name]) for name in self._list_reached(names))
        return tuple(dict.fromkeys(key for key in keys if key in self._spec.data))

    def _list_paths(self, names: tuple[str, ...]) -> Iterator[str]:
        for name in self._list_reached(names):
            variable = self._variables[name]
            data = self._spec.data.get(_find_data_key(variable))
            if data is not None and data.source in ("path", "event_data"):
                yield str(data.argument)
            elif data is None and variable.raw and variable.type in _PLACE_IN:
                parameters: Mapping[str | None, Parameter] = {p.key: p for p in variable.parameter}
                place = parameters.get(_PLACE_IN[variable.type])
                if place is not None:
                    yield str(place.value or "")

    def _list_reached(self, names: Iterator[str] | tuple[str, ...]) -> list[str]:
        """Variables of the container in the order in which they are met."""
        reached: dict[str, None] = {}
        waiting = [*names][::-1]
        while waiting:
            name = waiting.pop()
            if name in self._variables and name not in reached:
                reached[name] = None
                waiting += reversed(self._names[name])
        return [*reached]


@lru_cache(maxsize=1)
def _list_param_types() -> Mapping[str, Mapping[str, str]]:
    """GTM's type of a tag -> the types of the parameters that the pack knows which makes such."""
    types: dict[str, Mapping[str, str]] = {}
    for _, folder in sorted(find_packs().items()):
        pack = load_pack(folder)
        params = {param.to: param.type for param in pack.params.values()}
        for blueprint in pack.blueprints:
            if blueprint.template is None and blueprint.per == "event":
                types[blueprint.type] = params
    return types


def _find_name(cells: Sequence[Parameter]) -> Parameter | None:
    """The cell that names what the others of its row say, whatever its template calls it."""
    texts = [cell for cell in cells if isinstance(cell.value, str) and cell.value]
    if len(cells) < 2 or not texts:
        return None
    return min(
        texts,
        key=lambda cell: (
            _is_value(cell),
            _CALLED_NAME.search(str(cell.key)) is None,
            "{{" in str(cell.value),
        ),
    )


def _find_value(cells: Sequence[Parameter], named: Parameter) -> list[Parameter]:
    """What is sent under the name: other cells say how, such as by which transformation."""
    rest = [cell for cell in cells if cell is not named and isinstance(cell.value, str)]
    return [cell for cell in rest if _is_value(cell)] or rest


def _is_value(cell: Parameter) -> bool:
    return "value" in str(cell.key).lower()


def _does_send_ecommerce(tag: Tag) -> bool:
    fields = {item.key: item.value for item in tag.parameter}
    is_sent = fields.get(_SENDS_ECOMMERCE) == "true"
    return is_sent and fields.get(_ECOMMERCE_FROM, _DATA_LAYER) == _DATA_LAYER


def _list_names_in(entity: AnyEntity) -> Iterator[str]:
    for item in references(body(entity, AS_NAMED)):
        if item.kind is Kind.VARIABLE:
            yield item.name


def _find_data_key(variable: Variable) -> str:
    return "" if variable.owner is None else variable.owner.key.removeprefix("variable/")
