"""Server containers on the runtime: clients, event data, triggers, variables, limits."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.runtime.engine import EngineError, Run, RunLimits
from gtmgen.runtime.server_engine import run_requests
from runtime.server_containers import (
    GA4_CLIENT,
    condition,
    ga4_request,
    server_container,
    server_template,
)


def run(container: dict[str, Any], *requests: dict[str, Any], **more: Any) -> Run:
    return run_requests(container, requests or (ga4_request("en=purchase"),), **more)


def fired(run: Run) -> list[tuple[str, str]]:
    return [(one["event"], one["tag"]) for one in run.observed["fired"]]


def event_data(run: Run, request: int = 0, event: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = run.observed["responses"][request]["events"][event]
    return data


# ---------------------------------------------------------------------------- GA4's requests
def test_a_request_becomes_event_data() -> None:
    request = ga4_request(
        "en=purchase&ep.event_id=purchase_1&ep.transaction_id=0017&epn.value=0&cu=EUR"
        "&pr2=idB~qt1&pr1=idA~nmRed%20~~%20blue~brAcme~caShoes~c2Running~vaL~pr9.5~qt2~ds1~k0size~v0XL",
        query="v=2&tid=G-TEST1&cid=7.8&uid=u1&sid=5&dl=https%3A%2F%2Fshop.example%2Fthanks%3Fx%3D1"
        "&dr=https%3A%2F%2Fpay.example%2F&dt=Thanks&ul=de-de&sr=800x600&gcs=G110&gcd=13l3l3l3l1"
        "&uaa=x86&uamb=0&uafvl=Chromium%3B120.0%7CNot%2520A%3B8.0",
        Forwarded="",
    )
    assert event_data(run(server_container(), request)) == {
        "x-ga-protocol_version": "2",
        "x-ga-measurement_id": "G-TEST1",
        "client_id": "7.8",
        "user_id": "u1",
        "ga_session_id": "5",
        "page_location": "https://shop.example/thanks?x=1",
        "page_referrer": "https://pay.example/",
        "page_title": "Thanks",
        "language": "de-de",
        "screen_resolution": "800x600",
        "x-ga-gcs": "G110",
        "x-ga-gcd": "13l3l3l3l1",
        "client_hints": {
            "architecture": "x86",
            "mobile": False,
            "full_version_list": [
                {"brand": "Chromium", "version": "120.0"},
                {"brand": "Not A", "version": "8.0"},
            ],
        },
        "event_name": "purchase",
        "event_id": "purchase_1",
        "transaction_id": "0017",
        "value": 0,
        "currency": "EUR",
        "items": [
            {
                "item_id": "A", "item_name": "Red ~ blue", "item_brand": "Acme",
                "item_category": "Shoes", "item_category2": "Running", "item_variant": "L",
                "price": 9.5, "quantity": 2, "discount": 1, "size": "XL",
            },
            {"item_id": "B", "quantity": 1},
        ],
        "page_hostname": "shop.example",
        "page_path": "/thanks",
        "ip_override": "203.0.113.1",
        "user_agent": "Agent/1",
    }  # fmt: skip


def test_an_event_id_of_digits_is_what_the_parameter_says() -> None:
    text, number = run(
        server_container(), ga4_request("en=a&ep.event_id=17", "en=b&epn.event_id=17")
    ).observed["responses"][0]["events"]
    assert (text["event_id"], number["event_id"]) == ("17", 17)


def test_each_line_of_the_body_is_an_event_of_its_own() -> None:
    played = run(server_container(), ga4_request("en=view_item", "en=add_to_cart"))
    assert fired(played) == [("view_item", "Tag"), ("add_to_cart", "Tag")]
    assert [one["client_id"] for one in played.observed["responses"][0]["events"]] == ["7.8", "7.8"]


def test_the_first_address_of_the_proxies_counts() -> None:
    request = ga4_request("en=a", **{"X-Forwarded-For": "198.51.100.7, 10.0.0.1"})
    assert event_data(run(server_container(), request))["ip_override"] == "198.51.100.7"


@pytest.mark.parametrize(
    "change",
    [
        {"url": "https://sgtm.shop.example/collect?v=2"},
        {"url": "https://sgtm.shop.example/g/collect?v=1"},
    ],
)
def test_another_request_is_not_claimed(change: dict[str, str]) -> None:
    played = run(server_container(), {**ga4_request("en=a"), **change})
    assert played.observed["responses"][0]["client"] is None
    assert fired(played) == []


# ---------------------------------------------------------------------------------- clients
CLIENT_PERMISSIONS = {
    "read_request": {"requestAccess": "any"},
    "run_container": {},
    "return_response": {},
    "access_response": {"writeResponseAccess": "any"},
}
CLIENT = """
const claimRequest = require('claimRequest');
const getRequestPath = require('getRequestPath');
const getRequestBody = require('getRequestBody');
const JSON = require('JSON');
if (getRequestPath() === '/data') {
  claimRequest();
  require('runContainer')(JSON.parse(getRequestBody()), () => {
    require('setResponseStatus')(201);
    require('setResponseHeader')('X-Answer', 'yes');
    require('setResponseBody')('{"ok":true}');
    require('returnResponse')();
  });
}
"""


def with_client(priority: int) -> dict[str, Any]:
    own = {"clientId": "2", "name": "Own", "type": "cvt_9_2", "priority": {"value": str(priority)}}
    container = server_container(clients=[GA4_CLIENT, own])
    container["containerVersion"]["customTemplate"].append(
        {
            "containerId": "9",
            "templateId": "2",
            "name": "Own client",
            "templateData": server_template(CLIENT, CLIENT_PERMISSIONS, "CLIENT"),
        }
    )
    return container


def test_a_client_of_a_template_claims_runs_and_answers() -> None:
    request = {
        "method": "POST",
        "url": "https://sgtm.shop.example/data",
        "body": '{"event_name": "lead", "value": 3}',
    }
    played = run(with_client(0), request, ga4_request("en=purchase"))
    own, ga4 = played.observed["responses"]
    assert own == {
        "step": 0,
        "client": "Own",
        "status": 201,
        "headers": {"x-answer": "yes"},
        "body": '{"ok":true}',
        "cookies": [],
        "sent": True,
        "events": [{"event_name": "lead", "value": 3}],
    }
    assert (ga4["client"], ga4["sent"]) == ("GA4", True)
    assert fired(played) == [("lead", "Tag"), ("purchase", "Tag")]
    assert played.errors == ()


def test_a_higher_priority_is_asked_first() -> None:
    greedy = with_client(10)
    template = greedy["containerVersion"]["customTemplate"][1]
    template["templateData"] = template["templateData"].replace("=== '/data'", "!== ''")
    assert run(greedy).observed["responses"][0]["client"] == "Own"
    greedy["containerVersion"]["client"][1]["priority"]["value"] = "0"
    assert run(greedy).observed["responses"][0]["client"] == "GA4"


def test_a_client_that_this_runtime_lacks_is_named_when_nobody_claims() -> None:
    unknown = {"clientId": "3", "name": "Universal Analytics", "type": "ua_client"}
    container = server_container(clients=[GA4_CLIENT, unknown])
    assert run(container).unsupported == ()
    other = {**ga4_request("en=a"), "url": "https://sgtm.shop.example/collect?v=1"}
    assert run(container, other).unsupported == ("client type ua_client",)


# ------------------------------------------------------------------- triggers and variables
def test_triggers_look_at_event_and_client() -> None:
    def trigger(number: str, event: str, client: str) -> dict[str, Any]:
        return {
            "triggerId": number,
            "name": f"{event} {client}",
            "type": "CUSTOM_EVENT",
            "customEventFilter": [condition("{{_event}}", event)],
            "filter": [condition("{{Client Name}}", client)],
        }

    ours = server_container(triggers=[trigger("1", "purchase", "GA4")])
    assert fired(run(ours, ga4_request("en=purchase", "en=lead"))) == [("purchase", "Tag")]
    theirs = server_container(triggers=[trigger("1", "purchase", "Data Client")])
    assert fired(run(theirs)) == []


def test_variables_read_the_event_and_the_request() -> None:
    def variable(title: str, type_: str, **parameters: str) -> dict[str, Any]:
        return {
            "variableId": title,
            "name": title,
            "type": type_,
            "parameter": [
                {"type": "TEMPLATE", "key": key, "value": value}
                for key, value in parameters.items()
            ],
        }

    names = (
        *("event", "deep", "default", "header", "query", "cookie", "constant", "table", "path"),
        "page",
    )
    container = server_container(
        parameters=[
            {"type": "TEMPLATE", "key": name, "value": f"{{{{{name}}}}}"} for name in names
        ],
        more={
            "variable": [
                variable("deep", "ed", keyPath="items.1.item_id"),
                variable("default", "ed", keyPath="none", setDefaultValue="true", defaultValue="x"),
                variable("header", "rh", headerName="X-Geo-Country"),
                variable("query", "qp", queryParamName="tid"),
                variable("cookie", "sgtmk", name="_ttp"),
                variable("constant", "c", value="C0"),
                {
                    **variable("table", "smm", input="{{deep}}"),
                    "parameter": [
                        {"type": "TEMPLATE", "key": "input", "value": "{{deep}}"},
                        {
                            "type": "LIST",
                            "key": "map",
                            "list": [
                                {
                                    "type": "MAP",
                                    "map": [
                                        {"type": "TEMPLATE", "key": "key", "value": "B"},
                                        {"type": "TEMPLATE", "key": "value", "value": "found"},
                                    ],
                                }
                            ],
                        },
                    ],
                },
                variable("page", "u", component="URL"),
            ],
            "builtInVariable": [
                {"type": "EVENT_NAME", "name": "event"},
                {"type": "REQUEST_PATH", "name": "path"},
            ],
        },
    )
    request = ga4_request(
        "en=purchase&pr1=idA&pr2=idB", **{"x-geo-country": "DE", "Cookie": "a=b; _ttp=t1"}
    )
    played = run(container, request)
    assert played.observed["fields"][0]["fields"] == {
        "event": "purchase",
        "deep": "B",
        "default": "x",
        "header": "DE",
        "query": "G-TEST1",
        "cookie": "t1",
        "constant": "C0",
        "table": "found",
        "path": "/g/collect",
        "page": {"$undefined": True},
    }
    # A server has no page: the web's variables do not exist there.
    assert played.unsupported == ("variable type u",)


# ----------------------------------------------------------------------------------- limits
@pytest.mark.parametrize(
    ("code", "reason"),
    [
        (
            "while (true) {}",
            (
                "the tag `Tag` (template `Test`) ran for more than 0.3 s: an endless loop, or a "
                "regular expression that never ends"
            ),
        ),
        (
            "const list = []; while (true) list.push('0123456789'.split('').join('-'));",
            "the tag `Tag` (template `Test`) needs more than 32 MiB of memory",
        ),
    ],
)
def test_endless_code_is_stopped(code: str, reason: str) -> None:
    limits = RunLimits(seconds=0.3 if "true) {}" in code else 5, memory=32 * 1024 * 1024)
    assert run(server_container(code), limits=limits).stopped == reason


def test_a_web_container_is_refused() -> None:
    container = server_container()
    container["containerVersion"]["container"]["usageContext"] = ["WEB"]
    with pytest.raises(EngineError, match=r"^this is not a server container$"):
        run(container)


def test_what_is_not_supported_is_named() -> None:
    more = {"transformation": [{"name": "T", "type": "tf_augment_event"}]}
    code = "require('Firestore').read('a'); data.gtmOnSuccess();"
    played = run(server_container(code, more=more))
    assert played.unsupported == (
        "transformation type tf_augment_event",
        "API Firestore (template Test)",
    )
    assert [tag["outcome"] for event in played.trace for tag in event["tags"]] == ["failure"]


def test_a_hit_that_nobody_can_read_is_no_crash() -> None:
    request = ga4_request("en=a&gtmgen.user_data=%7B&pr1=&pr2=~~~&uafvl=%25zz&epn.x=y&%=%&&=", "=")
    played = run(server_container(), request)
    assert [tag["outcome"] for event in played.trace for tag in event["tags"]] == ["success"] * 2
    assert event_data(played)["event_name"] == "a"


def test_an_address_that_is_none_is_told() -> None:
    with pytest.raises(EngineError, match=r"^`https://` is not the address of a request$"):
        run(server_container(), {"url": "https://"})
