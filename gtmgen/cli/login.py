"""``gtmgen login`` and ``gtmgen logout``."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.api.connect import plain_http
from gtmgen.api.login.browser import OAuthClient
from gtmgen.api.login.browser import login as log_in
from gtmgen.api.login.browser import logout as log_out
from gtmgen.api.login.scopes import EDIT, PUBLISH, READ, VERSIONS
from gtmgen.api.login.token_store import TokenStore
from gtmgen.cli.account import token_store
from gtmgen.cli.output import talk
from gtmgen.errors import UsageError

_LEFT = {
    "none": "there is no stored login",
    "revoked": "logged out: the login is deleted here, and Google has revoked it",
    "forgotten": "logged out: the login is deleted here, but Google could not be told; revoke it "
    "at https://myaccount.google.com/connections",
}


def login(
    client: Annotated[
        Path,
        typer.Option(
            help="The JSON file of your OAuth client, of the type Desktop app.", show_default=False
        ),
    ],
    read_only: Annotated[
        bool, typer.Option("--read-only", help="For plans only: nothing can be written.")
    ] = False,
) -> int:
    """Log in to Google in a browser. The login is kept for this user, never in the project.

    Example: gtmgen login --client client_secret.json
    """
    store = _store()
    scopes = (READ,) if read_only else (READ, EDIT, VERSIONS, PUBLISH)
    token = log_in(
        OAuthClient.read(client), scopes, store, http=plain_http(), clock=time.time, show=_show
    )
    who = f" as {token.email}" if token.email else ""
    talk(f"logged in{who}; the login is kept in {store.path}")
    return 0


def logout() -> int:
    """Delete the stored login, and have Google revoke it.

    Example: gtmgen logout
    """
    talk(_LEFT[log_out(_store(), http=plain_http())])
    return 0


def _store() -> TokenStore:
    if (store := token_store()) is None:
        raise UsageError("there is no home folder to keep a login in", hint="set XDG_STATE_HOME")
    return store


def _show(address: str) -> None:
    talk(f"agree in the browser of this machine, within five minutes:\n\n  {address}\n")
    # Elsewhere Python may start a browser for the terminal, which would take it over.
    if sys.platform in ("darwin", "win32") or {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        import webbrowser

        webbrowser.open(address)
