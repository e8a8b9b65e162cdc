"""Settings that decide what is sent, and where to, and that no tag shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gtmgen.container.entities import Kind, Variable
from gtmgen.lint.tables import EVENT, SHARED, Row, rows
from gtmgen.lint.view import ContainerView, Finding
from gtmgen.text import listing

# Who sends the page view, where everything is sent to, and whether it is a test.
_OF_GOOGLE_TAG = frozenset(
    ("send_page_view", "server_container_url", "transport_url", "first_party_collection")
)
_DECISIVE = _OF_GOOGLE_TAG | {"debug_mode", "user_id"}
_TABLE_OF = {"gtcs": "configSettingsVariable", "gtes": "eventSettingsVariable"}
_MOST_TAGS = 3


def check(view: ContainerView) -> Iterator[Finding]:
    """Decisive settings in a variable, and those of the Google tag among an event's parameters."""
    yield from _among_parameters(view)
    for variable in view.of_kind(Kind.VARIABLE):
        if isinstance(variable, Variable) and variable.type in _TABLE_OF:
            parameter = _TABLE_OF[str(variable.type)]
            decisive = _named(rows(variable, SHARED[parameter]), _DECISIVE)
            tags = _tags_with(view, parameter, f"{{{{{variable.name}}}}}") if decisive else []
            if tags:
                text = (
                    f"It sets {decisive}. The tags that take settings from it do not show that: "
                    f"{listing(tags, _MOST_TAGS)}."
                )
                yield Finding(Kind.VARIABLE, variable.name, text)


def _among_parameters(view: ContainerView) -> Iterator[Finding]:
    for tag in view.tags():
        # Most tags name none of them anywhere, which is quicker to see than to read the table.
        is_google = tag.type in ("googtag", "gaawe")
        if not is_google or _OF_GOOGLE_TAG.isdisjoint(view.texts(tag)):
            continue
        misplaced = _named(rows(tag, EVENT), _OF_GOOGLE_TAG)
        if misplaced:
            text = (
                f"Its event parameters set {misplaced}: that is a setting of the Google tag, and "
                "nobody looks for it here."
            )
            yield Finding(Kind.TAG, tag.name, text)


def _tags_with(view: ContainerView, parameter: str, reference: str) -> list[str]:
    return [
        tag.name
        for tag in view.tags()
        if any(item.key == parameter and item.value == reference for item in tag.parameter)
    ]


def _named(found: Sequence[Row], names: frozenset[str]) -> str:
    return " and ".join(f"`{row.name}` to `{row.value}`" for row in found if row.name in names)
