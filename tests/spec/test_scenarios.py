"""What can be wrong with `tests`, with its place."""

import pytest
from support import HEAD, PLATFORMS, problems, rendered, rules

SPEC = f"{HEAD}{PLATFORMS}tests:\n"


def of(*lines):
    return SPEC + "".join(f"  {line}\n" for line in lines)


def test_every_word_of_a_scenario():
    text = of(
        "- name: All words",
        "  description: d",
        "  engine: browser",
        "  consent_default: {ad_storage: denied}",
        "  consent: {ad_storage: granted}",
        "  data_layer: [{user: {id: 1}}]",
        "  data_layer_name: layer",
        "  referrer: https://search.example/",
        "  cookies: {a: b}",
        "  html: <p>",
        "  pages: {/x: <p>}",
        "  csp: script-src 'self'",
        "  block: [tiktok]",
        "  ordered: true",
        "  steps:",
        "    - load: /",
        "    - {navigate: /a, expect: []}",
        "    - replace: /b",
        "    - back: true",
        "    - forward: true",
        '    - hash: "#c"',
        "    - reload: true",
        "    - push: {event: x}",
        "    - push: [{a: null}, {event: x}]",
        "    - gtag: [event, x, {value: 1}]",
        "    - consent: denied",
        "    - set_cookie: {a: c}",
        '    - click: "#b"',
        '    - fill: {"#i": x}',
        "    - submit: form",
        "    - scroll: 50",
        "    - wait: 2s",
        "  expect:",
        "    - {tiktok: Purchase, account: X, event_id: {matches: ^a}, times: 2, state: queued}",
        "    - {ga4: purchase, params: {value: {type: number, gt: 0}}, identify: {email: x}}",
        "    - {tag: T, fields: {a: b}}",
        "    - none: all",
        "    - same_event_id: [tiktok, ga4]",
        "    - others: tiktok",
    )
    assert [one for one in problems(text) if one.rule.startswith("test")] == []
    assert "schema" not in rules(text)


@pytest.mark.parametrize(
    ("lines", "rule", "message"),
    [
        (
            ["- {name: a, steps: [{load: /, push: {event: x}}]}"],
            "test-step",
            "a step does exactly one thing, found `load`, `push`",
        ),
        (
            ["- {name: a, steps: [{expect: []}]}"],
            "test-step",
            "a step does exactly one thing, found none",
        ),
        (
            ["- {name: a, steps: [{load: /}], expect: [{tiktok: Lead, ga4: lead}]}"],
            "test-expectation",
            "an expectation is about exactly one thing, found `tiktok`, `ga4`",
        ),
        (
            ["- {name: a, steps: [{load: /}], expect: [{times: 2}]}"],
            "test-expectation",
            "an expectation is about exactly one thing, found nothing",
        ),
        (
            ["- {name: a, steps: [{load: /}], expect: [{tiktk: Lead}]}"],
            "test-platform",
            "there is no platform `tiktk`",
        ),
        (
            ["- {name: a, block: meta, steps: [{load: /}]}"],
            "test-platform",
            "there is no platform `meta`",
        ),
        (
            ["- {name: a, steps: [{load: /}], expect: [{tiktok: Lead, params: {value: {gt: x}}}]}"],
            "test-value",
            "`gt` cannot be `x`",
        ),
        (
            ['- {name: a, steps: [{load: /}], expect: [{ga4: x, event_id: {matches: "("}}]}'],
            "test-value",
            (
                "`(` is not a valid regular expression: missing ), unterminated subpattern at "
                "position 0"
            ),
        ),
        (
            ["- {name: a, steps: [{load: /}]}", "- {name: a, steps: [{load: /}]}"],
            "test-name",
            "two scenarios are called `a`",
        ),
        (
            ['- {name: a, steps: [{load: "http://["}]}'],
            "test-value",
            "`http://[` is not the address of a page",
        ),
        (
            ["- {name: a, steps: [{load: ftp://shop.example/}]}"],
            "test-value",
            "`ftp://shop.example/` is not the address of a page",
        ),
        (
            ["- {name: a, consent_default: {ad_storge: denied}, steps: [{load: /}]}"],
            "consent-type",
            "`ad_storge` is not one of GTM's own consent types",
        ),
        (
            ["- {name: a, steps: [{load: /}, {consent: {ads: granted}}]}"],
            "consent-type",
            "`ads` is not one of GTM's own consent types",
        ),
    ],
)
def test_what_is_wrong(lines, rule, message):
    found = [(one.rule, one.message) for one in problems(of(*lines))]
    assert (rule, message) in found


def test_a_platform_that_is_misspelt_has_a_hint():
    text = rendered(of("- {name: a, steps: [{load: /}], expect: [{tiktk: Lead}]}"))
    assert "spec.yaml:9:45: error[test-platform]: there is no platform `tiktk`\n" in text
    assert "hint: did you mean `tiktok`?" in text


@pytest.mark.parametrize(
    ("expected", "message", "hint"),
    [
        (
            "tiktok: {event: Lead}",
            "expected text, found a mapping",
            "write `tiktok: Lead`",
        ),
        (
            "tiktok: {event: Lead, event_id: e-1, params: {value: 1}}",
            "expected text, found a mapping",
            "write `tiktok: Lead`, with `event_id`, `params` beside `tiktok`, not in it",
        ),
        (
            "tiktok: {params: {value: 1}}",
            "expected text, found a mapping",
            "name the event that it receives: `tiktok: purchase`",
        ),
        (
            "tiktok: [Lead]",
            "expected text, found a list",
            "name the event that it receives: `tiktok: purchase`",
        ),
        ("tiktok: 5", "expected text, found `5`", "put it in quotes"),
        (
            "platform: tiktok, event: Lead, params: {value: 1}",
            "what a platform receives goes after its name",
            "write `tiktok: Lead`, without `platform` and `event`",
        ),
    ],
)
def test_an_expectation_in_another_form(expected, message, hint):
    found = problems(of(f"- {{name: a, steps: [{{load: /}}], expect: [{{{expected}}}]}}"))
    assert [(one.message, one.hint) for one in found] == [(message, hint)]


def test_a_scenario_that_is_wrong_hides_no_other_problem():
    text = of("- {name: a, steps: [{load: /, back: true}]}") + "pages: {p: {description: x}}\n"
    assert {"test-step", "page-form"} <= set(rules(text))


SERVER = (
    "server: {gtm: GTM-SERVER, url: 'https://sgtm.shop.example', "
    "accounts: {tiktok: {access_token: {secret: A_TOKEN}}}}\n"
)


@pytest.mark.parametrize(
    ("server", "known"),
    [("", "`all`, `ga4`, `tiktok`"), (SERVER, "`all`, `ga4`, `tiktok`, `tiktok.server`")],
)
def test_hints_name_server_sides_where_there_are_some(server, known):
    test = of("- {name: S, steps: [{load: /}], expect: [{same_event_id: [tiktok, elsewhere]}]}")
    (problem,) = [one for one in problems(test + server) if one.rule == "test-platform"]
    assert (problem.rule, problem.message, problem.hint) == (
        "test-platform", "there is no platform `elsewhere`", f"known: {known}"
    )  # fmt: skip
