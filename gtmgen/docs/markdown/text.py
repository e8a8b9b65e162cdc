"""Text that stays text in Markdown: CommonMark with GitHub's tables, autolinks and wiki links.

Everything here gives one line without raw pipes, except inside code spans, so that it can stand
in a paragraph, a list, a heading or (through :func:`row`) a table.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import quote

from gtmgen.contract.model import Json

# Controls and halves of surrogate pairs show nothing and cannot all be encoded.
UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# All but the no-break spaces, which languages put before a colon and a percent sign.
_BLANKS = re.compile("[^\\S\u00a0\u202f]+")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
# An underscore inside a word means nothing; an ampersand only before what may be an entity.
_SPECIAL = re.compile(r"[\\`*\[\]<#~$]|(?<![^\W_])_|_(?![^\W_])|&(?=[#A-Za-z])")
_NUMBERED = re.compile(r"\A(\d{1,9})([.)])(?=\s|\Z)")
# Renderers make links of these by themselves, even of `\@`: only code stays what it is.
_LINKED = re.compile(r"://|www\.|@\w|mailto:|xmpp:", re.IGNORECASE)
_AROUND = "()[]<>{}\"'.,;:!?"
_BAR = re.compile(r"\\+\|")
_BACKTICKS = re.compile(r"`+")
_URL_SAFE = "/:?#@!$&*+,;=%~-._"
_EXAMPLE_LENGTH = 120


# Hundreds of events say much the same: most of the time goes here otherwise.
_remember = lru_cache(maxsize=8192)


def line(value: str) -> str:
    """One line, with single blanks and without control characters."""
    return UNPRINTABLE.sub("\ufffd", _BLANKS.sub(" ", value).strip())


@_remember
def text(value: str) -> str:
    """Plain text: no markup, HTML, link or table cell can come from it."""
    return _start(_escape(line(value)))


@_remember
def code(value: str) -> str:
    """A code span; nothing for nothing."""
    value = line(value)
    if not value:
        return ""
    # In a table, no spelling of `\\|` in a code span is read alike everywhere.
    return text(value) if "\\|" in value else _write_span(value)


@_remember
def sentence(value: str) -> str:
    """A sentence that marks code with backticks, as the model and descriptions do."""
    parts = line(value).split("`")
    if len(parts) % 2 == 0:  # the last mark is never closed
        parts[-2:] = [f"{parts[-2]}`{parts[-1]}"]
    escaped = ""
    for index, part in enumerate(parts):
        new = code(part) if index % 2 else _escape(part)
        # Two spans side by side would read as one.
        escaped += f" {new}" if escaped.endswith("`") and new.startswith("`") else new
    return _start(escaped)


def paragraphs(value: str) -> list[str]:
    """A description: a sentence for each of its paragraphs."""
    return [sentence(part) for part in _PARAGRAPHS.split(value) if part.strip()]


def link(label: str, url: str) -> str:
    """A link; ``label`` is Markdown already, ``url`` a relative path or http(s)."""
    return f"[{label}]({quote(url, safe=_URL_SAFE)})"


def fence(content: str, language: str) -> list[str]:
    """A block of code, in a fence longer than any in it."""
    longest = max((len(run) for run in _BACKTICKS.findall(content)), default=0)
    marks = "`" * max(3, longest + 1)
    return [f"{marks}{language}", *content.split("\n"), marks]


def row(cells: Iterable[str]) -> str:
    """A row of a table; the cells are Markdown."""
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def example(value: Json) -> str:
    """An example value as code, cut where it would make a table unreadable."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if len(text) > _EXAMPLE_LENGTH:
        text = f"{text[:_EXAMPLE_LENGTH]}…"
    return code(text)


def _escape(value: str) -> str:
    if not _LINKED.search(value):
        return _escape_marks(value)
    return " ".join(
        _escape_word(word) if _LINKED.search(word) else _escape_marks(word)
        for word in value.split(" ")
    )


def _escape_word(word: str) -> str:
    """A word with something that would be made a link, which stands as code."""
    word = _BAR.sub("|", word)
    core = word.strip(_AROUND)
    if not _LINKED.search(core):
        return _write_span(word)
    before, _, after = word.partition(core)
    return f"{_escape_marks(before)}{_write_span(core)}{_escape_marks(after)}"


def _escape_marks(value: str) -> str:
    """Special characters escaped; pipes leave as entities, which no table splits at."""
    return _SPECIAL.sub(r"\\\g<0>", value).replace("|", "&#124;")


def _start(line: str) -> str:
    """Without a list, a quotation or a heading's underline at its start."""
    if line[:1] in ("-", "+", "=", ">"):
        return f"\\{line}"
    return _NUMBERED.sub(r"\1\\\2", line)


def _write_span(value: str) -> str:
    longest = max((len(run) for run in _BACKTICKS.findall(value)), default=0)
    marks = "`" * (longest + 1)
    pad = " " if value.startswith("`") or value.endswith("`") else ""
    return f"{marks}{pad}{value}{pad}{marks}"
