"""All methods of the discovery document lead somewhere; what is missing says so."""

from __future__ import annotations

import json
import re

import pytest

from gtmgen.emulator import HANDLERS, Request, Response, State, handle
from gtmgen.emulator.discovery import Method, load

from .conftest import Gtm, refusal

METHODS = sorted(load().methods.values(), key=lambda method: method.id)
NOT_EMULATED = [
    "containers.combine",
    "containers.create",
    "containers.delete",
    "containers.destinations.get",
    "containers.destinations.link",
    "containers.destinations.list",
    "containers.environments.create",
    "containers.environments.delete",
    "containers.environments.get",
    "containers.environments.list",
    "containers.environments.reauthorize",
    "containers.environments.update",
    "containers.move_tag_id",
    "containers.snippet",
    "containers.update",
    "containers.versions.delete",
    "containers.versions.undelete",
    "containers.versions.update",
    "containers.workspaces.bulk_update",
    "containers.workspaces.folders.entities",
    "containers.workspaces.folders.move_entities_to_folder",
    "containers.workspaces.quick_preview",
    "containers.workspaces.resolve_conflict",
    "containers.workspaces.sync",
    "containers.workspaces.templates.import_from_gallery",
    "update",
    "user_permissions.create",
    "user_permissions.delete",
    "user_permissions.get",
    "user_permissions.list",
    "user_permissions.update",
]


def send(method: Method) -> Response:
    path = re.sub(r"\{\w+\}", "7", method.flat_path)
    return handle(Request(method.http_method, path), State.empty())


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
    assert (
        response.json()["error"]["message"] == f"tagmanager.accounts.{method.id} is not emulated."
    )


def test_what_is_not_emulated_is_known() -> None:
    assert sorted(set(load().methods) - set(HANDLERS)) == NOT_EMULATED


def test_the_client_sees_501_as_an_error(gtm: Gtm) -> None:
    request = gtm.workspaces.sync(path=gtm.workspace)
    message = "tagmanager.accounts.containers.workspaces.sync is not emulated."
    assert refusal(request) == (501, message)


@pytest.mark.parametrize("path", ["/", "/tagmanager/v1/accounts", "/tagmanager/v2/accounts/1/tags"])
def test_a_path_outside_the_document_is_not_found(path: str) -> None:
    response = handle(Request("GET", path), State.empty())
    assert response.status == 404
    assert response.json() == {
        "error": {
            "code": 404,
            "message": "Method not found.",
            "errors": [{"message": "Method not found.", "domain": "global", "reason": "notFound"}],
            "status": "NOT_FOUND",
        }
    }


def test_every_answer_fits_the_documents_own_schema(gtm: Gtm) -> None:
    """Answers are checked with the rules for bodies: no field that the document lacks."""
    from gtmgen.emulator.payload import _message

    made = gtm.workspaces.create_version(path=gtm.workspace, body={"name": "v"}).execute()
    gtm.workspace = made["newWorkspacePath"]
    replies = {
        "Account": gtm.service.accounts().get(path=gtm.container.split("/containers")[0]),
        "Container": gtm.containers.get(path=gtm.container),
        "Workspace": gtm.workspaces.get(path=gtm.workspace),
        "ListWorkspacesResponse": gtm.workspaces.list(parent=gtm.container),
        "ContainerVersion": gtm.versions.get(path=made["containerVersion"]["path"]),
        "ContainerVersionHeader": gtm.containers.version_headers().latest(parent=gtm.container),
    }
    for schema, request in replies.items():
        reply = json.loads(json.dumps(request.execute()))
        assert list(_message(load(), schema, reply, schema)) == []
    assert list(_message(load(), "CreateContainerVersionResponse", made, "reply")) == []
