"""What recorded events say of products."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from gtmgen.recordings.model import Json

Side = Literal["site", "browser", "server"]
"""A message of the data layer, a call or request of the pixel, a request of a backend."""
A_LIST, AN_OBJECT = "a list", "an object"


@dataclass(frozen=True, slots=True)
class SentItem:
    """A product of an event; ``id`` is as it was sent, text or not, and None where there is none.

    ``fields`` are the item's fields as the site has them; empty but for messages.
    """

    id: Json
    price: Json = None
    quantity: Json = None
    type: Json = None
    fields: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SentEvent:
    """An event of an account with what it says of products; ``time`` in seconds since 1970."""

    account: str
    event: str
    side: Side
    file: str
    place: str
    items: tuple[SentItem, ...]
    value: Json = None
    currency: Json = None
    type: Json = None
    extra: float = 0.0
    """Shipping and tax that the same message names: they may be part of the value."""
    time: float | None = None
    field_names: Mapping[str, str] = field(default_factory=dict)
    """The site's own names of item fields, by the spec's, where they differ."""
    odd_items: tuple[str, str] | None = None
    """What the items are, or one of them is, and what should be there instead."""
