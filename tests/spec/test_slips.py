"""What somebody writes who knows other tools, or YAML a little: one error, and what to write."""

import pytest
from support import problems

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-ACME42}
site: {hosts: [shop.example]}
consent: {default: {ad_storage: denied, analytics_storage: denied}}
platforms:
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage], while_denied: drop}
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
data:
  plan: {path: plan, type: string}
pages:
  thanks: {path: /thanks}
events:
  sign_up:
    on: {event: sign_up, pages: [thanks]}
    where: {plan: [pro, team]}
    params: {plan: plan}
    send: [ga4]
tests:
  - name: A sign-up is sent
    steps:
      - load: /thanks
      - push: {event: sign_up, plan: pro}
    expect:
      - ga4: sign_up
"""


def told(text):
    return [
        f"{one.span.line}:{one.span.col} {one.message}; {one.hint}"
        for one in problems(text)
        if one.rule != "lost-before-consent"
    ]


def test_the_spec_itself_is_sound():
    assert told(SPEC) == []


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        # Lists.
        ("send: [ga4]", "send: ga4", "18:11 expected a list, found the text `ga4`; write `[ga4]`"),
        (
            "send: [ga4]",
            "send: ga4, tiktok",
            "18:11 expected a list, found the text `ga4, tiktok`; write `[ga4, tiktok]`",
        ),
        (
            "send: [ga4]",
            "send: (ga4)",
            "18:11 expected a list, found the text `(ga4)`; write `[ga4]`",
        ),
        (
            "pages: [thanks]",
            "pages: thanks",
            "15:33 expected a list, found the text `thanks`; write `[thanks]`",
        ),
        (
            "hosts: [shop.example]",
            "hosts: shop.example",
            "4:15 expected a list, found the text `shop.example`; write `[shop.example]`",
        ),
        (
            "send: [ga4]",
            "send:\n      - ga4: signup",
            (
                "19:9 a mapping is not one of `ga4`, `tiktok`; a list holds names alone; to say "
                "more of one, leave out the `- ` before it"
            ),
        ),
        (
            "{event: sign_up, pages",
            "{event: [sign_up, log_in], pages",
            ("15:17 expected text, found a list; write `on: [{event: sign_up}, {event: log_in}]`"),
        ),
        (
            "tests:",
            "gtm: {tags: {a: {type: html, firing: All Pages, consent: not_required}}}\ntests:",
            "19:38 expected a list, found the text `All Pages`; write `[All Pages]`",
        ),
        (
            "tests:",
            "packs: ./more\ntests:",
            "19:8 expected a list, found the text `./more`; write `[./more]`",
        ),
        # What stands for a mapping.
        (
            "container: {gtm: GTM-ACME42}",
            "container: GTM-ACME42",
            (
                "3:12 expected a mapping, found the text `GTM-ACME42`; write `container: "
                "{gtm: GTM-ACME42}`"
            ),
        ),
        (
            "{path: plan, type: string}",
            "user.plan",
            "10:9 expected a mapping, found the text `user.plan`; write `plan: {path: user.plan}`",
        ),
        (
            "{path: /thanks}",
            "/thanks",
            "12:11 expected a mapping, found the text `/thanks`; write `thanks: {path: /thanks}`",
        ),
        (
            "push: {event: sign_up, plan: pro}",
            "push: sign_up",
            ("23:15 expected a mapping, found the text `sign_up`; write `push: {event: sign_up}`"),
        ),
        (
            "params: {plan: plan}",
            "params: [plan]",
            "17:13 expected a mapping, found a list; write `{plan: plan}`",
        ),
        # Values of parameters.
        (
            "params: {plan: plan}",
            "params: {plan: 5}",
            "17:20 expected text, found `5`; write `{const: 5}` for a fixed value",
        ),
        (
            "params: {plan: plan}",
            "params: {plan: true}",
            "17:20 expected text, found `true`; write `{const: true}` for a fixed value",
        ),
        (
            "params: {plan: plan}",
            "params: {plan: '{{Plan}}'}",
            (
                "17:20 the text `{{Plan}}` is not allowed here; name a data key of the spec, "
                "without braces"
            ),
        ),
        # Words of other tools.
        (
            "    on: {event",
            "    trigger: {event",
            "15:5 unknown key `trigger` in `sign_up`; its name here is `on`",
        ),
        (
            "    where: {plan",
            "    conditions: {plan",
            "16:5 unknown key `conditions` in `sign_up`; its name here is `where`",
        ),
        (
            "    send: [ga4]",
            "    platforms: [ga4]",
            "18:5 unknown key `platforms` in `sign_up`; its name here is `send`",
        ),
        (
            "{path: plan, type",
            "{variable: plan, type",
            "10:10 unknown key `variable` in `plan`; its name here is `path`",
        ),
        ("gtmgen: 1", "version: 1", "1:1 unknown key `version`; its name here is `gtmgen`"),
        (
            "{plan: [pro, team]}",
            "{plan: {in: [pro, team]}}",
            "16:20 unknown key `in` in `plan`; its name here is `equals`",
        ),
        (
            "{plan: [pro, team]}",
            "{plan: {not: pro}}",
            "16:20 unknown key `not` in `plan`; its name here is `not_equals`",
        ),
        # Consent.
        (
            "{ad_storage: denied,",
            "{ad_storage: no,",
            "5:33 the text `no` is not one of `granted`, `denied`; did you mean `denied`?",
        ),
        (
            "{ad_storage: denied,",
            "{ad_storage: true,",
            "5:33 `true` is not one of `granted`, `denied`; did you mean `granted`?",
        ),
        (
            "{ad_storage: denied,",
            "{ad_storge: denied,",
            "5:21 `ad_storge` is not one of GTM's own consent types; did you mean `ad_storage`?",
        ),
        (
            "consent: [ad_storage]",
            "consent: ad_storage",
            "7:53 expected a list, found the text `ad_storage`; write `[ad_storage]`",
        ),
        (
            "consent: [ad_storage]",
            "consent: none",
            (
                "7:53 expected `not_required`, found the text `none`; write `not_required` if its "
                "tags need no consent"
            ),
        ),
        (
            "consent: [ad_storage]",
            "consent: false",
            (
                "7:53 expected `not_required`, found `false`; write `not_required` if its tags "
                "need no consent"
            ),
        ),
        (
            "default: {ad_storage: denied, analytics_storage: denied}",
            "default: denied",
            (
                "5:20 the text `denied` is not one of `site`; name each consent type, such as "
                "`{ad_storage: denied}`"
            ),
        ),
        (
            "{default: {ad_storage: denied, analytics_storage: denied}}",
            "denied",
            (
                "5:10 expected a mapping, found the text `denied`; name each consent type: "
                "`consent: {default: {ad_storage: denied}}`"
            ),
        ),
        (
            "while_denied: drop",
            "while_denied: ignore",
            "7:81 the text `ignore` is not one of `drop`, `hold`; its name here is `drop`",
        ),
        # Values of another form.
        (
            "{path: /thanks}",
            "{path: ^/thanks/.*$}",
            (
                "12:18 the text `^/thanks/.*$` is not allowed here; a path is no regular "
                "expression: `*` stands for one part of it, `**` for any; write `path: /thanks/*`"
            ),
        ),
        (
            "{path: /thanks}",
            "{url: /thanks}",
            "12:12 unknown key `url` in `thanks`; its name here is `path`",
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "{form: '#sign-up'}",
            "15:10 unknown key `form` in `on`; its name here is `submit`",
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "{timer: 30}",
            (
                "15:17 expected text, found `30`; repeatedly, while a page stays open. A duration: "
                "500ms, 2s, 1.5m or 1h"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "{scroll: 50%}",
            "15:18 expected a whole number, found the text `50%`; write `50`",
        ),
        (
            "{default: {ad_storage: denied, analytics_storage: denied}}",
            "{default: site, wait_for_update: 500ms}",
            "5:43 expected a whole number, found the text `500ms`; write `500`",
        ),
        (
            "send: [ga4]",
            "send: {ga4: sign-up}",
            (
                "18:17 GA4 does not know the event `sign-up`; did you mean `sign_up`? For an event "
                "of your own, write `send: {ga4: {event: sign-up, custom: true}}`"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "page_view",
            (
                "15:9 there is no trigger `page_view`; for each load of a page, write "
                "`{lifecycle: page_view}`"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "{event: [sign_up]}",
            "15:17 expected text, found a list; write `on: [{event: sign_up}]`",
        ),
        (
            "    where: {plan",
            "    owner: [growth]\n    where: {plan",
            "16:12 expected text, found a list; write `growth`, without brackets",
        ),
        (
            "    where: {plan",
            "    event_id: {key: plan}\n    where: {plan",
            "16:16 unknown key `key` in `event_id`; its name here is `from`",
        ),
        (
            "{measurement_id: G-ABC1234567, consent: [analytics_storage]}",
            "G-ABC1234567",
            (
                "8:8 expected a mapping, found the text `G-ABC1234567`; write `{measurement_id: "
                "G-ABC1234567}`"
            ),
        ),
        # A table, a platform or a trigger without what belongs in it.
        (
            "{path: plan, type: string}",
            "{lookup: {a: b}}",
            (
                "10:10 `lookup` has neither `input` nor `map`; write `lookup: {input: page_path, "
                "map: {a: b}}`"
            ),
        ),
        (
            "{path: plan, type: string}",
            '{regex: {"^a": 1, b: true}, input: page_url}',
            (
                "10:10 `regex` has neither `input` nor `map`; write `regex: {input: page_url, "
                'map: {"^a": 1, b: true}}`'
            ),
        ),
        (
            "{path: plan, type: string}",
            "{lookup: {input: page_path, a: b}}",
            "10:10 `lookup` has no `map`; write `lookup: {input: page_path, map: {a: b}}`",
        ),
        (
            "{measurement_id: G-ABC1234567, consent: [analytics_storage]}",
            "",
            (
                "8:7 expected a mapping, found nothing; `ga4` needs `consent` and "
                "`measurement_id` below it"
            ),
        ),
        (
            "  ga4: {",
            "  ga4_de: {",
            (
                "8:3 unknown key `ga4_de` in `platforms`; for another account of `ga4`, add "
                "`pack: ga4` to it"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "all pages",
            (
                "15:9 the text `all pages` is not allowed here; for each load of a page, write "
                "`{lifecycle: page_view}`"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "pageview",
            (
                "15:9 there is no trigger `pageview`; for each load of a page, write "
                "`{lifecycle: page_view}`"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "{all-pages: true}",
            (
                "15:10 unknown key `all-pages` in `on`; for each load of a page, write "
                "`{lifecycle: page_view}`"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "Sign Up",
            (
                "15:9 the text `Sign Up` is not allowed here; name a trigger of the spec; if the "
                'site pushes an event of that name, write `{event: "Sign Up"}`'
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "click",
            (
                "15:9 there is no trigger `click`; `click` needs a value, `{click: ...}`; if the "
                "site pushes an event of that name, write `{event: click}`"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "{event: sign_up, page: thanks}",
            (
                "15:5 a trigger needs exactly one form, found `event`, `page`; to narrow `event` "
                "to pages, write `pages: [thanks]` beside it"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "{page: /thanks}",
            (
                "15:16 the text `/thanks` is not allowed here; declare the page under `pages`, as "
                "in `thanks: {path: /thanks}`, and name its key here"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "{event: sign_up, pages: [/]}",
            (
                "15:34 the text `/` is not allowed here; declare the page under `pages`, as in "
                "`home: {path: /}`, and name its key here"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "{dataLayer: sign_up}",
            "15:10 unknown key `dataLayer` in `on`; its name here is `event`",
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "{visible: '#a', percent: 50}",
            "15:25 unknown key `percent` in `on`; its name here is `ratio`",
        ),
        # Pages.
        (
            "{path: /thanks}",
            "[/thanks, /danke]",
            ("12:11 expected a mapping, found a list; write `thanks: {path: [/thanks, /danke]}`"),
        ),
        (
            "{path: /thanks}",
            "{path: /thanks or /danke}",
            (
                "12:18 the text `/thanks or /danke` is not allowed here; write `path: [/thanks, "
                "/danke]`"
            ),
        ),
        (
            "{path: /thanks}",
            "{path: {begins_with: /thanks}}",
            (
                "12:18 expected text, found a mapping; `*` stands for one part of a path, `**` "
                "for any: write `path: /thanks/**`"
            ),
        ),
        (
            "{path: /thanks}",
            "{path: {contains: thanks}}",
            (
                "12:18 expected text, found a mapping; `*` stands for one part of a path, `**` "
                "for any: write `path: /**/thanks/**`"
            ),
        ),
        # What belongs to a platform.
        (
            "send: [ga4]",
            "send: [ga4]\n    once: page",
            (
                "19:5 unknown key `once` in `sign_up`; it stands with a platform: `send: "
                "{PLATFORM: {once: ...}}`"
            ),
        ),
        (
            "while_denied: drop",
            "while_denied: drop, advanced_matching: true",
            "7:87 unknown key `advanced_matching` in `tiktok`; its name here is `identify`",
        ),
        (
            "while_denied: drop",
            'while_denied: drop, identify: {email: "{{Email}}"}',
            "7:105 there is no data key `{{Email}}`; name a data key of the spec, without braces",
        ),
        # Who receives an event.
        (
            "send: [ga4]",
            "send: ga4 and tiktok",
            ("18:11 expected a mapping, found the text `ga4 and tiktok`; write `[ga4, tiktok]`"),
        ),
        (
            "send: [ga4]",
            "send: everyone",
            (
                "18:11 expected a mapping, found the text `everyone`; a list of platforms, or the "
                "platforms and what each receives"
            ),
        ),
        (
            "send: [ga4]",
            "send: {ga4, tiktok: true}",
            (
                "18:11 a platform is named, and nothing that it receives; write `[ga4, tiktok]` "
                "for each platform's own event"
            ),
        ),
        (
            "send: [ga4]",
            "send: {ga4: true, tiktok: CompleteRegistration}",
            (
                "18:17 expected text, found `true`; name the event that it receives, as in "
                "`ga4: purchase`"
            ),
        ),
        (
            "send: [ga4]",
            "to: [ga4]",
            "18:5 unknown key `to` in `sign_up`; its name here is `send`",
        ),
        (
            "{path: plan, type: string}",
            "{dlv: plan, scope: event}",
            "10:10 unknown key `dlv` in `plan`; its name here is `path`",
        ),
        (
            "type: string",
            "type: money",
            (
                "10:28 the text `money` is not one of `string`, `integer`, `number`, `boolean`, "
                "`currency`, `items`, `email`, `phone`, `url`, `any`; its name here is `number`"
            ),
        ),
        # What YAML takes for something else.
        (
            "send: [ga4]",
            "send: [ga4],",
            (
                "18:16 a line does not end with a comma outside of brackets; remove the `,` at "
                "the end of line 18"
            ),
        ),
        (
            "events:",
            "// what is measured\nevents:",
            "13:1 this line is not YAML; a comment begins with `#`",
        ),
        (
            "events:",
            "<!-- what is measured -->\nevents:",
            "13:1 this line is not YAML; a comment begins with `#`",
        ),
        (
            "gtmgen: 1",
            "```yaml\ngtmgen: 1",
            "1:1 this line is not YAML; Markdown puts it around code: remove it",
        ),
        (
            "events:",
            "<<<<<<< HEAD\nevents:",
            (
                "13:1 this line is not YAML; Git marks a conflict with it: decide what is to stay, "
                "and remove the marks"
            ),
        ),
        (
            "{event: sign_up, pages: [thanks]}",
            "{event:sign_up, pages: [thanks]}",
            "15:10 a space is missing after the colon of `event`; write `event: sign_up`",
        ),
        (
            "params: {plan: plan}",
            "params: {plan: {{plan}}}",
            (
                '17:21 a key must be plain text; write `plan` without braces, or `"{{plan}}"` in '
                "quotes"
            ),
        ),
        (
            "on: {event: sign_up, pages: [thanks]}",
            "on: {click: #buy}",
            '15:17 `#` begins a comment; put quotes around the value: `"#buy"`',
        ),
        (
            "on: {event: sign_up, pages: [thanks]}",
            "on:\n      click: #buy",
            '16:7 `click` has no value: `#` begins a comment; write `click: "#buy"`',
        ),
        (
            "hosts: [shop.example]",
            "hosts: [*.shop.example]",
            (
                "4:17 did not find expected alphabetic or numeric character; put quotes around a "
                "value that begins with `*`"
            ),
        ),
        (
            "    where: {plan",
            "    title: & more\n    where: {plan",
            (
                "16:13 did not find expected alphabetic or numeric character; put quotes around a "
                "value that begins with `&`"
            ),
        ),
        (
            "    where: {plan",
            "    title: | new\n    where: {plan",
            (
                "16:14 did not find expected comment or line break; put quotes around a value "
                "that begins with `|`"
            ),
        ),
        (
            "    where: {plan",
            "    title: 'It's new'\n    where: {plan",
            (
                "16:16 did not find expected key; a quote ends at the next `'`; put the text in "
                'double quotes: `"It\'s new"`'
            ),
        ),
        (
            "name: A sign-up is sent",
            "name: {'a': 'It's sent'}",
            (
                "20:21 did not find expected ',' or '}'; a quote ends at the next `'`; put the "
                'text in double quotes: `"It\'s sent"`'
            ),
        ),
        (
            "    send: [ga4]",
            "\u00a0\u00a0\u00a0 send: [ga4]",
            (
                "18:1 before `send` is the character U+00A0, which is not a space in YAML; "
                "replace it, and others like it, by spaces"
            ),
        ),
    ],
)
def test_one_error_from_which_it_is_mended(right, wrong, message):
    assert SPEC.count(right) == 1
    assert told(SPEC.replace(right, wrong)) == [message]


def test_a_consent_type_that_is_none_of_gtms():
    known = (
        "`ad_personalization`, `ad_storage`, `ad_user_data`, `analytics_storage`, "
        "`functionality_storage`, `personalization_storage`, `security_storage`"
    )
    assert told(SPEC.replace("consent: [ad_storage]", "consent: [marketing]")) == [
        f"7:54 `marketing` is not one of GTM's own consent types; known: {known}"
    ]


def test_platforms_in_a_list():
    start = SPEC.index("  tiktok: {pixel")
    text = SPEC[: start - 1] + " [ga4, tiktok]\n" + SPEC[SPEC.index("data:") :]
    assert told(text) == [
        (
            "6:12 expected a mapping, found a list; write each as a key, with its settings below "
            "it: `ga4:`"
        )
    ]


def test_an_account_that_has_another_name_now():
    assert told(SPEC.replace("ga4: {m", "ga4_de: {pack: ga4, m")) == [
        (
            "18:12 the platform `ga4` is not set up; send to its account here, `ga4_de`, or add "
            "`ga4` under `platforms`"
        ),
        "25:9 there is no platform `ga4`; did you mean `ga4_de`?",
    ]


def test_a_platform_that_is_unknown_is_told_where_its_account_stands():
    text = SPEC.replace("  ga4: {m", "  facebook: {m").replace("[ga4]", "[facebook, tiktok]")
    text = text.replace("- ga4:", "- facebook:")
    assert told(text) == ["8:3 unknown key `facebook` in `platforms`; known: `ga4`, `tiktok`"]
    send = text.replace("[facebook, tiktok]", "{facebook: SignUp}")
    assert told(send) == ["8:3 unknown key `facebook` in `platforms`; known: `ga4`, `tiktok`"]
    # Where it has no account, there is nothing else to tell.
    only_sent = SPEC.replace("[ga4]", "[facebook]")
    assert told(only_sent) == ["18:12 the text `facebook` is not one of `ga4`, `tiktok`; None"]


def test_a_parameter_that_is_required_and_misspelt():
    text = SPEC.replace("on: {event: sign_up, pages", "on: {event: order, pages")
    text = text.replace("params: {plan: plan}", "params: {itms: plan, transaction_id: plan}")
    found = told(text.replace("send: [ga4]", "send: {ga4: purchase}"))
    message = "18:17 GA4 requires `items` for `purchase`, but `sign_up` does not set it"
    assert f"{message}; you wrote `itms`: did you mean `items`?" in found


def test_a_parameter_that_is_required_by_a_platforms_own_name():
    text = SPEC.replace("on: {event: sign_up, pages", "on: {event: order, pages")
    text = text.replace("params: {plan: plan}", "params: {items: plan, order_id: plan}")
    found = told(text.replace("send: [ga4]", "send: {ga4: purchase}"))
    message = "18:17 GA4 requires `transaction_id` for `purchase`, but `sign_up` does not set it"
    assert f"{message}; `order_id` is TikTok's own name: write `transaction_id`" in found


@pytest.mark.parametrize("comment", ["# the button", "#buy #or this"])
def test_a_comment_behind_an_empty_value(comment):
    text = SPEC.replace("on: {event: sign_up, pages: [thanks]}", f"on:\n      click: {comment}")
    message = '16:7 `click` has no value: `#` begins a comment; write `click: "#buy #or this"`'
    is_value = not comment.startswith("# ")
    assert (message in told(text)) is is_value


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("events.yml", "did you mean `events.yaml`?"),
        ("cart`s.yaml", "did you mean `cart`.yaml`?"),
        ("other.yaml", None),
    ],
)
def test_an_included_file_of_almost_the_name(name, hint):
    files = {"events.yaml": "data: {}\n", "cart`.yaml": "data: {}\n"}
    found = problems(f"include: {name}\n{SPEC}", files=files)
    assert [(one.message, one.hint) for one in found] == [
        (f"the file `{name}` does not exist", hint)
    ]


@pytest.mark.parametrize("line", ["// one", "<<<<<<< one", "```"])
def test_a_foreign_line_in_a_text_is_not_to_blame(line):
    text = f"    title: |\n      {line}\n    owner: {{me\n    where: {{plan"
    assert told(SPEC.replace("    where: {plan", text)) == [
        "18:12 `{` is not closed; put `}` at the end of the line"
    ]


@pytest.mark.parametrize("line_break", ["\r", "\r\n"])
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("    on: {event: sign_up, pages: [thanks]}", "    on:\n      click: #buy"),
        ("events:\n", "  events:\n"),
        ("    params: {plan: plan}", "      params: {plan: plan}"),
        ("    send: [ga4]", "    send:\n    -ga4\n    -tiktok"),
        ("tests:", "environments:\n  live:\n    site:\n    currency: EUR\ntests:"),
        ("    expect:\n      - ga4: sign_up", "    steps:\n      - ga4: sign_up"),
    ],
)
def test_lines_that_end_otherwise(right, wrong, line_break):
    text = SPEC.replace(right, wrong)
    found = told(text)
    assert found
    assert told(text.replace("\n", line_break)) == found


def test_a_key_behind_a_line_break_that_yaml_does_not_know():
    assert told(SPEC.replace("    send: [ga4]", "  \u2028  send:\n      - ga4")) == [
        (
            "18:3 before `send` is the character U+2028, which is not a space in YAML; replace "
            "it, and others like it, by spaces"
        )
    ]
