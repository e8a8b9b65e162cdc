"""What depends on itself, by way of others or directly."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping


def find_cycles(edges: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Cycles, each from its first key in the alphabet; every key is walked once."""
    cycles: dict[tuple[str, ...], None] = {}
    done: set[str] = set()
    for start in sorted(edges):
        trail: dict[str, Iterator[str]] = {}  # the way to where the walk stands, in order
        current: str | None = start if start not in done else None
        while current is not None:
            targets = trail.setdefault(current, iter(edges.get(current, ())))
            target = next(targets, None)
            if target is None:
                done.add(current)
                del trail[current]
                current = next(reversed(trail), None)
            elif target in trail:
                way = list(trail)
                cycle = way[way.index(target) :]
                first = cycle.index(min(cycle))
                cycles[(*cycle[first:], *cycle[:first])] = None
            elif target not in done:
                current = target
    return [list(cycle) for cycle in cycles]
