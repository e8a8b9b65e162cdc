"""The local GTM runtime: containers run in it as in Google's, template files, their language."""

from gtmgen.runtime.engine import Container, EngineError, Limits, Options, Run, run_scenario
from gtmgen.runtime.language import check
from gtmgen.runtime.problems import Problem, TemplateError
from gtmgen.runtime.template import (
    Scenario,
    Template,
    check_template,
    load_template,
    parse_template,
)
from gtmgen.runtime.template_tests import ScenarioResult, run_tests

__all__ = [
    "Container",
    "EngineError",
    "Limits",
    "Options",
    "Problem",
    "Run",
    "Scenario",
    "ScenarioResult",
    "Template",
    "TemplateError",
    "check",
    "check_template",
    "load_template",
    "parse_template",
    "run_scenario",
    "run_tests",
]
