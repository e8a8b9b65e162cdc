"""A plan from what is live now: read, then compared."""

from __future__ import annotations

from collections.abc import Sequence

from gtmgen.api.port import TagManager
from gtmgen.container.entities import Container, Kind
from gtmgen.plan.build import NO_OPTIONS, build_plan
from gtmgen.plan.guards import check_context
from gtmgen.plan.live import list_kinds, read_live
from gtmgen.plan.model import Plan
from gtmgen.plan.options import PlanOptions


def make_plan(
    manager: TagManager,
    container: Container,
    workspace: str,
    target: str,
    options: PlanOptions = NO_OPTIONS,
    kinds: frozenset[Kind] = frozenset(),
) -> Plan:
    """Read the live state and compare it with the compiled container; nothing is written.

    ``kinds`` are looked at beside those that the spec asks for. Raises :class:`ApiError` and
    :class:`GuardError` as :func:`read_live` and :func:`build_plan` do.
    """
    live = read_live(manager, container.gtm, workspace, list_kinds(container) | kinds)
    check_context(container, _find_contexts(manager, container.gtm))
    return build_plan(container, live, workspace=workspace, target=target, options=options)


def _find_contexts(manager: TagManager, gtm: str) -> Sequence[str]:
    """What the container is for; one that is named by its path was not looked up, so it is read."""
    contexts = manager.contexts_of(gtm)
    if contexts or gtm.startswith("GTM-"):
        return contexts
    return manager.container(manager.resolve_container(gtm)).get("usageContext") or ()
