"""The journey itself: that it came to its end, and what its steps expect."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.diagnostics import Span
from gtmgen.scenarios.explain import Explainer
from gtmgen.scenarios.judge import Evidence, judge
from gtmgen.verify.judge.view import View
from gtmgen.verify.model import SentCall, VisitFinding

_CERTIFICATE = "net::ERR_CERT_"
_INSECURE = "`--insecure` accepts a certificate that nobody vouches for, as staging sites have"


def judge_journey(view: View) -> Iterator[VisitFinding]:
    """A visit that was cut off; otherwise every expectation that was not met."""
    recording, scenario = view.recording, view.recording.scenario
    if recording.stopped:
        played = len([one for one in recording.steps if one.number >= 0])
        path = scenario.steps[played].path if played < len(scenario.steps) else scenario.path
        # Without a journey, the address was named on the command line, and in no file.
        span = view.locate(path) if path else Span(recording.url, 0, 0)
        hint = view.refusal or view.opened_window
        if _CERTIFICATE in recording.stopped:
            hint = _INSECURE
        yield view.finding("stopped", recording.stopped, span, hint=hint)
        return
    calls = tuple(one.call for one in recording.entries if isinstance(one, SentCall))
    accounts = tuple(view.expected.accounts.values())
    explainer = Explainer({}, [], lambda step: step)
    explainers = dict.fromkeys((one.name for one in accounts), explainer)
    evidence = Evidence(calls, accounts, explainers, (explainer,))
    for failure in judge(scenario, evidence, view.locate):
        yield view.finding("expectation", failure.message, failure.span)
