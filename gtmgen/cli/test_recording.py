"""``gtmgen test --record`` and ``--events-api``: what both sides sent, for others to look at."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from urllib.parse import parse_qs, urlsplit

from gtmgen.cli.events_api import contract_side
from gtmgen.cli.output import data, write_file
from gtmgen.cli.test import TestOptions
from gtmgen.contract.build import build_contract
from gtmgen.contract.check import RequestChecker
from gtmgen.emulator.events_api.service import EventsApi
from gtmgen.emulator.messages import ApiRequest
from gtmgen.errors import UsageError
from gtmgen.report.events_api_report import render_event, render_totals, request_text
from gtmgen.scenarios.model import Account, Result
from gtmgen.scenarios.recording import RecordedSend, sent_by
from gtmgen.spec.model import Spec

Played = tuple[Spec | None, Sequence[Account], Sequence[Result]]
"""The spec, its accounts, and what its scenarios gave."""


def hand_over(runs: Sequence[Played], options: TestOptions) -> bool:
    """Write the recording, feed the local Events API; whether that found an error."""
    sent = [(spec, list(_sent(spec, accounts, results))) for spec, accounts, results in runs]
    if options.record is not None:
        lines = (json.dumps(one.record(), ensure_ascii=False) for _, all_ in sent for one in all_)
        write_file(options.record, (f"{line}\n" for line in lines))
    if not options.events_api:
        return False
    return max((_feed(spec, all_) for spec, all_ in sent if spec is not None), default=False)


def _sent(
    spec: Spec | None, accounts: Sequence[Account], results: Sequence[Result]
) -> Iterator[RecordedSend]:
    if spec is None:
        raise UsageError("a container alone has no contract", hint="name the spec, too")
    api = RequestChecker(spec, build_contract(spec)).api
    for result in results:
        yield from sent_by(result, accounts, api)


def _feed(spec: Spec, sent: Sequence[RecordedSend]) -> bool:
    """Each request as it was sent, to an Events API of this process; whether a flaw is an error."""
    side = contract_side(spec)
    clock = [0.0]
    service = EventsApi(
        side, clock=lambda: clock[0], on_request=lambda request: data(request_text(request))
    )
    for one in sent:
        clock[0] = one.time / 1000
        service.answer(_request(one, side.browser.get("path", "")))
    report = service.report()
    for event in report["events"]:
        data(render_event(event))
    data(render_totals(report))
    return bool(report["totals"]["errors"])


def _request(sent: RecordedSend, pixel: str) -> ApiRequest:
    parts = urlsplit(sent.url)
    return ApiRequest(
        "POST",
        parts.path or pixel,
        query={name: tuple(values) for name, values in parse_qs(parts.query).items()},
        body=json.dumps(sent.body).encode(),
        headers={name.lower(): value for name, value in sent.headers.items()},
    )
