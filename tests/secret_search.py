"""Secrets of the tests' environment, and a search for them in all that gtmgen says and writes."""

from __future__ import annotations

import functools
import os
import subprocess
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

MARK = "suite-secret-" + "0f1e2d3c4b5a6978"
"""In every value, and in nothing else; put together here, so that no copy of this file holds it."""
SECRETS = {
    "TIKTOK_ACCESS_TOKEN": f"{MARK}-access-token",
    "SUITE_API_KEY": f"{MARK}-api-key",
    "SUITE_PASSWORD": f"{MARK}-password",
}


def refuse_secrets(where: str, texts: Iterable[object]) -> None:
    """Fail where one of the texts, or bytes, holds a secret of the suite."""
    for text in texts:
        found = MARK.encode() in text if isinstance(text, bytes) else MARK in str(text or "")
        assert not found, f"a secret of the environment was in {where}"


def watch() -> None:
    """Set the secrets, and look at every output from now on: in this process, of others."""
    import gtmgen.cli.output as output

    os.environ.update(SECRETS)
    for name in ("data", "talk"):
        setattr(output, name, _watched(getattr(output, name)))
    complete: Any = subprocess.CompletedProcess.__init__

    @functools.wraps(complete)
    def completed(self: Any, *arguments: Any, **named: Any) -> None:
        complete(self, *arguments, **named)
        refuse_secrets("the output of a process", (self.stdout, self.stderr))

    subprocess.CompletedProcess.__init__ = completed  # type: ignore[method-assign]


def _watched(say: Callable[[str], None]) -> Callable[[str], None]:
    @functools.wraps(say)
    def watched(text: str) -> None:
        refuse_secrets("what a verb said", (text,))
        say(text)

    return watched


def files_with_secrets(folder: Path) -> list[str]:
    """The files below a folder that hold one; searched by grep, for there are many."""
    done = subprocess.run(
        ["grep", "-rlF", "-D", "skip", MARK, str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    return sorted(done.stdout.splitlines())
