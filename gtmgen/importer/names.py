"""Keys and file names from GTM's display names: readable, and the same each time."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Container

from gtmgen.files.safe_paths import is_device

MAX_LENGTH = 60

# Letters that Unicode does not take apart into a base and a mark.
_LETTERS = str.maketrans(
    {
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "đ": "d",
        "ð": "d",
        "ł": "l",
        "þ": "th",
        "\u0131": "i",
    }
)
_CAMEL = re.compile(r"(?<![A-Za-z])[a-z][a-z0-9]+(?:[A-Z][a-z0-9]*)+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER = re.compile(r"[^a-z0-9]+")
# What YAML 1.1 reads as something else would need quotes as a key.
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))


def make_key(name: str, taken: Container[str], kind: str = "entity") -> str:
    """A key ``[a-z][a-z0-9_]*`` of at most 60 characters that is not taken yet.

    It depends on the name alone, but for the number behind one that is taken. What has letters
    that cannot be written in ASCII gets a piece of the name's hash, so that two such names do not
    look alike.
    """
    return _find_free(_make_slug(name, kind), taken, "")


def make_file_name(name: str, taken: Container[str], suffix: str, kind: str = "entity") -> str:
    """One component of a path, in lower case, that every file system takes."""
    slug = _make_slug(name, kind)
    if is_device(slug):
        slug = f"{kind}_{slug}"
    return _find_free(slug, taken, suffix)


def _make_slug(name: str, kind: str) -> str:
    words = _CAMEL.sub(lambda match: _HUMP.sub("_", match.group()), name)
    letters = unicodedata.normalize("NFKD", words.lower().translate(_LETTERS))
    plain = "".join(char for char in letters if not unicodedata.combining(char))
    slug = _OTHER.sub("_", plain).strip("_")
    if not slug:
        return f"{kind}_{_hash(name)}"
    if any(char.isalnum() and not char.isascii() for char in plain):
        slug = f"{slug[: MAX_LENGTH - 5].rstrip('_')}_{_hash(name)}"
    if not slug[0].isalpha() or slug in _WORDS:
        slug = f"{kind}_{slug}"
    if len(slug) > MAX_LENGTH:
        slug = f"{slug[: MAX_LENGTH - 5].rstrip('_')}_{_hash(name)}"
    return slug


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:4]


def _find_free(slug: str, taken: Container[str], suffix: str) -> str:
    candidate, number = slug + suffix, 1
    while candidate in taken:
        number += 1
        ending = f"_{number}"
        candidate = slug[: MAX_LENGTH - len(ending)] + ending + suffix
    return candidate
