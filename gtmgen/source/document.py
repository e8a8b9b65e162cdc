"""A spec as one document: its plain data, and the place of each of its nodes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

import yaml

from gtmgen.diagnostics import Diagnostic, Path, Problem, Span, drop_repeated
from gtmgen.source.folder import SpecFolder
from gtmgen.source.values import Data
from gtmgen.source.yaml_text import node_span

T = TypeVar("T")


class Document:
    """Plain data and the place of each of its nodes."""

    def __init__(
        self,
        root: yaml.MappingNode,
        data: Data,
        folder: SpecFolder,
        unset: Mapping[str, Sequence[Path]] | None = None,
        secrets: Mapping[str, Sequence[Path]] | None = None,
        made: dict[tuple[str, object], tuple[object, Any]] | None = None,
    ) -> None:
        """``unset`` are variables without a value, and where they stand as they are written.

        ``secrets`` are those of which the data holds no value, set or not, and where; ``made`` is
        what the documents of one spec have in common (see ``make_once``).
        """
        self._root = root
        self.data = data
        self.folder = folder
        self.unset = unset or {}
        self.secrets = secrets or {}
        self._made = {} if made is None else made
        self._index: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = {}

    def replaced(self, data: Data) -> Document:
        """Other data under the same places."""
        return Document(self._root, data, self.folder, self.unset, self.secrets, self._made)

    def make_once(self, section: str, make: Callable[[Data], T], purpose: object = "model") -> T:
        """What is made of one section alone, once for all environments that leave it as it is.

        ``purpose`` tells apart what is made of the same section, and holds what else it is made of.
        """
        raw = self.data.get(section) or {}
        known = self._made.get((section, purpose))
        if known is None or known[0] is not raw:
            known = self._made[section, purpose] = raw, make(raw)
        made: T = known[1]
        return made

    def reads(self, variable: str) -> bool:
        """Whether ``${NAME}`` stands somewhere, with a default or not."""
        pattern = re.compile(rf"\$\{{(?:secret:|public:)?{re.escape(variable)}(?::-|\}})")
        return any(pattern.search(value) for value in self._texts_with_variables)

    @cached_property
    def _texts_with_variables(self) -> Sequence[str]:
        return [value for value in _scalars(self._root) if "${" in value]

    def span(self, path: Path, *, on_key: bool = False) -> Span:
        """The place of a node, or of the nearest node above it that exists."""
        node: yaml.Node = self._root
        key: yaml.Node | None = None
        for step in path:
            child = self._child(node, step)
            if child is None:
                # A scalar here is the short form of the mapping that the path goes into.
                on_key = not isinstance(node, yaml.ScalarNode)
                break
            key, node = child
        return node_span(key if on_key and key is not None else node)

    def lines(self, path: Path) -> tuple[str, range]:
        """The file of a node that is there, and its lines, counted from 1: key to last value."""
        node: yaml.Node = self._root
        key: yaml.Node | None = None
        for step in path:
            child = self._child(node, step)
            if child is None:
                raise KeyError(path)
            key, node = child
        first, end = node_span(node if key is None else key), _last_leaf(node).end_mark
        # A block text ends at the beginning of the line below it.
        return first.file, range(first.line, end.line + (1 if end.column == 0 else 2))

    def is_block(self, path: Path) -> bool:
        """Whether a node that is there is written on lines of its own, outside of any braces."""
        node: yaml.Node = self._root
        for step in path:
            child = self._child(node, step)
            if child is None or (isinstance(node, yaml.CollectionNode) and node.flow_style):
                return False
            node = child[1]
        return True

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
        return Diagnostic(
            span=span,
            rule=problem.rule,
            severity=problem.severity,
            message=problem.message,
            hint=problem.hint,
            path=problem.path,
            fix=problem.fix,
        )

    def locate_all(self, problems: Iterable[Problem]) -> list[Diagnostic]:
        """The problems with their places, each once, in the order of the files."""
        unique = drop_repeated(self.locate(problem) for problem in problems)
        return sorted(unique, key=Diagnostic.sort_key)


def _last_leaf(node: yaml.Node) -> yaml.Node:
    """The end of a block collection is where the next thing begins: comments may be between."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node


def _scalars(root: yaml.Node) -> Iterator[str]:
    """All values, in no order: a spec has tens of thousands."""
    nodes = [root]
    while nodes:
        node = nodes.pop()
        if isinstance(node, yaml.ScalarNode):
            yield node.value
        elif isinstance(node, yaml.SequenceNode):
            nodes += node.value
        elif isinstance(node, yaml.MappingNode):
            nodes += [value for _, value in node.value]
