"""The documentation in Markdown, read back by a parser of CommonMark and GitHub's tables."""

from __future__ import annotations

import dataclasses
import posixpath
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gtmgen.docs.markdown import files as markdown
from gtmgen.docs.markdown.mermaid import format_label
from gtmgen.docs.markdown.text import code, fence, link, row, sentence, text
from gtmgen.docs.model import Documentation
from gtmgen.docs.words import list_languages, load_words
from tests.examples.conftest import Example, all_examples

from .conftest import build_documentation, documentation, event
from .hostile import PLAIN, TEXTS, hostile

GFM = MarkdownIt("gfm-like")
OURS = re.compile(
    r'<a id="[a-z_0-9-]+">|</a>|<details>\n<summary>[^<>]+</summary>\n?|</details>\n?'
)
# What a label may hold, and every kind of line; nothing else may stand in a diagram.
LABEL = r'"(?:[^\W_]|#\d+;)(?:[^\W]|[ ,/()-]|:(?= )|#\d+;)*"|" "'
DIAGRAM = re.compile(
    rf"flowchart LR|  end"
    rf"|  subgraph step_\w+\[(?:{LABEL})\]"
    rf"|(?:    event|    more|  page|  tag)_\w+\[(?:{LABEL})\]"
    rf"|  trigger_\d+\(\[(?:{LABEL})\]\)"
    rf"|  platform_\d+\[\[(?:{LABEL})\]\]"
    rf"|  \w+ -->(?:\|(?:{LABEL})\|)? \w+"
)


def files(found: Documentation, *, single: bool = False) -> dict[str, str]:
    made = markdown.render(found, load_words(found.language), single=single)
    return {name: content.decode("utf-8") for name, content in made.items()}


BLOCKS = MarkdownIt("gfm-like").disable(["inline", "linkify"])


@cache
def parsed(content: str) -> list[Token]:
    """Most pages are looked at by several tests."""
    return GFM.parse(content)


@cache
def block_types(content: str) -> list[str]:
    """As of the whole parse, which also looks into each line of text."""
    return [token.type for token in BLOCKS.parse(content)]


def tokens(content: str) -> Iterator[Token]:
    for token in parsed(content):
        yield token
        yield from token.children or ()


def shown(content: str) -> str:
    """What a reader sees of some Markdown that is all text."""
    return "".join(token.content for token in tokens(content) if not token.children)


# -- what is there ---------------------------------------------------------------------------


def test_the_files() -> None:
    assert list(files(documentation())) == [
        "README.md",
        "backend.md",
        "data.md",
        "events/add_to_cart.md",
        "events/begin_checkout.md",
        "events/newsletter.md",
        "events/purchase.md",
        "events/search.md",
        "events/view_item.md",
        "pages.md",
        "platforms/ga4.md",
        "platforms/tiktok.md",
        "privacy.md",
    ]
    assert list(files(documentation(), single=True)) == ["acme-shop.md"]


def test_the_front_page_lists_the_events_with_their_names_at_each_platform() -> None:
    front = files(documentation())["README.md"].splitlines()
    assert front[0] == "# Tracking for acme-shop"
    assert "| Event | Name | Funnel | Owner | GA4 | TikTok |" in front
    assert (
        "| [Order paid](events/purchase.md) | `purchase` | Convert | growth "
        "| `purchase` | `Purchase` |"
    ) in front
    assert ("  - [Order paid](events/purchase.md): GA4 recommends `tax` for `purchase`.") in front


def test_an_events_page_in_the_order_of_its_readers() -> None:
    page = files(documentation())["events/purchase.md"]
    assert [line for line in page.splitlines() if line.startswith("## ")] == [
        "## When",
        "## From the page to the platform",
        "## Platforms",
        "## Event ID",
        "## For developers",
        "## For the backend",
        "## Deduplication",
        "## Checklist",
    ]
    assert (
        "| `currency` | required | currency | data layer: `ecommerce.currency` "
        "([`currency`](../data.md#data-currency)) | `data - currency` | `EUR` |"
    ) in page
    assert "- [ ] Try a case where the conditions do not hold: nothing fires." in page
    languages_of_code = [token.info for token in parsed(page) if token.type == "fence"]
    assert languages_of_code == ["mermaid", "js", "json", "json"]


