"""Reads a GTM custom template (`.tpl`, the `templateData` of the API) into its sections.

Format: that of published templates (sections, INFO keys, parameters, typed permission values,
tests).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from msgspec import Struct

from gtmgen.runtime.api_names import SERVER_APIS, WEB_APIS
from gtmgen.runtime.language import check
from gtmgen.runtime.problems import TemplateError, TemplateProblem
from gtmgen.runtime.tokens import words
from gtmgen.runtime.translate import TEST_NAMES

_TERMS, _INFO, _PARAMETERS = "TERMS_OF_SERVICE", "INFO", "TEMPLATE_PARAMETERS"
_TESTS, _NOTES = "TESTS", "NOTES"
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
# GTM's own exports leave `securityGroups` out at times.
_INFO_KEYS = (
    "type",
    "id",
    "version",
    "displayName",
    "description",
    "containerContexts",
)
#: What the code may require.
APIS: Final[Mapping[Side, frozenset[str]]] = {"web": WEB_APIS, "server": SERVER_APIS}
_FIELD_TYPES = frozenset(
    words("TEXT SELECT CHECKBOX RADIO SIMPLE_TABLE PARAM_TABLE GROUP LABEL HIDDEN")
)
PERMISSION_IDS: Final[Mapping[Side, frozenset[str]]] = {
    "web": frozenset(
        words(
            "access_consent access_globals access_local_storage access_template_storage "
            "get_cookies get_referrer get_url inject_hidden_iframe inject_script logging "
            "read_analytics_storage read_character_set read_container_data read_data_layer "
            "read_event_metadata read_title send_pixel set_cookies write_data_layer"
        )
    ),
    "server": frozenset(
        words(
            "access_bigquery access_firestore access_response access_template_storage get_cookies "
            "logging read_container_data read_event_data read_request return_response "
            "run_container send_http send_pixel_from_browser set_cookies use_google_credentials"
        )
    ),
}


class TemplateTest(Struct, frozen=True):
    """One test of the template; `line` is where its code starts in the file."""

    name: str
    code: str
    line: int


class TemplateFile(Struct, frozen=True):
    """A template that is well formed; `permissions` holds plain values, by permission."""

    name: str
    type: Literal["TAG", "MACRO"]
    side: Side
    info: Mapping[str, Any]
    parameters: tuple[Mapping[str, Any], ...]
    code: str
    code_line: int
    permissions: Mapping[str, Mapping[str, Any]]
    setup: str
    setup_line: int
    scenarios: tuple[TemplateTest, ...]
    notes: str
    text: str

    def fields(self) -> tuple[Mapping[str, Any], ...]:
        """All parameters that hold a value, in reading order, out of their groups."""
        return tuple(_fields(self.parameters))


class _Section(Struct, frozen=True):
    text: str
    line: int


def load_template(path: Path) -> TemplateFile:
    """Reads and checks a file. Raises TemplateError."""
    return parse_template(path.read_text(encoding="utf-8"))


def parse_template(text: str) -> TemplateFile:
    """The sections of a template. Raises TemplateError with all problems."""
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    problems: list[TemplateProblem] = []
    side: Side = "server" if f"___{CODE_SECTION['server']}___" in text.split("\n") else "web"
    permission_section = PERMISSION_SECTION[side]
    sections = _sections(text, side, problems)
    if problems:
        raise TemplateError(problems)
    info = _json(sections[_INFO], _INFO, dict, problems)
    parameters = _json(sections[_PARAMETERS], _PARAMETERS, list, problems)
    permission_text = sections.get(permission_section, _Section("[]", 0))
    encoded = _json(permission_text, permission_section, list, problems)
    setup, setup_line, scenarios = _tests(sections[_TESTS], problems)
    if problems:
        raise TemplateError(problems)
    _check_info(info, side, sections[_INFO].line, problems)
    _check_fields(parameters, sections[_PARAMETERS].line, problems)
    permissions = _permissions(encoded, side, permission_text.line, problems)
    if problems:
        raise TemplateError(problems)
    code = sections[CODE_SECTION[side]]
    return TemplateFile(
        name=info["displayName"],
        type=info["type"],
        side=side,
        info=info,
        parameters=tuple(parameters),
        code=code.text,
        code_line=code.line,
        permissions=permissions,
        setup=setup,
        setup_line=setup_line,
        scenarios=scenarios,
        notes=sections[_NOTES].text.strip(),
        text=text,
    )


def check_template(template: TemplateFile) -> tuple[TemplateProblem, ...]:
    """What the language checker says of the code and of each test; lines are the file's."""
    apis = APIS[template.side]
    problems = {_moved(problem, template.code_line) for problem in check(template.code, apis=apis)}
    setup_lines = template.setup.count("\n") + 1 if template.setup else 0
    for scenario in template.scenarios:
        for problem in check(scenario_code(template, scenario), TEST_NAMES, apis):
            if problem.line <= setup_lines:
                problems.add(_moved(problem, template.setup_line))
            else:
                problems.add(_moved(problem, scenario.line - setup_lines))
    if template.type == "TAG" and "gtmOnSuccess" not in template.code:
        message = "Tag code must invoke data.gtmOnSuccess() or data.gtmOnFailure()"
        problems.add(TemplateProblem(template.code_line, 1, message))
    return tuple(sorted(problems))


