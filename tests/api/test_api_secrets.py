"""No secret in any message, hint, representation, log or traceback, whatever goes wrong."""

from __future__ import annotations

import json
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.harness import Endpoint
from gtmgen.api import (
    EDIT,
    AccessToken,
    CredentialSettings,
    OAuthClient,
    TokenStore,
    connect_identity,
    find_identity,
    granted_scopes,
    logout,
    plain_http,
)
from gtmgen.errors import GtmgenError

KeyFile = Callable[..., Path]
MARKERS = ("MARKER", "PRIVATE KEY")

#: What a token endpoint may say, quoting what it was sent or would have given.
ECHOES: list[tuple[int, dict[str, Any]]] = [
    (400, {"error": "invalid_grant", "error_description": "refresh_token=MARKER-REFRESH"}),
    (400, {"error": "x", "error_description": 'got {"client_secret": "MARKER-SECRET"}'}),
    (400, {"error": "x", "error_description": "Bearer MARKER-ACCESS is bad"}),
    (400, {"refresh_token": "MARKER-REFRESH", "access_token": "MARKER-ACCESS"}),
    (200, {"refresh_token": "MARKER-REFRESH", "id_token": "MARKER"}),
]


@pytest.fixture
def said(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> Iterator[list[str]]:
    """What was shown; checked at the end together with the logs and both outputs."""
    caplog.set_level(logging.DEBUG)
    shown: list[str] = []
    yield shown
    output = capfd.readouterr()
    everything = "\n".join([*shown, caplog.text, output.out, output.err])
    assert shown
    assert not [marker for marker in MARKERS if marker in everything]


def failure_of(act: Callable[[], object]) -> str:
    """All that an error boundary could print of it, and its attributes."""
    with pytest.raises(GtmgenError) as caught:
        act()
    error = caught.value
    chain = "".join(traceback.format_exception(error))
    return f"{error!r} {error.message} {error.hint} {vars(error)} {error.args} {chain}"


def stored(tmp_path: Path, tokens: Endpoint) -> TokenStore:
    store = TokenStore(tmp_path / "login")
    store.write(
        AccessToken(
            client_id="4711-x",
            client_secret="MARKER-SECRET",
            refresh_token="MARKER-REFRESH",
            access_token="MARKER-OLD",
            expiry=0.0,
            token_uri=f"{tokens.uri}/token",
            scopes=(EDIT,),
        )
    )
    return store


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("kind", ["key", "login"])
def test_a_token_endpoint_that_quotes_secrets(
    key_file: KeyFile,
    tmp_path: Path,
    tokens: Endpoint,
    said: list[str],
    kind: str,
    echo: tuple[int, dict[str, Any]],
) -> None:
    tokens.replies = {"/token": [echo, echo], "/revoke": [echo]}
    store = stored(tmp_path, tokens)
    settings = CredentialSettings(key_file() if kind == "key" else None, login=store)
    found = find_identity(settings, [EDIT])
    with connect_identity(found) as gtm:
        said.append(failure_of(gtm.accounts))
    said.append(failure_of(lambda: granted_scopes(found, plain_http(), f"{tokens.uri}/info")))
    said.append(f"{settings!r} {found!r} {store.read()!r} {found.credentials!r}")
    said.append(logout(store, http=plain_http(), revoke_uri=f"{tokens.uri}/revoke"))
    assert "there is no stored login" in failure_of(store.read)


def test_the_api_quotes_the_token(
    key_file: KeyFile, tokens: Endpoint, said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import httplib2

    real = httplib2.Http.request

    def request(self: Any, uri: str, method: str = "GET", *rest: Any, **options: Any) -> Any:
        if "tagmanager.googleapis" not in uri:
            return real(self, uri, method, *rest, **options)
        text = f"{options['headers']['authorization']} is no good, access_token=MARKER-ACCESS"
        body = {"error": {"code": 403, "message": text, "errors": [{"reason": "x"}]}}
        return httplib2.Response({"status": "403"}), json.dumps(body).encode()

    monkeypatch.setattr(httplib2.Http, "request", request)
    tokens.replies = {"/token": [(200, {"access_token": "MARKER-ACCESS", "expires_in": 9})]}
    with connect_identity(find_identity(CredentialSettings(key_file()))) as gtm:
        said.append(failure_of(gtm.accounts))
    assert "[redacted] is no good, [redacted]" in said[0]


FILES: list[Any] = [
    {
        "type": "service_account",
        "private_key": "MARKER-KEY",
        "client_email": "a@b",
        "token_uri": "u",
    },
    {
        "type": "service_account",
        "private_key": "-----BEGIN PRIVATE KEY-----\nMARKER\n-----END PRIVATE KEY-----",
        "client_email": "a@b",
        "token_uri": "u",
    },
    {"type": "authorized_user", "refresh_token": "MARKER-REFRESH"},
    {"installed": {"client_id": "i", "client_secret": "MARKER-SECRET"}},
    {"private_key": 7, "MARKER": 1},
]
TEXTS = [
    *map(json.dumps, FILES),
    '{"type": "service_account", "private_key": "MARKER-KEY", ',
    "-----BEGIN PRIVATE KEY-----\nMARKER\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_damaged_file(tmp_path: Path, said: list[str], text: str) -> None:
    path = tmp_path / "key.json"
    path.write_text(text)
    said.append(failure_of(lambda: find_identity(CredentialSettings(path))))
    said.append(failure_of(lambda: OAuthClient.read(path)))
    folder = tmp_path / "login"
    folder.mkdir(mode=0o700)
    (folder / "token.json").write_text(text)
    (folder / "token.json").chmod(0o600)
    said.append(failure_of(TokenStore(folder).read))
    assert [str(path) in text for text in said] == [True, True, False]
    assert str(folder / "token.json") in said[2]


def test_representations(said: list[str]) -> None:
    said.append(repr(OAuthClient("i", "MARKER-SECRET", "a", "t")))
    secret = AccessToken(
        "i", "MARKER-S", "MARKER-R", "MARKER-A", 0.0, "t", (EDIT,), "ann@example.com"
    )
    said.append(repr(secret))
    assert "ann@example.com" in said[1]
    assert b"MARKER" in pickle.dumps(secret)  # so that the test would notice


def test_a_library_that_quotes_a_secret(said: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    def default(**_: object) -> object:
        raise DefaultCredentialsError("cannot use refresh_token=MARKER-REFRESH")

    monkeypatch.setattr(google.auth, "default", default)
    said.append(failure_of(lambda: find_identity(CredentialSettings())))
    assert "no Google credentials found: cannot use [redacted]" in said[0]
