"""Custom templates that the API does not take, and what may not be made from one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import yaml

from gtmgen.container.entities import Client, Tag, Template, Variable
from gtmgen.container.gallery import reference_of
from gtmgen.diagnostics import Path, Problem

# It begins with the line break before, for which the engine looks fast: a template is long.
_HEADER = re.compile(r"\n___([A-Z_]+)___[ \t]*(?![^\n])")
_JSON = {
    "INFO": dict,
    "TEMPLATE_PARAMETERS": list,
    "WEB_PERMISSIONS": list,
    "SERVER_PERMISSIONS": list,
}
_CODE = ("SANDBOXED_JS_FOR_WEB_TEMPLATE", "SANDBOXED_JS_FOR_SERVER")
_TYPE_OF: Mapping[type, str] = {Tag: "TAG", Variable: "MACRO", Client: "CLIENT"}
_WORD = {"TAG": "a tag", "MACRO": "a variable", "CLIENT": "a client"}

Sections = Mapping[str, tuple[int, str]]
"""The sections of a .tpl text by name: the line (from 1) that the content begins on, and it."""


@lru_cache(maxsize=256)
def sections_of(text: str) -> Sections:
    """The sections of a .tpl text; of two with one name the first."""
    text = _normalised(text)
    headers = [*_HEADER.finditer(text)]
    ends = [*(header.start() + 1 for header in headers[1:]), len(text)][: len(headers)]
    sections: dict[str, tuple[int, str]] = {}
    for header, end in zip(headers, ends, strict=True):
        line = text.count("\n", 0, header.end())
        sections.setdefault(header.group(1), (line, text[header.end() : end]))
    return sections


def _normalised(text: str) -> str:
    """The text as ``_HEADER`` wants it: a line break before each line, and no other kind."""
    return "\n" + text.replace("\r\n", "\n").removeprefix("\ufeff")


def broken_template(template: Template, path: Path) -> Iterator[Problem]:
    """A text that is no template: sections that are missing or cannot be read."""
    flaw = _flaw(template.data)
    if flaw is not None:
        yield Problem(
            "broken-template",
            (*path, "data"),
            f"the template `{template.name}` cannot be read: {flaw}",
            "the template editor of GTM exports a .tpl file that is whole",
        )


def incomplete_gallery(template: Template, path: Path) -> Iterator[Problem]:
    """A place in the gallery that nobody can find: the API takes such a template as none."""
    reference = reference_of(template)
    missing = [key for key in ("owner", "repository") if not reference.get(key)]
    if reference and missing:
        yield Problem(
            "incomplete-gallery",
            (*path, "gallery"),
            f"the template `{template.name}` is of the gallery, and has no `{missing[0]}` there",
            "give `owner` and `repository`, or leave `gallery` out: it is one of your own then",
        )


@lru_cache(maxsize=256)
def _flaw(text: str) -> str | None:
    sections = sections_of(text)
    for name in ("INFO", "TEMPLATE_PARAMETERS"):
        if name not in sections:
            return f"it has no section ___{name}___"
    if not any(name in sections for name in _CODE):
        return f"it has neither a section ___{_CODE[0]}___ nor ___{_CODE[1]}___"
    for name, (line, content) in sections.items():
        flaw = _flaw_in(name, line, content)
        if flaw is not None:
            return flaw
    return None


def _flaw_in(name: str, line: int, content: str) -> str | None:
    if name in _JSON and (name in ("INFO", "TEMPLATE_PARAMETERS") or content.strip()):
        return _json_flaw(name, line, content)
    if name == "TESTS":
        return _yaml_flaw(line, content)
    if name in _CODE:
        return _code_flaw(line, content)
    return None


def _json_flaw(name: str, line: int, content: str) -> str | None:
    try:
        value = json.loads(content)
    except json.JSONDecodeError as error:
        return f"___{name}___ is not JSON: {error.msg} (line {line + error.lineno - 1} of the text)"
    except RecursionError:
        return f"___{name}___ is nested too deeply"
    if not isinstance(value, _JSON[name]):
        return f"___{name}___ is not a JSON {'object' if _JSON[name] is dict else 'list'}"
    return None


@lru_cache(maxsize=256)
def _yaml_flaw(line: int, content: str) -> str | None:
    try:
        yaml.compose(content, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        at = line + (error.problem_mark.line if error.problem_mark else 0)
        return f"___TESTS___ is not YAML: {error.problem} (line {at} of the text)"
    except (yaml.YAMLError, RecursionError):
        return "___TESTS___ is not YAML"
    return None


@lru_cache(maxsize=256)
def _code_flaw(line: int, content: str) -> str | None:
    from gtmgen.runtime.problems import TemplateError
    from gtmgen.runtime.syntax import parse  # 5 ms, which specs without raw templates spare

    try:
        parse(content, tolerant=True)
    except TemplateError as error:
        first = error.problems[0]
        at = line + max(first.line - 1, 0)
        return f"its code is not sandboxed JavaScript: {first.message} (line {at} of the text)"
    except RecursionError:
        return "its code is nested too deeply"
    return None


def info_of(template: Template) -> Mapping[str, Any]:
    """The INFO section; nothing where it cannot be read."""
    try:
        value = json.loads(first_section(template.data, "INFO"))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def first_section(text: str, name: str) -> str:
    """The content of a section, or "", without reading on: those that are asked for are at the
    top, and a template is long."""
    if "\r" in text or text.startswith("\ufeff"):
        text = _normalised(text)
    header = _header_of(name)
    own = header.match(text) or _find_line(header, text)
    if own is None:
        return ""
    following = _find_line(_HEADER, text, own.end())
    return text[own.end() : following.start() + 1 if following is not None else None]


@lru_cache(maxsize=16)
def _header_of(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?:\A|\n)___{name}___[ \t]*(?![^\n])")


def _find_line(header: re.Pattern[str], text: str, start: int = 0) -> re.Match[str] | None:
    """As ``header.search``, which looks at each character of what is between: a line like a
    header is looked for first."""
    at = text.find("\n___", start)
    while at >= 0:
        match = header.match(text, at)
        if match is not None:
            return match
        at = text.find("\n___", at + 1)
    return None


def template_types(template: Template) -> Iterator[str]:
    """The types in text that stand for a template whatever its ID in GTM is: the gallery's."""
    gallery = dict(template.extra).get("galleryReference")
    if isinstance(gallery, dict):
        for id_ in (gallery.get("galleryTemplateId"), info_of(template).get("id")):
            if isinstance(id_, str) and id_:
                yield f"cvt_{id_.removeprefix('cvt_')}"


def wrong_template(
    entity: Tag | Variable | Client, path: Path, template: str, makes: object
) -> Iterator[Problem]:
    """A tag of a client's template, and the like; ``makes`` is what the template says it makes."""
    needed = _TYPE_OF[type(entity)]
    if makes in _WORD and makes != needed:
        yield Problem(
            "template-type",
            (*path, "type"),
            f"the template `{template}` makes {_WORD[str(makes)]}, not {_WORD[needed]}",
            "the `type` in its ___INFO___ section says what it makes",
        )
