"""OAuth login: loopback redirect, PKCE, the stored token, refresh, logout. All on loopback."""

from __future__ import annotations

import base64
import hashlib
import json
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

import pytest

from api.harness import START, Endpoint
from gtmgen.api import (
    EDIT,
    READ,
    AccessToken,
    CallError,
    CredentialSettings,
    OAuthClient,
    TokenStore,
    connect_identity,
    find_identity,
    login,
    logout,
    plain_http,
)
from gtmgen.errors import ApiError

GRANT = {
    "access_token": "MARKER-ACCESS",
    "refresh_token": "MARKER-REFRESH",
    "expires_in": 3600,
    "scope": f"openid https://www.googleapis.com/auth/userinfo.email {EDIT}",
}
Answer = Callable[[dict[str, str]], list[dict[str, str]]]


def id_token(payload: object) -> str:
    body = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    return f"e30.{body}.c2ln"


@pytest.fixture
def client(tokens: Endpoint) -> OAuthClient:
    return OAuthClient(
        "4711-x.apps", "MARKER-SECRET", "https://accounts.test/auth", f"{tokens.uri}/t"
    )


@pytest.fixture
def store(tmp_path: Path) -> TokenStore:
    return TokenStore(tmp_path / "new" / "gtmgen")


class Browser:
    """Comes back from the consent page with each of the queries that ``answer`` makes."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.query: dict[str, str] = {}
        self.pages: list[str] = []
        self._thread: threading.Thread | None = None

    def __call__(self, address: str) -> None:
        self.query = dict(parse_qsl(urlsplit(address).query))
        self._thread = threading.Thread(target=self._come_back)
        self._thread.start()

    def _come_back(self) -> None:
        for query in self.answer(self.query):
            try:
                with urlopen(f"{self.query['redirect_uri']}?{urlencode(query)}") as page:
                    self.pages.append(page.read().decode())
            except HTTPError as error:
                self.pages.append(str(error.code))
                error.close()

    def join(self) -> None:
        assert self._thread is not None
        self._thread.join()


def agrees(query: dict[str, str]) -> list[dict[str, str]]:
    return [{"state": query["state"], "code": "MARKER-CODE"}]


def log_in(
    client: OAuthClient, store: TokenStore, answer: Answer = agrees, timeout: float = 10
) -> tuple[Browser, AccessToken]:
    browser = Browser(answer)
    try:
        token = login(
            client,
            [EDIT],
            store,
            http=plain_http(),
            clock=lambda: START,
            show=browser,
            timeout=timeout,
        )
    finally:
        browser.join()
    return browser, token


def test_login(client: OAuthClient, store: TokenStore, tokens: Endpoint) -> None:
    who = id_token({"email": "ann@example.com"})
    tokens.replies = {"/t": [(200, {**GRANT, "id_token": who})]}
    browser, token = log_in(client, store)
    assert browser.pages == ["gtmgen is logged in. You can close this window.\n"]
    ((_, fields),) = tokens.asked
    digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    uri = browser.query["redirect_uri"]
    assert urlsplit(uri).hostname == "127.0.0.1"
    assert browser.query == {
        "client_id": "4711-x.apps",
        "redirect_uri": uri,
        "response_type": "code",
        "scope": f"openid https://www.googleapis.com/auth/userinfo.email {EDIT}",
        "state": browser.query["state"],
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "access_type": "offline",
        "prompt": "consent",
    }
    assert fields == {
        "grant_type": "authorization_code",
        "client_id": "4711-x.apps",
        "client_secret": "MARKER-SECRET",
        "code": "MARKER-CODE",
        "code_verifier": fields["code_verifier"],
        "redirect_uri": uri,
    }
    assert (token.email, token.expiry) == ("ann@example.com", START + 3600)
    assert store.read() == token
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.path.parent.stat().st_mode & 0o777 == 0o700
    assert [item.name for item in store.path.parent.iterdir()] == ["token.json"]


def test_other_requests_to_the_port_do_not_end_the_wait(
    client: OAuthClient, store: TokenStore, tokens: Endpoint
) -> None:
    tokens.replies = {"/t": [(200, GRANT)]}

    def noise(query: dict[str, str]) -> list[dict[str, str]]:
        mute = socket.create_connection(
            ("127.0.0.1", urlsplit(query["redirect_uri"]).port or 0)
        )  # as browsers do ahead of time
        mute_connections.append(mute)
        return [{}, {"state": "forged", "code": "forged"}, {"state": "é"}, *agrees(query)]

    mute_connections: list[socket.socket] = []
    browser, token = log_in(client, store, noise)
    mute_connections[0].close()
    assert browser.pages[:3] == ["404", "404", "404"]
    assert tokens.asked[0][1]["code"] == "MARKER-CODE"
    assert token.email is None


@pytest.mark.parametrize("who", [None, "", "a.b", id_token([]), id_token({"email": 7}), "a.!.c"])
def test_an_id_token_that_says_nothing(
    client: OAuthClient, store: TokenStore, tokens: Endpoint, who: str | None
) -> None:
    tokens.replies = {"/t": [(200, {**GRANT, "id_token": who})]}
    assert log_in(client, store)[1].email is None


def refused(client: OAuthClient, store: TokenStore, **options: Any) -> ApiError:
    with pytest.raises(ApiError) as caught:
        log_in(client, store, **options)
    assert not store.exists()
    return caught.value


def test_the_user_says_no(client: OAuthClient, store: TokenStore) -> None:
    error = refused(
        client, store, answer=lambda query: [{"state": query["state"], "error": "access_denied"}]
    )
    assert error.message == "the login was refused: access_denied"
    assert error.hint == "answer the question with yes"


def test_nobody_comes_back(client: OAuthClient, store: TokenStore) -> None:
    error = refused(client, store, answer=lambda _query: [], timeout=0.01)
    assert error.message == "no login in the browser within 0 s"


@pytest.mark.parametrize(
    ("status", "reply", "message", "hint"),
    [
        (
            400,
            {"error": "invalid_grant", "error_description": "MARKER-CODE"},
            "the login failed with 400: invalid_grant",
            "log in again",
        ),
        (502, {}, "the login failed with 502: None", "log in again"),
        (
            200,
            {"access_token": "MARKER-ACCESS"},
            "the login brought no refresh token",
            "log in again",
        ),
        (
            200,
            {**GRANT, "scope": "openid"},
            "the login was not given the scope `tagmanager.edit.containers`",
            "log in again and tick every box",
        ),
    ],
)
def test_the_token_endpoint_does_not_give_one(
    client: OAuthClient,
    store: TokenStore,
    tokens: Endpoint,
    status: int,
    reply: dict[str, str],
    message: str,
    hint: str,
) -> None:
    tokens.replies = {"/t": [(status, reply)]}
    error = refused(client, store)
    assert (error.message, error.hint) == (message, hint)


def test_the_token_endpoint_does_not_answer(store: TokenStore) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    uri = f"http://127.0.0.1:{port}/t"
    error = refused(OAuthClient("i", "MARKER-SECRET", "https://a.test/", uri), store)
    assert error.message == f"no answer from {uri}: [Errno 111] Connection refused"
    assert error.hint == "check the network"


CLIENT_HINT = (
    "make an OAuth client of the type `Desktop app` in the Google Cloud console "
    "(APIs & Services, Credentials) and download its JSON file"
)
PARTS = {"client_id": "i", "client_secret": "s", "auth_uri": "a", "token_uri": "t"}


def test_the_client_file(tmp_path: Path) -> None:
    path = tmp_path / "client.json"
    path.write_text(json.dumps({"installed": {**PARTS, "project_id": "p"}}))
    assert OAuthClient.read(path) == OAuthClient("i", "s", "a", "t")


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        (None, "No such file or directory"),
        ("{", "it is not JSON"),
        ("[]", "it does not hold what such a file holds"),
        (
            json.dumps({"installed": {**PARTS, "client_secret": None}}),
            "it does not hold what such a file holds",
        ),
        (json.dumps({"web": PARTS}), "it is of the type `Web application`"),
    ],
)
def test_a_file_that_is_no_client(tmp_path: Path, text: str | None, flaw: str) -> None:
    path = tmp_path / "client.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(ApiError) as caught:
        OAuthClient.read(path)
    assert caught.value.message == f"`{path}` is not an OAuth client to log in with: {flaw}"
    assert caught.value.hint == CLIENT_HINT


# The stored login


def token(tokens: Endpoint, **changes: Any) -> AccessToken:
    fields: dict[str, Any] = {
        "client_id": "4711-x",
        "client_secret": "MARKER-SECRET",
        "refresh_token": "MARKER-REFRESH",
        "access_token": "MARKER-OLD",
        "expiry": 0.0,
        "token_uri": f"{tokens.uri}/t",
        "scopes": (READ, EDIT),
    }
    return AccessToken(**{**fields, **changes})


def test_a_login_refreshes_itself_and_is_kept(
    store: TokenStore, tokens: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(token(tokens))
    tokens.replies = {"/t": [(200, {"access_token": "MARKER-NEW", "expires_in": 3600})]}
    sent: list[str] = []
    answers_accounts(monkeypatch, sent)
    for _ in range(2):  # the second run needs no refresh
        with connect_identity(find_identity(CredentialSettings(login=store))) as gtm:
            assert gtm.accounts() == [{"path": "accounts/1"}]
    assert sent == ["Bearer MARKER-NEW"] * 2
    ((_, fields),) = tokens.asked
    assert fields == {
        "grant_type": "refresh_token",
        "client_id": "4711-x",
        "client_secret": "MARKER-SECRET",
        "refresh_token": "MARKER-REFRESH",
    }
    assert store.read().access_token == "MARKER-NEW"
    assert store.path.stat().st_mode & 0o777 == 0o600


def test_a_logout_in_the_meantime_stays(
    store: TokenStore, tokens: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.write(token(tokens))
    tokens.replies = {"/t": [(200, {"access_token": "MARKER-NEW", "expires_in": 3600})]}
    answers_accounts(monkeypatch, [])
    found = find_identity(CredentialSettings(login=store))
    store.delete()
    with connect_identity(found) as gtm:
        gtm.accounts()
    assert not store.exists()


def answers_accounts(monkeypatch: pytest.MonkeyPatch, sent: list[str]) -> None:
    """Only what goes to Google's address is answered here; the rest goes to loopback."""
    import httplib2

    real = httplib2.Http.request

    def request(self: Any, uri: str, method: str = "GET", *rest: Any, **options: Any) -> Any:
        if not uri.startswith("https://tagmanager.googleapis.com/"):
            return real(self, uri, method, *rest, **options)
        sent.append(options["headers"]["authorization"])
        return httplib2.Response({"status": "200"}), b'{"account": [{"path": "accounts/1"}]}'

    monkeypatch.setattr(httplib2.Http, "request", request)


