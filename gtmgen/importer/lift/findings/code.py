"""What stands in Custom HTML and in texts, and should not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.importer.lift.code import calls, scripts, texts
from gtmgen.importer.lift.model import Finding, Source
from gtmgen.importer.lift.texts import texts_of

WRONG, SUGGESTION = "looks-wrong", "suggestion"

# Google stopped processing on 1 July 2024 (support.google.com/analytics/answer/11583528).
_RETIRED = frozenset(("ua", "ua_amp", "ga"))
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@((?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,})")
_EXAMPLES = re.compile(r"(?:^|\.)(?:example(?:\.(?:com|org|net))?|test|invalid|localhost)$")


def retired(source: Source) -> Iterator[Finding]:
    """Tags of a product that is no more."""
    for tag in source.of_kind(Kind.TAG):
        if isinstance(tag, Tag) and tag.type in _RETIRED:
            text = (
                "It sends to Universal Analytics, which Google switched off in July 2024: "
                "nothing arrives any more."
            )
            yield Finding(WRONG, Kind.TAG, tag.name, text)


def written_pages(source: Source) -> Iterator[Finding]:
    """Custom HTML that calls document.write."""
    for tag in source.of_kind(Kind.TAG):
        if not isinstance(tag, Tag) or tag.type != "html":
            continue
        fields = {item.key: item.value for item in tag.parameter}
        html = str(fields.get("html") or "")
        if "document" not in html or not _writes(html):
            continue
        if fields.get("supportDocumentWrite") == "true":
            text = "It calls `document.write`, which holds up the page."
            yield Finding(SUGGESTION, Kind.TAG, tag.name, text)
        else:
            text = (
                "It calls `document.write` while the tag's support for that is off: once the page "
                "has loaded, such a call replaces the whole page."
            )
            yield Finding(WRONG, Kind.TAG, tag.name, text)


def _writes(html: str) -> bool:
    return any(
        call.method in ("write", "writeln")
        for code in scripts(html)
        for call in calls(code, "document")
    )


def written_out_addresses(source: Source) -> Iterator[Finding]:
    """An e-mail address as a whole text: in the value of a field, or in code."""
    for kind in (Kind.TAG, Kind.VARIABLE):
        for entity in source.of_kind(kind):
            if not isinstance(entity, Tag | Variable):
                continue
            domains = {
                found.group(1).lower()
                for text in _values(entity)
                if (found := _EMAIL.fullmatch(text)) is not None
            }
            for domain in sorted(domain for domain in domains if not _EXAMPLES.search(domain)):
                text = (
                    f"An e-mail address at {domain} is written out in it, and everybody who visits "
                    "the site can read it: if it is a person's, take it out."
                )
                yield Finding(WRONG, kind, entity.name, text)


# Names of values that open a door, and values that look like one: long, of letters and digits.
_SECRET_NAME = re.compile(r"token|secret|password|api[ _-]?key|private[ _-]?key", re.IGNORECASE)
_SECRET_VALUE = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])[A-Za-z0-9_./+=-]{24,}")


def secrets(source: Source) -> Iterator[Finding]:
    """A constant or a tag's field that is called a secret and looks like one."""
    for kind in (Kind.TAG, Kind.VARIABLE):
        for entity in source.of_kind(kind):
            if not isinstance(entity, Tag | Variable):
                continue
            for item in entity.parameter:
                name = entity.name if item.key == "value" else str(item.key)
                value = item.value if isinstance(item.value, str) else ""
                if _SECRET_NAME.search(name) and _SECRET_VALUE.fullmatch(value):
                    text = (
                        "It holds what looks like a secret, which now stands in the spec: before "
                        "that goes to Git, write `${NAME}` there instead."
                    )
                    yield Finding(WRONG, kind, entity.name, text)
                    break


def _values(entity: Tag | Variable) -> Iterator[str]:
    code = entity.type in ("html", "jsm")
    for value in texts_of(entity):
        if not code:
            yield value
        elif "@" in value:
            for script in scripts(value) if entity.type == "html" else (value,):
                yield from texts(script)
