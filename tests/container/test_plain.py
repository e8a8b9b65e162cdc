"""Parameters, conditions and references as plain YAML values, and back: nothing is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import TemplateRef, TriggerId
from gtmgen.container.plain import (
    PlainError,
    from_plain,
    mapping_from_plain,
    mapping_to_plain,
    to_plain,
)
from gtmgen.container.plain_conditions import condition_from_plain, condition_to_plain
from gtmgen.container.plain_references import (
    trigger_from_plain,
    trigger_to_plain,
    type_from_plain,
    type_to_plain,
)
from gtmgen.container.values import TEMPLATE_NAME, TRIGGER_NAME, Condition, Parameter

P = Parameter
HOSTILE_KEYS = ["", "$x", "$tag", "$trigger", "$parameter", "$parameters", "file", "type", "weak"]
HOSTILE_TEXTS = [
    "true", "false", "null", "0", "007", "-1", "1.0", "x (BOOLEAN)", "x (TEMPLATE weak)", " ",
    "{{Page Path}}", "$tag", "file", "99999999999999999999", "-0", "line\nline\r\n", "\u2028",
]  # fmt: skip
keys = st.none() | st.sampled_from(HOSTILE_KEYS) | st.text(max_size=3)
texts = st.none() | st.sampled_from(HOSTILE_TEXTS) | st.text(min_size=1, max_size=4)
NAMED = (TRIGGER_NAME, TEMPLATE_NAME)
scalar_types = st.sampled_from(
    ["TEMPLATE", "BOOLEAN", "INTEGER", "TAG_REFERENCE", "TRIGGER_REFERENCE", "TYPE_UNSPECIFIED"]
) | st.from_regex(r"[A-Z][A-Z0-9_]{0,5}", fullmatch=True)
named = st.builds(P, st.sampled_from(NAMED), keys, st.text(min_size=1, max_size=4), st.booleans())
scalars = named | st.builds(P, scalar_types, keys, texts, st.booleans())
parameters = st.recursive(
    scalars,
    lambda inner: st.builds(
        P,
        st.sampled_from(["LIST", "MAP", "ODD"]),
        keys,
        st.lists(inner, max_size=4).map(lambda items: tuple(items) or None),
        st.booleans(),
    ),
    max_leaves=12,
)


def in_order(parameter: Parameter) -> Parameter:
    """The items of a map by key: their order means nothing; of two of one key, it stays."""
    if not isinstance(parameter.value, tuple):
        return parameter
    items = [in_order(item) for item in parameter.value]
    if parameter.type == "MAP":
        items.sort(key=lambda item: (item.key is not None, item.key or ""))
    return parameter._replace(value=tuple(items))


def as_yaml(value: Any) -> Any:
    """What a YAML file can hold: plain types, and keys that are text."""
    assert json.loads(json.dumps(value)) == value
    return json.loads(json.dumps(value))


@given(parameters)
@settings(max_examples=500, deadline=None)
@example(P("MAP", None, (P("TEMPLATE", "a", "1"), P("TEMPLATE", "a", "2"))))
@example(P("MAP", "k", (P("TEMPLATE", None, "1"), P("TEMPLATE", "b", "2"))))
@example(P("MAP", None, (P("TEMPLATE", "file", "x.html"),)))
@example(P("MAP", None, (P("TEMPLATE", "$tag", "x"),)))
@example(P("LIST", "k", (P("TEMPLATE", "key of an item", "x"),)))
@example(P("LIST", None, None, True))
@example(P("LIST", None, "text"))
@example(P("TEMPLATE", None, (P("TEMPLATE", None, "x"),)))
@example(P("BOOLEAN", None, "TRUE"))
@example(P("INTEGER", None, "+1"))
@example(P("INTEGER", None, "{{Number}}"))
def test_every_parameter_comes_back(parameter: Parameter) -> None:
    value = as_yaml(to_plain(parameter))
    read = lambda name: pytest.fail(f"{name} is not a file")  # noqa: E731
    assert in_order(from_plain(parameter.key, value, read)) == in_order(parameter)


@given(st.lists(parameters, max_size=4).map(tuple))
@settings(max_examples=300, deadline=None)
def test_all_parameters_of_an_entity_come_back(found: tuple[Parameter, ...]) -> None:
    value = as_yaml(mapping_to_plain(found))
    back = mapping_from_plain(value)
    assert in_order(P("MAP", None, back)) == in_order(P("MAP", None, found))


conditions = st.builds(
    Condition,
    st.sampled_from(["EQUALS", "MATCH_REGEX", "URL_MATCHES", "CONDITION_TYPE_UNSPECIFIED", "NEW"]),
    st.lists(
        st.builds(
            P,
            st.sampled_from(["TEMPLATE", "BOOLEAN", "INTEGER"]),
            st.sampled_from(["arg0", "arg1", "negate", "ignore_case", "arg2"]) | keys,
            texts,
            st.booleans(),
        ),
        max_size=5,
    ).map(tuple),
)
ARGS = (P("TEMPLATE", "arg0", "{{a}}"), P("TEMPLATE", "arg1", "b"))


@given(conditions)
@settings(max_examples=300, deadline=None)
@example(Condition("EQUALS", ARGS))
@example(Condition("EQUALS", (*ARGS, P("BOOLEAN", "negate", "false"))))
@example(Condition("EQUALS", (*ARGS, P("BOOLEAN", "negate", "true", True))))
@example(Condition("EQUALS", (*ARGS, ARGS[0])))
@example(Condition("EQUALS", ARGS[:1]))
def test_every_condition_comes_back(condition: Condition) -> None:
    back = condition_from_plain(as_yaml(condition_to_plain(condition)))
    expected = in_order(P("MAP", None, condition.parameter))
    assert (back.type, in_order(P("MAP", None, back.parameter))) == (condition.type, expected)


def test_usual_conditions_read_well() -> None:
    case = P("BOOLEAN", "ignore_case", "true")
    assert condition_to_plain(Condition("MATCH_REGEX", (*ARGS, case))) == {
        "left": "{{a}}", "matches": "b", "ignore_case": True,
    }  # fmt: skip


@pytest.mark.parametrize(
    "ref", [*BuiltInTrigger, "Purchase", "All Pages", "2147479553", TriggerId("17"), TriggerId("")]
)
def test_every_reference_to_a_trigger_comes_back(ref: Any) -> None:
    back = trigger_from_plain(as_yaml(trigger_to_plain(ref)))
    assert (back, type(back)) == (ref, type(ref))


@pytest.mark.parametrize("type_", ["html", "cvt_1_2", TemplateRef("Pixel"), TemplateRef("html")])
def test_every_type_comes_back(type_: Any) -> None:
    back = type_from_plain(as_yaml(type_to_plain(type_)))
    assert (back, type(back)) == (type_, type(type_))


WORDS = "`$tag`, `$trigger`, `$template`, `$parameter`, `$parameters`"
FORM = "a `$parameter` has a type, and key, value, list, map, weak"


@pytest.mark.parametrize(
    ("value", "message", "path"),
    [
        ({"$foo": 1}, f"`$foo` is none of {WORDS}", ("$foo",)),
        ({"a": {"$foo": 1}}, f"`$foo` is none of {WORDS}", ("a", "$foo")),
        ({"$tag": ""}, "`$tag` takes a name", ("$tag",)),
        ({"$trigger": 5}, "`$trigger` takes a name", ("$trigger",)),
        ({"$tag": "x", "weak": "no"}, "`weak` takes true or false", ("weak",)),
        ({"$tag": "x", "y": 1}, "`y` cannot stand beside `$tag`", ("y",)),
        ({"$parameter": {"value": "x"}}, FORM, ("$parameter",)),
        ({"$parameter": {"type": "MAP", "odd": 1}}, FORM, ("$parameter",)),
        ([0, {"$parameter": 5}], FORM, (1, "$parameter")),
        ({"$parameter": {"type": 5}}, "`type` takes text", ("$parameter", "type")),
        ({"$parameter": {"type": "X", "key": 5}}, "`key` takes text", ("$parameter", "key")),
        ({"$parameter": {"type": "X", "value": 5}}, "`value` takes text", ("$parameter", "value")),
        (
            {"$parameter": {"type": "$TRIGGER"}},
            "`$TRIGGER` is not a parameter type",
            ("$parameter", "type"),
        ),
        (
            {"$parameter": {"type": "LIST", "map": []}},
            "a `LIST` cannot have `map`",
            ("$parameter", "map"),
        ),
        (
            {"$parameter": {"type": "MAP", "map": [], "value": "x"}},
            "a `MAP` cannot have `value` and `map`",
            ("$parameter", "map"),
        ),
        ({"$parameter": {"type": "MAP", "map": 5}}, "`map` takes a list", ("$parameter", "map")),
        (
            {"$parameter": {"type": "LIST", "list": [{"type": "X"}, 5]}},
            FORM,
            ("$parameter", "list", 1),
        ),
        ({"$parameters": 5}, "`$parameters` takes a list", ("$parameters",)),
        ({"$parameters": ["x"]}, "each of `$parameters` is a `$parameter`", ("$parameters", 0)),
        ({"file": 5}, "`file` takes a path below the spec's folder", ("file",)),
        ({"a": b""}, "this is not a value for a parameter", ("a",)),
    ],
)  # fmt: skip
def test_what_stands_for_no_parameter(value: Any, message: str, path: tuple[Any, ...]) -> None:
    with pytest.raises(PlainError) as caught:
        from_plain("k", value, str)
    assert (caught.value.message, caught.value.path) == (message, path)


def test_the_top_of_parameters_knows_two_words_only() -> None:
    with pytest.raises(PlainError, match=r"`\$tag` is none of"):
        mapping_from_plain({"$tag": "x"})


ONE = "a condition has `left` and one operator: "


@pytest.mark.parametrize(
    "value",
    [
        {"left": "x"},
        {"equals": "x"},
        {"left": "x", "equals": "a", "contains": "b"},
        {"left": "x", "equals": "a", "type": "EQUALS"},
        {"left": "x", "equals": "a", "parameters": {}},
    ],
)
def test_what_is_no_condition(value: dict[str, Any]) -> None:
    with pytest.raises(PlainError) as caught:
        condition_from_plain(value)
    assert caught.value.message.startswith(ONE)


@pytest.mark.parametrize(
    "value", [5, None, {}, {"id": 5}, {"id": "1", "name": "x"}, {"other": "x"}]
)
def test_what_is_no_trigger(value: Any) -> None:
    with pytest.raises(PlainError, match="a trigger is the name of one, or has either"):
        trigger_from_plain(value)


@pytest.mark.parametrize("value", [5, None, {}, {"template": ""}, {"other": "x"}])
def test_what_is_no_type(value: Any) -> None:
    with pytest.raises(PlainError, match="a type is text, or"):
        type_from_plain(value)


def test_numbers_and_nothing_become_what_gtm_has() -> None:
    assert from_plain("k", None) == P("TEMPLATE", "k")
    assert from_plain("k", 1.5) == P("TEMPLATE", "k", "1.5")
    assert from_plain("k", 15) == P("INTEGER", "k", "15")
    assert from_plain("k", {"file": "x"}, lambda name: f"<{name}>") == P("TEMPLATE", "k", "<x>")
