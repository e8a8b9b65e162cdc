"""Blanks around a name, which nobody sees and GTM compares."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.diagnostics import Path
from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.text import as_yaml

_SOURCES = ("path", "cookie", "query", "js")


def check(view: SpecView) -> Iterator[Remark]:
    """Of data layer events, of the sources of data keys, and of the events that platforms get."""
    for name, path in _names(view):
        bare = name.strip()
        if bare != name and bare:
            yield Remark(
                path,
                f"`{name}` has a blank at its beginning or end, which counts",
                f"write `{bare}`",
                fix=as_yaml(bare),
            )


def _names(view: SpecView) -> Iterator[tuple[str, Path]]:
    for trigger in view.triggers:
        if trigger.form == "event":
            yield str(trigger.argument), (*trigger.path, "event")
    for data in view.spec.data.values():
        if data.source in _SOURCES and isinstance(data.argument, str):
            yield data.argument, ("data", data.key, data.source)
    for event in view.spec.events.values():
        for send in event.send:
            if send.event is not None:
                yield send.event, (*send.origin.path, "event")
