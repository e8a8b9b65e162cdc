"""Which account a container is in, kept for the next run: IDs that GTM shows anyway, no more.

It only chooses which call is made first. What that answers names its containers itself, so that
a memory which is out of date, or which somebody has changed, leads to no other container.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from gtmgen.files.atomic import replace_file
from gtmgen.files.locks import locked
from gtmgen.files.reading import read_limited

FORMAT = 1
_ACCOUNT = re.compile(r"[0-9]{1,20}")
_MOST_CONTAINERS = 1_000
_MOST_ROOTS = 20  # each emulator that is served has a port of its own, and so another URL

Accounts = dict[str, str]


class AccountMemory:
    """:class:`gtmgen.api.containers.KnownAccounts` in a file of the user's state folder.

    ``path`` is None for a user without one. ``root`` is the API that answers: another one has
    other accounts. A damaged file is begun anew, and one that cannot be used is done without.
    """

    def __init__(self, path: Path | None, root: str, sleep: Callable[[float], None]) -> None:
        self._path = path
        self._root = root
        self._sleep = sleep

    def find(self, gtm: str) -> str | None:
        return self._read().get(self._root, {}).get(gtm)

    def remember(self, accounts: Mapping[str, str]) -> None:
        self._change(lambda known: {**known, **accounts})

    def forget(self, account: str) -> None:
        self._change(lambda known: {gtm: one for gtm, one in known.items() if one != account})

    def _change(self, change: Callable[[Accounts], Accounts]) -> None:
        if self._path is None:
            return
        known = self._read().get(self._root, {})
        if change(known) == known:  # as in nearly every run: nothing is locked or written
            return
        try:
            with locked(self._path, self._sleep):
                roots = self._read()
                changed = change(roots.pop(self._root, {}))
                kept = dict(list(changed.items())[-_MOST_CONTAINERS:])
                roots = dict([*roots.items(), (self._root, kept)][-_MOST_ROOTS:])
                text = json.dumps({"format": FORMAT, "roots": roots})
                # Not durable: what a power cut takes away is found again with one call.
                replace_file(self._path, [f"{text}\n".encode()], private=True, durable=False)
        except OSError:  # a folder that cannot be written must not stop the work
            return

    def _read(self) -> dict[str, Accounts]:
        """What is sound of the file, by root."""
        if self._path is None:
            return {}
        try:
            state = json.loads(read_limited(self._path))
            roots = state["roots"] if state["format"] == FORMAT else {}
            return {root: _keep_sound(known) for root, known in roots.items()}
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return {}


def _keep_sound(known: Mapping[str, object]) -> Accounts:
    return {
        gtm: account
        for gtm, account in known.items()
        if isinstance(account, str) and _ACCOUNT.fullmatch(account)
    }
