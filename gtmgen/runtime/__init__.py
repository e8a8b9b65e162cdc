"""The local GTM runtime: containers run in it as in Google's, template files, their language."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gtmgen.runtime.engine import (
        EngineError,
        PreparedContainer,
        Run,
        RunLimits,
        RunOptions,
        run_scenario,
    )
    from gtmgen.runtime.language import check
    from gtmgen.runtime.problems import TemplateError, TemplateProblem
    from gtmgen.runtime.template import (
        TemplateFile,
        TemplateTest,
        check_template,
        load_template,
        parse_template,
    )
    from gtmgen.runtime.template_tests import ScenarioResult, run_tests

__all__ = [
    "EngineError",
    "PreparedContainer",
    "Run",
    "RunLimits",
    "RunOptions",
    "ScenarioResult",
    "TemplateError",
    "TemplateFile",
    "TemplateProblem",
    "TemplateTest",
    "check",
    "check_template",
    "load_template",
    "parse_template",
    "run_scenario",
    "run_tests",
]

# Loaded when they are named: whoever only reads a template's code needs no engine.
_MODULES = {
    "EngineError": "engine",
    "PreparedContainer": "engine",
    "Run": "engine",
    "RunLimits": "engine",
    "RunOptions": "engine",
    "run_scenario": "engine",
    "check": "language",
    "TemplateError": "problems",
    "TemplateProblem": "problems",
    "TemplateFile": "template",
    "TemplateTest": "template",
    "check_template": "template",
    "load_template": "template",
    "parse_template": "template",
    "ScenarioResult": "template_tests",
    "run_tests": "template_tests",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
