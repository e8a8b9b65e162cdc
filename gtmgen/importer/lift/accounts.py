"""The accounts of a platform that a container sends to, as the spec would name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gtmgen.container.entities import Tag
from gtmgen.importer.lift.model import Source
from gtmgen.lint.constants import constant_of
from gtmgen.lint.uses import EVENT, LOAD, Platform, Use
from gtmgen.spec.lifting import NotLiftedError


class Accounts:
    """Every account of a platform, in the order in which the container names them.

    The first gets the pack's name as its key, the others that name with a number.
    """

    def __init__(self, source: Source, platform: Platform) -> None:
        self._source = source
        self._platform = platform
        loading, sending = source.sent.of(platform, LOAD), source.sent.of(platform, EVENT)
        self._loaded = tuple(dict.fromkeys(self._ids(use for _, use in loading)))
        all_ids = dict.fromkeys((*self._loaded, *self._ids(use for _, use in sending)))
        first, _ = (*loading, *sending)[0]
        self.consent = consent_of(first)
        """What the tag asks for that loads the platform's code, in the words of the spec."""
        name = platform.pack.name
        self._keys = {
            id_: name if number == 1 else f"{name}_{number}"
            for number, id_ in enumerate(all_ids, 1)
        }

    def declare(
        self, use: Use, *, page_view: str, identify: Mapping[str, str] | None = None
    ) -> Mapping[str, Mapping[str, Any]]:
        """``platforms`` of the spec for the accounts that a use reaches: those it names, else
        every one that the page loads. Raises :class:`NotLiftedError` where that is unknown."""
        pack = self._platform.pack
        reached = dict.fromkeys(self._ids([use])) or self._loaded
        if not reached or pack.observer is None:
            raise NotLiftedError(f"no tag says which {self._platform.account} it reaches")
        declared = {}
        for id_ in reached:
            key = self._keys[id_]
            if "{{" in id_:
                raise NotLiftedError(f"its {self._platform.account} is not a constant: `{id_}`")
            declared[key] = {
                **({} if key == pack.name else {"pack": pack.name}),
                pack.observer.account: id_,
                "page_view": page_view,
                "consent": self.consent,
                **({"identify": {**identify}} if identify else {}),
            }
        return declared

    def repeated_page_views(self) -> str | None:
        """What is to be said where several tags send page views that reach every account."""
        page_view = self._platform.page_view
        tags = {
            tag.name
            for tag, use in self._source.sent.of(self._platform, EVENT)
            if use.name == page_view and not use.accounts
        }
        if len(tags) < 2 or len(self._loaded) < 2:
            return None
        return (
            f"today {len(tags)} tags send it to all {len(self._loaded)} {self._platform.account}s "
            f"({', '.join(self._loaded)}), so that each counts it {len(tags)} times; then once"
        )

    def _ids(self, uses: Iterable[Use]) -> Iterable[str]:
        for use in uses:
            for text in use.accounts:
                for part in text.split(","):
                    yield constant_of(self._source, part.strip())


def consent_of(tag: Tag) -> list[str] | str:
    """The consent that a tag asks for, in the words of the spec."""
    return list(tag.consent) if tag.consent else "not_required"
