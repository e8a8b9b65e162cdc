"""Where the keys of a mapping stand, for those that stand twice in it."""

from __future__ import annotations

from bisect import bisect_right

import yaml

from gtmgen.source.yaml_text import is_null


class MappingKeys:
    """The keys of one mapping, looked up once for all that stand twice in it."""

    def __init__(self, mapping: yaml.MappingNode) -> None:
        pairs = [pair for pair in mapping.value if isinstance(pair[0], yaml.ScalarNode)]
        self._firsts = {key.value: key for key, _ in reversed(pairs)}
        self._positions = {id(key): position for position, (key, _) in enumerate(pairs)}
        nothing = () if mapping.flow_style else pairs
        self._empty = [key for key, value in nothing if is_null(value)]
        self._empty_positions = [self._positions[id(key)] for key in self._empty]

    def first(self, key: yaml.ScalarNode) -> yaml.ScalarNode:
        """The first key of the same name."""
        first: yaml.ScalarNode = self._firsts[key.value]
        return first

    def empty_between(
        self, first: yaml.ScalarNode, second: yaml.ScalarNode
    ) -> yaml.ScalarNode | None:
        """The first key of another name without a value, in block style, between two keys."""
        start = bisect_right(self._empty_positions, self._positions[id(first)])
        if start == len(self._empty):
            return None
        empty = self._empty[start]
        is_between = self._empty_positions[start] < self._positions[id(second)]
        return empty if is_between and empty.value != second.value else None
