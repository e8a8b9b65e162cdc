"""The server sandbox: its APIs, each with the permission that it needs."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from gtmgen.runtime.engine import Run
from gtmgen.runtime.server_engine import run_requests
from runtime.server_containers import ga4_request, server_container

URL = "https://api.example/track/"
SEND = {"send_http": {"allowedUrls": "specific", "urls": ["https://api.example/track/*"]}}
LOG = {"logging": {"environments": "all"}}
READ = {"read_event_data": {"eventDataAccess": "any"}}


def play(code: str, permissions: dict[str, Any], *lines: str, **more: Any) -> Run:
    headers = {"Cookie": "_ttp=t%201; a=1; _ttp=t2", "X-Trace": "abc"}
    request = ga4_request(*(lines or ("en=purchase&ep.event_id=purchase_1",)), **headers)
    return run_requests(server_container(code, permissions), [request], **more)


def outcome(run: Run) -> str:
    return str(run.trace[0]["tags"][0]["outcome"])


def logged(run: Run) -> list[Any]:
    return [one["args"][0] for one in run.logs]


def value_of(expression: str, permissions: dict[str, Any], *lines: str, **more: Any) -> Any:
    """What an expression is in a template."""
    run = play(
        f"require('logToConsole')({expression}); data.gtmOnSuccess();",
        {**LOG, **permissions},
        *lines,
        **more,
    )
    assert run.errors == ()
    return logged(run)[0]


# ------------------------------------------------------------------------- requests that are sent
PROMISE = f"""
const log = require('logToConsole');
require('sendHttpRequest')('{URL}', {{method: 'POST', headers: {{'Access-Token': 'T'}}}}, '{{}}')
  .then((answer) => {{
    log([answer.statusCode, answer.headers, answer.body]);
    data.gtmOnSuccess();
  }}, (reason) => {{ log(reason); data.gtmOnFailure(); }});
