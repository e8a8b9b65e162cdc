"""Addresses: that of gtm.js with an environment, and any as a report may show it."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

_MOST_URL: Final = 2_000
_SECRETS: Final = ("gtm_auth",)


def add_environment(address: str, environment: str) -> str:
    """The address of gtm.js with the parameters of an environment or of a preview."""
    if not environment:
        return address
    url = urlsplit(address)
    added = parse_qsl(environment.lstrip("?&"))
    named = {name for name, _ in added}
    kept = [pair for pair in parse_qsl(url.query) if pair[0] not in named]
    return urlunsplit(url._replace(query=urlencode([*kept, *added])))


def hide_address_secrets(address: str) -> str:
    """An address as it is recorded: of bounded length, and without what is secret in it."""
    url = urlsplit(address)
    query = parse_qsl(url.query, keep_blank_values=True)
    if any(name in _SECRETS for name, _ in query):
        hidden = [(name, "***" if name in _SECRETS else value) for name, value in query]
        address = urlunsplit(url._replace(query=urlencode(hidden)))
    return address[:_MOST_URL]
