"""How entities are called in sentences."""

from __future__ import annotations

from gtmgen.container.entities import KIND_OF, AnyEntity, Kind
from gtmgen.text import quoted

_WORDS = {"gtag_config": "Google tag configuration"}
USUAL = (Kind.TAG, Kind.TRIGGER, Kind.VARIABLE, Kind.TEMPLATE)
"""The kinds that every spec makes."""
LISTED = (*USUAL, *(kind for kind in Kind if kind not in (*USUAL, Kind.BUILT_IN_VARIABLE)))
"""The kinds of entities as they are listed, the usual ones first."""


def kind_of(entity: AnyEntity) -> Kind:
    return KIND_OF[type(entity)]


def format_kind(kind: Kind) -> str:
    """``built-in variable``: a kind in a sentence."""
    word = str(kind.value)
    return _WORDS.get(word) or word.replace("built_in_", "built-in ")


def format_entity(kind: Kind, name: str) -> str:
    """``tag `X```."""
    return f"{format_kind(kind)} {quoted(name)}"


def make_parked_name(name: str, id_: str) -> str:
    """The name that an entity has for a moment, while another one gets its own."""
    return f"{name} (gtmgen {id_})"
