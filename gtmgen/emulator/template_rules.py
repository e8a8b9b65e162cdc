"""What the service refuses in a custom template, and in what is made from one.

That the API checks ``valueValidators`` of literal values is seen; so is the text for an empty one.
All other texts are guesses.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import yaml

from gtmgen.emulator.messages import EMPTY, Json, Refusal
from gtmgen.runtime.problems import TemplateError
from gtmgen.runtime.syntax import parse

_SECTION = re.compile(r"^\ufeff?___([A-Z_]+)___[ \t]*$", re.MULTILINE)
_CODE = ("SANDBOXED_JS_FOR_WEB_TEMPLATE", "SANDBOXED_JS_FOR_SERVER")
_NEEDED = ("INFO", "TEMPLATE_PARAMETERS")
_OPTIONAL_JSON = ("WEB_PERMISSIONS", "SERVER_PERMISSIONS")
_MAKES = {"tag": "TAG", "variable": "MACRO", "client": "CLIENT"}
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def check_template(text: str) -> None:
    """A template needs its information, its parameters and its code, each of which parses."""
    if not text:
        raise Refusal(f"templateData: {EMPTY}")
    sections = split_template(text)
    for name in (*_NEEDED, *(name for name in _OPTIONAL_JSON if sections.get(name, "").strip())):
        if name not in sections:
            raise Refusal(f"templateData: Missing section ___{name}___.")
        try:
            json.loads(sections[name])
        except ValueError:
            raise Refusal(f"templateData: Section ___{name}___ is not valid JSON.") from None
    code = next((name for name in _CODE if name in sections), None)
    if code is None:
        raise Refusal(f"templateData: Missing section ___{_CODE[0]}___.")
    if not _is_yaml(sections.get("TESTS", "")):
        # The editor says this of such a section; that the API does is a guess.
        raise Refusal("Invalid YAML format for content in section: ___TESTS___")
    if not _is_code(sections[code]):
        raise Refusal(f"templateData: Section ___{code}___ does not compile.")


# A template comes with each create and update of it; what it does is longest and seldom changes.
@lru_cache(maxsize=128)
def _is_yaml(content: str) -> bool:
    try:
        yaml.compose(content, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return False
    return True


@lru_cache(maxsize=128)
def _is_code(content: str) -> bool:
    try:
        parse(content, tolerant=True)
    except TemplateError:
        return False
    return True


@lru_cache(maxsize=64)
def split_template(text: str) -> Mapping[str, str]:
    """The sections of a .tpl text by name; each tag of a template asks for them again."""
    parts = _SECTION.split(text.replace("\r\n", "\n"))
    return MappingProxyType(dict(zip(parts[1::2], parts[2::2], strict=True)))


def is_for_kind(kind: str, template: Json) -> bool:
    """Whether entities of the kind can be made from the template, where it says that."""
    try:
        type_ = json.loads(split_template(template.get("templateData", ""))["INFO"])["type"]
    except (KeyError, TypeError, ValueError):
        return True
    return bool(type_ == _MAKES.get(kind, type_))


def check_values(template: Json, entity: Json) -> None:
    """Refuse literal values that the template's own validators do not let pass.

    Fields that depend on others are not looked at (a guess).
    """
    by_key = {item.get("key"): item for item in entity.get("parameter", [])}
    try:
        fields = json.loads(split_template(template["templateData"])["TEMPLATE_PARAMETERS"])
    except (KeyError, ValueError):
        return
    for field in _list_shown(fields):
        name = field.get("name")
        parameter = by_key.get(name, {})
        if parameter.get("list") or parameter.get("map") or "{{" in parameter.get("value", ""):
            continue
        if name not in by_key and "defaultValue" in field:
            continue
        _check_value(f"vendorTemplate.parameter.{name}", field, parameter.get("value", ""))


def _list_shown(fields: Any) -> Iterator[Json]:
    for field in fields:
        if field.get("enablingConditions"):
            continue
        if field.get("type") == "GROUP":
            yield from _list_shown(field.get("subParams") or [])
        else:
            yield field


def _check_value(where: str, field: Json, value: str) -> None:
    for validator in field.get("valueValidators") or []:
        if validator.get("enablingConditions"):
            continue
        type_, arguments = validator.get("type"), validator.get("args") or []
        if type_ == "NON_EMPTY" and not value:
            raise Refusal(f"{where}: {EMPTY}")  # seen
        if value and not _is_passing(type_, arguments, value):
            raise Refusal(f"{where}: The value is invalid.")


def _is_passing(type_: str, arguments: list[Any], value: str) -> bool:
    if type_ == "REGEX" and arguments:
        try:
            return re.search(arguments[0], value) is not None
        except re.error:
            return True
    if type_ == "STRING_LENGTH" and len(arguments) == 2:
        return bool(int(arguments[0]) <= len(value) <= int(arguments[1]))
    return type_ != "NUMBER" or _NUMBER.fullmatch(value) is not None
