"""Where a spec's secrets stand: in the request that needs them, not in what everybody can read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gtmgen.diagnostics import Path, Problem, Severity
from gtmgen.source.document import Document
from gtmgen.text import nearest

_MAY_HOLD_SECRETS = frozenset(("platforms", "data", "events", "gtm"))


def check_secrets(document: Document) -> Iterator[Problem]:
    """Secrets where gtmgen itself needs the value, or shows it: as a container's ID, a page; and
    those that a push would put into a container which everybody can read."""
    published = _published_secrets(document.data)
    for name, paths in sorted(document.secrets.items()):
        for path in paths:
            if path[:2] == ("server", "accounts"):
                continue
            if path[0] in _MAY_HOLD_SECRETS:
                if published is not None and name not in published:
                    yield _secret_in_public(name, path)
                continue
            hint = f"if it is not a secret, write `${{public:{name}}}`"
            if path[0] == "server":
                hint = "what the server container needs to send stands under `server.accounts`"
            yield Problem(
                "secret-place",
                path,
                f"the secret `{name}` cannot stand here: its value is known only in the request to "
                "GTM",
                hint,
            )


def check_public_secrets(document: Document) -> Iterator[Problem]:
    """Names under `public_secrets` that nothing of the spec reads: a slip of the pen, which lets
    the secret that it stands for through when somebody needs it."""
    published = _published_secrets(document.data)
    if published is None:
        return
    read = document.secrets.keys()
    for name in sorted(name for name in published - read if not document.reads(name)):
        index = document.data["container"]["public_secrets"].index(name)
        yield Problem(
            "unused-secret",
            ("container", "public_secrets", index),
            f"no part of the container reads the secret `{name}`",
            nearest(name, sorted(read - published)) or "remove it",
            Severity.WARNING,
        )


def _published_secrets(data: Any) -> frozenset[str] | None:
    """The secrets that the spec allows into its public container; None for a server container."""
    container = data.get("container") if isinstance(data, dict) else None
    if not isinstance(container, dict):
        return frozenset()
    if container.get("context") == "server":
        return None
    names = container.get("public_secrets")
    if not isinstance(names, list):
        return frozenset()
    return frozenset(name for name in names if isinstance(name, str))


def _secret_in_public(name: str, path: Path) -> Problem:
    return Problem(
        "secret-in-public",
        path,
        f"a push would show the secret `{name}` to everyone: the container is a public file",
        "send it from a server container (`server`); if it is not a secret, write "
        f"`${{public:{name}}}`; to publish it anyway, "
        f"`container: {{public_secrets: [{name}]}}`",
    )
