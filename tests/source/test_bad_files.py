"""Files that are no spec at all: one clear problem each, never a traceback."""

import os
import re

import pytest
from processes import run
from support import HEAD, load_text, problems, rendered, rules

from gtmgen.errors import GtmgenError, SpecError, UsageError
from gtmgen.spec.load import load

WHOLE_MESSAGES = {
    "empty": (
        "",
        (
            "spec.yaml:1:1: error[empty]: the file is empty\n"
            "hint: start with `gtmgen: 1`, or run `gtmgen init`"
        ),
    ),
    "only comments": (
        "# nothing\n# here\n",
        (
            "spec.yaml:1:1: error[empty]: the file is empty\n"
            "    1 | # nothing\n"
            "      | ^\n"
            "hint: start with `gtmgen: 1`, or run `gtmgen init`"
        ),
    ),
    "only a document marker": (
        "---\n",
        (
            "spec.yaml:1:1: error[empty]: the file is empty\n"
            "    1 | ---\n"
            "      | ^\n"
            "hint: start with `gtmgen: 1`, or run `gtmgen init`"
        ),
    ),
    "a list": (
        "- a\n",
        (
            "spec.yaml:1:1: error[not-a-mapping]: a spec is a mapping of sections; this is a list\n"
            "    1 | - a\n"
            "      | ^\n"
            "hint: start with `gtmgen: 1`"
        ),
    ),
    "text": (
        "Dear customer,\n",
        (
            "spec.yaml:1:1: error[not-a-mapping]: a spec is a mapping of sections; "
            "this is plain text\n"
            "    1 | Dear customer,\n"
            "      | ^\n"
            "hint: start with `gtmgen: 1`"
        ),
    ),
    "a tab": (
        "site:\n\tcurrency: EUR\n",
        (
            "spec.yaml:2:1: error[yaml-syntax]: found character that cannot start any token\n"
            "    2 |     currency: EUR\n"
            "      | ^^^^\n"
            "hint: YAML allows no tab in indentation; use spaces"
        ),
    ),
    "a colon": (
        "site: a: b\n",
        (
            "spec.yaml:1:8: error[yaml-syntax]: mapping values are not allowed in this context\n"
            "    1 | site: a: b\n"
            "      |        ^\n"
            "hint: put quotes around a value that contains `: `"
        ),
    ),
    "an at sign": (
        "site: @x\n",
        (
            "spec.yaml:1:7: error[yaml-syntax]: found character that cannot start any token\n"
            "    1 | site: @x\n"
            "      |       ^\n"
            "hint: put quotes around a value that begins with `@`"
        ),
    ),
    "an open bracket at the end": (
        "site: {hosts: [a\n",
        (
            "spec.yaml:1:15: error[yaml-syntax]: `[` is not closed\n"
            "    1 | site: {hosts: [a\n"
            "      |               ^\n"
            "hint: put `]}` at the end of the line"
        ),
    ),
    "an open bracket in the middle": (
        "site: {hosts: [a\nproject: b\n",
        (
            "spec.yaml:1:15: error[yaml-syntax]: `[` is not closed\n"
            "    1 | site: {hosts: [a\n"
            "      |               ^\n"
            "hint: put `]}` at the end of the line"
        ),
    ),
    "an open bracket that several lines follow": (
        "site: {hosts: [a,\n  b\nproject: b\n",
        (
            "spec.yaml:3:8: error[yaml-syntax]: did not find expected ',' or ']'\n"
            "    3 | project: b\n"
            "      |        ^\n"
            "hint: the bracket was opened in line 1, column 15"
        ),
    ),
    "a key without a colon": (
        "gtmgen: 1\nproject shop\nsite: {}\n",
        (
            "spec.yaml:2:1: error[yaml-syntax]: `project` has no colon\n"
            "    2 | project shop\n"
            "      | ^\n"
            "hint: write `project: shop`"
        ),
    ),
    "a section without a colon": (
        "gtmgen: 1\nsite\n  currency: EUR\n",
        (
            "spec.yaml:2:1: error[yaml-syntax]: `site` has no colon\n"
            "    2 | site\n"
            "      | ^\n"
            "hint: write `site:`"
        ),
    ),
    "no space behind a colon": (
        "gtmgen: 1\nproject:shop\nsite: {}\n",
        (
            "spec.yaml:2:1: error[yaml-syntax]: a space is missing after the colon of `project`\n"
            "    2 | project:shop\n"
            "      | ^\n"
            "hint: write `project: shop`"
        ),
    ),
    "an equals sign": (
        "gtmgen = 1\nproject: shop\n",
        (
            "spec.yaml:1:1: error[yaml-syntax]: `gtmgen` has no colon\n"
            "    1 | gtmgen = 1\n"
            "      | ^\n"
            "hint: write `gtmgen: 1`"
        ),
    ),
    "a semicolon": (
        "gtmgen: 1\nproject; shop\nsite: {}\n",
        (
            "spec.yaml:2:1: error[yaml-syntax]: `project` has no colon\n"
            "    2 | project; shop\n"
            "      | ^\n"
            "hint: write `project: shop`"
        ),
    ),
    "a semicolon before a bracket": (
        "gtmgen: 1\nsite; {navigation: spa, currency: EUR}\nproject: shop\n",
        (
            "spec.yaml:2:1: error[yaml-syntax]: `site` has no colon\n"
            "    2 | site; {navigation: spa, currency: EUR}\n"
            "      | ^\n"
            "hint: write `site: {navigation: spa, currency: EUR}`"
        ),
    ),
    "a semicolon behind a section": (
        "gtmgen: 1\nsite;\n  currency: EUR\n",
        (
            "spec.yaml:2:1: error[yaml-syntax]: `site` has no colon\n"
            "    2 | site;\n"
            "      | ^\n"
            "hint: write `site:`"
        ),
    ),
    "no space behind a dash": (
        "tests:\n  -name: a\n    expect: []\n",
        (
            "spec.yaml:2:3: error[yaml-syntax]: "
            "a space is missing after the `-` of a list item\n"
            "    2 |   -name: a\n"
            "      |   ^\n"
            "hint: write `- name: a`"
        ),
    ),
    "no dash": (
        "tests:\n  - name: a\n    expect:\n      {tiktok: Lead}\n      - {ga4: lead}\n",
        (
            "spec.yaml:4:7: error[yaml-syntax]: this item of the list has no `- `\n"
            "    4 |       {tiktok: Lead}\n"
            "      |       ^\n"
            "hint: write `- {tiktok: Lead}`, with 6 spaces before it"
        ),
    ),
    "one space too few, before a list": (
        "events:\n  a:\n    params:\n      value: value\n   send:\n      - ga4\n",
        (
            "spec.yaml:5:4: error[indentation]: `send` is indented by 3 spaces instead of 4\n"
            "    5 |    send:\n"
            "      |    ^\n"
            "hint: put 1 more space at the beginning of line 5"
        ),
    ),
    "a quote that ends in another line": (
        'data:\n  a: {constant: "x}\n  b: {constant: "y"}\n',
        (
            "spec.yaml:2:17: error[yaml-syntax]: this quote is not closed\n"
            '    2 |   a: {constant: "x}\n'
            "      |                 ^\n"
            'hint: write `"x"`'
        ),
    ),
    "two documents": (
        "a: 1\n---\nb: 2\n",
        (
            "spec.yaml:2:1: error[yaml-syntax]: the file holds more than one document\n"
            "    2 | ---\n"
            "      | ^\n"
            "hint: a file holds one document; remove the `---` between them"
        ),
    ),
    "an alias without an anchor": (
        "a: *b\n",
        (
            "spec.yaml:1:4: error[yaml-syntax]: found undefined alias\n"
            "    1 | a: *b\n"
            "      |    ^\n"
            "hint: an alias `*name` needs an anchor `&name` before it"
        ),
    ),
    "a control character": (
        "é: ok\nü: a\x07b\n",
        (
            "spec.yaml:2:5: error[yaml-syntax]: the character U+0007 is not allowed in YAML\n"
            "    2 | ü: a\\u0007b\n"
            "      |     ^^^^^^\n"
            'hint: in double quotes it can be written as an escape: "\\x07"'
        ),
    ),
    "UTF-16 without its mark": (
        "a: 1\n".encode("utf-16-le"),
        (
            "spec.yaml:1:2: error[yaml-syntax]: the character U+0000 is not allowed in YAML\n"
            "    1 | a\\u0000:\\u0000 \\u00001\\u0000\n"
            "      |  ^^^^^^\n"
            "hint: the file looks like UTF-16; save it as UTF-8"
        ),
    ),
    "Latin-1": (
        "# ü\nsite: {é: Ö}\n".encode() + "ä".encode("latin-1"),
        (
            "spec.yaml:3:1: error[encoding]: byte 0xe4 is not UTF-8\n"
            "    3 | \ufffd\n"
            "      | ^\n"
            "hint: save the file as UTF-8"
        ),
    ),
    "a key that is a list": (
        "? [a]\n: b\n",
        "spec.yaml:1:3: error[complex-key]: a key must be plain text\n    1 | ? [a]\n      |   ^^^",
    ),
    "a key set twice": (
        "site:\n  currency: EUR\n  currency: USD\n",
        (
            "spec.yaml:3:3: error[duplicate-key]: the key `currency` is set twice\n"
            "    3 |   currency: USD\n"
            "      |   ^^^^^^^^\n"
            "hint: first set at spec.yaml:2:3"
        ),
    ),
    "an unknown tag": (
        "site: !!python/object:os.system {}\n",
        (
            "spec.yaml:1:7: error[yaml-tag]: the tag `!!python/object:os.system` is not allowed\n"
            "    1 | site: !!python/object:os.system {}\n"
            "      |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
            "hint: remove the tag"
        ),
    ),
}


