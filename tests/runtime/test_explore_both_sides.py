"""Exploring a spec with a server half: each side sends once, under one ID, and with consent."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenarios.both_sides import changed, compile_halves
from scenarios.mutations import mutate_everywhere, template_code, without_trigger

from gtmgen.compile.compiler import compile_both
from gtmgen.explore.run import explore
from gtmgen.scenarios.halves import Halves, halves_of
from gtmgen.spec.load import Loaded, load


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


LATE = """\
gtmgen: 1
project: late
site: {hosts: [club.example], navigation: spa}
container: {gtm: GTM-ABC123}
server:
  gtm: GTM-SRV123
  url: https://sgtm.club.example
  accounts: {tiktok: {access_token: {secret: TIKTOK_ACCESS_TOKEN}}}
consent: {default: {ad_storage: denied}, granted_on: agreed}
triggers: {agreed: {event: agreed}}
platforms:
  tiktok:
    pixel_id: C0123456789ABCDEF012
    page_view: "off"
    consent: [ad_storage]
    while_denied: %s
  ga4:
    measurement_id: G-TEST123
    page_view: "off"
    consent: [ad_storage]
    server_container_url: https://sgtm.club.example
pages: {class: {path: "/classes/*"}}
events:
  class_seen: {on: {page: class}, send: {tiktok: Contact, ga4: class_seen}}
"""


def compile_late(folder: Path, while_denied: str) -> tuple[Loaded, Halves]:
    file = folder / "spec.yaml"
    file.write_text(LATE % while_denied)
    loaded = load(file, {})
    return loaded, halves_of(compile_both(loaded))


@pytest.mark.parametrize(
    ("while_denied", "variant", "lost"),
    [
        ("hold", "held until consent comes", {"lost-on-server"}),
        ("drop", "consent comes late", {"lost"}),
    ],
)
def test_a_second_chance_that_is_gone_is_noticed(
    tmp_path: Path, while_denied: str, variant: str, lost: set[str]
) -> None:
    loaded, (web, server) = compile_late(tmp_path, while_denied)
    exploration = explore(loaded, web, server=server)
    assert (exploration.findings, exploration.not_tested) == ((), ())

    gone = mutate_everywhere(web, without_trigger(is_second_chance))
    findings = explore(loaded, gone, server=server).findings
    assert {one.code for one in findings if variant in (one.variant, *one.also)} == lost


def is_second_chance(trigger) -> bool:
    """What fires when consent comes: the gate's triggers, and those of hits that were held."""
    return trigger["name"].endswith("late") or trigger["name"].startswith("held - ")


def test_a_second_chance_on_the_wrong_page_is_noticed(tmp_path: Path) -> None:
    loaded, (web, server) = compile_late(tmp_path, "drop")
    rule = template_code("Consent gate", "event < left", "event < 0")
    findings = explore(loaded, mutate_everywhere(web, rule), server=server).findings
    assert [(one.code, one.variant) for one in findings] == [
        ("sent-anyway", "consent comes on another page")
    ] * 2
