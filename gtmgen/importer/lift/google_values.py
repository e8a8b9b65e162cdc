"""The values of GA4's parameters, as data keys and constants of the spec."""

from __future__ import annotations

import re
from typing import Any

from gtmgen.container.entities import Kind, Variable
from gtmgen.container.values import REFERENCE
from gtmgen.importer.lift.model import LiftedContainer
from gtmgen.importer.names import make_key
from gtmgen.lint.html import text_of
from gtmgen.packs.model import Pack, PackParam
from gtmgen.spec.lifting import NotLiftedError, variable_key

Json = dict[str, Any]
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class GoogleValues:
    """Names what the fields of Google's tags hold; new data keys go into ``data``."""

    def __init__(self, source: LiftedContainer, pack: Pack) -> None:
        self._source = source
        self._pack = pack

    def lift_param(self, name: str, text: str | None, data: Json) -> str | Json:
        """What fills a parameter. Raises :class:`NotLiftedError` where that is not known."""
        param = self._pack.params.get(name)
        if not text or "${" in text:
            raise NotLiftedError(f"its parameter `{name}` has no value that the spec could name")
        if "{{" in text:
            if param is not None and param.type == "items" and not self._is_items(text):
                raise NotLiftedError("code computes its items")
            return self.ensure_data_key(name, text, data)
        return {"const": _convert_text(text, param)}

    def _is_items(self, text: str) -> bool:
        reference = REFERENCE.fullmatch(text)
        return reference is not None and any(
            isinstance(item, Variable)
            and item.name == reference.group(1)
            and item.type == "v"
            and text_of(item, "name") == "ecommerce.items"
            for item in self._source.of_kind(Kind.VARIABLE)
        )

    def ensure_data_key(self, name: str, text: str, data: Json) -> str:
        """The key of one reference; of any other text, a new constant's."""
        reference = REFERENCE.fullmatch(text)
        if reference and (Kind.VARIABLE, reference.group(1)) in self._source.keys:
            return self._source.keys[Kind.VARIABLE, reference.group(1)]
        if "${" in text:
            raise NotLiftedError(f"its parameter `{name}` has no value that the spec could name")
        key = make_key(f"{name} of tag", {*self._source.variable_keys, *data}, "value")
        if reference:
            data[key] = {"builtin": variable_key(self._source, text)}
        elif "{{" in text:
            keys = REFERENCE.sub(
                lambda match: f"{{{{{variable_key(self._source, match.group())}}}}}", text
            )
            data[key] = {"constant": {"text": keys}}
        else:
            data[key] = {"constant": text}
        return key


def _convert_text(text: str, param: PackParam | None) -> str | int | float:
    """A number where that is written in the same way again."""
    if param is not None and param.type in ("number", "integer") and _NUMBER.fullmatch(text):
        number = float(text) if "." in text else int(text)
        return number if str(number) == text else text
    return text