@pytest.mark.parametrize("name", WHOLE_MESSAGES)
def test_the_whole_message(name):
    text, message = WHOLE_MESSAGES[name]
    assert rendered(text) == message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32", "utf-32-be"])
def test_wide_encodings_are_named(encoding):
    text = "\ufeffgtmgen: 1\n" if encoding.endswith("be") else "gtmgen: 1\n"
    (problem,) = problems(text.encode(encoding))
    assert (problem.rule, problem.hint) == ("encoding", "save it as UTF-8")


def test_a_directory(tmp_path):
    with pytest.raises(UsageError, match="is a directory, not a spec") as raised:
        load(tmp_path, {})
    assert raised.value.hint == "name the YAML file in it"


def test_a_missing_file(tmp_path):
    with pytest.raises(UsageError, match=r"`.*no\.yaml` does not exist") as raised:
        load(tmp_path / "no.yaml", {})
    assert raised.value.hint == "`gtmgen init` writes a first spec"


def test_a_path_through_a_file(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(GtmgenError, match="cannot be read: Not a directory"):
        load(tmp_path / "a" / "spec.yaml", {})


def test_a_huge_file_is_not_read(tmp_path):
    path = tmp_path / "spec.yaml"
    with path.open("wb") as stream:
        stream.truncate(50 * 1024 * 1024)
    with pytest.raises(SpecError) as raised:
        load(path, {})
    (problem,) = raised.value.diagnostics
    assert (problem.rule, problem.message) == ("file-too-large", "the file is larger than 16 MB")
    assert problem.hint == "split it up with `include`"


def test_a_byte_order_mark_is_read():
    loaded = load_text(b"\xef\xbb\xbf" + HEAD.encode())
    assert loaded.document.span(("gtmgen",), on_key=True)[1:] == (1, 1, 6)


@pytest.mark.parametrize("line_break", ["\r\n", "\r", "\n"])
def test_line_breaks_of_all_systems(line_break):
    text = (HEAD + "# x\nsite: {currency: euro}\n").replace("\n", line_break)
    assert rendered(text) == (
        "spec.yaml:5:18: error[bad-value]: the text `euro` is not allowed here\n"
        "    5 | site: {currency: euro}\n"
        "      |                  ^^^^\n"
        "hint: an ISO 4217 code, such as EUR, for values without a currency"
    )


DEEP = {
    "brackets": "[" * 100_000,
    "braces": "{a: " * 100_000,
    "dashes": "- " * 100_000 + "x",
    "question marks": "? " * 100_000 + "x",
    "block": "".join(" " * depth + "a:\n" for depth in range(2000)),
    "dashes under keys": "".join(f"{' ' * i}a:\n{' ' * i}-\n" for i in range(1000)),
    "closed in comments": "a: " + "[ # ]\n" * 100_000,
    "closed in quotes": "a: " + '["]",\n' * 100_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_does_not_end_the_process(name, tmp_path):
    """In a process of its own, which a stack overflow would kill."""
    path = tmp_path / "spec.yaml"
    path.write_text(DEEP[name])
    code = (
        "import sys\nfrom gtmgen.errors import SpecError\nfrom gtmgen.spec.load import load\n"
        "try: load(sys.argv[1], {})\n"
        "except SpecError as error: print(*(d.rule for d in error.diagnostics))"
    )
    done = run("-c", code, str(path), cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "too-deep\n", "")


@pytest.mark.parametrize(("start", "opening"), [("a: ", "["), ("b: 1\na: ", "{a: ")])
def test_the_place_is_the_same_where_the_scanner_stops_at_a_limit_of_its_own(start, opening):
    (shallow,) = problems(start + opening * 100)
    (deep,) = problems(start + opening * 5000)
    assert (shallow.rule, shallow.message) == ("too-deep", "nested deeper than 64 levels")
    assert (deep.rule, deep.message, deep.span) == (shallow.rule, shallow.message, shallow.span)


WIDE = {
    "a bracket": ("a: [x" + " " * 1_000_000 + "y", (4, 4), "`[` is not closed"),
    "a quote": ("a: 'x" + " " * 1_000_000 + "y", (4, 4), "this quote is not closed"),
    "a key": ("a b" + " " * 1_000_000 + "y\nc: d", (4, 1), "`a` has no colon"),
    "places for a quote": ("a: 'x" + ",}" * 500_000, (4, 4), "this quote is not closed"),
}


@pytest.mark.parametrize("name", WIDE)
def test_a_line_of_a_million_characters_is_read_a_few_times_only(name):
    text, (line, column), message = WIDE[name]
    (problem,) = problems(HEAD + text + "\nb: c\n")
    assert (problem.rule, problem.message) == ("yaml-syntax", message)
    assert (problem.span.line, problem.span.col) == (line, column)


def test_sixty_four_levels_are_allowed():
    assert "too-deep" not in rules("a: " + "[" * 63 + "x" + "]" * 63)
    assert rules("a: " + "[" * 64 + "x" + "]" * 64) == ["too-deep"]


def test_a_billion_laughs():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 10)]
    (problem,) = problems("\n".join(lines))
    assert problem.rule == "alias-bomb"
    assert problem.message == "aliases expand to more than 1,000,000 nodes"
    assert problem.span.line == 6


