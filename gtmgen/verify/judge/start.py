"""Whether the container ran, and before the first event."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.text import listing
from gtmgen.verify.judge.policy import GTM
from gtmgen.verify.judge.view import View
from gtmgen.verify.model import RecordedMessage, VisitFinding

_SNIPPET = "gtm.js"
_REFUSED = "Does it have a published version? Are `gtm_auth` and `gtm_preview` those of a snippet?"
_UNREACHABLE = (
    "Nothing else was judged. Let this machine reach Google, by `HTTPS_PROXY` where there is a "
    "proxy, or try the spec's own container without Google: `--container compiled`."
)


def judge_start(view: View, container_id: str) -> Iterator[VisitFinding]:
    """No container at all, or events that the page pushed before the snippet ran."""
    yield from _find_no_container(view, container_id)
    snippets = _collect_snippets(view)
    for message in view.messages:
        events = view.expected.events_of(message.event)
        first = snippets.get(message.at.document)
        if not events or first is None or first.at.order < message.at.order:
            continue
        late = first.at.seconds - message.at.seconds
        view.explained.add(message.at.order)
        yield view.finding(
            "before-container",
            f"`{message.event}` was pushed {late:.1f} s before the snippet of GTM ran",
            events[0].event.origin.span,
            message.at,
            hint="Put GTM's snippet into the page's head: whoever leaves earlier is not counted.",
        )


def _collect_snippets(view: View) -> dict[int, RecordedMessage]:
    """By document, the first message of GTM's snippet."""
    snippets: dict[int, RecordedMessage] = {}
    for message in view.all_messages:
        if message.event == _SNIPPET:
            snippets.setdefault(message.at.document, message)
    return snippets


def _find_no_container(view: View, container_id: str) -> Iterator[VisitFinding]:
    requested, failure = view.recording.containers, view.recording.container_failure
    if view.recording.stopped or (container_id in requested and failure is None):
        return
    if not requested and GTM in view.kept_away:  # which is told
        return
    if failure is not None:
        message = f"`{container_id}` does not come: {failure.reason}"
        hint = _UNREACHABLE if failure.is_unreachable else _REFUSED
    elif requested:
        message = f"the page loads {listing(requested)}, not `{container_id}`"
        hint = "Is it the container of another environment? Name that with `--env`."
    else:
        message = f"the page does not load `{container_id}`: it asks for no gtm.js"
        hint = (
            view.refusal or "Does the site wait for consent, or for a click, before it loads GTM?"
        )
    span = view.expected.spec.origin.locate(("container", "gtm"))
    yield view.finding("no-container", message, span, hint=hint)
