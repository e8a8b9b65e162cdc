"""The language checker accepts what the sandbox has and names, by place, what it has not."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtmgen.runtime import check
from gtmgen.runtime.tokens import words

from .sandbox_page import Page

NO = "The sandbox has no "


def problems(code: str) -> list[str]:
    return [str(problem) for problem in check(code)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const a = new data.b();", f"1:11: {NO}`new`."),
        ("return this;", f"1:8: {NO}`this`."),
        ("class A {}", f"1:1: {NO}`class`."),
        ("const a = {get b() { return 1; }};", f"1:12: {NO}getters and setters."),
        ("function* a() {}", f"1:9: {NO}generators."),
        ("async function a() {}", f"1:1: {NO}`async` functions."),
        ("const a = async () => 1;", f"1:11: {NO}`async` functions."),
        ("with (data) {}", f"1:1: {NO}`with`."),
        ("a: while (true) {}", f"1:1: {NO}labels."),
        ("while (true) break a;", f"1:20: {NO}labels."),
        (
            "return 'a'.match(/a+[/]/g);",
            f"1:18: {NO}regular expressions. Use `match` or `search` with a string.",
        ),
        ("return `a${1}`;", f"1:8: {NO}template literals. Use `'...' + value`."),
        ("return data.a`b`;", f"1:14: {NO}tagged templates."),
        ("return [...data.a];", f"1:9: {NO}spread (`...`). Use `concat` or a loop."),
        ("return {...data.a};", f"1:9: {NO}spread (`...`). Use a loop."),
        ("const a = (...b) => b;", f"1:12: {NO}rest parameters. Use `arguments`."),
        ("const {a} = data;", f"1:7: {NO}destructuring. Use one assignment for each name."),
        ("const [a] = data.b;", f"1:7: {NO}destructuring. Use one assignment for each name."),
        ("let a; [a] = [1];", f"1:8: {NO}destructuring. Use one assignment for each name."),
        ("const f = ({a}) => 1;", f"1:12: {NO}destructuring. Use one assignment for each name."),
        (
            "const f = (a = 1) => a;",
            f"1:14: {NO}default parameters. Use `if (x === undefined)`.",
        ),
        (
            "return {['a']: 1};",
            f"1:9: {NO}computed property names. Use `object[key] = value`.",
        ),
        ("const a = 1; return {a};", f"1:22: {NO}shorthand properties. Use `a: a`."),
        ("return {a() {}};", f"1:9: {NO}method properties. Use `name: function() {{}}`."),
        ("return data?.a;", f"1:12: {NO}optional chaining (`?.`). Use `a && a.b`."),
        ("return data.a ?? 1;", f"1:15: {NO}`??` operator."),
        ("return 2 ** 3;", f"1:10: {NO}`**` operator."),
        ("let a = 1; a ||= 2;", f"1:14: {NO}`||=` operator."),
        ("return 10n;", f"1:8: {NO}number literal `10n`. Use a decimal or `0x` number."),
        ("return 0b1;", f"1:8: {NO}number literal `0b1`. Use a decimal or `0x` number."),
        (
            "delete data.a;",
            f"1:1: {NO}`delete`. Use `require('Object').delete(object, key)`.",
        ),
        ("return 'a' in data;", f"1:12: {NO}`in` operator."),
        ("return data instanceof data;", f"1:13: {NO}`instanceof` operator."),
        ("return void 0;", f"1:8: {NO}`void`."),
        ("return +data.a;", f"1:8: {NO}unary `+`. Use `require('makeNumber')`."),
        (
            "try { data.a(); } catch (e) {} finally {}",
            f"1:1: {NO}`try`. Use guards: an error cannot be caught.",
        ),
        (
            "throw 'x';",
            f"1:1: {NO}`throw`. Use `data.gtmOnFailure()` in a tag, a return value in a variable.",
        ),
        ("do { } while (false);", f"1:1: {NO}`do ... while`. Use `while`."),
        (
            "const a = function b() {};",
            f"1:20: {NO}named function expressions. Use a variable.",
        ),
        (
            "for (var a of [1]) {}",
            f"1:6: {NO}`for (var ... of ...)`. Use `const` or `let`.",
        ),
        (
            "return eval('1');",
            "1:8: `eval` is not defined: the sandbox has no globals of the page.",
        ),
        (
            "return NaN;",
            "1:8: `NaN` is not defined: the sandbox has no globals of the page.",
        ),
        (
            "return parseInt('1');",
            "1:8: `parseInt` is not defined: the sandbox has no globals of the page.",
        ),
        (
            "if (true) { let a = 1; } return a;",
            "1:33: `a` is not defined: the sandbox has no globals of the page.",
        ),
        (
            "const a = 1; a = 2;",
            "1:14: `a` is a constant: the sandbox ignores the assignment silently.",
        ),
        ("let a; let a;", "1:12: `a` is declared twice."),
        ("const f = (a) => { const a = 1; };", "1:26: `a` is declared twice."),
        ("let a; if (data.b) { var a; }", "1:26: `a` is declared twice."),
        ("const f = () => { break; };", "1:19: Nothing to break here."),
        ("while (true) { const f = () => { break; }; }", "1:34: Nothing to break here."),
        ("switch (1) { default: continue; }", "1:23: Nothing to continue here."),
        ("for (const a, b of []) {}", "1:6: The variable of a loop must be a plain name."),
        ("for (let a = 1 of []) {}", "1:6: The variable of a loop must be a plain name."),
        ("for (data.a of []) {}", "1:6: The variable of a loop must be a plain name."),
        ("const f = (a, a) => 1;", "1:11: Two parameters have the same name."),
        ("const a;", "1:7: `const a` needs a value."),
        ("undefined = 1;", "1:1: `undefined` cannot be assigned to."),
        ("require = 1;", "1:1: `require` cannot be assigned to."),
        ("data = 1;", "1:1: `data` cannot be assigned to."),
        ("require('fetch');", "1:9: `fetch` is not a valid API name."),
        ("require(data.a);", "1:1: `require` takes the name of one API as a string."),
        (
            "const r = require;",
            "1:11: `require` can only be called, with the name of an API.",
        ),
        ("const a = 1 const b = 2;", "1:13: Expected `;`, found `const`."),
        ("if (true) {", "1:12: Expected `}` for the `{` in line 1, found the end of the code."),
        ("return 1 +;", "1:11: Expected an expression, found `;`."),
        ("return [1,,2];", "1:11: An array literal cannot have holes."),
        ("1 = 2;", "1:1: This cannot be assigned to."),
        ("return '\n';", "1:8: Unexpected character `'`."),
    ],
)
def test_refuses(code: str, expected: str) -> None:
    assert expected in problems(code)


@pytest.mark.parametrize(
    "code",
    [
        "return -1 + 2 - 3 * 4 / 5 % 6 << 1 >> 2 >>> 3 & 4 | 5 ^ ~6;",
        "return !data.a && data.b || data.c ? typeof data.d : (1, 0x1F, .5, 1e3, 1.5e-2);",
        "let a = 1; a += 1; a <<= 2; a >>>= 1; a++; --a; data.b.c[0] *= 2; data['d']--; return a;",
        "const f = a => a * 2; const g = (a, b) => { return f(a) + b; }; return g(1, 2);",
        "return f(); function f() { var a = arguments.length; return a; }",
        "for (let i = 0; i < 3; i++) { if (i === 1) continue; else break; }",
        "for (const a of 'ab') {} for (const k in data) {} let k; for (k in data) {}",
        "for (;;) break;",
        "switch (data.a) { case 1: case 'b': return 1; default: return 2; }",
        "while (data.a) { var b = 1 } return b",
        "const a = {if: 1, 'b-c': 2, 3: [4,], get: 5, set: 6, async: 7,}; return a.if + a.get",
        "const JSON = require('JSON'); return JSON.parse('{}');",
        "const a = 1 // a comment\nconst b = 2 /* another\n one */\nreturn a / b / 2",
        "const ok = data.a ?.5 : 1; return ok;",
        "return function() { return 1; };",
        "const async = 1; return async;",
    ],
)
def test_accepts(code: str) -> None:
    assert problems(code) == []


def test_reports_every_problem_by_place() -> None:
    code = "const a = `x`;\nreturn this.b ?? a;\n\nwindow.c = 1;"
    assert problems(code) == [
        f"1:11: {NO}template literals. Use `'...' + value`.",
        f"2:8: {NO}`this`.",
        f"2:15: {NO}`??` operator.",
        "4:1: `window` is not defined: the sandbox has no globals of the page.",
    ]


def test_what_was_found_before_the_parser_got_lost_is_reported_too() -> None:
    assert problems("return `x`\n)") == [
        f"1:8: {NO}template literals. Use `'...' + value`.",
        "2:1: Expected an expression, found `)`.",
    ]


WORDS = [
    *words(
        "a data require ( ) [ ] { } ; , . => = + - * / ! ? : 1 'x' `y` if else for in of const let"
    ),
    *words("function return while switch case new this ... ?. && || typeof async class try"),
    "\n",
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join) | st.text(max_size=40))
def test_never_fails_on_any_text(code: str) -> None:
    assert all(problem.line >= 1 and problem.message for problem in check(code))


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join))
def test_what_passes_is_javascript(code: str) -> None:
    from gtmgen.runtime.language import to_javascript

    if not check(code):
        body = to_javascript(code)
        function = f"(function ($, _require, _data) {{ return function () {{ {body} }}; }})"
        assert Page().value(f"typeof {function}") == "function"
