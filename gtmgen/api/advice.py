"""What to do about a failed call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gtmgen.api.login.scopes import METHODS, short

if TYPE_CHECKING:
    from gtmgen.api.failures import CallError

_QUOTA = "the API allows 25 calls in 100 seconds and 10,000 a day; wait, then go on"
_FIRST = ("containers.", "accounts.", "workspaces.list", "workspaces.create")
"""What is called before anything else is known of the container: the ID may be wrong."""
_PROJECT = re.compile(r"project[ =]([\w:.-]*\w)")
_TROUBLE = {
    "dns": "the host name cannot be resolved: check the network connection and the name server",
    "refused": "nothing listens there: check the address, the network and the firewall",
    "unreachable": "nothing answers there: check the network, the firewall, and whether a proxy is "
    "needed (`HTTPS_PROXY`)",
    "certificate": "the connection is not trusted: check the clock, and for a proxy that reads it",
    "proxy": "a proxy is set in the environment; to use it, install the package `pysocks`",
    "proxied": "see whether `HTTPS_PROXY` names the right proxy, with a user and a password where "
    "it asks for them (`http://USER:PASSWORD@HOST:PORT`)",
    "timeout": "the service or the network is slow; run the same command again",
    "answer": "a proxy or a login page may have answered in its place: check the network; "
    "a local target's state file may be damaged",
}


def advise(error: CallError, account: str | None) -> str | None:
    """The hint for an error; ``account`` is whom the call was made for, if that is known."""
    if error.is_quota:
        return _QUOTA
    if error.is_conflict:
        return "it was changed in the meantime; plan again"
    if error.is_duplicate_name:
        return "something of that name was made in the meantime; push again"
    if error.status is None:
        return _TROUBLE.get(error.trouble or "", "check the network; run the same command again")
    if error.status == 401:
        return "the credentials are not accepted; log in again"
    if error.status == 403:
        return _advise_forbidden(error, account)
    if error.status == 404:
        return _advise_not_found(error, account)
    return None


def _advise_forbidden(error: CallError, account: str | None) -> str:
    if error.is_disabled:
        match = _PROJECT.search(error.reply)
        project = f"?project={match[1]}" if match else ""
        return (
            "enable the Tag Manager API in the Google project of the credentials: "
            f"https://console.cloud.google.com/apis/library/tagmanager.googleapis.com{project} "
            "(it takes a few minutes)"
        )
    if error.is_scope:
        method = METHODS.get(error.method)
        scope = f" `{short(method[0])}`" if method else ""
        return f"the credentials lack the scope{scope}: log in again with it"
    who = f"`{account}`" if account else "the account"
    return f"{who} lacks the permission, or the credentials lack the scope: {_advise_grant(error)}"


def _advise_not_found(error: CallError, account: str | None) -> str:
    if not error.method.startswith(_FIRST):
        return (
            "it or its workspace may be gone, as somebody else's push leaves it, or the account "
            "may not edit the container; run the same command again"
        )
    who = f"`{account}`" if account else "the account of the credentials"
    return f"check the ID, and that {who} may see the container: {_advise_grant(error)}"


def _advise_grant(error: CallError) -> str:
    publish = error.method == "versions.publish"
    return (
        "in Tag Manager, Admin, Container, User Management, add it with the permission "
        f"`{'Publish' if publish else 'Edit'}`"
    )
