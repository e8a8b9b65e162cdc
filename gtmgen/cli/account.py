"""Who speaks to Google, and what of that is kept between runs in the user's state folder."""

from __future__ import annotations

import errno
import getpass
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from gtmgen.cli.output import talk
from gtmgen.errors import ApiError
from gtmgen.files.reading import open_regular

if TYPE_CHECKING:
    from gtmgen.api.account_memory import AccountMemory
    from gtmgen.api.login.identity import Identity
    from gtmgen.api.login.token_store import TokenStore
    from gtmgen.api.port import TagManager
    from gtmgen.api.quota.ledger import Quota


def state_folder() -> Path | None:
    """``$XDG_STATE_HOME/gtmgen``, else ``~/.local/state/gtmgen``; None for a user without home.

    Never the working folder: what is kept here is no part of a project, and some of it secret.
    """
    configured = Path(os.environ.get("XDG_STATE_HOME", ""))
    if configured.is_absolute():  # the XDG specification: a relative path is to be ignored
        return configured / "gtmgen"
    try:
        return Path.home() / ".local" / "state" / "gtmgen"
    except RuntimeError:
        return None


def token_store() -> TokenStore | None:
    """Where ``gtmgen login`` keeps its token."""
    from gtmgen.api.login.token_store import TokenStore

    folder = state_folder()
    return TokenStore(folder / "login") if folder else None


def find_account(scopes: Sequence[str]) -> Identity:
    """The credentials for Google; nothing is asked of Google yet.

    A key file that GOOGLE_APPLICATION_CREDENTIALS names goes before a stored login, which goes
    before what the machine offers. GTMGEN_IMPERSONATE names a service account to act as.
    """
    from gtmgen.api.login.identity import CredentialSettings, find_identity

    named = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
    if named:
        _refuse_special(Path(named))
    settings = CredentialSettings(
        login=None if named else token_store(),
        impersonate=os.environ.get("GTMGEN_IMPERSONATE") or None,
    )
    return find_identity(settings, scopes)


def _refuse_special(key_file: Path) -> None:
    """Google's library would wait for ever for a pipe; what else is wrong, it says itself."""
    try:
        open_regular(key_file).close()
    except OSError as error:
        if error.errno == errno.EINVAL:
            raise ApiError(
                "the key file that GOOGLE_APPLICATION_CREDENTIALS names is broken: "
                f"{error.strerror}"
            ) from None


def pusher(manager: TagManager, target: str) -> str | None:
    """Who pushes: Google's account, elsewhere the user of this machine; None if not known.

    Google's credentials need not say whom they speak for; the user of the machine, which may be
    one of a build service, does not stand in for them.
    """
    if target == "api":
        return manager.account
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no name in the environment, nor for the user's ID
        return None


def quota_of(identity: Identity, *, quiet: bool) -> Quota:
    """The calls of the identity's Google project, counted across this user's runs."""
    from gtmgen.api.quota.ledger import Quota

    folder = state_folder()
    return Quota(
        folder / "quota.json" if folder else None,
        identity.quota_key,
        time.time,
        time.sleep,
        on_wait=None if quiet else _waiting,
    )


def known_accounts(root: str) -> AccountMemory:
    """The accounts of the containers that this user's runs have found at one API."""
    from gtmgen.api.account_memory import AccountMemory

    folder = state_folder()
    return AccountMemory(folder / "accounts.json" if folder else None, root, time.sleep)


def _waiting(seconds: float) -> None:
    if seconds >= 1:
        talk(f"waiting {seconds:.0f} s for GTM's quota of 25 calls in 100 seconds")


def retry_talk(quiet: bool) -> Callable[[float, Exception], None] | None:
    """What is said before a failed call is made again."""

    def told(seconds: float, failure: Exception) -> None:
        talk(f"{failure}; trying again in {seconds:.0f} s")

    return None if quiet else told
