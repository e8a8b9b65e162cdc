"""Visits of pages that are hostile, endless, or lead elsewhere."""

from __future__ import annotations

import base64
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from gtmgen.report.verify_page import verify_page
from gtmgen.report.verify_report import describe_blocked, verify_json
from gtmgen.verify.model import RecordedMessage, RecordedRequest, Trouble
from gtmgen.verify.script import MOST_TEXT
from gtmgen.verify.setting import VisitedSite

from .conftest import Visit

LOGIN = f"Basic {base64.b64encode(b'ada:s3cret').decode()}"
SNIPPET = (
    "<script>dataLayer=[{'gtm.start':1,event:'gtm.js'}]</script>"
    "<script async src='https://www.googletagmanager.com/gtm.js?id=GTM-DEMO42'></script>"
)


@pytest.fixture(scope="module")
def pages() -> Iterator[Any]:
    """A server whose pages a test sets: path -> HTML, or the address of a redirect.

    ``visited`` are the hosts and paths that were asked for under another name than 127.0.0.1.
    """
    known: dict[str, str] = {}
    visited: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host = str(self.headers["host"])
            if not host.startswith("127.0.0.1:"):
                visited.append(host + self.path)
            text = known.get(self.path, "")
            if self.path == "/closed" and self.headers["authorization"] != LOGIN:
                self.send_response(401)
                self.send_header("www-authenticate", 'Basic realm="staging"')
                self.send_header("content-length", "0")
                self.end_headers()
                return
            status = 503 if self.path == "/broken" else 200
            self.send_response(302 if text.startswith("http") else status)
            if text.startswith("http"):
                self.send_header("location", text)
            self.send_header("content-type", "text/html; charset=utf-8")
            if self.path == "/reported":
                self.send_header(
                    "content-security-policy-report-only", "script-src 'unsafe-inline'"
                )
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()

    def serve(html: str, path: str = "/") -> str:
        known[path] = html
        return f"http://127.0.0.1:{server.server_address[1]}{path}"

    serve.visited = visited  # type: ignore[attr-defined]
    yield serve
    server.shutdown()
    thread.join()
    server.server_close()


def list_troubles(found: Any) -> list[Trouble]:
    return [one for one in found.recording.entries if isinstance(one, Trouble)]


def requests(found: Any) -> dict[str, str]:
    entries = found.recording.entries
    return {one.url: one.fate for one in entries if isinstance(one, RecordedRequest)}


def test_only_the_named_host_is_visited(visit: Visit, pages: Any) -> None:
    url = pages(SNIPPET + "<img src='http://cdn.example/a.png'><img src='/b.png'>")
    found = visit(url=url)
    assert requests(found) == {
        url: "sent",
        "https://www.googletagmanager.com/gtm.js?id=GTM-DEMO42": "answered",
        "http://cdn.example/a.png": "blocked",
        f"{url}b.png": "sent",
    }
    assert describe_blocked([found]) == (
        "blocked, since nobody named them (`--allow-host`): cdn.example (1)"
    )


def test_no_frame_socket_or_link_reaches_another_host(visit: Visit, pages: Any) -> None:
    other = pages("", "/other").replace("127.0.0.1", "localhost")
    found = visit(
        url=pages(
            f"{SNIPPET}<link rel=prefetch href='{other}?a'><iframe src='{other}?b'></iframe>"
            f"<script>new WebSocket('{other.replace('http', 'ws')}?c'); fetch('{other}?d');"
            f"navigator.sendBeacon('{other}?e'); open('{other}?f')</script>"
        )
    )
    assert pages.visited == []
    assert found.recording.stopped == ""
    blocked = {url for url, fate in requests(found).items() if fate == "blocked"}
    assert {f"{other}?b", f"{other}?d", f"{other}?e"} <= blocked


def test_a_host_of_other_letters_is_the_one_that_browsers_ask_for() -> None:
    site = VisitedSite.at("https://ada:s3cret@bücher.example:8443/x?y=ü", ["*.käse.example"])
    assert site.url == "https://xn--bcher-kva.example:8443/x?y=ü"
    assert site.allowed == ("xn--bcher-kva.example", "*.xn--kse-qla.example")
    names = ("bücher.example", "xn--bcher-kva.example", "www.käse.example", "bucher.example")
    assert [site.allows(one) for one in names] == [True, True, True, False]


