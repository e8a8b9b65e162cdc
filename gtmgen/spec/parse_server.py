"""``server`` to the model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gtmgen.packs.model import Pack
from gtmgen.secret_names import names_in
from gtmgen.spec.parse_events import Locate, pick
from gtmgen.spec.server_model import Secret, ServerAccount, ServerSettings

Data = Mapping[str, Any]


def parse_server(
    raw: Data | None, packs: Mapping[str, Pack], locate: Locate
) -> ServerSettings | None:
    """The section as the schema has passed it; None where there is none."""
    if raw is None:
        return None
    return ServerSettings(
        transport=raw.get("transport", "server"),
        origin=locate(("server",)),
        **pick(raw, "gtm", "url", "workspace", "folder"),
        accounts={
            key: ServerAccount(
                key, _settings(account or {}, packs[key]), locate(("server", "accounts", key))
            )
            for key, account in sorted((raw.get("accounts") or {}).items())
        },
    )


def _settings(raw: Data, pack: Pack) -> dict[str, Any]:
    assert pack.server is not None  # the schema knows no other accounts
    properties = pack.server.settings.get("properties", {})
    return {
        name: _secret(value) if properties[name].get("x-secret") else value
        for name, value in raw.items()
    }


def _secret(value: Any) -> Secret:
    """``{secret: NAME}``, or a text that a variable of the environment stands in."""
    return Secret(value["secret"] if isinstance(value, dict) else names_in(value)[0])


def with_server_url(
    raw: dict[str, Any], pack: Pack, server: ServerSettings | None
) -> dict[str, Any]:
    """A platform's settings with the server container's URL, where its tags can bring events."""
    if server is None or not server.url or pack.carrier is None:
        return raw
    return {pack.carrier.url: server.url, **raw}