def test_a_login_that_was_revoked(store: TokenStore, tokens: Endpoint) -> None:
    store.write(token(tokens))
    gone = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    tokens.replies = {"/t": [(400, gone)]}
    found = find_identity(CredentialSettings(login=store))
    with connect_identity(found) as gtm, pytest.raises(CallError) as caught:
        gtm.accounts()
    assert caught.value.message == (
        "accounts.list failed with 401: invalid_grant: Token has been expired or revoked."
    )
    assert caught.value.hint == (
        "the login has expired or was revoked, or the clock of this machine is wrong: log in "
        "again, or for a service account make a new key"
    )


def test_logout(store: TokenStore, tokens: Endpoint) -> None:
    uri = f"{tokens.uri}/revoke"
    assert logout(store, http=plain_http(), revoke_uri=uri) == "none"
    store.write(token(tokens))
    tokens.replies = {"/revoke": [(200, {}), (400, {"error": "invalid_token"})]}
    assert logout(store, http=plain_http(), revoke_uri=uri) == "revoked"
    assert tokens.asked == [("/revoke", {"token": "MARKER-REFRESH"})]
    assert not store.exists()
    store.write(token(tokens))
    assert logout(store, http=plain_http(), revoke_uri=uri) == "forgotten"
    assert not store.exists()
    store.path.write_text("damaged")
    assert logout(store, http=plain_http(), revoke_uri=uri) == "forgotten"
    assert not store.exists()


