"""A repository with a pull request, and the APIs of GitHub and GitLab on this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

SPECS = Path(__file__).parents[1] / "meaning/review"
PAYLOAD = Path(__file__).with_name("pull_request.json")
TOKEN = "t0ken"


class Host:
    """The comments of one request; ``refuses`` answers writes with that status."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.calls: list[tuple[str, str]] = []
        self.refuses: int | None = None
        self.url = ""

    def others(self, count: int) -> None:
        for number in range(count):
            self.comments.append({"id": 1000 + number, "body": f"Looks good ({number})."})

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [call for call in self.calls if call[0] != "GET"]


def handler_of(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            query = parse_qs(urlsplit(self.path).query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            self.answer(200, host.comments[size * (page - 1) : size * page])

        def do_POST(self) -> None:
            comment = {"id": len(host.comments) + 1, **self.sent()}
            self.write(lambda: host.comments.append(comment), 201, comment)

        def do_PATCH(self) -> None:
            id_ = int(self.path.rsplit("/", 1)[1])
            (comment,) = [item for item in host.comments if item["id"] == id_]
            self.write(lambda: comment.update(self.sent()), 200, comment)

        def do_PUT(self) -> None:
            self.do_PATCH()

        def sent(self) -> dict[str, Any]:
            found: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            return found

        def write(self, change: Any, status: int, comment: Any) -> None:
            if host.refuses is not None:
                self.answer(host.refuses, {"message": "Resource not accessible by integration"})
                return
            change()
            self.answer(status, comment)

        def answer(self, status: int, data: Any) -> None:
            host.calls.append((self.command, urlsplit(self.path).path))
            tokens = (self.headers.get("Authorization"), self.headers.get("PRIVATE-TOKEN"))
            if f"Bearer {TOKEN}" not in tokens and TOKEN not in tokens:
                status, data = 401, {"message": "Bad credentials"}
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(data).encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler


@pytest.fixture
def host() -> Iterator[Host]:
    found = Host()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler_of(found))
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


class Checkout:
    """A clone at the pull request's head: ``tracking/shop.yaml`` is changed since ``base``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.spec = folder / "tracking/shop.yaml"
        self.spec.parent.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        self.base = self.commit(SPECS / "before.yaml")
        self.head = self.commit(SPECS / "after.yaml")

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
        return subprocess.run(
            ("git", *identity, *arguments),
            cwd=self.folder,
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    def commit(self, spec: Path) -> str:
        shutil.copy(spec, self.spec)
        self.git("add", "-A")
        self.git("commit", "-q", "-m", spec.stem)
        return self.git("rev-parse", "HEAD")

    def event(self) -> Path:
        """The payload of the pull request, as GitHub gives it to a job."""
        text = PAYLOAD.read_text(encoding="utf-8")
        path = self.folder.parent / "event.json"
        text = text.replace("BASE_SHA", self.base).replace("HEAD_SHA", self.head)
        path.write_text(text, encoding="utf-8")
        return path


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    found = Checkout(tmp_path / "repository")
    monkeypatch.chdir(found.folder)
    return found


@pytest.fixture
def github(host: Host, checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Host:
    """The variables of a job that GitHub runs for the pull request."""
    temporary = checkout.folder.parent
    for name, value in {
        "GITHUB_API_URL": host.url,
        "GITHUB_REPOSITORY": "acme/tracking",
        "GITHUB_EVENT_PATH": str(checkout.event()),
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_OUTPUT": str(temporary / "output"),
        "GITHUB_STEP_SUMMARY": str(temporary / "summary.md"),
    }.items():
        monkeypatch.setenv(name, value)
    return host
