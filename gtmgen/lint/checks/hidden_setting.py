"""Settings that decide what is sent, and where to, and that the tag itself does not show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gtmgen.container.entities import Kind
from gtmgen.lint.tables import EVENT, Row, rows, shared_rows
from gtmgen.lint.view import ContainerView, Finding

# Who sends the page view, where everything is sent to, and whether it is a test.
_OF_GOOGLE_TAG = frozenset(
    ("send_page_view", "server_container_url", "transport_url", "first_party_collection")
)
_DECISIVE = _OF_GOOGLE_TAG | {"debug_mode", "user_id"}


def check(view: ContainerView) -> Iterator[Finding]:
    """Decisive settings in a variable, and those of the Google tag among an event's parameters."""
    for tag in view.tags():
        if tag.type not in ("googtag", "gaawe"):
            continue
        for parameter in ("configSettingsVariable", "eventSettingsVariable"):
            shared = shared_rows(view, tag, parameter)
            if shared is not None and (decisive := _named(shared[1], _DECISIVE)):
                text = (
                    f"The variable `{shared[0]}`, from which it takes settings, sets {decisive}, "
                    "which the tag does not show."
                )
                yield Finding(Kind.TAG, tag.name, text)
        misplaced = _named(rows(tag, EVENT), _OF_GOOGLE_TAG)
        if misplaced:
            text = (
                f"Its event parameters set {misplaced}: that is a setting of the Google tag, and "
                "nobody looks for it here."
            )
            yield Finding(Kind.TAG, tag.name, text)


def _named(found: Sequence[Row], names: frozenset[str]) -> str:
    return " and ".join(f"`{row.name}` to `{row.value}`" for row in found if row.name in names)