def test_aliases_that_nest():
    """Each is one level of text, and together they are more than Python's stack."""
    lines = ["a0: &a0 [x]", *(f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 1300))]
    (problem,) = problems("\n".join(lines))
    assert (problem.rule, problem.span.line) == ("too-deep", 65)


@pytest.mark.parametrize(
    "text",
    ["a: &a [*a]\n", "a: &a {b: {c: *a}}\n", "&a {a: *a}\n", "x: ?q=1&b=é&c\na: é&\nb: &a [*a]\n"],
)
def test_an_alias_in_itself(text):
    assert rules(text) == ["alias-cycle"]


def test_aliases_that_are_fine():
    text = HEAD + "site: &site {currency: EUR}\nenvironments: {a: {site: *site}}\n"
    assert load_text(text, env="a").spec.site.currency == "EUR"


def test_many_duplicate_keys_are_all_named_quickly():
    half = "".join(f"k{number}: 1\n" for number in range(20_000))
    found = problems(half + half)
    assert len(found) == 20_000
    assert found[-1].hint == "first set at spec.yaml:20000:1"


def test_text_of_the_spec_cannot_steer_the_terminal():
    text = rendered(HEAD + '"\\e[31mred": 1\n"a\\nb": 2\n"\\u202eabc": 3\n')
    assert not re.search(r"[\x00-\x09\x0b-\x1f\u202e]", text)
    assert "unknown key `\\u001b[31mred`" in text
    assert "unknown key `a\\u000ab`" in text


def test_a_message_never_quotes_a_book():
    text = rendered(HEAD + f"{'x' * 100}{'y' * 5000}: 1\n")
    assert max(map(len, text.splitlines())) < 450


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "spec.yaml")
    with pytest.raises(GtmgenError, match=r"cannot be read: it is not a regular file$"):
        load(tmp_path / "spec.yaml", {})
