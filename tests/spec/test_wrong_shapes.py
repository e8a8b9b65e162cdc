"""A wrong type at every place of a spec that uses every key: always a problem with a place."""

import copy
import functools
import json
import pickle
from pathlib import Path

import jsonschema_rs
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from support import HEAD, line_of, load_text, problems, rules

from gtmgen.diagnostics import Diagnostic, render
from gtmgen.errors import GtmgenError, SpecError
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.source.open import open_source
from gtmgen.source.values import Builder
from gtmgen.source.yaml_text import compose
from gtmgen.spec.load import load_source
from gtmgen.spec.reference import FocusedReference, reference_validator
from gtmgen.spec.schema_of_packs import schema_for
from gtmgen.spec.shape import ShapeChecker

MAXIMAL = (Path(__file__).parent / "maximal.yaml").read_text()
ACME = (Path(__file__).parents[2] / "specs" / "acme-shop.yaml").read_text()
PACKS = {name: load_pack(folder) for name, folder in find_packs().items()}
# With the second account of a platform that the maximal spec has.
SCHEMA = schema_for({**PACKS, "agency": PACKS["tiktok"]})
FAST = jsonschema_rs.Draft202012Validator(SCHEMA)
SLOW = reference_validator(SCHEMA)
FOCUSED = FocusedReference(SLOW)
CHECKER = ShapeChecker(SCHEMA)


def plain(text):
    return Builder({}).build(compose(text, "x"))


def paths(data):
    """Of everything in the data, what is above before what is below."""
    found = [()]
    values = [data]
    for path, value in zip(found, values, strict=True):  # both grow meanwhile
        if isinstance(value, dict):
            found += [(*path, key) for key in value]
            values += value.values()
        elif isinstance(value, list):
            found += [(*path, index) for index in range(len(value))]
            values += value
    return found


def at(data, path):
    for step in path:
        data = data[step]
    return data


def replaced(data, path, value):
    if not path:
        return value
    data = pickle.loads(pickle.dumps(data))  # a copy, five times faster than deepcopy
    at(data, path[:-1])[path[-1]] = value
    return data


SPEC = plain(MAXIMAL)
PATHS = [path for path in paths(SPEC) if path]
RAW = ("parameters", "more", "settings")
# Free to hold anything, or checked by somebody else: raw parameters, scenarios, examples. What
# is in an environment shows only in that environment.
ANYTHING = (
    ("data", "of_template", "template", "fields"),  # in GTM's own words
    ("data", "email", "example"),
    ("tests", 0),
    ("environments", "staging", "site"),
    *(path for path in PATHS if path[0] == "gtm" and path[-1] in RAW),
    ("gtm", "templates", "sidecar", "gallery"),
    ("gtm", "templates", "named", "gallery"),
)
WRONG = {
    "a mapping": {"wrong": 1},
    "a list": [[1]],
    "nothing": None,
    "a number": -7.5,
    "a flag": False,
}


# What only the spec of a server container may say.
OF_SERVERS = {"event_data", "request_header", "request_query", "always"}


def test_the_maximal_spec_is_valid_and_uses_every_key():
    assert [problem for problem in problems(MAXIMAL) if problem.severity == "error"] == []
    used = {step for path in PATHS for step in path}
    defined = set()
    stack = [dict(SCHEMA.items())]
    while stack:
        part = stack.pop()
        if isinstance(part, dict):
            if isinstance(part.get("properties"), dict):
                defined |= part["properties"].keys()
            stack.extend(part.values())
        elif isinstance(part, list):
            stack.extend(part)
    operators = {name for name in defined if name.startswith("not_")}
    operators |= {name.removeprefix("not_") for name in operators}
    assert defined - used - operators - {"include", "packs"} - OF_SERVERS == set()


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_type_at_every_place(name):
    """Where the type happens to be right there, another one is wrong: see the next test."""
    struck = 0
    for path in PATHS:
        if any(path[: len(free)] == free for free in ANYTHING):
            continue
        old = at(SPEC, path)
        if type(old) is type(WRONG[name]):
            continue
        struck += is_struck(path, name)
    assert struck > 100


