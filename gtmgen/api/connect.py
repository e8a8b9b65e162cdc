"""Connections: to Google, to a service at a URL, to the local Tag Manager in this process."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gtmgen.api.google import GoogleTagManager
from gtmgen.api.login.identity import Identity
from gtmgen.api.login.scopes import DELETE_WORKSPACES, EDIT, PUBLISH, READ, VERSIONS
from gtmgen.api.port import Json
from gtmgen.api.quota.pacing import PacedHttp, Turnstile

if TYPE_CHECKING:
    from gtmgen.emulator.behaviour import Behaviour
    from gtmgen.emulator.store import Store
    from gtmgen.emulator.transport import Middleware

__all__ = [
    "DELETE_WORKSPACES",  # the scopes come along for whoever connects
    "EDIT",
    "PUBLISH",
    "READ",
    "VERSIONS",
    "LocalTagManager",
    "connect_identity",
    "connect_local",
    "connect_url",
    "plain_http",
]

_TIMEOUT_SECONDS = 60


class LocalTagManager(GoogleTagManager):
    """The local Tag Manager: any container that is asked for exists."""

    def __init__(self, service: Any, store: Store) -> None:
        super().__init__(service, store.close)
        self.store = store

    def has_container(self, gtm: str) -> bool:
        """Whether it is there before it is asked for."""
        return self.store.has_container(gtm)

    def expect_server(self, gtm: str) -> None:
        """Should the container be made by being asked for, it is one for servers."""
        self.store.ensure_container(gtm, usage_context=("server",), built_ins=())

    def list_in_gallery(self, text: str, reference: Json) -> None:
        """Have the local gallery offer a template; ``reference`` is GTM's ``galleryReference``."""
        owner, repository = reference.get("owner"), reference.get("repository")
        version = reference.get("version") or hashlib.sha1(text.encode()).hexdigest()  # noqa: S324
        if owner and repository:
            self.store.list_in_gallery(owner, repository, version, text, reference)

    def resolve_container(self, gtm: str) -> str:
        try:
            return self.store.ensure_container(gtm)
        except ValueError:
            return super().resolve_container(gtm)

    def contexts_of(self, gtm: str) -> Sequence[str]:
        return self.store.contexts_of(gtm)


def connect_local(
    state_path: Path | None,
    *,
    behaviour: Behaviour | None = None,
    middleware: Middleware | None = None,
    wait: float = 5.0,
    read_only: bool = False,
) -> LocalTagManager:
    """The emulator in this process, its state in a file (``None``: in memory).

    ``read_only``: the file is read once, and neither locked nor written; it may not be there.

    The file stays locked until ``close``; ``wait`` is how many seconds to wait for another
    process to give it up.
    """
    from gtmgen.emulator.store import Store
    from gtmgen.emulator.transport import EmulatorHttp

    if read_only and state_path is not None:
        store = Store.snapshot(state_path)
    else:
        store = Store(state_path, wait=wait)
    http = EmulatorHttp(store, behaviour, middleware=middleware)
    return LocalTagManager(_build(http=http), store)


def connect_url(url: str) -> GoogleTagManager:
    """A service that speaks the same API at ``url``, without credentials."""
    http, options = plain_http(), {"client_options": {"api_endpoint": url}}
    return GoogleTagManager(_build(http=http, **options), answering=http.answering)


def connect_identity(identity: Identity, pacer: Turnstile | None = None) -> GoogleTagManager:
    """Google's service, as somebody whom :func:`gtmgen.api.login.identity.find_identity` found.

    With a ``pacer`` every request to the API, pages of lists and repetitions included, waits for
    its place in the quota.
    """
    import google_auth_httplib2  # type: ignore[import-untyped, unused-ignore]

    http = plain_http()
    paced = http if pacer is None else PacedHttp(http, pacer)
    authorized: Any = google_auth_httplib2.AuthorizedHttp(identity.credentials, http=paced)
    service = _build(http=authorized)
    return GoogleTagManager(service, account=identity.email, answering=http.answering)


def plain_http() -> Any:
    """The transport for everything that goes to Google; it never sends a write twice."""
    from gtmgen.api.retry.transport import OnceHttp

    return OnceHttp(timeout=_TIMEOUT_SECONDS)


def _build(**options: Any) -> Any:
    from googleapiclient.discovery import build

    return build("tagmanager", "v2", static_discovery=True, cache_discovery=False, **options)
