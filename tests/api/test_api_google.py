"""The port over the Google client, with the emulator behind it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.client import IncompleteRead
from pathlib import Path
from ssl import SSLCertVerificationError
from typing import Any

import pytest
import socks
from httplib2 import ServerNotFoundError
from httplib2.error import ProxiesUnavailableError

from gtmgen.api import RESOURCES, CallError, LocalTagManager, TagManager, connect_local
from gtmgen.api.redaction import redact
from gtmgen.emulator import ApiRequest, Behaviour, Response, make_error_response
from gtmgen.errors import ApiError, GtmgenError, UsageError

UNREACHED = (
    "nothing answers there: check the network, the firewall, and whether a proxy is needed "
    "(`HTTPS_PROXY`)"
)
PROXIED = (
    "see whether `HTTPS_PROXY` names the right proxy, with a user and a password where it asks for "
    "them (`http://USER:PASSWORD@HOST:PORT`)"
)
TEMPLATE_DATA = (
    '___INFO___\n\n{"type": "TAG"}\n\n___TEMPLATE_PARAMETERS___\n\n[]\n\n'
    "___SANDBOXED_JS_FOR_WEB_TEMPLATE___\n\ndata.gtmOnSuccess();\n"
)
BODIES: dict[str, dict[str, Any]] = {
    "tag": {
        "name": "N",
        "type": "html",
        "parameter": [{"type": "template", "key": "html", "value": "<b>"}],
    },
    "trigger": {"name": "N", "type": "pageview"},
    "variable": {"name": "N", "type": "e"},
    "folder": {"name": "N"},
    "template": {"name": "N", "templateData": TEMPLATE_DATA},
    "client": {"name": "N", "type": "gaaw_client"},
    "transformation": {"name": "N", "type": "tf_augment_event"},
    "zone": {"name": "N"},
    "gtag_config": {"type": "google"},
}

GRANT = "in Tag Manager, Admin, Container, User Management, add it with the permission `Edit`"


@pytest.fixture
def gtm() -> Iterator[LocalTagManager]:
    with connect_local(None, behaviour=Behaviour(page_size=2)) as connection:
        yield connection


@pytest.fixture
def workspace(gtm: LocalTagManager) -> str:
    (default,) = gtm.workspaces(gtm.resolve_container("GTM-ACME42"))
    return str(default["path"])


def test_it_is_a_tag_manager(gtm: LocalTagManager) -> None:
    port: TagManager = gtm
    assert port is gtm


def test_containers_by_public_id_and_by_path(gtm: LocalTagManager) -> None:
    path = gtm.resolve_container("GTM-ACME42")
    assert path == "accounts/6000000001/containers/180000001"
    assert gtm.resolve_container(path) == path
    assert gtm.resolve_container("accounts/1/containers/2") == "accounts/1/containers/2"
    assert gtm.container(path)["publicId"] == "GTM-ACME42"


@pytest.mark.parametrize("name", ["G-ABC", "gtm-abc", "", "accounts/1"])
def test_a_name_that_is_no_container(gtm: LocalTagManager, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        gtm.resolve_container(name)
    assert caught.value.message == f"`{name}` names no container"
    assert caught.value.hint == "write `GTM-XXXX`, or `accounts/1/containers/2`"


def test_workspaces(gtm: LocalTagManager, workspace: str) -> None:
    container = workspace.partition("/workspaces/")[0]
    plain = gtm.create_workspace(container, "one")
    described = gtm.create_workspace(container, "two", "why")
    assert ("description" in plain, described["description"]) == (False, "why")
    names = [item["name"] for item in gtm.workspaces(container)]  # two pages
    assert names == ["Default Workspace", "one", "two"]
    assert [item["name"] for item in gtm.accounts()] == ["Local account"]
    gtm.delete_workspace(plain["path"])
    assert len(gtm.workspaces(container)) == 2
    assert gtm.workspace_status(workspace) == {}


def test_all_kinds_have_a_body_here() -> None:
    assert {*BODIES, "built_in_variable"} == set(RESOURCES)


@pytest.mark.parametrize("kind", BODIES)
def test_every_kind_is_created_listed_updated_and_deleted(
    gtm: LocalTagManager, workspace: str, kind: str
) -> None:
    made = gtm.create(workspace, kind, BODIES[kind])
    assert gtm.list_entities(workspace, kind) == [made]
    assert gtm.get(made["path"]) == made
    updated = gtm.update(made["path"], BODIES[kind], made["fingerprint"])
    assert updated["fingerprint"] != made["fingerprint"]
    with pytest.raises(CallError) as caught:
        gtm.update(made["path"], BODIES[kind], made["fingerprint"])
    assert caught.value.is_conflict
    gtm.update(made["path"], BODIES[kind], None)
    gtm.delete(made["path"])
    assert gtm.list_entities(workspace, kind) == []


def test_lists_follow_all_pages(gtm: LocalTagManager, workspace: str) -> None:
    for number in range(5):
        gtm.create(workspace, "folder", {"name": f"F{number}"})
    names = [item["name"] for item in gtm.list_entities(workspace, "folder")]
    assert names == ["F0", "F1", "F2", "F3", "F4"]


def test_built_ins(gtm: LocalTagManager, workspace: str) -> None:
    assert gtm.enable_built_ins(workspace, []) == []
    assert [item["name"] for item in gtm.enable_built_ins(workspace, ["clickUrl"])] == ["Click URL"]
    gtm.disable_built_ins(workspace, [])
    gtm.disable_built_ins(workspace, ["pageUrl", "pagePath"])
    types = [item["type"] for item in gtm.list_entities(workspace, "built_in_variable")]
    assert types == ["pageHostname", "referrer", "event", "clickUrl"]


def test_versions(gtm: LocalTagManager, workspace: str) -> None:
    container = workspace.partition("/workspaces/")[0]
    assert gtm.live_version(container) is None
    assert gtm.version_headers(container) == []
    version = gtm.create_version(workspace, "First", "Why")["containerVersion"]
    assert gtm.publish(version["path"], version["fingerprint"])["containerVersion"] == version
    assert gtm.live_version(container) == gtm.version(version["path"]) == version
    assert [item["name"] for item in gtm.version_headers(container)] == ["First"]
    assert gtm.set_latest(version["path"]) == version
    with pytest.raises(CallError, match=r"versions\.get `9` failed with 404"):
        gtm.version(f"{container}/versions/9")


def recording(reply: dict[str, Any], asked: list[ApiRequest]) -> LocalTagManager:
    def middleware(request: ApiRequest, _send: Any) -> Response:
        asked.append(request)
        return Response(200, json.dumps(reply).encode())

    return connect_local(None, middleware=middleware)


def test_sync_and_quick_preview() -> None:
    path = "accounts/1/containers/2/workspaces/3"
    reply = {"syncStatus": {"syncError": False, "mergeConflict": False}}
    asked: list[ApiRequest] = []
    with recording(reply, asked) as gtm:
        assert gtm.sync(path) == gtm.quick_preview(path) == reply
    assert [(request.method, request.path, request.body) for request in asked] == [
        ("POST", f"/tagmanager/v2/{path}:sync", b""),
        ("POST", f"/tagmanager/v2/{path}:quick_preview", b""),
    ]


def test_bulk_update() -> None:
    path = "accounts/1/containers/2/workspaces/3"
    change = {"folder": {"folderId": "new_1", "name": "F"}, "changeStatus": "added"}
    asked: list[ApiRequest] = []
    with recording({"changes": [{"folder": {"folderId": "7"}}]}, asked) as gtm:
        assert gtm.bulk_update(path, []) == []
        assert gtm.bulk_update(path, [change]) == [{"folder": {"folderId": "7"}}]
    (request,) = asked
    assert request.path == f"/tagmanager/v2/{path}/bulk_update"
    assert json.loads(request.body) == {"changes": [change]}
    with recording({}, asked) as gtm:  # nothing but deletions
        assert gtm.bulk_update(path, [change]) == []


@pytest.mark.parametrize("path", ["accounts/1", "accounts/1/containers/2/workspaces/3/tag/4"])
def test_a_path_that_is_no_entity_is_a_bug(gtm: LocalTagManager, path: str) -> None:
    with pytest.raises(ValueError, match="is not the path of a workspace entity"):
        gtm.delete(path)


def test_the_state_outlives_the_connection(tmp_path: Path) -> None:
    path = tmp_path / ".gtmgen" / "local.json"
    with connect_local(path) as gtm:
        workspace = gtm.workspaces(gtm.resolve_container("GTM-ACME42"))[0]["path"]
        made = gtm.create(workspace, "folder", {"name": "F"})
        with pytest.raises(ApiError, match="is in use by another process"):
            connect_local(path, wait=0)
    with connect_local(path, wait=0) as gtm:
        assert gtm.list_entities(workspace, "folder") == [made]


# Failures


def failing(answer: Callable[[], Response]) -> LocalTagManager:
    def middleware(_request: ApiRequest, _send: Any) -> Response:
        return answer()

    return connect_local(None, middleware=middleware)


def error_of(answer: Callable[[], Response]) -> CallError:
    with failing(answer) as gtm, pytest.raises(CallError) as caught:
        gtm.create("accounts/1/containers/2/workspaces/3", "tag", {"name": "Purchase"})
    assert isinstance(caught.value, GtmgenError)
    assert caught.value.exit_code == 5
    assert caught.value.__cause__ is None
    return caught.value


def test_an_error_has_the_services_words_method_and_entity(
    gtm: LocalTagManager, workspace: str
) -> None:
    gtm.create(workspace, "tag", BODIES["tag"])
    with pytest.raises(CallError) as caught:
        gtm.create(workspace, "tag", BODIES["tag"])
    error = caught.value
    assert error.message == "tags.create `N` failed with 400: Found entity with duplicate name."
    assert (error.status, error.method, error.entity) == (400, "tags.create", "N")
    assert error.is_duplicate_name
    assert not error.outcome_unknown


def test_a_failed_delete_names_the_entity(gtm: LocalTagManager, workspace: str) -> None:
    for name, shown in (("Mine", "Mine"), (None, "77")):
        with pytest.raises(CallError) as caught:
            gtm.delete(f"{workspace}/tags/77", name=name)
        assert caught.value.message == (
            f"tags.delete `{shown}` failed with 404: Not found or permission denied."
        )
        assert caught.value.is_not_found


@pytest.mark.parametrize(
    ("status", "text", "traits", "hint"),
    [
        (
            429,
            "Quota exceeded for quota metric 'Queries'",
            {"is_quota"},
            "the API allows 25 calls in 100 seconds and 10,000 a day; wait, then go on",
        ),
        (
            403,
            "Quota exceeded for quota group",
            {"is_quota"},
            "the API allows 25 calls in 100 seconds and 10,000 a day; wait, then go on",
        ),
        (
            403,
            "Insufficient Permission",
            set(),
            f"the account lacks the permission, or the credentials lack the scope: {GRANT}",
        ),
        (401, "Invalid Credentials", set(), "the credentials are not accepted; log in again"),
        (
            404,
            "Not found or permission denied.",
            {"is_not_found"},
            (
                "it or its workspace may be gone, as somebody else's push leaves it, or the "
                "account may not edit the container; run the same command again"
            ),
        ),
        (409, "x", {"is_conflict"}, "it was changed in the meantime; plan again"),
        (412, "x", {"is_conflict"}, "it was changed in the meantime; plan again"),
        (
            400,
            "The provided fingerprint is old.",
            {"is_conflict"},
            "it was changed in the meantime; plan again",
        ),
        (400, "name contains invalid character", set(), None),
        (500, "Internal error encountered.", {"outcome_unknown"}, None),
        (503, "Backend", {"outcome_unknown"}, None),
        (501, "x is not emulated.", set(), None),
        (408, "Request Timeout", {"outcome_unknown"}, None),
    ],
)
def test_what_an_error_means(status: int, text: str, traits: set[str], hint: str | None) -> None:
    error = error_of(lambda: make_error_response(text, status))
    assert error.message == f"tags.create `Purchase` failed with {status}: {text}"
    assert error.hint == hint
    names = ("is_quota", "is_conflict", "is_not_found", "is_duplicate_name", "outcome_unknown")
    assert {name for name in names if getattr(error, name)} == traits


def test_an_error_without_a_body_still_reads() -> None:
    error = error_of(lambda: Response(502, b""))
    assert error.message == "tags.create `Purchase` failed with 502: Bad Gateway"


def test_an_error_page_is_not_quoted_whole() -> None:
    error = error_of(lambda: Response(502, b"<html>" + b"x" * 10_000))
    assert error.status == 502
    assert len(error.message) < 400


@pytest.mark.parametrize(
    "raised",
    [
        ConnectionResetError("reset by peer"),
        TimeoutError("timed out"),
        OSError("no route"),
        IncompleteRead(b"", 7),
    ],
)
def test_a_network_error_leaves_the_outcome_open(raised: Exception) -> None:
    def answer() -> Response:
        raise raised

    error = error_of(answer)
    assert error.message == f"tags.create `Purchase` got no answer: {raised}"
    assert str(error.hint).endswith("run the same command again")
    assert error.outcome_unknown
    assert error.is_transient
    assert error.status is None


@pytest.mark.parametrize(
    ("raised", "transient", "hint"),
    [
        (
            ServerNotFoundError("Unable to find the server at tagmanager.googleapis.com"),
            True,
            "the host name cannot be resolved: check the network connection and the name server",
        ),
        (
            ConnectionRefusedError(111, "Connection refused"),
            True,
            "nothing listens there: check the address, the network and the firewall",
        ),
        (
            SSLCertVerificationError("self-signed certificate"),
            False,
            "the connection is not trusted: check the clock, and for a proxy that reads it",
        ),
        (
            socks.GeneralProxyError("Socket error", socks.HTTPError("407: Log in")),
            False,
            PROXIED,
        ),
        (
            socks.GeneralProxyError("Socket error", socks.HTTPError("503: Unavailable")),
            True,
            UNREACHED,
        ),
        (
            socks.ProxyConnectionError("Error connecting to HTTP proxy", OSError(111, "refused")),
            True,
            UNREACHED,
        ),
        (
            ProxiesUnavailableError("Proxy support missing but proxy use was requested!"),
            False,
            "a proxy is set in the environment; to use it, install the package `pysocks`",
        ),
    ],
)
def test_what_was_never_sent_has_a_known_outcome(
    raised: Exception, transient: bool, hint: str
) -> None:
    def answer() -> Response:
        raise raised

    error = error_of(answer)
    assert error.message == f"tags.create `Purchase` got no answer: {raised}"
    assert (error.hint, error.is_transient) == (hint, transient)
    assert not error.outcome_unknown


def test_an_answer_that_is_no_json_leaves_the_outcome_open() -> None:
    error = error_of(lambda: Response(200, b"<html>"))
    assert error.outcome_unknown
    assert error.message == "tags.create `Purchase` got no answer: the answer is not JSON"


@pytest.mark.parametrize(("status", "body"), [(204, b""), (200, b""), (200, b"{}")])
def test_a_delete_may_answer_nothing(status: int, body: bytes) -> None:
    sent: list[ApiRequest] = []

    def middleware(request: ApiRequest, _send: Any) -> Response:
        sent.append(request)
        return Response(status, body)

    path = "accounts/1/containers/2/workspaces/3/tags/4"
    with connect_local(None, middleware=middleware) as gtm:
        gtm.delete(path)
    assert [(one.method, one.path) for one in sent] == [("DELETE", f"/tagmanager/v2/{path}")]


def test_a_delete_answered_by_a_web_page_did_not_happen() -> None:
    with failing(lambda: Response(200, b"<html>")) as gtm, pytest.raises(CallError) as caught:
        gtm.delete("accounts/1/containers/2/workspaces/3/tags/4")
    assert caught.value.outcome_unknown


def test_only_404_means_that_nothing_is_live() -> None:
    with (
        failing(lambda: make_error_response("Insufficient Permission", 403)) as gtm,
        pytest.raises(CallError) as caught,
    ):
        gtm.live_version("accounts/1/containers/2")
    assert caught.value.message == "versions.live failed with 403: Insufficient Permission"


def test_expired_credentials_are_a_401() -> None:
    from google.auth.exceptions import RefreshError

    def answer() -> Response:
        raise RefreshError("invalid_grant: expired", {"refresh_token": "1//secret"})

    error = error_of(answer)
    assert error.message == "tags.create `Purchase` failed with 401: invalid_grant: expired"
    assert error.hint == (
        "the login has expired or was revoked, or the clock of this machine is wrong: log in "
        "again, or for a service account make a new key"
    )


@pytest.mark.parametrize(
    "secret",
    [
        "ya29.a0Af_secret-token",
        "1//0gsecretsecret",
        "Bearer abc.def",
        "access_token=abcdef",
        '"refresh_token": "abcdef"',
        "GOCSPX-abcdef",
        "Authorization: Basic dXNlcjpwYXNz",
        "Basic dXNlcjpwYXNzMQ==",
        '"authorization": "Basic dXNlcjpwYXNz"',
        "AIzaSyA1234567890abcdefghijklmnopqrstuv",
        "X-Goog-Api-Key: abcdef",
        "x-api-key: abcdef",
        "Access-Token: abcdef",
        "Set-Cookie: SID=abcdef; Path=/; HttpOnly",
        "Cookie: SID=abcdef; b=1",
        "password=abcdef",
        "PASSWORD=abcdef",
        "private_key_id=abcdef",
        '"private_key_id": "abcdef"',
        r"\"access_token\": \"abcdef\"",
        r"\\\"refresh_token\\\":\\\"abcdef\\\"",
        "api_key=abcdef",
        "eyJhbGciOi.eyJpc3MiOi.c2lnbmF0",
        "-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----",
    ],
)
def test_no_credential_is_ever_shown(secret: str) -> None:
    error = error_of(lambda: make_error_response(f"before {secret} after", 400))
    assert error.message == "tags.create `Purchase` failed with 400: before [redacted] after"
    assert secret not in repr(error.__dict__)


TAG = {"name": "T", "path": "accounts/1/containers/2/workspaces/3/tags/4", "tagId": "4"}


def test_user_and_password_of_an_address_are_not_shown() -> None:
    text = "cannot reach http://ann:geheim@proxy.example:3128, nor http://tok3n@proxy.example"
    assert redact(text) == (
        "cannot reach http://[redacted]@proxy.example:3128, nor http://[redacted]@proxy.example"
    )


@pytest.mark.parametrize(
    "text",
    ["a basic container", "the authorization is missing", "ann@example.com", "//a/b@c", "keys: 3"],
)
def test_what_is_no_credential_is_shown(text: str) -> None:
    assert redact(text) == text


def test_a_service_that_repeats_its_page_token_is_stopped() -> None:
    body = json.dumps({"tag": [TAG], "nextPageToken": "same"}).encode()
    with failing(lambda: Response(200, body)) as gtm, pytest.raises(ApiError) as caught:
        gtm.list_entities("accounts/1/containers/2/workspaces/3", "tag")
    assert caught.value.message == "tags.list answered the same page token twice"
