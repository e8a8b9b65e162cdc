"""``gtmgen emulator --events-api``."""

from __future__ import annotations

import gc
import time
from pathlib import Path
from urllib.parse import urlsplit

from gtmgen.api.redaction import redact
from gtmgen.cli.needed_values import needs_backend
from gtmgen.cli.option_files import read_options
from gtmgen.cli.output import data, talk
from gtmgen.cli.spec import load_spec
from gtmgen.contract.build import build_contract
from gtmgen.contract.check import RequestChecker
from gtmgen.emulator.events_api.deduplication import Windows
from gtmgen.emulator.events_api.faults import read_faults
from gtmgen.emulator.events_api.service import ContractSide, EventsApi
from gtmgen.emulator.server import EmulatorServer, listen, run_until_interrupt
from gtmgen.report.events_api_report import render_totals, request_text
from gtmgen.spec.model import Spec


def run_events_api(
    spec: Path, env: str | None, port: int, faults: Path | None, *, quiet: bool
) -> int:
    """Serve until Ctrl-C or SIGTERM, then show the totals: 0."""

    def say(text: str) -> None:
        if not quiet:
            talk(redact(text))

    side = contract_side(load_spec(spec, env, quiet=True, needs_values=needs_backend).spec)
    service = EventsApi(
        side,
        clock=time.time,
        faults=read_options(faults, read_faults) or (),
        on_request=lambda request: say(request_text(request)),
    )

    def ready(server: EmulatorServer) -> None:
        say(f"Events API on this machine: POST {server.url.rstrip('/')}{side.path}; Ctrl-C ends it")
        # Last: whoever waits for the URL may send at once, and stop the server after that.
        data(server.url)

    gc.enable()  # this run is a long one
    run_until_interrupt(lambda: listen(service, port=port), ready)
    say(render_totals(service.report()))
    return 0


def contract_side(spec: Spec) -> ContractSide:
    """What a spec's contract says, as the emulator takes it: it knows nothing of specs."""
    checker = RequestChecker(spec, build_contract(spec))
    api = checker.api
    return ContractSide(
        path=urlsplit(checker.url).path,
        check=checker.check,
        windows=Windows(api.merged_within, api.dropped_within),
        browser=api.browser or {},
    )
