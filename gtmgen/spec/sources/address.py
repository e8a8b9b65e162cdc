"""Parts of an address: what the sources share that read one."""

from __future__ import annotations

from typing import Any

from gtmgen.container.values import Parameter, boolean, text
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.lifting import LiftSource, NotLiftedError, ParameterFields, literal, variable_key
from gtmgen.spec.schema_parts import BOOLEAN, TEXT, Schema, make_enum
from gtmgen.spec.sources.model import Data, DataCompiler

_COMPONENTS = (
    "url",
    "protocol",
    "host",
    "port",
    "path",
    "extension",
    "query",
    "query_string",
    "fragment",
)
COMPONENT: Schema = make_enum(_COMPONENTS)


def default_pages_schema(word: str) -> Schema:
    """Names of files that stand for their folder; they go with the ``word`` of a path."""
    return {
        "type": "array",
        "items": TEXT,
        "description": f"With `{word}`: names of files that stand for their folder.",
    }


STRIP_WWW: Schema = BOOLEAN


def compile_component(word: str) -> str:
    """GTM's name for a part of an address; all of the query is one parameter's, without a name."""
    return "QUERY" if word == "query_string" else word.upper()


def compile_part(compiler: DataCompiler, options: dict[str, Any]) -> tuple[Parameter, ...]:
    """Which part of an address, and of which one."""
    parameter = [text("component", compile_component(options["component"]))]
    if "key" in options:
        parameter.append(text("queryKey", compiler.literal(options["key"])))
    if "source" in options:
        parameter.append(text("customUrlSource", compiler.value(options["source"])))
    if "strip_www" in options:
        parameter.append(boolean("stripWww", options["strip_www"]))
    if "default_pages" in options:
        pages = tuple(text(None, compiler.literal(page)) for page in options["default_pages"])
        parameter.append(Parameter("LIST", "defaultPages", pages or None))
    return tuple(parameter)


def lift_part(fields: ParameterFields, word: str, source: LiftSource | None = None) -> Data:
    """Inverse of ``compile_part``, with the component under ``word``.

    Without a ``source``, the address is not one that another variable may hold.
    """
    component = lift_component(fields)
    options: Data = {word: component}
    if component == "query":
        options["key"] = fields.filled("queryKey")
    if "defaultPages" in fields:
        options["default_pages"] = [_lift_page(item) for item in fields.items("defaultPages")]
    if source is not None and "customUrlSource" in fields:
        options["source"] = variable_key(source, fields.template("customUrlSource"))
    if "stripWww" in fields:
        options["strip_www"] = fields.flag("stripWww")
    return options


def lift_component(fields: ParameterFields) -> str:
    """Inverse of ``compile_component``."""
    component = fields.text("component").lower()
    if component == "query" and "queryKey" not in fields:
        return "query_string"
    if component not in _COMPONENTS or component == "query_string":
        raise NotLiftedError(f"the language has no word for the component `{component}`")
    return component


def _lift_page(item: Parameter) -> str:
    if item.type != "TEMPLATE" or item.key is not None or not isinstance(item.value, str):
        raise NotLiftedError("its list of default pages has an odd form")
    return literal(item.value)


def describe_part(speaker: PhraseBook, component: str, key: str | None = None) -> str:
    """A part of an address in words; of a query, with the parameter's name."""
    part = speaker.words(f"component.{component}")
    return part if key is None else f"{part} `{key}`"
