"""``include``: other files of the spec's folder, merged into the first one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path as FilePath
from pathlib import PurePosixPath

import yaml

from gtmgen.diagnostics import Diagnostic, Severity
from gtmgen.source.folder import SpecFolder
from gtmgen.source.nodes import copy_of, pairs, places
from gtmgen.source.yaml_text import UnreadableError, compose, node_span
from gtmgen.text import find_nearest

MAX_FILES = 1000
MAX_CHAIN = 16
MAX_TOTAL_BYTES = 64 * 1024 * 1024
"""Of all included files; the limit of one file says nothing of a thousand."""
MAX_ANY_DEPTH = 2
"""Of ``**`` in one pattern; each more walks all folders again below each folder."""

_KEYS_BELOW = frozenset(("gtm",))  # its own keys are sections, whose keys are what is set once
_LISTS = frozenset(("tests", "packs"))
_ONCE_EACH = "gtmgen"  # the language version may stand in every file, for editors


class Includer:
    """Follows ``include`` and merges the files found into the first one."""

    def __init__(self, folder: SpecFolder) -> None:
        self._folder = folder
        self._seen: set[FilePath] = set()
        self._bytes = 0
        self.diagnostics: list[Diagnostic] = []

    @property
    def files(self) -> frozenset[FilePath]:
        """The real paths of all files that were come to, those that cannot be read among them."""
        return frozenset(self._seen)

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
            # What two files include is there once: both mean the same keys.
            if real in self._seen:
                return None
            if len(chain) > MAX_CHAIN:
                return self._report(
                    entry, "include", f"files include each other more than {MAX_CHAIN} levels deep"
                )
            if len(self._seen) >= MAX_FILES:
                return self._report(entry, "include", f"more than {MAX_FILES} files are included")
            # Before it is read: nobody shall wait for a gigabyte to be told that it is too much.
            self._bytes += real.stat().st_size
            if self._bytes > MAX_TOTAL_BYTES:
                megabytes = MAX_TOTAL_BYTES // 1_048_576
                return self._report(
                    entry, "include", f"more than {megabytes} MB are included in all"
                )
            self._seen.add(real)
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
            first = entry.value.split(" -")[0]
            hint: str | None = self._nearest_file(relative)
            if len(first) > 1 and first.startswith("-"):
                hint = f"an item of a list begins with a `-` and a space: write `- {first[1:]}`"
            return self._report(entry, "include", f"the file `{relative}` does not exist", hint)
        except PermissionError as error:
            if error.errno is None:
                # Our own, about what lies outside; the system's have a number.
                return self._outside(entry)
            return self._report(entry, "include", f"`{relative}` cannot be read: {error.strerror}")
        except OSError as error:
            return self._report(entry, "include", f"`{relative}` cannot be read: {error.strerror}")
        self.follow(included, str(relative), relative.parent, (*chain, real))
        self._merge(root, included)
        return None

    def _nearest_file(self, relative: PurePosixPath) -> str | None:
        """A hint at a file of almost the same name in the folder that is meant."""
        try:
            folder = self._folder.resolve(str(relative.parent))
            files = sorted(path for path in folder.iterdir() if path.is_file())
        except OSError:
            return None
        names = {path.stem: path.name for path in files if path not in self._seen}
        close = find_nearest(relative.stem, [*names])  # the ends are much the same
        return f"did you mean `{names[close]}`?" if close is not None else None

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
        pattern = _without_repeated_any_depth(entry.value)
        if pattern.split("/").count("**") > MAX_ANY_DEPTH:
            self._report(
                entry, "include", f"`{entry.value}` has more than {MAX_ANY_DEPTH} times `**`"
            )
            return []
        try:
            paths = sorted(path for path in (root / base).glob(pattern) if path.is_file())
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
        own_places = places(into)
        for key, value in other.value:
            if not isinstance(key, yaml.ScalarNode) or key.value not in own_places:
                if key.value != "include":
                    into.value.append((key, value))
                continue
            if key.value == "include":
                continue
            mine_key, mine = into.value[own_places[key.value]]
            if isinstance(mine, yaml.MappingNode) and isinstance(value, yaml.MappingNode):
                levels = 2 if key.value in _KEYS_BELOW else 1
                into.value[own_places[key.value]] = (mine_key, self._union(mine, value, levels))
            elif (
                isinstance(mine, yaml.SequenceNode)
                and isinstance(value, yaml.SequenceNode)
                and key.value in _LISTS
            ):
                both = copy_of(mine)
                both.value.extend(value.value)
                into.value[own_places[key.value]] = (mine_key, both)
            elif not (key.value == _ONCE_EACH and getattr(value, "value", None) == mine.value):
                self._set_twice(key, mine_key)

    def _union(
        self, mine: yaml.MappingNode, other: yaml.MappingNode, levels: int
    ) -> yaml.MappingNode:
        own_places = places(mine)
        merged = copy_of(mine)
        for key, value in other.value:
            index = own_places.get(key.value) if isinstance(key, yaml.ScalarNode) else None
            if index is None:
                merged.value.append((key, value))
                continue
            first, old = mine.value[index]
            if (
                levels > 1
                and isinstance(old, yaml.MappingNode)
                and isinstance(value, yaml.MappingNode)
            ):
                merged.value[index] = (first, self._union(old, value, levels - 1))
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


def _without_repeated_any_depth(pattern: str) -> str:
    """``**/**`` matches what ``**`` does, but takes the square of its time."""
    parts = pattern.split("/")
    return "/".join(
        part
        for number, part in enumerate(parts)
        if part != "**" or parts[number - 1 : number] != ["**"]
    )


def _include_entries(
    root: yaml.MappingNode, report: Callable[..., None]
) -> Sequence[yaml.ScalarNode]:
    includes = [(key, value) for key, value in pairs(root) if key.value == "include"]
    if not includes:
        return []
    for key, _ in includes[1:]:
        hint = f"first set at {node_span(includes[0][0])}"
        report(key, "duplicate-key", "the key `include` is set twice", hint)
    node = includes[0][1]
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
