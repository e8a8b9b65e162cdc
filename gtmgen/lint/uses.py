"""What tags do for platforms, as the recognisers tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from msgspec import Struct, field

from gtmgen.packs.model import Pack

LOAD, EVENT = "load", "event"


class AccountId(Struct, frozen=True):
    """What an account's ID is called where another kind of ID stands, and how it looks.

    ``fields`` of tags by their type, and ``commands`` in code, take one, beside those of the
    templates that the file describes.
    """

    name: str
    shape: str
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    commands: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class PackFile:
    """A pack and its file."""

    pack: Pack
    page_view: str
    account: str
    account_id: AccountId
    wants_event_id: bool
    watches_history: bool
    tags: Mapping[str, Mapping[str, Any]]
    templates: Mapping[str, Mapping[str, Any]]
    server_templates: Mapping[str, Mapping[str, Any]]
    code: Mapping[str, Any] | None
    items: Mapping[str, str]
    """The platform's name of an item's field -> the language's."""

    def canonical(self, name: str) -> str | None:
        """The language's name of an event of the platform, where the pack knows one."""
        if name == self.page_view:
            return "page_view"
        known = self.pack.events.get(self.pack.legacy.get(name) or name)
        return known.canonical[0] if known and known.canonical else None


class ServerUse(Struct, frozen=True):
    """What a tag of a server container says beside its event.

    ``settings`` are those of the account there, as the tag's texts; ``sends`` the language's
    parameters that it takes of the event data by itself, with the key there; ``consent`` the types
    without which it does not send; ``changes`` what the pack's own tag does otherwise because of
    how its fields are filled.
    """

    settings: Mapping[str, str]
    sends: Mapping[str, str]
    consent: tuple[str, ...]
    changes: tuple[str, ...]


class Use(Struct, frozen=True):
    """One thing that a tag does for a platform: it loads its code, or sends an event.

    ``name`` is None where the tag takes the event's name from elsewhere. ``params`` are the
    platform's parameters, as text with GTM's references, or None where code computes them; so is
    ``event_id``. Where code computes the parameters altogether, ``knows_params`` is false.
    ``identify`` is what the tag tells of the visitor, by the names of the pack's setting; ``more``
    what it has beside all this: fields of a template that the file does not name, or what it tells
    of the visitor where code computes that. ``is_all`` is false where code does anything else;
    ``is_base_code`` is true where it is what the platform gives out, and calls. A tag of a server
    container ``is_server``; where the name is that of the event data, ``renames`` says what becomes
    of it. ``is_own`` marks the tags of the pack's own template. Where code computes the account,
    ``knows_accounts`` is false. ``settings`` of the account are those with which it is loaded.
    ``quoted`` are the parameters that code or a table sends as text; ``lists`` those that code
    spells out as a list of objects, what each of them says; ``changes`` what the pack's own tag
    does otherwise, as half a sentence each.
    """

    platform: PackFile
    what: str
    name: str | None = None
    accounts: tuple[str, ...] = ()
    has_event_id: bool = False
    event_id: str | None = None
    params: Mapping[str, str | None] = field(default_factory=dict)
    history_off: bool = False
    needs_base_code: bool = False
    lacks_account: bool = False
    own_type: bool = False
    knows_params: bool = True
    identify: Mapping[str, str] = field(default_factory=dict)
    more: tuple[str, ...] = ()
    is_all: bool = True
    is_base_code: bool = True
    is_server: bool = False
    renames: Mapping[str, str] = field(default_factory=dict)
    server: ServerUse | None = None
    is_own: bool = False
    knows_accounts: bool = True
    settings: Mapping[str, bool] = field(default_factory=dict)
    quoted: frozenset[str] = frozenset()
    lists: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
