"""What lifting takes and gives: a container's entities in, proposals and findings out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from gtmgen.container.entities import Kind
from gtmgen.lint.html import custom_html, inline_scripts
from gtmgen.lint.sent import TagUses
from gtmgen.lint.view import ContainerView

EntityName = tuple[Kind, str]
"""A kind and a name in GTM."""


@dataclass(frozen=True)
class LiftedContainer(ContainerView):
    """A container as it was read; ``keys`` has the spec's key of each entity.

    A lifted variable has that key under ``data``, a lifted trigger under ``triggers``: so others
    refer to it by the same key whether it is lifted or stays under ``gtm``.
    """

    keys: Mapping[EntityName, str]

    @cached_property
    def variable_keys(self) -> frozenset[str]:
        """The keys of all variables: a built-in one of the same key cannot be named."""
        return frozenset(key for (kind, _), key in self.keys.items() if kind is Kind.VARIABLE)

    @cached_property
    def sent(self) -> TagUses:
        """What the tags that can fire send, and when; broken code sends nothing."""
        return TagUses(self, without=self.broken_code)

    @cached_property
    def broken_code(self) -> Mapping[str, str]:
        """Tags with a script that is not JavaScript -> what is wrong with it."""
        from gtmgen.runtime.javascript import find_syntax_error  # many containers have no code

        broken: dict[str, str] = {}
        for tag, html in custom_html(self):
            for code, first_line in inline_scripts(html):
                error = find_syntax_error(code)
                if error is not None:
                    at = "" if error.line is None else f" on line {first_line + error.line - 1}"
                    broken.setdefault(tag.name, f"a syntax error{at} ({error.message})")
        return broken


@dataclass(frozen=True)
class Lift:
    """One part of the spec, and the entities that it would stand for.

    It is a proposal: it holds where the spec with it compiles to those very entities. ``fires``
    are the names of raw tags whose firing and blocking triggers the part takes over; ``needs``
    are other lifts, by section and key, without which it makes no sense.
    """

    section: str
    key: str
    data: Any
    replaces: tuple[EntityName, ...] = ()
    needs: tuple[tuple[str, str], ...] = ()
    fires: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportFinding:
    """A sentence for the report.

    ``sort`` is secret, left-out, refused, looks-wrong, suggestion or left.
    """

    sort: str
    kind: Kind | None
    name: str
    text: str


@dataclass(frozen=True)
class SendProposal:
    """A raw tag, and the parts of the spec that would stand for it.

    ``platforms``, ``data`` and ``params`` are as in the spec; without ``send`` the accounts send
    their own page view. A tag whose triggers decide what it sends has ``send_by_trigger`` instead,
    by the keys of the triggers. ``server`` are settings of the accounts under ``server.accounts``.
    ``losses`` are names of parameters that the tag sends and the spec would
    not, ``lost_settings`` of all else that the tag has or tells; ``changes`` are sentences,
    without a full stop, about what would be otherwise; ``additions`` are those about what would be
    sent beside, and ``cases`` those about what would be otherwise with some values of the site and
    at some moments only. ``together_with`` are tags that have to be replaced, too, as they load the
    same account. ``drops_code`` is true where the tag's code does more than send, ``needs_account``
    where the proposal makes no sense unless what sets its account up is replaced, too,
    ``is_own_type`` where the tag is of a type that the pack itself makes. ``also`` is what the same
    tag sends in addition, each a proposal of its own but for what is true of the whole tag;
    ``event`` is then the language's name of what each sends.
    """

    tag: str
    pack: str
    platforms: Mapping[str, Mapping[str, Any]]
    send: Mapping[str, Any] = field(default_factory=dict)
    send_by_trigger: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    server: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    event_id: Mapping[str, str] | None = None
    losses: tuple[str, ...] = ()
    lost_settings: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    additions: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    together_with: tuple[str, ...] = ()
    drops_code: bool = False
    needs_account: bool = False
    is_own_type: bool = False
    event: str = ""
    also: tuple[SendProposal, ...] = ()

    @property
    def parts(self) -> tuple[SendProposal, ...]:
        """The proposal, then what the tag sends in addition."""
        return (self, *self.also)


@dataclass(frozen=True)
class KeptTag:
    """A raw tag that sends to a pack's platform, and why nothing of gtmgen's can stand for it."""

    tag: str
    pack: str
    reason: str
    is_own_type: bool = False


@dataclass(frozen=True)
class Proposal:
    """All that could be lifted, what there is to say, and what could stand for raw tags."""

    lifts: tuple[Lift, ...] = field(default=())
    findings: tuple[ImportFinding, ...] = field(default=())
    sends: tuple[SendProposal | KeptTag, ...] = field(default=())
