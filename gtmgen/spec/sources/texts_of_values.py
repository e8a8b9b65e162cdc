"""Values of tables and constants: as they stand, or texts that hold other values."""

from __future__ import annotations

from typing import Any

from gtmgen.container.values import REFERENCE
from gtmgen.spec.lifting import LiftSource, NotLiftedError, variable_key
from gtmgen.spec.sources.model import Data, DataCompiler
from gtmgen.spec.texts import fill_text, has_loose_braces, is_text, to_text


def compile_text(compiler: DataCompiler, value: Any) -> str:
    """A value as it stands, or a text with the values that it holds."""
    if is_text(value):
        return fill_text(value, compiler.value)
    return compiler.literal(to_text(value))


def lift_text(source: LiftSource, template: str) -> str | Data:
    """Inverse of ``compile_text``: as it stands, or with the keys of what it refers to."""
    if "{{" not in template:
        return template
    text = REFERENCE.sub(lambda match: f"{{{{{variable_key(source, match.group())}}}}}", template)
    if has_loose_braces({"text": text}):
        raise NotLiftedError("a text has braces that refer to nothing")
    return {"text": text}
