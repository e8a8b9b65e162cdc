"""Reads a GTM custom template (`.tpl`, the `templateData` of the API) into its sections.

Format: that of published templates (sections, INFO keys, parameters, typed permission values,
tests).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal

import yaml
from msgspec import Struct

from gtmgen.runtime.api_names import SERVER_APIS, WEB_APIS
from gtmgen.runtime.language import check
from gtmgen.runtime.problems import TemplateError, TemplateProblem
from gtmgen.runtime.template_permissions import read_permissions
from gtmgen.runtime.template_sections import (
    CODE_SECTION,
    INFO,
    NOTES,
    PARAMETERS,
    PERMISSION_SECTION,
    TESTS,
    Side,
    TemplateSection,
    read_json,
    split_sections,
)
from gtmgen.runtime.tokens import words
from gtmgen.runtime.translate import TEST_NAMES

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
        return tuple(list_fields(self.parameters))


def load_template(path: Path) -> TemplateFile:
    """Reads and checks a file. Raises TemplateError."""
    return parse_template(path.read_text(encoding="utf-8"))


def parse_template(text: str) -> TemplateFile:
    """The sections of a template. Raises TemplateError with all problems."""
    text = text.replace("\r\n", "\n").removeprefix("\ufeff")
    problems: list[TemplateProblem] = []
    side: Side = "server" if f"___{CODE_SECTION['server']}___" in text.split("\n") else "web"
    permission_section = PERMISSION_SECTION[side]
    sections = split_sections(text, side, problems)
    if problems:
        raise TemplateError(problems)
    info = read_json(sections[INFO], INFO, dict, problems)
    parameters = read_json(sections[PARAMETERS], PARAMETERS, list, problems)
    permission_text = sections.get(permission_section, TemplateSection("[]", 0))
    encoded = read_json(permission_text, permission_section, list, problems)
    setup, setup_line, scenarios = _read_tests(sections[TESTS], problems)
    if problems:
        raise TemplateError(problems)
    _check_info(info, side, sections[INFO].line, problems)
    _check_fields(parameters, sections[PARAMETERS].line, problems)
    permissions = read_permissions(encoded, side, permission_text.line, problems)
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
        notes=sections[NOTES].text.strip(),
        text=text,
    )


def check_template(template: TemplateFile) -> tuple[TemplateProblem, ...]:
    """What the language checker says of the code and of each test; lines are the file's."""
    apis = APIS[template.side]
    problems = {
        _move_problem(problem, template.code_line) for problem in check(template.code, apis=apis)
    }
    setup_lines = template.setup.count("\n") + 1 if template.setup else 0
    for scenario in template.scenarios:
        for problem in check(scenario_code(template, scenario), TEST_NAMES, apis):
            if problem.line <= setup_lines:
                problems.add(_move_problem(problem, template.setup_line))
            else:
                problems.add(_move_problem(problem, scenario.line - setup_lines))
    if template.type == "TAG" and "gtmOnSuccess" not in template.code:
        message = "Tag code must invoke data.gtmOnSuccess() or data.gtmOnFailure()"
        problems.add(TemplateProblem(template.code_line, 1, message))
    return tuple(sorted(problems))


def scenario_code(template: TemplateFile, scenario: TemplateTest) -> str:
    """The code of one test behind the setup whose names it sees."""
    return f"{template.setup}\n{scenario.code}" if template.setup else scenario.code


def _move_problem(problem: TemplateProblem, first_line: int) -> TemplateProblem:
    return TemplateProblem(problem.line + first_line - 1, problem.column, problem.message)


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


def list_fields(parameters: Any) -> Iterator[Mapping[str, Any]]:
    for item in parameters:
        if item.get("type") not in ("GROUP", "LABEL"):
            yield item
        yield from list_fields(item.get("subParams", ()))
        for option in item.get("radioItems", ()):
            yield from list_fields(option.get("subParams", ()))


def _check_fields(parameters: list[Any], line: int, problems: list[TemplateProblem]) -> None:
    names: set[str] = set()
    for item in list_fields(parameters):
        name, kind = item.get("name"), item.get("type")
        if kind not in _FIELD_TYPES:
            problems.append(
                TemplateProblem(line, 1, f"Parameter `{name}` has the unknown type `{kind}`.")
            )
        if not isinstance(name, str) or not name:
            problems.append(TemplateProblem(line, 1, "A parameter has no name."))
        elif name in names:
            problems.append(TemplateProblem(line, 1, f"Parameter `{name}` stands twice."))
        else:
            names.add(name)


def _read_tests(
    section: TemplateSection, problems: list[TemplateProblem]
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
    lines = dict(_find_code_lines(root, section.line))
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


def _find_code_lines(root: Any, first: int) -> Iterator[tuple[str, int]]:
    """Where each block of code starts: a block scalar's first line is the one below its mark."""
    for key, node in root.value:
        if key.value == "setup":
            yield "setup", _find_first_line(node, first)
        elif key.value == "scenarios":
            for index, item in enumerate(node.value):
                for name, code in item.value if isinstance(item.value, list) else ():
                    if isinstance(name, yaml.ScalarNode) and name.value == "code":
                        yield f"scenarios.{index}", _find_first_line(code, first)


def _find_first_line(node: Any, first: int) -> int:
    return int(first + node.start_mark.line + (node.style in ("|", ">")))