def scenario_code(template: TemplateFile, scenario: TemplateTest) -> str:
    """The code of one test behind the setup whose names it sees."""
    return f"{template.setup}\n{scenario.code}" if template.setup else scenario.code


def _moved(problem: TemplateProblem, first_line: int) -> TemplateProblem:
    return TemplateProblem(problem.line + first_line - 1, problem.column, problem.message)


def _sections(text: str, side: Side, problems: list[TemplateProblem]) -> dict[str, _Section]:
    code, permissions = CODE_SECTION[side], PERMISSION_SECTION[side]
    order = (_TERMS, _INFO, _PARAMETERS, code, permissions, _TESTS, _NOTES)
    required = (_INFO, _PARAMETERS, code, _TESTS, _NOTES)
    sections: dict[str, _Section] = {}
    lines = text.split("\n")
    headers = [(i, m.group(1)) for i, line in enumerate(lines) if (m := _HEADER.fullmatch(line))]
    for (index, name), following in zip(headers, [*headers[1:], (len(lines), "")], strict=True):
        if name not in order:
            problems.append(TemplateProblem(index + 1, 1, f"Unknown section `___{name}___`."))
        elif name in sections:
            problems.append(TemplateProblem(index + 1, 1, f"Section `___{name}___` stands twice."))
        else:
            start = next((i for i in range(index + 1, following[0]) if lines[i].strip()), index + 1)
            sections[name] = _Section("\n".join(lines[start : following[0]]).rstrip(), start + 1)
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


def _json(section: _Section, name: str, kind: type, problems: list[TemplateProblem]) -> Any:
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


def _check_info(
    info: Mapping[str, Any], side: Side, line: int, problems: list[TemplateProblem]
) -> None:
    problems += [
        TemplateProblem(line, 1, f"INFO has no `{key}`.") for key in _INFO_KEYS if key not in info
    ]
    if info.get("type") not in ("TAG", "MACRO"):
        problems.append(
            TemplateProblem(line, 1, f"INFO type is `{info.get('type')}`, not `TAG` or `MACRO`.")
        )
    context = side.upper()
    if info.get("containerContexts") != [context]:
        problems.append(TemplateProblem(line, 1, f'INFO containerContexts is not `["{context}"]`.'))


def _fields(parameters: Any) -> Iterator[Mapping[str, Any]]:
    for item in parameters:
        if item.get("type") not in ("GROUP", "LABEL"):
            yield item
        yield from _fields(item.get("subParams", ()))
        for option in item.get("radioItems", ()):
            yield from _fields(option.get("subParams", ()))


