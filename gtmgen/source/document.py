"""A spec as one document: includes merged in, an environment laid over, places kept."""

from __future__ import annotations

import copy
import errno
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from typing import TypeVar

import yaml

from gtmgen.diagnostics import Diagnostic, Path, Problem, Severity, Span
from gtmgen.errors import GtmgenError, SpecError, UsageError
from gtmgen.source.values import Builder, Data, is_null, node_span, unknown_environment
from gtmgen.source.yaml_text import MAX_BYTES, UnreadableError, compose, decode

MAX_FILES = 1000
MAX_CHAIN = 16

_NOT_IN_ENVIRONMENTS = ("environments", "include")
_KEYS_BELOW = frozenset(("gtm",))  # its own keys are sections, whose keys are what is set once
_LISTS = frozenset(("tests", "packs"))
_ONCE_EACH = "gtmgen"  # the language version may stand in every file, for editors


@dataclass
class SpecFolder:
    """The folder of a spec, and the only place that files are read from.

    ``name`` is the folder as the user wrote it, for messages; ``root`` is it resolved.
    """

    root: FilePath
    name: str
    texts: dict[str, str] = field(default_factory=dict)

    def read(self, relative: str) -> str:
        """The text of a file below the folder; raises :class:`UnreadableError` and ``OSError``."""
        shown = self.shown(relative)
        if shown not in self.texts:
            self.texts[shown] = decode(read_limited(self.resolve(relative)), shown)
        return self.texts[shown]

    def shown(self, relative: str) -> str:
        """The file's name as messages give it."""
        return str(PurePosixPath(self.name) / relative)

    def resolve(self, relative: str) -> FilePath:
        """The file's real path; ``PermissionError`` when it lies outside the folder."""
        try:
            path = (self.root / relative).resolve()
        except RuntimeError:  # what Python says to a symlink that leads to itself, before 3.13
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP)) from None
        except ValueError:  # a NUL in the name
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL)) from None
        if not path.is_relative_to(self.root):
            raise PermissionError(relative)
        return path


