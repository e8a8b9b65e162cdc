"""Variables that refer to each other in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Each circle once, from the variable that comes first in it."""
    graph = {item.name: sorted(view.referred(item)) for item in view.of_kind(Kind.VARIABLE)}
    done: set[str] = set()
    for start in graph:
        way: list[str] = []
        waiting = [iter((start,))]
        while waiting:
            name = next(waiting[-1], None)
            if name is None:
                waiting.pop()
                if way:
                    done.add(way.pop())
            elif name in way:
                circle = [*way[way.index(name) :], name]
                steps = " -> ".join(f"`{step}`" for step in circle)
                text = f"It refers to itself, so it has no value: {steps}."
                yield Finding(Kind.VARIABLE, name, text)
            elif name in graph and name not in done:
                way.append(name)
                waiting.append(iter(graph[name]))
