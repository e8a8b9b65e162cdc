"""Path and host globs, as the patterns that they become match real paths."""

from __future__ import annotations

import pytest

from gtmgen.compile.regex import any_of, escape, host_pattern, path_pattern

from .gtm_page import matches

PATHS: list[tuple[str, list[str], list[str]]] = [
    ("/", ["/"], ["", "/x", "//"]),
    ("/cart", ["/cart", "/cart/"], ["/cart/x", "/carts", "/Cart", "x/cart", "/cart\n"]),
    ("/cart/", ["/cart", "/cart/"], ["/cart/x", "/carts"]),
    ("/p/*", ["/p/1", "/p/1/", "/p/a.b"], ["/p", "/p/", "/p/1/2"]),
    ("/*", ["/p", "/p/"], ["/", "/p/1"]),
    ("/a/**", ["/a", "/a/", "/a/b", "/a/b/c/"], ["/ab", "/b/a"]),
    ("/a/**/b", ["/a/b", "/a/x/b", "/a/x/y/b/"], ["/a", "/ab", "/a/xb", "/a/b/c"]),
    ("/**/b", ["/b", "/a/b", "/a/a/b/"], ["/ab", "/b/a"]),
    ("/a/**/**/b", ["/a/b", "/a/x/b"], ["/ab"]),
    ("/**x/b", ["/x/b", "/ax/b"], ["/a/x/b"]),
    (
        "/p-*.html",
        ["/p-1.html", "/p-.html", "/p-a-b.html/"],
        ["/p-1xhtml", "/p-1.htm", "/p-/.html"],
    ),
    ("/p/{id}", ["/p/1", "/p/1/"], ["/p/", "/p/1/2"]),
    ("/{lang}/p/{id}/x", ["/de/p/1/x"], ["/p/1/x", "/de/p/x"]),
    ("/p/{id}.html", ["/p/1.html"], ["/p/.html", "/p/1"]),
    ("/a+b(c)[d]^$|\\", ["/a+b(c)[d]^$|\\"], ["/aab", "/a"]),
    ("/a.b", ["/a.b"], ["/axb"]),
    ("/é", ["/%C3%A9", "/%c3%a9/"], ["/é", "/%C3"]),
    ("/商品/*", ["/%E5%95%86%E5%93%81/1", "/%e5%95%86%e5%93%81/1"], ["/%E5%95%86%E5%93%81"]),
    ("/caf%c3%a9", ["/caf%C3%A9", "/caf%c3%a9"], ["/caf%C3%A8"]),
    ("/a%20b", ["/a%20b"], ["/a b", "/a20b"]),
    ("/100%", ["/100%"], ["/100"]),
    ('/"x"', ["/%22x%22"], ['/"x"']),
    ("/a{b", ["/a%7Bb", "/a%7bb"], ["/a{b"]),
    ("/a//b", ["/a/b"], ["/ab"]),
]


@pytest.mark.parametrize(("glob", "hits", "misses"), PATHS)
def test_a_path_glob(glob: str, hits: list[str], misses: list[str]) -> None:
    pattern = path_pattern((glob,))
    assert pattern is not None
    for path in hits:
        assert matches(pattern, path), (pattern, path)
    for path in misses:
        assert not matches(pattern, path), (pattern, path)


@pytest.mark.parametrize("globs", [("/**",), ("/**/**",), ("/a", "/**")])
def test_a_glob_that_every_path_matches_needs_no_condition(globs: tuple[str, ...]) -> None:
    assert path_pattern(globs) is None


def test_no_order_and_no_repetition_in_alternatives() -> None:
    assert path_pattern(("/b", "/a", "/b/")) == "^(?:/a/?|/b/?)$"


@pytest.mark.parametrize(
    ("globs", "hits", "misses"),
    [
        (("a.example",), ["a.example"], ["b.a.example", "axexample"]),
        (("*.a.example",), ["b.a.example", "c.b.a.example"], ["a.example", "xa.example"]),
        (("*.a.example", "b.*"), ["x.a.example", "b.example"], ["b."]),
        (("*.straße.example",), ["x.xn--strae-oqa.example"], ["x.strasse.example"]),
    ],
)
def test_a_host_glob(globs: tuple[str, ...], hits: list[str], misses: list[str]) -> None:
    pattern = host_pattern(globs)
    assert [host for host in hits + misses if matches(pattern, host)] == hits


def test_text_in_a_pattern_stands_for_itself() -> None:
    text = "".join(map(chr, range(32, 127)))
    assert matches(f"^{escape(text)}$", text)
    assert escape("\\/") == "\\\\/"
    either = any_of(("a|b", "\\/"))
    assert [text for text in ("a|b", "\\/", "a", "b") if matches(f"^{either}$", text)] == [
        "a|b",
        "\\/",
    ]