def test_no_stored_login(store: TokenStore) -> None:
    with pytest.raises(ApiError) as caught:
        store.read()
    assert (caught.value.message, caught.value.hint) == ("there is no stored login", "log in first")
    assert store.delete() is False


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"refresh_token": 7},
        {"scopes": "x"},
        {"scopes": [7]},
        {"expiry": "soon"},
        {"email": 7},
        None,
    ],
)
def test_a_damaged_login(
    store: TokenStore, tokens: Endpoint, change: dict[str, object] | None
) -> None:
    store.write(token(tokens))
    raw = json.loads(store.path.read_text())
    store.path.write_text("{" if change is None else json.dumps({**raw, **change}))
    with pytest.raises(ApiError) as caught:
        store.read()
    assert caught.value.message == f"the stored login in `{store.path}` is damaged"
    assert caught.value.hint == "log in again"


def test_what_others_can_read_is_refused(store: TokenStore, tokens: Endpoint) -> None:
    store.write(token(tokens))
    store.path.chmod(0o640)
    with pytest.raises(ApiError) as caught:
        store.read()
    assert caught.value.message == f"`{store.path}` can be read by other users"
    assert caught.value.hint == f"run `chmod 600 {store.path}`"
    store.path.parent.chmod(0o755)
    with pytest.raises(ApiError) as caught:
        store.write(token(tokens))
    assert caught.value.hint == f"run `chmod 700 {store.path.parent}`"


def test_a_folder_that_cannot_be_made(tmp_path: Path, tokens: Endpoint) -> None:
    (tmp_path / "file").write_text("")
    store = TokenStore(tmp_path / "file" / "gtmgen")
    with pytest.raises(ApiError) as caught:
        store.write(token(tokens))
    assert caught.value.message == f"cannot write `{store.path}`: Not a directory"
    for act, verb in ((store.read, "read"), (store.delete, "delete")):
        with pytest.raises(ApiError) as caught:
            act()
        assert caught.value.message == f"cannot {verb} `{store.path}`: Not a directory"
