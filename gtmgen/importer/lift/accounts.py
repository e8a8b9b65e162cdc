"""The accounts of a platform that a container sends to, as the spec would name them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gtmgen.container.entities import Tag
from gtmgen.importer.lift.model import LiftedContainer
from gtmgen.lint.constants import constant_of
from gtmgen.lint.uses import EVENT, LOAD, PackFile, Use
from gtmgen.spec.lifting import NotLiftedError


class Accounts:
    """Every account of a platform, in the order in which the container names them.

    The first gets the pack's name as its key, the others that name with a number.
    """

    def __init__(self, source: LiftedContainer, platform: PackFile) -> None:
        self._source = source
        self._platform = platform
        self._loading, sending = source.sent.of(platform, LOAD), source.sent.of(platform, EVENT)
        self._loaded = tuple(dict.fromkeys(self._list_ids(use for _, use in self._loading)))
        all_ids = dict.fromkeys((*self._loaded, *self._list_ids(use for _, use in sending)))
        first, _ = (*self._loading, *sending)[0]
        self._first = first
        name = platform.pack.name
        self._keys = {
            id_: name if number == 1 else f"{name}_{number}"
            for number, id_ in enumerate(all_ids, 1)
        }

    def declare(
        self, tag: Tag, use: Use, *, views: bool, identify: Mapping[str, str] | None = None
    ) -> Mapping[str, Mapping[str, Any]]:
        """``platforms`` of the spec for the accounts that a use reaches: those it names, else
        every one that the page loads; with ``views``, their page views are sent.

        Raises :class:`NotLiftedError` where that is unknown, or where a tag of gtmgen's own would
        load an account that is not loaded today.
        """
        pack = self._platform.pack
        reached = self._find_reached(use)
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
                "page_view": self._choose_page_view(id_) if views else "off",
                "consent": write_consent(self._find_consent_to_load(id_)),
                **self._read_settings(tag, id_),
                **({"identify": {**identify}} if identify else {}),
            }
        return declared

    def consents(self, tag: Tag, use: Use) -> Mapping[str, list[str] | str]:
        """Key of each account that a use reaches -> the consent without which it gets nothing.

        That is what the tag asks for, and what the tag asks for that loads the account's code.
        """
        by_account = {}
        for id_ in self._find_reached(use):
            # Both: without the code that loads the account, what this tag sends stands in a queue
            # for ever.
            types = dict.fromkeys((*self._find_consent_to_load(id_), *(tag.consent or ())))
            by_account[self._keys[id_]] = write_consent(tuple(types))
        return by_account

    def list_loaders(self, use: Use) -> tuple[Tag, ...]:
        """The tags that load the accounts which a use reaches."""
        found = [tag for id_ in self._find_reached(use) for tag, _ in self._list_loaders(id_)]
        return tuple(found)

    def list_other_loaders(self, tag: Tag, use: Use) -> tuple[str, ...]:
        """The other tags that load an account which a tag loads itself, or sends page views to.

        To load an account anew throws away what waits in its queue: what a tag of gtmgen's own has
        just sent, too. And that one sends no page view where somebody else has loaded the code.
        """
        names = tuple(dict.fromkeys(loader.name for loader in self.list_loaders(use)))
        is_alone = tag.name not in names and use.name != self._platform.page_view
        return () if is_alone else tuple(name for name in names if name != tag.name)

    def check_page_view(self, use: Use) -> None:
        """Raise :class:`NotLiftedError` where a page view of the pack's own would not be sent: its
        tag leaves alone what somebody else has loaded."""
        page_view, account = self._platform.page_view, self._platform.account
        sending = {other.name for other, _ in self._source.sent.of(self._platform, EVENT)}
        otherwise = f"a tag of gtmgen's own sends no {page_view} where somebody else has loaded it"
        for id_ in self._find_reached(use):
            loaders = [loader.name for loader, _ in self._list_loaders(id_)]
            if not loaders:
                raise NotLiftedError(f"no tag loads its {account}, and {otherwise}")
            others = [name for name in loaders if name not in sending]
            if others:
                raise NotLiftedError(f"`{others[0]}` loads its {account}, and {otherwise}")

    def watch_in_part(self, use: Use) -> bool:
        """Whether some tags, but not all, let the code that they load send page views."""
        return self._platform.watches_history and any(
            len({one.history_off for _, one in self._list_loaders(id_)}) > 1
            for id_ in self._find_reached(use)
        )

    def loses_own_views(self, tag: Tag, use: Use) -> bool:
        """Whether a tag loads an account whose own code sends page views, as no other tag does."""
        viewed = {
            id_
            for _, one in self._source.sent.of(self._platform, EVENT)
            if one.name == self._platform.page_view
            for id_ in self._find_reached(one)
        }
        return any(
            id_ not in viewed
            and self._choose_page_view(id_) == "auto"
            and any(loader.name == tag.name for loader, _ in self._list_loaders(id_))
            for id_ in self._find_reached(use)
        )

    def _choose_page_view(self, id_: str) -> str:
        """Who sends an account's page views: its own code, unless that is told not to watch."""
        loads = [use for _, use in self._list_loaders(id_)]
        # One that lets it watch is enough: TikTok's observer is on unless `historyObserver` is
        # false (read in its script).
        watches = self._platform.watches_history and not all(use.history_off for use in loads)
        return "auto" if watches else "manual"

    def _find_reached(self, use: Use) -> tuple[str, ...]:
        named = tuple(dict.fromkeys(self._list_ids([use])))
        unknown = [use] if named or not use.knows_accounts else [one for _, one in self._loading]
        if not all(one.knows_accounts for one in unknown):
            raise NotLiftedError(f"code says which {self._platform.account} it reaches")
        return named or self._loaded

    def _list_loaders(self, id_: str) -> list[tuple[Tag, Use]]:
        return [(tag, use) for tag, use in self._loading if id_ in self._list_ids([use])]

    def _find_consent_to_load(self, id_: str) -> tuple[str, ...]:
        loaders = self._list_loaders(id_)
        return (loaders[0][0] if loaders else self._first).consent or ()

    def _read_settings(self, tag: Tag, id_: str) -> Mapping[str, Any]:
        """What an account is loaded with, where it is loaded wherever the tag fires."""
        loaders = self._list_loaders(id_)
        account = self._platform.account
        own = [loader for loader, _ in loaders if loader.name == tag.name]
        if loaders and not own and not any(self._is_everywhere(loader) for loader, _ in loaders):
            raise NotLiftedError(
                f"its {account} is loaded only where `{loaders[0][0].name}` fires, and a tag of "
                "gtmgen's own loads it wherever it fires itself"
            )
        settings = [use.settings for _, use in loaders]
        unknown = next((name for _, use in loaders for name in use.more), None)
        if unknown is not None:
            raise NotLiftedError(f"its {account} is loaded with `{unknown}`")
        # Which of them holds depends on which tag comes first.
        if any(other != settings[0] for other in settings):
            raise NotLiftedError(f"its {account} is loaded twice, with other settings")
        return settings[0] if settings else {}

    def _is_everywhere(self, tag: Tag) -> bool:
        return self._source.sent.fires_on_every_page(tag)

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

    def _list_ids(self, uses: Iterable[Use]) -> Iterable[str]:
        for use in uses:
            for text in use.accounts:
                for part in text.split(","):
                    yield constant_of(self._source, part.strip())


def read_consent(tag: Tag) -> list[str] | str:
    """The consent that a tag asks for, in the words of the spec."""
    return write_consent(tag.consent or ())


def write_consent(consent: Sequence[str]) -> list[str] | str:
    """Consent types in the words of the spec."""
    return [*consent] or "not_required"
