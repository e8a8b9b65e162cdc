"""References of a container version that lead nowhere, or to two. GTM keeps them, so they are
only told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.container.builtins import BUILT_IN_TRIGGER_IDS, built_in_name
from gtmgen.container.entities import Kind
from gtmgen.container.references import references
from gtmgen.container.version import built_in_key, shared_types
from gtmgen.importer.read.kinds import KINDS
from gtmgen.text import listing

_MOST = 10


def list_dangling(version: dict[str, Any]) -> list[str]:
    """One line for each thing that is missing, with the first place that wants it."""
    return [
        *_list_triggers(version),
        *_list_folders(version),
        *_list_tags(version),
        *_list_variables(version),
    ]


def list_shared(version: dict[str, Any]) -> list[str]:
    """One line for each template that is there twice, so that its type tells neither."""
    return [
        f"the templates {listing(names)} are the same one of the gallery: a tag of "
        f"the type `{type_}` does not say which of them makes it, and keeps the type"
        for type_, names in shared_types(version.get("customTemplate", ())).items()
    ]


def _list_triggers(version: dict[str, Any]) -> Iterator[str]:
    ids = {item["triggerId"] for item in version.get("trigger", ())} | BUILT_IN_TRIGGER_IDS.keys()
    for tag in version.get("tag", ()):
        for field, word in (("firingTriggerId", "fires"), ("blockingTriggerId", "is blocked")):
            for trigger in tag.get(field, ()):
                if trigger not in ids:
                    yield f"tag `{tag['name']}` {word} on trigger {trigger}, which is not there"


def _list_folders(version: dict[str, Any]) -> Iterator[str]:
    ids = {item["folderId"] for item in version.get("folder", ())}
    for kind in KINDS:
        for entity in version.get(kind.field, ()):
            folder = entity.get("parentFolderId")
            if folder is not None and folder not in ids:
                yield (
                    f"{kind.word} `{entity.get('name', '')}` is in folder {folder}, "
                    "which is not there"
                )


def _list_tags(version: dict[str, Any]) -> Iterator[str]:
    names = {item["name"] for item in version.get("tag", ())}
    for tag in version.get("tag", ()):
        for field, word in (("setupTag", "before"), ("teardownTag", "after")):
            for other in tag.get(field, ()):
                name = other.get("tagName")
                if name not in names:
                    yield f"tag `{tag['name']}` has `{name}` run {word} it, which is not there"


def _list_variables(version: dict[str, Any]) -> Iterator[str]:
    names = {item["name"] for item in version.get("variable", ())}
    # The name of a built-in variable may be missing, and is known by its type.
    names |= {
        built_in_name(built_in_key(str(item.get("type", ""))))
        for item in version.get("builtInVariable", ())
    }
    names |= {item.get("name") for item in version.get("builtInVariable", ())}
    missing: dict[str, list[str]] = {}
    for kind in KINDS:
        for entity in version.get(kind.field, ()):
            for name in dict.fromkeys(_list_names(entity)):
                # `_event` is the event's name, which no list holds; so with all of GTM's own.
                if name not in names and not name.startswith("_"):
                    users = missing.setdefault(name, [])
                    users.append(f"{kind.word} `{entity.get('name', '')}`")
    for number, (name, users) in enumerate(missing.items()):
        if number == _MOST:
            yield f"{len(missing) - _MOST} more variables that are used are not there"
            return
        more = f" and {len(users) - 1} more" if len(users) > 1 else ""
        yield f"{users[0]}{more}: the variable `{{{{{name}}}}}` is not there"


def _list_names(entity: dict[str, Any]) -> Iterator[str]:
    return (item.name for item in references(entity) if item.kind is Kind.VARIABLE)