def test_a_diagram_goes_from_the_page_to_the_platforms() -> None:
    page = files(documentation())["events/newsletter.md"]
    (diagram,) = (t.content for t in parsed(page) if t.info == "mermaid")
    assert diagram.splitlines() == [
        "flowchart LR",
        '  page_1["Product"]',
        '  trigger_1(["submit - newsletter_submit"])',
        '  tag_1["GA4 - newsletter"]',
        '  platform_1[["GA4: generate_lead"]]',
        '  tag_2["TikTok - newsletter"]',
        '  platform_2[["TikTok: Subscribe"]]',
        "  page_1 --> trigger_1",
        "  trigger_1 --> tag_1",
        '  tag_1 -->|"analytics_storage"| platform_1',
        "  trigger_1 --> tag_2",
        '  tag_2 -->|"ad_storage"| platform_2',
    ]


@pytest.mark.parametrize("single", [False, True])
@pytest.mark.parametrize("example", all_examples(), ids=lambda example: example.name)
def test_every_link_inside_leads_somewhere(example: Example, single: bool) -> None:
    found = files(example.documentation, single=single)
    anchors = {name: re.findall(r'<a id="([^"]*)"></a>', page) for name, page in found.items()}
    assert [name for name, ids in anchors.items() if len(ids) != len(set(ids))] == []
    for name, page in found.items():
        for token in tokens(page):
            address = str(token.attrGet("href") or "")
            if token.type != "link_open" or address.startswith(("https://", "http://")):
                continue
            path, _, anchor = address.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
            target = target if path else name
            assert target in found, address
            assert not anchor or anchor in anchors[target], address


# -- stable --------------------------------------------------------------------------------


@pytest.mark.parametrize("single", [False, True])
def test_the_same_documentation_gives_the_same_bytes(single: bool) -> None:
    assert files(build_documentation(), single=single) == files(documentation(), single=single)


@pytest.mark.parametrize("single", [False, True])
def test_another_description_is_another_line(single: bool) -> None:
    found = documentation()
    changed = dataclasses.replace(event(found, "purchase"), description="Paid, at last.")
    events = tuple(changed if item.key == "purchase" else item for item in found.events)
    after = files(dataclasses.replace(found, events=events), single=single)
    different = [
        (old, new)
        for name, page in files(found, single=single).items()
        for old, new in zip(page.splitlines(), after[name].splitlines(), strict=True)
        if old != new
    ]
    assert [new for _, new in different] == ["Paid, at last."]


@pytest.mark.parametrize("language", list_languages())
def test_every_language_has_the_same_shape(language: str) -> None:
    found = files(documentation("everything/everything.yaml", language))
    english = files(documentation("everything/everything.yaml"))
    for name, page in found.items():
        assert block_types(page) == block_types(english[name])


# -- a hostile spec ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def attacked() -> dict[str, str]:
    return files(hostile())


@pytest.fixture(scope="module")
def harmless() -> dict[str, str]:
    return files(hostile(PLAIN))


def test_no_html_but_ours(attacked: dict[str, str]) -> None:
    for page in attacked.values():
        for token in tokens(page):
            if token.type in ("html_inline", "html_block"):
                assert OURS.fullmatch(token.content), token.content


def test_no_link_but_ours(attacked: dict[str, str], harmless: dict[str, str]) -> None:
    for name, page in attacked.items():
        assert _links(page) == _links(harmless[name])
        assert not [token for token in tokens(page) if token.type == "image"]


def _links(page: str) -> list[str]:
    return [str(t.attrGet("href")) for t in tokens(page) if t.type == "link_open"]


def test_no_block_and_no_emphasis_but_ours(
    attacked: dict[str, str], harmless: dict[str, str]
) -> None:
    for name, page in attacked.items():
        assert [t.type for t in parsed(page)] == [t.type for t in parsed(harmless[name])]
        assert _marks(page) == _marks(harmless[name])


