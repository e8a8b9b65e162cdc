"""``.gtmgen-import.json``: what an import wrote, so that the next one knows its own files."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from gtmgen.errors import GtmgenError
from gtmgen.files.generated import digest
from gtmgen.files.safe_paths import unsafe
from gtmgen.source.unfinished_import import LOCK_NAME

_FORMAT = 1
_KEY = re.compile(r"[a-z][a-z0-9_]*")


class EntityKey(NamedTuple):
    """The key that an entity of the container has in the spec."""

    kind: str
    id: str
    name: str
    key: str


@dataclass(frozen=True)
class Lock:
    """``files``: path -> digest of what was written. ``pending``: the same of a write that may
    have ended half-way, with None for what it was to remove."""

    source: str | None = None
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pending: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    entities: tuple[EntityKey, ...] = ()

    def wrote(self, path: str, data: bytes) -> bool:
        """Whether an import wrote just this."""
        return digest(data) in (self.files.get(path), self.pending.get(path))

    def text(self) -> str:
        """Sorted, and a line for each thing, so that it merges well in Git."""
        document: dict[str, Any] = {"format": _FORMAT, "source": self.source}
        document["files"] = dict(sorted(self.files.items()))
        if self.pending:
            document["pending"] = dict(sorted(self.pending.items()))
        head = json.dumps(document, indent=2, ensure_ascii=False)
        lines = [json.dumps(list(item), ensure_ascii=False) for item in sorted(self.entities)]
        listed = ",\n    ".join(lines)
        entities = f"[\n    {listed}\n  ]" if lines else "[]"
        return f'{head[:-2]},\n  "entities": {entities}\n}}\n'


def read_lock(data: bytes, shown: str) -> Lock:
    """Raises :class:`GtmgenError` for what no import wrote; it is not trusted further."""
    try:
        document = json.loads(data)
        if document["format"] != _FORMAT:
            raise GtmgenError(
                f"`{shown}` was written by another gtmgen (format {document['format']!r})",
                hint="is there a newer gtmgen?",
            )
        source = document["source"]
        files, pending = document["files"], document.get("pending", {})
        entities = tuple(EntityKey(*map(_read_text, item)) for item in document["entities"])
        check_keys(entities)
        if not (source is None or isinstance(source, str)):
            raise TypeError
        return Lock(source, _read_digests(files), _read_digests(pending), entities)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise GtmgenError(
            f"`{shown}` is damaged",
            hint="bring it back from Git; or delete it, and name with `--overwrite` the files "
            "that may be written over",
        ) from None


def check_keys(entities: Sequence[EntityKey]) -> None:
    """Raises ``ValueError`` for what is no key of a spec, and for one that two entities have."""
    if not all(_KEY.fullmatch(item.key) for item in entities):
        raise ValueError("not a key")
    if len({(item.kind, item.key) for item in entities}) != len(entities):
        raise ValueError("a key twice")


def _read_digests(files: Any) -> Mapping[str, str]:
    for path, value in files.items():
        if unsafe(path) is not None or path == LOCK_NAME:
            raise ValueError
        _read_text(value)
    return MappingProxyType(dict(files))


def _read_text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
