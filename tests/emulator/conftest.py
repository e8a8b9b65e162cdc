"""The emulator behind the real googleapiclient, in process."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from gtmgen.emulator import ApiRequest, Behaviour, Response, Store
from gtmgen.emulator.discovery import load
from gtmgen.emulator.payload import _check_message
from gtmgen.emulator.transport import EmulatorHttp, Send

Json = dict[str, Any]


@dataclass
class Gtm:
    """One emulated container and the client's view of it."""

    behaviour: Behaviour = field(default_factory=Behaviour)
    store: Store = field(default_factory=Store)

    def __post_init__(self) -> None:
        http = EmulatorHttp(self.store, self.behaviour, middleware=self.watch)
        self.service = build(
            "tagmanager", "v2", http=http, static_discovery=True, cache_discovery=False
        )
        self.container = self.store.ensure_container("GTM-ACME42")
        self.workspace = self.workspaces.list(parent=self.container).execute()["workspace"][0][
            "path"
        ]

    def watch(self, request: ApiRequest, send: Send) -> Response:
        """In every test: what is refused, and what only reads, changes nothing.

        And what is answered has no field that the document lacks.
        """
        before = json.dumps(self.store.state.data)
        response = send(request)
        if not response.wrote:
            assert json.dumps(self.store.state.data) == before
        if response.status >= 400:
            assert not response.wrote or self.behaviour.bulk == "partial"
        elif request.method == "GET":
            assert not response.wrote
        if response.status == 200 and response.body:
            check_answer(request, response)
        return response

    @property
    def containers(self) -> Any:
        return self.service.accounts().containers()

    @property
    def workspaces(self) -> Any:
        return self.containers.workspaces()

    @property
    def versions(self) -> Any:
        return self.containers.versions()

    def of(self, resource: str) -> Any:
        return getattr(self.workspaces, resource)()

    def create(self, resource: str, **body: Any) -> Json:
        made: Json = self.of(resource).create(parent=self.workspace, body=body).execute()
        return made

    def enable(self, *types: str) -> Json:
        request = self.of("built_in_variables").create(parent=self.workspace, type=list(types))
        reply: Json = request.execute()
        return reply


def check_answer(request: ApiRequest, response: Response) -> None:
    routed = load().route(request.method, request.path)
    assert routed is not None
    assert routed[0].response is not None
    assert list(_check_message(load(), routed[0].response, response.json(), "answer")) == []


@pytest.fixture
def gtm() -> Gtm:
    return Gtm()


@pytest.fixture
def gtm_with() -> Callable[..., Gtm]:
    return lambda **switches: Gtm(Behaviour(**switches))


def refusal(request: Any) -> tuple[int, str]:
    """Status and message of a request that must fail, whose body must have Google's shape."""
    with pytest.raises(HttpError) as caught:
        request.execute()
    error = json.loads(caught.value.content)["error"]
    (detail,) = error["errors"]
    assert set(error) == {"code", "message", "errors", "status"}
    assert detail["message"] == error["message"] == caught.value.reason
    assert error["code"] == caught.value.status_code
    return error["code"], error["message"]


def template(key: str, value: str) -> Json:
    return {"type": "template", "key": key, "value": value}


def html(name: str, **more: Any) -> Json:
    return {"name": name, "type": "html", "parameter": [template("html", "<b>")], **more}


def constant(name: str, value: str = "x") -> Json:
    return {"name": name, "type": "c", "parameter": [template("value", value)]}


def pageview(name: str, **more: Any) -> Json:
    return {"name": name, "type": "pageview", **more}


def custom_event(name: str, event: str = "purchase") -> Json:
    arguments = [template("arg0", "{{_event}}"), template("arg1", event)]
    return {
        "name": name,
        "type": "customEvent",
        "customEventFilter": [{"type": "equals", "parameter": arguments}],
    }


TEMPLATE_DATA = """___INFO___

{"type": "TAG", "id": "cvt_temp_public_id", "displayName": "Shown"}

___TEMPLATE_PARAMETERS___

[]

___SANDBOXED_JS_FOR_WEB_TEMPLATE___

data.gtmOnSuccess();
"""

# One valid body per kind: resource -> body.
BODIES: dict[str, Json] = {
    "tags": html("An entity"),
    "triggers": pageview("An entity"),
    "variables": constant("An entity"),
    "folders": {"name": "An entity"},
    "templates": {"name": "An entity", "templateData": TEMPLATE_DATA},
    "clients": {"name": "An entity", "type": "gaaw_client", "priority": 3},
    "transformations": {"name": "An entity", "type": "tf_augment_event"},
    "zones": {"name": "An entity", "childContainer": [{"publicId": "GTM-CHILD1"}]},
    "gtag_config": {"type": "google", "parameter": [template("tagId", "G-1")]},
}
