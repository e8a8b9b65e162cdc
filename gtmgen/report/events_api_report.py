"""The report of the local Events API as text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gtmgen.text import plural, printable

_CODES = {"known": "", "guess": " (a guess: TikTok's answer is not known)"}


def request_text(request: Mapping[str, Any]) -> str:
    """One request: its answer, and what the contract says is wrong."""
    events = plural(len(request["events"]), "event")
    line = f"request {request['number']}: {events}, code {request['code']}"
    if request["code"]:
        line += f": {request['message']}{_CODES[request['evidence']]}"
    return "\n".join([printable(line), *_list_flaws(request)])


def _list_flaws(request: Mapping[str, Any]) -> Iterator[str]:
    for flaw in request["flaws"]:
        path = f"{flaw['path']}: " if flaw["path"] else ""
        yield printable(f"  {flaw['level']}[{flaw['rule']}]: {path}{flaw['message']}")


def render_event(event: Mapping[str, Any]) -> str:
    """One event: its side, name and ID, and what TikTok would have made of it."""
    verdict = event["verdict"] + (f" with {event['same_as']}" if event["same_as"] else "")
    name = f"{event['side']} event {event['number']}: {event['event']} {event['event_id']}"
    return printable(f"{name.rstrip()}: {verdict}")


def render_totals(report: Mapping[str, Any]) -> str:
    """What came in and what TikTok would have counted."""
    totals = report["totals"]
    sides = (
        f"{plural(totals['requests'], 'request')} ({totals['refused']} refused), "
        f"{plural(totals['server_events'], 'server event')}, "
        f"{plural(totals['browser_events'], 'browser event')}"
    )
    verdicts = (
        f"{totals['counted']} counted, {totals['merged']} merged, {totals['dropped']} dropped, "
        f"{totals['without_id']} without an ID"
    )
    flaws = f"{plural(totals['errors'], 'error')}, {plural(totals['warnings'], 'warning')}"
    return f"{sides}: {verdicts}\nthe contract: {flaws}"
