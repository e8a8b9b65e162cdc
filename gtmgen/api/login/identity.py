"""Credentials: where they come from, whom they speak for, whose quota they use."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gtmgen.api.login.failures import login_hint
from gtmgen.api.login.scopes import READ, short
from gtmgen.api.login.token_store import TokenStore
from gtmgen.api.redaction import redact
from gtmgen.errors import ApiError
from gtmgen.files.reading import read_limited

CLOUD = "https://www.googleapis.com/auth/cloud-platform"


@dataclass(frozen=True)
class CredentialSettings:
    """Where to look, in this order: a key file, a stored login, what the machine offers.

    ``key_file`` is a service account's key, or what ``gcloud auth application-default login``
    leaves. ``login`` is where :func:`gtmgen.api.login.login` keeps its token. ``impersonate`` is
    a service account's e-mail address to act as; a stored login is no source for that, as it
    has the scopes of Tag Manager only.
    """

    key_file: Path | None = None
    login: TokenStore | None = None
    impersonate: str | None = None


@dataclass(frozen=True)
class Identity:
    """Credentials that were found; nothing was asked of Google yet.

    ``kind`` is for people (``service account``), ``source`` says where they were found,
    ``quota_key`` names the Google project as far as it is known here.
    """

    kind: str
    source: str
    email: str | None
    quota_key: str
    scopes: tuple[str, ...]
    credentials: Any = field(repr=False, compare=False)


def find_identity(settings: CredentialSettings, scopes: Sequence[str] = (READ,)) -> Identity:
    """Find credentials and give them ``scopes``; :class:`ApiError` when there are none."""
    if settings.impersonate is not None:
        source = _find_credentials(settings.key_file, [CLOUD])
        return _identity(
            _impersonate(settings.impersonate, source.credentials, scopes), source, scopes
        )
    if settings.key_file is None and settings.login is not None and settings.login.exists():
        return _load_stored(settings.login, scopes)
    return _find_credentials(settings.key_file, scopes)


def _find_credentials(path: Path | None, scopes: Sequence[str]) -> Identity:
    from google.auth.exceptions import GoogleAuthError

    try:
        if path is None:
            credentials = _load_default(list(scopes))
        else:
            credentials = _load_file(json.loads(read_limited(path)), list(scopes))
    # google-auth 2.x takes it for granted that a key file is an object, and holds texts.
    except (GoogleAuthError, ValueError, OSError, RecursionError, *_NOT_OF_A_KEY) as error:
        where = f"`{path}` holds no usable credentials" if path else _describe_source(error)
        # That there are none is said already, and the hint is more exact than Google's link.
        is_said = path is None and _text(error).startswith(_NONE_FOUND)
        message = where if is_said else f"{where}: {_find_flaw(error)}"
        raise ApiError(message, hint=login_hint(scopes)) from None
    return _identity(credentials, None, scopes, str(path) if path else None)


def _load_default(scopes: list[str]) -> Any:
    import google.auth

    with warnings.catch_warnings():
        # About a gcloud login without a quota project. Google refuses its calls with a reason
        # of its own, where it minds.
        warnings.simplefilter("ignore", UserWarning)
        return google.auth.default(scopes=scopes)[0]


_NOT_OF_A_KEY = (AttributeError, TypeError)
_NONE_FOUND = "Your default credentials were not found"
"""How google-auth 2.x begins where there are none at all."""


def _describe_source(error: Exception) -> str:
    """A key file that is there and broken is not "none found" (texts of google-auth 2.x)."""
    if isinstance(error, _NOT_OF_A_KEY) or re.match(
        r"(The file |Failed to load |File .* is not a valid )", _text(error)
    ):
        return "the key file that GOOGLE_APPLICATION_CREDENTIALS names is broken"
    return "no Google credentials found"


def _text(error: Exception) -> str:
    """The message alone: google-auth adds the cause as a second argument."""
    return str(error.args[0] if error.args else error)


def _find_flaw(error: Exception) -> str:
    """The first line; of a file's content nothing but what is missing is shown."""
    if isinstance(error, OSError) and error.strerror:
        return str(error.strerror)
    if isinstance(error, RecursionError):
        return "it is nested too deep"
    if isinstance(error, _NOT_OF_A_KEY):
        return "it is not a key file"
    return redact(_text(error)).partition("\n")[0].rstrip(".")


def _load_file(info: Any, scopes: list[str]) -> Any:
    from google.oauth2 import credentials, service_account

    if not isinstance(info, dict):
        raise ValueError("it is not a key file")
    if {"installed", "web"} & set(info):
        raise ValueError("it is an OAuth client, which serves to log in, and no key")
    user: Any = credentials.Credentials
    account: Any = service_account.Credentials
    if info.get("type") == "authorized_user":
        return user.from_authorized_user_info(info, scopes=scopes)
    return account.from_service_account_info(info, scopes=scopes)


def _impersonate(email: str, source: Any, scopes: Sequence[str]) -> Any:
    from google.auth import impersonated_credentials

    make: Any = impersonated_credentials.Credentials
    return make(source_credentials=source, target_principal=email, target_scopes=list(scopes))


def _load_stored(store: TokenStore, scopes: Sequence[str]) -> Identity:
    from gtmgen.api.login.stored import stored_credentials

    token = store.read()
    if missing := [short(scope) for scope in scopes if scope not in token.scopes]:
        raise ApiError(
            f"the stored login lacks the scope `{'`, `'.join(missing)}`",
            hint="log in again with it",
        )
    return Identity(
        "stored login",
        str(store.path),
        token.email,
        _find_client_project(token.client_id),
        tuple(scopes),
        stored_credentials(token, store),
    )


def _identity(
    credentials: Any, source: Identity | None, scopes: Sequence[str], path: str | None = None
) -> Identity:
    from google.auth import compute_engine, external_account, impersonated_credentials
    from google.oauth2 import credentials as user
    from google.oauth2 import service_account

    kinds = (
        (impersonated_credentials.Credentials, "impersonated service account"),
        (service_account.Credentials, "service account"),
        (user.Credentials, "user"),
        (compute_engine.Credentials, "service account of this machine"),
        (external_account.Credentials, "workload identity"),
    )
    kind = next((name for type_, name in kinds if isinstance(credentials, type_)), "other")
    where = path or "application default credentials"
    email = _find_email(credentials)
    if source is not None:
        where = f"{source.kind} {source.email or ''}".rstrip() + f" ({source.source})"
    return Identity(
        kind, where, email, _find_quota_key(credentials, email), tuple(scopes), credentials
    )


def _find_email(credentials: Any) -> str | None:
    for name in ("service_account_email", "account"):
        text = getattr(credentials, name, None)
        if isinstance(text, str) and "@" in text:
            return text
    return None


def _find_quota_key(credentials: Any, email: str | None) -> str:
    """The project that pays: the quota project, else the one that the credentials belong to."""
    for name in ("quota_project_id", "project_id"):
        if text := getattr(credentials, name, None):
            return f"project {text}"
    if email and email.endswith(".iam.gserviceaccount.com"):
        project = email.partition("@")[2].removesuffix(".iam.gserviceaccount.com")
        return f"project {project}"
    if client_id := getattr(credentials, "client_id", None):
        return _find_client_project(client_id)
    return f"account {email}" if email else "unknown project"


def _find_client_project(client_id: str) -> str:
    """The ID of an OAuth client begins with its project's number."""
    return f"project {client_id.partition('-')[0].partition('.')[0]}"
