"""The custom templates of a container, translated for the runtime.

Any container's: files of other people are read leniently (sections in any order, a byte order mark,
sections that are missing); what cannot run here is named, never a crash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

from gtmgen.runtime.language import to_running_javascript
from gtmgen.runtime.problems import TemplateError
from gtmgen.runtime.template_permissions import plain_permission_value
from gtmgen.runtime.template_sections import CODE_SECTION, PERMISSION_SECTION, Side

Json = dict[str, Any]

_HEADER: Final = re.compile(r"^___([A-Z_]+)___[ \t]*$", re.MULTILINE)


def template_functions(
    custom_templates: Iterable[Json], side: Side = "web"
) -> tuple[dict[str, Json], list[str]]:
    """What the runtime needs of each template, by the type that tags and variables name it with.

    `code` is JavaScript text: a function of the sandbox's helpers, `require` and `data`. The second
    result names the templates that cannot run, with the reason.
    """
    functions: dict[str, Json] = {}
    unsupported: list[str] = []
    for template in custom_templates:
        name = str(template.get("name", ""))
        try:
            function = _translate(name, str(template.get("templateData", "")), side)
        except (_CannotRunError, TemplateError) as error:
            unsupported.append(f"template {name}: {_reason(error)}")
            continue
        for type_ in _types(template, function.pop("id")):
            functions.setdefault(type_, function)
    return functions, unsupported


class _CannotRunError(Exception):
    """A template that is not for this side, or not well formed; the text says which."""


def _reason(error: Exception) -> str:
    if isinstance(error, TemplateError) and error.problems:
        first = error.problems[0]
        return f"line {first.line} of its code: {first.message}"
    return str(error)


def _types(template: Mapping[str, Any], info_id: str) -> Iterator[str]:
    """A gallery template is named by its gallery ID, one of the container's own by its number."""
    gallery = template.get("galleryReference", {}).get("galleryTemplateId")
    if gallery:
        yield f"cvt_{gallery}"
    yield f"cvt_{template.get('containerId', '')}_{template.get('templateId', '')}"
    if info_id.startswith("cvt_") and info_id != "cvt_temp_public_id":
        yield info_id


def _translate(name: str, text: str, side: Side) -> Json:
    sections = split_sections(text)
    code_section, permission_section = CODE_SECTION[side], PERMISSION_SECTION[side]
    if code_section not in sections:
        raise _CannotRunError(f"it has no code for {side} containers")
    info = _json(sections, "INFO", {})
    permissions = _permissions(_json(sections, permission_section, []))
    try:
        code = _translate_code(sections[code_section])
    except RecursionError:
        raise _CannotRunError("its code is nested too deeply") from None
    return {
        "id": str(info.get("id", "")),
        "name": name,
        "kind": str(info.get("type", "TAG")),
        "permissions": permissions,
        "mayBeEmpty": sorted(
            str(field.get("name"))
            for field in _fields(_json(sections, "TEMPLATE_PARAMETERS", []))
            if field.get("canBeEmptyString")
        ),
        "code": (
            'function ($, _require, _data) {"use strict"; '
            f"return (function () {{{code}\n}})(_data); }}"
        ),
    }


@lru_cache(maxsize=64)
def _translate_code(code: str) -> str:
    """Environments of a container, and containers of a shop, have much of their code in common."""
    return to_running_javascript(code)


def _permissions(encoded: Iterable[Any]) -> dict[str, Json]:
    try:
        return {
            entry["instance"]["key"]["publicId"]: {
                item["key"]: plain_permission_value(item["value"])
                for item in entry["instance"].get("param", ())
            }
            for entry in encoded
        }
    except (AttributeError, KeyError, TypeError, ValueError):
        raise _CannotRunError("a permission is not in GTM's encoding") from None


def split_sections(text: str) -> dict[str, str]:
    """The sections of a template file by name, in whatever order; the first of two counts."""
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    headers = list(_HEADER.finditer(text))
    sections: dict[str, str] = {}
    ends = [*(header.start() for header in headers[1:]), len(text)]
    for header, end in zip(headers, ends, strict=False):  # without a header there is no section
        sections.setdefault(header.group(1), text[header.end() : end].strip("\n"))
    return sections


def _json(sections: Mapping[str, str], name: str, otherwise: Any) -> Any:
    text = sections.get(name, "").strip()
    if not text:
        return otherwise
    try:
        value = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise _CannotRunError(f"its section ___{name}___ is not JSON") from None
    if not isinstance(value, type(otherwise)):
        raise _CannotRunError(f"its section ___{name}___ has another shape")
    return value


def _fields(parameters: Any) -> Iterator[Mapping[str, Any]]:
    for item in _objects(parameters):
        yield item
        yield from _fields(item.get("subParams"))
        for key in ("radioItems", "selectItems"):
            for option in _objects(item.get(key)):
                yield from _fields(option.get("subParams"))


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of a list; nothing of what is no list."""
    return (
        (item for item in value if isinstance(item, dict)) if isinstance(value, list) else iter(())
    )
