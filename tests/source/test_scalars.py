"""Scalars as YAML 1.2 has them, and characters that arrive as they were written."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import HEAD, load_text, marked, problems

VALUES = {
    "on": "on", "off": "off", "yes": "yes", "no": "no", "Yes": "Yes", "NO": "NO", "y": "y",
    "12:30": "12:30", "1:2:3": "1:2:3", "1_000": "1_000", "2024-01-01": "2024-01-01",
    "true": True, "True": True, "TRUE": True, "tRUE": "tRUE", "false": False, "False": False,
    "null": None, "Null": None, "NULL": None, "~": None, "nULL": "nULL", "none": "none",
    "0": 0, "-1": -1, "+12": 12, "007": 7, "0o17": 15, "0x1F": 31, "0o8": "0o8", "0b1": "0b1",
    "-0x1": "-0x1", "1.5": 1.5, ".5": 0.5, "5.": 5.0, "-.5": -0.5, "1e3": 1000.0, "1E-2": 0.01,
    "1e": "1e", ".": ".", "+": "+", "1.2.3": "1.2.3", "e3": "e3",
    "'1'": "1", '"true"': "true", "''": "", "!!str 5": "5", "!!str true": "true", "!!int '5'": 5,
    "!!float 5": 5.0, "!!bool 'true'": True, "!!null ''": None,
    "\u0661": "\u0661", "\u0663.5": "\u0663.5",
    "9" * 301: "9" * 301, "a#b": "a#b", "<<": "<<", "=": "=",
}  # fmt: skip


def example(value):
    return load_text(f"{HEAD}data: {{a: {{path: x, example: {value}}}}}\n").document.data["data"][
        "a"
    ]["example"]


@pytest.mark.parametrize("value", VALUES)
def test_core_schema(value):
    found = example(value)
    assert (type(found), found) == (type(VALUES[value]), VALUES[value])


@pytest.mark.parametrize("value", [".inf", "-.INF", "+.Inf", ".nan", ".NaN", "1e999"])
def test_numbers_that_json_does_not_have(value):
    (problem,) = problems(f"{HEAD}data: {{a: {{path: x, example: {value}}}}}\n")
    assert problem.rule == "number"
    assert problem.message in (f"`{value}` is not a finite number", f"`{value}` is out of range")


@pytest.mark.parametrize("value", ["!!int x", "!!bool 5", "!!null x", "!!float x"])
def test_tags_that_lie(value):
    (problem,) = problems(f"{HEAD}data: {{a: {{path: x, example: {value}}}}}\n")
    tag, text = value.split()
    assert (problem.rule, problem.message) == ("yaml-tag", f"`{text}` is not of the type `{tag}`")


@pytest.mark.parametrize("value", ["!x 5", "!!timestamp 2024-01-01", "!!binary aGk=", "!!set {}"])
def test_tags_that_are_not_allowed(value):
    assert [p.rule for p in problems(f"{HEAD}data: {{a: {{path: x, example: {value}}}}}\n")] == [
        "yaml-tag"
    ]


@settings(max_examples=150, deadline=None)
@given(st.from_regex(r"[-+]?(0x|0o|\.)?[0-9a-fA-FxXoO_:.eE+-]{0,6}", fullmatch=True))
def test_a_scalar_is_what_json_says_or_text(value):
    """Whatever looks like a number to JSON is that number; a number is never a surprise."""
    if value in ("", "-", "+", ".") or value.endswith(":") or value.startswith("- "):
        return
    text = f"{HEAD}data:\n a:\n  path: x\n  example: {value}\n"
    if any(p.rule in ("number", "yaml-syntax", "wrong-type") for p in problems(text)):
        return
    found = load_text(text).document.data["data"]["a"]["example"]
    try:
        wanted = json.loads(value)
    except ValueError:
        assert isinstance(found, str | int | float)
        if isinstance(found, str):
            assert found == value
    else:
        assert (type(found), found) == (type(wanted), wanted)


ODD = "a\u2028b\u2029c\x85d\U0001f600e\u00e9f\ue000g"


@pytest.mark.parametrize(
    "template",
    ["x: {odd}", "x: '{odd}'", 'x: "{odd}"', "x: |-\n    {odd}", "x: >-\n    {odd}"],
)
def test_separators_and_emoji_arrive_as_written(template):
    """U+2028, U+2029 and NEL break lines in YAML 1.1, and in the C parser; not in YAML 1.2."""
    line = template.replace("x:", "description:").format(odd=ODD)
    text = f"{HEAD}data:\n a:\n  path: x\n  {line}\n  nonsense: 1\n"
    found = problems(text)
    assert [(p.rule, p.message) for p in found] == [
        ("unknown-key", "unknown key `nonsense` in `a`")
    ]
    assert marked(text, found[0]) == "nonsense"
    loaded = load_text(text.replace("  nonsense: 1\n", ""))
    assert loaded.spec.data["a"].description == ODD


def test_places_right_of_separators_and_emoji():
    text = f"{HEAD}data: {{a: {{path: '{ODD}', nonsense: 1}}}}\n"
    assert [marked(text, problem) for problem in problems(text)] == ["nonsense"]


def test_separators_in_keys():
    text = f'{HEAD}data: {{a: {{lookup: {{input: page_url, map: {{"{ODD}": x}}}}}}}}\n'
    assert load_text(text).document.data["data"]["a"]["lookup"]["map"] == {ODD: "x"}


TEXTS = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\x85\t")
    | st.sampled_from("\u2028\u2029\ue000\ue001'\"\\#: {}[],&*"),
    max_size=20,
)


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_any_text_in_single_quotes_arrives(text):
    if "\ufeff" in text or any(ord(char) in (0xFFFE, 0xFFFF) for char in text):
        return
    quoted = text.replace("'", "''").replace("$", "")
    loaded = load_text(f"{HEAD}data:\n a:\n  path: x\n  description: '{quoted}'\n")
    assert loaded.spec.data["a"].description == text.replace("$", "")
