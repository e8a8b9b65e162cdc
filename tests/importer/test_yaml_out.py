"""What the writer writes, gtmgen's reader gives back: the same values, the same keys."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gtmgen.importer.write.scalars import UnwritableError
from gtmgen.importer.write.yaml_out import dump
from gtmgen.source.values import Builder
from gtmgen.source.yaml_text import MAX_DEPTH, compose, decode

HOSTILE = (
    *("", " ", "\n", "\n\n", "\t", "on", "ON", "Yes", "n", "null", "~", "True", "1e3", "0o17"),
    *("0x1F", "12:30", "1_000", ".5", "+1", "-", "- a", "? a", ": a", "a: b", "a:", "a #b", "#a"),
    *("=", "<<", "&a", "*a", "!a", "|", ">", "%a", "@a", "`a", "'a'", '"a"', "a'b\"c", "\\n"),
    *("${A}", "$${A}", "$$${A}", "${", "$${", "${A:-${B}}", "${A:-$${B}", "$", "a$", "{{x}}"),
    *("2020-01-01", "---", "...", "--- a", "a, b", "[a]", "{a}", "a]", "\ufeff", "a\ufeff\nb"),
    *("\x85", "a\x85b", "\u2028", "a\nb\u2029c", "\ue000\x85", "\x00", "\x1b", "\x7f", "\x9f"),
    *("\uffff", "\ufffe", "😀", "e\u0301", "\u202e", " a", "a ", "a\n", "a\n\n", "\na", "\n a"),
    *(" a\nb", "\ta\nb", "a\n b", "a\n\tb", "a\n ", "a\n \n", "a\r\nb", "a\rb", "\r\n", "a \nb "),
    *("a\n# b", "a\n\n\nb\n\n\n", "  \n a", "a\n---\nb", "?", "a?b", "a,b", "a:b", "x" * 2000),
    *("a\n${B}\n", ".inf", ".NaN", "0", "-0", "1.", "0o8", "1" * 301, "http://a/b?c=d#e", "é: ü"),
)

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=12),
    st.text(st.sampled_from("a1 \n\t\r:#-?,[]{}&*!|>'\"%@`$\\~=<\x85\u2028\ufeff"), max_size=10),
    st.lists(st.sampled_from(HOSTILE), max_size=4).map("".join),
)
scalars = st.one_of(
    texts,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=5), st.dictionaries(texts, inner, max_size=5)),
    max_leaves=20,
)
data = st.dictionaries(texts, values, max_size=6)


def load(text):
    builder = Builder({"A": "wrong", "B": "wrong"})
    built = builder.build(compose(decode(text.encode(), "out.yaml"), "out.yaml"))
    assert builder.diagnostics == []
    return built


def same(one, other):
    """Equal, and of the same types: in Python, 1 is 1.0 and True."""
    assert one.__class__ is other.__class__
    if isinstance(one, dict):
        assert list(one) == list(other)
        for key in one:
            same(one[key], other[key])
    elif isinstance(one, list):
        assert len(one) == len(other)
        for first, second in zip(one, other, strict=True):
            same(first, second)
    else:
        assert repr(one) == repr(other)


# -- what cannot be written ------------------------------------------------------------


def nested(levels):
    value = "x"
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "the number nan"),
        (float("-inf"), "the number -inf"),
        (10**300, "a number of 301 digits"),
        ("a\ud800", "half of a character (a lone surrogate)"),
        ("a\n\udc00", "half of a character (a lone surrogate)"),
        ({1: "a"}, "a key of the type int"),
        ({"\ud800": "a"}, "half of a character (a lone surrogate)"),
        (b"a", "a value of the type bytes"),
        (nested(MAX_DEPTH), f"more than {MAX_DEPTH} levels"),
        (nested(5000), f"more than {MAX_DEPTH} levels"),
    ],
)
def test_what_yaml_cannot_hold(value, message):
    with pytest.raises(UnwritableError) as caught:
        dump({"key": value})
    assert str(caught.value) == message


def test_as_deep_as_the_reader_goes():
    document = {"key": nested(MAX_DEPTH - 1)}
    same(load(dump(document)), document)


# -- there and back --------------------------------------------------------------------


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts(text):
    document = {
        "value": text,
        "flow": {"a": text},
        "list": [text, {"x": text, "y": text}],
        text: {text: [text, [text]]},
        "last": text,
    }
    same(load(dump(document)), document)


@settings(max_examples=400, deadline=None)
@given(data)
def test_everything_comes_back(document):
    same(load(dump(document)), document)


@settings(max_examples=100, deadline=None)
@given(data, st.text(st.characters(), max_size=20))
def test_comments_change_nothing(document, comment):
    comments = {(): comment}
    stack = [((), document)]
    while stack:
        path, value = stack.pop()
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for step, inner in members:
            comments[*path, step] = f"\n{comment}"
            if isinstance(inner, (dict, list)):
                stack.append(((*path, step), inner))
    same(load(dump(document, comments)), document)


@settings(max_examples=100, deadline=None)
@given(data, st.integers(10, 60))
def test_the_width_changes_nothing(document, width):
    same(load(dump(document, {}, width)), document)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12))
def test_readers_of_yaml_1_1_see_the_same_texts(text):
    """Editors and linters read 1.1: what gtmgen takes for a text, they do, too."""
    if "${" not in text:
        assert yaml.safe_load(dump({"key": text})) == {"key": text}


@pytest.mark.parametrize(
    "word", ["on", "off", "yes", "No", "y", "12:30", "1_000", "=", "<<", "0b1"]
)
def test_words_of_yaml_1_1(word):
    assert yaml.safe_load(dump({"key": word})) == {"key": word}


def test_half_a_megabyte():
    lines = "".join(f"  var a{number} = '${{X}}';\n" for number in range(20_000))
    document = {"code": lines, "line": lines.replace("\n", "\r\n"), "end": 1}
    same(load(dump(document)), document)


# -- how it reads ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text", ["${A:-" * 100_000, "${A:-x}" + "$${A:-" * 100_000, "${A" * 100_000]
)
def test_half_a_megabyte_of_unclosed_variables(text):
    same(load(dump({"a": text})), {"a": text})


def test_how_it_reads():
    document = {
        "gtmgen": 1,
        "container": {"gtm": "GTM-A1"},
        "gtm": {
            "tags": {
                "pixel": {
                    "name": "Pixel: all pages",
                    "type": "html",
                    "parameters": {
                        "html": "<script>\n  run('${x}');\n</script>\n",
                        "supportDocumentWrite": False,
                    },
                    "on": ["all_pages", "GA4 - Purchase"],
                },
                "ga4": {
                    "type": "gaawe",
                    "table": [
                        {"name": "value", "value": "{{Value}}"},
                        {"name": "currency", "value": "EUR", "file": {"a": "b"}},
                    ],
                    "where": {"value": {"gt": 0}},
                    "none": {},
                    "empty": [],
                },
            }
        },
    }
    comments = {
        (): "Imported from GTM-A1.\n",
        ("gtm",): "\nAll that there is.",
        ("gtm", "tags", "pixel"): "was: tag 7",
        ("gtm", "tags", "ga4", "table", 1): "A row.",
    }
    assert (
        dump(document, comments)
        == """\
