"""Credentials: which are found, for whom, with which scopes, and what is wrong with others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import google.auth
import pytest

from api.harness import Endpoint
from gtmgen.api import (
    EDIT,
    PUBLISH,
    READ,
    AccessToken,
    CallError,
    CredentialSettings,
    TokenStore,
    connect_identity,
    find_identity,
)
from gtmgen.errors import ApiError

KeyFile = Callable[..., Path]
USER = {
    "type": "authorized_user",
    "client_id": "764086051850-abc.apps.googleusercontent.com",
    "client_secret": "s",
    "refresh_token": "r",
}
TOKEN = AccessToken(
    client_id="4711-x.apps.googleusercontent.com",
    client_secret="MARKER-SECRET",
    refresh_token="MARKER-REFRESH",
    access_token="MARKER-ACCESS",
    expiry=0.0,
    token_uri="http://127.0.0.1:9/token",
    scopes=(READ, EDIT),
    email="ann@example.com",
)


def user_file(tmp_path: Path, **changes: Any) -> Path:
    path = tmp_path / "adc.json"
    path.write_text(json.dumps({**USER, **changes}))
    return path


def test_a_service_accounts_key(key_file: KeyFile) -> None:
    path = key_file()
    found = find_identity(CredentialSettings(key_file=path), [EDIT])
    assert (found.kind, found.source) == ("service account", str(path))
    assert found.email == "ci@acme-tags.iam.gserviceaccount.com"
    assert found.quota_key == "project acme-tags"
    assert found.scopes == tuple(found.credentials.scopes) == (EDIT,)


@pytest.mark.parametrize(
    ("changes", "email", "quota_key"),
    [
        ({}, None, "project 764086051850"),
        ({"account": "ann@example.com"}, "ann@example.com", "project 764086051850"),
        ({"quota_project_id": "acme"}, None, "project acme"),
    ],
)
def test_what_gcloud_leaves(
    tmp_path: Path, changes: dict[str, str], email: str | None, quota_key: str
) -> None:
    found = find_identity(CredentialSettings(key_file=user_file(tmp_path, **changes)))
    assert (found.kind, found.email, found.quota_key) == ("user", email, quota_key)


def test_application_default_credentials(
    key_file: KeyFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(key_file()))
    found = find_identity(CredentialSettings())
    assert (found.kind, found.source) == ("service account", "application default credentials")
    assert found.scopes == tuple(found.credentials.scopes) == (READ,)


def test_a_gcloud_login_without_a_quota_project_is_no_warning(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from google.auth import _cloud_sdk

    gcloud = {**USER, "client_id": _cloud_sdk.CLOUD_SDK_CLIENT_ID}
    (tmp_path / "application_default_credentials.json").write_text(json.dumps(gcloud))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path))
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    found = find_identity(CredentialSettings())
    assert (found.kind, found.quota_key) == ("user", "project 764086051850")


@pytest.mark.parametrize("kind", ["machine", "other"])
def test_other_credentials_have_names_too(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    from google.auth import compute_engine
    from google.auth.credentials import AnonymousCredentials

    make: Any = compute_engine.Credentials if kind == "machine" else AnonymousCredentials
    monkeypatch.setattr(google.auth, "default", lambda **_: (make(), None))
    found = find_identity(CredentialSettings())
    wanted = {"machine": "service account of this machine", "other": "other"}[kind]
    assert (found.kind, found.email, found.quota_key) == (wanted, None, "unknown project")


def test_impersonation(key_file: KeyFile, tokens: Endpoint, monkeypatch: Any) -> None:
    from google.auth import iam

    monkeypatch.setattr(iam, "_IAM_ENDPOINT", f"{tokens.uri}/iam/{{}}")
    who = "gtm@acme.iam.gserviceaccount.com"
    found = find_identity(CredentialSettings(key_file(), impersonate=who), [EDIT])
    assert (found.kind, found.email) == ("impersonated service account", who)
    assert found.quota_key == "project acme"
    assert found.source.startswith("service account ci@acme-tags.iam.gserviceaccount.com (/")
    denied = {"error": {"code": 403, "message": "Permission 'getAccessToken' denied"}}
    tokens.replies = {
        "/token": [(200, {"access_token": "MARKER-ACCESS", "expires_in": 3600})],
        f"/iam/{who}": [(403, denied), (403, {})],
    }
    for reason in ("Permission 'getAccessToken' denied", "no reason was given"):
        with connect_identity(found) as gtm, pytest.raises(CallError) as caught:
            gtm.accounts()
        assert caught.value.message == (
            f"accounts.list failed with 401: cannot act as `{who}`: {reason}"
        )
        assert caught.value.hint == (
            "give the account that you are logged in with the role `Service Account Token "
            f"Creator` on `{who}`, and enable the IAM Service Account Credentials API in its "
            "project"
        )
    assert [path for path, _ in tokens.asked] == ["/token", f"/iam/{who}", f"/iam/{who}"]


def test_a_stored_login_comes_before_the_machines_credentials(tmp_path: Path) -> None:
    store = TokenStore(tmp_path / "gtmgen")
    store.write(TOKEN)
    found = find_identity(CredentialSettings(login=store), [EDIT])
    assert (found.kind, found.source) == ("stored login", str(store.path))
    assert (found.email, found.quota_key) == ("ann@example.com", "project 4711")
    explicit = find_identity(CredentialSettings(user_file(tmp_path), login=store))
    assert explicit.kind == "user"


def test_a_stored_login_without_the_scope(tmp_path: Path) -> None:
    store = TokenStore(tmp_path / "gtmgen")
    store.write(TOKEN)
    with pytest.raises(ApiError) as caught:
        find_identity(CredentialSettings(login=store), [EDIT, PUBLISH])
    assert caught.value.message == "the stored login lacks the scope `tagmanager.publish`"
    assert caught.value.hint == "log in again with it"


def test_an_oauth_client_is_no_key(tmp_path: Path) -> None:
    path = tmp_path / "client.json"
    path.write_text(json.dumps({"installed": {"client_secret": "MARKER-SECRET"}}))
    with pytest.raises(ApiError) as caught:
        find_identity(CredentialSettings(path))
    assert caught.value.message == (
        f"`{path}` holds no usable credentials: it is an OAuth client, which serves to log in, "
        "and no key"
    )


NEW_KEY = (
    "the login has expired or was revoked, or the clock of this machine is wrong: log in again, "
    "or for a service account make a new key"
)


@pytest.mark.parametrize(
    ("reply", "text", "hint"),
    [
        (
            {"error": "invalid_grant", "error_description": "Invalid JWT Signature."},
            "invalid_grant: Invalid JWT Signature.",
            NEW_KEY,
        ),
        (
            {"error": "invalid_scope", "error_description": "x"},
            "invalid_scope: x",
            "the login was not given the scope: log in again with it",
        ),
        (
            {"error": "brand_new", "error_description": "x" * 999},
            f"brand_new: {'x' * 189}...",
            "the credentials are not accepted; log in again",
        ),
        (
            {"access_token": "MARKER-ACCESS", "refresh_token": "MARKER-REFRESH"},
            "{[redacted], [redacted]}",
            "the credentials are not accepted; log in again",
        ),
    ],
)
def test_no_token_is_given_out(
    key_file: KeyFile, tokens: Endpoint, reply: dict[str, str], text: str, hint: str
) -> None:
    tokens.replies = {"/token": [(400, reply)]}
    found = find_identity(CredentialSettings(key_file()))
    with connect_identity(found) as gtm, pytest.raises(CallError) as caught:
        gtm.accounts()
    assert caught.value.message == f"accounts.list failed with 401: {text}"
    assert caught.value.hint == hint
    assert not caught.value.outcome_unknown


def test_a_token_endpoint_in_trouble_means_that_nothing_was_sent(
    key_file: KeyFile, tokens: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    from google.auth import _exponential_backoff

    monkeypatch.setattr(_exponential_backoff.time, "sleep", lambda _: None)
    tokens.replies = {"/token": [(503, {"error": "backend"})] * 9}
    found = find_identity(CredentialSettings(key_file()))
    with connect_identity(found) as gtm, pytest.raises(CallError) as caught:
        gtm.create_workspace("accounts/1/containers/2", "W")
    assert caught.value.message == "workspaces.create `W` got no answer: backend"
    assert (caught.value.outcome_unknown, caught.value.is_transient) == (False, True)


def test_a_key_file_that_nests_without_end(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    path.write_text("[" * 200_000)
    with pytest.raises(ApiError) as caught:
        find_identity(CredentialSettings(key_file=path))
    assert caught.value.message == f"`{path}` holds no usable credentials: it is nested too deep"


def test_a_stored_login_that_nests_without_end(tmp_path: Path) -> None:
    store = TokenStore(tmp_path)
    store.path.write_text("[" * 200_000)
    store.path.chmod(0o600)
    with pytest.raises(ApiError) as caught:
        store.read()
    assert caught.value.message == f"the stored login in `{store.path}` is damaged"
