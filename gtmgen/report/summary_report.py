"""What a spec was compiled into, and from which line each thing comes."""

from __future__ import annotations

from gtmgen.container.entities import Container
from gtmgen.plan.words import LISTED, format_kind, kind_of
from gtmgen.text import printable


def render_container_summary(container: Container) -> str:
    """A list by kind: name, type, spec line."""
    lines: list[str] = []
    for kind in LISTED:
        entities = [entity for entity in container.entities() if kind_of(entity) is kind]
        if not entities:
            continue
        lines.append(f"{format_kind(kind).capitalize()}s ({len(entities)})")
        width = min(60, max(len(entity.name) for entity in entities))
        for entity in entities:
            type_ = getattr(entity, "type", "")
            label = type_ if isinstance(type_, str) else f"template {type_.template}"
            lines.append(f"  {entity.name:<{width}}  {label:<20}  {entity.origin or ''}".rstrip())
        lines.append("")
    if container.built_ins:
        lines.append(f"Built-in variables ({len(container.built_ins)})")
        lines.append("  " + ", ".join(built_in.name for built_in in container.built_ins))
    return "\n".join(map(printable, lines)).rstrip()
