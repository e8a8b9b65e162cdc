"""Mistakes of newcomers: each with its whole message, from which alone it can be mended."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from push.harness import Shell

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-ACME42}
consent: {default: site}
platforms:
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage]}
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
data:
  plan: {path: plan, type: string}
events:
  sign_up:
    on: {event: sign_up}
    params: {plan: plan}
    send: [ga4]
"""


@dataclass(frozen=True)
class Mistake:
    """What somebody writes instead of ``right``, what is said, and what it is mended to."""

    right: str
    wrong: str
    message: str
    mended: str | None = None


MISTAKES = {
    "a line that is indented otherwise": Mistake(
        "    send: [ga4]",
        "   send: [ga4]",
        """\
spec.yaml:14:4: error[indentation]: `send` is indented by 3 spaces instead of 4
   14 |    send: [ga4]
      |    ^
hint: put 1 more space at the beginning of line 14
""",
    ),
    "no consent": Mistake(
        ", consent: [ad_storage]}",
        "}",
        """\
spec.yaml:6:3: error[missing-key]: `consent` is missing in `tiktok`
    6 |   tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0}
      |   ^^^^^^
hint: name the GTM consent types that the tags wait for, `consent: [ad_storage]`, or say \
`consent: not_required`
""",
    ),
    "no pixel": Mistake(
        "pixel_id: C4A1B2C3D4E5F6G7H8I0, ",
        "",
        """\
spec.yaml:6:3: error[missing-key]: `pixel_id` is missing in `tiktok`
    6 |   tiktok: {consent: [ad_storage]}
      |   ^^^^^^
hint: add `pixel_id`: the pixel's ID, as Events Manager shows it
""",
    ),
    "another language's word for a test": Mistake(
        "    params: {plan: plan}",
        "    where: {plan: {is: pro}}",
        """\
spec.yaml:13:20: error[unknown-key]: unknown key `is` in `plan`
   13 |     where: {plan: {is: pro}}
      |                    ^^
hint: its name here is `equals`
""",
        "    where: {plan: {equals: pro}}\n    params: {plan: plan}",
    ),
    "a condition in words": Mistake(
        "    params: {plan: plan}",
        "    where: plan = pro",
        """\
spec.yaml:13:12: error[wrong-type]: expected a mapping, found the text `plan = pro`
   13 |     where: plan = pro
      |            ^^^^^^^^^^
hint: write `plan: pro`
""",
        "    where: {plan: {equals: pro}}\n    params: {plan: plan}",
    ),
    "a number in place of a text": Mistake(
        "project: shop",
        "project: shop\nsite: {data_layer: 7}",
        """\
spec.yaml:3:20: error[wrong-type]: expected text, found `7`
    3 | site: {data_layer: 7}
      |                    ^
hint: the data layer's name where the GTM snippet names another one (`&l=`)
""",
    ),
    "an event ID that is a data key": Mistake(
        "    params: {plan: plan}",
        "    event_id: plan",
        """\
spec.yaml:13:15: error[bad-value]: expected `generate`, found the text `plan`
   13 |     event_id: plan
      |               ^^^^
hint: made from a data key, it is written `{from: plan}`
""",
        "    event_id: generate\n    params: {plan: plan}",
    ),
    "the event's name alone": Mistake(
        "on: {event: sign_up}",
        "on: sign_up",
        """\
spec.yaml:12:9: error[unknown-trigger]: there is no trigger `sign_up`
   12 |     on: sign_up
      |         ^^^^^^^
hint: if the site pushes an event of that name, write `{event: sign_up}`
""",
    ),
    "a misspelt data key": Mistake(
        "{plan: plan}",
        "{plan: plam}",
        """\
spec.yaml:13:20: error[unknown-data]: there is no data key `plam`
   13 |     params: {plan: plam}
      |                    ^^^^
hint: did you mean `plan`?
""",
    ),
    "a value instead of a data key": Mistake(
        "params: {plan: plan}",
        "params: {plan: plan, source: website}",
        """\
spec.yaml:13:34: error[unknown-data]: there is no data key `website`
   13 |     params: {plan: plan, source: website}
      |                                  ^^^^^^^
hint: declare it under `data`, or write `{const: website}` if that is the value itself, or use a \
built-in variable such as `page_path`
""",
        "params: {plan: plan, source: {const: website}}",
    ),
    "a page with its host": Mistake(
        "on: {event: sign_up}",
        "on: {page: thanks}",
        """\
spec.yaml:16:18: error[bad-value]: the text `https://shop.example/thank-you` is not allowed here
   16 |   thanks: {path: https://shop.example/thank-you}
      |                  ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
hint: a path begins with `/` and has neither host nor query; write `host: shop.example` and \
`path: /thank-you`
""",
        "on: {page: thanks}",
    ),
    "another language's word for a type": Mistake(
        "type: string",
        "type: text",
        """\
spec.yaml:9:28: error[bad-value]: the text `text` is not one of `string`, `integer`, `number`, \
`boolean`, `currency`, `items`, `email`, `phone`, `url`, `any`
    9 |   plan: {path: plan, type: text}
      |                            ^^^^
hint: its name here is `string`
""",
    ),
    "a path in place of a page": Mistake(
        "on: {event: sign_up}",
        "on: {page: /sign-up/thanks}",
        """\
spec.yaml:12:16: error[bad-value]: the text `/sign-up/thanks` is not allowed here
   12 |     on: {page: /sign-up/thanks}
      |                ^^^^^^^^^^^^^^^
hint: declare the page under `pages`, as in `sign_up_thanks: {path: /sign-up/thanks}`, and name \
its key here
""",
    ),
    "a parameter beside the event's own keys": Mistake(
        "    params: {plan: plan}",
        "    value: plan\n    params: {plan: plan}",
        """\
spec.yaml:13:5: error[unknown-key]: unknown key `value` in `sign_up`
   13 |     value: plan
      |     ^^^^^
hint: parameters stand under `params`: `params: {value: DATA_KEY}`
""",
        "    params: {plan: plan, tier: plan}",
    ),
    "an old event name": Mistake(
        "send: [ga4]",
        "send: {tiktok: SubmitForm, ga4: sign_up}",
        """\
spec.yaml:14:20: error[legacy-event]: `SubmitForm` is a legacy event name of TikTok
   14 |     send: {tiktok: SubmitForm, ga4: sign_up}
      |                    ^^^^^^^^^^
hint: use `Lead`; `legacy_names: allow` under `platforms.tiktok` lets it pass
""",
        "send: {tiktok: Lead, ga4: sign_up}",
    ),
    "a comparison as people write it": Mistake(
        "    params:",
        "    where: {scroll_depth_threshold: > 50}\n    params:",
        """\
spec.yaml:13:37: error[yaml-syntax]: found character that cannot start any token
   13 |     where: {scroll_depth_threshold: > 50}
      |                                     ^
hint: a comparison is written `{gt: 50}`
""",
        "    where: {scroll_depth_threshold: {gt: 50}}\n    params:",
    ),
    "a key without its colon": Mistake(
        "send: [ga4]",
        "send {tiktok: Lead, ga4: sign_up}",
        """\
spec.yaml:14:5: error[yaml-syntax]: `send` has no colon
   14 |     send {tiktok: Lead, ga4: sign_up}
      |     ^
hint: write `send: {tiktok: Lead, ga4: sign_up}`
""",
        "send: {tiktok: Lead, ga4: sign_up}",
    ),
    "a variable inside braces": Mistake(
        "{gtm: GTM-ACME42}",
        "{gtm: ${GTM_ID:-GTM-ACME42}}",
        """\
spec.yaml:3:19: error[yaml-syntax]: did not find expected ',' or '}'
    3 | container: {gtm: ${GTM_ID:-GTM-ACME42}}
      |                   ^
hint: put quotes around a variable inside braces: `"${GTM_ID:-GTM-ACME42}"`
""",
        '{gtm: "${GTM_ID:-GTM-ACME42}"}',
    ),
    "a misspelt key that is required": Mistake(
        "pixel_id",
        "pixelid",
        """\
spec.yaml:6:12: error[unknown-key]: unknown key `pixelid` in `tiktok`
    6 |   tiktok: {pixelid: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage]}
      |            ^^^^^^^
hint: did you mean `pixel_id`?
""",
    ),
    "a fixed value in capital letters": Mistake(
        "params: {plan: plan}",
        "params: {plan: plan, tier: PRO}",
        """\
spec.yaml:13:32: error[bad-value]: the text `PRO` is not allowed here
   13 |     params: {plan: plan, tier: PRO}
      |                                ^^^
hint: name a data key, or write `{const: PRO}` for a fixed value
""",
        "params: {plan: plan, tier: {const: PRO}}",
    ),
    "a name in capital letters": Mistake(
        "  sign_up:\n",
        "  SignUp:\n",
        """\
spec.yaml:11:3: error[bad-key]: `SignUp` cannot be a key
   11 |   SignUp:
      |   ^^^^^^
hint: a key is made of lower-case letters, digits and underscores, a letter first
""",
    ),
    "no for off": Mistake(
        "consent: [analytics_storage]}",
        "consent: [analytics_storage], page_view: no}",
        """\
spec.yaml:7:80: error[bad-value]: the text `no` is not one of `auto`, `manual`, `off`
    7 |   ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage], page_view: no}
      |                                                                                ^^
hint: did you mean `off`?
""",
        "consent: [analytics_storage], page_view: off}",
    ),
    "a variable as shells write it": Mistake(
        "C4A1B2C3D4E5F6G7H8I0",
        "$PIXEL",
        """\
spec.yaml:6:22: error[bad-value]: the text `$PIXEL` is not allowed here
    6 |   tiktok: {pixel_id: $PIXEL, consent: [ad_storage]}
      |                      ^^^^^^
hint: a variable of the environment is written `"${PIXEL}"`
""",
        '"${PIXEL:-C4A1B2C3D4E5F6G7H8I0}"',
    ),
    "a variable without its last brace": Mistake(
        "C4A1B2C3D4E5F6G7H8I0",
        "${PIXEL",
        """\
spec.yaml:6:23: error[yaml-syntax]: did not find expected ',' or '}'
    6 |   tiktok: {pixel_id: ${PIXEL, consent: [ad_storage]}
      |                       ^
hint: a variable ends with a brace: `"${PIXEL}"`
""",
        '"${PIXEL:-C4A1B2C3D4E5F6G7H8I0}"',
    ),
    "a quote that is not closed": Mistake(
        "project: shop",
        "project: 'shop",
        """\
spec.yaml:2:10: error[yaml-syntax]: this quote is not closed
    2 | project: 'shop
      |          ^
hint: write `'shop'`
""",
    ),
}
PAGES = "pages:\n  thanks: {path: https://shop.example/thank-you}\n"
MENDED_PAGES = "pages:\n  thanks: {host: shop.example, path: /thank-you}\n"


