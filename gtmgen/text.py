"""Text for people: control characters shown, counts, lists, long values cut, suggestions."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_TAB_WIDTH = 4
_MAX_VALUE = 100
_MAX_WORD = 100  # difflib takes time that grows with the product of words and their lengths
_MAX_WORDS = 500


def printable(text: str) -> str:
    """The text with tabs as spaces and control characters made visible."""
    out = []
    for char in text.expandtabs(_TAB_WIDTH):
        category = unicodedata.category(char)
        hidden = category in ("Cc", "Cf", "Cs", "Zl", "Zp")
        out.append(f"\\u{ord(char):04x}" if hidden else char)
    return "".join(out)


def fill(text: str, values: Mapping[str, object]) -> str:
    """Replace ``{name}`` once; what a value itself holds is not looked at again."""
    return PLACEHOLDER.sub(
        lambda match: str(values[match.group(1)]) if match.group(1) in values else match.group(),
        text,
    )


_PLAIN = r"[A-Za-z_/](?:[\w./-]*[\w/])?"
_OTHER_THAN_TEXT = frozenset(("true", "false", "null"))


def as_yaml(text: str) -> str:
    """A text as a YAML scalar, in quotes where it could be read as something else."""
    if re.fullmatch(_PLAIN, text) and text.lower() not in _OTHER_THAN_TEXT:
        return text
    return json.dumps(text, ensure_ascii=False)


def plural(count: int, word: str) -> str:
    """``1 change``, ``2 changes``."""
    return f"{count} {word}{'s' if count != 1 else ''}"


def quoted(name: str) -> str:
    """A name, whatever control characters it holds."""
    return f"`{printable(name)}`"


def quoted_value(value: str) -> str:
    """A value in backticks; ``nothing`` for an empty one."""
    return f"`{value}`" if value else "nothing"


def listing(names: Sequence[str], most: int = 12) -> str:
    """Names in backticks, cut where there are many."""
    names_text = ", ".join(f"`{name}`" for name in names[:most])
    return names_text if len(names) <= most else f"{names_text} and {len(names) - most} more"


def indent_list(lines: Sequence[str], most: int = 12) -> str:
    """One line each, indented; of more than ``most``, how many there are."""
    indented = [f"  {line}" for line in lines[:most]]
    if len(lines) > most:
        indented.append(f"  and {len(lines) - most} more")
    return "\n".join(indented)


def shorten(value: str) -> str:
    """A value on one line, quoted, cut where it is long."""
    text = printable(json.dumps(value, ensure_ascii=False))
    return text if len(text) <= _MAX_VALUE else f'{text[: _MAX_VALUE - 5]}..."'


def clip(name: str, most: int = 60) -> str:
    """A name, cut where it is longer than a name should be."""
    return name if len(name) <= most else f"{name[: most - 1]}…"


def around_difference(old: str, new: str) -> tuple[str, str]:
    """Both values, long ones from shortly before the first character that differs."""
    if max(len(old), len(new)) <= _MAX_VALUE:
        return shorten(old), shorten(new)
    same = next(
        (index for index, pair in enumerate(zip(old, new, strict=False)) if pair[0] != pair[1]),
        min(len(old), len(new)),
    )
    start = max(0, same - 20)
    before = "..." if start else ""
    return shorten(before + old[start:]), shorten(before + new[start:])


def did_you_mean(word: str, known: Iterable[str]) -> str | None:
    """A hint for a word that is not known: the nearest one, else what is allowed."""
    names = sorted(set(known))
    near = nearest(word, names)
    if near is None and names:
        return f"known: {listing(names)}"
    return near


def nearest(word: str, known: Sequence[str]) -> str | None:
    """A hint that names the word most like it, when one is like it."""
    close = find_nearest(word, known)
    return f"did you mean `{close}`?" if close is not None else None


def find_nearest(word: str, known: Sequence[str]) -> str | None:
    """The word most like it, when one is like it."""
    close = [name for name in known if name.lower() == word.lower()]
    if not close and len(word) <= _MAX_WORD and len(known) <= _MAX_WORDS:
        from difflib import get_close_matches  # what is right needs no suggestion

        close = get_close_matches(word, known, n=1, cutoff=0.6)
    return close[0] if close else None
