"""Mapping nodes, as far as includes and environments merge them; nothing changes in place."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeVar

import yaml

from gtmgen.diagnostics import Path, Span
from gtmgen.source.yaml_text import is_null, node_span


def pairs(node: yaml.Node | None) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    """The pairs of a mapping whose key is plain text (others are reported by the builder)."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]


def section(root: yaml.MappingNode, name: str) -> yaml.Node | None:
    """The value of the first key of that name."""
    key: yaml.Node
    value: yaml.Node
    for key, value in root.value:
        if isinstance(key, yaml.ScalarNode) and key.value == name:
            return value
    return None


def has_empty_key(node: yaml.Node | None) -> bool:
    """Whether a key in a mapping, or in one below it, has nothing behind it."""
    waiting = [node]
    seen: set[int] = set()  # several places may have one node, by an alias
    while waiting:
        node = waiting.pop()
        if id(node) not in seen:
            seen.add(id(node))
            values = [value for _, value in pairs(node)]
            if any(map(is_null, values)):
                return True
            waiting += values
    return False


def paths_of(node: yaml.Node, path: Path = ()) -> Iterator[tuple[Span, Path]]:
    """The place of every node below one, and of every key, with its path from the top."""
    yield node_span(node), path
    if isinstance(node, yaml.MappingNode):
        for key, value in pairs(node):
            yield node_span(key), (*path, key.value)
            yield from paths_of(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from paths_of(item, (*path, index))


def places(node: yaml.MappingNode) -> dict[str, int]:
    """Where each key stands in ``node.value``."""
    return {
        key.value: index
        for index, (key, _) in enumerate(node.value)
        if isinstance(key, yaml.ScalarNode)
    }


_Collection = TypeVar("_Collection", yaml.MappingNode, yaml.SequenceNode)


def copy_of(node: _Collection) -> _Collection:
    kind = node.__class__  # `copy.copy` takes ten times as long
    return kind(node.tag, list(node.value), node.start_mark, node.end_mark, node.flow_style)


def without(node: yaml.MappingNode, names: Collection[str]) -> yaml.MappingNode:
    twin = copy_of(node)
    twin.value = [
        (key, value)
        for key, value in node.value
        if not (isinstance(key, yaml.ScalarNode) and key.value in names)
    ]
    return twin


def overlay(base: yaml.MappingNode, over: yaml.MappingNode) -> yaml.MappingNode:
    """Deep merge: mappings merge, everything else replaces, ``null`` takes a key away."""
    merged = copy_of(base)
    own_places = places(base)
    for key, value in pairs(over):
        index = own_places.get(key.value)
        if index is None:
            merged.value.append((key, value))
        else:
            old_key, old = merged.value[index]
            if isinstance(old, yaml.MappingNode) and isinstance(value, yaml.MappingNode):
                merged.value[index] = (old_key, overlay(old, value))
            else:
                merged.value[index] = (key, value)
    return without(merged, {key.value for key, value in pairs(over) if is_null(value)})
