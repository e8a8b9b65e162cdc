"""Runs a server container: hands it requests and records what its tags send.

A request is ``{method, url, headers, body, remote_address, time}``, with an absolute URL and the
time in milliseconds since 1970 at which it arrives; the clients of the container decide whose it
is. What tags send is answered here: `answers` is a list of ``{match, status, body, headers, fails,
times}``, of which the first whose regular expression `match` finds the address counts; `fails` is
`failed` or `timed_out`, `times` how often it counts.
Without one, the answer is 200 with ``{"code":0}``.

The requests are one visitor's: cookies that an answer sets come with the next requests to that
site, but for a request with ``keeps_cookies: False`` (from a page of another site).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from gtmgen.runtime.engine import (
    EngineError,
    Json,
    PreparedContainer,
    Run,
    RunLimits,
    RunOptions,
    load_container,
)
from gtmgen.runtime.quickjs_interpreter import Interpreter, StoppedError

#: Longer than the 15 s after which a request of a template times out by itself.
_PATIENCE: Final = 60_000
_OBSERVED: Final = ("fired", "fields", "http", "bigquery", "pixels", "responses")
_RECORDED: Final = ("events", "errors", "logs", "stopped", "unsupported")


def run_requests(
    container: Mapping[str, Any] | PreparedContainer,
    requests: Sequence[Mapping[str, Any]],
    *,
    answers: Sequence[Mapping[str, Any]] = (),
    options: RunOptions | None = None,
    limits: RunLimits | None = None,
) -> Run:
    """Plays requests against one instance of a server container, one after the other.

    `Run.observed` has `fired` and `fields` as for a page, `responses` (for each request the client
    that claimed it, or None, and its event data), `http` (what tags sent, and the answer),
    `bigquery` and `pixels`. A request's place in the list is its step.
    """
    ready = container if isinstance(container, PreparedContainer) else load_container(container)
    if ready.side != "server":
        raise EngineError("this is not a server container")
    for request in requests:
        if not urlsplit(str(request["url"])).netloc:
            raise EngineError(f"`{request['url']}` is not the address of a request")
    options, limits = options or RunOptions(), limits or RunLimits()
    interpreter = Interpreter("server", limits)
    stopped = None
    try:
        interpreter.boot(ready, options.for_page())
        opening = {"now": options.now, "seed": options.seed, "answers": list(answers)}
        interpreter.do("open", opening)
        for step, request in enumerate(requests):
            interpreter.do("receive", step, dict(request))
            interpreter.pass_time(_PATIENCE)
    except StoppedError as stop:
        stopped = str(stop)
    records = _records(interpreter)
    if stopped is None:
        interpreter.release()
    return _result(ready, records, limits, stopped)


def _records(interpreter: Interpreter) -> Json:
    """What was recorded; nothing where not even that can be asked any more."""
    try:
        records: Json = interpreter.do("records")
    except StoppedError:
        return {name: [] for name in (*_OBSERVED, *_RECORDED)}
    return records


def _result(
    container: PreparedContainer, records: Json, limits: RunLimits, stopped: str | None
) -> Run:
    stopped = stopped or limits.explain(records["stopped"])
    observed = {name: records[name] for name in _OBSERVED}
    return Run(
        observed,
        records["events"],
        stopped=stopped,
        unsupported=tuple(dict.fromkeys([*container.unsupported, *records["unsupported"]])),
        errors=tuple(records["errors"]),
        logs=tuple(records["logs"]),
    )
