"""An item of a list without the space behind its dash is one mistake, and YAML all the same."""

import pytest
from support import HEAD, PLATFORMS, problems, rendered

EVENT = f"{HEAD}{PLATFORMS}events:\n  sign_up:\n    on: {{event: sign_up}}\n    send:"
SCENARIO = f"{EVENT} [ga4]\ntests:\n  - name: a\n    expect: []\n    steps:\n"
MESSAGE = "a space is missing after the `-` of a list item"
BEGINS = "an item of a list begins with a `-` and a space"


def told(text, **options):
    return [
        f"{one.span.line}:{one.span.col} {one.rule}: {one.message}; {one.hint}"
        for one in problems(text, **options)
    ]


def test_the_whole_message():
    assert rendered(f"{EVENT}\n      -ga4\n") == (
        f"spec.yaml:12:7: error[yaml-syntax]: {MESSAGE}\n"
        "   12 |       -ga4\n"
        "      |       ^^^^\n"
        "hint: write `- ga4`"
    )


@pytest.mark.parametrize(
    ("items", "hint"),
    [
        ("-ga4\n      -tiktok", "`- ga4`, `- tiktok`"),
        ("-ga4\n      - tiktok", "`- ga4`, `- tiktok`"),
    ],
)
def test_several_items(items, hint):
    assert told(f"{EVENT}\n      {items}\n") == [f"12:7 yaml-syntax: {MESSAGE}; write {hint}"]


def test_a_list_on_the_line_of_its_key():
    text = f"{EVENT} -ga4\n".replace("[ad_storage]", "-ad_storage")
    assert told(text) == [
        "5:53 yaml-syntax: a list on the line of its key goes in brackets; write `[ad_storage]`",
        "11:11 yaml-syntax: a list on the line of its key goes in brackets; write `[ga4]`",
    ]


@pytest.mark.parametrize(
    ("steps", "hint"),
    [
        ("      -load: /\n      -push: {event: sign_up}\n", "`- load: /`, `- push: ...`"),
        ("      -load: /\n", "`- load: /`"),
    ],
)
def test_steps(steps, hint):
    assert told(SCENARIO + steps) == [f"16:7 yaml-syntax: {MESSAGE}; write {hint}"]


def test_the_same_step_twice():
    text = f"{SCENARIO}      -load: /\n      -load: /a\n"
    assert told(text) == [f"17:7 duplicate-key: the key `-load` is set twice; {BEGINS}"]


def test_what_is_wrong_beside_it():
    text = f"{EVENT}\n      -ga4\n    ownr: me\n"
    assert told(text) == [
        f"12:7 yaml-syntax: {MESSAGE}; write `- ga4`",
        "13:5 unknown-key: unknown key `ownr` in `sign_up`; did you mean `owner`?",
    ]


@pytest.mark.parametrize("value", ["-5", "-nowhere", "- nowhere", "'-'"])
def test_a_list_would_not_be_right_either(value):
    assert MESSAGE not in rendered(f"{EVENT}\n      {value}\n")


def test_an_included_file():
    files = {"a.yaml": "data: {}\n", "b.yaml": "site: {}\n"}
    for written in ("-a.yaml", "-a.yaml\n  -b.yaml"):
        name = written.replace("\n ", "")
        assert told(f"include:\n  {written}\n{HEAD}", files=files) == [
            f"2:3 include: the file `{name}` does not exist; {BEGINS}: write `- a.yaml`"
        ]


def test_a_list_behind_a_colon():
    assert told(f"{EVENT} - ga4\n") == [
        (
            "11:11 yaml-syntax: block sequence entries are not allowed in this context; "
            "write a list in brackets, `[a, b]`, or each item on a line of its own"
        )
    ]


def test_braces_behind_a_dash():
    text = f"{EVENT} [ga4]\n".replace("on: {", "on:\n      -sign_up\n      -{")
    assert told(text) == [
        f"12:14 yaml-syntax: mapping values are not allowed in this context; {BEGINS}"
    ]
