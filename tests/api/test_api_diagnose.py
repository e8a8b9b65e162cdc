"""The doctor's questions, and the hints of the errors that they run into."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.harness import Endpoint
from gtmgen.api import (
    EDIT,
    READ,
    CallError,
    CredentialSettings,
    DayUsedUp,
    Diagnosis,
    DiagnosisTarget,
    GoogleTagManager,
    Identity,
    Probes,
    connect_local,
    diagnose,
    find_identity,
    granted_scopes,
    plain_http,
)
from gtmgen.emulator import ApiRequest, Response, State, Store, make_error_response
from gtmgen.emulator.transport import EmulatorHttp
from gtmgen.errors import ApiError

CI = "ci@acme-tags.iam.gserviceaccount.com"
WANTED = DiagnosisTarget("GTM-ACME42", "gtmgen")
GRANT = "in Tag Manager, Admin, Container, User Management, add it with the permission `Edit`"


def identity(**changes: Any) -> Identity:
    found = Identity("service account", "key.json", CI, "project p", (EDIT,), object())
    return replace(found, **changes)


def connected(found: Identity, answer: Callable[[ApiRequest], Response] | None = None) -> Any:
    """Google as that identity sees it: a container of its own, or ``answer`` to everything."""
    from googleapiclient.discovery import build

    store = Store(None)
    store.ensure_container("GTM-ACME42")
    middleware = None if answer is None else lambda request, _send: answer(request)
    http = EmulatorHttp(store, middleware=middleware)
    service = build("tagmanager", "v2", http=http, static_discovery=True, cache_discovery=False)
    return GoogleTagManager(service, account=found.email)


def probes(**changes: Any) -> Probes:
    usual = Probes(identity, lambda _: (EDIT, READ), connected, lambda _: 9_988)
    return replace(usual, **changes)


CREDENTIALS = Diagnosis("credentials", True, f"service account `{CI}`, from key.json")
QUOTA = Diagnosis("quota", True, "9,988 calls left today, as counted on this machine")
SCOPES = Diagnosis("scopes", True, "tagmanager.edit.containers")
API = Diagnosis("API", True, "answers; 1 account can be seen")
CONTAINER = Diagnosis("container", True, "`GTM-ACME42` (accounts/6000000001/containers/180000001)")
PERMISSION = Diagnosis(
    "permission", True, "can read; Google tells only at a write whether it can edit"
)


def test_everything_is_in_place() -> None:
    assert diagnose(WANTED, probes()) == [
        CREDENTIALS,
        QUOTA,
        SCOPES,
        API,
        CONTAINER,
        PERMISSION,
        Diagnosis(
            "workspaces",
            True,
            "`gtmgen` has to be made; 1 there, 2 of 3 free (more in Tag Manager 360)",
        ),
    ]


def test_the_workspace_is_there() -> None:
    *_, last = diagnose(DiagnosisTarget("GTM-ACME42", "Default Workspace"), probes())
    assert last == Diagnosis(
        "workspaces",
        True,
        "`Default Workspace` is there; 1 there, 2 of 3 free (more in Tag Manager 360)",
    )


def test_no_workspace_is_free() -> None:
    gtm = connect_local(None)
    path = gtm.resolve_container("GTM-ACME42")
    for name in ("one", "two"):
        gtm.create_workspace(path, name)
    *_, last = diagnose(WANTED, probes(connect=lambda _: gtm))
    assert last == Diagnosis(
        "workspaces",
        False,
        "`gtmgen` has to be made; 3 there, 0 of 3 free (more in Tag Manager 360)",
        "delete or merge one in Tag Manager, or name an existing one as `container.workspace`",
    )


def test_no_credentials() -> None:
    def none() -> Identity:
        raise ApiError("no Google credentials found: none", hint="log in")

    assert diagnose(WANTED, probes(identity=none)) == [
        Diagnosis("credentials", False, "no Google credentials found: none", "log in")
    ]


def test_whom_the_credentials_are_for_may_be_unknown() -> None:
    first, *_ = diagnose(WANTED, probes(identity=lambda: identity(kind="user", email=None)))
    assert first == Diagnosis("credentials", True, "user, from key.json")


def test_the_quota_is_used_up() -> None:
    _, quota, *_ = diagnose(WANTED, probes(left_today=lambda _: 0))
    assert quota == Diagnosis(
        "quota",
        False,
        "0 calls left today, as counted on this machine",
        "the day begins anew at midnight Pacific time",
    )


@pytest.mark.parametrize(
    ("granted", "row"),
    [
        (
            None,
            Diagnosis(
                "scopes",
                True,
                "asked for tagmanager.edit.containers; Google did not say what it gave",
            ),
        ),
        (
            (READ,),
            Diagnosis(
                "scopes",
                False,
                "lacks tagmanager.edit.containers",
                "log in again with these scopes",
            ),
        ),
    ],
)
def test_scopes(granted: tuple[str, ...] | None, row: Diagnosis) -> None:
    assert diagnose(WANTED, probes(granted=lambda _: granted))[2] == row


def test_the_day_may_end_in_the_middle() -> None:
    def used_up(_: Identity) -> Any:
        raise DayUsedUp(10_000, 1_795_348_800.0)

    *_, last = diagnose(WANTED, probes(connect=used_up))
    assert (last.name, last.ok) == ("API", False)
    assert last.detail == "the 10,000 API calls of this Google project for today are used up"


@pytest.mark.parametrize(
    ("email", "who"), [(CI, f"`{CI}`"), (None, "the account of the credentials")]
)
def test_no_account_can_be_seen(email: str | None, who: str) -> None:
    def answer(request: ApiRequest) -> Response:
        if request.path.endswith("/accounts"):
            return Response(200, b"{}")
        return make_error_response("Not found or permission denied.", 404)

    found = identity(email=email)
    *_, api, container = diagnose(
        WANTED, probes(identity=lambda: found, connect=lambda it: connected(it, answer))
    )
    assert api == Diagnosis(
        "API",
        False,
        "answers, but no Tag Manager account can be seen",
        f"in Tag Manager, Admin, User Management, add {who}",
    )
    assert container == Diagnosis(
        "container",
        False,
        "containers.lookup `GTM-ACME42` failed with 404: Not found or permission denied.",
        f"check the ID, and that {who} may see the container: {GRANT}",
    )


def refusal(code: int, message: str, **error: Any) -> Callable[[ApiRequest], Response]:
    body = {"error": {"code": code, "message": message, **error}}
    return lambda _request: Response(code, json.dumps(body).encode())


DISABLED = (
    "Tag Manager API has not been used in project 4711 before or it is disabled. Enable it by "
    "visiting https://console.developers.google.com/apis/api/tagmanager.googleapis.com/overview"
    "?project=4711 then retry."
)
ENABLE = (
    "enable the Tag Manager API in the Google project of the credentials: "
    "https://console.cloud.google.com/apis/library/tagmanager.googleapis.com{} "
    "(it takes a few minutes)"
)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (
            refusal(403, DISABLED, errors=[{"reason": "accessNotConfigured"}]),
            ENABLE.format("?project=4711"),
        ),
        (
            refusal(403, "Disabled", details=[{"reason": "SERVICE_DISABLED"}]),
            ENABLE.format(""),
        ),
        (
            refusal(403, "Request had insufficient authentication scopes."),
            "the credentials lack the scope `tagmanager.readonly`: log in again with it",
        ),
        (
            refusal(403, "No", details=[{"reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}]),
            "the credentials lack the scope `tagmanager.readonly`: log in again with it",
        ),
        (
            refusal(403, "The caller does not have permission"),
            f"`{CI}` lacks the permission, or the credentials lack the scope: {GRANT}",
        ),
        (
            refusal(429, "Quota exceeded"),
            "the API allows 25 calls in 100 seconds and 10,000 a day; wait, then go on",
        ),
    ],
)
def test_the_api_refuses(answer: Callable[[ApiRequest], Response], hint: str) -> None:
    *_, last = diagnose(WANTED, probes(connect=lambda it: connected(it, answer)))
    assert (last.name, last.ok, last.hint) == ("API", False, hint)
    assert last.detail.startswith("accounts.list failed with 4")


def test_publishing_needs_another_permission() -> None:
    gtm = connected(identity(), refusal(403, "The caller does not have permission"))
    with pytest.raises(CallError) as caught:
        gtm.publish("accounts/1/containers/2/versions/3")
    assert caught.value.hint == (
        f"`{CI}` lacks the permission, or the credentials lack the scope: "
        f"{GRANT.replace('Edit', 'Publish')}"
    )


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b'{"error": "no"}',
        b'{"error": {"errors": 7}}',
        b"\xff",
        b'{"error": {"errors": ["x"]}}',
    ],
)
def test_an_error_body_of_another_shape(body: bytes) -> None:
    gtm = connected(identity(), lambda _request: Response(403, body))
    with pytest.raises(CallError) as caught:
        gtm.accounts()
    assert caught.value.reasons == frozenset()
    assert caught.value.status == 403


NOT_OURS = "the answer is not one of the Tag Manager API"


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (403, b"[]", NOT_OURS),
        (403, b'{"error": {"errors": [7]}}', NOT_OURS),
        (200, b"\xff", "the answer is not JSON"),
        (200, b"{", "the answer is not JSON"),
        (200, b"[" * 100_000, NOT_OURS),
        (200, b'{"account": ' + b"9" * 5000 + b"}", NOT_OURS),
        (200, b"7", f"{NOT_OURS}: it is a number, not an object"),
        (200, b"[]", f"{NOT_OURS}: it is a list, not an object"),
        (200, b"null", f"{NOT_OURS}: it is null, not an object"),
        (200, b"true", f"{NOT_OURS}: it is true or false, not an object"),
    ],
)
def test_an_answer_that_googles_client_stumbles_over(status: int, body: bytes, why: str) -> None:
    gtm = connected(identity(), lambda _request: Response(status, body))
    with pytest.raises(CallError) as caught:
        gtm.accounts()
    assert caught.value.message == f"accounts.list got no answer: {why}"
    assert not caught.value.is_transient


def test_a_container_that_is_new_to_the_state() -> None:
    assert State.empty().data["containers"] == {}  # what `connected` starts from


# What Google says about a token


KeyFile = Callable[..., Path]
GIVEN = {"access_token": "MARKER-ACCESS", "expires_in": 3600}


def ask(path: Path, tokens: Endpoint) -> tuple[str, ...] | None:
    found = find_identity(CredentialSettings(path))
    return granted_scopes(found, plain_http(), f"{tokens.uri}/info")


def test_granted_scopes(key_file: KeyFile, tokens: Endpoint) -> None:
    info = {"scope": f"openid {READ}", "email": CI}
    tokens.replies = {"/token": [(200, GIVEN)], "/info": [(200, info)]}
    assert ask(key_file(), tokens) == ("openid", READ)
    assert tokens.asked[1] == ("/info", {"access_token": "MARKER-ACCESS"})


@pytest.mark.parametrize(
    ("status", "info"), [(400, {"error": "x"}), (200, {}), (200, {"scope": 7})]
)
def test_google_does_not_say(
    key_file: KeyFile, tokens: Endpoint, status: int, info: dict[str, Any]
) -> None:
    tokens.replies = {"/token": [(200, GIVEN)], "/info": [(status, info)]}
    assert ask(key_file(), tokens) is None


def test_no_token_is_given_out(key_file: KeyFile, tokens: Endpoint) -> None:
    gone = {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
    tokens.replies = {"/token": [(400, gone)]}
    with pytest.raises(ApiError) as caught:
        ask(key_file(), tokens)
    assert caught.value.message == ("no token was given out: invalid_grant: Invalid JWT Signature.")
    assert str(caught.value.hint).startswith("the login has expired or was revoked")


def test_nobody_gives_out_tokens(key_file: KeyFile, tokens: Endpoint) -> None:
    with pytest.raises(ApiError) as caught:
        ask(key_file(token_uri="http://127.0.0.1:1/token"), tokens)
    assert caught.value.message == "no token was given out: [Errno 111] Connection refused"
    assert caught.value.hint == (
        "nothing listens there: check the address, the network and the firewall"
    )
