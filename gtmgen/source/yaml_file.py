"""A YAML file of gtmgen's own or of a pack's, as plain data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from gtmgen.errors import GtmgenError
from gtmgen.files.reading import read_limited
from gtmgen.source.values import Builder
from gtmgen.source.yaml_text import UnreadableError, compose, decode

SUFFIXES = (".yaml", ".yml")


def read_yaml(path: Path) -> Any:
    """A YAML file's data; raises :class:`GtmgenError` with the file's name."""
    try:
        node = compose(decode(read_limited(path), str(path)), str(path))
    except OSError as error:
        raise GtmgenError(f"`{path}` cannot be read: {error.strerror}") from None
    except UnreadableError as error:
        span = error.diagnostic.span
        raise GtmgenError(f"`{path}`:{span.line}: {error.diagnostic.message}") from None
    builder = Builder({})
    data = builder.build(node)
    if builder.diagnostics:
        first = builder.diagnostics[0]
        raise GtmgenError(f"`{path}`:{first.span.line}: {first.message}")
    return data
