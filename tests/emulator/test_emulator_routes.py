"""All methods of the discovery document lead somewhere; what is missing says so."""

from __future__ import annotations

import re

import pytest

from gtmgen.emulator import HANDLERS, ApiRequest, Response, State, handle
from gtmgen.emulator.discovery import Method, load

from .conftest import Gtm, refusal

METHODS = sorted(load().methods.values(), key=lambda method: method.id)
DESTINATIONS = "Google tags and destinations live outside of containers."
NOT_EMULATED = {
    "containers.combine": DESTINATIONS,
    "containers.destinations.get": DESTINATIONS,
    "containers.destinations.link": DESTINATIONS,
    "containers.destinations.list": DESTINATIONS,
    "containers.move_tag_id": DESTINATIONS,
}


def send(method: Method) -> Response:
    path = re.sub(r"\{\w+\}", "7", method.flat_path)
    return handle(ApiRequest(method.http_method, path), State.empty())


def test_the_document_has_106_methods() -> None:
    assert len(METHODS) == 106


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
def test_every_method_is_routed_to_itself(method: Method) -> None:
    path = re.sub(r"\{\w+\}", "7", method.flat_path)
    routed = load().route(method.http_method, path)
    assert routed is not None
    assert routed[0] is method
    assert set(routed[1].values()) <= {"7"}


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.id)
def test_every_method_is_emulated_or_says_that_it_is_not(method: Method) -> None:
    response = send(method)
    if method.id in HANDLERS:
        assert response.status in (200, 400, 404)
        assert b"Method not found" not in response.body
        return
    assert response.status == 501
    assert response.json()["error"]["message"] == (
        f"tagmanager.accounts.{method.id} is not emulated: {NOT_EMULATED[method.id]}"
    )


def test_what_is_not_emulated_is_known() -> None:
    assert set(load().methods) - set(HANDLERS) == set(NOT_EMULATED)


def test_the_client_sees_501_as_an_error(gtm: Gtm) -> None:
    message = f"tagmanager.accounts.containers.combine is not emulated: {DESTINATIONS}"
    assert refusal(gtm.containers.combine(path=gtm.container)) == (501, message)


@pytest.mark.parametrize("path", ["/batch", "/batch/tagmanager/v2"])
def test_batches_are_refused(path: str) -> None:
    response = handle(ApiRequest("POST", path), State.empty())
    assert response.status == 501
    assert response.json()["error"]["message"] == (
        "Batch requests are not emulated: send each on its own."
    )


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/tagmanager/v2/accounts/1", "GET, PUT"),
        ("GET", "/tagmanager/v2/accounts/1/containers/2:combine", "POST"),
    ],
)
def test_a_method_that_a_path_does_not_have(method: str, path: str, allowed: str) -> None:
    response = handle(ApiRequest(method, path), State.empty())
    assert response.status == 405
    assert response.headers == {"allow": allowed}
    text = "HTTP method not allowed."
    assert response.json()["error"] == {
        "code": 405,
        "message": text,
        "errors": [{"message": text, "domain": "global", "reason": "httpMethodNotAllowed"}],
        "status": "UNIMPLEMENTED",
    }


def test_only_json_is_spoken(gtm: Gtm) -> None:
    request = gtm.containers.get(path=gtm.container)
    request.uri = request.uri.replace("alt=json", "alt=proto")
    assert refusal(request) == (400, "Unsupported output format: only alt=json is emulated.")


@pytest.mark.parametrize("path", ["/", "/tagmanager/v1/accounts", "/tagmanager/v2/accounts/1/tags"])
def test_a_path_outside_the_document_is_not_found(path: str) -> None:
    response = handle(ApiRequest("GET", path), State.empty())
    assert response.status == 404
    assert response.json() == {
        "error": {
            "code": 404,
            "message": "Method not found.",
            "errors": [{"message": "Method not found.", "domain": "global", "reason": "notFound"}],
            "status": "NOT_FOUND",
        }
    }
