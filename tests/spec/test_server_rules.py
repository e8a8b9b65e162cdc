"""Rules about both halves of a spec: what each says, where, and when it is silent."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from support import problems

from gtmgen.errors import SpecError
from gtmgen.source.open import open_source
from gtmgen.spec.load import load_source

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-WEB1}
consent: {default: site}
server:
  gtm: GTM-SERVER1
  url: https://sgtm.shop.example
  accounts: {tiktok: {access_token: {secret: TIKTOK_ACCESS_TOKEN}}}
platforms:
  ga4: {measurement_id: G-ABC1234567, consent: not_required}
  tiktok: {page_view: "off", pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: not_required}
  agency: {pack: tiktok, page_view: "off", pixel_id: C4A1B2C3D4E5F6G7H8I1, consent: not_required}
events:
  contact: {on: {event: contact}, send: {tiktok: Contact, ga4: contact}}
"""
BACKEND = "server: {transport: backend}\n"
SERVER = SPEC[SPEC.index("server:") : SPEC.index("platforms:")]
GA4 = "  ga4: {measurement_id: G-ABC1234567, consent: not_required}\n"


class Case(NamedTuple):
    rule: str
    old: str
    new: str
    message: str
    hint: str | None
    severity: str = "error"


CASES = [
    Case(
        "missing-key",
        "  gtm: GTM-SERVER1\n",
        "",
        "a server container needs `gtm`",
        "the server container, `gtm: GTM-XXXX`; for a backend that sends, `transport: backend`",
    ),
    Case(
        "missing-key",
        "  url: https://sgtm.shop.example\n",
        "",
        "a server container needs `url`",
        "where it takes hits: `url: https://sgtm.shop.example`",
    ),
    Case(
        "server-container",
        "GTM-SERVER1",
        "GTM-WEB1",
        "`GTM-WEB1` cannot be both the web container and the server container",
        "a server container has an ID of its own: GTM makes it beside the web container",
    ),
    Case(
        "server-container",
        "gtm: GTM-WEB1",
        "gtm: GTM-WEB1, context: amp",
        "`server` stands beside a web container, and this one is `amp`",
        "take `context` out; the server container is made of the same events",
    ),
    Case(
        "server-url",
        "G-ABC1234567,",
        "G-ABC1234567, server_container_url: 'https://x.example',",
        "the Google tag sends to `https://x.example`, and the server container is at "
        "`https://sgtm.shop.example`",
        "take `server_container_url` out: `server.url` sets it",
    ),
    Case(
        "server-url",
        "https://sgtm.shop.example",
        "https://region1.google-analytics.com",
        "`https://region1.google-analytics.com` is Google's, and no server container of the site "
        "takes hits there",
        "the address at which the server container is deployed, under a host of the site: "
        "`https://sgtm.shop.example`",
    ),
    Case(
        "bad-value",
        "https://sgtm.shop.example",
        "http://sgtm.shop.example",
        "the text `http://sgtm.shop.example` is not allowed here",
        "where the server container takes hits, an https:// address without a slash at the end: "
        "the Google tag sends there instead of to Google",
    ),
    Case(
        "server-event-name",
        "ga4: contact",
        "ga4: server_contact",
        "the server container does not forward `server_contact` to Google: names that begin with "
        "`server_` bring events to it",
        "give the event another name",
    ),
    Case(
        "server-backend",
        SERVER,
        "server: {transport: backend, url: 'https://sgtm.shop.example'}\n",
        "`url` is of a server container, and here a backend sends",
        "take `url` out, or `transport: backend`",
    ),
    Case(
        "server-one-side",
        "send: {tiktok: Contact",
        "send: {tiktok: Contact, agency: Contact",
        "TikTok (agency) receives its events from the browser alone",
        "add `agency` under `server.accounts`",
        "warning",
    ),
    Case(
        "server-one-side",
        "tiktok: Contact, ",
        "",
        "no event is sent to `tiktok`, so the server has nothing to send",
        "add it under an event's `send`, or take it out of `server.accounts`",
        "warning",
    ),
    Case(
        "server-event-name",
        "events:",
        "gtm: {tags: {t: {type: gaawe, firing: [All Pages], consent: not_required, parameters: "
        "{eventName: server_hello, measurementIdOverride: G-ABC1234567}}}}\nevents:",
        "the server container does not forward `server_hello` to Google: names that begin with "
        "`server_` bring events to it",
        "give the event another name",
    ),
    Case(
        "server-event-name",
        "on: {event: contact}",
        "on: {event: server_tiktok_contact}",
        "`server_tiktok_contact` is what the hit to the server container is called that brings an "
        "event to it",
        "give the site's message another name",
    ),
]


def test_a_spec_with_both_halves_is_right() -> None:
    assert problems(SPEC) == []
    assert problems(SPEC.replace(SERVER, BACKEND)) == []


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.rule}: {case.message[:40]}")
def test_a_rule(case: Case) -> None:
    assert case.old in SPEC
    (problem,) = problems(SPEC.replace(case.old, case.new))
    assert (problem.rule, problem.severity.value) == (case.rule, case.severity)
    assert (problem.message, problem.hint) == (case.message, case.hint)


