"""Parameters of a tag that its template does not know."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Template, TemplateRef
from gtmgen.lint.template_fields import fields_of_template
from gtmgen.lint.view import ContainerView, Finding
from gtmgen.text import nearest


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags and variables that set what no field of their template is for."""
    declared = {
        template.name: names
        for template in view.of_kind(Kind.TEMPLATE)
        if isinstance(template, Template)
        and (names := fields_of_template(template.data)) is not None
    }
    for kind in (Kind.TAG, Kind.VARIABLE, Kind.CLIENT):
        for entity in view.of_kind(kind):
            type_ = getattr(entity, "type", None)
            names = declared.get(type_.template) if isinstance(type_, TemplateRef) else None
            if names is None:
                continue
            for item in getattr(entity, "parameter", ()):
                if item.key is not None and item.key not in names:
                    hint = nearest(item.key, sorted(names))
                    text = f"Its template has no field `{item.key}`{f'; {hint}' if hint else '.'}"
                    yield Finding(kind, entity.name, text)
