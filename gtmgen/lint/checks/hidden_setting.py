"""Settings that decide what is sent, and where to, and that no tag shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gtmgen.container.entities import Kind, Variable
from gtmgen.lint.tables import SHARED, Row, rows
from gtmgen.lint.view import ContainerView, Finding
from gtmgen.text import listing, quoted_value

# Who sends the page view, where everything is sent to, whether it is a test, and about whom.
_DECISIVE = frozenset(
    (
        "send_page_view",
        "server_container_url",
        "transport_url",
        "first_party_collection",
        "debug_mode",
        "user_id",
    )
)
_TABLE_OF = {"gtcs": "configSettingsVariable", "gtes": "eventSettingsVariable"}
_MOST_TAGS = 3


def check(view: ContainerView) -> Iterator[Finding]:
    """Variables with decisive settings, and the tags that take them from there."""
    for variable in view.of_kind(Kind.VARIABLE):
        if isinstance(variable, Variable) and variable.type in _TABLE_OF:
            parameter = _TABLE_OF[str(variable.type)]
            decisive = _find_decisive(rows(variable, SHARED[parameter]))
            tags = _list_tags_with(view, parameter, f"{{{{{variable.name}}}}}") if decisive else []
            if tags:
                text = (
                    f"It sets {decisive}. The tags that take settings from it do not show that: "
                    f"{listing(tags, _MOST_TAGS)}."
                )
                yield Finding(Kind.VARIABLE, variable.name, text)


def _list_tags_with(view: ContainerView, parameter: str, reference: str) -> list[str]:
    return [
        tag.name
        for tag in view.tags()
        if any(item.key == parameter and item.value == reference for item in tag.parameter)
    ]


def _find_decisive(rows: Sequence[Row]) -> str:
    decisive = (row for row in rows if row.name in _DECISIVE)
    return " and ".join(f"`{row.name}` to {quoted_value(row.value)}" for row in decisive)
