"""A ``pack.yaml`` as data, checked: each fault with its place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from gtmgen.diagnostics import Diagnostic, Severity
from gtmgen.errors import SpecError
from gtmgen.packs.check import PackFault, check
from gtmgen.source.values import Builder
from gtmgen.source.yaml_text import UnreadableError, compose, decode, node_span


def read_pack_file(file: Path, content: bytes) -> dict[str, Any]:
    """What a ``pack.yaml`` says; raises :class:`SpecError` with every fault in it."""
    try:
        node = compose(decode(content, str(file)), str(file))
    except UnreadableError as error:
        raise SpecError([error.diagnostic]) from None
    builder = Builder({})
    raw: dict[str, Any] = builder.build(node)
    diagnostics = builder.diagnostics or [
        _locate(node, fault) for fault in (list(check(raw)) or _missing_files(file.parent, raw))
    ]
    if diagnostics:
        raise SpecError(sorted(diagnostics, key=Diagnostic.sort_key))
    return raw


def _locate(node: Any, fault: PackFault) -> Diagnostic:
    """The fault at its node, or at the nearest one around it that is there."""
    for step in fault.path:
        if isinstance(node, yaml.MappingNode):
            inner = next((item for key, item in node.value if key.value == step), None)
        else:
            inner = node.value[step]
        if inner is None:
            break
        node = inner
    path = ".".join(map(str, fault.path))
    message = f"{path}: {fault.message}" if path else fault.message
    return Diagnostic(node_span(node), "pack", Severity.ERROR, message, fault.hint)


def _missing_files(directory: Path, raw: Mapping[str, Any]) -> Iterator[PackFault]:
    for at, noun, name in _named_files(raw):
        path = (directory / name).resolve()
        if not path.is_relative_to(directory.resolve()):
            yield PackFault(at, f"the {noun} `{name}` lies outside the pack")
        elif not path.is_file():
            yield PackFault(at, f"the {noun} `{name}` does not exist")


def _named_files(raw: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Each place that names a file of the pack, what it is, and its name."""
    for key, template in (raw.get("templates") or {}).items():
        yield ("templates", key, "file"), "template", template["file"]
    if "server" in raw:
        yield ("server", "template", "file"), "template", raw["server"]["template"]["file"]
    for key in ("script", "neighbour"):
        named = (raw.get("observe") or {}).get(key)
        if named is not None:
            yield ("observe", key, "file"), "file", named["file"]
