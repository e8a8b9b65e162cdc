"""The parts of a plan that people see: what was changed in GTM stands apart from the spec's own."""

from __future__ import annotations

from gtmgen.plan.model import Action, Change, Drift, Plan

_OUTSIDE = "Changed outside gtmgen since the last push, and reverted by this plan"
_BOTH = "Changed outside gtmgen and in the spec since the last push; this plan applies the spec"
_UNKNOWN = "Changed since the last push; the notes in GTM do not tell by whom"
_SPEC = "Changed in the spec"
_SPEC_AND_NEW = f"{_SPEC}; what is created is new in it, or was deleted outside gtmgen"


def group_changes(plan: Plan) -> list[tuple[str, list[Change]]]:
    """The changes by who made them necessary, each with a title where there are several.

    A plan that puts nothing back is one section without a title.
    """
    if not any(change.drift in (Drift.OUTSIDE, Drift.BOTH) for change in plan.changes):
        return [("", list(plan.changes))] if plan.changes else []
    # Nothing is left of what was deleted in GTM that could tell so.
    spec = _SPEC_AND_NEW if plan.count(Action.CREATE) else _SPEC
    titles = {Drift.OUTSIDE: _OUTSIDE, Drift.BOTH: _BOTH, Drift.UNKNOWN: _UNKNOWN, Drift.SPEC: spec}
    sections: dict[str, list[Change]] = {title: [] for title in titles.values()}
    for change in plan.changes:
        drift = change.drift or Drift.SPEC
        if change.action is Action.DELETE and drift is Drift.UNKNOWN:
            drift = Drift.SPEC  # which does not have it any more, whatever else was done to it
        sections[titles[drift]].append(change)
    return [(title, changes) for title, changes in sections.items() if changes]


def list_equal(plan: Plan) -> list[str]:
    """What nobody owns but the spec has too: nothing is to be done, but something can be."""
    if not plan.equal:
        return []
    if len(plan.equal) == 1:
        return ["1 matches the spec but is not gtmgen's yet; `--adopt equal` takes it over."]
    count = f"{len(plan.equal)} match the spec but are not gtmgen's yet"
    return [f"{count}; `--adopt equal` takes them over."]
