"""The text of a GTM custom template, split into the sections that GTM writes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from msgspec import Struct

from gtmgen.runtime.problems import TemplateProblem

TERMS, INFO, PARAMETERS = "TERMS_OF_SERVICE", "INFO", "TEMPLATE_PARAMETERS"
TESTS, NOTES = "TESTS", "NOTES"
Side = Literal["web", "server"]
#: The sections of a template's code and permissions, by the side that it is for.
CODE_SECTION: Final[Mapping[Side, str]] = {
    "web": "SANDBOXED_JS_FOR_WEB_TEMPLATE",
    "server": "SANDBOXED_JS_FOR_SERVER",
}
PERMISSION_SECTION: Final[Mapping[Side, str]] = {
    "web": "WEB_PERMISSIONS",
    "server": "SERVER_PERMISSIONS",
}
_HEADER = re.compile(r"___([A-Z_]+)___\s*")


class TemplateSection(Struct, frozen=True):
    """What stands below a header; ``line`` is its first in the file."""

    text: str
    line: int


def split_sections(
    text: str, side: Side, problems: list[TemplateProblem]
) -> dict[str, TemplateSection]:
    """The sections by name; ``problems`` gets what is unknown, missing, twice or out of order."""
    code, permissions = CODE_SECTION[side], PERMISSION_SECTION[side]
    order = (TERMS, INFO, PARAMETERS, code, permissions, TESTS, NOTES)
    required = (INFO, PARAMETERS, code, TESTS, NOTES)
    sections: dict[str, TemplateSection] = {}
    lines = text.split("\n")
    headers = [(i, m.group(1)) for i, line in enumerate(lines) if (m := _HEADER.fullmatch(line))]
    for (index, name), following in zip(headers, [*headers[1:], (len(lines), "")], strict=True):
        if name not in order:
            problems.append(TemplateProblem(index + 1, 1, f"Unknown section `___{name}___`."))
        elif name in sections:
            problems.append(TemplateProblem(index + 1, 1, f"Section `___{name}___` stands twice."))
        else:
            start = next((i for i in range(index + 1, following[0]) if lines[i].strip()), index + 1)
            sections[name] = TemplateSection(
                "\n".join(lines[start : following[0]]).rstrip(), start + 1
            )
    problems += [
        TemplateProblem(0, 0, f"Section `___{name}___` is missing.")
        for name in required
        if name not in sections
    ]
    if not problems and list(sections) != [name for name in order if name in sections]:
        problems.append(
            TemplateProblem(0, 0, "The sections are not in the order in which GTM writes them.")
        )
    return sections


def read_json(
    section: TemplateSection, name: str, kind: type, problems: list[TemplateProblem]
) -> Any:
    """A section's JSON, which must be of ``kind``; an empty one of it where it is not."""
    try:
        value = json.loads(section.text)
    except json.JSONDecodeError as error:
        line = section.line + error.lineno - 1
        problems.append(
            TemplateProblem(line, error.colno, f"`___{name}___` is not JSON: {error.msg}.")
        )
        return kind()
    if not isinstance(value, kind):
        shape = "an object" if kind is dict else "a list"
        problems.append(TemplateProblem(section.line, 1, f"`___{name}___` must be {shape}."))
        return kind()
    return value
