"""Who made an entity: the line ``[gtmgen project kind/key]`` at the end of its notes.

A template has no notes of its own in GTM; there the line stands in the notes section of its
text. Templates of the gallery carry none: a change of their text would cut them off from the
gallery's updates.

Above it, a push writes ``[gtmgen-state 3f9a1c20]``: a short digest of what it wrote, or two. It is
no part of what the entity is; only a plan reads it, to tell by whom something was changed.

``[gtmgen-protected]`` above the owner's line has a plan refuse to delete the entity unasked, also
when the spec that said ``protected: true`` has lost it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gtmgen.container.entities import Entity, Kind, Owner

# As text, which `re` compiles when it is first needed, and keeps: most runs need none of these.
_LINE = r"\[gtmgen ([a-z][a-z0-9_-]*) ([a-z_]+/\S+)\]"
_OWNER = _LINE + r"\s*\Z"
_STATE = r"\[gtmgen-state ([0-9a-f]{8}(?:-[0-9a-f]{8})?)\]"
_PROTECTED = "[gtmgen-protected]"
_MOST_NOTES = 512_000  # characters
TEMPLATE_NOTES = "\n___NOTES___\n"
_NOTES_HEADING = TEMPLATE_NOTES.strip()


def notes_of(entity: Entity) -> str:
    """The description, whether it is protected and, as the last line, who owns the entity."""
    owner = str(entity.owner) if entity.owner else ""
    protected = _PROTECTED if entity.protected else ""
    return "\n".join(filter(None, (entity.notes, protected, owner)))


def is_protected(kind: Kind, body: Mapping[str, Any]) -> bool:
    """Whether a body's notes say that nothing may delete the entity unasked.

    Somebody may have written beside the words in GTM: that takes no protection away.
    """
    return _PROTECTED in _read_notes(kind, body).lower()


def with_protection(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body of notes that say it is protected, as far as :func:`comparable` looks at them."""
    notes = comparable(Kind.TAG, {"notes": body.get("notes", "")}).get("notes")
    return {**body, "notes": "\n".join(filter(None, (notes, _PROTECTED)))}


def take_protection(notes: str) -> tuple[str, bool]:
    """Notes without the owner's line, as :func:`notes_of` puts them together, taken apart."""
    text, _, last = notes.rpartition("\n")
    return (text, True) if last == _PROTECTED else (notes, False)


def owner_in(notes: str) -> Owner | None:
    """The owner that the last line of some notes names."""
    match = re.search(_OWNER, notes)
    return Owner(match.group(1), match.group(2)) if match else None


def owner_of(kind: Kind, body: Mapping[str, Any]) -> Owner | None:
    """Whose line a body's notes hold.

    It need not be the last one: somebody may have written below it.
    """
    for line in reversed(_read_notes(kind, body).splitlines()):
        owner = owner_in(line)
        if owner is not None and str(owner) == line.strip():
            # A line that was copied into an entity of another kind owns nothing.
            return owner if owner.key.startswith(f"{kind.value}/") else None
    return None


def _read_notes(kind: Kind, body: Mapping[str, Any]) -> str:
    if kind is Kind.TEMPLATE:
        text = str(body.get("templateData", "")).replace("\r\n", "\n")
        return text.rpartition(TEMPLATE_NOTES)[2]
    return str(body.get("notes", ""))


def state_in(kind: Kind, body: Mapping[str, Any]) -> str | None:
    """What the last line of state in a body's notes says."""
    for line in reversed(_read_notes(kind, body).splitlines()):
        match = re.fullmatch(_STATE, line.strip())
        if match:
            return match.group(1)
    return None


def without_state(text: str, *, template: bool = False) -> str:
    """Notes, or a template's text, without the lines of state."""
    if "[gtmgen-state " not in text:
        return text
    before, section, notes = text.rpartition(TEMPLATE_NOTES) if template else ("", "", text)
    if template and not section:
        return text
    lines = [line for line in notes.split("\n") if not re.fullmatch(_STATE, line.strip())]
    return before + section + "\n".join(lines)


def with_state(kind: Kind, body: Mapping[str, Any], owner: Owner, state: str) -> dict[str, Any]:
    """A body with the line of state above the owner's, which ends the notes.

    Where notes would become longer than GTM takes them, they do without the line.
    """
    field = "templateData" if kind is Kind.TEMPLATE else "notes"
    before, line, after = str(body[field]).rpartition(str(owner))
    if not line:  # a template whose text was made elsewhere, without the line
        return dict(body)
    ending = "\r\n" if "\r\n" in before else "\n"
    text = f"{before}[gtmgen-state {state}]{ending}{line}{after}"
    if kind is not Kind.TEMPLATE and len(text) > _MOST_NOTES:
        return dict(body)
    return {**body, field: text}


def comparable(kind: Kind, form: Mapping[str, Any]) -> dict[str, Any]:
    """A canonical form without gtmgen's lines, and without the empty end that they leave."""
    fields = without_owner(kind, form)
    if kind is Kind.TEMPLATE:
        fields["templateData"] = without_empty_notes(str(fields.get("templateData", "")))
    elif "notes" in fields:
        fields["notes"] = str(fields["notes"]).rstrip()
    return {key: value for key, value in fields.items() if value != ""}


def without_owner(kind: Kind, form: Mapping[str, Any]) -> dict[str, Any]:
    """A body or a canonical form without gtmgen's lines: what is left is what others wrote."""
    field = "templateData" if kind is Kind.TEMPLATE else "notes"
    fields = dict(form)
    if field not in fields:
        return fields
    fields[field] = without_state(str(fields[field]), template=kind is Kind.TEMPLATE)
    if "[gtmgen " not in fields[field]:
        return fields
    lines = str(fields[field]).split("\n")
    kept = [
        line for line in lines if "[gtmgen " not in line or not re.fullmatch(_LINE, line.strip())
    ]
    if len(kept) < len(lines):
        text = "\n".join(kept)
        if kind is Kind.TEMPLATE:
            # A notes section that holds nothing else may have been made for the line.
            text = without_empty_notes(text)
        elif not lines[-1]:
            text = text.removesuffix("\n")  # the line break behind the line
        fields[field] = text
        if not text:
            del fields[field]
    return fields


def without_empty_notes(template: str) -> str:
    """A template's text without white space at its end, and without a notes section there that
    holds nothing: with and without one, a template says the same."""
    text = template.rstrip()
    while _ends_in_heading(text):
        text = text.removesuffix(_NOTES_HEADING).rstrip()
    return text


def _ends_in_heading(text: str) -> bool:
    """Whether the last line is the heading of a notes section. Not a regular expression: it would
    try each line of a long text, and a plan asks often."""
    return text == _NOTES_HEADING or text.endswith(f"\n{_NOTES_HEADING}")


def with_owner_line(template: str, owner: Owner, *, protected: bool = False) -> str:
    """A template's text with the owner's line at the end of its notes, all else as it is.

    ``protected``: with the line above it that has a plan refuse to delete the template unasked.
    """
    ending = "\r\n" if "\r\n" in template else "\n"
    if _ends_in_heading(template.rstrip()):
        template = template.rstrip()  # else blanks behind the heading would hide the section
    if TEMPLATE_NOTES not in template.replace("\r\n", "\n") + "\n":
        template = template.rstrip("\r\n") + ending * 3 + "___NOTES___" + ending
    above = _PROTECTED + ending if protected else ""
    return template.rstrip("\r\n") + ending * 2 + above + str(owner) + ending
