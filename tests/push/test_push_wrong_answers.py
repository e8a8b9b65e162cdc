"""Every call times answers that are none of the API's: never a bug, never a loss."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from gtmgen.api.google import GoogleTagManager
from gtmgen.emulator import ApiRequest
from push.harness import Fault, Gtm, Response, Result, Send, Shell

Wrong = Callable[[bytes], bytes]

# From the first to the second, each kind of call is made: a folder and a variable are created, a
# built-in variable is enabled, a template installed, a tag renamed, one updated, one deleted.
FIRST = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen}
gtm:
  triggers:
    buy: {name: Buy, type: customEvent, custom_event_filter: [{left: "{{_event}}", equals: buy}]}
  tags:
    base: {name: Base, type: html, parameters: {html: <b>1</b>}, firing: [Buy]}
    kept: {name: Kept, type: html, parameters: {html: <b>2</b>}, firing: [Buy]}
    gone: {name: Gone, type: html, parameters: {html: <b>3</b>}, firing: [Buy]}
"""
SECOND = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen, folder: Shop}
gtm:
  built_in_variables: [random_number]
  templates:
    pixel: {name: Pixel, gallery: {owner: acme, repository: pixel, version: aaa}}
  variables:
    price: {name: Price, type: v, parameters: {name: price}}
  triggers:
    buy: {name: Buy, type: customEvent, custom_event_filter: [{left: "{{_event}}", equals: buy}]}
  tags:
    base: {name: New base, type: html, parameters: {html: <b>1</b>}, firing: [Buy]}
    kept: {name: Kept, type: {template: Pixel}, firing: [Buy]}
"""
PIXEL = """\
___INFO___

{"type": "TAG", "id": "cvt_AB1CD", "displayName": "Pixel"}

___TEMPLATE_PARAMETERS___

[]

___SANDBOXED_JS_FOR_WEB_TEMPLATE___

