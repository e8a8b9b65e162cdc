"""`gtmgen test` with a server container: both sides of an event, and why one sent nothing."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from push.harness import Shell

from cli.server_shop import (
    API,
    BOTH_SIDES,
    CODE,
    DENIED,
    KNOWN,
    PIXEL,
    SPEC,
    server_export,
)

PHONE = hashlib.sha256(b"+4917012345678").hexdigest()


@pytest.fixture
def spec(shell: Shell) -> Path:
    (shell.folder / "server.json").write_text(server_export())
    return shell.folder / "spec.yaml"


EXAMPLE = Path(__file__).parents[2] / "specs" / "acme-both.yaml"
TEST = ("test", "spec.yaml", "--container", "server.json")


def test_one_push_one_browser_call_one_server_request(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + BOTH_SIDES + DENIED + KNOWN.replace("PHONE", PHONE))
    result = shell.run(*TEST)
    assert (result.code, result.out) == (0, "3 passed\n")


def test_both_sides_arrive_at_the_local_events_api(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + BOTH_SIDES)
    result = shell.run(*TEST, "--record", "sent.jsonl", "--events-api")
    assert result.code == 0
    assert result.out == (
        "1 passed\n"
        "request 1: 1 event, code 0\n"
        "browser event 1: Purchase purchase_1001: counted\n"
        "server event 2: Purchase purchase_1001: merged with 1\n"
        "1 request (0 refused), 1 server event, 1 browser event: 1 counted, 1 merged, 0 dropped, "
        "0 without an ID\n"
        "the contract: 0 errors, 0 warnings\n"
    )
    browser, server = map(json.loads, (shell.folder / "sent.jsonl").read_text().splitlines())
    assert browser == {
        "event": "Purchase",
        "event_id": "purchase_1001",
        "context": {"pixel": {"code": PIXEL}},
        "timestamp": 1_780_000_000_300,
        "properties": {
            "contents": [{"content_id": "A", "content_type": "product", "price": 0, "quantity": 2}],
            "content_type": "product",
            "currency": "EUR",
            "order_id": "1001",
            "value": 0,
        },
    }
    assert (server["RequestUrl"], server["RequestBody"]["data"][0]["event_time"]) == (
        API,
        1_780_000_000,
    )
    checked = shell.run("check-payload", "sent.jsonl", "--spec", "spec.yaml")
    assert (checked.code, checked.out) == (0, "")
    assert "by name and ID: 1 merged, 0 dropped, 0 counted twice" in checked.err


def test_a_server_container_alone_takes_requests(shell: Shell, spec: Path) -> None:
    scenarios = "tests:\n" + KNOWN.replace("PHONE", PHONE)
    (shell.folder / "tests.yaml").write_text(scenarios)
    alone = ("test", "--container", "server.json", "--scenario", "tests.yaml")
    result = shell.run(*alone)
    assert (result.code, result.out) == (0, "1 passed\n")
    (shell.folder / "tests.yaml").write_text("tests:\n" + DENIED)
    assert shell.run(*alone).out == (
        "NOT TESTED  Without consent the hit arrives and is not sent on\n"
        "  the step `push` needs a web container\n\n1 not tested\n"
    )


def test_a_compiled_server_container_alone_has_a_token_of_the_test(shell: Shell) -> None:
    shell.run("compile", str(EXAMPLE), "--only", "server", "-o", "server.json")
    (shell.folder / "tests.yaml").write_text(
        "tests:\n  - name: A hit goes on\n    steps:\n      - request:\n"
        "          event: server_tiktok_purchase\n"
        "          params: {event_id: purchase_1, value: 0, consent_granted: ad_storage}\n"
        "        expect: [{tiktok.server: Purchase, event_id: purchase_1}]\n"
    )

    result = shell.run("test", "--container", "server.json", "--scenario", "tests.yaml")

    assert (result.code, result.out) == (0, "1 passed\n")


def test_without_a_server_container_nothing_is_said_about_it(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + BOTH_SIDES + KNOWN)
    assert shell.run("test", "spec.yaml").out == (
        "NOT TESTED  A purchase is sent once by each side\n"
        "  `tiktok.server` needs a server container\n\n"
        "NOT TESTED  A visitor who is known\n"
        "  the step `request` needs a server container\n\n2 not tested\n"
    )


def test_a_trace_shows_the_server_and_hides_the_token(shell: Shell, spec: Path) -> None:
    spec.write_text(SPEC + BOTH_SIDES)
    told = shell.run(*TEST, "--trace").out
    assert "    server:   tag `Tag` fired\n" in told
    assert '"access_token": "(hidden)"' in told
    assert "token-of-the-tests" not in told


@pytest.mark.parametrize("option", [("--record", "sent.jsonl"), ("--events-api",)])
def test_a_container_alone_has_no_contract(
    shell: Shell, spec: Path, option: tuple[str, ...]
) -> None:
    (shell.folder / "tests.yaml").write_text("tests:\n" + KNOWN.replace("PHONE", PHONE))
    alone = ("test", "--container", "server.json", "--scenario", "tests.yaml")
    result = shell.run(*alone, *option)
    assert result.code == 2
    assert result.err == "error: a container alone has no contract\n\nhint: name the spec, too\n"


def test_an_event_of_the_site_s_own_may_be_named_like_a_carrier(shell: Shell, spec: Path) -> None:
    spec.write_text(
        "gtmgen: 1\nproject: p\ncontainer: {gtm: GTM-ABC123}\n"
        "platforms: {ga4: {measurement_id: G-TEST123, consent: not_required}}\n"
        "events: {oops: {on: {event: oops}, send: {ga4: server_error}}}\n"
        "tests: [{name: S, steps: [{push: {event: oops}}], expect: [{ga4: server_error}]}]\n"
    )
    assert shell.run("test", "spec.yaml").out == "1 passed\n"


# ------------------------------------------------------------------------------- failures
def failure(shell: Shell, spec: Path, scenario: str) -> str:
    """What a scenario's failure says, below its excerpt."""
    spec.write_text(SPEC + scenario)
    result = shell.run(*TEST)
    assert result.code == 1
    return result.out.split("^\n", 1)[1]


