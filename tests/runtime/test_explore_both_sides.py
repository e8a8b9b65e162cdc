"""Exploring a spec with a server half: each side sends once, under one ID, and with consent."""

from __future__ import annotations

import pytest
from scenarios.both_sides import changed, compile_halves

from gtmgen.explore.run import explore
from gtmgen.scenarios.halves import Halves
from gtmgen.spec.load import Loaded


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[Loaded, Halves]:
    return compile_halves(tmp_path_factory.mktemp("both"))


def test_both_sides_agree(both: tuple[Loaded, Halves]) -> None:
    loaded, (web, server) = both
    exploration = explore(loaded, web, server=server)
    assert (exploration.findings, exploration.not_tested) == ((), ())
    assert exploration.scenarios > 20


SENDS = "send(JSON.stringify(payloadOf(eventId, page)), 1);"
FAULTS = {
    "another ID": (
        "const eventId = text(getEventData('event_id'));",
        "const eventId = 'x' + text(getEventData('event_id'));",
        "event-ids-differ",
        (
            "tiktok.server receives `Purchase` with other event IDs than tiktok "
            "(xpurchase_1001 instead of purchase_1001)"
        ),
    ),
    "twice": (
        SENDS,
        f"{SENDS} {SENDS}",
        "doubled-on-server",
        "tiktok.server receives `Purchase` twice, tiktok once",
    ),
    "never": (
        SENDS,
        "data.gtmOnSuccess();",
        "lost-on-server",
        "tiktok.server receives `Purchase` never, tiktok once",
    ),
    "consent ignored": (
        "return answers.length > 0 && answers.every((answer) => answer);",
        "return true;",
        "before-consent",
        "tiktok.server receives `Purchase` without consent",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_server_is_told(both: tuple[Loaded, Halves], fault: str) -> None:
    old, new, code, message = FAULTS[fault]
    loaded, (web, server) = both
    findings = explore(loaded, web, server=changed(server, old, new)).findings
    assert [(one.code, one.message) for one in findings] == [(code, message)]
