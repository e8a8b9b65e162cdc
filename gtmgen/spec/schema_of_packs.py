"""The schema of one spec: with the settings of the packs that it uses."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path as FilePath
from typing import Any

from gtmgen.diagnostics import Problem
from gtmgen.errors import SpecError
from gtmgen.packs.load import load_pack, settings_schema
from gtmgen.packs.model import Pack
from gtmgen.source.document import Document
from gtmgen.source.values import Data
from gtmgen.spec import schema
from gtmgen.spec.server_schema import account_schema
from gtmgen.spec.shape import ShapeChecker

_ACCOUNT = r"[A-Za-z0-9_.-]+"
"""A definition of the schema has this in its name, and references to it are addresses."""


def check_shape(available: Mapping[str, FilePath], data: Data) -> list[Problem]:
    """Where the data departs from the schema with the packs of its own accounts."""
    checker = _shape_checker(find_account_folders(data, available), tuple(sorted(available)))
    return [_explain_account(item) for item in checker.check(data)]


def _explain_account(problem: Problem) -> Problem:
    """What is unknown under ``platforms`` because it could be no name, whatever pack it is of."""
    if problem.rule != "unknown-key" or problem.path[:-1] != ("platforms",):
        return problem
    key = str(problem.path[-1])
    if re.fullmatch(_ACCOUNT, key):
        return problem
    hint = "the name of an account is made of letters, digits, -, _ and ."
    return Problem("bad-key", problem.path, f"`{key}` cannot be a key", hint, on_key=True)


def find_account_folders(
    data: Data, available: Mapping[str, FilePath]
) -> tuple[tuple[str, FilePath], ...]:
    """The accounts under ``platforms`` whose pack there is, each with the pack's folder."""
    platforms = data.get("platforms")
    accounts = _accounts(platforms) if isinstance(platforms, dict) else {}
    return tuple(
        (key, available[name])
        for key, name in sorted(accounts.items())
        if name in available and re.fullmatch(_ACCOUNT, key)
    )


@lru_cache(maxsize=16)
def _shape_checker(
    folders: tuple[tuple[str, FilePath], ...], available: tuple[str, ...]
) -> ShapeChecker:
    """Checks specs with these accounts, each with its pack's folder; made once, as packs are."""
    packs = {key: load_pack(folder) for key, folder in folders}
    return ShapeChecker(schema_for(packs, available))


def _accounts(platforms: Mapping[str, Any]) -> dict[str, str]:
    """The pack that each account under ``platforms`` is of: its own name, where none is said."""
    accounts = {}
    for key, raw in platforms.items():
        pack = raw.get("pack", key) if isinstance(raw, dict) else key
        accounts[key] = pack if isinstance(pack, str) else key
    return accounts


def schema_for(packs: Mapping[str, Pack], available: Iterable[str] = ()) -> dict[str, Any]:
    """The spec's schema with the part of each pack in it.

    ``available`` are packs that may be named without being set up: the check of the sends
    says so in better words than an unknown key would.
    """
    settings = {name: settings_schema(pack, schema.consent()) for name, pack in packs.items()}
    names = {name: sorted(pack.events) for name, pack in packs.items()}
    servers = {
        name: account_schema(pack.title, dict(pack.server.settings))
        for name, pack in packs.items()
        if pack.server is not None
    }
    for name in available:
        if name not in settings:
            settings[name] = {}
            names[name] = []
    return schema.build(settings, names, servers)


def find_pack_folders(document: Document) -> list[FilePath]:
    """The folders under ``packs``; raises :class:`SpecError` for those that do not exist."""
    folders = document.data.get("packs")
    if not isinstance(folders, list):
        return []
    folders_found, problems = [], []
    for index, folder in enumerate(folders):
        try:
            path = document.folder.resolve(folder) if isinstance(folder, str) else None
            if path is not None and not path.is_dir():
                path = None
        except OSError:
            path = None
        if path is None:
            message = f"the packs folder `{folder}` does not exist below the spec's folder"
            problems.append(Problem("packs", ("packs", index), message))
        else:
            folders_found.append(path)
    if problems:
        raise SpecError(document.locate_all(problems))
    return folders_found
