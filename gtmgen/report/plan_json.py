"""A plan as JSON for machines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gtmgen.plan.cost import Cost, count_in_bulk, count_singly
from gtmgen.plan.model import Action
from gtmgen.report.meaning_report import build_meaning_data
from gtmgen.report.plan_report import PlanView, describe_double_install
from gtmgen.report.visible import json_text

FORMAT_VERSION = "2.0"


def build_plan_data(view: PlanView, checksum: str) -> dict[str, Any]:
    """One plan as plain data; ``plan.schema.json`` describes it."""
    # Also for machines: what a CI prints is kept for long, and read by many.
    view = view.without_credentials()
    plan = view.plan
    return {
        "project": plan.project,
        "container": plan.gtm,
        "workspace": plan.workspace,
        "workspace_exists": plan.live.workspace_path is not None,
        "target": plan.target,
        **({"against": plan.live.published} if plan.live.published else {}),
        "summary": {
            **{action.value: plan.count(action) for action in Action},
            "unchanged": plan.unchanged,
            "equal": len(plan.equal),
            "unmanaged": plan.unmanaged,
        },
        "meaning": build_meaning_data(view.meaning()),
        "changes": [
            {
                "action": change.action.value,
                "kind": change.kind.value,
                "name": change.name,
                "old_name": change.existing.name if change.existing else None,
                "place": change.place or None,
                "drift": change.drift.value if change.drift else None,
                "fields": [field._asdict() for field in change.fields],
                "unchanged_fields": change.same,
            }
            for change in plan.changes
        ],
        "equal": [{"kind": entity.kind.value, "name": entity.name} for entity in plan.equal],
        "in_use": [
            {"kind": entity.kind.value, "name": entity.name, "users": list(users)}
            for entity, users in plan.in_use
        ],
        "conflicts": list(plan.live.conflicts),
        "double_installs": [
            {"tag": item.tag, "project": item.project, "message": describe_double_install(item)}
            for item in view.double_installs
        ],
        "cost": {
            "entity_by_entity": _build_cost_data(count_singly(plan)),
            "bulk": _build_cost_data(count_in_bulk(plan)),
        },
        "checksum": checksum,
    }


def _build_cost_data(cost: Cost) -> dict[str, Any]:
    return {"calls": cost.calls, "minutes": round(cost.minutes, 1)}


def render_plans_json(plans: Sequence[tuple[PlanView, str]]) -> str:
    """Plans with their checksums, in one shape, however many they are.

    ``format_version`` changes when the shape does.
    """
    return json_text(
        {"format_version": FORMAT_VERSION, "plans": [build_plan_data(*plan) for plan in plans]}
    )
