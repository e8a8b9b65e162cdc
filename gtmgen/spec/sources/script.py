"""``script``: Custom JavaScript, in the spec or in a file."""

from __future__ import annotations

from gtmgen.container.values import text
from gtmgen.spec.forms.model import PhraseBook
from gtmgen.spec.lifting import LiftSource, NotLiftedError, ParameterFields, require_built_ins
from gtmgen.spec.model import DataKey
from gtmgen.spec.schema_parts import TEXT, make_object
from gtmgen.spec.sources.model import (
    Data,
    DataCompiler,
    DataSource,
    GtmVariable,
    is_native_unconverted,
    read_nothing,
)


def _compile(compiler: DataCompiler, data: DataKey) -> GtmVariable:
    """Code stands as written: its references are references."""
    argument = data.argument
    code = argument if isinstance(argument, str) else compiler.read_script(argument["file"])
    compiler.enable_built_ins(code)
    return GtmVariable("jsm", (text("javascript", code),))


def _lift(source: LiftSource, fields: ParameterFields) -> Data:
    code = fields.template("javascript")
    if not code:
        raise NotLiftedError("its code is empty")
    require_built_ins(source, code)
    return {"script": code}


def _describe(speaker: PhraseBook, data: DataKey) -> str:
    del data
    return speaker.words("source.script")


SOURCE = DataSource(
    word="script",
    schema={
        "description": "Custom JavaScript: needs 'unsafe-eval' in the site's CSP.",
        "if": {"type": "object"},
        "then": make_object({"file": TEXT}, required=("file",)),
        "else": TEXT,
    },
    is_common=True,
    inputs=read_nothing,
    is_native=is_native_unconverted,
    compile=_compile,
    types=("jsm",),
    lift=_lift,
    describe=_describe,
)
