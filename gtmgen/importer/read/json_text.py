"""Bytes to a JSON document, strictly: what could be read in two ways is refused."""

from __future__ import annotations

import codecs
import functools
import json
import math
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any, NoReturn

from gtmgen.errors import ExportError
from gtmgen.importer.exact.layout import FileLayout, detect_layout
from gtmgen.importer.read.duplicate_keys import DuplicateKeys, join_member, resolve
from gtmgen.source.yaml_text import MAX_DEPTH

MAX_BYTES = 64 * 1024 * 1024
HALF = "half of a character (a lone surrogate)"
_HALF = re.compile(r"\\u[dD][89a-fA-F]")  # decoded text holds no other half characters

_EXPORT_AGAIN = "in GTM, *Admin > Export Container* makes such a file"
_SAVE = "save it as UTF-8, or export it again: GTM's own files are UTF-8"
_PACKED = {
    b"PK\x03\x04": "a ZIP archive",
    b"PK\x05\x06": "an empty ZIP archive",
    b"PK\x07\x08": "a part of a ZIP archive",
    b"\x1f\x8b": "compressed by gzip",
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\xfd7zXZ\x00": "compressed by xz",
    b"BZh": "compressed by bzip2",
}
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),  # begins with the one of UTF-16, hence first
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)


@dataclass
class Parsed:
    """A JSON document, how it was laid out, and what is to be said about it.

    ``has_halves`` where a text of it cannot be encoded (:func:`find_half`).
    The layout is looked for when somebody asks: that means to write the document again.
    """

    document: Any
    layout: Callable[[], FileLayout]
    notes: list[str] = field(default_factory=list)
    has_halves: bool = False


def parse(data: bytes, path: str) -> Parsed:
    """Read JSON; raises :class:`ExportError` with the place of what is wrong."""
    if len(data) > MAX_BYTES:
        limit = f"{MAX_BYTES // 1_048_576} MB"
        raise ExportError(
            f"`{path}` is larger than {limit}", hint="GTM takes export files of up to 10 MB"
        )
    _refuse_packed(data, path)
    text, encoding, bom, notes = _decode(data, path)
    if not text.strip():
        raise ExportError(f"`{path}` is empty", hint=_EXPORT_AGAIN)
    twice: list[DuplicateKeys] = []
    document = _load(text, path, twice)
    _check_depth(document, path)
    if twice:
        notes.extend(resolve(document, twice, path))
    layout = functools.partial(detect_layout, text, document, encoding, bom)
    return Parsed(document, layout, notes, _HALF.search(text) is not None and _has_half(document))


def _refuse_packed(data: bytes, path: str) -> None:
    """Exports are sent around in archives: then what to do is to unpack them."""
    for start, noun in _PACKED.items():
        if data.startswith(start):
            raise ExportError(
                f"`{path}` is {noun}, not an export",
                hint="unpack it and name the JSON file that was in it",
            )


def _decode(data: bytes, path: str) -> tuple[str, str, bytes, list[str]]:
    mark = next((item for item in _BOMS if data.startswith(item[0])), (b"", "utf-8", "UTF-8"))
    bom, encoding, name = mark
    notes = [] if name == "UTF-8" else [f"the file is {name}; UTF-8 is what GTM writes"]
    if not bom and b"\0" in data[:4]:
        hint = "it looks like UTF-16 without a byte order mark; save it as UTF-8"
        raise ExportError(f"`{path}` is not UTF-8", hint=hint)
    try:
        return data[len(bom) :].decode(encoding), encoding, bom, notes
    except UnicodeDecodeError as error:
        if name != "UTF-8":
            raise ExportError(f"`{path}` begins as {name}, and is not", hint=_SAVE) from None
        start = len(bom) + error.start
        line = data.count(b"\n", 0, start) + 1
        message = f"`{path}`, line {line}: byte 0x{data[start]:02x} is not UTF-8"
        raise ExportError(message, hint=_SAVE) from None


def _load(text: str, path: str, twice: list[DuplicateKeys]) -> Any:
    def pairs(members: list[tuple[str, Any]]) -> dict[str, Any]:
        result = dict(members)
        if len(result) != len(members):
            twice.append(DuplicateKeys(result, members))
        return result

    def constant(name: str) -> NoReturn:
        raise _NumberError(f"`{name}` is not JSON")

    def integer(digits: str) -> int:
        if len(digits) > 100:
            raise _NumberError(f"a number of {len(digits)} digits is none of GTM's")
        return int(digits)

    def real(digits: str) -> float:
        number = float(digits)
        if not math.isfinite(number):
            raise _NumberError(f"the number `{digits[:40]}` is out of range")
        return number

    try:
        return json.loads(
            text,
            object_pairs_hook=pairs,
            parse_constant=constant,
            parse_int=integer,
            parse_float=real,
        )
    except _NumberError as error:
        raise ExportError(f"`{path}`: {error}", hint="write it as a string") from None
    except RecursionError:
        _refuse_deep(path)
    except json.JSONDecodeError as error:
        _refuse_syntax(error, text, path)


class _NumberError(Exception):
    pass


def _refuse_syntax(error: json.JSONDecodeError, text: str, path: str) -> NoReturn:
    reason = "it ends in the middle" if error.pos >= len(text.rstrip()) else error.msg
    if error.msg.startswith("Unterminated string"):
        reason = "a string is not closed; does the file end too early?"
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        hint = "this is not JSON at all; " + _EXPORT_AGAIN
        if start == "<":
            hint = "this looks like HTML or XML; " + _EXPORT_AGAIN
        raise ExportError(f"`{path}` is not a GTM export", hint=hint) from None
    raise ExportError(
        f"`{path}` is not valid JSON: line {error.lineno}, column {error.colno}: {reason}",
        hint="copy the whole file again, or export the container again",
    ) from None


# -- depth and characters --------------------------------------------------------------


def _check_depth(document: Any, path: str) -> None:
    level = [document] if isinstance(document, (dict, list)) else []
    for _ in range(MAX_DEPTH):
        level = [
            child
            for value in level
            for child in (value.values() if isinstance(value, dict) else value)
            if child.__class__ in (dict, list)
        ]
        if not level:
            return
    _refuse_deep(path)


def _refuse_deep(path: str) -> NoReturn:
    raise ExportError(
        f"`{path}` is nested deeper than {MAX_DEPTH} levels",
        hint="no export of GTM is; is it the right file?",
    ) from None


def _has_half(document: Any) -> bool:
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def refuse_half(document: Any, path: str, without: Collection[int] = ()) -> None:
    """Raise :class:`ExportError` where a text is half of a character; ``without`` are the ``id`` of
    objects that are not looked into."""
    where = find_half(document, without)
    if where is not None:
        raise ExportError(
            f"`{path}`: {where}: {HALF}",
            hint="a text was cut within an emoji, perhaps; write the character whole",
        )


def find_half(document: Any, without: Collection[int] = ()) -> str | None:
    """The place of the first text that is half of a character."""
    stack: list[tuple[Any, str]] = [(document, "")]
    while stack:
        value, where = stack.pop()
        if id(value) in without:
            continue
        if isinstance(value, dict):
            for key in value:
                if _is_broken(key):
                    return join_member(where, json.dumps(key))
            stack.extend((value[key], join_member(where, key)) for key in reversed(value))
        elif isinstance(value, list):
            items = list(enumerate(value))
            stack.extend((item, f"{where}[{number}]") for number, item in reversed(items))
        elif isinstance(value, str) and _is_broken(value):
            return where
    return None


def _is_broken(text: str) -> bool:
    return any("\ud800" <= char <= "\udfff" for char in text)
