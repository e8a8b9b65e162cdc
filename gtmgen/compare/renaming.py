"""References in a canonical form, with the names that some entities have now.

Everything refers by name there, so a rename would show wherever the name is used.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gtmgen.container.canonical import Canonical
from gtmgen.container.entities import Kind
from gtmgen.container.names import Names
from gtmgen.container.references import TRIGGER_LISTS
from gtmgen.container.values import REFERENCE

NewNames = Mapping[Kind, Mapping[str, str]]
"""By kind: old name -> new name."""

_PLAIN = ("name", "notes", "templateData")  # a name in these is only text


def trigger_reference(name: str) -> str:
    """A trigger as a canonical form refers to it."""
    return Names(triggers={"": name}).trigger("")


class Renaming:
    """Puts new names in the place of old ones, all at once: names may be swapped."""

    def __init__(self, new: NewNames) -> None:
        triggers = new.get(Kind.TRIGGER, {})
        self._triggers = {trigger_reference(a): trigger_reference(b) for a, b in triggers.items()}
        self._folders = new.get(Kind.FOLDER, {})
        self._templates = {
            f"template {old}": f"template {name}"
            for old, name in new.get(Kind.TEMPLATE, {}).items()
        }
        self._tags = new.get(Kind.TAG, {})
        self._variables = new.get(Kind.VARIABLE, {})
        self._needed = any(new.values())

    def __call__(self, form: Canonical) -> Canonical:
        """The form with the new names; its own name stays."""
        if not self._needed:
            return form
        return {key: self._rename_value(key, key, value) for key, value in form.items()}

    def text(self, path: str, value: str | None) -> str | None:
        """One leaf of a form."""
        steps = [step.partition("[")[0] for step in path.split(".")]
        return None if value is None else self._text(steps[0], steps[-1], value)

    def mentioned(self, text: str) -> str:
        """Notes with the new names of variables; GTM itself takes no reference from notes."""
        return REFERENCE.sub(self._variable, text)

    def _rename_value(self, field: str, key: str, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self._rename_value(field, name, item) for name, item in value.items()}
        if isinstance(value, list):
            return [self._rename_value(field, key, item) for item in value]
        return self._text(field, key, value) if isinstance(value, str) else value

    def _text(self, field: str, key: str, text: str) -> str:
        """``field`` is the entity's, ``key`` the one that the text itself stands under."""
        if field in _PLAIN:
            return text
        if field in TRIGGER_LISTS or key == "customEvaluationTriggerId":
            return self._triggers.get(text, text)
        if field == "parentFolderId":
            return self._folders.get(text, text)
        if field in ("setupTag", "teardownTag") and key == "tagName":
            return self._tags.get(text, text)
        if text in self._templates:
            return self._templates[text]
        return self.mentioned(self._rename_reference(text))

    def _rename_reference(self, text: str) -> str:
        for type_, names in (("TRIGGER_REFERENCE", self._triggers), ("TAG_REFERENCE", self._tags)):
            for ending in (f" ({type_})", f" ({type_} weak)"):
                if text.endswith(ending):
                    name = text.removesuffix(ending)
                    return names.get(name, name) + ending
        return text

    def _variable(self, match: re.Match[str]) -> str:
        name = self._variables.get(match[1])
        return match[0] if name is None else "{{" + name + "}}"
