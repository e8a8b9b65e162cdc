"""Variables to data keys: one function for each type that the language has a source for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from gtmgen.container.builtins import KEY_OF_NAME
from gtmgen.container.entities import REFERENCE, Kind, Parameter, TemplateRef, Variable
from gtmgen.container.plain import mapping_to_plain
from gtmgen.importer.lift.model import Lift, Source
from gtmgen.importer.lift.values import (
    Fields,
    NotLiftedError,
    built_in_key,
    fields_of,
    literal,
    speakable,
    variable_key,
)
from gtmgen.spec.schema import URL_COMPONENTS
from gtmgen.spec.texts import has_loose_braces

Data = dict[str, Any]

_CASES = {"LOWERCASE": "lower", "UPPERCASE": "upper"}
_FORMAT = {"convertNullToValue": "null", "convertUndefinedToValue": "undefined"}


def lift_variable(source: Source, variable: Variable) -> Lift:
    """The data key that compiles to this variable. Raises :class:`NotLiftedError`."""
    name = speakable(variable.name)
    if name in KEY_OF_NAME or name == "_event":
        raise NotLiftedError("it has the name of a built-in variable")
    data = _made_from_template(source, variable) or _of_type(source, variable)
    data.update(_format(variable))
    if variable.notes:
        data["description"] = variable.notes
    data["name"] = name
    if variable.folder is not None:
        data["folder"] = variable.folder
    place = (Kind.VARIABLE, name)
    return Lift("data", source.keys[place], data, (place,))


def _of_type(source: Source, variable: Variable) -> Data:
    recognise = _TYPES.get(str(variable.type))
    if variable.type in _OF_SERVERS and source.context != "SERVER":
        recognise = None
    if recognise is None:
        raise NotLiftedError(f"the language has no source for variables of type `{variable.type}`")
    fields = Fields.of(variable.parameter)
    data = recognise(source, fields)
    fields.finish()
    return data


def _made_from_template(source: Source, variable: Variable) -> Data | None:
    """A custom template's variable with its fields as they are; None for any other one."""
    of = variable.type.template if isinstance(variable.type, TemplateRef) else str(variable.type)
    if not isinstance(variable.type, TemplateRef) and not of.startswith("cvt_"):
        return None
    for text in source.texts(variable):
        for name in REFERENCE.findall(text):
            if name in KEY_OF_NAME:
                built_in_key(source, name)
    fields = mapping_to_plain(variable.parameter)
    if "$parameters" in fields:
        raise NotLiftedError("its parameters have an odd form")
    return {"template": {"of": of, **({"fields": fields} if fields else {})}}


# -- what is done with the value -------------------------------------------------------


def _format(variable: Variable) -> Data:
    replace, case = _replacements(variable)
    data: Data = {}
    if replace:
        data["replace"] = replace
    if case is not None:
        data["case"] = case
    return data


def _replacements(variable: Variable) -> tuple[dict[str, str], str | None]:
    """What replaces null and undefined, and the case; the reader leaves the whole of a form
    that has more than the first two as it is."""
    found = {"null": variable.null_value, "undefined": variable.undefined_value}
    replace = {word: literal(value) for word, value in found.items() if value is not None}
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
            replace[_FORMAT[field]] = _replacement(value)
        else:
            raise NotLiftedError(f"the language has no word for `{field}`")
    return replace, case


def _replacement(value: Any) -> str:
    if not isinstance(value, dict) or not value.keys() <= {"type", "value"}:
        raise NotLiftedError("its `formatValue` has an odd form")
    if str(value.get("type")).upper() != "TEMPLATE" or not isinstance(value.get("value", ""), str):
        raise NotLiftedError("its `formatValue` has an odd form")
    return literal(value.get("value", ""))


# -- types -----------------------------------------------------------------------------


def _data_layer(source: Source, fields: Fields) -> Data:
    del source
    if fields.whole("dataLayerVersion") != 2:
        raise NotLiftedError("it reads version 1 of the data layer")
    return {"path": fields.filled("name"), "scope": "model", **_default(fields)}


def _default(fields: Fields) -> Data:
    if "setDefaultValue" in fields and fields.flag("setDefaultValue"):
        return {"default": fields.text("defaultValue")}
    return {}


def _cookie(source: Source, fields: Fields) -> Data:
    del source
    decode = fields.flag("decodeCookie")
    return {"cookie": fields.filled("name"), **({} if decode else {"decode": False})}


def _url(source: Source, fields: Fields) -> Data:
    component = _component(fields)
    options: Data = {"component": component}
    if component == "query":
        options["key"] = fields.filled("queryKey")
    if "defaultPages" in fields:
        options["default_pages"] = [_page(item) for item in fields.items("defaultPages")]
    if "customUrlSource" in fields:
        options["source"] = variable_key(source, fields.template("customUrlSource"))
    if "stripWww" in fields:
        options["strip_www"] = fields.flag("stripWww")
    if options.keys() == {"component", "key"}:
        return {"query": options["key"]}
    return {"url": component if len(options) == 1 else options}


def _element(source: Source, fields: Fields) -> Data:
    """What GTM calls an auto-event variable; its other kinds are built-in variables' own."""
    del source
    default = _default(fields)
    kind = fields.text("varType")
    if kind == "ATTRIBUTE":
        return {"element": {"attribute": fields.filled("attribute")}, **default}
    if kind != "URL":
        raise NotLiftedError(f"the language has no word for the kind `{kind}` of its element")
    component = _component(fields)
    options: Data = {"url": component}
    if component == "query":
        options["key"] = fields.filled("queryKey")
    if "stripWww" in fields:
        options["strip_www"] = fields.flag("stripWww")
    if "defaultPages" in fields:
        options["default_pages"] = [_page(item) for item in fields.items("defaultPages")]
    return {"element": options, **default}


