"""``template``: what a custom template of the container gives."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.container.entities import TemplateRef, Variable
from gtmgen.container.parameters import texts_in
from gtmgen.container.plain import PlainError, mapping_from_plain, mapping_to_plain
from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.lifting import LiftSource, NotLiftedError, require_built_ins
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import TEXT, make_object
from gtmgen.spec.sources.model import (
    Data,
    DataCompiler,
    DataSource,
    GtmVariable,
    is_native_text,
    lift_nothing,
    read_nothing,
)

_OF_GTM = "cvt_"
"""How the types begin that templates make."""


def _check(argument: Any, path: Path) -> Iterator[Problem]:
    try:
        mapping_from_plain(argument.get("fields") or {})
    except PlainError as error:
        yield Problem(error.rule, (*path, "fields", *error.path), error.message, error.hint)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    """Fields stand as written: their references are references."""
    of: str = data.argument["of"]
    fields = mapping_from_plain(data.argument.get("fields") or {})
    for value in texts_in(fields):
        compiler.enable_built_ins(value)
    return GtmVariable(of if of.startswith(_OF_GTM) else TemplateRef(of), fields)


def lift_template(source: LiftSource, variable: Variable) -> Data | None:
    """Inverse of compiling; None for a variable of GTM's own types."""
    of = variable.type.template if isinstance(variable.type, TemplateRef) else variable.type
    if not isinstance(variable.type, TemplateRef) and not of.startswith(_OF_GTM):
        return None
    for text in texts_in(variable.parameter):
        require_built_ins(source, text)
    fields = mapping_to_plain(variable.parameter)
    if "$parameters" in fields:
        raise NotLiftedError("its parameters have an odd form")
    return {"template": {"of": of, **({"fields": fields} if fields else {})}}


def _describe(speaker: PhraseBook, data: DataKey) -> str:
    return speaker.words("source.template", what=data.argument["of"])


SOURCE = DataSource(
    word="template",
    schema=make_object(
        {
            "of": {
                **TEXT,
                "description": "The template's name in GTM, or the type that it makes there, "
                "`cvt_...`.",
            },
            "fields": {
                "type": "object",
                "minProperties": 1,
                "description": "The template's fields by their names there, as raw parameters are "
                "written.",
            },
        },
        required=("of",),
        description="What a custom template of the container gives.",
    ),
    is_common=False,
    inputs=read_nothing,
    check=_check,
    is_native=is_native_text,
    compile=_compile,
    types=(),
    lift=lift_nothing,
    describe=_describe,
)
