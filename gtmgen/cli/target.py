"""``--target``: Google, the embedded GTM (with its state in a file), or a service at a URL."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from gtmgen.api.port import TagManager
from gtmgen.cli.output import talk
from gtmgen.errors import UsageError

LOCAL_STATE = Path(".gtmgen/local-gtm.json")


def connect(target: str, *, write: bool, quiet: bool = False) -> TagManager:
    """A connection with the least scopes that the verb needs."""
    from gtmgen.api import connect as api

    if target == "local" or target.startswith("local:"):
        return api.connect_local(Path(target[6:]) if target[6:] else LOCAL_STATE)
    if target == "api":
        from gtmgen.api.pacing import Pacer

        def waiting(seconds: float) -> None:
            if not quiet and seconds >= 1:
                talk(f"waiting {seconds:.0f} s for GTM's quota of 25 calls in 100 seconds")

        pacer = Pacer(time.monotonic, time.sleep, on_wait=waiting)
        return api.connect_api([api.EDIT] if write else [api.READ], pacer=pacer)
    if target.startswith(("http://", "https://")):
        if "@" in urlsplit(target).netloc:  # it would stand in messages and plans
            raise UsageError("a URL after `--target` may not hold a user or a password")
        return api.connect_url(target)
    raise UsageError(f"`--target` is api, local, local:FILE or a URL, not `{target}`")


def describe(target: str) -> str:
    """The target in a plan's first line."""
    if target.startswith("local"):
        return "local GTM"
    if target == "api":
        return "Google Tag Manager"
    return urlunsplit((*urlsplit(target)[:3], "", ""))  # a query may hold a token
