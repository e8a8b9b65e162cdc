"""Rules about the code in Custom HTML and Custom JavaScript: where they strike, where not."""

from __future__ import annotations

import pytest
from importer.lifting import ALL_PAGES, boolean, data_layer, html, template, variable, version

from gtmgen.lint.html import inline_scripts

from .containers import told


def tag(code):
    return version(tags=(html("X", code, ALL_PAGES),))


# -- the language ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "newer"),
    [
        ("x = () => 1", "an arrow function (line 1)"),
        ("\n\nlet a = 1; let b = 2", "`let` (line 3)"),
        ("const {a} = b", "`const` (line 1)"),
        ("const [a] = b", "`const` (line 1)"),
        ("class A {}", "`class` (line 1)"),
        ("a = `b`", "a template literal (line 1)"),
        ("const a = `b`;\na.map(c => c)", ("`const` (line 1), a template literal (line 1), "
         "an arrow function (line 2)")),
    ],
)  # fmt: skip
def test_newer_syntax_is_told_with_its_line(code, newer):
    text = f"GTM takes scripts in ECMAScript 5 only, which does not have: {newer}."
    assert told(tag(f"<script>{code}</script>"), "script-not-es5") == [("X", text)]
    custom = version(variables=(variable("V", "jsm", template("javascript", code)),))
    assert told(custom, "script-not-es5") == [("V", text)]


@pytest.mark.parametrize(
    "code",
    [
        "var a = 1; function f() { return a >= 1 }",
        "let = 1; let in window; a.let; a.class; a.const",
        "'x => y'; \"const a\"; // let a = `b`\n/* class A {} => */",
        "<!-- const a = 1",
        "a = /`/.test(b) || /=>/.test(c)",
        "x = {{Total}}; y = '{{Total}}'",
        "a = b = > c",
        "",
    ],
)
def test_older_syntax_is_fine(code):
    assert told(tag(f"<script>{code}</script>"), "script-not-es5") == []


@pytest.mark.parametrize(
    "attributes",
    [
        ' type="module"',
        ' type="application/ld+json"',
        " type=text/template",
        ' src="a.js"',
        " async src='a.js'",
    ],
)
def test_only_classic_scripts_that_stand_in_the_tag_are_read(attributes):
    assert told(tag(f"<script{attributes}>const a = 1</script>"), "script-not-es5") == []


def test_text_outside_of_scripts_is_no_code():
    assert told(tag("let us => `go`"), "script-not-es5") == []
    assert told(tag("<style>a => b</style><p>const a</p>"), "script-not-es5") == []


# -- syntax errors -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("a(1,, 2)", "on line 1 (unexpected token in expression: ',')"),
        ("\n\na = {b: 1 2}", "on line 3 (Unexpected number)"),
        ("a({{Total}} {{Total}})", "on line 1 (Unexpected identifier '_')"),
        ("{{Total}} = 1", "on line 1 (invalid assignment left-hand side)"),
        ("return 1", "on line 1 (return not in a function)"),
        ("a = /(/", "(expecting ')')"),
        (f"a = {'(' * 100_000}", "(too deeply nested)"),
        ("a = '\0\ud800", "on line 1 (unexpected end of string)"),
    ],
)
def test_a_syntax_error_is_told_with_its_line(code, error):
    text = f"Its code has a syntax error {error}, so it does not run."
    assert told(tag(f"<script>{code}</script>"), "script-syntax-error") == [("X", text)]


@pytest.mark.parametrize(
    "code",
    [
        "throw new Error('x'); while (true) {}",
        "let a = 1; const b = async () => { await a?.b ?? `c` }",
        "a({{Total}}, '{{Total}}', {b: {{Total}}.c})",
        "<!-- a\nb();\n//-->",
        "a = 'not whole \ud800 and \0 in a text'",
        "",
    ],
)
def test_what_browsers_can_read_is_no_syntax_error(code):
    assert told(tag(f"<script>{code}</script>"), "script-syntax-error") == []


def test_the_code_of_a_variable_is_a_function():
    def variables(**codes):
        return version(
            variables=tuple(
                variable(name, "jsm", template("javascript", code)) for name, code in codes.items()
            )
        )

    fine = variables(A="function() { return 1 }", B="function() {};", C=" ", D="() => {{A}} // x")
    assert told(fine, "script-syntax-error") == []
    text = "Its code has a syntax error on line 2 (unexpected token in expression: '}'), so it "
    broken = variables(A="function() { return a.map(\n}")
    assert told(broken, "script-syntax-error") == [("A", f"{text}does not run.")]


def test_the_first_syntax_error_of_a_tag_is_enough():
    code = "<script>a(</script>\n<script>b(</script>"
    text = "Its code has a syntax error on line 1 (unexpected token in expression: ''), so it "
    assert told(tag(code), "script-syntax-error") == [("X", f"{text}does not run.")]


def test_lines_are_those_of_the_tag():
    code = "<p>\n</p>\n<script>\n\nconst a = 1;\n</script>\n<script>let b</script>"
    text = "GTM takes scripts in ECMAScript 5 only, which does not have: `const` (line 5), "
    assert told(tag(code), "script-not-es5") == [("X", f"{text}`let` (line 7).")]


