"""Every call of a push times answers that are none of the API's: never a bug, never a loss."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from push.harness import SPEC, Fault, Gtm, Request, Response, Send, Shell

Wrong = Callable[[bytes], bytes]


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


IDENTITY = {"path", "tagId", "triggerId", "variableId", "folderId", "containerVersionId", "type"}
WRONG: dict[str, Wrong] = {
    "a page": lambda _: b"<html>Log in</html>",
    "other JSON": lambda _: b'{"garbage": [1, null]}',
    "nulls": changed(lambda value: replace_leaves(value, None)),
    "no identity": changed(lambda value: without(value, IDENTITY)),
}


def at_call(number: int, wrong: Wrong, *, carried_out: bool) -> Fault:
    """Answer one call wrongly; ``carried_out``: it takes effect all the same."""
    calls = 0

    def fault(request: Request, send: Send) -> Response:
        nonlocal calls
        calls += 1
        if calls != number:
            return send(request)
        if carried_out or request.method == "GET":
            return Response(200, wrong(send(request).body))
        return Response(200, wrong(b'{"ok": true}'))

    return fault


def number_of_calls(shell: Shell, start: str, *options: str) -> int:
    shell.pushed(*options)
    count = len(shell.gtm.calls)
    shell.gtm.restore(start)
    return count


def faults(calls: int, wrong: Wrong) -> Iterator[tuple[int, Fault]]:
    for number in range(1, calls + 1):
        yield number, at_call(number, wrong, carried_out=number % 2 == 0)


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("options", [(), ("--bulk", "always", "--version", "v")], ids=" ".join)
def test_a_wrong_answer_to_any_call_is_an_error_of_the_api(
    shell: Shell, wrong: Wrong, options: tuple[str, ...]
) -> None:
    gtm: Gtm = shell.gtm
    gtm.container  # noqa: B018  (there to be found)
    start = gtm.save()
    shell.spec(SPEC)
    shell.pushed()
    wanted = gtm.snapshot()
    gtm.restore(start)
    for number, fault in faults(number_of_calls(shell, start, *options), wrong):
        gtm.fault = fault
        result = shell.push(*options)
        gtm.fault = None
        assert result.code in (0, 5, 6), (number, gtm.calls[-1].path, result.err)
        if gtm.writes:
            assert shell.push().code == 0, number
            assert gtm.snapshot() == wanted, number
        gtm.restore(start)
