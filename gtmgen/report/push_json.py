"""A push as JSON for machines: what became of every change, and the versions that were made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from gtmgen.errors import GtmgenError
from gtmgen.plan.model import Action, Change, Plan
from gtmgen.push.run import PushStep
from gtmgen.report.diagnostics_report import build_error_data
from gtmgen.report.visible import json_text

FORMAT_VERSION = "1.0"


@dataclass
class PushOutcome:
    """One plan, and what became of it. ``matches``: read back, the workspace is as the spec."""

    plan: Plan
    steps: list[PushStep] = field(default_factory=list)
    matches: bool = False


@dataclass(frozen=True)
class MadeVersion:
    """A version that was made, and the environment that shows it now, if one does."""

    gtm: str
    workspace: str
    number: int
    name: str | None
    environment: str | None


@dataclass
class PushReport:
    """What a push has done so far; it is told also where an error ends it."""

    outcomes: list[PushOutcome] = field(default_factory=list)
    versions: list[MadeVersion] = field(default_factory=list)


def render_push_json(report: PushReport, error: GtmgenError | None = None) -> str:
    """One shape, however many containers, and whether it went well or not."""
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "pushes": [_build_outcome(outcome) for outcome in report.outcomes],
            "versions": [
                {
                    "container": version.gtm,
                    "workspace": version.workspace,
                    "version": version.number,
                    "name": version.name,
                    "environment": version.environment,
                }
                for version in report.versions
            ],
            "error": None if error is None else build_error_data(error),
        }
    )


def _build_outcome(outcome: PushOutcome) -> dict[str, Any]:
    plan = outcome.plan
    words = {step.change.key: _name_outcome(step) for step in outcome.steps}
    return {
        "project": plan.project,
        "container": plan.gtm,
        "workspace": plan.workspace,
        "target": plan.target,
        "summary": {
            **{action.value: _count(outcome.steps, action) for action in Action},
            "unchanged": plan.unchanged,
            "unmanaged": plan.unmanaged,
        },
        "changes": [
            _build_change(change, words.get(change.key, "open")) for change in plan.changes
        ],
        "calls": max((step.calls for step in outcome.steps), default=0),
        "matches": outcome.matches,
    }


def _name_outcome(step: PushStep) -> str:
    """``found``: somebody else has done it before, or a call that had seemed to fail."""
    if step.by_gtm:
        return "by_gtm"
    return "found" if step.done_already else "done"


def _count(steps: Sequence[PushStep], action: Action) -> int:
    return sum(step.change.action is action and not step.done_already for step in steps)


def _build_change(change: Change, outcome: str) -> dict[str, Any]:
    return {
        "action": change.action.value,
        "kind": change.kind.value,
        "name": change.name,
        "old_name": change.existing.name if change.existing else None,
        "outcome": outcome,
    }