@pytest.mark.parametrize(
    ("attributes", "is_inline"),
    [
        ("", True),
        (' type="text/javascript"', True),
        (" TYPE=text/gtmscript id=x", True),
        (' data-src="a.js"', True),
        (' type="application/json"', False),
        (" src=a.js", False),
    ],
)
def test_inline_scripts(attributes, is_inline):
    code = [("a()", 2)] if is_inline else []
    assert list(inline_scripts(f"<p>\n<script{attributes}>a()</script>")) == code


# -- Content-Security-Policy -------------------------------------------------------------------


def test_tags_with_inline_scripts_are_told_together():
    found = version(
        tags=(
            html("A", "<script>a()</script>", ALL_PAGES),
            html("B", "<script src=b.js></script><p>b</p>", ALL_PAGES),
            html("C", "<div></div><script>\nc()</script>", ALL_PAGES),
        )
    )
    text = (
        "These tags hold inline scripts, which run only where the site's Content-Security-Policy, "
        "if it has one, allows 'unsafe-inline' or has 'strict-dynamic': `A`, `C`."
    )
    assert told(found, "needs-unsafe-inline") == [("Custom HTML", text)]


# -- quotes ------------------------------------------------------------------------------------

INSTEAD = "in quotes GTM fills in text. Without quotes it is the value itself."


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("typeof '{{V}}' == 'undefined'", "`typeof '{{V}}'` is \"string\" whatever the value is"),
        ("'{{V}}' === undefined", "never equals undefined"),
        ("undefined != '{{V}}'", "never equals undefined"),
        ('"{{V}}" == null', "never equals null"),
        ("'{{V}}' === true", "never equals true"),
        ("'{{V}}' !== 5", "never equals 5"),
        ("a = '{{V}}' || 'b'", 'is the text "undefined" where there is no value'),
        ("f('{{V}}' && c)", 'is the text "undefined" where there is no value'),
        ("if ('{{V}}') f()", 'is the text "undefined" where there is no value'),
    ],
)
def test_a_text_that_is_taken_for_the_value_is_told(code, fault):
    found = version(
        tags=(html("X", f"<script>{code}</script>", ALL_PAGES),), variables=(data_layer("V", "v"),)
    )
    ((name, text),) = told(found, "quoted-variable")
    assert name == "X"
    assert fault in text
    assert text.endswith(INSTEAD)


@pytest.mark.parametrize(
    "code",
    [
        "f('{{V}}')",
        "a = {b: '{{V}}'}",
        "a = {{V}} || 'b'",
        "typeof {{V}}",
        "{{V}} === undefined",
        "'{{V}}' === 'undefined'",
        "'{{V}}' == 5",
        "'{{V}}' == true",
        "'{{V}}' === null.a",
        "'{{V}}' === undefined_",
        "'a{{V}}' || 'b'",
        "a == '{{V}}' || b",
        "a + '{{V}}' || b",
        "while ('{{V}}'.length) f()",
        "// '{{V}}' || 'b'",
    ],
)
def test_a_text_that_is_wanted_is_fine(code):
    found = version(
        tags=(html("X", f"<script>{code}</script>", ALL_PAGES),), variables=(data_layer("V", "v"),)
    )
    assert told(found, "quoted-variable") == []


@pytest.mark.parametrize(
    "source",
    [
        variable("V", "c", template("value", "x")),
        variable("V", "jsm", template("javascript", "function () { return ''; }")),
        variable("V", "v", template("name", "v"), boolean("setDefaultValue", True),
                 template("defaultValue", "")),
        {**data_layer("V", "v"),
         "formatValue": {"convertUndefinedToValue": template("convertUndefinedToValue", "none")}},
    ],
    ids=["constant", "code", "default", "format"],
)  # fmt: skip
def test_a_value_that_is_never_missing_may_be_tested_as_text(source):
    code = "<script>a = '{{V}}' || 'b'</script>"
    found = version(tags=(html("X", code, ALL_PAGES),), variables=(source,))
    assert told(found, "quoted-variable") == []


def test_custom_javascript_is_read_too_and_each_fault_told_once():
    code = "function () { return '{{V}}' === null || '{{V}}' === null; }"
    found = version(
        variables=(data_layer("V", "v"), variable("J", "jsm", template("javascript", code)))
    )
    text = f"`'{{{{V}}}}'` never equals null, with which it is compared: {INSTEAD}"
    assert told(found, "quoted-variable") == [("J", text)]


# -- size --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "is_told"), [(102_390, True), (60_000, False)])
def test_all_code_together_has_a_limit(size, is_told):
    code = "x" * size
    tags = tuple(html(f"T{number}", f"{number}{code}", ALL_PAGES) for number in range(2))
    script = variable("V", "jsm", template("javascript", "y" * 2048))
    text = "Together they are 201 KB; GTM takes 200 KB for a compiled container."
    expected = [("Custom HTML and Custom JavaScript", text)] if is_told else []
    assert told(version(tags=tags, variables=(script,)), "too-long") == expected
