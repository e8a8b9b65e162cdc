"""Double installs, as ``plan``, ``push`` and ``doctor`` tell them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gtmgen.cli.output import talk
from gtmgen.container.entities import AnyEntity, Container, Kind
from gtmgen.container.reading import read_entity
from gtmgen.lint.installs import DoubleInstall, Install, double_installs, installs_of
from gtmgen.lint.view import ContainerView, view_of
from gtmgen.plan.live import LiveEntity
from gtmgen.plan.model import Plan
from gtmgen.report.plan_report import describe_double_install


def find_double_installs(plan: Plan, container: Container) -> list[DoubleInstall]:
    """Tags that are there, and not this spec's, and do what the spec does.

    What the plan takes over or deletes is the spec's.
    """
    written = {id(change.existing) for change in plan.changes} | {id(item) for item in plan.equal}
    others = [
        entity
        for entity in plan.live.entities
        if entity.kind is Kind.TAG and entity.project != plan.project and id(entity) not in written
    ]
    if not others:
        return []
    context = [item for item in plan.live.entities if item.kind in (Kind.TEMPLATE, Kind.TRIGGER)]
    view = _view([*context, *others], plan)
    projects = {entity.name: entity.project for entity in others}
    return double_installs(_own_installs(container), installs_of(view), projects)


def tell_double_installs(project: str, installs: Iterable[DoubleInstall]) -> None:
    """A warning for each: the plan itself cannot mend it."""
    listed = list(installs)
    for item in listed:
        talk(f"warning: double install: {describe_double_install(item)}")
    if listed:
        talk(
            f"hint: pause or delete one of the two, or take the event out of `{project}`: it is "
            "counted twice"
        )


def tell_double_installs_between(containers: Sequence[Container]) -> None:
    """The same of specs that are given together and share a container, before any is pushed."""
    installs = [_own_installs(container) for container in containers]
    for index, container in enumerate(containers):
        for other, theirs in zip(containers[:index], installs, strict=False):
            if other.gtm == container.gtm and other.project != container.project:
                projects = {tag.name: other.project for tag in other.tags}
                doubles = double_installs(installs[index], theirs, projects)
                tell_double_installs(container.project, doubles)


def _own_installs(container: Container) -> list[Install]:
    return installs_of(view_of(container))


def _view(entities: Sequence[LiveEntity], plan: Plan) -> ContainerView:
    names = plan.live.names()
    by_kind: dict[Kind, list[AnyEntity]] = {}
    for entity in entities:
        by_kind.setdefault(entity.kind, []).append(read_entity(entity.kind, entity.body, names))
    return ContainerView(by_kind, plan.live.built_ins, "WEB")
