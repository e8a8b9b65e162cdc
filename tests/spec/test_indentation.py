"""Lines that are indented wrongly: one error for them, from which they can be mended."""

import pytest
from support import problems

from gtmgen.errors import SpecError
from gtmgen.source.open import open_source
from gtmgen.spec import load

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-ACME42}
consent: {default: site}
platforms:
  ga4:
    measurement_id: G-ABC1234567
    consent: [analytics_storage]
data:
  plan:
    path: account.plan
    type: string
pages:
  pricing:
    path: /pricing
events:
  sign_up:
    owner: growth
    on: {event: sign_up}
    params:
      plan: plan
    send: [ga4]
  log_in:
    owner: support
    on: {event: log_in}
    send:
      ga4: login
tests:
  - name: A sign-up is sent
    steps:
      - load: /pricing
      - push: {event: sign_up}
    expect:
      - ga4: sign_up
        params: {}
"""
LINES = SPEC.splitlines()


def shifted(first, last, by, text=SPEC):
    """The spec with its lines from one number to another moved to the right, or to the left."""
    lines = text.splitlines()
    for index in range(first - 1, last):
        lines[index] = " " * by + lines[index] if by > 0 else lines[index][-by:]
    return "\n".join(lines) + "\n"


def told(text, env=None):
    """Place, rule, message and hint of everything that is said about a spec."""
    return [
        f"{item.span.line}:{item.span.col} {item.rule}: {item.message}; {item.hint}"
        for item in problems(text, env=env)
    ]


FURTHER = "must be indented further to belong to"
SHIFTS = {
    "an event's keys at the event's column": (
        (18, 22, -2),
        (
            f"18:3 indentation: `owner` to `send` {FURTHER} `sign_up`; "
            "put 2 more spaces at the beginning of lines 18 to 22"
        ),
    ),
    "half of an event's keys": (
        (19, 22, -2),
        (
            f"19:3 indentation: `on` to `send` {FURTHER} `sign_up`; "
            "put 2 more spaces at the beginning of lines 19 to 22"
        ),
    ),
    "an event's keys at the beginning of their lines": (
        (24, 27, -4),
        (
            f"24:1 indentation: `owner` to `send` {FURTHER} `log_in`; "
            "put 4 more spaces at the beginning of lines 24 to 27"
        ),
    ),
    "all events at the beginning of their lines": (
        (17, 27, -2),
        (
            f"17:1 indentation: `sign_up` and `log_in` {FURTHER} `events`; "
            "put 2 more spaces at the beginning of lines 17 to 27"
        ),
    ),
    "one event at the beginning of its line": (
        (23, 27, -2),
        (
            f"23:1 indentation: `log_in` {FURTHER} `events`; "
            "put 2 more spaces at the beginning of lines 23 to 27"
        ),
    ),
    "one event in the event before it": (
        (23, 27, 2),
        (
            "23:5 indentation: `log_in` cannot be in `sign_up`: it is indented too far; "
            "remove 2 spaces at the beginning of lines 23 to 27"
        ),
    ),
    "a key in the mapping before it": (
        (22, 22, 2),
        (
            "22:7 indentation: `send` cannot be in `params`: it is indented too far; "
            "remove 2 spaces at the beginning of line 22"
        ),
    ),
    "a section in the section before it": (
        (16, 27, 2),
        (
            "16:3 indentation: `events` cannot be in `pages`: it is indented too far; "
            "remove 2 spaces at the beginning of lines 16 to 27"
        ),
    ),
    "what is sent": (
        (27, 27, -2),
        f"27:5 indentation: `ga4` {FURTHER} `send`; put 2 more spaces at the beginning of line 27",
    ),
    "a data key": (
        (11, 12, -2),
        (
            f"11:3 indentation: `path` and `type` {FURTHER} `plan`; "
            "put 2 more spaces at the beginning of lines 11 to 12"
        ),
    ),
    "a platform's settings": (
        (7, 8, -2),
        (
            f"7:3 indentation: `measurement_id` and `consent` {FURTHER} `ga4`; "
            "put 2 more spaces at the beginning of lines 7 to 8"
        ),
    ),
    "the keys of a list's item": (
        (30, 35, -4),
        (
            f"30:1 indentation: `steps` and `expect` {FURTHER} the item of `tests` before it; "
            "put 4 more spaces at the beginning of lines 30 to 35"
        ),
    ),
    "the keys of a list's item, at another item's": (
        (35, 35, -4),
        (
            f"35:5 indentation: `params` {FURTHER} the item of `expect` before it; "
            "put 4 more spaces at the beginning of line 35"
        ),
    ),
}


def test_the_spec_itself_is_sound():
    assert told(SPEC) == []


@pytest.mark.parametrize(
    ("lines", "message"), [pytest.param(*case, id=name) for name, case in SHIFTS.items()]
)
def test_lines_that_are_yaml_all_the_same(lines, message):
    wrong = shifted(*lines)
    assert told(wrong) == [message]
    first, last, by = lines
    assert shifted(first, last, -by, wrong) == SPEC


def test_everything_at_the_beginning_of_its_line():
    text = "\n".join([*(line.lstrip() for line in LINES[:12]), *LINES[12:], ""])
    text = text.replace(LINES[3], "#")
    assert told(text) == [
        (
            f"6:1 indentation: `ga4` {FURTHER} `platforms`; "
            "put 2 more spaces at the beginning of line 6"
        ),
        (
            f"7:1 indentation: `measurement_id` and `consent` {FURTHER} `ga4`; "
            "put 4 more spaces at the beginning of lines 7 to 8"
        ),
        f"10:1 indentation: `plan` {FURTHER} `data`; put 2 more spaces at the beginning of line 10",
        (
            f"11:1 indentation: `path` and `type` {FURTHER} `plan`; "
            "put 4 more spaces at the beginning of lines 11 to 12"
        ),
    ]


def test_what_is_wrong_beside_it_is_told_at_its_own_place():
    text = shifted(18, 22, -2).replace("owner: growth", "ownr: growth")
    assert told(text.replace("type: string", "type: text")) == [
        (
            "12:11 bad-value: the text `text` is not one of `string`, `integer`, `number`, "
            "`boolean`, "
            "`currency`, `items`, `email`, `phone`, `url`, `any`; its name here is `string`"
        ),
        (
            f"18:3 indentation: `ownr` to `send` {FURTHER} `sign_up`; "
            "put 2 more spaces at the beginning of lines 18 to 22"
        ),
        "18:3 unknown-key: unknown key `ownr` in `sign_up`; did you mean `owner`?",
    ]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ("  sign_up: {owner: growth}", "`on` is missing in `sign_up`"),
        ("  sign_up:\n    titel: x\n", "unknown key `titel` in `sign_up`"),
    ],
)
def test_other_mistakes_are_not_blamed_on_indentation(wrong, message):
    text = "\n".join(LINES[:16]) + "\n" + wrong + "\n"
    found = problems(text)
    assert message in [item.message for item in found]
    assert "indentation" not in {item.rule for item in found}


@pytest.mark.parametrize(
    "line", ["colour: red", "evnts: {}", "title: My shop", "owner: growth", "parms: {plan: plan}"]
)
@pytest.mark.parametrize("after", [9, 12, 15, 27])
def test_a_key_that_nobody_knows_is_just_unknown(line, after):
    if after == 9:
        line, after = f"  {line}", 12
    text = "\n".join([*LINES[:after], line, *LINES[after:]]) + "\n"
    assert "indentation" not in [item.rule for item in problems(text)]


def test_keys_that_are_set_twice_because_an_event_is_empty():
    both = shifted(24, 27, -2, shifted(18, 22, -2))
    assert told(both) == [
        (
            "24:3 indentation: the key `owner` is set twice, and `log_in` before it is empty; "
            "to belong to `log_in`, the lines below it must begin with more than its 2 spaces"
        )
    ]


SYNTAX = {
    "too deep": (
        (19, 19, 2),
        (
            "19:7 indentation: `on` is indented by 6 spaces instead of 4; "
            "remove 2 spaces at the beginning of line 19"
        ),
    ),
    "between two columns": (
        (19, 19, -1),
        (
            "19:4 indentation: `on` is indented by 3 spaces instead of 4; "
            "put 1 more space at the beginning of line 19"
        ),
    ),
    "too far to the left": (
        (19, 19, -2),
        (
            "19:3 indentation: `on` is indented by 2 spaces instead of 4; "
            "put 2 more spaces at the beginning of line 19"
        ),
    ),
    "the first key of several": (
        (11, 11, 4),
        (
            "11:9 indentation: `path` is indented by 8 spaces instead of 4; "
            "remove 4 spaces at the beginning of line 11"
        ),
    ),
    "one space before a section": (
        (16, 16, 1),
        (
            "16:2 indentation: `events` is indented by 1 space instead of 0; "
            "remove 1 space at the beginning of line 16"
        ),
    ),
    "deeper than the first key of its item": (
        (30, 30, 2),
        (
            "30:7 indentation: `steps` is indented by 6 spaces instead of 4; "
            "remove 2 spaces at the beginning of line 30"
        ),
    ),
    "at the dash of its item": (
        (30, 30, -2),
        (
            "30:3 indentation: `steps` is indented by 2 spaces instead of 4; "
            "put 2 more spaces at the beginning of line 30"
        ),
    ),
    "an item deeper than the others": (
        (31, 31, -2),
        (
            "31:5 indentation: `load` is indented by 4 spaces instead of 6; "
            "put 2 more spaces at the beginning of line 31"
        ),
    ),
    "a section below the one before": (
        (13, 13, 2),
        (
            "13:3 indentation: `pages` is indented by 2 spaces instead of 0; "
            "remove 2 spaces at the beginning of line 13"
        ),
    ),
    "a list below the one before": (
        (33, 33, 4),
        (
            "33:9 indentation: `expect` is indented by 8 spaces instead of 4; "
            "remove 4 spaces at the beginning of line 33"
        ),
    ),
    "an event below the one before": (
        (23, 23, 2),
        (
            "23:5 indentation: `log_in` is indented by 4 spaces instead of 2; "
            "remove 2 spaces at the beginning of line 23"
        ),
    ),
}


@pytest.mark.parametrize(
    ("lines", "message"), [pytest.param(*case, id=name) for name, case in SYNTAX.items()]
)
def test_lines_that_are_no_yaml(lines, message):
    assert told(shifted(*lines)) == [message]


def test_a_list_without_its_dash():
    assert told(SPEC.replace("  - name", "    name")) == [
        (
            "29:5 wrong-type: expected a list, found a mapping; "
            "each item of a list begins with `- `: write `- name:`"
        )
    ]


def test_a_tab():
    assert told(SPEC.replace("    on: {event: sign_up}", "\ton: {event: sign_up}")) == [
        (
            "19:1 yaml-syntax: found a tab character that violates indentation; "
            "YAML allows no tab in indentation; use spaces"
        )
    ]


def test_hundreds_of_other_mistakes_are_told_after_a_few_trials(monkeypatch):
    checks = []
    check_shape = load.check_shape

    def counted(*arguments):
        checks.append(arguments)
        return check_shape(*arguments)

    monkeypatch.setattr(load, "check_shape", counted)
    event = "  e{}:\n    ownr: growth\n    on: {{event: sign_up}}\n    send: [ga4]\n"
    text = "\n".join(LINES[:16]) + "\n" + "".join(event.format(number) for number in range(300))

    assert [item.message for item in problems(text)] == [
        f"unknown key `ownr` in `e{number}`" for number in range(300)
    ]
    assert len(checks) <= 20


def test_an_item_of_a_list_in_the_one_before():
    text = SPEC + "  - name: A second one\n    steps: []\n    expect: []\n"
    lines = len(text.splitlines())
    assert told(shifted(lines - 2, lines - 2, 4, text)) == [
        (
            f"{lines - 2}:7 indentation: `name` is indented by 6 spaces instead of 2; "
            f"remove 4 spaces at the beginning of line {lines - 2}"
        )
    ]


def test_a_key_that_is_set_twice_is_no_matter_of_indentation():
    text = SPEC.replace("    owner: support\n", "    owner: support\n    owner: growth\n")
    assert [item.rule for item in problems(text)] == ["duplicate-key"]


@pytest.mark.parametrize(
    ("section", "first", "spaces"),
    [("platforms", "ga4", 4), ("platforms", "ga4", 2), ("pages", "pricing", 4)],
)
@pytest.mark.parametrize("beside", ["", "    platforms: {ga4: {measurement_id: G-STAGING123}}\n"])
def test_a_section_that_slips_into_the_environments_above_it(section, first, spaces, beside):
    environments = f"environments:\n  staging:\n    container: {{gtm: GTM-STAG42}}\n{beside}"
    text = SPEC.replace(f"\n{section}:\n", f"\n{environments}{' ' * spaces}{section}:\n")
    line = text.splitlines().index(f"{' ' * spaces}{section}:") + 1
    for env in (None, "staging", first):
        assert told(text, env) == [
            (
                f"{line}:{spaces + 1} indentation: `{section}` is indented by {spaces} spaces "
                f"instead of 0; remove {spaces} spaces at the beginning of line {line}"
            )
        ]


def test_an_empty_section_of_an_environment_is_what_it_is():
    text = SPEC + "environments:\n  staging:\n    pages:\n  live: {}\n"
    assert told(text) == []
    assert told(text, env="staging") == []


@pytest.mark.parametrize("is_two_levels_down", [False, True])
@pytest.mark.parametrize(
    ("section", "spaces"), [("pages", 2), ("pages", 4), ("events", 2), ("events", 4)]
)
def test_a_section_of_an_included_file(section, spaces, is_two_levels_down):
    head, _, rest = SPEC.partition("data:\n")
    included = f"data:\n{rest}".replace(f"\n{section}:\n", f"\n{' ' * spaces}{section}:\n")
    files = {"more/all.yaml": included, "more.yaml": "include: more/all.yaml\n"}
    name = "more.yaml" if is_two_levels_down else "more/all.yaml"
    line = included.splitlines().index(f"{' ' * spaces}{section}:") + 1
    found = problems(f"{head}include: {name}\n", files=files)
    assert [(str(item.span), item.message, item.hint) for item in found] == [
        (
            f"more/all.yaml:{line}:{spaces + 1}",
            f"`{section}` is indented by {spaces} spaces instead of 0",
            f"remove {spaces} spaces at the beginning of line {line}",
        )
    ]


def test_a_section_that_slips_into_the_environments_of_an_included_file():
    included = "environments:\n  staging: {}\n  pages:\n  pricing:\n    path: /pricing\n"
    files = {"more.yaml": included}
    text = SPEC.replace("pages:\n  pricing:\n    path: /pricing\n", "include: more.yaml\n")
    for env in (None, "staging"):
        found = problems(text, env=env, files=files)
        assert [(str(item.span), item.message) for item in found] == [
            ("more.yaml:3:3", "`pages` is indented by 2 spaces instead of 0")
        ]


def test_what_is_wrong_beside_a_section_of_an_included_file():
    head, _, rest = SPEC.partition("data:\n")
    included = f"data:\n{rest}".replace("\npages:\n", "\n  pages:\n")
    text = f"{head}include: more.yaml\n".replace("measurement_id", "measurment_id")
    found = problems(text, files={"more.yaml": included})
    assert [(str(item.span), item.message) for item in found] == [
        ("more.yaml:5:3", "`pages` is indented by 2 spaces instead of 0"),
        ("spec.yaml:7:5", "unknown key `measurment_id` in `ga4`"),
    ]


def test_a_section_that_stands_too_deep_beside_a_variable_that_is_not_set():
    text = SPEC.replace("G-ABC1234567", '"${GA_ID}"').replace("\npages:\n", "\n  pages:\n")
    source = open_source("spec.yaml", text.encode())
    with pytest.raises(SpecError) as raised:
        load.load_source(source, {}, needs_values=False)
    assert [item.message for item in raised.value.diagnostics] == [
        "`pages` is indented by 2 spaces instead of 0"
    ]


@pytest.mark.parametrize("container", ["{gtm: GTM-ACME42}", "{}"])
def test_nothing_can_be_put_below_what_braces_close(container):
    text = SPEC.replace("container: {gtm: GTM-ACME42}", f"container: {container}\nworkspace: main")
    found = [one for one in problems(text) if one.path == ("workspace",)]
    assert [(one.rule, one.hint) for one in found] == [
        ("unknown-key", "its place is under `container`")
    ]
