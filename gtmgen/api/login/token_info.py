"""What a login is really worth: the scopes that Google says it has."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from gtmgen.api.calls import trouble_of
from gtmgen.api.failures import CallError
from gtmgen.api.login.failures import clip, explain_refresh
from gtmgen.api.login.identity import Identity
from gtmgen.errors import ApiError

TOKEN_INFO_URI = "https://oauth2.googleapis.com/tokeninfo"


def granted_scopes(
    identity: Identity, http: Any, uri: str = TOKEN_INFO_URI
) -> tuple[str, ...] | None:
    """Get a token and ask what it is for; ``None`` when Google does not say.

    Raises :class:`ApiError` when no token is given out: that is the login's failure. Costs no
    call of Tag Manager's quota. ``http`` is an ``httplib2.Http``.
    """
    token = _read_token(identity, http)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:  # in the body, as an address ends up in logs
        response, content = http.request(
            uri, "POST", body=urlencode({"access_token": token}), headers=headers
        )
        scope = json.loads(content)["scope"] if response.status == 200 else None
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return None
    return tuple(scope.split()) if isinstance(scope, str) else None


def _read_token(identity: Identity, http: Any) -> str:
    from google.auth.exceptions import GoogleAuthError, RefreshError
    from google_auth_httplib2 import Request  # type: ignore[import-untyped, unused-ignore]
    from httplib2 import HttpLib2Error  # type: ignore[import-untyped, unused-ignore]

    credentials = identity.credentials
    try:
        if not credentials.valid:
            credentials.refresh(Request(http))
    except RefreshError as error:
        text, hint = explain_refresh(error, identity.email)
        raise ApiError(f"no token was given out: {text}", hint=hint) from None
    except (GoogleAuthError, HttpLib2Error, OSError) as error:
        failure = CallError("token", clip(str(error)) or "no answer", trouble=trouble_of(error))
        text = f"no token was given out: {failure.reply}"
        raise ApiError(text, hint=failure.hint) from None
    return str(credentials.token)
