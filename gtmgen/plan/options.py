"""What a plan may do beyond the usual, each thing named: ``tag:NAME``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from gtmgen.container.entities import AnyEntity, Container, Kind
from gtmgen.errors import UsageError
from gtmgen.plan.live import LiveEntity
from gtmgen.plan.words import kind_of

_KINDS = {kind.value for kind in Kind if kind is not Kind.BUILT_IN_VARIABLE}
_ALL = re.compile(r"all:(\d+)")
_EQUAL = "equal"


@dataclass(frozen=True)
class PlanOptions:
    """``adopt`` and ``allow_delete`` hold ``KIND:NAME``; ``allow_all`` is the N of ``all:N``.

    An entity of another project is adopted as ``KIND:NAME@PROJECT`` only; ``equal`` in ``adopt``
    are all that nobody owns and that are as the spec has them.
    """

    adopt: frozenset[str] = frozenset()
    allow_delete: frozenset[str] = frozenset()
    allow_all: int | None = None

    @classmethod
    def read(cls, adopt: Iterable[str], allow_delete: Iterable[str]) -> Self:
        """From the words of a command line; raises :class:`UsageError` for a wrong one."""
        adopted, named, number = set(), set(), None
        for word in adopt:
            if word != _EQUAL:
                _check("--adopt", word, "KIND:NAME, KIND:NAME@PROJECT or equal")
            adopted.add(word)
        for word in allow_delete:
            if match := _ALL.fullmatch(word):
                number = int(match[1])
            else:
                _check("--allow-delete", word, "KIND:NAME or all:N")
                named.add(word)
        return cls(frozenset(adopted), frozenset(named), number)

    @property
    def adopts_equal(self) -> bool:
        """Whether whatever lacks nothing but the owner's line gets it."""
        return _EQUAL in self.adopt

    def adopts(self, entity: AnyEntity) -> bool:
        """Whether nobody's entity may become this one of the spec."""
        return f"{kind_of(entity).value}:{entity.name}" in self.adopt

    def check(self, containers: Iterable[Container]) -> None:
        """What is to be adopted must be something that one of the specs names."""
        replaced = [
            f"{kind_of(entity).value}:{entity.name}"
            for container in containers
            for entity in container.entities()
        ]
        for word in sorted(self.adopt - {_EQUAL}):
            if not any(word == name or word.startswith(f"{name}@") for name in replaced):
                kind, _, name = word.partition(":")
                raise UsageError(
                    f"`--adopt {word}`: the spec has no {kind} `{name}`",
                    hint="give the name that the entity is to have; `gtmgen compile --format "
                    "summary` lists them",
                )


def format_adoption(entity: LiveEntity, name: str) -> str:
    """What ``--adopt`` calls it: ``tag:NAME``, or ``tag:NAME@PROJECT`` where it has an owner.

    ``name`` is the one that the spec gives it.
    """
    return f"{entity.kind.value}:{name}{f'@{entity.project}' if entity.owner else ''}"


def _check(option: str, word: str, forms: str) -> None:
    kind, _, name = word.partition(":")
    if kind not in _KINDS or not name:
        raise UsageError(
            f"`{option} {word}` is not {forms}", hint=f"KIND is {', '.join(sorted(_KINDS))}"
        )
