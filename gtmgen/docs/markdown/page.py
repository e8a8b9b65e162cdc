"""A Markdown file that is written from top to bottom, and the addresses between files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gtmgen.docs.markdown.text import code, fence, link, row, text
from gtmgen.docs.words import Words, sentence_case

INDEX, PAGES, DATA, CHANGES = "README.md", "pages.md", "data.md", "changes.md"
BACKEND = "backend.md"
PRIVACY = "privacy.md"


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything stands, seen from a file ``depth`` folders down, or in one single file.

    Anchors are written out and made of keys: those that renderers make of headings change with
    a title.
    """

    single: bool
    depth: int = 0

    def event(self, key: str) -> str:
        return f"#event-{key}" if self.single else f"{self._up}events/{key}.md"

    def platform(self, key: str) -> str:
        return f"#platform-{key}" if self.single else f"{self._up}platforms/{key}.md"

    def page(self, key: str) -> str:
        return self._make_link(PAGES, f"page-{key}")

    def trigger(self, key: str) -> str:
        return self._make_link(PAGES, f"trigger-{key}")

    def data(self, key: str) -> str:
        return self._make_link(DATA, f"data-{key}")

    def file(self, name: str) -> str:
        """A file as a whole; in a single file, its part of it."""
        return f"#{name.removesuffix('.md').lower()}" if self.single else f"{self._up}{name}"

    @property
    def _up(self) -> str:
        return "../" * self.depth

    def _make_link(self, file: str, anchor: str) -> str:
        return f"#{anchor}" if self.single else f"{self._up}{file}#{anchor}"


class MarkdownPage:
    """Blocks with an empty line between them; what is called ``md`` is Markdown already."""

    def __init__(self, words: Words, places: Places, level: int = 1) -> None:
        self.words = words
        self.places = places
        self._level = level
        self._blocks: list[list[str]] = []

    def heading(self, depth: int, md: str, anchor: str | None = None) -> None:
        """A heading; ``depth`` 0 is the page's title."""
        marks = "#" * min(self._level + depth, 6)
        target = f'<a id="{anchor}"></a>' if anchor else ""
        self._blocks.append([f"{marks} {target}{md}"])

    def section(self, depth: int, label: str) -> None:
        """A heading from the catalog."""
        self.heading(depth, text(self.words(label)))

    def add(self, *md: str) -> None:
        """Paragraphs."""
        self._blocks.extend([block] for block in md if block)

    def items(self, md: Iterable[str], mark: str = "-") -> None:
        """A list, one item in a line; an item that begins with two blanks is below the last."""
        lines = [
            f"  {mark} {item[2:]}" if item.startswith("  ") else f"{mark} {item}" for item in md
        ]
        if lines:
            self._blocks.append(lines)

    def table(self, labels: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table of Markdown cells, left out without rows."""
        lines = [row(cells) for cells in rows]
        if lines:
            head = row(text(sentence_case(label)) for label in labels)
            self._blocks.append([head, f"|{' --- |' * len(labels)}", *lines])

    def code(self, content: str, language: str) -> None:
        """A block of code."""
        self._blocks.append(fence(content, language))

    def folded(self, label: str, content: str, language: str) -> None:
        """A block of code that the reader opens."""
        title = text(self.words(label))
        self._blocks.append(["<details>", f"<summary>{title}</summary>"])
        self.code(content, language)
        self._blocks.append(["</details>"])

    def fact(self, label: str, md: str) -> str:
        """``**Label:** value``, and nothing where there is no value."""
        return f"**{self.add_colon(label)}** {md}" if md else ""

    def add_colon(self, label: str) -> str:
        """The label with the colon that leads to what follows, as the language writes it."""
        return text(self.words("ui.colon", text=self.words(label)))

    def extend(self, other: MarkdownPage) -> None:
        """All blocks of another page."""
        self._blocks.extend(other._blocks)

    def text(self) -> str:
        """The file's content."""
        return "\n\n".join("\n".join(block) for block in self._blocks) + "\n"


def join_codes(values: Iterable[str]) -> str:
    """``code``, ``code``."""
    return ", ".join(map(code, values))


def join_links(keys: Iterable[str], titles: dict[str, str], address: Callable[[str], str]) -> str:
    """Links to things by their keys, under their titles."""
    return ", ".join(link(text(titles.get(key, key)), address(key)) for key in keys)