@pytest.mark.parametrize("path", [path for path in PATHS if not isinstance(at(SPEC, path), dict)])
def test_every_value_has_types_that_are_wrong(path):
    if any(path[: len(free)] == free for free in ANYTHING):
        return
    found = [is_struck(path, name) for name in WRONG]  # each of them, not only the first
    assert any(found)


@functools.cache
def is_struck(path, name):
    """Both tests above ask for most places; a spec of this size takes a while to check."""
    return check_one(replaced(SPEC, path, WRONG[name]), path)


def in_lines(data):
    """JSON with an item a line. Not `indent`, which Python's slow encoder alone knows."""
    return json.dumps(data, separators=(",\n", ": "), ensure_ascii=False)


def check_one(data, path):
    """Errors of the data as JSON, which is YAML; each must have a place in the file."""
    text = in_lines(data)
    lines = text.split("\n")
    errors = [problem for problem in problems(text) if problem.severity == "error"]
    for error in errors:
        assert error.span.file == "spec.yaml"
        assert 1 <= error.span.line <= len(lines), (path, error)
        assert 1 <= error.span.col <= len(lines[error.span.line - 1]) + 1, (path, error)
        assert error.rule != "schema", (path, error)
    return bool(errors)


@pytest.mark.parametrize(
    "path", [path for path in [(), *PATHS] if isinstance(at(SPEC, path), dict)]
)
def test_an_unknown_key_at_every_level(path):
    free = {"map", "parameters", "params", "where", "query", "environments", "staging"}
    if path in (("platforms", "ga4", "config"), ("data", "a_list", "fields")):
        return
    if any(path[: len(part)] == part for part in ANYTHING) or (path[-1:] and path[-1] in free):
        return
    found = problems(in_lines(replaced(SPEC, (*path, "zzz zzz"), 1)))
    said = [problem for problem in found if problem.rule in ("unknown-key", "bad-key")]
    assert said, (path, found)
    assert all("`zzz zzz`" in problem.message for problem in said)


# -- mutations -------------------------------------------------------------------------

JUNK = st.sampled_from(
    [
        None,
        True,
        0,
        -1,
        1.5,
        10**30,
        "",
        "x",
        "*",
        "a\n",
        "${",
        "${A}",
        "\u2028",
        [],
        {},
        [None],
        {"a": 1},
        "page_url",
        "purchase",
        ["tiktok"],
        {"event": "x"},
        {"const": 1},
        "(",
        "é",
    ]
)


@functools.cache
def pickled(text):
    return pickle.dumps(plain(text))


@st.composite
def mutated(draw, text=ACME):
    data = pickle.loads(pickled(text))
    for _ in range(draw(st.integers(1, 4))):
        options = paths(data)[1:]
        if not options:
            break
        path = draw(st.sampled_from(options))
        parent = at(data, path[:-1])
        match draw(st.sampled_from(["delete", "replace", "insert", "swap"])):
            case "delete":
                del parent[path[-1]]
            case "replace":
                parent[path[-1]] = copy.deepcopy(draw(JUNK))
            case "swap":
                parent[path[-1]] = copy.deepcopy(at(data, draw(st.sampled_from(options[:60]))))
            case "insert" if isinstance(parent, dict):
                key = draw(st.sampled_from(["a", "where", "on", "page", "", "A b", "send"]))
                parent[key] = copy.deepcopy(draw(JUNK))
            case "insert":
                parent.insert(0, copy.deepcopy(draw(JUNK)))
    return data


def survives(folder, content):
    path = folder / "spec.yaml"
    path.write_bytes(content)
    source = functools.cache(open_source)  # read once for both
    for env in (None, "staging"):
        found = outcome(lambda env=env: load_source(source(path), {"A": "1"}, env))
        assert list(found) == sorted(found, key=Diagnostic.sort_key)
        text = render(found, lambda _, line: line_of(content, line))
        assert text.count("[") >= len(found)


def outcome(loaded):
    """The problems of a spec; anything but an error of our own comes through."""
    try:
        return loaded().warnings
    except SpecError as error:
        return error.diagnostics
    except GtmgenError:
        return ()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("mutations")


@settings(max_examples=250, deadline=None)
@given(mutated())
def test_a_mutated_spec_loads_or_says_why(folder, data):
    options = {"allow_unicode": True, "sort_keys": False, "default_flow_style": None}
    text = yaml.dump(data, Dumper=yaml.CSafeDumper, **options)
    survives(folder, text.encode())