@pytest.mark.parametrize("mistake", [pytest.param(one, id=name) for name, one in MISTAKES.items()])
def test_the_message_says_how_to_mend_it(shell: Shell, mistake: Mistake) -> None:
    is_page = "page: thanks" in mistake.wrong
    assert SPEC.count(mistake.right) == 1
    shell.spec(SPEC.replace(mistake.right, mistake.wrong) + (PAGES if is_page else ""))

    result = shell.run("validate", "spec.yaml")

    assert result.code == 1
    assert result.err == f"{mistake.message}\n1 error\n"
    mended = SPEC.replace(mistake.right, mistake.mended or mistake.right)
    shell.spec(mended + (MENDED_PAGES if is_page else ""))
    assert shell.run("validate", "spec.yaml").err == "1 spec checked: no problems\n"


def test_a_page_in_place_of_a_trigger(shell: Shell) -> None:
    shell.spec(SPEC.replace("on: {event: sign_up}", "on: [thanks]") + MENDED_PAGES)
    assert shell.run("validate", "spec.yaml").err == (
        "spec.yaml:12:9: error[unknown-trigger]: there is no trigger `thanks`\n"
        "   12 |     on: [thanks]\n"
        "      |         ^^^^^^^^\n"
        "hint: `thanks` is a page: write `{page: thanks}`\n\n1 error\n"
    )
    shell.spec(SPEC.replace("on: {event: sign_up}", "on: {page: thanks}") + MENDED_PAGES)
    assert shell.run("validate", "spec.yaml").err == "1 spec checked: no problems\n"