SAME_NAME = (
    "`order` for `tiktok_new` and `new_order` for `tiktok` would reach the server container under "
    "one name, `server_tiktok_new_order`"
)


def test_two_events_whose_hits_would_have_one_name() -> None:
    accounts = "accounts: {tiktok: {access_token: {secret: TIKTOK_ACCESS_TOKEN}}"
    text = SPEC.replace("agency", "tiktok_new").replace(
        accounts, accounts + ", tiktok_new: {access_token: {secret: NEW_TOKEN}}"
    )
    text += "  order: {on: {event: order}, send: {tiktok_new: Contact, ga4: order}}\n"
    assert problems(text) == []
    text += "  new_order: {on: {event: new_order}, send: {tiktok: Contact, ga4: new_order}}\n"
    assert [(one.rule, one.message, one.hint) for one in problems(text)] == [
        (
            "server-event-name",
            SAME_NAME,
            "give one of the events, or of the accounts, another key",
        )
    ]


@pytest.mark.parametrize(("denied", "count"), [("hold", 1), ("drop", 0)])
def test_a_pattern_that_a_held_hit_would_match(denied: str, count: int) -> None:
    text = SPEC.replace(
        "C4A1B2C3D4E5F6G7H8I0, consent: not_required",
        f"C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage], while_denied: {denied}",
    )
    text += (
        "  more: {on: {event_matches: 'CONTACT$', ignore_case: true}, send: {ga4: more}}\n"
        "  less: {on: {event_matches: 'contacts$'}, send: {ga4: less}}\n"
    )
    told = [(one.rule, one.severity.value, one.message, one.hint) for one in problems(text)]
    assert (
        told
        == [
            (
                "server-event-name",
                "warning",
                (
                    "it fires on `server_tiktok_contact` as well, which brings an event to the "
                    "server when consent comes"
                ),
                "narrow it: no name that begins with `server_` is the site's",
            )
        ]
        * count
    )


@pytest.mark.parametrize("owner", ["auto", "manual"])
def test_page_views_are_the_browsers_alone(owner: str) -> None:
    (note,) = problems(SPEC.replace('page_view: "off"', f"page_view: {owner}", 1))
    assert (note.rule, note.severity.value) == ("server-page-view", "note")
    assert note.message == (
        "`Pageview` reaches TikTok from the browser alone: its call has no event ID, and a second "
        "one from the server would count as another page view"
    )
    assert note.hint == (
        "events with an ID go both ways; to acknowledge this one, name the rule under "
        "`lint: {ignore: [...]}`"
    )


def test_nothing_brings_events_without_ga4() -> None:
    (problem,) = problems(SPEC.replace(GA4, "").replace(", ga4: contact", ""))
    assert problem.rule == "server-carrier"
    assert problem.message == (
        "nothing brings events to the server container: there is no GA4 account"
    )
    assert problem.hint == "GA4's tags carry every event there: add `ga4` under `platforms`"


def test_a_backend_that_no_platform_takes_events_of() -> None:
    text = SPEC.replace(SERVER, BACKEND)
    text = text[: text.index("  tiktok: {")] + "events: {}\n"
    (problem,) = problems(text)
    assert (problem.rule, problem.severity.value) == ("server-backend", "warning")
    assert problem.message == (
        "none of the platforms takes events from a backend, as far as their packs say"
    )


@pytest.mark.parametrize("value", ["abc", "{secret: lower}", "{secret: A, more: B}", "{}"])
def test_a_token_stands_in_no_spec(value: str) -> None:
    found = problems(SPEC.replace("{secret: TIKTOK_ACCESS_TOKEN}", value))
    assert {problem.severity.value for problem in found} == {"error"}


@pytest.mark.parametrize("value", ["${HOOK}", "${public:API_TOKEN}", "Bearer ${API_TOKEN}"])
@pytest.mark.parametrize("environ", [{}, {"HOOK": "hook-1", "API_TOKEN": "token-1"}])
def test_what_is_no_secret_alone_is_no_token(
    tmp_path: Path, value: str, environ: dict[str, str]
) -> None:
    file = tmp_path / "spec.yaml"
    file.write_text(SPEC.replace("{secret: TIKTOK_ACCESS_TOKEN}", f'"{value}"'), encoding="utf-8")

    with pytest.raises(SpecError) as caught:
        load_source(open_source(file), environ, needs_values=False)

    [problem] = caught.value.diagnostics
    assert (problem.rule, problem.message, problem.hint) == (
        "wrong-type",
        "expected a mapping, found a text",
        "a value that is kept out of every file: `{secret: TIKTOK_ACCESS_TOKEN}`",
    )


@pytest.mark.parametrize("value", ["${API_TOKEN}", "${secret:HOOK}"])
def test_a_variable_that_is_a_secret_is_a_token(value: str) -> None:
    assert problems(SPEC.replace("{secret: TIKTOK_ACCESS_TOKEN}", f'"{value}"')) == []
