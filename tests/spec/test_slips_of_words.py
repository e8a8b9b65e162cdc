"""Words and forms of other tools in the places of ours: one error, and what to write."""

import pytest
from support import problems

from gtmgen.diagnostics import Severity

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-ACME42}
site: {hosts: [shop.example], navigation: pages}
consent:
  default: {ad_storage: denied, analytics_storage: denied}
  wait_for_update: 500
  granted_on: consented
platforms:
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage], while_denied: drop}
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
triggers:
  consented: {event: consent_given}
data:
  value: {path: value, type: number, required: true}
  plan: {path: plan, type: string}
events:
  sign_up:
    on: {event: sign_up}
    where: {value: {gt: 0}}
    event_id: {from: plan}
    params: {plan: plan}
    send: [ga4]
tests:
  - name: A sign-up is sent
    consent: granted
    steps:
      - load: /thanks
      - push: {event: sign_up, plan: pro, value: 1}
        expect: [{ga4: sign_up, params: {plan: pro}}]
      - push: {event: unknown}
        expect:
          - none: all
"""


def told(text):
    return [
        f"{one.span.line}:{one.span.col} {one.message}; {one.hint}"
        for one in problems(text)
        if one.severity is Severity.ERROR
    ]


def test_the_spec_itself_is_sound():
    assert told(SPEC) == []


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        (
            "gtmgen: 1",
            'gtmgen: "1"',
            "1:9 expected `1`, found the text `1`; write `1`, without quotes",
        ),
        ("project: shop", "name: shop", "2:1 unknown key `name`; its name here is `project`"),
        (
            "{gtm: GTM-ACME42}",
            "{id: GTM-ACME42}",
            "3:13 unknown key `id` in `container`; its name here is `gtm`",
        ),
        (
            "GTM-ACME42",
            "gtm-acme42",
            (
                "3:18 the text `gtm-acme42` is not allowed here; write `GTM-ACME42`, in capital "
                "letters"
            ),
        ),
        (
            "hosts: [shop.example]",
            "domain: shop.example",
            "4:8 unknown key `domain` in `site`; its name here is `hosts`",
        ),
        (
            "navigation: pages",
            "navigation: mpa",
            "4:43 the text `mpa` is not one of `spa`, `pages`; its name here is `pages`",
        ),
        (
            "navigation: pages",
            "spa: false",
            "4:31 unknown key `spa` in `site`; its name here is `navigation`",
        ),
        (
            "default: {ad_storage: denied, analytics_storage: denied}",
            "ad_storage: denied",
            "6:3 unknown key `ad_storage` in `consent`; its place is under `default`",
        ),
        (
            "granted_on: consented",
            "granted_on: {event: consent_given}",
            (
                "8:15 expected text, found a mapping; declare the trigger under `triggers`, and "
                "name its key here"
            ),
        ),
        (
            "measurement_id: G-ABC",
            "tracking_id: G-ABC",
            "11:9 unknown key `tracking_id` in `ga4`; its name here is `measurement_id`",
        ),
        (
            "consented: {event: consent_given}",
            "consented: consent_given",
            (
                "13:14 expected a mapping, found the text `consent_given`; write `consented: "
                "{event: consent_given}`"
            ),
        ),
        (
            "required: true",
            "required: yes",
            "15:48 expected true or false, found the text `yes`; write `true`",
        ),
        (
            "required: true",
            'required: "false"',
            "15:48 expected true or false, found the text `false`; write `false`, without quotes",
        ),
        (
            "{value: {gt: 0}}",
            "value > 0",
            "20:12 expected a mapping, found the text `value > 0`; write `value: {gt: 0}`",
        ),
        (
            "{value: {gt: 0}}",
            "{value >= 0.5}",
            "20:13 `value >= 0.5` cannot be a key; write `value: {gte: 0.5}`",
        ),
        (
            "{value: {gt: 0}}",
            "plan = pro",
            "20:12 expected a mapping, found the text `plan = pro`; write `plan: pro`",
        ),
        (
            "{value: {gt: 0}}",
            "plan != 'no plan'",
            (
                "20:12 expected a mapping, found the text `plan != 'no plan'`; write `plan: "
                '{not_equals: "no plan"}`'
            ),
        ),
        (
            "{value: {gt: 0}}",
            "{plan: {exists: true}}",
            (
                '20:20 unknown key `exists` in `plan`; write `not_equals: ""`: a missing value '
                "is compared as an empty text"
            ),
        ),
        (
            "{value: {gt: 0}}",
            "{plan: {empty: true}}",
            (
                '20:20 unknown key `empty` in `plan`; write `equals: ""`: a missing value is '
                "compared as an empty text"
            ),
        ),
        (
            "{value: {gt: 0}}",
            "[{value: {gt: 0}}]",
            (
                "20:12 expected a mapping, found a list; conditions that must all hold stand in "
                "one mapping, without `- `"
            ),
        ),
        (
            "{value: {gt: 0}}",
            '{"{{Page Path}}": /x}',
            (
                "20:13 `{{Page Path}}` cannot be a key; name a data key or a built-in variable, "
                "without braces: `page_path`"
            ),
        ),
        (
            "event_id: {from: plan}",
            "event_id: {path: plan}",
            "21:16 unknown key `path` in `event_id`; its name here is `from`",
        ),
        (
            "event_id: {from: plan}",
            "id: plan",
            "21:5 unknown key `id` in `sign_up`; its name here is `event_id`",
        ),
        (
            "params: {plan: plan}",
            "params: {plan: {data: plan}}",
            "22:20 a data key is named alone; write `plan: plan`",
        ),
        (
            "params: {plan: plan}",
            "params: {plan: {value: pro}}",
            "22:21 unknown key `value` in `plan`; its name here is `const`",
        ),
        (
            "params: {plan: plan}",
            "params: {plan: $plan}",
            "22:20 the text `$plan` is not allowed here; name a data key of the spec, without `$`",
        ),
        # Scenarios.
        (
            "consent: granted",
            "consent: given",
            "26:14 the text `given` is not one of `granted`, `denied`; did you mean `granted`?",
        ),
        (
            "- load: /thanks",
            "- visit: /thanks",
            "28:9 unknown key `visit` in `steps`; its name here is `load`",
        ),
        (
            "- push: {event: unknown}",
            "- dataLayer: {event: unknown}",
            "31:9 unknown key `dataLayer` in `steps`; its name here is `push`",
        ),
        (
            "- none: all",
            "- nothing",
            "33:13 expected a mapping, found the text `nothing`; write `none: all`",
        ),
        (
            "params: {plan: pro}",
            "parameters: {plan: pro}",
            "30:45 expected text, found a mapping; its name here is `params`",
        ),
        # What stands a mapping too high.
        (
            "tests:\n",
            "tiktok: {pixel_id: C5STAGINGPIXEL000000}\ntests:\n",
            "24:1 unknown key `tiktok`; its place is under `platforms`",
        ),
        (
            "tests:\n",
            "gtm: GTM-ACME43\ntests:\n",
            (
                "24:6 expected a mapping, found the text `GTM-ACME43`; write `container: {gtm: "
                "GTM-ACME43}`"
            ),
        ),
        (
            "tests:\n",
            "lint: {ignore: {slow-regex: known}}\ntests:\n",
            "24:16 expected a list, found a mapping; write `- {rule: slow-regex, reason: ...}`",
        ),
    ],
)
def test_one_error_from_which_it_is_mended(right, wrong, message):
    assert SPEC.count(right) == 1
    assert told(SPEC.replace(right, wrong)) == [message]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        (
            "sign_up_{{plan}}",
            "made from a data key, it is written `{from: plan, prefix: sign_up_}`",
        ),
        ("'{{ plan }}'", "made from a data key, it is written `{from: plan}`"),
        ("'1: {{plan}}'", 'made from a data key, it is written `{from: plan, prefix: "1: "}`'),
        ("plan", "made from a data key, it is written `{from: plan}`"),
        ("'{{plan}}_x'", "From a data key it is made by `{from: order_id}`."),
        ("7", "From a data key it is made by `{from: order_id}`."),
    ],
)
def test_an_event_id_in_gtms_words_keeps_its_prefix(written, hint):
    (problem,) = problems(SPEC.replace("event_id: {from: plan}", f"event_id: {written}"))
    assert problem.path == ("events", "sign_up", "event_id")
    assert problem.hint.lower().rstrip(".") == hint.lower().rstrip(".")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("currency: EUR", "4:1 unknown key `currency`; its place is under `site`"),
        ("hosts: [shop.example]", "4:1 unknown key `hosts`; its place is under `site`"),
        ("workspace: main", "4:1 unknown key `workspace`; its place is under `container`"),
        ("gtm_id: GTM-ACME42", None),
    ],
)
def test_a_key_of_a_section_at_the_top_is_told_where_it_belongs(line, message):
    text = SPEC.replace("site: {", f"{line}\nsite: {{")
    (found,) = told(text)
    if message is None:
        assert "its place" not in found
    else:
        assert found == message