def test_an_export_in_place_of_a_spec(shell: Shell) -> None:
    (shell.folder / "container.json").write_text('{"exportFormatVersion": 2}')
    result = shell.run("validate", "container.json")
    assert result.code == 2
    assert result.err == (
        "error: `container.json` is an export of a container, not a spec\n\n"
        "hint: `gtmgen import container.json` makes a spec of it; "
        "`gtmgen lint --container container.json` checks it as it is\n"
    )


def test_problems_are_coloured_where_colours_are_wanted(shell: Shell) -> None:
    mistake = MISTAKES["a misspelt data key"]
    shell.spec(SPEC.replace(mistake.right, mistake.wrong))
    shell.monkeypatch.delenv("NO_COLOR", raising=False)
    shell.monkeypatch.setenv("FORCE_COLOR", "1")

    assert shell.run("validate", "spec.yaml").err == (
        "spec.yaml:13:20: \x1b[1;31merror[unknown-data]\x1b[0m: there is no data key `plam`\n"
        "   13 |     params: {plan: plam}\n"
        "      |                    \x1b[1m^^^^\x1b[0m\n"
        "\x1b[36mhint\x1b[0m: did you mean `plan`?\n\n1 error\n"
    )
    shell.monkeypatch.setenv("NO_COLOR", "1")
    assert shell.run("validate", "spec.yaml").err == f"{mistake.message}\n1 error\n"


