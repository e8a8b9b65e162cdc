"""What goes wrong between a push and Google: the whole message, a way out, the exit code."""

from __future__ import annotations

import errno
import socket
from typing import Any

import pytest
from api.harness import Endpoint
from push.harness import SPEC, Result, Shell

from cli.test_cli_google import google, state, store_login, tokens
from gtmgen.api import EDIT, PUBLISH, READ, VERSIONS, CallError
from gtmgen.emulator import ApiRequest, Response, Send, make_error_response
from gtmgen.emulator.server import serve

__all__ = ["google", "state", "tokens"]  # fixtures
GRANT = "in Tag Manager, Admin, Container, User Management, add it with the permission `Edit`"


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.spec()
    shell.monkeypatch.setattr("time.sleep", lambda _: None)
    return shell


ANN = "ann@example.com"
GIVEN = {"access_token": "ya29.MARKER", "expires_in": 3600}


@pytest.mark.parametrize("verb", ["plan", "push"])
def test_an_expired_login(shop: Shell, state: Any, tokens: Endpoint, verb: str) -> None:
    store_login(state, READ, EDIT, VERSIONS, PUBLISH, token_uri=f"{tokens.uri}/token")
    gone = {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    tokens.replies["/token"] = [(400, gone)]

    assert shop.run(verb, "spec.yaml") == Result(
        5,
        "",
        "error: containers.lookup `GTM-SHOP1` failed with 401: invalid_grant: Token has been "
        "expired or revoked.\n\n"
        "hint: the login has expired or was revoked, or the clock of this machine is wrong: log in "
        "again, or for a service account make a new key\n",
    )


@pytest.mark.parametrize("verb", ["plan", "push"])
@pytest.mark.parametrize(
    ("error", "reply", "hint"),
    [
        (
            socket.gaierror(socket.EAI_NONAME, "Name or service not known"),
            "Unable to find the server at tagmanager.googleapis.com",
            "the host name cannot be resolved: check the network connection and the name server",
        ),
        (
            OSError(errno.ENETUNREACH, "Network is unreachable"),
            "[Errno 101] Network is unreachable",
            "check the network; run the same command again",
        ),
    ],
)
def test_no_network(
    shop: Shell, state: Any, tokens: Endpoint, verb: str, error: OSError, reply: str, hint: str
) -> None:
    store_login(state, READ, EDIT, VERSIONS, PUBLISH, token_uri=f"{tokens.uri}/token")
    tokens.replies["/token"] = [(200, GIVEN)] * 9
    found = socket.getaddrinfo

    def getaddrinfo(host: str, *arguments: Any, **options: Any) -> Any:
        if host == "127.0.0.1":
            return found(host, *arguments, **options)
        raise error

    shop.monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)

    assert shop.run(verb, "spec.yaml", "-q") == Result(
        5,
        "",
        f"error: containers.lookup `GTM-SHOP1` got no answer: {reply}\n\nhint: {hint}\n",
    )


def behind_http(shop: Shell, answer: Response) -> Result:
    """A push whose every call is answered so; with the lookup that only a real service knows."""
    with serve(shop.gtm.manager.store, middleware=lambda _request, _send: answer) as server:
        return shop.run("push", "spec.yaml", "--target", server.url, "--yes", "-q")


def test_an_answer_of_several_lines_is_one_line_of_an_error(shop: Shell) -> None:
    text = "No.\r\nerror: all is well\u2028\x1b[2K\u202ehint: do this\n"

    assert behind_http(shop, make_error_response(text, 400)) == Result(
        5,
        "",
        "error: containers.lookup `GTM-SHOP1` failed with 400: No.\\u000d\\u000aerror: all is well"
        "\\u2028\\u001b[2K\\u202ehint: do this\n",
    )


def test_a_name_of_several_lines_is_quoted_in_one(shop: Shell) -> None:
    error = CallError("tags.create", "no", status=400, entity="a\nerror: b")

    assert error.message == "tags.create `a\\u000aerror: b` failed with 400: no"


def test_a_wrong_container_id(shop: Shell) -> None:
    assert behind_http(shop, make_error_response("Not found or permission denied.", 404)) == Result(
        5,
        "",
        "error: containers.lookup `GTM-SHOP1` failed with 404: Not found or permission denied."
        "\n\nhint: check the ID, and that the account of the credentials may see the container: "
        f"{GRANT}\n",
    )


def test_no_permission_to_read(shop: Shell) -> None:
    assert behind_http(
        shop, make_error_response("The caller does not have permission", 403)
    ) == Result(
        5,
        "",
        "error: containers.lookup `GTM-SHOP1` failed with 403: The caller does not have permission"
        f"\n\nhint: the account lacks the permission, or the credentials lack the scope: {GRANT}\n",
    )


def test_no_permission_to_write(shop: Shell) -> None:
    """Reading is allowed: the plan is shown, and nothing was written."""

    def fault(request: ApiRequest, send: Send) -> Response:
        if request.method == "GET":
            return send(request)
        return make_error_response("The caller does not have permission", 403)

    assert shop.gtm.workspace()
    shop.gtm.fault = fault

    result = shop.push("--bulk", "never")

    assert (result.code, result.err) == (
        5,
        (
            "error: built_in_variables.create `randomNumber` failed with 403: The caller does not "
            "have permission\n\n"
            f"hint: the account lacks the permission, or the credentials lack the scope: {GRANT}\n"
        ),
    )


def test_several_specs_share_one_quota(shop: Shell, google: dict[str, Any]) -> None:
    assert google["gtm"].container
    shop.spec(SPEC.replace("project: shop", "project: blog").replace("SHOP1", "BLOG1"), "blog.yaml")
    quotas = []
    connect = google["connect"]
    shop.monkeypatch.setattr(
        "gtmgen.api.connect.connect_identity",
        lambda identity, pacer: quotas.append(pacer) or connect(identity, pacer),
    )

    result = shop.run("push", "spec.yaml", "blog.yaml", "--yes", "-q")

    assert (result.code, result.out.count("Pushed.")) == (0, 2)
    assert len(quotas) == 1