def test_a_redirect_leads_to_no_other_host(visit: Visit, pages: Any) -> None:
    target = pages("", "/other").replace("127.0.0.1", "localhost")
    url = pages(target, "/away")
    found = visit(url=url)
    assert pages.visited == []
    (finding,) = found.findings
    assert finding.kind == "stopped"
    assert finding.message == f"{url} cannot be loaded: net::ERR_NAME_NOT_RESOLVED"
    assert finding.hint == (f"{url} leads to {target}, which `--allow-host localhost` would let in")


def test_a_page_that_leaves_for_another_host_says_so(visit: Visit, pages: Any) -> None:
    way_out = (
        f"{SNIPPET}<script>setTimeout(() => {{ location = 'http://sso.example/?a=1' }})</script>"
    )
    found = visit({"load": "/"}, {"click": "#login"}, url=pages(way_out))
    (finding,) = found.findings
    assert finding.kind == "stopped"
    told = "the page leads to http://sso.example/?a=1"
    assert finding.hint == f"{told}, which `--allow-host sso.example` would let in"


def test_the_page_of_a_visit_has_no_control_characters(visit: Visit, pages: Any) -> None:
    push = "dataLayer.push({event: 'a\\x1b[31m\\u202e'}); console.error('b\\nc\\x07')"
    found = visit(url=pages(f"{SNIPPET}<script>{push}</script>"))
    page = verify_page([found], "shop.yaml", lambda *_: None)
    assert "a\\u001b[31m\\u202e" in page
    assert "b c\\u0007" in page
    assert set(page).isdisjoint("\x1b\x07\u202e")


def test_a_page_with_an_error_blames_no_consent(visit: Visit, pages: Any) -> None:
    url = pages("<h1>Under maintenance</h1>", "/broken")
    (finding,) = visit(url=url).findings
    assert (finding.kind, finding.hint) == ("no-container", f"{url} answers 503")


def test_requests_to_platforms_are_recorded_and_not_sent(visit: Visit, pages: Any) -> None:
    collect = "https://region1.stats.example/g/collect?v=2&tid=G-DEMOSHOP01&en=view_item&ep.a=b"
    found = visit(url=pages(f"{SNIPPET}<script>fetch('{collect}', {{method: 'POST'}})</script>"))
    assert requests(found)[collect] == "recorded"
    calls = [one.call for one in found.recording.entries if hasattr(one, "call")]
    assert [(one.account, one.event, dict(one.params)) for one in calls] == [
        ("G-DEMOSHOP01", "view_item", {"a": "b"})
    ]
    assert "before-consent" in [one.kind for one in found.findings]


def test_a_page_that_never_answers_is_stopped(visit: Visit, pages: Any) -> None:
    html = f"{SNIPPET}<button onclick='for (;;);'>x</button>"
    found = visit({"click": "button"}, url=pages(html), longest=2.0)
    (finding,) = found.findings
    assert (finding.kind, finding.message) == ("stopped", "the page did not answer within 2 s")


def test_a_page_that_reloads_itself_is_stopped(visit: Visit, pages: Any) -> None:
    html = "<script>setTimeout(() => location.reload(), 0)</script>"
    found = visit(url=pages(html), quiet=1.0)
    assert found.recording.stopped == "the page loads itself again and again (10 times in one step)"


