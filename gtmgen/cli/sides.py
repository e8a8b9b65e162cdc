"""What ``diff`` compares: specs, exports, either at a Git revision or on stdin, live containers."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from gtmgen.api.port import TagManager
from gtmgen.cli.exports import open_for_reading
from gtmgen.cli.live_place import is_live, live_place, read_live
from gtmgen.compare.changes import compare
from gtmgen.compare.snapshot import Snapshot, of_container, of_version, without_credentials
from gtmgen.compile.compiler import compile_both
from gtmgen.container.entities import Container
from gtmgen.container.veil import Json, Veil
from gtmgen.container.version import context_of
from gtmgen.errors import UsageError
from gtmgen.files.git import SCHEME, GitPlace, checkout
from gtmgen.importer.read.json_text import MAX_BYTES
from gtmgen.meaning.compare import compare_containers, compare_specs
from gtmgen.meaning.sides import CompiledSpec as SpecSide
from gtmgen.meaning.sides import Sides
from gtmgen.plan.secrets import read_known_secrets
from gtmgen.report.comment_report import Review
from gtmgen.source.open import NO_VALUES, open_source
from gtmgen.spec.load import load_source

STDIN = "-"
_SALT = "diff"  # the same for both sides: equal credentials have equal digests
_HINT = (
    "a spec (.yaml), an export (.json), `git:REV:path`, `git:REV` of the other side, `-` (stdin), "
    "GTM-XXXX, GTM-XXXX/workspaces/NAME or GTM-XXXX/versions/12"
)


class DiffSide(NamedTuple):
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


Pair = tuple[DiffSide, DiffSide]
"""A container before and after."""


class Values(NamedTuple):
    """The values of environment variables, and whether one that is missing is an error.

    Between two specs it is none: the variable's name stands on both sides. What is sent to a
    container, or exported from one, has values.
    """

    environ: Mapping[str, str]
    are_needed: bool = True


class _Read(NamedTuple):
    """One side as it was read: a container version as JSON, or a spec with its containers."""

    name: str
    version: Json | None = None
    spec: SpecSide | None = None
    server: Container | None = None


def read_pairs(
    old: str, new: str, env: str | None, connected: Callable[[], tuple[TagManager, str]]
) -> list[Pair]:
    """Read both; ``connected`` gives the connection to GTM and its name, when it is needed.

    Two specs have two pairs where one of them has a server container; of a spec and a container,
    the half that the container is of. Secrets of GTM's are hidden: where the other side is a
    spec, with the variables that it names.
    """
    sides = complete(old, new)
    values = Values(os.environ, are_needed=not all(map(is_spec, sides)))
    before, after = (_read(side, env, connected, values) for side in sides)
    context = next(
        (context_of(item.version) for item in (before, after) if item.version is not None), None
    )
    if context is None:
        return pair_specs(_spec_sides(before), _spec_sides(after))
    container = _half(before, context) or _half(after, context)
    veil = Veil(_SALT, container, read_known_secrets(container, os.environ) if container else {})
    return [(_side(before, context, veil), _side(after, context, veil))]


def read_spec(place: Path | GitPlace, env: str | None) -> list[DiffSide]:
    """A spec's web container, and the server container where it has one; here or in Git.

    With the names of environment variables, never their values: a pull request shows it, which on
    a fork's has none of them, and on others should not tell them to everybody.
    """
    name, values = str(place), Values(NO_VALUES, are_needed=False)
    if isinstance(place, GitPlace):
        with checkout(place.revision, place.path) as path:
            return _spec_sides(_read_file(name, path, env, values))
    if name == STDIN or place.suffix.lower() == ".json":
        raise UsageError(f"`{place}` cannot be a spec", hint="a spec is a YAML file")
    # A file may have any name, also one that means something else to `diff`.
    return _spec_sides(_read_file(name, place, env, values))


def pair_specs(before: Sequence[DiffSide], after: Sequence[DiffSide]) -> list[Pair]:
    """The containers of two specs; a server container that one of them has not is empty there."""
    pairs = [(before[0], after[0])]
    if len(before) > 1 or len(after) > 1:
        pairs.append((_server_of(before), _server_of(after)))
    return pairs


def review_sides(old: DiffSide, new: DiffSide) -> Review:
    """What the second has otherwise, and what that means: by event, where both are specs."""
    differences = compare(old.snapshot, new.snapshot)
    if old.spec is None or new.spec is None:  # a server container is one, too
        meaning = compare_containers(old.snapshot, new.snapshot, differences)
    else:
        meaning = compare_specs(Sides(old.spec, new.spec), old.snapshot, new.snapshot, differences)
    return Review(old.name, new.name, differences, meaning)


def _server_of(sides: Sequence[DiffSide]) -> DiffSide:
    return sides[1] if len(sides) > 1 else DiffSide(sides[0].name, Snapshot((), context="SERVER"))


def _spec_sides(read: _Read) -> list[DiffSide]:
    assert read.spec is not None
    sides = [_shown(read.name, of_container(read.spec.container), read.spec)]
    if read.server is not None:
        sides.append(_shown(f"{read.name} (server)", of_container(read.server)))
    return sides


def _shown(name: str, snapshot: Snapshot, spec: SpecSide | None = None) -> DiffSide:
    """A side as a log or a pull request may show it."""
    return DiffSide(name, without_credentials(snapshot, _SALT), spec)


def _half(read: _Read, context: str) -> Container | None:
    """The container of a spec that another one of this context is compared with."""
    if read.spec is None:
        return None
    return read.server if context == "SERVER" and read.server else read.spec.container


def _side(read: _Read, context: str, veil: Veil) -> DiffSide:
    if read.version is not None:
        return _shown(read.name, of_version(veil.hide(read.version)))
    web, *server = _spec_sides(read)
    return server[0] if server and context == "SERVER" else web


def _read(
    text: str,
    env: str | None,
    connected: Callable[[], tuple[TagManager, str]],
    values: Values,
) -> _Read:
    if text == STDIN:
        with _stdin() as path:
            return _read_file("stdin", path, env, values)
    if is_live(text):
        manager, target = connected()
        read = read_live(manager, live_place(text))
        return _Read(f"{read.source} ({target})", read.version)
    if not is_spec(text) and not text.lower().endswith(".json"):
        raise UsageError(f"`{text}` is not something that can be compared", hint=f"give {_HINT}")
    if text.startswith(SCHEME):
        at_revision = GitPlace.read(text)
        with checkout(at_revision.revision, at_revision.path) as path:
            return _read_file(text, path, env, values)
    return _read_file(text, Path(text), env, values)


@contextmanager
def _stdin() -> Iterator[Path]:
    """A spec without includes, or an export, as a file: what begins with a brace is JSON."""
    data = sys.stdin.buffer.read(MAX_BYTES + 1)
    name = "stdin.json" if data.lstrip().startswith(b"{") else "stdin.yaml"
    with tempfile.TemporaryDirectory(prefix="gtmgen-stdin-") as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        yield path


def _read_file(name: str, path: Path, env: str | None, values: Values) -> _Read:
    if path.suffix.lower() == ".json":
        return _Read(name, open_for_reading(path, name).version)
    loaded = load_source(open_source(path), values.environ, env, needs_values=values.are_needed)
    compiled = compile_both(loaded)
    return _Read(name, spec=SpecSide(loaded.spec, compiled.web), server=compiled.server)
