"""What it means that no token was given out; never with the token itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from gtmgen.api.redaction import redact

_HINTS = {
    "invalid_grant": "the login has expired or was revoked, or the clock of this machine is "
    "wrong: log in again, or for a service account make a new key",
    "invalid_scope": "the login was not given the scope: log in again with it",
    "invalid_client": "the OAuth client was deleted or its file is not the right one",
    "deleted_client": "the OAuth client was deleted: make another one and log in with it",
    "disabled_client": "the OAuth client is disabled",
    "unauthorized_client": "the account may not use this scope: check its settings in the "
    "Google Cloud console",
    "access_denied": "the question in the browser was answered with no",
}
_LENGTH = 200


def explain_refresh(error: Any, account: str | None = None) -> tuple[str, str]:
    """Text and hint for a ``google.auth.exceptions.RefreshError``.

    Only its message and the error code are shown: the rest may be the whole answer.
    """
    text = str(error.args[0]) if error.args else "the token could not be refreshed"
    if "impersonated" in text:
        return _build_impersonation(error, account)
    text = text.removesuffix(": None")  # an answer without a description
    code = text.partition(":")[0].strip()
    hint = _HINTS.get(code, "the credentials are not accepted; log in again")
    return clip(text), hint


def clip(text: str) -> str:
    """One line of somebody else's text, without what looks like a secret."""
    line = " ".join(redact(text).split())
    return line if len(line) <= _LENGTH else f"{line[:_LENGTH]}..."


def login_hint(scopes: Sequence[str]) -> str:
    scope_list = ",".join(
        dict.fromkeys(["https://www.googleapis.com/auth/cloud-platform", *scopes]),
    )
    return (
        f"run `gtmgen login`, or `gcloud auth application-default login --scopes={scope_list}`, "
        "or let GOOGLE_APPLICATION_CREDENTIALS name a service account's key file; "
        "`--target local` needs none"
    )


def _build_impersonation(error: Any, account: str | None) -> tuple[str, str]:
    try:
        reason = str(json.loads(error.args[1])["error"]["message"])
    except (ValueError, LookupError, TypeError, RecursionError):
        reason = "no reason was given"
    who = f"`{account}`" if account else "the service account"
    hint = (
        "give the account that you are logged in with the role `Service Account Token Creator` "
        f"on {who}, and enable the IAM Service Account Credentials API in its project"
    )
    return f"cannot act as {who}: {clip(reason)}", hint
