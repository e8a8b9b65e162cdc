"""``url``: a part of the page's address, or of one that another data key holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.lifting import LiftSource, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import KEY_REF, TEXT, make_object
from gtmgen.spec.sources.address import (
    COMPONENT,
    STRIP_WWW,
    compile_part,
    default_pages_schema,
    describe_part,
    lift_part,
)
from gtmgen.spec.sources.model import (
    Data,
    DataCompiler,
    DataSource,
    GtmVariable,
    is_native_text,
)


def _inputs(argument: Any) -> tuple[str, ...]:
    return (argument["source"],) if isinstance(argument, dict) and "source" in argument else ()


def _check(argument: Any, path: Path) -> Iterator[Problem]:
    if isinstance(argument, dict) and (argument.get("component") == "query") != ("key" in argument):
        message = "`key` goes with `component: query`, and only with it"
        yield Problem("data-source", path, message, on_key=True)
    if argument == "query":
        hint = "use `query: name`"
        yield Problem("data-source", path, "`query` needs the parameter's name", hint)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    argument = data.argument
    options = argument if isinstance(argument, dict) else {"component": argument}
    return GtmVariable("u", compile_part(compiler, options))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    """A page's address, of which one parameter alone has a shorter word: ``query``."""
    options = lift_part(fields, "component", source)
    if options.keys() == {"component", "key"}:
        return {"query": options["key"]}
    return {"url": options["component"] if len(options) == 1 else options}


def _describe(speaker: PhraseBook, data: DataKey) -> str:
    argument = data.argument
    options = argument if isinstance(argument, dict) else {"component": argument}
    part = describe_part(speaker, options["component"], options.get("key"))
    if "source" in options:
        return speaker.words("source.url_of", part=part, of=options["source"])
    return speaker.words("source.url", part=part)


SOURCE = DataSource(
    word="url",
    schema={
        "description": "A part of the page URL, or of a URL held by another data key.",
        "if": {"type": "object"},
        "then": make_object(
            {
                "component": COMPONENT,
                "key": TEXT,
                "source": KEY_REF,
                "strip_www": STRIP_WWW,
                "default_pages": default_pages_schema("path"),
            },
            required=("component",),
        ),
        "else": COMPONENT,
    },
    is_common=True,
    inputs=_inputs,
    check=_check,
    is_native=is_native_text,
    compile=_compile,
    types=("u",),
    lift=_lift,
    describe=_describe,
)
