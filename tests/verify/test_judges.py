"""What is found in recordings that are written down here: no browser is needed to judge."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gtmgen.catalogue.run import read_recordings, run_catalogue
from gtmgen.report.verify_page import verify_page
from gtmgen.report.verify_report import (
    describe_unseen,
    verify_json,
    verify_junit,
    verify_markdown,
    verify_text,
)
from gtmgen.scenarios.model import Call
from gtmgen.verify.addresses import add_environment, hide_address_secrets
from gtmgen.verify.entries import Entries
from gtmgen.verify.judge import judge_visit
from gtmgen.verify.model import (
    At,
    BackendEvent,
    Consent,
    Entry,
    Move,
    RecordedMessage,
    RecordedRequest,
    Recording,
    SentCall,
    Start,
    StepSeen,
    Trouble,
    Verification,
    VisitFinding,
)
from gtmgen.verify.network import read_body_calls, read_query_calls
from gtmgen.verify.personal import collect_personal
from gtmgen.verify.platform_calls import PlatformCalls

from .conftest import ROOT, journey, locate, shop_module, subject

PIXEL, STREAM = "CDEMOSHOPPIXEL000001", "G-DEMOSHOP01"
ITEM = {"item_id": "CUP-1", "item_name": "Enamel cup", "price": 12, "quantity": 1}
CONTENTS = [{"content_id": "CUP-1", "price": 12, "quantity": 1}]
PAGE_VIEW = ("tiktok", "Pageview", {}, None)


class Log:
    """Entries one after the other, a tenth of a second apart, of a visitor who has agreed."""

    def __init__(self, *, consent: str = "granted") -> None:
        self.entries: list[Entry] = []
        self.step, self.document = 0, 1
        self.entries.append(Move(self.at(), "load", "https://shop.example/"))
        self.push("gtm.js")
        self.entries.append(Start(self.at()))
        self.agree(consent)
        if consent == "granted":
            self.send(*PAGE_VIEW)

    def agree(self, choice: str = "granted") -> None:
        types = {"ad_storage": choice, "analytics_storage": choice}
        self.entries.append(Consent(self.at(), "update", types))

    def at(self) -> At:
        order = len(self.entries)
        return At(order, self.step, order / 10, self.document)

    def push(self, event: str, **body: Any) -> None:
        self.entries.append(RecordedMessage(self.at(), {"event": event, **body}))

    def cart(self, value: float = 12) -> None:
        ecommerce = {"value": value, "currency": "EUR", "items": [ITEM]}
        self.push("add_to_cart", ecommerce=ecommerce)

    def buy(self, number: str = "7") -> None:
        ecommerce = {"transaction_id": number, "value": 12, "currency": "EUR", "items": [ITEM]}
        self.push("purchase", ecommerce=ecommerce)

    def send(self, pack: str, event: str, params: Any, event_id: Any, account: str = "") -> None:
        known = account or {"tiktok": PIXEL, "ga4": STREAM}[pack]
        self.entries.append(
            SentCall(self.at(), Call(pack, known, event, self.step, params, event_id))
        )

    def both(self, tiktok: str, ga4: str, event_id: str = "e1", **more: Any) -> None:
        params = {"value": 12, "currency": "EUR", **more}
        self.send("tiktok", tiktok, {**params, "contents": CONTENTS}, event_id)
        self.send("ga4", ga4, {**params, "items": [ITEM]}, event_id)

    def recording(self, **options: Any) -> Recording:
        options = {"containers": ("GTM-DEMO42",), **options}
        return Recording(
            journey({"load": "/"}),
            "https://shop.example/",
            (StepSeen(0, "load /", "https://shop.example/", 1.0),),
            tuple(self.entries),
            **options,
        )


def judged(log: Log, servers: Any = None, **options: Any) -> list[VisitFinding]:
    recording = log.recording(**options)
    return judge_visit(recording, PlatformCalls(subject()), locate, "GTM-DEMO42", servers)


def told(log: Log, servers: Any = None, **options: Any) -> list[tuple[str, str]]:
    return [(one.kind, one.message) for one in judged(log, servers, **options)]


def test_what_is_right_has_no_finding() -> None:
    log = Log()
    log.cart()
    log.both("AddToCart", "add_to_cart")
    assert told(log) == []


def test_a_call_that_did_not_come_is_missed() -> None:
    log = Log()
    log.cart()
    log.send("tiktok", "AddToCart", {"value": 12, "currency": "EUR"}, "e1")
    assert told(log) == [("missed", "`add_to_cart` was pushed and `add_to_cart` did not reach ga4")]


def test_a_call_that_waits_for_its_script_says_so() -> None:
    log = Log()
    log.cart()
    log.both("AddToCart", "add_to_cart")
    waiting = log.entries.pop(-2)
    assert isinstance(waiting, SentCall)
    call = Call("tiktok", PIXEL, "AddToCart", 0, {}, "e1", state="queued")
    log.entries.append(SentCall(log.at(), call))
    (finding,) = judged(log)
    assert finding.kind == "missed"
    assert finding.hint == "`AddToCart` waits for the platform's script, which did not load."


def test_nothing_is_missed_while_consent_is_denied() -> None:
    log = Log(consent="denied")
    log.cart()
    assert told(log) == []


def test_a_call_more_than_was_pushed() -> None:
    log = Log()
    log.cart()
    log.both("AddToCart", "add_to_cart")
    log.both("AddToCart", "add_to_cart", "e2")
    assert told(log) == [
        ("sent-twice", "`AddToCart` reached tiktok once more than it was pushed"),
        ("sent-twice", "`add_to_cart` reached ga4 once more than it was pushed"),
    ]


def test_an_event_of_a_page_that_is_sent_twice_under_one_id() -> None:
    log = Log()
    for event_id in ("s1", "s2", "s1"):
        log.send("tiktok", "Search", {}, event_id)
    assert told(log) == [("sent-twice", "`Search` reached tiktok again under the same event ID")]


def test_a_call_for_which_nothing_was_pushed() -> None:
    log = Log()
    log.send("tiktok", "Purchase", {}, "purchase_1")
    assert told(log) == [("unasked-call", "`Purchase` reached tiktok though nothing was pushed")]


def test_an_event_that_the_spec_does_not_send() -> None:
    log = Log()
    log.send("tiktok", "Download", {}, "d1")
    assert told(log) == [
        ("unknown-call", "`Download` was sent to tiktok, and the spec has no such event")
    ]


def test_other_values_and_another_id_than_were_pushed() -> None:
    log = Log()
    log.buy("7")
    log.both("Purchase", "purchase", "purchase_8", transaction_id="7", order_id="7", value=13)
    assert [text for kind, text in told(log) if kind == "wrong-value"] == [
        '`Purchase` at tiktok: `event_id` is "purchase_8", and "purchase_7" was pushed',
        '`Purchase` at tiktok: `value` is "13", and "12" was pushed',
        '`purchase` at ga4: `event_id` is "purchase_8", and "purchase_7" was pushed',
        '`purchase` at ga4: `value` is "13", and "12" was pushed',
    ]


def test_the_same_order_again_is_pushed_twice_however_late() -> None:
    log = Log()
    for document in (1, 2):
        log.document = document
        log.agree()
        log.buy()
        log.both("Purchase", "purchase", "purchase_7", transaction_id="7", order_id="7")
    assert told(log) == [
        ("pushed-twice", "`purchase` was pushed again with the same values, 400 ms later")
    ]


def test_the_same_product_in_another_step_is_no_double() -> None:
    log = Log()
    for step in (0, 1):
        log.step = step
        log.cart()
        log.both("AddToCart", "add_to_cart", f"e{step}")
    assert told(log) == []


def test_an_unknown_message_is_a_warning_with_a_guess() -> None:
    log = Log()
    log.push("ad_to_cart")
    log.push("consent_given")
    (finding,) = judged(log)
    assert (finding.kind, finding.level) == ("unknown-event", "warning")
    assert finding.message == 'the page pushes "ad_to_cart", which the spec does not know'
    assert finding.hint == "did you mean `add_to_cart`?"


def test_two_page_views_of_one_page() -> None:
    log = Log()
    log.send(*PAGE_VIEW)
    assert told(log) == [("sent-twice", "tiktok has 2 `Pageview` for one page")]


def test_a_page_view_of_an_address_that_was_passed_by() -> None:
    log = Log()
    log.step = 1
    log.entries.append(Move(log.at(), "pushState", "https://shop.example/p/1"))
    log.send(*PAGE_VIEW)
    log.entries.append(Move(log.at(), "replaceState", "https://shop.example/cup"))
    log.send(*PAGE_VIEW)
    assert told(log) == [
        (
            "redirected",
            (
                "tiktok has a `Pageview` for /p/1 and one for /cup, "
                "which took its place after 200 ms (replaceState)"
            ),
        )
    ]


def test_no_container_at_all() -> None:
    assert told(Log(), containers=()) == [
        ("no-container", "the page does not load `GTM-DEMO42`: it asks for no gtm.js")
    ]


def test_without_a_container_messages_are_judged_and_nothing_is_missed() -> None:
    log = Log()
    log.cart()
    log.push("add_to_cart", ecommerce={"value": "12", "currency": "EUR", "items": [ITEM]})
    kinds = [one.kind for one in judged(log, containers=())]
    assert kinds == ["number-as-text", "no-container"]


def test_a_queue_that_is_worked_off_late_is_no_mistake() -> None:
    log = Log()
    for value in range(1, 60):
        log.cart(value)
    for value in range(1, 60):
        log.both("AddToCart", "add_to_cart", f"e{value}", value=value)
    assert told(log) == []


def test_of_a_queue_the_one_with_another_value_is_found() -> None:
    log = Log()
    for value in (1, 2, 3):
        log.cart(value)
    for value in (1, 9, 3):
        log.both("AddToCart", "add_to_cart", f"e{value}", value=value)
    assert told(log) == [
        ("wrong-value", f'`{name}` at {account}: `value` is "9", and "2" was pushed')
        for name, account in (("AddToCart", "tiktok"), ("add_to_cart", "ga4"))
    ]


def test_messages_of_one_event_are_missed_once() -> None:
    log = Log()
    for value in range(1, 4):
        log.cart(value)
    log.both("AddToCart", "add_to_cart", value=3)
    assert told(log) == [
        ("missed", f"`add_to_cart` was pushed and `{name}` did not reach {account} (2 messages)")
        for name, account in (("AddToCart", "tiktok"), ("add_to_cart", "ga4"))
    ]


def test_messages_of_one_event_are_pushed_twice_once() -> None:
    log = Log()
    for _ in range(4):
        log.cart()
        log.both("AddToCart", "add_to_cart")
    assert told(log) == [
        (
            "pushed-twice",
            "`add_to_cart` was pushed again with the same values, 300 ms later (3 messages)",
        )
    ]


def test_what_stopped_the_visit_is_found_at_its_step() -> None:
    (finding,) = judged(Log(), stopped="the page did not answer within 15 s")
    assert (finding.kind, str(finding.span)) == ("stopped", "journey.yaml:1:1")


def test_what_only_requests_show_is_judged_with_care() -> None:
    log = Log()
    log.buy()
    log.send("tiktok", "Purchase", {"value": 12, "currency": "EUR", "order_id": "7"}, "purchase_7")
    log.cart()
    log.send("tiktok", "AddToCart", {"value": 12, "currency": "EUR"}, "e1")
    for event in ("purchase", "scroll"):
        call = Call("ga4", STREAM, event, 0, {"value": "12", "transaction_id": "8"})
        log.entries.append(SentCall(log.at(), call, in_request=True))
    known = PlatformCalls(subject(), ["ga4"])
    found = judge_visit(log.recording(), known, locate, "GTM-DEMO42")
    assert [(one.level, one.kind, one.message) for one in found] == [
        (
            "warning",
            "missed",
            "`add_to_cart` was pushed and `add_to_cart` did not reach ga4",
        ),
        (
            "error",
            "wrong-value",
            '`purchase` at ga4: `transaction_id` is "8", and "7" was pushed',
        ),
        ("warning", "unknown-call", "`scroll` was sent to ga4, and the spec has no such event"),
    ]


# -- both sides ----------------------------------------------------------------------------


def bought() -> Log:
    log = Log()
    log.buy()
    log.both("Purchase", "purchase", "purchase_7", transaction_id="7", order_id="7")
    return log


def server(event_id: str = "purchase_7", value: Any = 12, item: str = "CUP-1") -> BackendEvent:
    params = {"value": value, "currency": "EUR", "contents": [{"content_id": item}]}
    return BackendEvent(PIXEL, "Purchase", event_id, params)


@pytest.mark.parametrize("value", [12, 12.0, "12"])
def test_both_sides_agree(value: Any) -> None:
    assert told(bought(), [server(value=value)]) == []


def test_a_backend_that_sent_nothing_is_not_judged() -> None:
    assert told(bought(), []) == []


def test_sides_with_other_ids() -> None:
    assert told(bought(), [server("order_7")]) == [
        (
            "side-missing",
            '`Purchase` "purchase_7" came from the browser alone: the server sent `order_7`',
        ),
        (
            "side-missing",
            '`Purchase` "order_7" came from the server alone: the browser sent `purchase_7`',
        ),
    ]


def test_sides_with_other_values() -> None:
    found = told(bought(), [server(value=10, item="CUP-1-B")])
    assert found == [
        (
            "ids-differ",
            (
                '`Purchase` "purchase_7": the items are `CUP-1` in the browser '
                "and `CUP-1-B` at the server"
            ),
        ),
        (
            "values-differ",
            '`Purchase` "purchase_7": `value` is "12" in the browser and "10" at the server',
        ),
    ]


# -- requests ------------------------------------------------------------------------------


def test_several_events_of_one_request() -> None:
    account = next(one for one in subject().accounts if one.pack == "ga4")
    body = "en=view_item&ep.event_id=a&epn.value=5\nen=purchase&ep.event_id=b"
    calls = list(read_query_calls("https://x.example/g/collect?v=2&tid=G-1", body, account))
    assert [(one.account, one.event, one.event_id, dict(one.params)) for one in calls] == [
        ("G-1", "view_item", "a", {"value": "5"}),
        ("G-1", "purchase", "b", {}),
    ]


def test_the_pixels_own_request() -> None:
    body = {
        "event": "Purchase",
        "event_id": "p1",
        "context": {"pixel": {"code": "C1"}},
        "properties": {"value": 5},
    }
    (call,) = read_body_calls(json.dumps(body), "tiktok", subject().pixel_paths()["tiktok"])
    assert (call.account, call.event, call.event_id) == ("C1", "Purchase", "p1")
    assert call.params == {"value": 5}
    assert list(read_body_calls("[[", "tiktok", subject().pixel_paths()["tiktok"])) == []


def test_a_preview_is_asked_for_and_its_secret_not_shown() -> None:
    address = add_environment(
        "https://www.googletagmanager.com/gtm.js?id=GTM-1&gtm_preview=env-1",
        "gtm_auth=abc&gtm_preview=env-7",
    )
    assert address.endswith("/gtm.js?id=GTM-1&gtm_auth=abc&gtm_preview=env-7")
    assert "abc" not in hide_address_secrets(address)


def report(kind: str, **more: Any) -> str:
    return json.dumps({"kind": kind, "time": 1.0, **more})


@pytest.mark.parametrize(
    "forged",
    [
        "no JSON",
        "[]",
        "[" * 100_000,
        json.dumps({"kind": "message"}),
        report("message", value=5, cut=False),
        report("message", value={"event": "\ud800"}, cut=False),
        report("message", value={"event": "x" * 2_000_000}, cut=False),
        report("command", value=["consent", "update", 5]),
        report("call", pack="tiktok", value=[1]),
        report("tag", tag="GA4 - purchase", event="x", value=7),
        report("something else"),
    ],
)
def test_what_a_page_forges_is_no_report(forged: str) -> None:
    entries = Entries(subject())
    entries.report(forged)
    assert entries.all == []


def test_a_call_with_odd_parts_is_judged_as_any_other() -> None:
    entries = Entries(subject())
    odd = {"account": PIXEL, "event": ["Purchase"], "params": [1], "identify": 5, "event_id": {}}
    entries.report(report("call", pack="tiktok", value=odd, cut=False))
    log = Log()
    (sent,) = entries.all
    assert isinstance(sent, SentCall)
    log.entries.append(SentCall(log.at(), sent.call))
    assert [one.kind for one in judged(log, [server()])] == ["unknown-call", "side-missing"]


# -- reports -------------------------------------------------------------------------------


def hostile() -> Verification:
    log = Log()
    log.push("<script>alert(1)</script>", user={"email": "ada@example.com"})
    log.push("mail grace@example.org", to=["grace@example.org"])
    log.entries.append(Move(log.at(), "pushState", "https://x.example/?mail=grace%40example.org"))
    log.send("tiktok", "Download", {"mail": "grace@example.org"}, "d1")
    log.entries.append(Trouble(log.at(), "console", "</pre><img src=x onerror=alert(1)>\x1b[2J"))
    url = "https://cdn.example/<b>"
    log.entries.append(RecordedRequest(log.at(), "GET", url, "image", "blocked", "", "cdn.example"))
    return Verification(
        log.recording(),
        tuple(judged(log)),
        ("ga4",),
        (),
        collect_personal(subject().spec, PlatformCalls(subject()).contract),
    )


def test_what_a_page_says_is_text_in_every_report() -> None:
    found = [hostile()]
    page = verify_page(found, "shop.yaml", lambda file, line: None)
    assert "<script" not in page
    assert "<img src=x" not in page
    text, markdown = verify_text(found, lambda file, line: None), verify_markdown(found)
    for shown in (page, text, markdown, verify_json(found), verify_junit(found)):
        assert "ada@example.com" not in shown
        assert "grace" not in shown
    assert "\x1b" not in text
    assert "<script>" not in markdown


def test_of_a_step_with_thousands_of_entries_the_page_shows_the_first_and_what_is_found() -> None:
    log = Log()
    for number in range(300):
        log.push("consent_given", number=number)
    log.push("odd")
    recording = log.recording()
    findings = judge_visit(recording, PlatformCalls(subject()), locate, "GTM-DEMO42")
    page = verify_page([Verification(recording, tuple(findings))], "shop.yaml", lambda *_: None)
    more = len(recording.entries) - 200 - len(findings)
    shown, hidden = page.split(f'<summary class="soft">{more} more</summary>')
    first = findings[0].order
    assert [one.kind for one in findings] == ["unknown-event"]
    assert f'id="visit-1-entry-{first}" class="marked"' in shown
    assert f'id="visit-1-entry-{first - 1}"' in hidden
    assert page.count("<summary>consent_given</summary>") == 300


def test_every_format_names_finding_and_place() -> None:
    log = Log()
    log.send("tiktok", "Download", {}, "d1")
    done = [Verification(log.recording(), tuple(judged(log)))]
    text = verify_text(done, lambda file, line: None)
    assert text.splitlines()[0].endswith(
        "shop.yaml:17:3: error[unknown-call]: `Download` was sent to tiktok, and the spec has no "
        "such event (step 1 `load /`, 0.5 s)"
    )
    assert text.splitlines()[-1] == (
        "A visit: 1 error; 1 step, 1 message, 2 calls (tiktok 2), 0 requests sent"
    )
    document = json.loads(verify_json(done))
    assert (document["errors"], document["warnings"]) == (1, 0)
    assert document["visits"][0]["findings"][0]["line"] == 17
    assert '<failure message="unknown-call: ' in verify_junit(done)
    assert verify_markdown(done).startswith("**A visit: 1 error; ")


@pytest.mark.parametrize(("item", "share"), [("CUP-1", 100.0), ("CUP-1-B", 0.0)])
def test_a_visit_is_a_recording_for_the_catalogue(tmp_path: Path, item: str, share: float) -> None:
    feed, visited = tmp_path / "feed.csv", tmp_path / "visit.json"
    feed.write_text(shop_module().Catalogue().as_csv("https://shop.example/"))
    log = Log()
    log.send("tiktok", "AddToCart", {"contents": [{"content_id": item}]}, "e1")
    visited.write_text(verify_json([Verification(log.recording(), ())]))
    result = run_catalogue(subject().spec, feed, read_recordings([visited]))
    (account,) = result.accounts
    shares = {one.event: one.share for one in account.events}
    assert shares["AddToCart"] == share


def test_what_nobody_could_see_is_told() -> None:
    assert describe_unseen([hostile()]) == "not judged, since their calls cannot be seen: ga4"


def test_every_kind_of_finding_is_documented() -> None:
    guide = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`([a-z-]+)`", "".join(re.findall(r"(?m)^\| (.*?) \|", guide))))
    code = "".join(
        file.read_text(encoding="utf-8") for file in (ROOT / "gtmgen/verify/judge").glob("*.py")
    )
    kinds = set(re.findall(r'finding\(\s*"([a-z-]+)"', code)) | {"sent-twice", "unasked-call"}
    assert len(kinds) >= 17
    assert kinds <= documented
