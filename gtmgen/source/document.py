"""A spec as one document: includes merged in, an environment laid over, places kept."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from pathlib import PurePosixPath

import yaml

from gtmgen.diagnostics import Diagnostic, Path, Problem, Severity, Span
from gtmgen.errors import GtmgenError, SpecError, UsageError
from gtmgen.source.values import Builder, Data, node_span, unknown_environment
from gtmgen.source.yaml_text import MAX_BYTES, UnreadableError, compose, decode

MAX_FILES = 1000

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
        path = (self.root / relative).resolve()
        if not path.is_relative_to(self.root):
            raise PermissionError(relative)
        return path

    def read_line(self, file: str, line: int) -> str | None:
        """One line of a file that was read, for the excerpt under a message."""
        text = self.texts.get(file)
        if text is None:
            return None
        # Lines as YAML 1.2 and editors count them: str.splitlines would also break at U+2028.
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return lines[line - 1] if 0 < line <= len(lines) else None


class Document:
    """Plain data and the place of each of its nodes."""

    def __init__(self, root: yaml.MappingNode, data: Data, folder: SpecFolder) -> None:
        self._root = root
        self.data = data
        self.folder = folder
        self._index: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = {}

    def span(self, path: Path, *, on_key: bool = False) -> Span:
        """The place of a node, or of the nearest node above it that exists."""
        node: yaml.Node = self._root
        key: yaml.Node | None = None
        for position, step in enumerate(path):
            found = self._child(node, step)
            if found is None:
                on_key = on_key or position < len(path)
                break
            key, node = found
        else:
            return node_span(key if on_key and key is not None else node)
        return node_span(key if key is not None else node)

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
        root = self.root
        self._check_environments()
        overlay = None
        if env is not None:
            if env not in self.environments:
                message, hint = unknown_environment(env, self.environments)
                raise UsageError(message, hint=hint)
            overlay = next(
                value for key, value in _pairs(_section(root, "environments")) if key.value == env
            )
        root = _without(root, {"environments", "include"})
        if isinstance(overlay, yaml.MappingNode):
            root = _overlay(root, overlay)
        builder = Builder(environ)
        data = builder.build(root)
        if builder.diagnostics:
            raise SpecError(sorted(builder.diagnostics, key=Diagnostic.sort_key))
        return Document(root, data, self.folder)

    def _check_environments(self) -> None:
        section = _section(self.root, "environments")
        if section is None:
            return
        wrong = [value for _, value in _pairs(section) if not isinstance(value, yaml.MappingNode)]
        if not isinstance(section, yaml.MappingNode):
            wrong = [section]
        if wrong:
            message = "an environment is a mapping that is laid over the spec"
            hint = "for example `environments: {staging: {container: {gtm: GTM-STAGING}}}`"
            raise SpecError(
                [
                    Diagnostic(node_span(node), "wrong-type", Severity.ERROR, message, hint)
                    for node in wrong
                ]
            )


def open_source(path: FilePath | str) -> Source:
    """Read a spec and all that it includes.

    Raises :class:`SpecError` for what can be pointed at in a file and
    :class:`GtmgenError` for a path that cannot be read at all.
    """
    shown = str(path)
    file = FilePath(path)
    if file.is_dir():
        raise UsageError(f"`{shown}` is a directory, not a spec", hint="name the YAML file in it")
    folder = SpecFolder(file.parent.resolve(), "" if str(file.parent) == "." else str(file.parent))
    try:
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
            for relative in self._matches(entry, base):
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

    def _matches(self, entry: yaml.ScalarNode, base: PurePosixPath) -> Iterator[PurePosixPath]:
        pattern = base / entry.value
        if entry.value.startswith(("/", "~")) or "\\" in entry.value or "\0" in entry.value:
            self._outside(entry)
        elif not any(char in entry.value for char in "*?["):
            yield pattern
        elif ".." in pattern.parts:
            self._outside(entry)
        else:
            found = sorted(
                PurePosixPath(path.relative_to(self._folder.root).as_posix())
                for path in self._folder.root.glob(str(pattern))
                if path.is_file()
            )
            if not found:
                self._report(entry, "include", f"`{entry.value}` matches no file")
            yield from found

    def _merge(self, into: yaml.MappingNode, other: yaml.MappingNode) -> None:
        """Add the sections of ``other``; a key that both set is an error naming both places."""
        own = {key.value: position for position, (key, _) in enumerate(_pairs(into))}
        for key, value in _pairs(other):
            if key.value == "include":
                continue
            if key.value not in own:
                into.value.append((key, value))
                continue
            mine_key, mine = into.value[own[key.value]]
            if isinstance(mine, yaml.MappingNode) and isinstance(value, yaml.MappingNode):
                into.value[own[key.value]] = (mine_key, self._union(mine, value))
            elif isinstance(mine, yaml.SequenceNode) and key.value in _LISTS:
                mine.value.extend(value.value if isinstance(value, yaml.SequenceNode) else [])
            elif not (key.value == _ONCE_EACH and getattr(value, "value", None) == mine.value):
                self._set_twice(key, mine_key)

    def _union(self, mine: yaml.MappingNode, other: yaml.MappingNode) -> yaml.MappingNode:
        known = {key.value: key for key, _ in _pairs(mine)}
        merged = _copy(mine)
        for key, value in _pairs(other):
            if key.value in known:
                self._set_twice(key, known[key.value])
            else:
                merged.value.append((key, value))
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


def _include_entries(root: yaml.MappingNode, report: object) -> Sequence[yaml.ScalarNode]:
    node = next((value for key, value in _pairs(root) if key.value == "include"), None)
    if node is None:
        return []
    entries = node.value if isinstance(node, yaml.SequenceNode) else [node]
    good = [item for item in entries if isinstance(item, yaml.ScalarNode) and item.value]
    if len(good) != len(entries):
        assert callable(report)
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


def _copy(node: yaml.MappingNode) -> yaml.MappingNode:
    twin = copy.copy(node)
    twin.value = list(node.value)
    return twin


def _without(node: yaml.MappingNode, names: set[str]) -> yaml.MappingNode:
    twin = _copy(node)
    twin.value = [pair for pair in node.value if getattr(pair[0], "value", None) not in names]
    return twin


def _overlay(base: yaml.MappingNode, over: yaml.MappingNode) -> yaml.MappingNode:
    """Deep merge: mappings merge, everything else replaces, ``null`` takes a key away."""
    merged = _copy(base)
    position = {key.value: place for place, (key, _) in enumerate(_pairs(base))}
    for key, value in _pairs(over):
        place = position.get(key.value)
        if place is None:
            merged.value.append((key, value))
        else:
            old_key, old = merged.value[place]
            if isinstance(old, yaml.MappingNode) and isinstance(value, yaml.MappingNode):
                merged.value[place] = (old_key, _overlay(old, value))
            else:
                merged.value[place] = (key, value)
    removed = {id(value) for _, value in over.value if _is_null(value)}
    merged.value = [pair for pair in merged.value if id(pair[1]) not in removed]
    return merged


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and not node.style and node.value in ("", "~", "null")