def test_large_and_odd_messages_are_cut(visit: Visit, pages: Any) -> None:
    code = """
      const loop = {event: 'loop'}; loop.self = loop;
      dataLayer.push({event: 'long', text: 'x'.repeat(1e6)}, loop,
        {event: 'many', list: new Array(1e6).fill(0)},
        {event: 'odd', get thrown() { throw new Error('no'); }, half: '\\ud800', f() {}, nan: NaN});
    """
    found = visit(url=pages(f"{SNIPPET}<script>{code}</script>"))
    messages = {
        one.event: one for one in found.recording.entries if isinstance(one, RecordedMessage)
    }
    assert messages["long"].body["text"] == "x" * MOST_TEXT
    cut = {name: messages[name].is_cut for name in ("long", "loop", "many", "odd")}
    assert cut == {"long": True, "loop": True, "many": True, "odd": False}
    assert len(messages["many"].body["list"]) < 6_000
    assert messages["odd"].body == {
        "event": "odd",
        "thrown": {"$throws": "Error: no"},
        "half": "\ufffd",
        "nan": "NaN",
    }


def test_what_a_policy_keeps_away_is_told(visit: Visit, pages: Any) -> None:
    policy = (
        "<meta http-equiv='Content-Security-Policy' content=\"script-src 'unsafe-inline' "
        'https://www.googletagmanager.com">'
    )
    found = visit(url=pages(policy + SNIPPET + GRANT))
    troubles = [one.text for one in list_troubles(found)]
    assert any(text.startswith("script-src-elem blocks https://analytics.") for text in troubles)
    (finding,) = found.findings  # that no page view came is no second one
    assert finding.kind == "blocked-by-policy"
    assert finding.message.startswith(
        "the page's Content-Security-Policy keeps tiktok away: script-src-elem blocks "
    )


GRANT = (
    "<script>function gtag(){dataLayer.push(arguments)}"
    "gtag('consent','update',{ad_storage:'granted',analytics_storage:'granted'});"
    "dataLayer.push({event:'consent_given'})</script>"
)
CART = """{event: 'add_to_cart', ecommerce: {currency: 'EUR', value: 59.5,
  items: [{item_id: 'PACK-1', item_name: 'Day pack', price: 59.5, quantity: 1}]}}"""


def test_a_policy_that_keeps_gtm_away_is_the_one_finding(visit: Visit, pages: Any) -> None:
    policy = "<meta http-equiv='Content-Security-Policy' content=\"script-src 'unsafe-inline'\">"
    url = pages(f"{policy}{SNIPPET}{GRANT}<script>dataLayer.push({CART})</script>")
    (finding,) = visit(url=url, expect=[{"tiktok": "AddToCart"}]).findings
    assert finding.kind == "blocked-by-policy"
    assert finding.message == (
        "the page's Content-Security-Policy keeps GTM away: script-src-elem blocks "
        "https://www.googletagmanager.com/gtm.js?id=GTM-DEMO42"
    )


def test_a_policy_that_only_reports_keeps_nothing_away(visit: Visit, pages: Any) -> None:
    found = visit(url=pages(SNIPPET, "/reported"))
    assert found.findings == ()
    (trouble,) = list_troubles(found)
    assert trouble.kind == "console"
    assert trouble.text == (
        "script-src-elem would block https://www.googletagmanager.com/gtm.js?id=GTM-DEMO42 "
        "(report-only policy)"
    )


def test_thousands_of_messages_are_one_finding(visit: Visit, pages: Any) -> None:
    push = f"for (let i = 0; i < 3000; i++) dataLayer.push({CART.replace('59.5,', 'i,', 1)})"
    # Pushed before anything listens, in a page that asks for another container.
    page = SNIPPET.replace("GTM-DEMO42", "GTM-OTHER")
    second = "<script src='https://www.googletagmanager.com/gtm.js?id=GTM-DEMO42'></script>"
    replaced = f"<script>window.dataLayer = []; {push}</script>"
    found = visit(url=pages(f"{page}{GRANT}{second}{replaced}"))
    told = {one.message for one in found.findings if "add_to_cart" in one.message}
    assert told == {
        "`add_to_cart` was pushed and `AddToCart` did not reach tiktok (3000 messages)",
        "`add_to_cart` was pushed and `add_to_cart` did not reach ga4 (3000 messages)",
    }


def test_what_came_too_late_to_be_seen_is_not_missed(visit: Visit, pages: Any) -> None:
    push = f"for (let i = 0; i < 6000; i++) dataLayer.push({CART.replace('59.5,', 'i,', 1)})"
    (finding,) = visit(url=pages(f"{SNIPPET}{GRANT}<script>{push}</script>")).findings
    assert (finding.kind, finding.message) == (
        "stopped",
        "the page made more than 5,000 messages, calls and requests",
    )


