"""What is wrong with a visit: one module for what is looked at, one finding for each cause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from gtmgen.diagnostics import Path, Span
from gtmgen.verify.judge.calls import judge_calls
from gtmgen.verify.judge.journey import judge_journey
from gtmgen.verify.judge.messages import judge_messages
from gtmgen.verify.judge.page_views import judge_page_views
from gtmgen.verify.judge.policy import judge_policy
from gtmgen.verify.judge.sides import judge_sides
from gtmgen.verify.judge.start import judge_start
from gtmgen.verify.judge.view import View
from gtmgen.verify.model import BackendEvent, Recording, VisitFinding
from gtmgen.verify.platform_calls import PlatformCalls


def judge_visit(
    recording: Recording,
    expected: PlatformCalls,
    locate: Callable[[Path], Span],
    container_id: str,
    server_events: Sequence[BackendEvent] | None = None,
) -> list[VisitFinding]:
    """Every finding, in the order in which its cause was seen.

    ``locate`` gives places of the journey; ``server_events`` are what the backend sent meanwhile,
    None where nobody knows.
    """
    view = View(recording, expected, locate)
    findings = list(_list_findings(view, container_id, server_events))
    return sorted(findings, key=lambda one: (one.order < 0, one.order, one.kind, one.message))


def _list_findings(
    view: View, container_id: str, server_events: Sequence[BackendEvent] | None
) -> Iterator[VisitFinding]:
    yield from judge_policy(view)
    yield from judge_start(view, container_id)
    recording = view.recording
    if recording.container_failure is not None and not recording.stopped:
        return
    yield from judge_messages(view)
    has_container = container_id in recording.containers or bool(recording.stopped)
    if not has_container:  # nothing can come of what the page pushes
        view.explained |= {one.at.order for one in view.messages}
    yield from judge_calls(view)
    yield from judge_page_views(view)
    if server_events is not None:
        yield from judge_sides(view, server_events)
    if has_container:
        yield from judge_journey(view)
