"""What has changed in what the site pushes and in what the backend sends."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.contract.model import Json
from gtmgen.docs.changes_model import Change
from gtmgen.docs.changes_parts import Subject
from gtmgen.docs.model import EventDoc


def message_changes(
    subject: Subject, old: EventDoc, new: EventDoc, told: frozenset[str]
) -> Iterator[Change]:
    """The places in the site's message; ``told`` are those that a data key's change tells of."""
    if old.message is None or new.message is None:  # another occasion, which is told with it
        return
    before, after = places(old.message.schema), places(new.message.schema)
    both = [path for path in after if path in before]
    for about, paths in (
        ("message_new", [path for path in after if path not in before]),
        ("message_gone", [path for path in before if path not in after]),
        ("message_required", [path for path in both if after[path] and not before[path]]),
        ("message_optional", [path for path in both if before[path] and not after[path]]),
    ):
        shown = tuple(f"`{path}`" for path in paths if path not in told)
        if shown:
            listed = ", ".join(shown).replace("`", "")
            is_gone = about == "message_gone"
            yield subject.change(
                "new" if about == "message_new" else "gone" if is_gone else "changed",
                about,
                ("developers", "qa"),
                before=listed if is_gone else "",
                after="" if is_gone else listed,
                values={"paths": shown},
            )


def places(schema: Json, prefix: str = "") -> dict[str, bool]:
    """The values of a message, ``ecommerce.value`` -> whether it must be there."""
    found: dict[str, bool] = {}
    required = schema.get("required", ())
    for name, inner in schema.get("properties", {}).items():
        path = f"{prefix}{name}"
        if inner.get("type") == "object" and "properties" in inner:
            found.update(places(inner, f"{path}."))
        elif path != "event":
            found[path] = name in required
    return found


def server_changes(subject: Subject, old: EventDoc, new: EventDoc) -> Iterator[Change]:
    """The payloads of platforms that got the event before, too."""
    before = {item.platform: item for item in old.deliveries}
    for sent in new.deliveries:
        earlier = before.get(sent.platform)
        if earlier is None or (earlier.server is None and sent.server is None):
            continue
        about = {"platform": sent.title}
        if earlier.server is None or sent.server is None:
            if sent.server is not None:
                yield subject.change("new", "server_new", ("backend",), values=about)
            else:
                yield subject.change("gone", "server_gone", ("backend",), values=about)
            continue
        was, is_now = leaves(earlier.server.payload), leaves(sent.server.payload)
        yield from subject.text(
            "server_url", earlier.server.url, sent.server.url, ("backend",), about
        )
        for name, paths in (
            ("payload_new", [path for path in is_now if path not in was]),
            ("payload_gone", [path for path in was if path not in is_now]),
        ):
            if paths:
                listed = ", ".join(paths)
                come = name == "payload_new"
                yield subject.change(
                    "new" if come else "gone",
                    name,
                    ("backend",),
                    before="" if come else listed,
                    after=listed if come else "",
                    values={**about, "paths": tuple(f"`{path}`" for path in paths)},
                )


def leaves(value: Json, path: str = "") -> tuple[str, ...]:
    """The places of a payload that hold values; all items of a list are one place."""
    if isinstance(value, dict):
        found = [leaf for key, item in value.items() for leaf in leaves(item, f"{path}.{key}")]
    elif isinstance(value, list):
        found = [leaf for item in value for leaf in leaves(item, path)]
    else:
        found = [path.lstrip(".")]
    return tuple(dict.fromkeys(found))
