"""Getting a connection: credentials, scopes, import time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gtmgen.api import (
    EDIT,
    READ,
    CallError,
    CredentialSettings,
    connect_identity,
    connect_url,
    find_identity,
)
from gtmgen.errors import ApiError

LOGIN = (
    "run `gtmgen login`, or `gcloud auth application-default login --scopes="
    "https://www.googleapis.com/auth/cloud-platform,"
    "https://www.googleapis.com/auth/tagmanager.readonly`, "
    "or let GOOGLE_APPLICATION_CREDENTIALS name a service account's key file; "
    "`--target local` needs none"
)


def refused(path: Path | None) -> ApiError:
    with pytest.raises(ApiError) as caught:
        find_identity(CredentialSettings(path), [READ])
    assert caught.value.hint == LOGIN
    return caught.value


def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    import google.auth
    from google.auth.exceptions import DefaultCredentialsError

    def default(**_: Any) -> Any:
        raise DefaultCredentialsError("Your default credentials were not found.\nMore follows.")

    monkeypatch.setattr(google.auth, "default", default)
    assert refused(None).message == "no Google credentials found"


def test_a_variable_that_names_no_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    missing = tmp_path / "missing.json"
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(missing))
    assert refused(None).message == (f"no Google credentials found: File {missing} was not found")


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        ("{", "File {} is not a valid json file"),
        ("{}", "The file {} does not have a valid type"),
        ('{"type": "service_account"}', "Failed to load service account credentials from {}"),
        ("[]", "it is not a key file"),
        ("5", "it is not a key file"),
    ],
)
def test_a_variable_that_names_a_broken_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, flaw: str
) -> None:
    path = tmp_path / "key.json"
    path.write_text(text)
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
    assert refused(None).message.startswith(
        "the key file that GOOGLE_APPLICATION_CREDENTIALS names is broken: " + flaw.format(path)
    )


@pytest.mark.parametrize(
    ("text", "flaw"),
    [
        (None, "No such file or directory"),
        ("[]", "it is not a key file"),
        ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        (
            '{"type": "service_account", "token_uri": "u"}',
            "Service account info was not in the expected format, missing fields client_email",
        ),
    ],
)
def test_a_file_that_holds_no_credentials(tmp_path: Path, text: str | None, flaw: str) -> None:
    path = tmp_path / "key.json"
    if text is not None:
        path.write_text(text)
    assert refused(path).message == f"`{path}` holds no usable credentials: {flaw}"


def test_a_damaged_private_key_is_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "key.json"
    key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----"
    info = {"type": "service_account", "private_key": key, "client_email": "a@b", "token_uri": "u"}
    path.write_text(json.dumps(info))
    error = refused(path)
    assert "c2VjcmV0" not in error.message
    assert error.message.startswith(f"`{path}` holds no usable credentials: ")


def test_a_users_credentials_get_the_scopes(tmp_path: Path) -> None:
    path = tmp_path / "adc.json"
    info = {
        "type": "authorized_user",
        "client_id": "i",
        "client_secret": "s",
        "refresh_token": "r",
    }
    path.write_text(json.dumps(info))
    identity = find_identity(CredentialSettings(path), [READ, EDIT])
    with connect_identity(identity) as gtm:
        assert gtm._service._http.credentials.scopes == [READ, EDIT]
        assert gtm.resolve_container("accounts/1/containers/2") == "accounts/1/containers/2"


def test_a_url_that_nobody_answers_at(monkeypatch: pytest.MonkeyPatch) -> None:
    import httplib2

    asked = []

    def request(_self: Any, uri: str, _method: str, **_: Any) -> Any:
        asked.append(uri)
        raise ConnectionRefusedError(111, "Connection refused")

    monkeypatch.setattr(httplib2.Http, "request", request)
    with connect_url("http://127.0.0.1:9") as gtm, pytest.raises(CallError) as caught:
        gtm.resolve_container("GTM-ACME42")
    assert caught.value.message == (
        "containers.lookup `GTM-ACME42` got no answer: [Errno 111] Connection refused"
    )
    (uri,) = asked
    assert uri.startswith("http://127.0.0.1:9/tagmanager/v2/accounts/containers:lookup?")


def test_importing_the_port_does_not_import_the_google_client() -> None:
    code = (
        "import sys, gtmgen.api, gtmgen.api.google\n"
        "print([m for m in sys.modules if m.startswith(('googleapiclient', 'google.auth', "
        "'httplib2', 'gtmgen.emulator'))])"
    )
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert output.stdout == b"[]\n"
