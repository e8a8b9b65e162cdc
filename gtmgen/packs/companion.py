"""Files beside a pack's ``pack.yaml``: read where they are there, and checked by their schema."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema_rs

from gtmgen.errors import GtmgenError
from gtmgen.source.yaml_file import read_yaml


def read_companion(file: Path, schema: dict[str, Any]) -> Any:
    """The file's data; None where there is no file. Raises :class:`GtmgenError`."""
    if not file.is_file():
        return None
    raw = read_yaml(file)
    check_companion(file, raw, schema)
    return raw


def check_companion(file: Path, raw: Any, schema: dict[str, Any]) -> None:
    """Raises :class:`GtmgenError` that says where the data breaks the schema, and how."""
    for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(raw):
        path = ".".join(map(str, error.instance_path))
        raise GtmgenError(f"`{file}`: {path}: {error.message}")
