"""The parts of a plan that people see: what was changed in GTM stands apart from the spec's own."""

from __future__ import annotations

from gtmgen.plan.model import Change, Drift, Plan

_OUTSIDE = "Changed outside gtmgen since the last push, and put back by this plan"
_BOTH = "Changed outside gtmgen and in the spec since the last push; this plan makes it the spec's"
_SPEC = "Changed in the spec"


def sections(plan: Plan) -> list[tuple[str, list[Change]]]:
    """The changes by who made them necessary, each with a title where there are several.

    A plan that puts nothing back is one section without a title.
    """
    found: dict[str, list[Change]] = {_OUTSIDE: [], _BOTH: [], _SPEC: []}
    titles = {Drift.OUTSIDE: _OUTSIDE, Drift.BOTH: _BOTH}
    for change in plan.changes:
        found[titles.get(change.drift, _SPEC) if change.drift else _SPEC].append(change)
    if len(found[_SPEC]) == len(plan.changes):
        return [("", list(plan.changes))] if plan.changes else []
    return [(title, changes) for title, changes in found.items() if changes]


def equal_line(plan: Plan) -> list[str]:
    """What nobody owns but the spec has too: nothing is to be done, but something can be."""
    if not plan.equal:
        return []
    if len(plan.equal) == 1:
        return ["1 matches the spec but is not gtmgen's yet; `--adopt equal` takes it over."]
    count = f"{len(plan.equal)} match the spec but are not gtmgen's yet"
    return [f"{count}; `--adopt equal` takes them over."]
