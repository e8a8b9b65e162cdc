"""A constant or a field of a tag that is called a secret and looks like one."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.container.veil import is_called_secret, looks_secret
from gtmgen.lint.view import ContainerView, Finding

_SERVER = (
    "It holds what looks like a secret, which everybody who can read the container or an export of "
    "it has: in a spec, write `${secret:NAME}` instead."
)
_PUBLIC = (
    "It holds what looks like a secret, and every visitor of the site can read the container: take "
    "it out, and send what needs it from a server."
)


def check(view: ContainerView) -> Iterator[Finding]:
    """A constant or a tag's field that is called a secret and looks like one."""
    is_server = view.context == "SERVER"
    harmless: set[str | None] = set()  # keys, of which thousands of tags have the same few
    for kind in (Kind.TAG, Kind.VARIABLE):
        for entity in view.of_kind(kind):
            if not isinstance(entity, Tag | Variable):
                continue
            for item in entity.parameter:
                if item.key in harmless:
                    continue
                name = entity.name if item.key == "value" else str(item.key)
                if item.key != "value" and not is_called_secret(name):
                    harmless.add(item.key)
                elif isinstance(item.value, str) and looks_secret(name, item.value):
                    yield Finding(kind, entity.name, _SERVER if is_server else _PUBLIC)
                    break
