"""``element``: the element that was clicked, submitted or seen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.container.values import text
from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.lifting import LiftSource, NotLiftedError, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import TEXT, make_object
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
    compile_default,
    is_native_unconverted,
    lift_default,
    read_nothing,
)


def _check(argument: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(argument, dict):
        return
    if len(argument.keys() & {"attribute", "url"}) != 1:
        message = "`element` needs either `attribute` or `url`"
        yield Problem("data-source", path, message, on_key=True)
    elif (argument.get("url") == "query") != ("key" in argument):
        message = "`key` goes with `url: query`, and only with it"
        yield Problem("data-source", path, message, on_key=True)
    elif "attribute" in argument and len(argument) > 1:
        other = min(argument.keys() - {"attribute"})
        message = f"`{other}` goes with `url`, not with `attribute`"
        yield Problem("data-source", (*path, other), message, on_key=True)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    options: dict[str, Any] = data.argument
    default = compile_default(compiler, data.default)
    if "attribute" in options:
        attribute = text("attribute", compiler.literal(options["attribute"]))
        return GtmVariable("aev", (*default, text("varType", "ATTRIBUTE"), attribute))
    part = compile_part(compiler, {"component": options["url"], **options})
    return GtmVariable("aev", (*default, text("varType", "URL"), *part))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    """What GTM calls an auto-event variable; its other kinds are built-in variables' own."""
    del source
    default = lift_default(fields)
    kind = fields.text("varType")
    if kind == "ATTRIBUTE":
        return {"element": {"attribute": fields.filled("attribute")}, **default}
    if kind != "URL":
        raise NotLiftedError(f"the language has no word for the kind `{kind}` of its element")
    options = lift_part(fields, "url")
    if "default_pages" in options:
        options["default_pages"] = options.pop("default_pages")  # last, as the schema has it
    return {"element": options, **default}


def _describe(speaker: PhraseBook, data: DataKey) -> str:
    options: dict[str, str] = data.argument
    if "attribute" in options:
        return speaker.words("source.element_attribute", name=options["attribute"])
    part = describe_part(speaker, options["url"], options.get("key"))
    return speaker.words("source.element_url", part=part)


SOURCE = DataSource(
    word="element",
    schema=make_object(
        {
            "attribute": TEXT,
            "url": COMPONENT,
            "key": TEXT,
            "strip_www": STRIP_WWW,
            "default_pages": default_pages_schema("url: path"),
        },
        description=(
            "An attribute, or a part of the address, of the element that was clicked, "
            "submitted or seen."
        ),
        minProperties=1,
    ),
    is_common=False,
    inputs=read_nothing,
    check=_check,
    is_native=is_native_unconverted,
    compile=_compile,
    types=("aev",),
    lift=_lift,
    describe=_describe,
)
