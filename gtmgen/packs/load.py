"""Finds and reads packs: our own in ``templates/``, a user's in the folders of ``packs:``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from gtmgen.errors import GtmgenError
from gtmgen.files.reading import read_limited
from gtmgen.packs.compact import read_compact, write_compact
from gtmgen.packs.model import KEY, Pack
from gtmgen.packs.parse import parse_pack

PACK_FILE = "pack.yaml"


@lru_cache(maxsize=1)
def templates_directory() -> Path:
    """The shipped ``templates/``: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for candidate in (package / "_templates", package.parent / "templates"):
        if candidate.is_dir():
            return candidate
    raise GtmgenError("gtmgen's own `templates` folder is missing", hint="install gtmgen again")


def find_packs(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Pack name -> its folder; a pack of the user's hides one of ours with the same name."""
    by_name = dict(_find_shipped(templates_directory()))
    for folder in folders:
        if not folder.is_dir():
            raise GtmgenError(f"the packs folder `{folder}` does not exist")
        by_name |= _find_in(folder)
    return by_name


@lru_cache(maxsize=4)
def _find_shipped(folder: Path) -> dict[str, Path]:
    """Ours, which are looked for once: a run over many specs asks for each of them."""
    return _find_in(folder)


def _find_in(folder: Path) -> dict[str, Path]:
    by_name = {}
    for file in sorted(folder.glob(f"*/{PACK_FILE}")):
        name = file.parent.name
        if name == "custom" or not re.fullmatch(KEY, name):
            hint = "a pack is called by its folder: small letters, digits and underscores"
            raise GtmgenError(f"`{file.parent}` cannot be the name of a pack", hint=hint)
        by_name[name] = file.parent
    return by_name


def load_pack(directory: Path) -> Pack:
    """Read one pack; raises :class:`GtmgenError` naming the file and what is wrong in it."""
    return _load(directory)


@lru_cache(maxsize=64)
def _load(directory: Path) -> Pack:
    file = directory / PACK_FILE
    try:
        content = read_limited(file)
    except OSError as error:
        raise GtmgenError(f"`{file}` cannot be read: {error.strerror}") from None
    is_ours = directory.parent == templates_directory()
    raw = read_compact(directory, content) if is_ours else None
    return parse_pack(directory, _read_yaml(file, content) if raw is None else raw)


def _read_yaml(file: Path, content: bytes) -> dict[str, Any]:
    from gtmgen.packs.pack_file import read_pack_file  # our own packs are read as JSON

    return read_pack_file(file, content)


def compact_packs() -> str:
    """The text of ``packs.json``, from the YAML of our own packs."""
    files = [directory / PACK_FILE for directory in _find_shipped(templates_directory()).values()]
    contents = [(file, file.read_bytes()) for file in files]
    return write_compact(
        {file.parent.name: (content, _read_yaml(file, content)) for file, content in contents}
    )


def settings_schema(pack: Pack, consent: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of ``platforms.<pack>``: the pack's own settings and those that all share."""
    pack_settings = dict(pack.settings)
    trigger = {"type": "string", "minLength": 1}
    shared = {
        "consent": consent,
        "after_consent": {
            **trigger,
            "description": "A named trigger that fires once consent is granted: the platform's "
            "tags of a page load, held back until then, fire at that moment.",
        },
        "legacy_names": {"enum": ["refuse", "allow"]},
        "where": {
            "$ref": "#/$defs/where",
            "description": "Conditions without which no tag of the platform fires.",
        },
        "except": {
            "type": "array",
            "items": trigger,
            "minItems": 1,
            "uniqueItems": True,
            "description": "Triggers on which no tag of the platform fires.",
        },
        "pack": {
            **trigger,
            "description": "The pack that this account uses; by default, the one named like the "
            "key. With it, one platform can have several accounts.",
        },
    }
    properties = dict(pack_settings.get("properties", {}))
    if "page_view" in properties:
        owner = properties["page_view"]
        properties["page_view"] = {
            "if": {"type": "object"},
            "then": {"$ref": "#/$defs/page_view"},
            "else": owner,
            "description": owner.get("description", "")
            + " Or the event that is the page view: {on, where, pages, except, params}.",
            **({"default": owner["default"]} if "default" in owner else {}),
        }
    return {
        "type": "object",
        "description": f"{pack.title}.",
        **pack_settings,
        "properties": {**properties, **shared},
        "required": sorted({*pack_settings.get("required", ()), "consent"}),
        "additionalProperties": False,
    }