def _marks(page: str) -> Counter[str]:
    marks = ("strong_open", "em_open", "s_open", "hardbreak")
    return Counter(token.type for token in tokens(page) if token.type in marks)


def test_no_cell_but_ours(attacked: dict[str, str]) -> None:
    for page in attacked.values():
        widths: list[int] = []
        for token in parsed(page):
            if token.type == "tr_open" and token.map is not None:
                widths.append(_bars(page.split("\n")[token.map[0]]))
            if token.type == "table_close":
                assert len(set(widths)) == 1
                widths = []


def _bars(line: str) -> int:
    """Bars that divide cells: parsers differ in whether a backslash escapes a backslash."""
    simple = len(re.findall(r"(?<!\\)\|", line))
    assert simple == len(re.findall(r"\|", re.sub(r"\\.", "", line))), line
    return simple


def test_no_line_of_a_diagram_but_ours(attacked: dict[str, str]) -> None:
    diagrams = [
        token.content
        for page in attacked.values()
        for token in parsed(page)
        if token.type == "fence" and token.info == "mermaid"
    ]
    assert len(diagrams) == len(TEXTS) + 1
    for line in "".join(diagrams).splitlines():
        assert DIAGRAM.fullmatch(line), line


def test_everything_in_one_file_is_as_safe() -> None:
    (attacked,) = files(hostile(), single=True).values()
    (harmless,) = files(hostile(PLAIN), single=True).values()
    assert [t.type for t in parsed(attacked)] == [t.type for t in parsed(harmless)]
    assert _links(attacked) == _links(harmless)


@pytest.mark.parametrize("value", TEXTS)
def test_a_title_reads_as_it_was_written(value: str) -> None:
    expected = re.sub(r"\\+\|", "|", " ".join(value.split()))
    read = shown(f"## {text(value)}")
    assert read == (expected if "://" in value else " ".join(value.split()))


# -- the parts -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("view_item and _this_", "view_item and \\_this\\_"),
        ("Write to (me@acme.example).", "Write to (`me@acme.example`)."),
        ("R&D & AT&amp;T", "R\\&D & AT\\&amp;T"),
        ("a | b", "a &#124; b"),
        ("2. try", "2\\. try"),
        ("2.5 times", "2.5 times"),
        ("\x00\x1b\ud800\uffff", "\ufffd\ufffd\ufffd\ufffd"),
        ("  two\n lines ", "two lines"),
        (
            "Objectif\N{NO-BREAK SPACE}: 25\N{NARROW NO-BREAK SPACE}%",
            "Objectif\N{NO-BREAK SPACE}: 25\N{NARROW NO-BREAK SPACE}%",
        ),
    ],
)
def test_text(value: str, expected: str) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("the message `a_b` of *all*", "the message `a_b` of \\*all\\*"),
        ("an open ` mark", "an open \\` mark"),
        ("`a``b`", "`a` `b`"),
        ("`a|b`", "`a|b`"),
        ("`a\\|b`", "a\\\\&#124;b"),
    ],
)
def test_sentence(value: str, expected: str) -> None:
    assert sentence(value) == expected


def test_code_and_fences_are_longer_than_what_they_hold() -> None:
    assert code("a`b") == "``a`b``"
    assert code("`") == "`` ` ``"
    assert code(" ") == ""
    assert fence("x\n````\ny", "js") == ["`````js", "x", "````", "y", "`````"]


def test_an_address_cannot_end_its_link() -> None:
    assert link("x", "https://a.example/(b) <c>|\\") == (
        "[x](https://a.example/%28b%29%20%3Cc%3E%7C%5C)"
    )
    assert row(["`a|b`", "c"]) == "| `a\\|b` | c |"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("GA4: view_item (x/y)", '"GA4: view_item (x/y)"'),
        ('a"]b', '"a#34;#93;b"'),
        ("1. a_ _b:c", '"#49;#46; a#95; #95;b#58;c"'),
        ("%%{#;`", '"#37;#37;#123;#35;#59;#96;"'),
        ("", '" "'),
        ("x" * 99, f'"{"x" * 79}#8230;"'),
    ],
)
def test_labels_of_a_diagram(value: str, expected: str) -> None:
    assert format_label(value) == expected
