"""The verb: what it refuses, and one visit from the command line to the page that it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gtmgen.cli.main import main

from .conftest import DEMO, Running

SPEC = ["--spec", str(DEMO / "shop.yaml")]


def refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["verify", *arguments, *SPEC])
    return code, capsys.readouterr().err.strip()


@pytest.mark.parametrize("url", ["shop.example", "http://[::1", "https://shop.example:99999/"])
def test_what_is_no_address_is_refused(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, url) == (
        2,
        f"error: `{url}` is not the address of a site\n\nhint: https://staging.acme.example",
    )


def test_a_password_in_a_mistyped_address_is_not_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, message = refused(capsys, "ftp://user:hunter-2@shop.example")
    assert code == 2
    assert "hunter-2" not in message


def test_a_step_cannot_be_over_before_it_begins(capsys: pytest.CaptureFixture[str]) -> None:
    code, message = refused(capsys, "https://x.example", "--settle", "-5")
    assert code == 2
    assert message == (
        "error: invalid value for '--settle': -5 is not in the range x>=0\n\n"
        "hint: see `gtmgen verify --help`"
    )


def test_a_file_without_a_journey_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "journey.yaml"
    file.write_text("tests: []\n")
    code, message = refused(capsys, "https://x.example", "--journey", str(file))
    assert code == 2
    assert message == (
        f"error: `{file}` has no journey: `tests` is empty\n\n"
        "hint: without `--journey`, the address is opened and that is all"
    )


def test_an_empty_journey_is_told_what_a_journey_begins_with(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "journey.yaml"
    file.write_text("")
    code, message = refused(capsys, "https://x.example", "--journey", str(file))
    assert code == 1
    assert message == (
        f"{file}:1:1: error[empty]: the file is empty\n"
        "hint: a journey begins with `tests:`; its steps are those of a spec's tests\n\n"
        "1 error"
    )


@pytest.mark.parametrize(
    "host", ["http://pay.example/", "https://pay.example:8443/x", "pay.example/x", "pay.example:80"]
)
def test_an_address_is_no_host(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert refused(capsys, "https://x.example", "--allow-host", host) == (
        2,
        (
            f"error: `--allow-host` takes the name of a host, not `{host}`\n\n"
            "hint: `--allow-host pay.example`"
        ),
    )


def test_an_option_that_a_script_left_empty_is_refused(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert refused(capsys, "https://x.example", "--allow-host", "") == (
        2,
        "error: `--allow-host` is empty\n\nhint: `--allow-host cdn.shop.example`",
    )
    assert refused(capsys, "https://x.example", "--server-log", "") == (
        2,
        "error: `--server-log` is empty\n\nhint: a log file, or the address of a server",
    )


@pytest.mark.parametrize(
    "content", [b'{"level": "info", "text": "started"}\n', b"\x89PNG\r\n\0\xff"]
)
def test_a_file_that_is_no_log_of_a_backend_is_refused(
    content: bytes, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "backend.jsonl"
    file.write_bytes(content)
    code, message = refused(capsys, "https://x.example", "--server-log", str(file))
    assert code == 1
    assert message == (
        f"error: `{file}` is not a log of a backend\n\n"
        "hint: `--server-log` takes requests to the Events API as JSON Lines, a HAR, or the log of "
        "a server container"
    )


def test_an_environment_is_for_googles_container(capsys: pytest.CaptureFixture[str]) -> None:
    code, message = refused(capsys, "https://x.example", "--environment", "gtm_auth=1")
    assert (code, message.splitlines()[0]) == (2, "error: `--environment` is for Google's gtm.js")
    code, message = refused(capsys, "https://x.example", "--container", "workspace")
    assert message == (
        "error: `--container workspace` needs `--environment`\n\n"
        "hint: `gtm_auth=...&gtm_preview=...`, as in the snippet of `gtmgen environments`"
    )


def test_a_log_that_is_never_made_is_an_error(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, running: Running, chromium: str
) -> None:
    missing = tmp_path / "backend.jsonl"
    log = ["--server-log", str(missing), "--chromium", chromium, "--settle", "0"]
    code, message = refused(capsys, running.url, *log)
    assert code == 1
    assert message == (
        f"error: there is no file `{missing}`, nor has the visit made it: only the browser's side "
        "was judged\n\n"
        "hint: `--server-log` takes the file that the backend writes to"
    )
    elsewhere = tmp_path / "logs" / "backend.jsonl"
    assert refused(capsys, running.url, "--server-log", str(elsewhere)) == (
        2,
        (
            f"error: there is no folder `{elsewhere.parent}`\n\n"
            "hint: `--server-log` takes a file that the backend writes, or a URL"
        ),
    )


def test_a_log_elsewhere_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    code, message = refused(capsys, "https://x.example", "--server-log", "https://y.example")
    assert code == 2
    assert message == (
        "error: `https://y.example` is not on this machine\n\n"
        "hint: `--server-log` takes the local Events API (`gtmgen emulator --events-api`)"
    )


def test_a_journey_that_leads_elsewhere_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "journey.yaml"
    file.write_text(
        "tests:\n"
        "  - name: Away\n"
        "    html: <p>no page</p>\n"
        "    steps:\n"
        "      - load: https://other.example/\n"
        "      - load: javascript:alert(1)\n"
    )
    code, message = refused(capsys, "https://x.example", "--journey", str(file))
    assert code == 1
    assert message == (
        f"{file}:3:11: error[journey]: `html` makes a page up; on a site that is there it means "
        "nothing\n"
        "    3 |     html: <p>no page</p>\n"
        "      |           ^^^^^^^^^^^^^^\n"
        "hint: a journey has `steps` and `expect`, and perhaps `cookies` and `referrer`\n\n"
        f"{file}:5:15: error[journey]: the journey leads to `other.example`, which may not be "
        "visited\n"
        "    5 |       - load: https://other.example/\n"
        "      |               ^^^^^^^^^^^^^^^^^^^^^^\n"
        "hint: add `--allow-host other.example`\n\n"
        f'{file}:6:15: error[journey]: "javascript:alert(1)" is not the address of a page\n'
        "    6 |       - load: javascript:alert(1)\n"
        "      |               ^^^^^^^^^^^^^^^^^^^\n"
        "hint: write a path, `/cart`, or a whole address\n\n"
        "3 errors"
    )


def test_no_browser_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    code, message = refused(capsys, "https://x.example", "--chromium", "/no/such/browser")
    assert code == 1
    assert message == (
        "error: no Chromium at /no/such/browser\n\n"
        "hint: `gtmgen verify` needs a Chromium and `pip install 'gtmgen[browser]'`"
    )


def test_without_google_one_finding_says_what_to_do(
    running: Running,
    chromium: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # A browser for which no name resolves but the shop's, wherever the tests run.
    monkeypatch.setattr("gtmgen.verify.visit.reachable", lambda site, *_: site.allowed)
    steps = "[{load: /}, {click: '#accept'}, {load: /products/trail-shoe}, {click: '#add'}]"
    journeys = [f"  - name: {name}\n    steps: {steps}\n" for name in ("One", "Two", "Three")]
    journey = tmp_path / "journey.yaml"
    journey.write_text("tests:\n" + "".join(journeys))
    options = ["--chromium", chromium, "--container", "live", "--journey", str(journey)]
    assert main(["verify", running.url, *options, *SPEC]) == 1
    told = capsys.readouterr()
    assert told.out == (
        f"{SPEC[1]}:7:3: error[no-container]: `GTM-DEMO42` does not come: "
        "www.googletagmanager.com cannot be reached (net::ERR_NAME_NOT_RESOLVED)\n"
        "    7 |   gtm: GTM-DEMO42\n"
        "      |   ^^^\n"
        "hint: Nothing else was judged. Let this machine reach Google, by `HTTPS_PROXY` where "
        "there is a proxy, or try the spec's own container without Google: `--container "
        "compiled`.\n\n"
        "One: 1 error; 1 step, 1 message, 0 calls, 6 requests sent\n"
    )
    assert told.err == "not tried, since gtm.js does not come: 2 more journeys\n"


def test_an_address_where_nobody_answers_is_no_place_in_the_spec(
    capsys: pytest.CaptureFixture[str], chromium: str
) -> None:
    url = "http://127.0.0.1:1/"
    assert main(["verify", url, "--chromium", chromium, "--settle", "0", *SPEC]) == 1
    assert capsys.readouterr().out == (
        f"{url}: error[stopped]: {url} cannot be loaded: net::ERR_UNSAFE_PORT\n\n"
        "The site is opened: 1 error; 0 steps, 0 messages, 0 calls, 1 request sent\n"
    )


def test_a_visit_is_reported_and_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, running: Running, chromium: str
) -> None:
    file = tmp_path / "journey.yaml"
    file.write_text(
        "tests: [{name: Double, steps: [{load: '/products/day-pack?fault=double-push'}, "
        "{click: '#accept'}, {click: '#add'}], expect: [{tiktok: Purchase}, {others: all}]}]\n"
    )
    page = tmp_path / "visit.html"
    options = ["--journey", str(file), "--html", str(page), "--chromium", chromium]
    log = tmp_path / "backend.jsonl"
    log.write_text('\n{"event": "Purch')
    options += ["--settle", "100", "--format", "json", "--server-log", str(log)]
    code = main(["verify", running.url, *options, *SPEC])
    printed = capsys.readouterr()
    assert (
        f"{log}: document is passed over: it is not JSON: Unterminated string starting at: "
    ) in printed.err
    (visited,) = json.loads(printed.out)["visits"]
    assert (
        f"during the visit, {log} got no event of the backend: only the browser's side is judged\n"
    ) in printed.err
    kinds = [one["rule"] for one in visited["findings"]]
    assert (code, kinds) == (1, ["pushed-twice", "expectation"])
    html = page.read_text(encoding="utf-8")
    assert html.count("data:image/jpeg;base64,") == 3
    assert 'href="#visit-1-entry-' in html
