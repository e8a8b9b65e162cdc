"""How entities are called in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from gtmgen.container.entities import KIND_OF, AnyEntity, Kind
from gtmgen.diagnostics import printable

_MOST = 12
_WORDS = {"gtag_config": "Google tag configuration"}


def kind_of(entity: AnyEntity) -> Kind:
    return KIND_OF[type(entity)]


def kind_word(kind: Kind) -> str:
    """``built-in variable``: a kind in a sentence."""
    word = str(kind.value)
    return _WORDS.get(word) or word.replace("built_in_", "built-in ")


def quoted(name: str) -> str:
    """A name, whatever control characters it holds."""
    return f"`{printable(name)}`"


def called(kind: Kind, name: str) -> str:
    """``tag `X```."""
    return f"{kind_word(kind)} {quoted(name)}"


def plural(count: int, word: str) -> str:
    """``1 change``, ``2 changes``."""
    return f"{count} {word}{'s' if count != 1 else ''}"


def parked(name: str, id_: str) -> str:
    """The name that an entity has for a moment, while another one gets its own."""
    return f"{name} (gtmgen {id_})"


def cut(lines: Sequence[str]) -> str:
    """Indented lines, not more than a dozen."""
    shown = [f"  {line}" for line in lines[:_MOST]]
    if len(lines) > _MOST:
        shown.append(f"  and {len(lines) - _MOST} more")
    return "\n".join(shown)
