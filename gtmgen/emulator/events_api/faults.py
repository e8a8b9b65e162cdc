"""Requests that fail on demand, so that a backend's retries can be tested."""

from __future__ import annotations

from typing import Any

from gtmgen.emulator.events_api.service import EventsApiFault


def read_faults(document: Any) -> list[EventsApiFault]:
    """Of ``[{"at": 2, "code": 40100}, {"at": 3, "status": 503}]``: the second and third request.

    Raises ``ValueError`` that says what is wrong.
    """
    if not isinstance(document, list):
        raise ValueError('it is not a list, such as [{"at": 2, "code": 40100}]')
    return [_read_fault(index, item) for index, item in enumerate(document)]


def _read_fault(index: int, item: Any) -> EventsApiFault:
    if not isinstance(item, dict) or not set(item) <= {"at", "code", "status"}:
        raise ValueError(f"[{index}] may have `at`, and `code` or `status`, and nothing else")
    for name, value in item.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise ValueError(f"[{index}].{name} is not a whole number from 1 on")
    if "at" not in item or len(item) != 2:
        raise ValueError(f"[{index}] needs `at`, and one of `code` and `status`")
    if not 200 < item.get("status", 500) < 600:
        raise ValueError(f"[{index}].status is not the HTTP status of a failure")
    return EventsApiFault(**item)
