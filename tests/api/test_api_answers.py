"""Answers are hostile input: their size, their time, their pages, and where they lead."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from api.harness import START, World
from gtmgen.api import CallError, connect_url
from gtmgen.api.answers import MAX_DEPTH, OddAnswerError, check_answer
from gtmgen.api.retry.policy import retry_after
from gtmgen.emulator import ApiRequest, Response
from gtmgen.emulator.transport import Send
from gtmgen.errors import ApiError

GET_TAG = "tagmanager.accounts.containers.workspaces.tags.get"
LIST_TAGS = "tagmanager.accounts.containers.workspaces.tags.list"
LIST_ENVIRONMENTS = "tagmanager.accounts.containers.environments.list"
GET_VERSION = "tagmanager.accounts.containers.versions.get"
VERSION = {"path": "accounts/1/containers/2/versions/5", "containerVersionId": "5"}
URI = "https://tagmanager.googleapis.com/tagmanager/v2/accounts/1/containers/2/workspaces/3/tags"
PATH = "accounts/1/containers/2/workspaces/3/tags/4"
TAG: dict[str, Any] = {"path": PATH, "tagId": "4", "name": "A", "type": "html"}

Handler = BaseHTTPRequestHandler


@contextmanager
def server(answer: Callable[[Handler], None]) -> Iterator[str]:
    """A service on loopback that gives one answer to everything."""

    class Handle(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, *_: object) -> None:
            pass

    service = ThreadingHTTPServer(("127.0.0.1", 0), Handle)
    service.daemon_threads, service.block_on_close = True, False
    threading.Thread(target=service.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{service.server_port}"
    finally:
        service.shutdown()
        service.server_close()


def failure(url: str) -> str:
    with connect_url(url) as gtm, pytest.raises(CallError) as caught:
        gtm.accounts()
    return caught.value.message


def send(handler: Handler, body: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"content_length": str(len(body)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(body)


def test_a_packed_answer_is_read() -> None:
    body = gzip.compress(json.dumps({"account": [{"path": "accounts/1", "name": "A"}]}).encode())
    with (
        server(lambda handler: send(handler, body, content_encoding="gzip")) as url,
        connect_url(url) as gtm,
    ):
        assert gtm.accounts() == [{"path": "accounts/1", "name": "A"}]


def test_a_gzip_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gtmgen.api.retry.transport.MAX_BYTES", 1_048_576)
    body = gzip.compress(b" " * 8_000_000)
    with server(lambda handler: send(handler, body, content_encoding="gzip")) as url:
        assert failure(url) == "accounts.list got no answer: the answer is larger than 1 MB"


def test_what_only_says_to_be_packed() -> None:
    with server(lambda handler: send(handler, b"{}", content_encoding="gzip")) as url:
        assert failure(url) == "accounts.list got no answer: the answer cannot be unpacked"


def test_an_endless_body_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gtmgen.api.retry.transport.MAX_BYTES", 1_048_576)

    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        try:
            while True:
                handler.wfile.write(b" " * 65_536)
        except OSError:
            handler.close_connection = True

    with server(endless) as url:
        assert failure(url) == "accounts.list got no answer: the answer is larger than 1 MB"


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_byte_now_and_then_ends(monkeypatch: pytest.MonkeyPatch, part: str) -> None:
    monkeypatch.setattr("gtmgen.api.retry.transport.DEADLINE_SECONDS", 0.3)

    def drip(handler: Handler) -> None:
        if part == "body":
            handler.send_response(200)
            handler.end_headers()
            handler.wfile.flush()
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nx: ")
        try:
            for _ in range(200):
                handler.wfile.write(b"1")
                handler.wfile.flush()
                time.sleep(0.02)
        except OSError:
            handler.close_connection = True

    with server(drip) as url:
        expected = "accounts.list got no answer: the answer was not complete after 0.3 seconds"
        assert failure(url) == expected


def test_an_answer_that_ends_too_early() -> None:
    with server(lambda handler: send(handler, b"{}", content_length="9")) as url:
        assert failure(url) == (
            "accounts.list got no answer: the answer ended before it was complete"
        )


def endless_pages(request: ApiRequest, _send: Send) -> Response:
    endless_pages.number += 1  # type: ignore[attr-defined]
    token = str(endless_pages.number)  # type: ignore[attr-defined]
    return Response(200, json.dumps({"nextPageToken": token}).encode())


def test_a_list_without_end_ends() -> None:
    world = World()
    endless_pages.number = 0  # type: ignore[attr-defined]
    world.fail(*[endless_pages] * 1000)
    with pytest.raises(ApiError) as caught:
        world.gtm.accounts()
    assert caught.value.message == "accounts.list did not end after 200 pages"


@contextmanager
def slow_pages(tokens: list[str]) -> Iterator[str]:
    """Each page takes 0.1 s and has the next of these tokens."""
    left = iter(tokens)

    def page(handler: Handler) -> None:
        time.sleep(0.1)
        send(handler, json.dumps({"nextPageToken": next(left)}).encode())

    with server(page) as url:
        yield url


def test_slow_pages_have_one_deadline_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gtmgen.api.calls.LIST_SECONDS", 0.25)
    with (
        slow_pages([str(number) for number in range(100)]) as url,
        connect_url(url) as gtm,
        pytest.raises(ApiError) as caught,
    ):
        gtm.accounts()
    assert (caught.value.message, caught.value.hint) == (
        "accounts.list did not end after 0.25 seconds and 3 pages",
        "the service, or what lies between, answers very slowly: try again later",
    )


def test_each_list_has_a_deadline_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gtmgen.api.calls.LIST_SECONDS", 0.25)
    with slow_pages(["1", "", "1", "", "1", ""]) as url, connect_url(url) as gtm:
        assert [gtm.accounts() for _ in range(3)] == [[], [], []]


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 31 Dec 99999999999 23:59:59 GMT",
        "Fri, 31 Dec 9999 23:59:59 -2359",
        "Mon, 01 Jan 0001 00:00:00 +2359",
        "Fri, 99 Dec 2026 99:99:99 GMT",
        "soon",
    ],
)
def test_a_retry_after_that_is_no_time(text: str) -> None:
    seconds = retry_after(text, START)
    assert seconds == 0.0 or seconds > 1e11


def test_a_retry_after_of_years_is_not_waited_for() -> None:
    world = World()

    def refused(_request: ApiRequest, _send: Send) -> Response:
        return Response(503, b"{}", headers={"retry-after": "9" * 400})

    world.fail(refused)
    with pytest.raises(CallError):
        world.gtm.accounts()
    assert world.clock.slept == []


ODD: list[tuple[str, dict[str, Any], str]] = [
    (GET_TAG, {}, "`path` is missing"),
    (GET_TAG, {**TAG, "name": ["A"]}, "`name` is not of the type string"),
    (GET_TAG, {**TAG, "name": None}, "`name` is missing"),
    (GET_TAG, {**TAG, "tagId": "x"}, "`tagId` is not an ID"),
    (GET_TAG, {**TAG, "tagId": "9" * 5000}, "`tagId` is not an ID"),
    (
        GET_TAG,
        {**TAG, "fingerprint": "\ud800"},
        "`fingerprint` is not text that an address can hold",
    ),
    (
        LIST_TAGS,
        {"nextPageToken": "\ud800"},
        "`nextPageToken` is not text that an address can hold",
    ),
    (LIST_TAGS, {"nextPageToken": ["a"]}, "`nextPageToken` is not of the type string"),
    (
        GET_VERSION,
        {**VERSION, "containerVersionId": "9" * 5000},
        "`containerVersionId` is not an ID",
    ),
    (
        GET_TAG,
        {**TAG, "path": PATH.replace("tags/4", "tags/\u0664")},
        "`path` is not a path below what was asked for",
    ),
    (GET_TAG, {**TAG, "paused": "true"}, "`paused` is not of the type boolean"),
    (GET_TAG, {**TAG, "parameter": {}}, "`parameter` is not a list"),
    (GET_TAG, {**TAG, "parameter": ["x"]}, "`parameter[0]` is not an object"),
    (
        GET_TAG,
        {**TAG, "parameter": [{"type": "list", "list": [{"key": 7}]}]},
        "`parameter[0].list[0].key` is not of the type string",
    ),
    (GET_TAG, {**TAG, "firingTriggerId": [1]}, "`firingTriggerId[0]` is not of the type string"),
    (
        GET_TAG,
        {**TAG, "path": PATH.replace("containers/2", "containers/9")},
        "`path` is not a path below what was asked for",
    ),
    (GET_TAG, {**TAG, "path": "../x"}, "`path` is not a path below what was asked for"),
    (LIST_TAGS, {"tag": {}}, "`tag` is not a list"),
    (LIST_TAGS, {"tag": [{"name": "A"}]}, "`tag[0].path` is missing"),
    (GET_VERSION, {**VERSION, "tag": [{"tagId": "1"}]}, "`tag[0].name` is missing"),
    (GET_VERSION, {**VERSION, "tag": [{"name": "A"}]}, "`tag[0].tagId` is missing"),
    (LIST_TAGS, {"garbage": []}, "it has none of the fields of a ListTagsResponse"),
    (LIST_ENVIRONMENTS, {"environment": [{}]}, "`environment[0].path` is missing"),
    (LIST_TAGS, {"nextPageToken": 5}, "`nextPageToken` is not of the type string"),
]


@pytest.mark.parametrize(("method", "answer", "message"), ODD)
def test_the_shape_is_the_methods(method: str, answer: dict[str, Any], message: str) -> None:
    with pytest.raises(OddAnswerError) as caught:
        check_answer(method, URI, answer)
    assert str(caught.value) == message


def test_an_empty_list_is_an_empty_object() -> None:
    check_answer(LIST_TAGS, URI, {})


def test_the_container_is_the_one_that_was_asked_for() -> None:
    other = {
        "path": "accounts/1/containers/2",
        "accountId": "1",
        "containerId": "2",
        "publicId": "GTM-OTHER1",
    }
    body = json.dumps(other).encode()
    with (
        server(lambda handler: send(handler, body)) as url,
        connect_url(url) as gtm,
        pytest.raises(CallError) as caught,
    ):
        gtm.resolve_container("GTM-SHOP1")
    assert caught.value.message == (
        "containers.lookup `GTM-SHOP1` got no answer: the answer is another container, `GTM-OTHER1`"
    )


def test_null_says_that_a_field_is_not_set() -> None:
    tag = {**TAG, "notes": None}
    check_answer(GET_TAG, URI, tag)
    assert tag == TAG
    with pytest.raises(OddAnswerError):
        check_answer(GET_TAG, URI, {**TAG, "path": None})


def test_what_is_new_in_the_api_passes() -> None:
    tag = {**TAG, "new": {"of": ["any", None]}}
    check_answer(GET_TAG, URI, tag)
    assert tag == {**TAG, "new": {"of": ["any", None]}}
    listed = {"tag": [{**TAG}], "nextPageToken": "2"}
    check_answer(LIST_TAGS, URI, listed)
    assert listed == {"tag": [TAG], "nextPageToken": "2"}


def test_depth() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(OddAnswerError) as caught:
        check_answer(GET_TAG, URI, {**TAG, "new": deep})
    assert str(caught.value) == f"it nests deeper than {MAX_DEPTH} levels"


def test_json_that_is_too_deep_to_be_read() -> None:
    world = World()
    world.fail(lambda _request, _send: Response(200, b'{"account":' + b"[" * 500_000))
    with pytest.raises(CallError) as caught:
        world.gtm.accounts()
    assert caught.value.message == (
        "accounts.list got no answer: the answer is not one of the Tag Manager API"
    )


def test_a_write_with_an_odd_answer_is_looked_up() -> None:
    world = World()

    def odd(request: ApiRequest, forward: Send) -> Response:
        forward(request)
        return Response(200, b'{"ok": true}')

    world.fail(odd, method="POST")
    created = world.gtm.create(world.workspace, "folder", {"name": "A"})
    assert created["name"] == "A"
    assert world.asked == ["POST folders", "GET folders"]


def test_a_read_with_an_odd_answer_is_not_repeated() -> None:
    world = World()
    world.fail(lambda _request, _send: Response(200, b'{"account": 7}'))
    with pytest.raises(CallError) as caught:
        world.gtm.accounts()
    assert caught.value.message == (
        "accounts.list got no answer: the answer is not one of the Tag Manager API: "
        "`account` is not a list"
    )
    assert (world.asked, world.clock.slept) == (["GET accounts"], [])
