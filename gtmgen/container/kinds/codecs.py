"""How the values of fields are read and written, in GTM's JSON and in a spec's YAML.

``read`` and ``write`` of a codec are each other's inverse, and so are ``to_yaml`` and
``from_yaml``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from gtmgen.container.builtins import BUILT_IN_TRIGGER_IDS
from gtmgen.container.entities import EntityType, TemplateRef, TriggerId, TriggerRef
from gtmgen.container.fields import upper_snake
from gtmgen.container.names import Names, Refs
from gtmgen.container.parameters import (
    Json,
    OddFormError,
    read_parameter,
    read_parameters,
    scalar_text,
    write_parameter,
)
from gtmgen.container.plain import (
    PlainError,
    Read,
    file_text,
    from_plain,
    item_to_plain,
    mapping_from_plain,
    mapping_to_plain,
)
from gtmgen.container.plain_conditions import condition_from_plain, condition_to_plain
from gtmgen.container.plain_references import (
    trigger_from_plain,
    trigger_to_plain,
    type_from_plain,
    type_to_plain,
)
from gtmgen.container.values import Condition, Parameter

YamlPath = tuple[str | int, ...]


class NoWordError(Exception):
    """A value that the YAML has no word for: it goes under ``more``, as GTM has it."""


class YamlReader:
    """Reads values of a spec and notes all that is wrong, so that all of it shows."""

    def __init__(self, read: Read) -> None:
        self.read = read
        self.errors: list[PlainError] = []

    def convert(self, path: YamlPath, convert: Callable[..., Any], *arguments: Any) -> Any:
        """What is made of the value at a path; None where it stands for nothing."""
        try:
            return convert(*arguments)
        except PlainError as error:
            self.errors.append(error.below(*path))


def read_text(value: Any, names: Names) -> str:
    """Text as it is."""
    del names
    if not isinstance(value, str):
        raise OddFormError
    return value


def write_as_is(value: Any, refs: Refs) -> Any:
    """The value itself."""
    del refs
    return value


class Codec(Struct, frozen=True):
    """The four ways of a value; what is not said is text, and the same in all forms.

    ``read`` raises :class:`OddFormError` for JSON of a form that GTM does not give the field, and
    ``to_yaml`` raises :class:`NoWordError`. ``from_yaml`` gets what the schema allows, and notes
    in the reader what is wrong with it all the same. The ``default`` is never written into YAML.
    """

    read: Callable[[Any, Names], Any] = read_text
    write: Callable[[Any, Refs], Any] = write_as_is
    to_yaml: Callable[[Any], Any] = lambda value: value
    from_yaml: Callable[[Any, YamlPath, YamlReader], Any] = lambda value, _, __: value
    default: Any = None


def _read_each(read: Callable[[Any, Names], Any]) -> Callable[[Any, Names], Any]:
    def read_list(value: Any, names: Names) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)):
            raise OddFormError
        return tuple(read(item, names) for item in value)

    return read_list


def _list_codec(
    read: Callable[[Any, Names], Any],
    write: Callable[[Any, Refs], Any],
    to_yaml: Callable[[Any], Any],
    from_yaml: Callable[[Any], Any],
) -> Codec:
    """The codec of a list, from what reads and spells one item, and what writes all of them."""
    return Codec(
        _read_each(read),
        lambda value, refs: write(value, refs) if value else [],
        lambda value: [to_yaml(item) for item in value],
        lambda value, path, yaml: tuple(
            yaml.convert((*path, index), from_yaml, item) for index, item in enumerate(value)
        ),
        (),
    )


TEXT = Codec()
NOTES = Codec(default="")
TEMPLATE_TEXT = Codec(  # which may stand in a file
    from_yaml=lambda value, path, yaml: (
        (yaml.convert(path, file_text, value, yaml.read) if isinstance(value, dict) else value)
        or ""
    ),
    default=...,
)
"""A .tpl text. It stands in every spec, so it has no default."""


# -- numbers and flags -----------------------------------------------------------------


def _read_flag(value: Any, names: Names) -> bool:
    del names
    if not isinstance(value, bool):
        raise OddFormError
    return value


def _read_whole(value: Any, names: Names) -> int:
    del names
    if not isinstance(value, int) or isinstance(value, bool):
        raise OddFormError
    return value


FLAG = Codec(
    _read_flag,
    lambda value, _: value or None,  # GTM leaves it out where it is false
    from_yaml=lambda value, _, __: value is True,
    default=False,
)
WHOLE = Codec(_read_whole)


# -- references ------------------------------------------------------------------------


def read_type(value: Any, names: Names) -> EntityType:
    """GTM's own type, or the custom template that makes it."""
    type_ = read_text(value, names)
    name = names.templates.get(type_)
    return type_ if name is None else TemplateRef(name)