def test_a_page_that_asks_to_stay_is_left(visit: Visit, pages: Any) -> None:
    stay = "<script>onbeforeunload = () => 'stay'</script><button>x</button>"
    url = pages(f"{SNIPPET}{stay}")
    pages(SNIPPET, "/next")
    found = visit({"load": "/"}, {"click": "button"}, {"load": "/next"}, url=url)
    assert found.findings == ()
    assert [one.url for one in found.recording.steps][-1] == f"{url}next"


def test_a_wait_may_be_longer_than_a_step(visit: Visit, pages: Any) -> None:
    found = visit({"wait": "2500ms"}, url=pages(SNIPPET), longest=2.0)
    assert (found.findings, len(found.recording.steps)) == ((), 2)


def test_a_window_that_the_page_opens_is_closed_and_told(visit: Visit, pages: Any) -> None:
    url = pages(f"{SNIPPET}<a href='/window' target='_blank'>x</a>")
    pages("<button>y</button>", "/window")
    found = visit({"click": "a"}, {"wait": "200ms"}, {"fill": {"#y": "z"}}, url=url)
    (finding,) = found.findings
    assert finding.message == '`fill` finds no element that can be used: "#y"'
    assert finding.hint.startswith("the page opened a window, which is closed: ")


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ({"click": "###"}, '`click` cannot be done at "###": Unexpected token "#" while parsing'),
        ({"fill": {"b": "x"}}, '`fill` cannot be done at "b": Element is not an <input>'),
    ],
)
def test_a_step_that_its_element_cannot_take_says_why(
    visit: Visit, pages: Any, step: Any, message: str
) -> None:
    (finding,) = visit(step, url=pages(f"{SNIPPET}<b>x</b>")).findings
    assert finding.kind == "stopped"
    assert finding.message.startswith(message)


@pytest.mark.parametrize("name", ["a;b", "bad"])
def test_a_cookie_that_no_browser_takes_says_so(visit: Visit, pages: Any, name: str) -> None:
    found = visit({"load": "/"}, {"set_cookie": {"good": "1", name: "x\n"}}, url=pages(SNIPPET))
    (finding,) = found.findings
    assert (finding.kind, finding.message) == (
        "stopped",
        f'the cookie "{name}" cannot be set: the browser does not take its name or its value',
    )
    assert finding.span.line == 2


def test_a_container_in_a_frame_is_not_the_pages(visit: Visit, pages: Any) -> None:
    pages(f"{SNIPPET}{GRANT}<script>dataLayer.push({CART})</script>", "/frame")
    frame = "<iframe src='/frame'></iframe>"
    url = pages(
        f"<script>dataLayer = []</script>{GRANT}{frame}<script>dataLayer.push({CART})</script>"
    )
    found = visit(url=url)
    (finding,) = found.findings
    assert finding.message == "the page does not load `GTM-DEMO42`: it asks for no gtm.js"
    assert list_troubles(found) == []


def test_another_container_is_told(visit: Visit, pages: Any) -> None:
    found = visit(url=pages(SNIPPET.replace("GTM-DEMO42", "GTM-OTHER")))
    (finding,) = found.findings
    assert finding.message == "the page loads `GTM-OTHER`, not `GTM-DEMO42`"


def test_a_site_behind_a_login_is_opened_and_the_login_not_shown(visit: Visit, pages: Any) -> None:
    url = pages(SNIPPET, "/closed")
    found = visit(url=url.replace("http://", "http://ada:s3cret@"))
    assert found.findings == ()
    assert found.recording.url == url
    assert "s3cret" not in verify_json([found])


def test_a_step_without_its_element_stops_the_visit(visit: Visit, pages: Any) -> None:
    found = visit({"submit": "body"}, url=pages(SNIPPET))
    (finding,) = found.findings
    assert (finding.kind, finding.message) == ("stopped", '`submit` finds no form: "body"')
    assert finding.span.file == "journey.yaml"
