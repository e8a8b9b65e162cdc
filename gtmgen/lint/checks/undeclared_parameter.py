"""Parameters of a tag that its template does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from gtmgen.container.entities import Kind, Template, TemplateRef
from gtmgen.lint.template_fields import fields_of_template
from gtmgen.lint.view import ContainerView, Finding, WithParameters, tell_of_alike
from gtmgen.text import nearest


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags and variables that set what no field of their template is for."""
    declared = {
        template.name: names
        for template in view.of_kind(Kind.TEMPLATE)
        if isinstance(template, Template)
        and (names := fields_of_template(template.data)) is not None
    }
    return tell_of_alike(view, partial(_tell, declared))


def _tell(declared: Mapping[str, frozenset[str]], entity: WithParameters) -> Iterator[str]:
    names = declared.get(entity.type.template) if isinstance(entity.type, TemplateRef) else None
    if names is None:
        return
    for item in entity.parameter:
        if item.key is not None and item.key not in names:
            hint = nearest(item.key, sorted(names))
            yield f"Its template has no field `{item.key}`{f'; {hint}' if hint else '.'}"
