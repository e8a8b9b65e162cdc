"""``--target``: Google, the embedded GTM (with its state in a file), or a service at a URL."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit, urlunsplit

from gtmgen.api.port import TagManager
from gtmgen.cli.account import find_account, known_accounts, quota_of, retry_talk
from gtmgen.cli.local_state import is_local, prepare_folder, state_file
from gtmgen.container.entities import Container
from gtmgen.container.gallery import reference_of
from gtmgen.errors import UsageError
from gtmgen.plan.gallery import sort_edited_last
from gtmgen.text import quoted

if TYPE_CHECKING:
    from gtmgen.api.login.identity import Identity
    from gtmgen.api.retry.policy import RetryPolicy
    from gtmgen.spec.model import Spec

_URL_HINT = "for example `http://127.0.0.1:8080`"


def connect(
    target: str, *, write: bool = False, verbs: Sequence[str] = (), quiet: bool = False
) -> TagManager:
    """A connection with the least scopes that the work needs.

    ``verbs`` are keys of :data:`gtmgen.api.login.scopes.VERBS`; without them ``push`` or ``plan``,
    as ``write`` says.
    """
    from gtmgen.api import connect as api
    from gtmgen.api.login.scopes import READ, least_scopes
    from gtmgen.api.retry.policy import RetryPolicy

    scopes = least_scopes(verbs or ["push" if write else "plan"])
    if is_local(target):
        state = state_file(target)
        if not state.name or state.is_dir():
            raise UsageError(f"`{state}` is a folder; `local:FILE` names the file of the state")
        read_only = scopes == (READ,)
        if not read_only:
            prepare_folder(state)
        return api.connect_local(state, read_only=read_only)
    if target == "api":
        return connect_as(find_account(scopes), quiet=quiet)
    if target.startswith(("http://", "https://")):
        if "@" in _parts(target).netloc:  # it would stand in messages and plans
            raise UsageError("a URL after `--target` may not hold a user or a password")
        service = api.connect_url(target)
        service.use_known_accounts(known_accounts(describe(target)))
        # Whatever serves there is near, and no quota of Google's: where nothing listens, a
        # minute's wait would not help.
        return _retrying(service, RetryPolicy(offline_attempts=3), quiet=quiet)
    raise UsageError(f"`--target` is api, local, local:FILE or a URL, not {quoted(target)}")


def connect_as(identity: Identity, *, quiet: bool = False) -> TagManager:
    """Google, inside its quota, as somebody who was found."""
    from gtmgen.api.connect import connect_identity
    from gtmgen.api.retry.policy import RetryPolicy

    google = connect_identity(identity, quota_of(identity, quiet=quiet))
    google.use_known_accounts(known_accounts(describe("api")))
    return _retrying(google, RetryPolicy(), quiet=quiet)


def expect_containers(manager: TagManager, containers: Sequence[Container]) -> None:
    """Say which containers come, and to the embedded GTM, which makes them, which for servers."""
    from gtmgen.api.connect import LocalTagManager

    manager.expect_containers(container.gtm for container in containers)
    if isinstance(manager, LocalTagManager):
        for container in containers:
            if container.context == "SERVER":
                manager.expect_server(container.gtm)


def expect_server_of(manager: TagManager, spec: Spec) -> None:
    """Tell the embedded GTM the same of a spec, for a verb that compiles nothing."""
    from gtmgen.api.connect import LocalTagManager

    if not isinstance(manager, LocalTagManager):
        return
    if spec.container.context == "server":
        manager.expect_server(spec.container.gtm)
    if spec.server is not None and spec.server.gtm:
        manager.expect_server(spec.server.gtm)


def offer_in_gallery(manager: TagManager, containers: Iterable[Container]) -> None:
    """Tell the embedded GTM of the gallery's templates whose text the specs hold themselves.

    The gallery is on the internet: a local target knows of no others. Of one that stands there
    twice, the text that nobody edited is the gallery's.
    """
    from gtmgen.api.connect import LocalTagManager

    if not isinstance(manager, LocalTagManager):
        return
    templates = [
        item
        for container in containers
        for item in container.templates
        if item.data and reference_of(item)
    ]
    for template in sorted(templates, key=sort_edited_last, reverse=True):
        manager.list_in_gallery(template.data, dict(reference_of(template)))


def describe(target: str) -> str:
    """The target in a plan's first line."""
    if target.startswith("local"):
        return "local GTM"
    if target == "api":
        return "Google Tag Manager"
    return urlunsplit((*_parts(target)[:3], "", ""))  # a query may hold a token


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        if parts.scheme in ("http", "https") and not parts.hostname:
            raise ValueError
    except ValueError:
        raise UsageError("the URL after `--target` is not one", hint=_URL_HINT) from None
    return parts


def _retrying(manager: TagManager, policy: RetryPolicy, *, quiet: bool) -> TagManager:
    from gtmgen.api.retry.policy import Retrier
    from gtmgen.api.retry.port import RetryingTagManager

    retrier = Retrier(
        time.time,
        time.sleep,
        random.random,  # jitter, no secret
        policy=policy,
        on_retry=retry_talk(quiet),
    )
    return RetryingTagManager(manager, retrier)
