"""A plan against what visitors get now: the published version, and not the workspace."""

from __future__ import annotations

from gtmgen.api.port import Json, TagManager
from gtmgen.container.entities import Container
from gtmgen.container.version import bodies_of, built_in_key
from gtmgen.plan.build import build_plan
from gtmgen.plan.live import LiveState, read_live_entity, refuse_odd_answers
from gtmgen.plan.model import Plan
from gtmgen.plan.options import PlanOptions


def plan_against_published(
    manager: TagManager,
    container: Container,
    workspace: str,
    target: str,
    options: PlanOptions,
) -> Plan:
    """What would be otherwise for visitors if the spec were published; nothing is written."""
    with refuse_odd_answers(container.gtm):
        live = _read_published(manager, container.gtm)
    return build_plan(container, live, workspace=workspace, target=target, options=options)


def _read_published(manager: TagManager, gtm: str) -> LiveState:
    container_path = manager.resolve_container(gtm)
    version = manager.live_version(container_path)
    if version is None:
        return LiveState(container_path, None, (), frozenset(), published="nothing published")
    return _make_state(container_path, version)


def _make_state(container_path: str, version: Json) -> LiveState:
    number, name = version["containerVersionId"], version.get("name")
    entities = tuple(
        read_live_entity(kind, item) for kind, items in bodies_of(version).items() for item in items
    )
    built_ins = (built_in_key(item["type"]) for item in version.get("builtInVariable", ()))
    return LiveState(
        container_path,
        None,
        entities,
        frozenset(built_ins),
        published=f"published version {number}{f' `{name}`' if name else ''}",
    )
