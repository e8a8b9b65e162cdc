"""The compiled server container: one push, one browser call, one server request, the same ID."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from gtmgen.contract.build import build_contract
from gtmgen.contract.check import RequestChecker
from gtmgen.scenarios.accounts import accounts_of
from gtmgen.scenarios.halves import Halves
from gtmgen.scenarios.load import scenarios_of_spec
from gtmgen.scenarios.model import Result, Status
from gtmgen.scenarios.run import Runner, ScenarioSetting
from gtmgen.scenarios.server_rules import payload_check
from gtmgen.spec.load import Loaded
from scenarios.both_sides import changed, compile_halves

PHONE = hashlib.sha256(b"+4915112345678").hexdigest()
TESTS = f"""\
tests:
  - name: Both sides
    consent: granted
    cookies: {{_ttp: visitor, ttclid: click}}
    referrer: https://pay.example/
    steps:
      - load: /thanks?order=1
      - push:
          event: purchase
          user: {{phone: "+49 151 12345678"}}
          ecommerce:
            transaction_id: 1001
            value: 0
            currency: EUR
            items: [{{item_id: 17, price: 0, quantity: 2}}]
        expect:
          - {{tiktok: Purchase, event_id: purchase_1001}}
          - {{ga4: purchase}}
          - tiktok.server: Purchase
            event_id: purchase_1001
            params: {{value: 0, contents: [{{content_id: "17", price: 0, quantity: 2}}]}}
            identify: {{phone: [{PHONE}], ttp: visitor, ttclid: click}}
          - same_event_id: [tiktok, tiktok.server]
  - name: Refused, and the hit arrives
    steps:
      - request:
          event: server_tiktok_purchase
          page: https://shop.example/
          params: {{event_id: purchase_1, consent_granted: none, value: 1, currency: EUR}}
          consent: {{ad_storage: denied}}
        expect: []
"""


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Loaded, Halves]:
    return compile_halves(tmp_path_factory.mktemp("both"), TESTS)


def play(loaded: Loaded, web: Any, server: Any) -> list[Result]:
    setting = ScenarioSetting(payload_check=payload_check(loaded.spec)).at_site(loaded.spec)
    file = scenarios_of_spec(loaded)
    runner = Runner(web, accounts_of(loaded.spec), setting, file.locate, server)
    return list(runner.run_all(file.scenarios))


def test_one_push_one_browser_call_one_server_request(both: tuple[Loaded, Halves]) -> None:
    loaded, (web, server) = both
    result, denied = play(loaded, web, server)
    assert (result.failures, denied.failures) == ((), ())
    calls = [one for one in result.calls if one.method != "identify"]
    assert [(one.pack, one.event, one.event_id) for one in calls] == [
        ("tiktok", "Purchase", "purchase_1001"),
        ("ga4", "purchase", "purchase_1001"),
        ("tiktok.server", "Purchase", "purchase_1001"),
    ]
    assert result.server is not None
    assert denied.server is not None
    [request] = result.server.run.observed["http"]
    body = json.loads(request["body"])
    assert RequestChecker(loaded.spec, build_contract(loaded.spec)).check(body) == []
    assert body["data"][0]["page"] == {
        "url": "https://shop.example/thanks?order=1",
        "referrer": "https://pay.example/",
    }
    assert denied.server.run.observed["responses"][0]["client"] == "GA4"
    assert denied.server.run.observed["http"] == []


MUTATIONS = {
    "the ID as a number": (
        "event_id: eventId,",
        "event_id: 1001,",
        "data[0].event_id: it is a number",
    ),
    "the value 0 dropped": (
        "if (value !== undefined) target[name] = value;",
        "if (value) target[name] = value;",
        "value is missing, expected 0",
    ),
    "an old name": (
        "    event: data.event,\n    event_time",
        "    event: 'CompletePayment',\n    event_time",
        "`CompletePayment` is an old name",
    ),
    "consent ignored": (
        "return answers.length > 0 && answers.every((answer) => answer);",
        "return true;",
        "tiktok.server received a call, expected none",
    ),
    "a phone without its +": (
        "isHash(value) ? value : sha256Sync(value, {",
        "isHash(value) ? value : sha256Sync(without(value, '+'), {",
        "identify.phone[0] is ",
    ),
    "milliseconds": (
        "Math.floor(getTimestampMillis() / 1000)",
        "getTimestampMillis()",
        "are milliseconds, not seconds",
    ),
    "the token in the address": (
        "sendHttpRequest(ENDPOINT, options, body)",
        "sendHttpRequest(ENDPOINT + '?access_token=' + data.access_token, options, body)",
        "sends the access token in the address",
    ),
    "the token in the log": (
        "Type: 'Response', ",
        "Type: 'Response', Options: options, ",
        "the access token stands in the log",
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutation_makes_a_scenario_fail(both: tuple[Loaded, Halves], mutation: str) -> None:
    old, new, said = MUTATIONS[mutation]
    loaded, (web, server) = both
    results = play(loaded, web, changed(server, old, new))
    failed = [one for one in results if one.status is Status.FAILED]
    told = [
        text for one in failed for fault in one.failures for text in (fault.message, *fault.details)
    ]
    assert any(said in text for text in told), told
    assert not any("token-of-a-test" in text for text in told)
