"""Which container a public ID names, found with as few calls as there can be.

``GTM-XXXX`` tells no account, and every address of the API begins with one: the first container
has to be looked up, and from the second on, one list of the first one's account is enough. Where
the account is known from an earlier run, the list stands in for the first look-up, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from gtmgen.api.failures import CallError
from gtmgen.api.port import Json


class KnownAccounts(Protocol):
    """The accounts of containers, as earlier runs found them: a hint, which may be out of date."""

    def find(self, gtm: str) -> str | None:
        """The account's numeric ID."""
        ...

    def remember(self, accounts: Mapping[str, str]) -> None:
        """Accounts by container."""
        ...

    def forget(self, account: str) -> None:
        """An account whose containers cannot be listed."""
        ...


class NoAccounts:
    """Nothing is known, and nothing kept."""

    def find(self, gtm: str) -> str | None:
        return None

    def remember(self, accounts: Mapping[str, str]) -> None:
        """Nothing is kept."""

    def forget(self, account: str) -> None:
        """Nothing is kept."""


class ContainerFinder:
    """Finds containers by public ID, each once.

    ``look_up`` answers with one container, ``list_account`` with all of an account; both raise
    :class:`CallError`. ``count`` tells how many calls were made so far.
    """

    def __init__(
        self,
        look_up: Callable[[str], Json],
        list_account: Callable[[str], Iterable[Json]],
        count: Callable[[], int],
        known: KnownAccounts,
    ) -> None:
        self._look_up = look_up
        self._list_account = list_account
        self._count = count
        self._known = known
        self._expected: tuple[str, ...] = ()
        self._found: dict[str, Json] = {}
        self._looked_up: list[str] = []
        self._followed = False
        self._listed: set[str] = set()
        self._refused: dict[str, CallError] = {}
        self._spent: dict[str, int] = {}
        self._spent_on_lists: dict[str, int] = {}

    def expect(self, gtms: Iterable[str]) -> None:
        """These are going to be asked for."""
        self._expected = tuple(dict.fromkeys(gtms))

    def find(self, gtm: str) -> Json:
        """The container as the API gave it."""
        before = self._count()
        if gtm not in self._found:
            self._seek(gtm)
        self._spent.setdefault(gtm, self._count() - before)
        wanted = [one for one in (gtm, *self._expected) if one in self._found]
        accounts = {one: _account_of(self._found[one]) for one in wanted}
        refused = self._refused
        # A list that was refused would be refused again, each time before the look-ups.
        self._known.remember({one: id_ for one, id_ in accounts.items() if id_ not in refused})
        return self._found[gtm]

    def context_of(self, gtm: str) -> Sequence[str]:
        """What a container is for; empty before it was found."""
        return self._found.get(gtm, {}).get("usageContext") or ()

    def count_saved_calls(self, gtms: Sequence[str]) -> list[int]:
        """How many calls fewer finding each of them takes in the next run than it took in this one.

        The same steps are gone through with the answers of this run, and with what is known now.
        """
        count = 0

        def look_up(gtm: str) -> Json:
            nonlocal count
            count += 1
            return self._found[gtm]

        def list_account(account: str) -> Iterable[Json]:
            nonlocal count
            count += self._spent_on_lists.get(account, 1)
            if account in self._refused:
                raise self._refused[account]
            return [one for one in self._found.values() if _account_of(one) == account]

        class Unchanging(NoAccounts):
            find = staticmethod(self._known.find)

        found = list(dict.fromkeys(gtm for gtm in gtms if gtm in self._spent))
        again = ContainerFinder(look_up, list_account, lambda: count, Unchanging())
        again.expect(found)
        for gtm in found:
            again.find(gtm)
        saved = {gtm: self._spent[gtm] - again._spent[gtm] for gtm in found}
        return [saved.pop(gtm, 0) for gtm in gtms]  # of a container that comes twice, once

    def _seek(self, gtm: str) -> None:
        account = self._choose_account(gtm)
        if account is not None:
            self._list(account)
        if gtm not in self._found:
            self._found[gtm] = self._look_up(gtm)
            self._looked_up.append(_account_of(self._found[gtm]))

    def _choose_account(self, gtm: str) -> str | None:
        """The account whose containers are worth a list; None for a look-up."""
        if self._looked_up and not self._followed:
            # One list instead of a look-up for each: specs that are pushed together mostly share an
            # account.
            self._followed = True
            if self._looked_up[0] not in self._listed:
                return self._looked_up[0]
        others = [one for one in self._expected if one != gtm and one not in self._found]
        account = self._known.find(gtm) if others else None
        return account if account not in self._listed else None

    def _list(self, account: str) -> None:
        self._listed.add(account)
        before = self._count()
        try:
            listed = list(self._list_account(account))
        except CallError as error:
            if error.status not in (403, 404):
                raise
            # Who may see one container need not see the account, and an account may be gone.
            self._refused[account] = error
            self._known.forget(account)
            listed = []
        self._spent_on_lists[account] = self._count() - before
        for item in listed:
            self._found.setdefault(str(item.get("publicId")), item)


def _account_of(container: Json) -> str:
    return str(container["path"]).split("/")[1]
