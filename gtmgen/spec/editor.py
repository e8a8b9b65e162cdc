"""What an editor proposes under ``params``: the parameters that the platforms know.

Like annotations this changes no verdict: each proposal takes what any parameter takes. Validation
and the reference in docs/ do without it; `gtmgen schema` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gtmgen.packs.model import Pack

Schema = dict[str, Any]


def with_parameters(schema: Schema, packs: Mapping[str, Pack]) -> Schema:
    """A copy in which an event's ``params``, and those of a platform's ``send``, name the
    parameters of the packs, each with what it becomes there and which events want it."""
    definitions = dict(schema["$defs"])
    lines = {name: _lines_of(pack) for name, pack in packs.items()}
    for name in packs:
        definitions[f"send_{name}"] = _proposing(
            definitions[f"send_{name}"], ("then", "properties", "params"), lines[name]
        )
    definitions["event"] = _proposing(
        definitions["event"], ("properties", "params"), _joined(lines.values())
    )
    return {**schema, "$defs": definitions}


def _lines_of(pack: Pack) -> dict[str, str]:
    """Parameter -> a sentence about it on this platform."""
    names = (
        name for event in pack.events.values() for name in (*event.requires, *event.recommends)
    )
    return {name: _line(pack, name) for name in sorted({*pack.params, *names})}


def _line(pack: Pack, name: str) -> str:
    pack_param = pack.params.get(name)
    parts = [
        f"{pack.title}: `{pack_param.to}` ({pack_param.type})"
        if pack_param
        else f"{pack.title}: `{name}`"
    ]
    for word, field in (("required by", "requires"), ("recommended for", "recommends")):
        events = [event.name for event in pack.events.values() if name in getattr(event, field)]
        if events:
            parts.append(f"{word} {', '.join(f'`{event}`' for event in sorted(events))}")
    return "; ".join(parts) + "."


def _joined(lines: Iterable[Mapping[str, str]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for one in lines:
        for name, line in one.items():
            joined[name] = f"{joined[name]}\n{line}" if name in joined else line
    return dict(sorted(joined.items()))


def _proposing(node: Schema, path: tuple[str, ...], lines: Mapping[str, str]) -> Schema:
    """A copy of the schema with the parameters as properties of what stands at the path."""
    if path:
        return {**node, path[0]: _proposing(node[path[0]], path[1:], lines)}
    value = node["additionalProperties"]
    names = {
        name: {**value, "description": line, "examples": [name]} for name, line in lines.items()
    }
    return {**node, "properties": names}