def test_why_the_server_sent_nothing(shell: Shell, spec: Path) -> None:
    scenario = (
        "  - name: S\n"
        "    steps:\n"
        "      - request: {event: Purchase, consent: {ad_storage: granted}}\n"
        "    expect: [{tiktok.server: Purchase}]\n"
    )
    assert failure(shell, spec, scenario) == (
        "  tiktok.server received nothing in this scenario\n"
        "  the client `GA4` took a request with `Purchase`\n"
        "  the tag `Tag` did not fire:\n"
        "    trigger `purchase` waits for `purchase`; the events were `Purchase`\n\n"
        "1 failed\n"
    )


def test_which_condition_of_the_server_failed(shell: Shell, spec: Path) -> None:
    export = json.loads(server_export())
    [condition] = export["containerVersion"]["trigger"][0]["filter"]
    condition["parameter"][1]["value"] = "Data Client"
    (shell.folder / "server.json").write_text(json.dumps(export))
    scenario = (
        "  - name: S\n"
        "    steps: [{request: {event: purchase}}]\n"
        "    expect: [{tiktok.server: Purchase}]\n"
    )
    assert failure(shell, spec, scenario) == (
        "  tiktok.server received nothing in this scenario\n"
        "  the client `GA4` took a request with `purchase`\n"
        "  the tag `Tag` did not fire:\n"
        "    trigger `purchase` on `purchase` (step 1)\n"
        '      holds: {{_event}} equals purchase (it is "purchase")\n'
        '      fails: {{Client Name}} equals Data Client (it is "GA4")\n\n'
        "1 failed\n"
    )


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ("[{load: /}]", "  no request reached the server container\n"),
        (
            "[{request: {url: /other, body: {a: 1}}}]",
            "  a request reached the server container, and no client claimed it\n",
        ),
    ],
)
def test_what_did_not_arrive(shell: Shell, spec: Path, steps: str, said: str) -> None:
    scenario = f"  - name: S\n    steps: {steps}\n    expect: [{{tiktok.server: Purchase}}]\n"
    assert said in failure(shell, spec, scenario)


HIT = """\
      - request:
          event: purchase
          page: https://shop.example/
          consent: {ad_storage: granted}
          params:
            event_id: purchase_2
            transaction_id: "2"
            value: 1
            currency: EUR
            items: [{item_id: A, price: 1, quantity: 1}]
"""


