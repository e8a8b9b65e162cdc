"""Connections: to Google, to a service at a URL, to the local Tag Manager in this process."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gtmgen.api.failures import redact
from gtmgen.api.google import GoogleTagManager
from gtmgen.api.pacing import PacedHttp, Pacer
from gtmgen.errors import ApiError

if TYPE_CHECKING:
    from gtmgen.emulator.behaviour import Behaviour
    from gtmgen.emulator.store import Store
    from gtmgen.emulator.transport import Middleware

_SCOPE = "https://www.googleapis.com/auth/tagmanager."
READ = f"{_SCOPE}readonly"
EDIT = f"{_SCOPE}edit.containers"
DELETE_WORKSPACES = f"{_SCOPE}delete.containers"
VERSIONS = f"{_SCOPE}edit.containerversions"
PUBLISH = f"{_SCOPE}publish"

_TIMEOUT_SECONDS = 60


class LocalTagManager(GoogleTagManager):
    """The local Tag Manager: any container that is asked for exists."""

    def __init__(self, service: Any, store: Store) -> None:
        super().__init__(service, store.close)
        self.store = store

    def resolve_container(self, gtm: str) -> str:
        try:
            return self.store.ensure_container(gtm)
        except ValueError:
            return super().resolve_container(gtm)


def connect_local(
    state_path: Path | None,
    *,
    behaviour: Behaviour | None = None,
    middleware: Middleware | None = None,
    wait: float = 5.0,
) -> LocalTagManager:
    """The emulator in this process, its state in a file (``None``: in memory).

    The file stays locked until ``close``; ``wait`` is how many seconds to wait for another
    process to give it up.
    """
    from gtmgen.emulator.store import Store
    from gtmgen.emulator.transport import EmulatorHttp

    store = Store(state_path, wait=wait)
    http = EmulatorHttp(store, behaviour, middleware=middleware)
    return LocalTagManager(_build(http=http), store)


def connect_url(url: str) -> GoogleTagManager:
    """A service that speaks the same API at ``url``, without credentials."""
    import httplib2  # type: ignore[import-untyped, unused-ignore]

    http = httplib2.Http(timeout=_TIMEOUT_SECONDS)
    return GoogleTagManager(_build(http=http, client_options={"api_endpoint": url}))


def connect_api(
    scopes: Sequence[str] = (READ,),
    *,
    credentials_file: Path | None = None,
    pacer: Pacer | None = None,
) -> GoogleTagManager:
    """Google's service, with a key file or with application default credentials.

    ``scopes`` are the constants of this module; ask for the least that the work needs. With a
    ``pacer`` every request, pages of lists included, waits for its place in the quota.
    """
    import google_auth_httplib2  # type: ignore[import-untyped, unused-ignore]
    import httplib2  # type: ignore[import-untyped, unused-ignore]

    credentials = _credentials(scopes, credentials_file)
    http: Any = httplib2.Http(timeout=_TIMEOUT_SECONDS)
    http = google_auth_httplib2.AuthorizedHttp(credentials, http=http)
    return GoogleTagManager(_build(http=http if pacer is None else PacedHttp(http, pacer)))


def _credentials(scopes: Sequence[str], path: Path | None) -> Any:
    import google.auth
    from google.auth.exceptions import GoogleAuthError

    try:
        if path is None:
            return google.auth.default(scopes=list(scopes))[0]
        return _from_file(json.loads(path.read_text("utf-8")), list(scopes))
    except (GoogleAuthError, ValueError, OSError) as error:
        where = f"`{path}` holds no usable credentials" if path else "no Google credentials found"
        text = error.strerror if isinstance(error, OSError) else None
        first_line = redact(text or str(error)).partition("\n")[0].rstrip(".")
        raise ApiError(f"{where}: {first_line}", hint=_login_hint(scopes)) from None


def _from_file(info: Any, scopes: list[str]) -> Any:
    """A service account's key, or what ``gcloud auth application-default login`` leaves."""
    from google.oauth2 import credentials, service_account

    if not isinstance(info, dict):
        raise ValueError("it is not a key file")
    user: Any = credentials.Credentials
    account: Any = service_account.Credentials
    if info.get("type") == "authorized_user":
        return user.from_authorized_user_info(info, scopes=scopes)
    return account.from_service_account_info(info, scopes=scopes)


def _login_hint(scopes: Sequence[str]) -> str:
    wanted = ",".join(["https://www.googleapis.com/auth/cloud-platform", *scopes])
    return (
        f"run `gcloud auth application-default login --scopes={wanted}`, "
        "or let GOOGLE_APPLICATION_CREDENTIALS name a service account's key file"
    )


def _build(**options: Any) -> Any:
    from googleapiclient.discovery import build

    return build("tagmanager", "v2", static_discovery=True, cache_discovery=False, **options)