def _page(item: Parameter) -> str:
    if item.type != "TEMPLATE" or item.key is not None or not isinstance(item.value, str):
        raise NotLiftedError("its list of default pages has an odd form")
    return literal(item.value)


def _component(fields: Fields) -> str:
    component = fields.text("component").lower()
    if component == "query" and "queryKey" not in fields:
        return "query_string"
    if component not in URL_COMPONENTS or component == "query_string":
        raise NotLiftedError(f"the language has no word for the component `{component}`")
    return component


def _referrer(source: Source, fields: Fields) -> Data:
    del source
    component = _component(fields)
    if component == "query":
        raise NotLiftedError("it reads a parameter of the referrer")
    return {"referrer": component}


def _js(source: Source, fields: Fields) -> Data:
    del source
    return {"js": fields.filled("name")}


def _constant(source: Source, fields: Fields) -> Data:
    value = fields.template("value")
    if not value:
        raise NotLiftedError("`value` is empty")
    return {"constant": _text_of(source, value)}


def _text_of(source: Source, template: str) -> str | Data:
    """A value of a table, or a constant: as it stands, or with the keys of what it refers to."""
    if "{{" not in template:
        return template
    text = REFERENCE.sub(lambda found: f"{{{{{variable_key(source, found.group())}}}}}", template)
    if has_loose_braces({"text": text}):
        raise NotLiftedError("a text has braces that refer to nothing")
    return {"text": text}


def _dom(source: Source, fields: Fields) -> Data:
    del source
    selector = fields.text("selectorType")
    if selector not in ("ID", "CSS"):
        raise NotLiftedError(f"it looks for an element by `{selector}`")
    by_id = selector == "ID"
    options = (
        {"id": fields.filled("elementId")} if by_id else {"css": fields.filled("elementSelector")}
    )
    if "attributeName" in fields:
        options["attribute"] = fields.filled("attributeName")
    return {"dom": options}


def _lookup(source: Source, fields: Fields) -> Data:
    default = _table_default(source, fields)
    table: Data = {"input": variable_key(source, fields.template("input"))}
    read = _rows(source, fields)
    rows = [(key, value) for key, value in read if isinstance(key, str)]
    if len(rows) < len(read):
        raise NotLiftedError("a key of its table refers to a variable")
    if list(dict(rows)) != sorted(dict(rows)) or len(dict(rows)) < len(rows):
        # The language's table is a mapping, whose rows are sorted.
        raise NotLiftedError("the rows of its table are not in the order of their keys")
    table["map"] = dict(rows)
    return _with_default("lookup", table, default)


def _table_default(source: Source, fields: Fields) -> str | Data | None:
    if "setDefaultValue" in fields and fields.flag("setDefaultValue"):
        return _text_of(source, fields.template("defaultValue"))
    return None


def _with_default(word: str, table: Data, default: str | Data | None) -> Data:
    """A default that holds values stands in the table, any other one beside it."""
    if isinstance(default, dict):
        table["default"] = default
        return {word: table}
    return {word: table} if default is None else {word: table, "default": default}


_REGEX_FLAGS = {
    "fullMatch": "full_match",
    "ignoreCase": "ignore_case",
    "replaceAfterMatch": "capture",
}


def _regex(source: Source, fields: Fields) -> Data:
    default = _table_default(source, fields)
    table: Data = {"input": variable_key(source, fields.template("input"))}
    for flag, word in _REGEX_FLAGS.items():
        if fields.flag(flag):
            table[word] = True
    rows = _rows(source, fields)
    if not all(pattern for pattern, _ in rows):
        raise NotLiftedError("a pattern of its table is empty")
    table["map"] = [{"pattern": pattern, "value": value} for pattern, value in rows]
    return _with_default("regex", table, default)


def _rows(source: Source, fields: Fields) -> list[tuple[str | Data, str | Data]]:
    found = []
    for item in fields.items("map"):
        row = _row(item)
        found.append(
            (_text_of(source, row.template("key")), _text_of(source, row.template("value")))
        )
        row.finish()
    if not found:
        raise NotLiftedError("its table is empty")
    return found


def _row(item: Parameter) -> Fields:
    if item.key is not None:
        raise NotLiftedError("its table has an odd form")
    return fields_of(item)


def _script(source: Source, fields: Fields) -> Data:
    code = fields.template("javascript")
    if not code:
        raise NotLiftedError("its code is empty")
    for name in REFERENCE.findall(code):
        if name in KEY_OF_NAME:
            built_in_key(source, name)
    return {"script": code}


def _event_data(source: Source, fields: Fields) -> Data:
    del source
    return {"event_data": fields.filled("keyPath"), **_default(fields)}


def _request_header(source: Source, fields: Fields) -> Data:
    del source
    return {"request_header": fields.filled("headerName")}


_OF_SERVERS = frozenset(("ed", "rh"))
_TYPES: Mapping[str, Callable[[Source, Fields], Data]] = {
    "v": _data_layer,
    "k": _cookie,
    "u": _url,
    "f": _referrer,
    "aev": _element,
    "ed": _event_data,
    "rh": _request_header,
    "j": _js,
    "c": _constant,
    "d": _dom,
    "smm": _lookup,
    "remm": _regex,
    "jsm": _script,
}
