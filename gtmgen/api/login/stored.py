"""Google credentials that keep the stored login up to date when they refresh themselves."""

from __future__ import annotations

import contextlib
import dataclasses
from datetime import UTC, datetime
from typing import Any

from google.oauth2.credentials import Credentials

from gtmgen.api.login.token_store import AccessToken, TokenStore
from gtmgen.errors import ApiError


class _StoredCredentials(Credentials):  # type: ignore[misc, unused-ignore]
    def __init__(self, token: AccessToken, store: TokenStore) -> None:
        make: Any = super().__init__
        make(
            token=token.access_token,
            refresh_token=token.refresh_token,
            token_uri=token.token_uri,
            client_id=token.client_id,
            client_secret=token.client_secret,
            # Google's naive UTC; without scopes, so that one access token serves every verb
            expiry=datetime.fromtimestamp(token.expiry, UTC).replace(tzinfo=None),
        )
        self._stored = token
        self._store = store

    def refresh(self, request: Any) -> None:
        refresh: Any = super().refresh
        refresh(request)
        self._stored = dataclasses.replace(
            self._stored,
            access_token=str(self.token),
            refresh_token=str(self.refresh_token),
            expiry=self.expiry.replace(tzinfo=UTC).timestamp() if self.expiry else 0.0,
        )
        # The call goes on without: the next run refreshes again. After a logout in the meantime
        # nothing is written.
        with contextlib.suppress(ApiError):
            if self._store.exists():
                self._store.write(self._stored)


def stored_credentials(token: AccessToken, store: TokenStore) -> Any:
    """``google.oauth2.credentials.Credentials`` over a stored login."""
    return _StoredCredentials(token, store)
