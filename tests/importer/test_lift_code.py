"""Calls in Custom HTML: what is code, what is a comment or a text, and code made to be hard."""

from __future__ import annotations

import pytest

from gtmgen.lint.code import Code, CodeCall, Mapped, Text, calls, scripts
from gtmgen.lint.code_tokens import list_texts


def found(html: str, name: str = "ttq") -> list[CodeCall]:
    return [call for code in scripts(html) for call in calls(code, name)]


def methods(html: str) -> list[str]:
    return [call.method for call in found(html)]


def test_arguments() -> None:
    (call,) = found(
        "<script>ttq.track('Purchase', {value: {{dlv - value}}, \"currency\": 'EUR', "
        "items: [1, {a: 2}], ...more, [key]: 1}, {event_id: id + '_1'});</script>"
    )
    assert call.arguments == (
        Text("Purchase"),
        Mapped(
            {
                "value": Code("{{dlv - value}}"),
                "currency": Text("EUR"),
                "items": Code("[1, {a: 2}]"),
            },
            whole=False,
        ),
        Mapped({"event_id": Code("id + '_1'")}, whole=True),
    )


def test_a_chain_keeps_what_stands_in_front() -> None:
    first, second = found("<script>window.ttq\n .instance('A1') . track(\"Lead\")</script>")
    assert first == CodeCall("instance", (Text("A1"),))
    assert second == CodeCall("track", (Text("Lead"),), (first,))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<script>ttq.page()</script>", ["page"]),
        ("ttq.page()", ["page"]),
        ("<SCRIPT type='text/javascript' async>ttq.page()</SCRIPT >", ["page"]),
        ("<script>ttq.page()", ["page"]),
        ("<script>// ttq.page()\n</script>", []),
        ("<script>/* ttq.page() */</script>", []),
        ("<script><!-- ttq.page()\nttq.load('A')</script>", ["load"]),
        ("<!-- <script>ttq.page()</script> -->", []),
        ("<script type='application/ld+json'>ttq.page()</script>", []),
        ("<noscript>Don't ttq.page()</noscript>", []),
        ("<p>ttq.page()</p>", []),
        ("<script>var a = 'ttq.page()', b = \"ttq.page()\", c = `ttq.page()`;</script>", []),
        ("<script>var a = 'it\\'s'; ttq.page()</script>", ["page"]),
        ("<script>x.replace(/['\"]/g, ''); ttq.page()</script>", ["page"]),
        ("<script>var a = 1 / 2; ttq.page(); b = c / d</script>", ["page"]),
        ("<script>ttq.page = function() {}</script>", []),
        ("<script>ttq.page</script>", []),
        ("<script>my.ttq.page(); $ttq.page(); ttqx.page()</script>", []),
        ("<script>function f() { if (x) ttq.page() }</script>", ["page"]),
        ("<script>ttq.track('a', ttq.identify({}))</script>", ["track", "identify"]),
        ("<script>ttq.page(</script>", []),
        ("<script>ttq.page(]</script>", []),
    ],
)
def test_what_counts_as_a_call(html: str, expected: list[str]) -> None:
    assert methods(html) == expected


def test_texts_are_unquoted() -> None:
    assert list_texts(r"""a = 'x\'y' + "\u0041\x42\n" // 'no'""") == ["x'y", "AB\n"]


@pytest.mark.parametrize(
    "code",
    [
        "ttq.track(" * 10_000,
        "ttq.track(" * 4_000 + ")" * 4_000,
        "ttq.track(" + "{a:" * 20_000 + "}" * 20_000 + ")",
        "/" * 50_000,
        '"' * 50_000,
        "`" * 50_001,
        "{{" * 50_000,
        "<script" * 14_000,
        "<script>" * 12_000,
        "<!--" * 20_000,
        "/*" * 50_000,
        "\\" * 50_000,
    ],
    ids=lambda code: code[:10],
)
def test_code_that_is_made_to_be_slow(code: str) -> None:
    """It comes to an end: with all brackets looked for anew each time, it would not."""
    assert len(found(code)) <= 4_000
    assert len(found("<script>" + code)) <= 4_000


@pytest.mark.parametrize(
    ("piece", "count"), [("=/[", 1), ("(/a[", 1), ("ttq.track(", 1), (".track('a')", 50)]
)
def test_half_a_megabyte_of_hostile_code(piece: str, count: int) -> None:
    code = "ttq.track('a')" + piece * (500_000 // len(piece))
    assert len(calls(code, "ttq")) == count


def test_calls_within_calls_to_a_depth() -> None:
    assert len(calls("ttq.track(" * 50_000 + ")" * 50_000, "ttq")) == 8