class Document:
    """Plain data and the place of each of its nodes."""

    def __init__(self, root: yaml.MappingNode, data: Data, folder: SpecFolder) -> None:
        self._root = root
        self.data = data
        self.folder = folder
        self._index: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = {}

    def replaced(self, data: Data) -> Document:
        """Other data under the same places."""
        return Document(self._root, data, self.folder)

    def span(self, path: Path, *, on_key: bool = False) -> Span:
        """The place of a node, or of the nearest node above it that exists."""
        node: yaml.Node = self._root
        key: yaml.Node | None = None
        for step in path:
            found = self._child(node, step)
            if found is None:
                # A scalar here is the short form of the mapping that the path goes into.
                on_key = not isinstance(node, yaml.ScalarNode)
                break
            key, node = found
        return node_span(key if on_key and key is not None else node)

    def _child(self, node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
        if isinstance(node, yaml.MappingNode):
            index = self._index.get(id(node))
            if index is None:
                index = {key.value: (key, value) for key, value in node.value}
                self._index[id(node)] = index
            return index.get(str(step))
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            return None, node.value[step]
        return None

    def locate(self, problem: Problem) -> Diagnostic:
        """The problem with its place."""
        span = self.span(problem.path, on_key=problem.on_key)
        return Diagnostic(span, problem.rule, problem.severity, problem.message, problem.hint)


@dataclass
class Source:
    """The composed files of one spec, from which a document is made for each environment."""

    folder: SpecFolder
    file: str
    root: yaml.MappingNode

    @property
    def environments(self) -> list[str]:
        """The names under ``environments``, sorted."""
        return sorted(key.value for key, _ in _pairs(_section(self.root, "environments")))

    def document(self, environ: Mapping[str, str], env: str | None = None) -> Document:
        """Data with ``${NAME}`` filled in; raises :class:`SpecError` with every problem."""
        builder = Builder(environ)
        builder.check_keys(self.root)
        environments = self._check_environments(builder)
        overlay = None
        if env is not None:
            if env not in self.environments:
                message, hint = unknown_environment(env, self.environments)
                raise UsageError(message, hint=hint)
            overlay = environments.get(env)
        root = _without(self.root, _NOT_IN_ENVIRONMENTS)
        if overlay is not None:
            builder.build(overlay)  # for its own problems: laid over, a key set twice is one key
            builder.diagnostics.extend(_misplaced(overlay))
            root = _overlay(root, _without(overlay, _NOT_IN_ENVIRONMENTS))
        data = builder.build(root)
        if builder.diagnostics:
            found = dict.fromkeys(builder.diagnostics)
            raise SpecError(sorted(found, key=Diagnostic.sort_key))
        return Document(root, data, self.folder)

    def _check_environments(self, builder: Builder) -> dict[str, yaml.MappingNode]:
        """The environments by name; what is wrong with the section goes to the builder."""
        section = _section(self.root, "environments")
        if section is None:
            return {}
        wrong = [section]
        found: dict[str, yaml.MappingNode] = {}
        if isinstance(section, yaml.MappingNode):
            builder.check_keys(section)
            wrong = []
            for key, value in _pairs(section):
                if isinstance(value, yaml.MappingNode):
                    found.setdefault(key.value, value)
                else:
                    wrong.append(value)
        message = "an environment is a mapping that is laid over the spec"
        hint = "for example `environments: {staging: {container: {gtm: GTM-STAGING}}}`"
        builder.diagnostics.extend(
            Diagnostic(node_span(node), "wrong-type", Severity.ERROR, message, hint)
            for node in wrong
        )
        return found


def _misplaced(overlay: yaml.MappingNode) -> Iterator[Diagnostic]:
    for key, _ in _pairs(overlay):
        if key.value in _NOT_IN_ENVIRONMENTS:
            message = f"`{key.value}` cannot stand in an environment"
            hint = "it stands at the top of the file"
            yield Diagnostic(node_span(key), "unknown-key", Severity.ERROR, message, hint)


def open_source(path: FilePath | str) -> Source:
    """Read a spec and all that it includes.

    Raises :class:`SpecError` for what can be pointed at in a file and
    :class:`GtmgenError` for a path that cannot be read at all.
    """
    shown = str(path)
    file = FilePath(path)
    try:
        if file.is_dir():
            hint = "name the YAML file in it"
            raise UsageError(f"`{shown}` is a directory, not a spec", hint=hint)
        parent = "" if str(file.parent) == "." else str(file.parent)
        folder = SpecFolder(file.parent.resolve(), parent)
        text = decode(read_limited(file), shown)
        folder.texts[shown] = text
        root = compose(text, shown)
    except FileNotFoundError:
        raise UsageError(
            f"`{shown}` does not exist", hint="`gtmgen init` makes a first spec"
        ) from None
    except OSError as error:
        raise GtmgenError(f"`{shown}` cannot be read: {error.strerror}") from None
    except UnreadableError as error:
        raise SpecError([error.diagnostic]) from None
    loader = _Includer(folder)
    loader.follow(root, shown, PurePosixPath(), (file.resolve(),))
    if loader.diagnostics:
        raise SpecError(sorted(loader.diagnostics, key=Diagnostic.sort_key))
    return Source(folder, shown, root)


def read_limited(path: FilePath) -> bytes:
    """The file's bytes, at most one more than the limit, so that a huge file costs nothing."""
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


class _Includer:
    """Follows ``include`` and merges the files found into the first one."""

    def __init__(self, folder: SpecFolder) -> None:
        self._folder = folder
        self._seen: set[FilePath] = set()
        self.diagnostics: list[Diagnostic] = []

    def follow(
        self, root: yaml.MappingNode, file: str, base: PurePosixPath, chain: tuple[FilePath, ...]
    ) -> None:
        self._seen.add(chain[-1])
        for entry in _include_entries(root, self._report):
            for relative in self._matches(entry, base, chain):
                self._take(root, entry, relative, chain)

    def _take(
        self,
        root: yaml.MappingNode,
        entry: yaml.ScalarNode,
        relative: PurePosixPath,
        chain: tuple[FilePath, ...],
    ) -> None:
        try:
            real = self._folder.resolve(str(relative))
            if real in chain:
                names = " -> ".join(path.name for path in (*chain[chain.index(real) :], real))
                return self._report(
                    entry, "include-cycle", f"the files include each other: {names}"
                )
            if real in self._seen:
                return None
            if len(chain) > MAX_CHAIN:
                return self._report(
                    entry, "include", f"files include each other more than {MAX_CHAIN} levels deep"
                )
            if len(self._seen) >= MAX_FILES:
                return self._report(entry, "include", f"more than {MAX_FILES} files are included")
            included = compose(self._folder.read(str(relative)), self._folder.shown(str(relative)))
        except UnreadableError as error:
            self.diagnostics.append(error.diagnostic)
            return None
        except IsADirectoryError:
            return self._report(
                entry,
                "include",
                f"`{relative}` is a directory",
                f"to take its files: `{relative}/*.yaml`",
            )
        except FileNotFoundError:
            return self._report(entry, "include", f"the file `{relative}` does not exist")
        except PermissionError as error:
            if error.errno is None:
                return self._outside(entry)
            return self._report(entry, "include", f"`{relative}` cannot be read: {error.strerror}")
        except OSError as error:
            return self._report(entry, "include", f"`{relative}` cannot be read: {error.strerror}")
        self.follow(included, str(relative), relative.parent, (*chain, real))
        self._merge(root, included)
        return None

    def _matches(
        self, entry: yaml.ScalarNode, base: PurePosixPath, chain: tuple[FilePath, ...]
    ) -> Iterator[PurePosixPath]:
        pattern = base / entry.value
        if entry.value.startswith(("/", "~")) or "\\" in entry.value or "\0" in entry.value:
            self._outside(entry)
        elif not any(char in entry.value for char in "*?["):
            yield pattern
        elif ".." in pattern.parts:
            self._outside(entry)
        else:
            yield from self._glob(entry, base, chain)

    def _glob(
        self, entry: yaml.ScalarNode, base: PurePosixPath, chain: tuple[FilePath, ...]
    ) -> list[PurePosixPath]:
        """The files that a pattern matches, sorted, without those that include it."""
        root = self._folder.root
        try:
            paths = sorted(path for path in (root / base).glob(entry.value) if path.is_file())
        except (ValueError, NotImplementedError, RecursionError) as error:
            self._report(entry, "include", f"`{entry.value}` is not a pattern: {error}")
            return []
        if not paths:
            self._report(entry, "include", f"`{entry.value}` matches no file")
        return [
            PurePosixPath(path.relative_to(root).as_posix())
            for path in paths
            if path.resolve() not in chain
        ]

    def _merge(self, into: yaml.MappingNode, other: yaml.MappingNode) -> None:
        """Add the sections of ``other``; a key that both set is an error naming both places."""
        own = _places(into)
        for key, value in other.value:
            if not isinstance(key, yaml.ScalarNode) or key.value not in own:
                if key.value != "include":
                    into.value.append((key, value))
                continue
            if key.value == "include":
                continue
            mine_key, mine = into.value[own[key.value]]
            if isinstance(mine, yaml.MappingNode) and isinstance(value, yaml.MappingNode):
                levels = 2 if key.value in _KEYS_BELOW else 1
                into.value[own[key.value]] = (mine_key, self._union(mine, value, levels))
            elif (
                isinstance(mine, yaml.SequenceNode)
                and isinstance(value, yaml.SequenceNode)
                and key.value in _LISTS
            ):
                both = _copy(mine)
                both.value.extend(value.value)
                into.value[own[key.value]] = (mine_key, both)
            elif not (key.value == _ONCE_EACH and getattr(value, "value", None) == mine.value):
                self._set_twice(key, mine_key)

    def _union(
        self, mine: yaml.MappingNode, other: yaml.MappingNode, levels: int
    ) -> yaml.MappingNode:
        own = _places(mine)
        merged = _copy(mine)
        for key, value in other.value:
            place = own.get(key.value) if isinstance(key, yaml.ScalarNode) else None
            if place is None:
                merged.value.append((key, value))
                continue
            first, old = mine.value[place]
            if (
                levels > 1
                and isinstance(old, yaml.MappingNode)
                and isinstance(value, yaml.MappingNode)
            ):
                merged.value[place] = (first, self._union(old, value, levels - 1))
            else:
                self._set_twice(key, first)
        return merged

    def _set_twice(self, key: yaml.Node, first: yaml.Node) -> None:
        self._report(
            key,
            "duplicate-key",
            f"the key `{key.value}` is set in two files",
            f"first set at {node_span(first)}",
        )

    def _outside(self, entry: yaml.Node) -> None:
        self._report(
            entry,
            "include-outside",
            f"`{entry.value}` lies outside the spec's folder",
            "only files below the folder of the spec can be included",
        )

    def _report(self, node: yaml.Node, rule: str, message: str, hint: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(node_span(node), rule, Severity.ERROR, message, hint))


def _include_entries(
    root: yaml.MappingNode, report: Callable[..., None]
) -> Sequence[yaml.ScalarNode]:
    found = [(key, value) for key, value in _pairs(root) if key.value == "include"]
    if not found:
        return []
    for key, _ in found[1:]:
        hint = f"first set at {node_span(found[0][0])}"
        report(key, "duplicate-key", "the key `include` is set twice", hint)
    node = found[0][1]
    entries = node.value if isinstance(node, yaml.SequenceNode) else [node]
    good = [item for item in entries if isinstance(item, yaml.ScalarNode) and item.value]
    if len(good) != len(entries):
        report(
            node,
            "include",
            "`include` is a list of file names",
            "for example `include: [data.yaml]`",
        )
    return good


def _pairs(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """The pairs of a mapping whose key is plain text (others are reported by the builder)."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]


def _section(root: yaml.MappingNode, name: str) -> yaml.Node | None:
    return next((value for key, value in _pairs(root) if key.value == name), None)


def _places(node: yaml.MappingNode) -> dict[str, int]:
    """Where each key stands in ``node.value``."""
    return {
        key.value: place
        for place, (key, _) in enumerate(node.value)
        if isinstance(key, yaml.ScalarNode)
    }


_Collection = TypeVar("_Collection", yaml.MappingNode, yaml.SequenceNode)


def _copy(node: _Collection) -> _Collection:
    twin = copy.copy(node)
    twin.value = list(node.value)
    return twin


def _without(node: yaml.MappingNode, names: Collection[str]) -> yaml.MappingNode:
    twin = _copy(node)
    twin.value = [
        (key, value)
        for key, value in node.value
        if not (isinstance(key, yaml.ScalarNode) and key.value in names)
    ]
    return twin


def _overlay(base: yaml.MappingNode, over: yaml.MappingNode) -> yaml.MappingNode:
    """Deep merge: mappings merge, everything else replaces, ``null`` takes a key away."""
    merged = _copy(base)
    places = _places(base)
    for key, value in _pairs(over):
        place = places.get(key.value)
        if place is None:
            merged.value.append((key, value))
        else:
            old_key, old = merged.value[place]
            if isinstance(old, yaml.MappingNode) and isinstance(value, yaml.MappingNode):
                merged.value[place] = (old_key, _overlay(old, value))
            else:
                merged.value[place] = (key, value)
    return _without(merged, {key.value for key, value in _pairs(over) if is_null(value)})