def read_trigger(value: Any, names: Names) -> TriggerRef:
    """The trigger behind an ID."""
    id_ = scalar_text(value)
    return BUILT_IN_TRIGGER_IDS.get(id_) or names.triggers.get(id_) or TriggerId(id_)


def _read_folder(value: Any, names: Names) -> str:
    if not isinstance(value, str) or value not in names.folders:
        raise OddFormError  # the ID of a folder that is not there stays
    return names.folders[value]


TYPE = Codec(
    read_type,
    lambda value, refs: refs.type(value),
    type_to_plain,
    lambda value, path, yaml: yaml.convert(path, type_from_plain, value),
)
TRIGGER_TYPE = Codec(  # an enum, where the other types are none
    lambda value, names: upper_snake(read_text(value, names)),
    from_yaml=lambda value, _, __: upper_snake(value),
)
FOLDER = Codec(_read_folder, lambda value, refs: None if value is None else refs.folder(value))
TRIGGERS = _list_codec(
    read_trigger,
    lambda triggers, refs: refs.triggers(triggers),
    trigger_to_plain,
    trigger_from_plain,
)


# -- parameters and conditions ---------------------------------------------------------


def _read_parameters_of_yaml(value: Any, path: YamlPath, yaml: YamlReader) -> Any:
    # One by one, so that each that is wrong shows.
    parts = [value] if "$parameters" in value else [{key: value[key]} for key in sorted(value)]
    converted = [yaml.convert(path, mapping_from_plain, part, yaml.read) for part in parts]
    return tuple(item for items in converted if items for item in items)


def _write_parameters(value: tuple[Parameter, ...], refs: Refs) -> list[Json]:
    shared = refs.shared
    if shared is None:
        return [write_parameter(item, refs) for item in value]
    return [
        shared.get(item) or shared.setdefault(item, write_parameter(item, refs)) for item in value
    ]


def _read_condition(item: Any, names: Names) -> Condition:
    if not isinstance(item, dict) or item.keys() != {"type", "parameter"}:
        raise OddFormError
    type_ = upper_snake(read_text(item["type"], names))
    return Condition(type_, read_parameters(item["parameter"], names))


def _write_condition(item: Condition, refs: Refs) -> Json:
    shared = refs.shared
    written = None if shared is None else shared.get(item)
    if written is None:
        written = {"type": item.type, "parameter": _write_parameters(item.parameter, refs)}
        if shared is not None:
            shared[item] = written
    return written


def read_text_parameter(value: Any, names: Names) -> str:
    """The text of a parameter that holds nothing else."""
    parameter = read_parameter(value, names)
    if parameter.type != "TEMPLATE" or parameter.key is not None or parameter.weak:
        raise OddFormError
    return str(parameter.value or "")


def _write_text_parameter(value: str | None, refs: Refs) -> Json | None:
    return (
        None if value is None else write_parameter(Parameter("TEMPLATE", None, value or None), refs)
    )


def _read_nothing(value: Any, names: Names) -> Any:
    raise OddFormError


PARAMETERS = Codec(
    read_parameters, _write_parameters, mapping_to_plain, _read_parameters_of_yaml, ()
)
SETTING = Codec(
    read_parameter,
    write_parameter,
    item_to_plain,
    lambda value, path, yaml: yaml.convert(path, from_plain, None, value),
)
TEXT_PARAMETER = Codec(read_text_parameter, _write_text_parameter)
CONDITIONS = _list_codec(
    _read_condition,
    lambda conditions, refs: [_write_condition(item, refs) for item in conditions],
    condition_to_plain,
    condition_from_plain,
)
COMPILED_ONLY = Codec(_read_nothing)
"""What the compiler sets; of what is read, it stays as it stands."""


# -- JSON that stays as it is ----------------------------------------------------------


def _write_gallery(value: Any) -> Json:
    if not isinstance(value, dict):
        raise NoWordError
    return value


GALLERY = Codec(to_yaml=_write_gallery, from_yaml=lambda value, _, __: dict(value))
