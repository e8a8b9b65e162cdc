"""What a spec was compiled into, and from which line each thing comes."""

from __future__ import annotations

from gtmgen.container.entities import KIND_OF, Container, Kind
from gtmgen.text import printable

TITLES = {
    Kind.TAG: "Tags",
    Kind.TRIGGER: "Triggers",
    Kind.VARIABLE: "Variables",
    Kind.TEMPLATE: "Templates",
    Kind.FOLDER: "Folders",
    Kind.CLIENT: "Clients",
    Kind.TRANSFORMATION: "Transformations",
    Kind.ZONE: "Zones",
    Kind.GTAG_CONFIG: "Google tag configurations",
}


def render_container_summary(container: Container) -> str:
    """A list by kind: name, type, spec line."""
    lines: list[str] = []
    for kind, title in TITLES.items():
        entities = [entity for entity in container.entities() if KIND_OF[type(entity)] is kind]
        if not entities:
            continue
        lines.append(f"{title} ({len(entities)})")
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