def test_nothing_else_holds_for_the_server_too(shell: Shell, spec: Path) -> None:
    said = failure(shell, spec, BOTH_SIDES.replace("    expect:", HIT + "    expect:"))
    assert said == (
        '  received: `Purchase` (step 2), event_id "purchase_2", params {"currency": "EUR", '
        '"content_type": "product", "order_id": "2", "value": 1, "contents": [{"content_id": "A", '
        '"price": 1, "quantity": 1}]}\n'
        "  sent by the tag `Tag` of the server container on `purchase` (step 2)\n\n"
        "1 failed\n"
    )


def test_an_answer_that_fails_shows_in_the_tag(shell: Shell, spec: Path) -> None:
    answers = "  - name: S\n    answers: [{body: {code: 40100}, times: 1}]\n    steps:\n"
    scenario = f"{answers}{HIT}{HIT}    expect: [{{tag: Tag, times: 3}}]\n"
    assert failure(shell, spec, scenario) == (
        "  the tag `Tag` fired on `purchase` (step 1) and failed\n"
        "  the tag `Tag` fired on `purchase` (step 2)\n\n"
        "1 failed\n"
    )


# ------------------------------------------------------------------------------ mutations
MUTATIONS = {
    "the ID as a number": (
        "makeString(read('event_id'))",
        "17",
        "data[0].event_id: it is a number (17), not text",
    ),
    "the value 0 dropped": (
        "if (read('value') !== undefined)",
        "if (read('value'))",
        "value is missing, expected 0",
    ),
    "an old name": (
        "event: data.event,",
        "event: 'CompletePayment',",
        "`CompletePayment` is an old name",
    ),
    "consent ignored": (
        "consent && consent.charAt(2) === '1'",
        "true",
        "tiktok.server received a call, expected none",
    ),
    "a phone without its +": ("sha256(phone,", "sha256(phone.replace('+', ''),", "phone[0] is "),
    "milliseconds": (
        "Math.floor(require('getTimestampMillis')() / 1000)",
        "require('getTimestampMillis')()",
        "data[0].event_time: 1780000000300 are milliseconds, not seconds",
    ),
    "the token in the address": (
        f"const address = '{API}';",
        f"const address = '{API}?access_token=' + data.access_token;",
        "the tag `Tag` sends the access token in the address, where logs and proxies keep it",
    ),
    "the token in the log": (
        "EventName: data.event}",
        "EventName: data.event, Options: options}",
        "the access token stands in the log",
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS)
def test_a_mutation_of_the_server_makes_a_scenario_fail(
    shell: Shell, spec: Path, mutation: str
) -> None:
    old, new, said = MUTATIONS[mutation]
    assert CODE.count(old) == 1
    (shell.folder / "server.json").write_text(server_export(CODE.replace(old, new)))
    spec.write_text(SPEC + BOTH_SIDES + DENIED + KNOWN.replace("PHONE", PHONE))
    result = shell.run(*TEST)
    assert result.code == 1
    assert said in result.out
    assert "token-of-the-tests" not in result.out


def test_what_is_wrong_with_a_request_is_told(shell: Shell, spec: Path) -> None:
    spec.write_text(
        SPEC + "  - name: S\n"
        "    answers: [{match: '('}]\n"
        "    steps:\n"
        "      - request: {event: purchase, body: x}\n"
        "      - request: {url: /data, consent: {ad_storage: denied}}\n"
        "    expect: [{tiktok.servers: Purchase}]\n"
    )
    result = shell.run(*TEST, "--quiet")
    assert result.code == 1
    told = [line for line in result.err.splitlines() if "error[" in line or "hint" in line]
    assert "\n".join(told) == (
        "spec.yaml:33:23: error[test-value]: not a regular expression: missing ), unterminated "
        "subpattern at position 0\n"
        "spec.yaml:35:36: error[test-step]: a hit of GA4's has no `body` of its own\n"
        "hint: leave `event` out\n"
        "spec.yaml:36:31: error[test-step]: `consent` belongs to a hit of GA4's, which has an "
        "`event`\n"
        "hint: add `event`\n"
        "spec.yaml:37:15: error[test-platform]: there is no platform `tiktok.servers`\n"
        "hint: did you mean `tiktok.server`?"
    )
