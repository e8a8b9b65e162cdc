"""Two specs, two containers, or a plan: what the change between them means."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from gtmgen.compare.model import Differences
from gtmgen.compare.snapshot import Snapshot, of_container
from gtmgen.container.entities import Container
from gtmgen.meaning.containers import container_facts, is_raw, name_facts
from gtmgen.meaning.data import compare_data
from gtmgen.meaning.entities import pair_diff, pair_plan
from gtmgen.meaning.events import compare_events
from gtmgen.meaning.model import Meaning, Risk, Who
from gtmgen.meaning.places import compare_pages, compare_sites
from gtmgen.meaning.platforms import compare_platforms
from gtmgen.meaning.roles import list_galleries
from gtmgen.meaning.sides import CompiledSpec, Sides
from gtmgen.meaning.subject import Subject
from gtmgen.meaning.users import Users
from gtmgen.plan.model import Change, Plan


def compare_sides(sides: Sides) -> Meaning:
    """What two specs mean, in the order of the spec as it is now."""
    return Meaning(
        (
            *compare_events(sides),
            *compare_platforms(sides),
            *compare_pages(sides),
            *compare_data(sides),
            *compare_sites(sides),
        )
    )


def compare_specs(sides: Sides, old: Snapshot, new: Snapshot, differences: Differences) -> Meaning:
    """What two specs mean, with the entities that they hold in GTM's own words.

    Where the specs do not tell what has changed, such as the language's own version, the
    entities do.
    """
    changes = pair_diff(old, new, differences)
    galleries = list_galleries(new)
    users = Users(new, galleries, changes)
    items = compare_sides(sides).items
    raw = container_facts([item for item in changes if is_raw(item)], users, galleries)
    names = [fact for item in changes if not is_raw(item) for fact in name_facts(item)]
    meaning = Meaning((*items, *raw.items, *names))
    return meaning or container_facts(changes, users, galleries)


def compare_new_spec(new: CompiledSpec, snapshot: Snapshot, differences: Differences) -> Meaning:
    """What a spec means that was not there before: all that it has is new."""
    spec = new.spec
    nothing = replace(
        spec, platforms={}, data={}, pages={}, triggers={}, events={}, raw={k: {} for k in spec.raw}
    )
    before = CompiledSpec(nothing, Container(spec.project, spec.container.gtm))
    empty = Snapshot((), context=snapshot.context)
    return compare_specs(Sides(before, new), empty, snapshot, differences)


def explain_removed_spec(project: str, gtm: str) -> Meaning:
    """What it means that a spec is no longer there: nothing deletes what it has made."""
    subject = Subject("site", project, project)
    return Meaning(
        (
            subject.fact(
                "gone", "spec_gone", ("marketing", "developers", "qa"), Risk.LOSS,
                before=gtm, risk="spec_gone",
            ),
        )
    )  # fmt: skip


def explain_environments(spec: str, new: Sequence[str], gone: Sequence[str]) -> Meaning:
    """Environments that a spec has now, and those that it had."""
    subject = Subject("site", spec, spec)
    who: tuple[Who, ...] = ("developers", "qa")
    return Meaning(
        (
            *(subject.fact("new", "environment_new", who, after=name) for name in new),
            *(subject.fact("gone", "environment_gone", who, before=name) for name in gone),
        )
    )


def compare_containers(old: Snapshot, new: Snapshot, differences: Differences) -> Meaning:
    """What two containers mean, as far as entities alone can tell it."""
    galleries = list_galleries(new)
    changes = pair_diff(old, new, differences)
    return container_facts(changes, Users(new, galleries, changes), galleries)


def explain_plan(plan: Plan, container: Container, changes: Sequence[Change]) -> Meaning:
    """What some of a plan's changes mean for what is live; ``container`` is the compiled spec."""
    snapshot = of_container(container)
    galleries = list_galleries(snapshot)
    pairs = pair_plan(plan, changes)
    return container_facts(pairs, Users(snapshot, galleries, pairs), galleries)
