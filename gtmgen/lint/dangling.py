"""References of a spec to variables that neither it nor the workspace has."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.builtins import built_in_name
from gtmgen.container.entities import KIND_OF, Container, Kind
from gtmgen.lint.references import missing_variables
from gtmgen.lint.view import view_of
from gtmgen.plan.model import Plan
from gtmgen.plan.words import format_entity
from gtmgen.text import printable, quoted


def dangling_variables(container: Container, plan: Plan) -> Iterator[str]:
    """One line per reference; nothing for containers whose built-in variables are not known.

    Only a plan can tell: in a container that several hold, the variable may be another's.
    """
    existing = {entity.name for entity in plan.live.entities if entity.kind is Kind.VARIABLE}
    existing |= {built_in_name(key) for key in plan.live.built_ins}
    places = {
        (KIND_OF[type(entity)], entity.name): str(entity.origin) if entity.origin else ""
        for entity in container.entities()
    }
    for kind, entity, name in missing_variables(view_of(container)):
        if name not in existing:
            position = printable(places[kind, entity])
            at = f" ({position})" if position else ""
            yield (
                f"{format_entity(kind, entity)}{at} refers to the variable {quoted(name)}, "
                "which neither the spec nor the workspace has"
            )
