"""A site whose certificate nobody vouches for, as staging sites have."""

from __future__ import annotations

import datetime
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gtmgen.cli.main import main
from gtmgen.report.verify_page import verify_page
from gtmgen.report.verify_report import verify_json, verify_junit, verify_markdown

from .conftest import DEMO, QuietServer, Visit
from .test_visits import SNIPPET

UNCHECKED = "certificates not checked"


def write_own_certificate(folder: Path) -> Path:
    """A certificate of another host, which signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "staging.example")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    file = folder / "own.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture(scope="module")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the site."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(SNIPPET.encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(write_own_certificate(tmp_path_factory.mktemp("certificate")))
    server = QuietServer(("127.0.0.1", 0), Handler)
    # The handshake is the handler's: a browser that hangs up in it must not hold up the next one.
    server.socket = context.wrap_socket(
        server.socket, server_side=True, do_handshake_on_connect=False
    )
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"https://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_certificate_of_the_sites_own_ends_the_visit_and_the_option_is_named(
    staging: str, chromium: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = ["--spec", str(DEMO / "shop.yaml"), "--chromium", chromium]
    assert main(["verify", staging, *spec]) == 1
    assert capsys.readouterr().out == (
        f"{staging}: error[stopped]: {staging} cannot be loaded: net::ERR_CERT_AUTHORITY_INVALID\n"
        "hint: `--insecure` accepts a certificate that nobody vouches for, as staging sites have\n"
        "\n"
        "The site is opened: 1 error; 0 steps, 0 messages, 0 calls, 1 request sent\n"
    )


def test_the_site_is_visited_and_the_report_says_how(
    staging: str, chromium: str, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = ["--spec", str(DEMO / "shop.yaml"), "--chromium", chromium]
    assert main(["verify", staging, "--insecure", *spec]) == 0
    assert capsys.readouterr().out == (
        "The site is opened: nothing found; 1 step, 3 messages, 0 calls, 1 request sent, "
        f"{UNCHECKED}\n"
    )


def test_every_report_says_whether_certificates_were_checked(visit: Visit, staging: str) -> None:
    found, checked = visit(url=staging, insecure=True), visit()
    for one, is_told in ((found, True), (checked, False)):
        assert (UNCHECKED in verify_markdown([one])) is is_told
        assert (UNCHECKED in verify_page([one], "shop.yaml", lambda *_: None)) is is_told
        assert ('"certificates_checked": false' in verify_json([one])) is is_told
        (case,) = fromstring(verify_junit([one])).iter("testcase")
        properties = [dict(one.attrib) for one in case.iter("property")]
        told = [{"name": "certificates", "value": "not checked"}]
        assert properties == (told if is_told else [])