def test_what_stops_a_command_is_coloured_and_no_color_holds_for_all(shell: Shell) -> None:
    shell.monkeypatch.delenv("NO_COLOR", raising=False)
    shell.monkeypatch.setenv("FORCE_COLOR", "1")

    error = "error: `none.yaml` does not exist\n\nhint: `gtmgen init` writes a first spec\n"
    assert shell.run("plan", "none.yaml").err == error.replace(
        "error", "\x1b[1;31merror\x1b[0m"
    ).replace("hint", "\x1b[36mhint\x1b[0m")
    assert shell.run("plan", "none.yaml", "--no-color").err == error
    mistake = MISTAKES["a misspelt data key"]
    shell.spec(SPEC.replace(mistake.right, mistake.wrong))
    plain = shell.run("plan", "spec.yaml", "--target", "local", "--no-color")
    assert plain.err == f"{mistake.message}\n1 error\n"


_STARTER = SPEC.replace("C4A1B2C3D4E5F6G7H8I0", "CXXXXXXXXXXXXXXXXXXX")
_PLACEHOLDER = """\
spec.yaml:6:22: {severity}[placeholder]: `CXXXXXXXXXXXXXXXXXXX` stands for an ID of your own
    6 |   tiktok: {{pixel_id: CXXXXXXXXXXXXXXXXXXX, consent: [ad_storage]}}
      |                      ^^^^^^^^^^^^^^^^^^^^
hint: write yours instead

1 {severity}
"""


@pytest.mark.parametrize("verb", [["plan"], ["push", "--yes"]])
def test_what_a_starter_left_open_is_told_before_it_is_sent(shell: Shell, verb: list[str]) -> None:
    shell.spec(_STARTER)
    assert (shell.run("validate", "spec.yaml").code, shell.run("lint", "spec.yaml").code) == (0, 1)
    result = shell.run(*verb, "spec.yaml", "--target", "local")
    assert result.code == 0
    assert result.err.startswith(_PLACEHOLDER.format(severity="warning"))
    assert shell.run("plan", "spec.yaml", "--target", "local", "--quiet").err == ""


def test_what_can_never_fire_is_told_before_it_is_sent(shell: Shell) -> None:
    shell.spec(SPEC.replace("on: {event: sign_up}", 'on: {click: "button["}'))
    assert shell.run("plan", "spec.yaml", "--target", "local").err == (
        """\
spec.yaml:12:17: warning[css-selector]: `button[` is not a valid CSS selector: `[` and `]` are \
not in pairs
   12 |     on: {click: "button["}
      |                 ^^^^^^^^^
hint: try it in a browser's console: `document.querySelector('...')`

1 warning
"""
    )


def test_a_spec_may_refuse_to_be_sent_with_a_placeholder(shell: Shell) -> None:
    shell.spec(_STARTER + "lint: {rules: {placeholder: error}}\n")
    result = shell.run("push", "spec.yaml", "--target", "local", "--yes", "--quiet")
    assert (result.code, result.err) == (1, _PLACEHOLDER.format(severity="error"))
    assert not shell.gtm.writes


def test_a_spec_may_say_that_a_placeholder_is_meant(shell: Shell) -> None:
    shell.spec(_STARTER + "lint: {ignore: [{rule: placeholder, reason: a test}]}\n")
    assert shell.run("plan", "spec.yaml", "--target", "local").err == ""


@pytest.mark.parametrize(
    ("pages", "rest"), [(4, ""), (5, "1 more warning"), (6, "2 more warnings")]
)
def test_of_many_warnings_of_a_rule_four_are_shown(shell: Shell, pages: int, rest: str) -> None:
    keys = "".join(f"  unused_{n}: {{path: unused.n{n}}}\n" for n in range(pages))
    shell.spec(SPEC.replace("events:\n", f"{keys}events:\n"))
    err = shell.run("plan", "spec.yaml", "--target", "local").err
    assert err.count("warning[unused-data]") == 4
    told = "them all" if pages > 5 else "it"
    assert err.endswith(
        f"{rest}; `gtmgen lint spec.yaml` shows {told}\n" if rest else "\n4 warnings\n"
    )
