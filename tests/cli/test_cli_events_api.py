"""``gtmgen emulator --events-api``."""

from __future__ import annotations

import http.client
import json
import signal
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from contract.specs import SHOP, shop_contract
from processes import Process

from gtmgen.cli.main import main


def test_it_serves_until_it_is_stopped(tmp_path: Path) -> None:
    (tmp_path / "kiosk.yaml").write_text(SHOP, encoding="utf-8")
    command = ("-m", "gtmgen", "emulator", "--events-api", "--spec", "kiosk.yaml")
    process = Process(*command, cwd=tmp_path)
    url = process.read_line().strip()
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    body = shop_contract().events["purchase"].servers["tiktok"].payload
    path = "/open_api/v1.3/event/track/"
    for changes in ({}, {"event_id": 7001}):
        sent = {**body, "data": [{**body["data"][0], **changes}]}
        headers = {"Access-Token": "t0p-s3cret"}
        connection.request("POST", f"{path}?access_token=t0p-s3cret", json.dumps(sent), headers)
        assert connection.getresponse().read()
    connection.close()
    process.send_signal(signal.SIGTERM)
    out, talk = process.communicate(timeout=20)
    assert (process.wait(), out) == (0, "")
    assert "t0p-s3cret" not in talk
    token = "the access token stands in the address, where logs and proxies keep it"
    assert talk.splitlines() == [
        f"Events API on this machine: POST {url.rstrip('/')}{path}; Ctrl-C ends it",
        "request 1: 1 event, code 0",
        f"  error[token]: {token}",
        "request 2: 0 events, code 40002: Invalid value for event_id: not a valid string.",
        f"  error[token]: {token}",
        "  error[event-id]: data[0].event_id: it is a number (7001), not text",
        (
            "2 requests (1 refused), 1 server event, 0 browser events: 1 counted, 0 merged, "
            "0 dropped, 0 without an ID"
        ),
        "the contract: 3 errors, 0 warnings",
    ]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            ["--events-api"],
            "error: `--events-api` needs a spec\n\nhint: name it with `--spec FILE`\n",
        ),
        (["--spec", "x.yaml"], "error: `--spec` and `--env` go with `--events-api`\n"),
        (
            ["--events-api", "--spec", "x.yaml", "--container", "GTM-A"],
            (
                "error: `--state`, `--container`, `--server-container`, `--behaviour`, `--quota` "
                "and `--gallery` are for the local GTM, not for `--events-api`\n"
            ),
        ),
    ],
)
def test_a_wrong_command_line(
    arguments: list[str], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["emulator", *arguments]) == 2
    assert capsys.readouterr() == ("", error)
