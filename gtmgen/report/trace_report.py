"""The whole story of a run: steps, events, conditions, tags, and what the platforms received."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from gtmgen.scenarios.explain import call_text, condition_text
from gtmgen.scenarios.model import LOAD, Result, Step, without_undefined
from gtmgen.scenarios.server_rules import names_secret
from gtmgen.text import printable

_MOST = 300


def render_trace(result: Result) -> str:
    """One scenario's run, in order."""
    lines = [f"{result.status.value.upper()}  {result.scenario.name} ({result.engine})"]
    if result.reason:
        lines.append(f"  {result.reason}")
    steps = result.scenario.steps
    for number in range(LOAD, len(steps)):
        events = list(_list_events(result, number))
        calls = [call for call in result.calls if call.step == number]
        of_server = list(_list_server_events(result, number))
        if number == LOAD and not events and not calls:
            continue
        lines.append(f"  {_format_step_text(number, steps)}")
        lines += [f"    {line}" for event in events for line in _render_event(event)]
        lines += [f"    server: {line}" for event in of_server for line in _render_event(event)]
        for call in calls:
            verb = "identifies" if call.method == "identify" else call_text(call)
            identity = f" {_format_json(dict(call.identify))}" if call.method == "identify" else ""
            lines.append(f"    -> {call.pack} {call.account}: {verb}{identity}")
    errors = [*result.run.errors, *(result.server.run.errors if result.server else ())]
    lines += [f"  error at {one['where']}: {one['message']}" for one in errors]
    return "\n".join(printable(line) for line in lines)


def _format_step_text(number: int, steps: tuple[Step, ...]) -> str:
    if number == LOAD:
        return "load"
    return f"step {number + 1}: {steps[number].action} {_format_json(steps[number].argument)}"


def _list_events(result: Result, number: int) -> Iterator[dict[str, Any]]:
    return (e for e in result.run.trace if result.scenario_step(e["step"]) == number)


def _list_server_events(result: Result, number: int) -> Iterator[dict[str, Any]]:
    server = result.server
    if server is not None:
        yield from (e for e in server.run.trace if server.step_of(e["step"]) == number)


def _render_event(event: dict[str, Any]) -> Iterator[str]:
    message = {k: v for k, v in (event["message"] or {}).items() if k != "event"}
    values = without_undefined({k: v for k, v in message.items() if not k.startswith("gtm.")})
    yield f"event `{event['event']}` at {event['url']}" + (
        f" {_format_json(values)}" if values else ""
    )
    for trigger in event["triggers"]:
        if trigger["matched"]:
            yield f"  trigger `{trigger['trigger']}` matches"
        elif any(condition["holds"] for condition in trigger["conditions"]):
            yield f"  trigger `{trigger['trigger']}` does not match"
            yield from (condition_text(one) for one in trigger["conditions"])
    for tag in event["tags"]:
        yield f"  tag `{tag['tag']}` {tag['status']}" + (f": {tag['why']}" if tag["why"] else "")
        if tag["fields"]:
            yield f"    {_format_json(_hide_tokens(without_undefined(tag['fields'])))}"
            yield f"    {tag['outcome']}"


def _hide_tokens(fields: dict[str, Any]) -> dict[str, Any]:
    """The fields without the values of access tokens and the like."""
    return {
        name: "(hidden)" if value and names_secret(name) else value
        for name, value in fields.items()
    }


def _format_json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST else f"{text[: _MOST - 3]}..."
