"""Variables to data keys, by the data sources of the language (`spec/sources/`)."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from gtmgen.container.builtins import KEY_OF_NAME
from gtmgen.container.entities import Kind, Variable
from gtmgen.importer.lift.model import Lift, LiftedContainer
from gtmgen.spec.lifting import NotLiftedError, ParameterFields, literal, speakable
from gtmgen.spec.sources.registry import SOURCE_OF_TYPE
from gtmgen.spec.sources.template import lift_template

Data = dict[str, Any]

_CASES = {"LOWERCASE": "lower", "UPPERCASE": "upper"}
_FORMAT = {"convertNullToValue": "null", "convertUndefinedToValue": "undefined"}


def lift_variable(
    source: LiftedContainer, variable: Variable, personal: Container[str] = ()
) -> Lift:
    """The data key that compiles to this variable; ``personal`` are the names of those with
    personal data. Raises :class:`NotLiftedError`."""
    name = speakable(variable.name)
    # A reference to that name means the built-in variable, in GTM and in the spec.
    if name in KEY_OF_NAME or name == "_event":
        raise NotLiftedError("it has the name of a built-in variable")
    data = lift_template(source, variable) or _lift_type(source, variable)
    data.update(_format(variable))
    if variable.notes:
        data["description"] = variable.notes
    if variable.protected:
        data["protected"] = True
    if variable.name in personal:
        data["pii"] = True
    data["name"] = name
    if variable.folder is not None:
        data["folder"] = variable.folder
    entity = (Kind.VARIABLE, name)
    return Lift("data", source.keys[entity], data, (entity,))


def _lift_type(source: LiftedContainer, variable: Variable) -> Data:
    form = SOURCE_OF_TYPE.get(str(variable.type))
    if form is None or (form.is_for_servers and source.context != "SERVER"):
        raise NotLiftedError(f"the language has no source for variables of type `{variable.type}`")
    fields = ParameterFields.of(variable.parameter)
    data = form.lift(source, fields)
    # Raises where a parameter is left over: what the form did not read would be lost.
    fields.finish()
    return data


# -- what is done with the value -------------------------------------------------------


def _format(variable: Variable) -> Data:
    replace, case = _lift_replacements(variable)
    data: Data = {}
    if replace:
        data["replace"] = replace
    if case is not None:
        data["case"] = case
    return data


def _lift_replacements(variable: Variable) -> tuple[dict[str, str], str | None]:
    """What replaces null and undefined, and the case; the reader leaves the whole of a form
    that has more than the first two as it is."""
    values = {"null": variable.null_value, "undefined": variable.undefined_value}
    replace = {word: literal(value) for word, value in values.items() if value is not None}
    more = dict(variable.extra)
    format_ = more.pop("formatValue", None)
    if more:
        raise NotLiftedError(f"the language has no word for `{min(more)}`")
    if not format_:
        return replace, None
    if replace or not isinstance(format_, dict):
        raise NotLiftedError("its `formatValue` has an odd form")
    case = None
    for field, value in format_.items():
        if field == "caseConversionType":
            case = _CASES.get(str(value).upper())
            if case is None:
                raise NotLiftedError(f"the language has no word for the case `{value}`")
        elif field in _FORMAT:
            replace[_FORMAT[field]] = _describe_replacement(value)
        else:
            raise NotLiftedError(f"the language has no word for `{field}`")
    return replace, case


def _describe_replacement(value: Any) -> str:
    if not isinstance(value, dict) or not value.keys() <= {"type", "value"}:
        raise NotLiftedError("its `formatValue` has an odd form")
    if str(value.get("type")).upper() != "TEMPLATE" or not isinstance(value.get("value", ""), str):
        raise NotLiftedError("its `formatValue` has an odd form")
    return literal(value.get("value", ""))