@settings(max_examples=250, deadline=None)
@given(mutated(MAXIMAL))
def test_a_mutated_maximal_spec_loads_or_says_why(folder, data):
    survives(folder, in_lines(data).encode())


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_mutated_bytes_load_or_say_why(folder, data):
    content = bytearray(ACME.encode())
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(content)))
        end = min(len(content), start + data.draw(st.sampled_from([0, 1, 2, 30, 500])))
        content[start:end] = data.draw(
            st.sampled_from(
                [
                    b"",
                    b"\x00",
                    b"\xff",
                    b"\t",
                    b"\r",
                    b"\n",
                    b"[",
                    b"{",
                    b"}",
                    b"&a ",
                    b"*a",
                    b"!!x ",
                    b": ",
                    b"- ",
                    b"? ",
                    b"#",
                    b"'",
                    b'"',
                    b"|\n",
                    b"%",
                    b"---\n",
                    b"\xc2\x85",
                    b"\xe2\x80\xa8",
                    b"\xef\xbb\xbf",
                    b"${",
                    b"<<",
                    b"null",
                ]
            )
        )
    survives(folder, bytes(content))


@settings(max_examples=300, deadline=None)
@given(st.one_of(mutated(), mutated(MAXIMAL)))
def test_the_two_validators_agree(data):
    data.pop("environments", None) if isinstance(data, dict) else None
    wrong = reasons(SLOW, data)
    assert FAST.is_valid(data) == (wrong == [])
    assert (CHECKER.check(data) == []) == FAST.is_valid(data)
    # Looking only where something is wrong finds all of it.
    paths = [error.instance_path for error in FAST.iter_errors(data)]
    assert reasons(FOCUSED.focus(data, paths), data) == wrong


def reasons(validator, data):
    return sorted(
        (error.json_path, error.validator, error.message) for error in validator.iter_errors(data)
    )


@pytest.mark.parametrize("text", ["EUR\n", "EUR\n\n", "EUR ", "\nEUR"])
def test_line_breaks_at_the_end_are_no_way_around_a_pattern(text):
    spec = json.dumps(replaced(SPEC, ("site", "currency"), text))
    (problem,) = problems(spec)
    assert problem.rule == "bad-value"


def test_whole_numbers_may_be_written_with_a_point():
    text = MAXIMAL.replace("scroll: [25, 50]", "scroll: [25.0, 5e1]").replace(
        "ratio: 50", "ratio: 50.0"
    )
    triggers = load_text(text).spec.triggers
    assert triggers["a_scroll"].argument["scroll"] == (25, 50)
    assert repr(triggers["a_visible"].options["ratio"]) == "50"


@pytest.mark.parametrize("key", ["my pixel", "a\nb", "a%zz", "a#b", "a/b", "a~b", "\u00e4", ""])
def test_a_name_that_no_account_can_have(key: str) -> None:
    """Of whatever pack it is, and however often something is sent to it: told once."""
    name = json.dumps(key)
    text = (
        f"{HEAD}platforms:\n  {name}: {{pack: ga4, measurement_id: G-ABC1234567, "
        "consent: [analytics_storage]}\nconsent: {default: site}\n"
        f"events: {{buy: {{on: {{event: buy}}, send: {{{name}: {{event: buy}}}}}}}}\n"
    )
    (problem,) = [item for item in problems(text) if item.rule == "bad-key"]
    assert problem.message == f"`{key}` cannot be a key"
    assert problem.hint == "the name of an account is made of letters, digits, -, _ and ."
    assert (problem.span.line, problem.span.col) == (5, 3)


@pytest.mark.parametrize("key", ["b2b", "ga4-eu", "ga4_eu", "GA4", "eu.shop"])
def test_names_that_accounts_can_have(key: str) -> None:
    text = (
        f"{HEAD}platforms:\n  {key}: {{pack: ga4, measurement_id: G-ABC1234567, "
        "consent: [analytics_storage]}\nconsent: {default: site}\n"
        f"events: {{buy: {{on: {{event: buy}}, send: {{{key}: {{event: buy}}}}}}}}\n"
    )
    assert rules(text) == []
