"""Visits a site, one journey after the other, and judges each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

from gtmgen.diagnostics import Path, Span
from gtmgen.scenarios.model import Account, Scenario
from gtmgen.verify.judge import judge_visit
from gtmgen.verify.model import Verification
from gtmgen.verify.personal import collect_personal
from gtmgen.verify.platform_calls import PlatformCalls
from gtmgen.verify.server_side import ServerSide, list_events_since
from gtmgen.verify.setting import VerifiedSpec, VisitedSite, VisitSetting
from gtmgen.verify.visit import record_visit

#: A journey without steps: the site's address is opened, and that is all.
OPEN_ONLY = Scenario("The site is opened", (), ())


def verify(
    site: VisitedSite,
    subject: VerifiedSpec,
    setting: VisitSetting,
    scenarios: Sequence[Scenario],
    locate: Callable[[Path], Span],
    server: ServerSide | None = None,
) -> Iterator[Verification]:
    """One verification for each journey, as it ends. Raises EngineError without a Chromium.

    Where Google's container does not come, the other journeys would tell nothing else: the first
    is the last.
    """
    sights = {one.name: choose_sight(one, subject, setting) for one in subject.accounts}
    unseen = tuple(name for name, sight in sights.items() if sight == "nothing")
    observable = tuple(one for one in subject.accounts if one.name not in unseen)
    read = [name for name, sight in sights.items() if sight == "requests"]
    expected = PlatformCalls(VerifiedSpec(subject.spec, subject.container, observable), read)
    for scenario in scenarios:
        before = server() if server is not None else []
        recording = record_visit(site, subject, setting, scenario)
        events = list_events_since(before, server()) if server is not None else None
        findings = judge_visit(recording, expected, locate, subject.container_id, events)
        personal = collect_personal(subject.spec, expected.contract)
        yield Verification(recording, tuple(findings), unseen, tuple(events or ()), personal)
        if recording.container_failure is not None:
            return


Sight = Literal["calls", "requests", "nothing"]
"""Where an account's calls can be seen."""


def choose_sight(account: Account, subject: VerifiedSpec, setting: VisitSetting) -> Sight:
    """By our runtime or by a stand-in, as calls; else in the requests of the vendor's script."""
    observer = account.observer
    if setting.source == "compiled" and observer.tags:
        return "calls"
    if observer.script is not None and not setting.send:
        return "calls"
    is_read = observer.requests.event is not None or account.pack in subject.pixel_paths()
    return "requests" if is_read else "nothing"
