"""Which patterns stop the page, and on what text; which do not."""

from __future__ import annotations

import pytest

from gtmgen.regex.ambiguity import slow_text


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        ("^(a|a)*$", "aaaaaaa…!"),
        ("^(?:a|ab|b)*$", "aabaabaaba…!"),
        (r"^(?:\w|\d)+$", "aa0a0a0a…!"),
        ("(?:a|aa)+$", "aaaaaaaaaaa…!"),
        (r"^/(?:\w+\s?)*/end$", "/aaaaaaa…!"),
        ("(a*)*b", "aaaa…!"),
        ("(?:.*,)*$", "a,a,a,a…!"),
        ("^(?:a?b?)*$", "abababa…!"),
        ("(?:[^/]+/?)+z", "aaaaaaaa…!"),
        ("(?:[a-z]{1,63}){2,}!$", "aaaaaaaaa…"),
        (r"^(?:[a-z]+(?:-[a-z]+)*)+\.html$", "aaaaaaaa…!"),
        ("(x+x+)+y", "xxxxxxxxxxxx…!"),
        ("^(?:.|a)*$", "aaaaaaa…"),  # on a text with two lines
    ],
)
def test_patterns_that_stop_the_page(pattern: str, text: str) -> None:
    assert slow_text(pattern) == text


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",  # matches whatever comes
        "(.*)*",
        "(?:a|[^a])*",
        "^/a/.*$",
        "(?:/[^/]+)*",
        r"(\w+,)*$",
        "(?:a|ab)*$",  # one way through `ab`
        "(?:a|b)+$",
        "^(?:foo|fob)*$",
        "a+b+",
        ".*.*.*x",  # slow, but not for ever
        "(/.*)?$",
        r"[(a+)+]$",
        r"\(a+\)+$",
        "(?=.*x)(?:a+b)*$",
        "(?:a{2,3}b)+$",
        r"(?:(?!a)\w|a)*$",  # the two exclude each other
        r"^(?:[0-9]{1,3}\.){3}[0-9]+$",
        "(?:(?<!x)y|z)*$",
        "(",  # another rule's
        "(?:a+)+$" + "|(?:x)" * 3000,  # too long to be tried
    ],
)
def test_patterns_that_do_not(pattern: str) -> None:
    assert slow_text(pattern) is None


def test_letters_of_either_case() -> None:
    assert slow_text("^(?:a|A)+$", ignore_case=True) == "aaaaaaaa…!"
    assert slow_text("^(?:a|A)+$") is None
