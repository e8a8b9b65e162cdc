"""One short text for what was compiled, and one for what the container holds."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from gtmgen.container.canonical import canonical, canonical_json
from gtmgen.container.entities import Container
from gtmgen.plan.live import LiveState
from gtmgen.plan.model import Plan
from gtmgen.plan.options import PlanOptions
from gtmgen.plan.words import kind_of


def plan_checksum(plan: Plan, container: Container) -> str:
    """Of both sides, and of what the plan was allowed to do."""
    return compute_approval_checksum(
        compute_spec_checksum(container, plan.workspace),
        compute_live_checksum(plan.live),
        plan.options,
    )


def compute_approval_checksum(spec: str, live: str, options: PlanOptions) -> str:
    """:func:`plan_checksum` of the checksums of both sides."""
    return compute_checksum(
        [
            spec,
            live,
            sorted(options.adopt),
            sorted(options.allow_delete),
            options.allow_all,
        ]
    )


def compute_spec_checksum(container: Container, workspace: str) -> str:
    """Of the canonical form of everything that the spec puts into the container."""
    return compute_checksum(
        [
            container.project,
            container.gtm,
            container.context,
            workspace,
            [
                [kind_of(entity).value, str(entity.owner), canonical(entity)]
                for entity in container.entities()
            ],
            sorted([built_in.key, built_in.name] for built_in in container.built_ins),
            sorted(
                [str(owner), *map(str, former)] for owner, former in container.former_owners.items()
            ),
            container.secrets,
        ]
    )


def compute_live_checksum(live: LiveState) -> str:
    """Of all entities, unmanaged ones too; a write that changed nothing changes nothing here."""
    names = live.names()
    return compute_checksum(
        [
            live.container_path,
            live.workspace_path,
            {
                f"{entity.kind.value}/{entity.id}": canonical_json(entity.kind, entity.body, names)
                for entity in live.entities
            },
            sorted(live.built_ins),
            live.conflicts,
        ]
    )


def compute_checksum(data: Any) -> str:
    """The same for the same data, whatever the order of its keys."""
    # The very text counts: its digits stand in saved plans, and in the notes of entities in GTM.
    text = json.dumps(data, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
