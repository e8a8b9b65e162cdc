"""The local GTM runtime: template files, the language checker and the sandbox they run in."""

from gtmgen.runtime.language import check
from gtmgen.runtime.problems import Problem, TemplateError
from gtmgen.runtime.sandbox import (
    UNDEFINED,
    Event,
    Page,
    PageError,
    ScenarioResult,
    Script,
    TagRun,
    Undefined,
    run_tests,
)
from gtmgen.runtime.template import (
    Scenario,
    Template,
    check_template,
    load_template,
    parse_template,
)

__all__ = [
    "UNDEFINED",
    "Event",
    "Page",
    "PageError",
    "Problem",
    "Scenario",
    "ScenarioResult",
    "Script",
    "TagRun",
    "Template",
    "TemplateError",
    "Undefined",
    "check",
    "check_template",
    "load_template",
    "parse_template",
    "run_tests",
]
