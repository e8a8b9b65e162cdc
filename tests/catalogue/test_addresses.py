"""Links and images of products: what is an address that a visitor can open."""

from __future__ import annotations

import pytest

from gtmgen.catalogue.addresses import explain_address


@pytest.mark.parametrize(
    "address",
    [
        "https://mugs.example/p/1",
        "HTTP://mugs.example",
        "  https://mugs.example/p?a=1&b=%20#top\t",
        "https://mügs.example/ä/カップ",
        "https://[2001:db8::1]:8443/p",
    ],
)
def test_what_a_visitor_can_open_is_an_address(address: str) -> None:
    assert explain_address(address) == ""


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("", "an address begins with its scheme, `https://`"),
        ("//mugs.example/p/1", "an address begins with its scheme, `https://`"),
        ("https:/mugs.example", "an address begins with its scheme, `https://`"),
        ("mailto:ada@mugs.example", "an address begins with its scheme, `https://`"),
        ("ftp://mugs.example/p/1", "an address begins with `https://`, not `ftp://`"),
        ("file:///home/ada/1.jpg", "an address begins with `https://`, not `file://`"),
        ("android-app://mugs/p", "an address begins with `https://`, not `android-app://`"),
        ("https://", "an address names a host: `https://shop.example/`"),
        ("http://?p=1", "an address names a host: `http://shop.example/`"),
        ("https://mugs.example/p 1", "an address has no blanks in it: write `%20`"),
        ("https://mugs example/p", "an address has no blanks in it: write `%20`"),
        ("https:// mugs.example/p", "an address has no blanks in it: write `%20`"),
        ("https://mugs.example/p\t1", "an address has no tabs in it"),
        ("https://\tmugs.example/p", "an address has no tabs in it"),
        ("https://mugs.example/p\n1", "an address has no line breaks in it"),
    ],
)
def test_what_nobody_can_open_is_told(address: str, why: str) -> None:
    assert explain_address(address) == why


@pytest.mark.parametrize(
    ("char", "name"), [("\x00", "U+0000"), ("\xa0", "U+00A0"), ("\u200b", "U+200B")]
)
def test_what_nobody_sees_in_an_address_is_named(char: str, name: str) -> None:
    told = f"an address has no invisible characters in it, as `{name}` is"
    assert explain_address(f"https://mugs.example/p{char}1") == told
