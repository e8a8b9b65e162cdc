"""``referrer``: a part of the referrer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.container.values import text
from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.lifting import LiftSource, NotLiftedError, ParameterFields
from gtmgen.spec.model import DataKey
from gtmgen.spec.sources.address import COMPONENT, compile_component, describe_part, lift_component
from gtmgen.spec.sources.model import (
    Data,
    DataCompiler,
    DataSource,
    GtmVariable,
    is_native_text,
    read_nothing,
)


def _check(argument: Any, path: Path) -> Iterator[Problem]:
    if argument == "query":
        hint = "the referrer's parameters have no variable in GTM"
        yield Problem("data-source", path, "`query` needs the parameter's name", hint)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    del compiler
    return GtmVariable("f", (text("component", compile_component(data.argument)),))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    del source
    component = lift_component(fields)
    if component == "query":
        raise NotLiftedError("it reads a parameter of the referrer")
    return {"referrer": component}


def _describe(speaker: PhraseBook, data: DataKey) -> str:
    return speaker.words("source.referrer", part=describe_part(speaker, data.argument))


SOURCE = DataSource(
    word="referrer",
    schema={**COMPONENT, "description": "A part of the referrer."},
    is_common=True,
    inputs=read_nothing,
    check=_check,
    is_native=is_native_text,
    compile=_compile,
    types=("f",),
    lift=_lift,
    describe=_describe,
)
