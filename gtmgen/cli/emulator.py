"""``gtmgen emulator``."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from gtmgen.api.failures import redact
from gtmgen.cli.output import data, talk
from gtmgen.emulator import Behaviour, Faults, Quota, Store
from gtmgen.emulator.server import EmulatorServer, run_server
from gtmgen.errors import UsageError

T = TypeVar("T")


def run_emulator(
    port: int,
    state: Path | None,
    containers: Sequence[str],
    *,
    behaviour: Path | None,
    faults: Path | None,
    quota: Path | None,
    quiet: bool,
) -> int:
    """Serve until Ctrl-C or SIGTERM, which is how a server ends: 0."""
    switches = _options(behaviour, Behaviour.from_json)
    failures = _options(faults, Faults.from_json)
    limits = _options(quota, Quota.from_json)

    def ready(server: EmulatorServer) -> None:
        data(server.url)
        if not quiet:
            where = f"state in {state}" if state else "state in memory only"
            talk(f"GTM emulator on this machine, {where}; Ctrl-C ends it")

    def log(line: str) -> None:
        if not quiet:
            talk(redact(line))

    gc.enable()  # this run is a long one
    with Store(state) as store:
        for gtm in containers:
            _make(store, gtm)
        run_server(store, switches, port=port, faults=failures, quota=limits, ready=ready, log=log)
    if not quiet:
        talk("the emulator has ended")
    return 0


def _make(store: Store, gtm: str) -> None:
    try:
        store.ensure_container(gtm)
    except ValueError:
        raise UsageError(
            f"`{gtm}` names no container", hint="write `GTM-XXXX`, or `accounts/1/containers/2`"
        ) from None


def _options(path: Path | None, read: Callable[[Any], T]) -> T | None:
    """A file of switches; a flaw in it is one of the command line."""
    if path is None:
        return None
    try:
        return read(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"`{path}` cannot be read: {error.strerror or error}") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"`{path}` is not JSON: {error}") from None
    except ValueError as error:
        raise UsageError(f"`{path}`: {error}", hint="docs/emulator.md lists the switches") from None
