"""OAuth login for installed programs: browser, loopback redirect, PKCE (RFC 8252, RFC 7636).

Written here because it is three requests: google-auth-oauthlib brings three packages, prints by
itself, and gives up at the first request to its port that is not the redirect.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from gtmgen.api.login.failures import clip
from gtmgen.api.login.scopes import short
from gtmgen.api.login.token_store import AccessToken, TokenStore
from gtmgen.errors import ApiError
from gtmgen.files.reading import read_limited

REVOKE_URI = "https://oauth2.googleapis.com/revoke"
_WHO = ("openid", "https://www.googleapis.com/auth/userinfo.email")
_AGAIN = "log in again"
_CLIENT_HINT = (
    "make an OAuth client of the type `Desktop app` in the Google Cloud console "
    "(APIs & Services, Credentials) and download its JSON file"
)


@dataclass(frozen=True)
class OAuthClient:
    """The user's own OAuth client, from the file that the Google Cloud console gives."""

    id: str
    secret: str = field(repr=False)
    auth_uri: str
    token_uri: str

    @classmethod
    def read(cls, path: Path) -> OAuthClient:
        try:
            raw = json.loads(read_limited(path))
        except OSError as error:
            raise _no_client(path, str(error.strerror)) from None
        except (ValueError, RecursionError):
            raise _no_client(path, "it is not JSON") from None
        if isinstance(raw, dict) and "web" in raw:
            raise _no_client(path, "it is of the type `Web application`")
        client = raw.get("installed") if isinstance(raw, dict) else None
        names = ("client_id", "client_secret", "auth_uri", "token_uri")
        if not isinstance(client, dict) or not all(isinstance(client.get(n), str) for n in names):
            raise _no_client(path, "it does not hold what such a file holds")
        return cls(*(client[name] for name in names))


def login(
    client: OAuthClient,
    scopes: Sequence[str],
    store: TokenStore,
    *,
    http: Any,
    clock: Callable[[], float],
    show: Callable[[str], None],
    timeout: float = 300.0,
) -> AccessToken:
    """Let the user agree in a browser; the token is stored and returned.

    ``show`` is given the address: it opens a browser, or prints it. ``http`` is an
    ``httplib2.Http``. Raises :class:`ApiError`, without any secret, for every other outcome.
    """
    from gtmgen.api.login.loopback import Loopback

    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(64)
    with Loopback(state) as loopback:
        show(_address(client, scopes, loopback.uri, state, verifier))
        reply = loopback.wait(timeout)
        if "code" not in reply:
            raise _denied(reply.get("error", "no code"))
        fields = {
            "grant_type": "authorization_code",
            "client_id": client.id,
            "client_secret": client.secret,
            "code": reply["code"],
            "code_verifier": verifier,
            "redirect_uri": loopback.uri,
        }
        answer = _post(http, client.token_uri, fields)
    token = _token(client, scopes, answer, clock())
    store.write(token)
    return token


def logout(store: TokenStore, *, http: Any, revoke_uri: str = REVOKE_URI) -> str:
    """Forget the login and tell Google; ``revoked``, ``forgotten`` (Google not told), ``none``."""
    if not store.exists():
        return "none"
    try:
        token = store.read().refresh_token
        store.delete()
        _post(http, revoke_uri, {"token": token})
    except ApiError:
        store.delete()
        return "forgotten"
    return "revoked"


def _address(
    client: OAuthClient, scopes: Sequence[str], uri: str, state: str, verifier: str
) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    query = {
        "client_id": client.id,
        "redirect_uri": uri,
        "response_type": "code",
        "scope": " ".join([*_WHO, *scopes]),
        "state": state,
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",  # without it Google gives a refresh token the first time only
    }
    return f"{client.auth_uri}?{urlencode(query)}"


def _post(http: Any, uri: str, fields: dict[str, str]) -> Any:
    from httplib2 import HttpLib2Error  # type: ignore[import-untyped, unused-ignore]

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        response, content = http.request(uri, "POST", body=urlencode(fields), headers=headers)
    except (HttpLib2Error, OSError) as error:
        text = clip(str(error) or type(error).__name__)
        raise ApiError(f"no answer from {uri}: {text}", hint="check the network") from None
    try:
        answer = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        answer = {}
    if response.status != 200:
        code = answer.get("error") if isinstance(answer, dict) else None
        raise ApiError(f"the login failed with {response.status}: {clip(str(code))}", hint=_AGAIN)
    return answer


def _token(client: OAuthClient, scopes: Sequence[str], answer: Any, now: float) -> AccessToken:
    if not isinstance(answer, dict) or not isinstance(answer.get("refresh_token"), str):
        raise ApiError("the login brought no refresh token", hint=_AGAIN)
    granted = str(answer.get("scope", " ".join(scopes))).split()
    if missing := [short(scope) for scope in scopes if scope not in granted]:
        raise ApiError(
            f"the login was not given the scope `{'`, `'.join(missing)}`",
            hint=f"{_AGAIN} and tick every box",
        )
    return AccessToken(
        client_id=client.id,
        client_secret=client.secret,
        refresh_token=answer["refresh_token"],
        access_token=str(answer.get("access_token", "")),
        expiry=now + float(answer.get("expires_in", 0)),
        token_uri=client.token_uri,
        scopes=tuple(granted),
        email=_email(answer.get("id_token")),
    )


def _email(id_token: Any) -> str | None:
    """From the ID token, unverified: it came from the token endpoint itself, over TLS."""
    try:
        payload = str(id_token).split(".")[1]
        email = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["email"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return email if isinstance(email, str) else None


def _denied(code: str) -> ApiError:
    return ApiError(f"the login was refused: {clip(code)}", hint="answer the question with yes")


def _no_client(path: Path, flaw: str) -> ApiError:
    return ApiError(f"`{path}` is no OAuth client to log in with: {flaw}", hint=_CLIENT_HINT)
