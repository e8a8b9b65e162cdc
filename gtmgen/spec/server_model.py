"""The server half of a spec as frozen objects: its container, and what that sends to whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import Struct, field

from gtmgen.diagnostics import Origin


class Secret(NamedTuple):
    """A value that nobody writes down: ``name`` is the environment variable that holds it."""

    name: str


class ServerAccount(Struct, frozen=True):
    """A platform that the server container sends to, too.

    ``settings`` are those of the pack's server half; a secret one is a :class:`Secret`.
    """

    platform: str
    settings: Mapping[str, Any]
    origin: Origin


class ServerSettings(Struct, frozen=True):
    """The server container behind the web container, or a backend that sends (``transport``).

    ``gtm``, ``workspace`` and ``folder`` are those of the server container; ``url`` is where it
    takes hits. A backend has neither container nor accounts.
    """

    transport: str
    origin: Origin
    gtm: str = ""
    url: str = ""
    workspace: str = "gtmgen"
    folder: str | None = None
    accounts: Mapping[str, ServerAccount] = field(default_factory=dict)

    @property
    def secrets(self) -> frozenset[str]:
        """The variables of the environment that hold what its accounts need."""
        return frozenset(
            value.name
            for account in self.accounts.values()
            for value in account.settings.values()
            if isinstance(value, Secret)
        )
