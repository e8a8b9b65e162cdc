"""An e-mail address as a whole text: in the value of a field, or in code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.lint.code import scripts
from gtmgen.lint.code_tokens import list_texts
from gtmgen.lint.view import ContainerView, Finding

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")


_EXAMPLES = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)$")


def check(view: ContainerView) -> Iterator[Finding]:
    """An e-mail address as a whole text: in the value of a field, or in code."""
    if not any("@" in text for text in view.distinct_texts):
        return
    for kind in (Kind.TAG, Kind.VARIABLE):
        for entity in view.of_kind(kind):
            # Joined first: one search for all texts of an entity, of which few have an address.
            if not isinstance(entity, Tag | Variable) or "@" not in "".join(view.texts(entity)):
                continue
            domains = {
                match.group(1).lower()
                for text in _list_values(view, entity)
                if "@" in text and (match := _EMAIL.fullmatch(text)) is not None
            }
            for domain in sorted(domain for domain in domains if not _EXAMPLES.search(domain)):
                text = (
                    f"An e-mail address at {domain} is written out in it, and everybody who visits "
                    "the site can read it: if it is a person's, take it out."
                )
                yield Finding(kind, entity.name, text)


def _list_values(view: ContainerView, entity: Tag | Variable) -> Iterator[str]:
    code = entity.type in ("html", "jsm")
    for value in view.texts(entity):
        if not code:
            yield value
        elif "@" in value:
            for script in scripts(value) if entity.type == "html" else (value,):
                yield from list_texts(script)