def _check_fields(parameters: list[Any], line: int, problems: list[TemplateProblem]) -> None:
    seen: set[str] = set()
    for item in _fields(parameters):
        name, kind = item.get("name"), item.get("type")
        if kind not in _FIELD_TYPES:
            problems.append(
                TemplateProblem(line, 1, f"Parameter `{name}` has the unknown type `{kind}`.")
            )
        if not isinstance(name, str) or not name:
            problems.append(TemplateProblem(line, 1, "A parameter has no name."))
        elif name in seen:
            problems.append(TemplateProblem(line, 1, f"Parameter `{name}` stands twice."))
        else:
            seen.add(name)


def _permissions(
    encoded: list[Any], side: Side, line: int, problems: list[TemplateProblem]
) -> dict[str, dict[str, Any]]:
    permissions: dict[str, dict[str, Any]] = {}
    for entry in encoded:
        try:
            name = entry["instance"]["key"]["publicId"]
            values = {
                item["key"]: plain_permission_value(item["value"])
                for item in entry["instance"]["param"]
            }
        except (KeyError, TypeError, ValueError) as error:
            problems.append(
                TemplateProblem(line, 1, f"A permission is not in GTM's encoding: {error}.")
            )
            continue
        if name not in PERMISSION_IDS[side]:
            problems.append(TemplateProblem(line, 1, f"Unknown permission `{name}`."))
        elif name in permissions:
            problems.append(TemplateProblem(line, 1, f"Permission `{name}` stands twice."))
        permissions[name] = values
    return permissions


def plain_permission_value(value: Mapping[str, Any]) -> Any:
    """A value in the encoding of permissions, as plain data. Raises KeyError, ValueError."""
    match value["type"]:
        case 1:
            return value["string"]
        case 2:
            return [plain_permission_value(item) for item in value.get("listItem", ())]
        case 3:
            pairs = zip(value["mapKey"], value["mapValue"], strict=True)
            return {
                plain_permission_value(key): plain_permission_value(item) for key, item in pairs
            }
        case 8:
            return value["boolean"]
    raise ValueError(f"unknown value type {value['type']}")


def _tests(
    section: _Section, problems: list[TemplateProblem]
) -> tuple[str, int, tuple[TemplateTest, ...]]:
    nothing: tuple[str, int, tuple[TemplateTest, ...]] = ("", 0, ())
    try:
        root = yaml.compose(section.text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(section.text)
    except yaml.MarkedYAMLError as error:
        line = section.line + (error.problem_mark.line if error.problem_mark else 0)
        problems.append(
            TemplateProblem(
                line,
                1,
                f"Invalid YAML format for content in section: ___TESTS___ ({error.problem}).",
            )
        )
        return nothing
    if not isinstance(value, dict) or not isinstance(value.get("scenarios"), list):
        problems.append(
            TemplateProblem(section.line, 1, "`___TESTS___` has no list of `scenarios`.")
        )
        return nothing
    lines = dict(_code_lines(root, section.line))
    scenarios = []
    for index, item in enumerate(value["scenarios"]):
        if not isinstance(item, dict) or set(item) != {"name", "code"}:
            problems.append(
                TemplateProblem(
                    section.line, 1, f"Scenario {index + 1} is not a `name` and a `code`."
                )
            )
        else:
            scenarios.append(
                TemplateTest(str(item["name"]), str(item["code"]), lines[f"scenarios.{index}"])
            )
    return str(value.get("setup", "")).rstrip("\n"), lines.get("setup", 0), tuple(scenarios)


def _code_lines(root: Any, first: int) -> Iterator[tuple[str, int]]:
    """Where each block of code starts: a block scalar's first line is the one below its mark."""
    for key, node in root.value:
        if key.value == "setup":
            yield "setup", _first_line(node, first)
        elif key.value == "scenarios":
            for index, item in enumerate(node.value):
                for name, code in item.value if isinstance(item.value, list) else ():
                    if isinstance(name, yaml.ScalarNode) and name.value == "code":
                        yield f"scenarios.{index}", _first_line(code, first)


def _first_line(node: Any, first: int) -> int:
    return int(first + node.start_mark.line + (node.style in ("|", ">")))
