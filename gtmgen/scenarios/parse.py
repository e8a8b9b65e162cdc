"""`tests` of a spec, whose shape is right, to scenarios."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.diagnostics import Path
from gtmgen.scenarios.model import Expectation, Scenario, Step
from gtmgen.spec.scenario_schema import ACTIONS, DETAILS, SUBJECTS

_SETUP = (
    "consent_default",
    "consent",
    "data_layer",
    "data_layer_name",
    "referrer",
    "cookies",
    "html",
    "pages",
    "csp",
    "block",
    "answers",
)


def parse_scenarios(tests: Any) -> tuple[Scenario, ...]:
    """Scenarios, with their paths in the document below ``tests``."""
    return tuple(parse_scenario(raw, ("tests", index)) for index, raw in enumerate(tests or ()))


def parse_scenario(raw: Mapping[str, Any], path: Path) -> Scenario:
    """One scenario; ``path`` is its place in the document."""
    setup = {name: raw[name] for name in _SETUP if name in raw}
    if "block" in setup:
        setup["block"] = names_of(setup["block"])
    return Scenario(
        name=raw["name"],
        description=raw.get("description", ""),
        steps=tuple(
            _parse_step(step, (*path, "steps", index)) for index, step in enumerate(raw["steps"])
        ),
        path=path,
        expect=_parse_expectations(raw.get("expect"), (*path, "expect")),
        setup=setup,
        engine=raw.get("engine", "auto"),
        ordered=raw.get("ordered", False),
    )


def _parse_step(raw: Mapping[str, Any], path: Path) -> Step:
    action = next(name for name in ACTIONS if name in raw)
    return Step(
        action, raw[action], path, _parse_expectations(raw.get("expect"), (*path, "expect"))
    )


def _parse_expectations(raw: Any, path: Path) -> tuple[Expectation, ...] | None:
    if raw is None:
        return None
    return tuple(_parse_expectation(item, (*path, index)) for index, item in enumerate(raw))


def _parse_expectation(raw: Mapping[str, Any], path: Path) -> Expectation:
    details = {name: raw[name] for name in DETAILS if name in raw}
    subject = next((name for name in SUBJECTS if name in raw), None)
    if subject is not None:
        return Expectation(subject, names_of(raw[subject]), path, details=details)
    platform = next(name for name in raw if name not in DETAILS)
    return Expectation("call", (platform,), path, raw[platform], details)


def names_of(raw: Any) -> tuple[str, ...]:
    """One name or a list of them."""
    return (raw,) if isinstance(raw, str) else tuple(raw)