data.gtmOnSuccess();
"""
BULK = ("--bulk", "always", "--version", "two", "--publish")
SINGLY = ("--bulk", "never", "--version", "two", "--publish", "Staging")
WRITES = {
    SINGLY: {
        "POST workspaces",
        "POST built_in_variables",
        "POST templates:import_from_gallery",
        "POST folders",
        "POST variables",
        "PUT triggers",
        "PUT tags",
        "DELETE tags",
        "POST workspaces:create_version",
        "PUT environments",
    },
    BULK: {
        "POST templates:import_from_gallery",
        "POST bulk_update",
        "POST workspaces:create_version",
        "POST versions:publish",
    },
}
VERBS = [
    ("versions",),
    ("publish", "1"),
    ("publish", "1", "--environment", "Staging"),
    ("rollback", "1"),
    ("environments",),
    ("environments", "--create", "New", "--version", "1"),
    ("environments", "--reauthorize", "Staging"),
]
REMOTE = "http://gtm.example"
"""A target that is asked again where an answer leaves open what was done, as Google is."""


def replace_leaves(value: Any, leaf: Any) -> Any:
    if isinstance(value, dict):
        return {key: replace_leaves(item, leaf) for key, item in value.items()}
    if isinstance(value, list):
        return [replace_leaves(item, leaf) for item in value]
    return leaf


def without(value: Any, dropped: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: without(item, dropped) for key, item in value.items() if key not in dropped}
    return [without(item, dropped) for item in value] if isinstance(value, list) else value


def changed(change: Callable[[Any], Any]) -> Wrong:
    return lambda body: json.dumps(change(json.loads(body or b"{}"))).encode()


IDENTITY = {
    "path",
    "tagId",
    "triggerId",
    "variableId",
    "folderId",
    "templateId",
    "environmentId",
    "containerVersionId",
    "type",
    "name",
}
WRONG: dict[str, Wrong] = {
    "a page": lambda _: b"<html>Log in</html>",
    "other JSON": lambda _: b'{"garbage": [1, null]}',
    "nulls": changed(lambda value: replace_leaves(value, None)),
    "no identity": changed(lambda value: without(value, IDENTITY)),
}

FEW = ["other JSON", "no identity"]
"""Those of them that are the hardest to tell from an answer, where time counts."""


def at_call(number: int, wrong: Wrong, *, carried_out: bool) -> Fault:
    """Answer one call wrongly; ``carried_out``: it takes effect all the same."""
    calls = 0

    def fault(request: ApiRequest, send: Send) -> Response:
        nonlocal calls
        calls += 1
        if calls != number:
            return send(request)
        if carried_out:
            return Response(200, wrong(send(request).body))
        return Response(200, wrong(b'{"ok": true}'))

    return fault


def faults(calls: list[ApiRequest], wrong: Wrong) -> Iterator[tuple[str, Fault]]:
    """Every call in turn, what writes both done and undone."""
    for number, call in enumerate(calls, 1):
        for carried_out in (True, False) if call.method != "GET" else (True,):
            what = f"{number}: {call.method} {call.path}, carried out: {carried_out}"
            yield what, at_call(number, wrong, carried_out=carried_out)


@pytest.fixture
def shop(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """A container with one version and an environment; its workspace has gone with the version."""
    gtm = shell.gtm
    service = gtm.manager._service
    monkeypatch.setattr("gtmgen.api.connect.connect_url", lambda _url: GoogleTagManager(service))
    gtm.manager.store.list_in_gallery("acme", "pixel", "aaa", PIXEL)
    container = gtm.container
    gtm.manager.create_environment(container, {"name": "Staging"})
    shell.spec(FIRST)
    shell.pushed("--version", "one")
    return shell


def snapshot(gtm: Gtm) -> str:
    """Without the digits that know a gallery template by its ID, which it has once installed."""
    return re.sub(r"gtmgen-state [0-9a-f]{8}-", "gtmgen-state ", json.dumps(gtm.snapshot()))


def kinds_of(calls: list[ApiRequest]) -> set[str]:
    """``POST tags``, ``POST workspaces:create_version``: methods, whatever the IDs."""
    below = (re.sub(r".*/(?=[a-z])", "", re.sub(r"/\d+", "", call.path)) for call in calls)
    return {f"{call.method} {last}" for call, last in zip(calls, below, strict=True)}


def push(shop: Shell, target: str, *more: str) -> Result:
    return shop.run("push", "spec.yaml", "--target", target, "--yes", "-q", *more)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_answer_to_any_call_of_a_push(shop: Shell, wrong: str) -> None:
    check_each_call(shop, wrong, SINGLY, REMOTE)


@pytest.mark.parametrize("wrong", FEW)
def test_a_wrong_answer_to_any_call_of_a_push_in_bulk(shop: Shell, wrong: str) -> None:
    check_each_call(shop, wrong, BULK, "local")


def check_each_call(shop: Shell, wrong: str, options: tuple[str, ...], target: str) -> None:
    """One push for each call and a wrong answer to it, and one that goes on from there."""
    gtm = shop.gtm
    start = gtm.save()
    shop.spec(SECOND)
    assert push(shop, target, *options).code == 0
    calls = list(gtm.calls)
    assert kinds_of(calls) >= WRITES[options]
    wanted = snapshot(gtm)
    for what, fault in faults(calls, WRONG[wrong]):
        gtm.restore(start)
        gtm.fault = fault
        result = push(shop, target, *options)
        gtm.fault = None
        assert result.code in (0, 5, 6), (what, result.err)
        if gtm.writes:
            assert push(shop, target).code == 0, what
            assert snapshot(gtm) == wanted, what


@pytest.mark.parametrize("wrong", FEW)
@pytest.mark.parametrize("verb", VERBS, ids=" ".join)
def test_a_wrong_answer_to_any_call_of_another_verb(
    shop: Shell, wrong: str, verb: tuple[str, ...]
) -> None:
    gtm = shop.gtm
    if verb[0] == "rollback":
        shop.spec(SECOND)
        assert push(shop, "local", "--version", "two", "--publish").code == 0
    start = gtm.save()
    yes = () if verb[0] in ("versions",) else ("--yes",)
    command = (verb[0], "spec.yaml", *verb[1:], "--target", REMOTE, "-q", *yes)
    assert shop.run(*command).code == 0
    for what, fault in faults(list(gtm.calls), WRONG[wrong]):
        gtm.restore(start)
        gtm.fault = fault
        result = shop.run(*command)
        gtm.fault = None
        assert result.code in (0, 5, 6), (what, result.err)
