"""`--container workspace` and `live`: Google is asked for gtm.js, by a server of this machine."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from gtmgen.report.verify_report import verify_json
from gtmgen.runtime import browser_process
from gtmgen.runtime.browser_process import close_browsers
from gtmgen.runtime.bundle import boot_call, runtime_script
from gtmgen.runtime.engine import RunOptions
from gtmgen.verify.model import RecordedRequest, SentCall, Verification

from .conftest import QuietServer, Visit, subject

GOOGLE = "www.googletagmanager.com"
TIKTOK = "analytics.tiktok.com"
PURCHASE = (
    {"load": "/products/trail-shoe"},
    {"click": "#accept"},
    {"click": "#add"},
    {"load": "/checkout"},
    {"fill": {"#email": "ada@example.com"}},
    {"submit": "#order"},
)


def gtm_js() -> str:
    """What Google serves for the container, as far as our runtime stands for it."""
    container = subject().container
    boot = boot_call(container.version, container.templates, RunOptions().for_page())
    return f"(function () {{ const rt = {runtime_script('browser')}(); rt.boot({boot}); }})();"


@dataclass
class Google:
    """A server in place of Google's; ``asked`` are the addresses that it was asked for."""

    port: int
    asked: list[str] = field(default_factory=list)
    status: int = 200
    script: str = ""
    seconds: float = 0.0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Google]:
    if shutil.which("openssl") is None:
        pytest.skip("no openssl, which makes the server's certificate")
    folder = tmp_path_factory.mktemp("tls")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", f"/CN={GOOGLE}", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    google = Google(0)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            google.asked.append(f"https://{self.headers['host']}{self.path}")
            time.sleep(google.seconds)
            body = google.script.encode() if self.path.startswith("/gtm.js") else b""
            self.send_response(google.status)
            self.send_header("content-type", "text/javascript; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    listening = QuietServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    listening.socket = context.wrap_socket(listening.socket, server_side=True)
    google.port = listening.server_address[1]
    thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
    thread.start()
    yield google
    listening.shutdown()
    thread.join()
    listening.server_close()


@pytest.fixture(scope="module")
def _mapped(server: Google) -> Iterator[None]:
    """A browser for which Google's and TikTok's names are this machine's; no other resolves."""
    own = [f"MAP {name}:443 127.0.0.1:{server.port}" for name in (GOOGLE, TIKTOK)]
    rules = ", ".join([*own, "MAP * ~NOTFOUND", "EXCLUDE 127.0.0.1"])

    def arguments(_: Sequence[str], __: int) -> tuple[str, ...]:
        return (f"--host-resolver-rules={rules}", "--ignore-certificate-errors")

    close_browsers()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(browser_process, "_network_arguments", arguments)
        yield
        close_browsers()


@pytest.fixture
def google(server: Google, _mapped: None) -> Google:
    server.asked.clear()
    server.status, server.script, server.seconds = 200, gtm_js(), 0.0
    return server


def test_an_environment_is_asked_for_and_nobody_else_is(google: Google, visit: Visit) -> None:
    found = visit(*PURCHASE, source="workspace", environment="gtm_auth=s3cret&gtm_preview=env-7")
    asked = f"https://{GOOGLE}/gtm.js?id=GTM-DEMO42&gtm_auth=s3cret&gtm_preview=env-7"
    assert google.asked == [asked, asked]  # once for each document
    sent = [one for one in found.recording.entries if isinstance(one, RecordedRequest)]
    assert {one.host for one in sent if one.fate == "sent"} == {"127.0.0.1", GOOGLE}
    assert "s3cret" not in verify_json([found])
    # TikTok's calls are seen by its stand-in. GA4's are read from requests that only Google's
    # own runtime makes, so that what is missed there is no more than a warning.
    assert {(one.kind, one.level, one.platform) for one in found.findings} == {
        ("missed", "warning", "ga4")
    }
    purchases = [one.event_id for one in found.server_events if one.event == "Purchase"]
    assert [one.call.event_id for one in calls_of(found, "Purchase")] == purchases


def test_what_is_live_needs_no_parameters(google: Google, visit: Visit) -> None:
    found = visit({"load": "/products/trail-shoe"}, source="live")
    assert google.asked == [f"https://{GOOGLE}/gtm.js?id=GTM-DEMO42"]
    assert found.findings == ()


REFUSED = "Does it have a published version? Are `gtm_auth` and `gtm_preview` those of a snippet?"
UNREACHABLE = (
    "Nothing else was judged. Let this machine reach Google, by `HTTPS_PROXY` where there is a "
    "proxy, or try the spec's own container without Google: `--container compiled`."
)
WITHOUT_GOOGLE = ({"load": "/products/trail-shoe"}, {"click": "#accept"}, {"click": "#add"})


@pytest.mark.parametrize(
    ("status", "seconds", "why", "hint", "played"),
    [
        (404, 0.0, "gtm.js answers 404", REFUSED, 1),
        (200, 9.0, "www.googletagmanager.com does not answer", UNREACHABLE, 3),
    ],
)
def test_a_container_that_does_not_come_is_one_finding(
    google: Google, visit: Visit, status: int, seconds: float, why: str, hint: str, played: int
) -> None:
    google.status, google.seconds = status, seconds
    found = visit(*WITHOUT_GOOGLE, expect=[{"tiktok": "AddToCart"}], source="live")
    (finding,) = found.findings
    assert (finding.kind, finding.level) == ("no-container", "error")
    assert finding.message == f"`GTM-DEMO42` does not come: {why}"
    assert finding.hint == hint
    assert finding.span.file.endswith("demo/shop.yaml")
    assert len(found.recording.steps) == played


def test_google_is_given_up_after_a_while(
    google: Google, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gtmgen.verify.network._PATIENCE", 0.0)
    google.seconds = 9.0
    found = visit(*WITHOUT_GOOGLE, source="live")
    assert [one.kind for one in found.findings] == ["no-container"]
    assert len(found.recording.steps) == 1


def test_platforms_get_their_requests_where_that_is_asked_for(google: Google, visit: Visit) -> None:
    steps = ({"load": "/products/trail-shoe"}, {"click": "#accept"})
    visit(*steps, source="live", send=True)
    script = f"https://{TIKTOK}/i18n/pixel/events.js?sdkid=CDEMOSHOPPIXEL000001&lib=ttq"
    assert google.asked == [f"https://{GOOGLE}/gtm.js?id=GTM-DEMO42", script]


def calls_of(found: Verification, event: str) -> list[SentCall]:
    entries = found.recording.entries
    return [one for one in entries if isinstance(one, SentCall) and one.call.event == event]
