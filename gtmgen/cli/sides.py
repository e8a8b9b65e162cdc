"""What ``diff`` compares: specs, exports, either at a Git revision, containers in GTM."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from gtmgen.api.port import TagManager
from gtmgen.cli.live_place import is_live, live_place, read_live
from gtmgen.compare.snapshot import Snapshot, of_container, of_version
from gtmgen.compile.compiler import compile_spec
from gtmgen.errors import UsageError
from gtmgen.files.git import SCHEME, GitPlace, checkout
from gtmgen.importer.source import open_export
from gtmgen.spec.load import load

_HINT = (
    "a spec (.yaml), an export (.json), `git:REV:path`, GTM-XXXX, GTM-XXXX/workspaces/NAME "
    "or GTM-XXXX/versions/12"
)


class Side(NamedTuple):
    """One of the two: what it holds, and what to call it."""

    name: str
    snapshot: Snapshot


def is_spec(text: str) -> bool:
    """Whether it names a spec, here or at a Git revision."""
    return not is_live(text) and text.lower().endswith((".yaml", ".yml"))


def read_side(text: str, env: str | None, connected: Callable[[], tuple[TagManager, str]]) -> Side:
    """Read one side; ``connected`` gives the connection to GTM and its name, when it is needed."""
    if is_live(text):
        manager, target = connected()
        read = read_live(manager, live_place(text))
        return Side(f"{read.source} ({target})", of_version(read.version))
    if not is_spec(text) and not text.lower().endswith(".json"):
        raise UsageError(f"`{text}` is nothing that can be compared", hint=f"that is {_HINT}")
    if text.startswith(SCHEME):
        place = GitPlace.read(text)
        with checkout(place.revision, place.path) as path:
            return Side(text, _read_file(path, env))
    return Side(text, _read_file(Path(text), env))


def _read_file(path: Path, env: str | None) -> Snapshot:
    if path.suffix.lower() == ".json":
        return of_version(open_export(path).version)
    return of_container(compile_spec(load(path, os.environ, env)))
