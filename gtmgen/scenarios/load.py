"""Scenarios from a spec, or from a file of their own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath

from gtmgen.diagnostics import Diagnostic, Path, Problem, Severity, Span
from gtmgen.errors import SpecError
from gtmgen.scenarios.model import Scenario
from gtmgen.scenarios.parse import parse_scenarios
from gtmgen.source.document import Document
from gtmgen.source.open import open_source
from gtmgen.spec.load import Loaded
from gtmgen.spec.scenario_checks import Nameable, check_scenarios
from gtmgen.spec.scenario_schema import scenario_file_schema
from gtmgen.spec.shape import ShapeChecker


@dataclass(frozen=True)
class ScenarioFile:
    """Scenarios, and where their parts stand."""

    scenarios: tuple[Scenario, ...]
    locate: Callable[[Path], Span]


def scenarios_of_spec(loaded: Loaded) -> ScenarioFile:
    """The spec's own `tests`, with those of the files that it includes."""
    scenarios = parse_scenarios(loaded.document.data.get("tests"))
    return ScenarioFile(scenarios, loaded.document.span)


def load_scenarios(
    path: FilePath, environ: Mapping[str, str], platforms: Collection[str]
) -> ScenarioFile:
    """A file with `tests:`; raises :class:`SpecError` with every problem, if one is an error."""
    document = open_source(path).document(environ)
    problems = ShapeChecker(scenario_file_schema()).check(document.data)
    if not problems:
        problems = list(check_scenarios(document.data["tests"], Nameable(platforms, platforms)))
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise SpecError(_locate_problems(document, problems))
    return ScenarioFile(parse_scenarios(document.data["tests"]), document.span)


def _locate_problems(document: Document, problems: list[Problem]) -> list[Diagnostic]:
    unique = dict.fromkeys(document.locate(problem) for problem in problems)
    return sorted(unique, key=Diagnostic.sort_key)