# Imported from GTM-A1.

gtmgen: 1
container: {gtm: GTM-A1}

# All that there is.
gtm:
  tags:
    # was: tag 7
    pixel:
      name: "Pixel: all pages"
      type: html
      parameters:
        html: |
          <script>
            run('$${x}');
          </script>
        supportDocumentWrite: false
      on: [all_pages, GA4 - Purchase]
    ga4:
      type: gaawe
      table:
        - {name: value, value: "{{Value}}"}
        # A row.
        - name: currency
          value: EUR
          file: {a: b}
      where: {value: {gt: 0}}
      none: {}
      empty: []
"""
    )


def test_lines_end_at_the_width():
    fits = {"key": ["a" * 30, "b" * 30, "c" * 29]}
    assert dump(fits) == f"key: [{', '.join(fits['key'])}]\n"
    assert len(dump(fits)) == 101
    wide = {"key": ["a" * 30, "b" * 30, "c" * 30]}
    assert dump(wide) == "key:\n" + "".join(f"  - {item}\n" for item in wide["key"])


def test_no_data():
    assert dump({}) == "{}\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("\nleading", "key: |2-\n\n  leading\n"),
        ("  indented\n", "key: |2\n    indented\n"),
        ("kept\n\n\n", "key: |+\n  kept\n\n\n"),
        ("a\r\nb", 'key: "a\\r\\nb"\n'),
        ('say "hi"', "key: 'say \"hi\"'\n"),
        ("^\\d+$", "key: '^\\d+$'\n"),
        ("it's", "key: it's\n"),
        ("👍", 'key: "👍"\n'),
        ("Käufe", "key: Käufe\n"),
        ("\x00\x1b\x85\ufeff\x01", 'key: "\\0\\e\\N\\ufeff\\x01"\n'),
    ],
)
def test_styles(text, written):
    assert dump({"key": text}) == written
