"""What ``diff`` compares: specs, exports, either at a Git revision or on stdin, live containers."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from gtmgen.api.port import TagManager
from gtmgen.cli.live_place import is_live, live_place, read_live
from gtmgen.compare.snapshot import Snapshot, of_container, of_version
from gtmgen.compile.compiler import compile_spec
from gtmgen.container.veil import Json, Veil
from gtmgen.errors import UsageError
from gtmgen.files.git import SCHEME, GitPlace, checkout
from gtmgen.importer.json_text import MAX_BYTES
from gtmgen.importer.source import open_export
from gtmgen.meaning.sides import Side as SpecSide
from gtmgen.plan.secrets import known_secrets
from gtmgen.spec.load import load

STDIN = "-"
_HINT = (
    "a spec (.yaml), an export (.json), `git:REV:path`, `git:REV` of the other side, `-` (stdin), "
    "GTM-XXXX, GTM-XXXX/workspaces/NAME or GTM-XXXX/versions/12"
)


class Side(NamedTuple):
    """One of the two: what it holds, what to call it, and the spec where it is one."""

    name: str
    snapshot: Snapshot
    spec: SpecSide | None = None


def is_spec(text: str) -> bool:
    """Whether it names a spec, here or at a Git revision."""
    return not is_live(text) and text.lower().endswith((".yaml", ".yml"))


def complete(old: str, new: str) -> tuple[str, str]:
    """Both sides; ``git:REV`` alone is the other side's file as it was then."""
    if old == new == STDIN:
        raise UsageError("only one side can be read from stdin")
    return _complete(old, new), _complete(new, old)


def _complete(side: str, other: str) -> str:
    is_file = not is_live(other) and other != STDIN and not other.startswith(SCHEME)
    if not side.startswith(SCHEME) or not is_file:
        return side
    return str(GitPlace.read(side, other))


class _Read(NamedTuple):
    """One side as it was read: a container version as JSON, or a spec."""

    name: str
    version: Json | None = None
    spec: SpecSide | None = None


def read_sides(
    old: str, new: str, env: str | None, connected: Callable[[], tuple[TagManager, str]]
) -> list[Side]:
    """Read both; ``connected`` gives the connection to GTM and its name, when it is needed.

    Secrets of GTM's are hidden: where the other side is a spec, with the variables that it names.
    """
    found = [_read(side, env, connected) for side in complete(old, new)]
    container = next((item.spec.container for item in found if item.spec is not None), None)
    veil = Veil("diff", container, known_secrets(container, os.environ) if container else {})
    return [_side(item, veil) for item in found]


def read_side(text: str, env: str | None, connected: Callable[[], tuple[TagManager, str]]) -> Side:
    """Read one side alone."""
    return _side(_read(text, env, connected), Veil("diff"))


def _side(read: _Read, veil: Veil) -> Side:
    if read.spec is not None:
        return Side(read.name, of_container(read.spec.container), read.spec)
    return Side(read.name, of_version(veil.hide(read.version)))


def _read(text: str, env: str | None, connected: Callable[[], tuple[TagManager, str]]) -> _Read:
    if text == STDIN:
        with _stdin() as path:
            return _read_file("stdin", path, env)
    if is_live(text):
        manager, target = connected()
        read = read_live(manager, live_place(text))
        return _Read(f"{read.source} ({target})", read.version)
    if not is_spec(text) and not text.lower().endswith(".json"):
        raise UsageError(f"`{text}` is nothing that can be compared", hint=f"that is {_HINT}")
    if text.startswith(SCHEME):
        place = GitPlace.read(text)
        with checkout(place.revision, place.path) as path:
            return _read_file(text, path, env)
    return _read_file(text, Path(text), env)


@contextmanager
def _stdin() -> Iterator[Path]:
    """A spec without includes, or an export, as a file: what begins with a brace is JSON."""
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    name = "stdin.json" if data.lstrip().startswith(b"{") else "stdin.yaml"
    with tempfile.TemporaryDirectory(prefix="gtmgen-stdin-") as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


def _read_file(name: str, path: Path, env: str | None) -> _Read:
    if path.suffix.lower() == ".json":
        return _Read(name, open_export(path).version)
    loaded = load(path, os.environ, env)
    return _Read(name, spec=SpecSide(loaded.spec, compile_spec(loaded)))
