"""``dom``: the text, or an attribute, of an element."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.container.values import text
from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.lifting import LiftSource, NotLiftedError, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import TEXT, make_object
from gtmgen.spec.sources.model import (
    Data,
    DataCompiler,
    DataSource,
    GtmVariable,
    is_native_untyped,
    read_nothing,
)


def _check(argument: Any, path: Path) -> Iterator[Problem]:
    if isinstance(argument, dict) and len(argument.keys() & {"id", "css"}) != 1:
        yield Problem("data-source", path, "`dom` needs either `id` or `css`", on_key=True)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    options: dict[str, str] = data.argument
    if "id" in options:
        parameter = [
            text("selectorType", "ID"),
            text("elementId", compiler.literal(options["id"])),
        ]
    else:
        parameter = [
            text("selectorType", "CSS"),
            text("elementSelector", compiler.literal(options["css"])),
        ]
    if "attribute" in options:
        parameter.append(text("attributeName", compiler.literal(options["attribute"])))
    return GtmVariable("d", tuple(parameter))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    del source
    selector = fields.text("selectorType")
    if selector not in ("ID", "CSS"):
        raise NotLiftedError(f"it looks for an element by `{selector}`")
    options = (
        {"id": fields.filled("elementId")}
        if selector == "ID"
        else {"css": fields.filled("elementSelector")}
    )
    if "attributeName" in fields:
        options["attribute"] = fields.filled("attributeName")
    return {"dom": options}


def _describe(speaker: PhraseBook, data: DataKey) -> str:
    options: dict[str, str] = data.argument
    selector = f"#{options['id']}" if "id" in options else options["css"]
    if "attribute" in options:
        return speaker.words("source.dom_attribute", what=selector, name=options["attribute"])
    return speaker.words("source.dom", what=selector)


SOURCE = DataSource(
    word="dom",
    schema=make_object(
        {"id": TEXT, "css": TEXT, "attribute": TEXT},
        description="The text, or an attribute, of an element.",
        minProperties=1,
    ),
    says_null=True,
    is_common=True,
    inputs=read_nothing,
    check=_check,
    is_native=is_native_untyped,
    compile=_compile,
    types=("d",),
    lift=_lift,
    describe=_describe,
)
