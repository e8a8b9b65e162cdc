"""Lists of CSS selectors are split at the commas of the top level alone."""

import pytest

from gtmgen.container.css import selectors, with_descendants, without_descendants


@pytest.mark.parametrize(
    ("css", "parts"),
    [
        ("a, b", ["a", "b"]),
        ("a[title=x,y], b", ["a[title=x,y]", "b"]),
        ("a[b], c", ["a[b]", "c"]),
        ("a:is(b, c[d], e), f", ["a:is(b, c[d], e)", "f"]),
        ('a[title="]"], b', ['a[title="]"]', "b"]),
        (r"a\[, b", [r"a\[", "b"]),
    ],
)
def test_a_comma_in_brackets_parts_nothing(css: str, parts: list[str]) -> None:
    assert selectors(css) == parts
    assert without_descendants(with_descendants(css)) == ", ".join(parts)