"""
CALLBACK = f"""
const log = require('logToConsole');
require('sendHttpRequest')('{URL}', (status, headers, body) => {{
  log([status, headers, body]);
  if (status === 200) data.gtmOnSuccess(); else data.gtmOnFailure();
}}, {{method: 'POST', headers: {{'Access-Token': 'T'}}}}, '{{}}');
"""


@pytest.mark.parametrize("code", [PROMISE, CALLBACK])
def test_a_request_is_recorded_and_answered(code: str) -> None:
    run = play(code, {**SEND, **LOG})
    assert run.observed["http"] == [
        {
            "step": 0,
            "what": "the tag `Tag` (template `Test`)",
            "tag": "Tag",
            "event": "purchase",
            "url": URL,
            "method": "POST",
            "headers": {"Access-Token": "T"},
            "body": "{}",
            "time": 1_780_000_000_000,
            "answer": {"status": 200, "body": '{"code":0}'},
        }
    ]
    assert logged(run) == [[200, {}, '{"code":0}']]
    assert outcome(run) == "success"


@pytest.mark.parametrize(
    ("answer", "promised", "called_back", "result"),
    [
        (
            {"status": 503, "body": "busy", "headers": {"x": "1"}},
            [503, {"x": "1"}, "busy"],
            [503, {"x": "1"}, "busy"],
            ("success", "failure"),
        ),
        ({"fails": "failed"}, {"reason": "failed"}, [0, {}, ""], ("failure", "failure")),
        ({"fails": "timed_out"}, {"reason": "timed_out"}, [0, {}, ""], ("failure", "failure")),
    ],
)
def test_answers_of_a_scenario(
    answer: dict[str, Any], promised: Any, called_back: Any, result: tuple[str, str]
) -> None:
    for code, value, end in ((PROMISE, promised, result[0]), (CALLBACK, called_back, result[1])):
        run = play(code, {**SEND, **LOG}, answers=[{"match": "track", **answer}])
        assert (logged(run), outcome(run)) == ([value], end)


def test_an_answer_counts_as_often_as_it_says() -> None:
    answers = [{"match": "other", "status": 1}, {"times": 1, "status": 500}, {"status": 204}]
    run = play(PROMISE, {**SEND, **LOG}, "en=a", "en=b", "en=c", answers=answers)
    assert [one["answer"]["status"] for one in run.observed["http"]] == [500, 204, 204]


@pytest.mark.parametrize(
    ("url", "permission"),
    [
        ("https://evil.example/track/", SEND),
        ("http://api.example/track/", SEND),
        ("https://api.example/other/", SEND),
        (URL, {}),
    ],
)
def test_a_request_to_another_place_is_refused(url: str, permission: dict[str, Any]) -> None:
    code = f"require('sendHttpRequest')('{url}', {{}}, ''); data.gtmOnSuccess();"
    run = play(code, permission)
    assert [one["message"] for one in run.errors] == [f"Permission denied: send_http {url}"]
    assert (run.observed["http"], outcome(run)) == ([], "failure")


def test_promises_chain_and_catch() -> None:
    code = """
    const log = require('logToConsole');
    const Promise = require('Promise');
    const one = Promise.create((resolve) => resolve(1));
    const bad = Promise.create((resolve, reject) => reject('no'));
    Promise.all([one, one.then((value) => value + 1)])
      .then((values) => { log(values); return bad; })
      .then(() => log('never'))
      .catch((reason) => log(reason))
      .finally(() => data.gtmOnSuccess());
    """
    run = play(code, LOG)
    assert (logged(run), outcome(run)) == ([[1, 2], "no"], "success")


def test_what_a_callback_throws_is_told() -> None:
    code = "require('Promise').create((ok) => ok(1)).then((one) => one.two.three);"
    run = play(code, {})
    assert [(one["where"], one["message"]) for one in run.errors] == [
        ("callback of a template", "Cannot read `three` of undefined.")
    ]
    assert outcome(run) == "pending"


def test_a_callback_belongs_to_its_event() -> None:
    code = f"""
    const read = require('getEventData');
    require('sendHttpRequest')('{URL}', {{}}, '').then(() => {{
      require('logToConsole')(read('event_name'));
      data.gtmOnSuccess();
    }});
    """
    run = play(code, {**SEND, **LOG, **READ}, "en=first", "en=second")
    assert logged(run) == ["first", "second"]


# ------------------------------------------------------------------------------ event data
def test_event_data_is_a_copy() -> None:
    code = """
    const all = require('getAllEventData');
    all().event_id = 'changed';
    require('logToConsole')(all().event_id);
    data.gtmOnSuccess();
    """
    assert logged(play(code, {**READ, **LOG})) == ["purchase_1"]


def test_event_data_by_path() -> None:
    line = "en=a&pr1=idA~pr5"
    assert value_of("require('getEventData')('items.0.price')", READ, line) == 5
    assert value_of("require('getEventData')('items.7.price')", READ, line) == {"$undefined": True}


def test_event_data_needs_its_permission() -> None:
    specific = {"read_event_data": {"eventDataAccess": "specific", "keyPatterns": ["event_id"]}}
    assert value_of("require('getEventData')('event_id')", specific) == "purchase_1"
    refused = play("require('getEventData')('client_id');", specific)
    assert refused.errors[0]["message"] == "Permission denied: read_event_data client_id"
    everything = play("require('getAllEventData')();", specific)
    assert everything.errors[0]["message"] == "Permission denied: read_event_data"


# ------------------------------------------------------------------------------ the request
def test_the_request_is_read_by_parts() -> None:
    anything = {"read_request": {"requestAccess": "any"}}
    values = {
        "require('getRequestHeader')('x-TRACE')": "abc",
        "require('getRemoteAddress')()": "203.0.113.1",
        "require('getRequestPath')()": "/g/collect",
        "require('getRequestMethod')()": "POST",
        "require('getRequestQueryString')()": "v=2&tid=G-TEST1&cid=7.8",
        "require('getRequestQueryParameter')('tid')": "G-TEST1",
        "require('getRequestQueryParameters')()": {"v": "2", "tid": "G-TEST1", "cid": "7.8"},
        "require('getRequestBody')()": "en=purchase&ep.event_id=purchase_1",
        "require('getClientName')()": "GA4",
    }
    for expression, value in values.items():
        assert value_of(expression, anything) == value


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        ("getRequestHeader')('user-agent')", "read_request header user-agent"),
        ("getRemoteAddress')()", "read_request remote_address"),
        ("getRequestBody')()", "read_request body"),
        ("getRequestPath')()", "read_request path"),
        ("getRequestQueryParameter')('cid')", "read_request query_parameter cid"),
        ("getRequestQueryString')()", "read_request query_parameter"),
    ],
)
def test_a_part_of_the_request_needs_its_permission(call: str, refusal: str) -> None:
    granted = {
        "read_request": {
            "requestAccess": "specific",
            "headerAccess": "specific",
            "headersAllowed": True,
            "headerWhitelist": [{"headerName": "X-Trace"}],
            "queryParameterAccess": "specific",
            "queryParametersAllowed": True,
            "queryParameterWhitelist": [{"queryParameter": "tid"}],
        }
    }
    assert value_of("require('getRequestHeader')('x-trace')", granted) == "abc"
    assert value_of("require('getRequestQueryParameter')('tid')", granted) == "G-TEST1"
    run = play(f"require('{call};", granted)
    assert run.errors[0]["message"] == f"Permission denied: {refusal}"


def test_cookies_come_with_the_request_and_go_with_the_answer() -> None:
    cookies = {"get_cookies": {"cookieAccess": "specific", "cookieNames": ["_ttp"]}}
    assert value_of("require('getCookieValues')('_ttp')", cookies) == ["t 1", "t2"]
    assert value_of("require('getCookieValues')('_ttp', true)", cookies) == ["t%201", "t2"]
    row = {"name": "ttclid", "domain": "*", "path": "*", "secure": "any", "session": "any"}
    code = (
        "require('setCookie')('%s', 'a b', {domain: 'auto', 'max-age': 60}); data.gtmOnSuccess();"
    )
    run = play(code % "ttclid", {"set_cookies": {"allowedCookies": [row]}})
    assert run.observed["responses"][0]["cookies"] == [
        {"name": "ttclid", "value": "a%20b", "options": {"domain": "auto", "max-age": 60}}
    ]
    refused = play(code % "other", {"set_cookies": {"allowedCookies": [row]}})
    assert refused.errors[0]["message"] == "Permission denied: set_cookies other"


@pytest.mark.parametrize(
    ("settings", "url", "seen"),
    [
        ("{domain: 'auto', 'max-age': 60}", "https://sgtm.shop.example", ["1"]),
        ("{domain: 'auto', 'max-age': 60}", "https://other.shop.example", ["1"]),
        ("{domain: 'auto', 'max-age': 60}", "https://sgtm.other.example", []),
        ("{}", "https://sgtm.shop.example", ["1"]),
        ("{}", "https://other.shop.example", []),
        ("{domain: 'auto', 'max-age': 2}", "https://sgtm.shop.example", []),
        ("{domain: 'auto', path: '/b'}", "https://sgtm.shop.example", []),
    ],
)
def test_cookies_of_an_answer_come_with_the_next_request(
    settings: str, url: str, seen: list[str]
) -> None:
    row = {"name": "n", "domain": "*", "path": "*", "secure": "any", "session": "any"}
    code = (
        "require('logToConsole')(require('getCookieValues')('n'));"
        f"if (require('getRequestHeader')('first')) require('setCookie')('n', '1', {settings});"
        "data.gtmOnSuccess();"
    )
    permissions = {
        "logging": {"environments": "all"},
        "set_cookies": {"allowedCookies": [row]},
        "get_cookies": {"cookieAccess": "specific", "cookieNames": ["n"]},
        "read_request": {"requestAccess": "any", "headerAccess": "any"},
    }
    first = {**ga4_request("en=a"), "url": "https://sgtm.shop.example/g/collect?v=2&tid=G-T"}
    first["headers"] = {"First": "1"}
    later = {
        **ga4_request("en=a"),
        "url": f"{url}/g/collect?v=2&tid=G-T",
        "headers": {},
        "time": 1_780_000_010_000,
    }
    requests = [first, later, {**later, "keeps_cookies": False}]

    run = run_requests(server_container(code, permissions), requests)

    assert [one["args"][0] for one in run.logs] == [[], seen, []]


# ------------------------------------------------------------------------------------ values
def test_hashes_agree_with_another_implementation() -> None:
    text = "+4917012345678 ü"
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert value_of(f"require('sha256Sync')('{text}', {{outputEncoding: 'hex'}})", {}) == digest
    code = f"""
    require('sha256')('{text}', (digest) => {{
      require('logToConsole')(digest); data.gtmOnSuccess();
    }}, {{outputEncoding: 'hex'}});
    """
    assert logged(play(code, LOG)) == [digest]
    assert value_of("require('sha256Sync')('')", {}) == (
        "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    )


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("require('JSON').stringify({a: [1, '2']})", '{"a":[1,"2"]}'),
        ("require('JSON').parse('no')", {"$undefined": True}),
        ("require('makeString')(17)", "17"),
        ("require('makeNumber')('17.5')", 17.5),
        ("require('getTimestampMillis')()", 1_780_000_000_000),
        ("require('testRegex')(require('createRegex')('^P', 'i'), 'purchase')", True),
        ("require('createRegex')('(')", None),
        ("require('computeEffectiveTldPlusOne')('https://www.shop.co.uk/x')", "shop.co.uk"),
        ("require('computeEffectiveTldPlusOne')('www.shop.example')", "shop.example"),
        ("require('isRequestMpv2')()", True),
    ],
)  # fmt: skip
def test_values(expression: str, value: Any) -> None:
    assert value_of(expression, {}) == value


def test_the_web_apis_are_not_there() -> None:
    run = play("require('copyFromWindow')('a');", {})
    assert run.errors[0]["message"] == '"copyFromWindow" is not a valid API name.'


def test_container_version_and_bigquery() -> None:
    version = value_of("require('getContainerVersion')().containerId", {"read_container_data": {}})
    assert version == "GTM-SERVER"
    table = {"projectId": "*", "datasetId": "log", "tableId": "*", "operation": "write"}
    code = """
    require('BigQuery').insert({projectId: 'p', datasetId: '%s', tableId: 't'}, [{a: 1}], {})
      .then(data.gtmOnSuccess, data.gtmOnFailure);
    """
    run = play(code % "log", {"access_bigquery": {"allowedTables": [table]}})
    assert run.observed["bigquery"] == [
        {
            "step": 0,
            "tag": "Tag",
            "table": {"projectId": "p", "datasetId": "log", "tableId": "t"},
            "rows": [{"a": 1}],
            "options": {},
        }
    ]
    assert outcome(run) == "success"
    refused = play(code % "other", {"access_bigquery": {"allowedTables": [table]}})
    assert refused.errors[0]["message"] == "Permission denied: access_bigquery write p other t"


def test_storage_lives_as_long_as_the_instance() -> None:
    code = """
    const storage = require('templateDataStorage');
    require('logToConsole')(storage.getItemCopy('seen'));
    storage.setItemCopy('seen', {count: 1});
    data.gtmOnSuccess();
    """
    permissions = {**LOG, "access_template_storage": {}}
    requests = [ga4_request("en=a"), ga4_request("en=b")]
    run = run_requests(server_container(code, permissions), requests)
    assert logged(run) == [None, {"count": 1}]
    again = run_requests(server_container(code, permissions), requests[:1])
    assert logged(again) == [None]


def test_logs_are_for_debugging_where_the_permission_says_so() -> None:
    code = "require('logToConsole')('x'); data.gtmOnSuccess();"
    assert play(code, {"logging": {"environments": "debug"}}).logs == ()
    assert logged(play(code, LOG)) == ["x"]


def test_a_body_is_what_the_template_made_of_it() -> None:
    code = f"""
    const JSON = require('JSON');
    require('sendHttpRequest')('{URL}', {{method: 'POST'}}, JSON.stringify({{value: 0, id: '17'}}))
      .then(data.gtmOnSuccess);
    """
    run = play(code, SEND)
    assert json.loads(run.observed["http"][0]["body"]) == {"value": 0, "id": "17"}
