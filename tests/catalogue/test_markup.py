"""Feeds in XML: Google's RSS and Atom, and what a hostile one is refused for."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.feeds import read, told
from gtmgen.errors import GtmgenError

GOOGLE = "http://base.google.com/ns/1.0"
VALUES = """
<P:availability>in_stock</P:availability><P:condition>new</P:condition>
<P:price>10.00 EUR</P:price><P:image_link>https://mugs.example/1.jpg</P:image_link>
<P:brand>Muggers</P:brand>"""


def values(prefix: str = "g", **changes: str) -> str:
    text = VALUES
    for name, value in changes.items():
        start, end = f"<P:{name}>", f"</P:{name}>"
        text = text[: text.index(start) + len(start)] + value + text[text.index(end) :]
    return text.replace("P:", f"{prefix}:")


def rss(*items: str, head: str = "", prefix: str = "g") -> bytes:
    body = "".join(f"<item>{item}</item>\n" for item in items)
    root = f'<rss version="2.0" xmlns:{prefix}="{GOOGLE}">'
    return f"{head}{root}<channel><title>Mugs</title>\n{body}</channel></rss>".encode()


ITEM = (
    "<g:id>M1</g:id><title>Mug</title><description>Tea.</description>"
    "<link>https://mugs.example/p/1</link>" + values()
)


def test_rss_is_read_with_any_prefix(tmp_path: Path) -> None:
    item = ITEM.replace("g:", "c:")
    feed = read(tmp_path, rss(item, prefix="c"))
    assert (feed.format, list(feed.index), told(feed)) == ("RSS", ["M1"], [])
    assert feed.index.get("M1").offer[:1] == (10.0,)  # type: ignore[union-attr]


def test_googles_own_name_counts_before_the_plain_one(tmp_path: Path) -> None:
    both = f"<title/><id>other</id><g:title>Mug</g:title>{ITEM.replace('<title>Mug</title>', '')}"
    feed = read(tmp_path, rss(both, both.replace("<g:id>M1</g:id>", "") + "<g:id>M2</g:id>"))
    assert (list(feed.index), told(feed)) == (["M1", "M2"], [])


def test_atom_has_its_own_id_and_link(tmp_path: Path) -> None:
    entry = (
        "<id>tag:mugs.example,2026:1</id><g:id>M1</g:id><title>Mug</title><summary/>"
        "<g:description><![CDATA[<b>Tea</b> & more]]></g:description>"
        f'<link href="https://mugs.example/p/1"/>{values()}'
    )
    root = f'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="{GOOGLE}">'
    feed = read(tmp_path, f"{root}<entry>{entry}</entry></feed>".encode())
    assert (feed.format, list(feed.index), told(feed)) == ("Atom", ["M1"], [])


def test_values_of_parts_are_not_the_products(tmp_path: Path) -> None:
    shipping = "<g:shipping><g:country>DE</g:country><g:price>4.90 USD</g:price></g:shipping>"
    feed = read(tmp_path, rss(shipping + ITEM))
    assert (feed.currencies, told(feed)) == ({"EUR": 1}, [])


def test_a_plain_list_of_products_is_read(tmp_path: Path) -> None:
    item = ITEM.replace("g:id", "sku_id").replace("g:image_link", "image_url").replace("g:", "")
    feed = read(tmp_path, f"<products><product>{item}</product></products>".encode("utf-16"))
    assert (feed.format, list(feed.index), told(feed)) == ("XML", ["M1"], [])


def test_flaws_have_line_and_column(tmp_path: Path) -> None:
    feed = read(tmp_path, rss(ITEM, ITEM.replace("M1", "M2").replace("10.00 EUR", "10,00 EUR")))
    text = "a comma: decimals have a point, and thousands nothing: `1299.00 USD`"
    assert told(feed) == [("error", "price", "price", text, 1)]
    assert feed.findings[0].examples == [((8, 1), "M2", "10,00 EUR")]


def test_a_declared_encoding_is_used(tmp_path: Path) -> None:
    head = '<?xml version="1.0" encoding="windows-1252"?>'
    text = rss(ITEM.replace("M1", "MÄ"), head=head).decode()
    assert list(read(tmp_path, text.encode("cp1252")).index) == ["MÄ"]


LAUGHS = '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n'
INVALID_HINT = (
    "a bare `&` or `<` is written `&amp;` or `&lt;`; letters that are not UTF-8 need the "
    'file\'s encoding in its first line: `<?xml version="1.0" encoding="windows-1252"?>`'
)


@pytest.mark.parametrize(
    ("content", "message", "hint"),
    [
        (rss(ITEM, head=LAUGHS), "1:25: the feed declares an entity, `a`; entities are not read",
         "write the characters themselves, or `&#160;` and the like"),
        (rss(ITEM, head='<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
         "1:52: the feed declares an entity, `x`; entities are not read",
         "write the characters themselves, or `&#160;` and the like"),
        (rss("<g:id>M&nbsp;1</g:id>"), "2:14: it is not XML: undefined entity",
         "of the names of characters, XML knows `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;`"),
        (rss("<g:id>a & b</g:id>"), "2:16: it is not XML: not well-formed (invalid token)",
         INVALID_HINT),
        (rss("<g:id>Gr\xf6\xdfe</g:id>").decode().encode("latin-1"),
         "2:15: it is not XML: not well-formed (invalid token)", INVALID_HINT),
        (b"<rss><channel><item><g:id>1</g:id></item></channel></rss>",
         "1:21: it is not XML: unbound prefix",
         f'the prefix is declared in the first element: `xmlns:g="{GOOGLE}"`'),
        (rss(ITEM)[:-20], "5:27: it is not XML: unclosed token", None),
        (b"<a>" * 40, "1:97: elements are nested more than 32 deep", None),
        (rss("<g:id>" + "<x>" * 40), "2:97: elements are nested more than 32 deep", None),
        (rss("<g:id>" + "x" * 2_000_000 + "</g:id>"),
         "2:7: a value of more than 1,048,576 characters", None),
        (rss('<g:id a="' + "x" * 3_000_000 + '"/>'),
         "2:7: a tag or comment of more than 2,097,152 bytes", None),
        (rss("".join(f"<n{number}/>" for number in range(1002))),
         "2:6905: a product of more than 1,000 values", None),
        (b"<r>" + b"".join(b"<n%d/>" % number for number in range(6000)),
         "1:38886: elements of more than 5,000 different names", None),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_feed_is_refused_with_its_place(
    tmp_path: Path, content: bytes, message: str, hint: str | None
) -> None:
    with pytest.raises(GtmgenError) as caught:
        read(tmp_path, content)
    assert (caught.value.message, caught.value.hint) == (f"{tmp_path}/feed:{message}", hint)
