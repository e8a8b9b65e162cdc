"""How the bytes of a JSON file were laid out, so that the same file can be written again."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

_FIRST_INDENT = re.compile(r"[{\[]\r?\n([ \t]+)")
# No JSON string holds a line break, and a line that ends with a string ends with its quote: so
# this is an empty list, never a part of a text.
_EMPTY_LIST = re.compile(r"^([ \t]*)(.*)\[\](,?)$", re.MULTILINE)


@dataclass(frozen=True)
class FileLayout:
    """``exact``: :func:`write_like` gives the very bytes that were read.

    ``end`` is the white space after the last bracket; ``hollow`` an empty list over three lines,
    as GTM writes ``taggingServerUrls``; ``slashes`` ``\\/``, as PHP does.
    """

    name: str
    indent: str | None = None
    separators: tuple[str, str] = (",", ": ")
    newline: str = "\n"
    end: str = ""
    encoding: str = "utf-8"
    bom: bytes = b""
    ascii: bool = False
    slashes: bool = False
    hollow: bool = False
    exact: bool = True


#: What GTM's own export has, for files that are laid out in no known way.
GTM = FileLayout("indent 4", "    ")


def detect_layout(text: str, document: Any, encoding: str, bom: bytes) -> FileLayout:
    """The layout that gives the text back; ``other`` when none does."""
    base = FileLayout(
        "other",
        newline="\r\n" if "\r\n" in text else "\n",
        end=text[len(text.rstrip()) :],
        encoding=encoding,
        bom=bom,
    )
    body = text.rstrip().replace("\r\n", "\n")
    base = replace(base, end=base.end.replace("\r\n", "\n"))
    for candidate in _list_candidates(base, text):
        if _render_text(document, replace(candidate, end="", newline="\n")) == body:
            # A text with both kinds of line breaks has the right body and yet other bytes.
            return replace(candidate, exact=_render_text(document, candidate) == text)
    return replace(GTM, name="other", end=base.end, encoding=encoding, bom=bom, exact=False)


def _list_candidates(base: FileLayout, text: str) -> Iterator[FileLayout]:
    indent = _FIRST_INDENT.search(text[:1000])
    if indent:
        name = f"indent {len(indent[1])}" if "\t" not in indent[1] else "indent tab"
        shapes = [replace(base, name=name, indent=indent[1])]
    else:
        shapes = [
            replace(base, name="minified", separators=separators)
            for separators in ((",", ":"), (", ", ": "))
        ]
    # Escapes make no difference to a text that has nothing to escape: the first one is taken.
    ascii_only = (False, True) if text.isascii() else (False,)
    slashes = (False, True) if "\\/" in text else (False,)
    hollow = (False, True) if indent else (False,)
    for shape, ascii_, slash, empty in product(shapes, ascii_only, slashes, hollow):
        yield replace(shape, ascii=ascii_, slashes=slash, hollow=empty)


def write_like(document: Any, layout: FileLayout) -> bytes:
    """The document, in the layout of a file that was read."""
    return layout.bom + _render_text(document, layout).encode(layout.encoding)


def _render_text(document: Any, layout: FileLayout) -> str:
    text = json.dumps(
        document,
        indent=layout.indent,
        separators=layout.separators,
        ensure_ascii=layout.ascii,
    )
    if layout.slashes:
        text = text.replace("/", "\\/")
    if layout.hollow and layout.indent:
        text = _EMPTY_LIST.sub(rf"\1\2[\n\1{layout.indent}\n\1]\3", text)
    if layout.newline != "\n":
        text = text.replace("\n", layout.newline)
    return text + layout.end.replace("\n", layout.newline)
