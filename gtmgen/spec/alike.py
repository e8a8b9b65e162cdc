"""Environments of a spec that differ in their accounts alone, as a staging environment mostly does.

The language takes such an ID for text: what is checked, and what is compiled, differs in it alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gtmgen.packs.model import Pack
from gtmgen.source.values import Data

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+")
"""Text that neither GTM, a template nor an expression takes for anything else than itself."""
_NOT_COMPILED = frozenset(("gtm", "workspace"))
"""Keys of ``container`` that say where a push goes to: nothing in the container depends on them."""
_READ_BY_THE_LANGUAGE = frozenset(("page_view", "while_denied"))
"""Settings that are more than what a pack makes of them."""


def find_changed_accounts(
    first: Data, second: Data, packs: Mapping[str, Pack]
) -> Mapping[str, str] | None:
    """The accounts of one environment by those of another in their place; None where more differs.

    ``packs`` are those of the first one's accounts.
    """
    # A server container has accounts of its own, and compares its ID with the other container's.
    is_server = first["container"].get("context") == "server"
    if "server" in first or is_server or first.keys() != second.keys():
        return None
    for section, value in first.items():
        if section not in ("container", "platforms") and not _is_same(value, second[section]):
            return None
    if _differences(first["container"], second["container"]) - _NOT_COMPILED:
        return None
    return _changed_accounts(first.get("platforms") or {}, second.get("platforms") or {}, packs)


def _changed_accounts(
    platforms: Data, others: Data, packs: Mapping[str, Pack]
) -> Mapping[str, str] | None:
    if list(platforms) != list(others):
        return None
    accounts: dict[str, str] = {}
    for name, settings in platforms.items():
        pack = packs[name]
        for setting in _differences(settings, others[name]):
            before, after = settings.get(setting), others[name].get(setting)
            if not (_is_account(pack, setting) and _is_id(before) and _is_id(after)):
                return None
            if accounts.setdefault(before, after) != after:
                return None
    return accounts


def _is_account(pack: Pack, setting: str) -> bool:
    """Whether a setting names an account, and the pack's tags do nothing with it but say it."""
    schema = pack.settings.get("properties", {}).get(setting, {})
    if schema.get("x-change") != "account" or setting in pack.data_settings:
        return False
    return setting not in _READ_BY_THE_LANGUAGE and setting not in pack.deciding_settings


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and _PLAIN_ID.fullmatch(value) is not None


def _differences(first: Data, second: Data) -> set[str]:
    """The keys of two mappings that only one has, or whose values are not the same."""
    both = first.keys() & second.keys()
    changed = {key for key in both if not _is_same(first[key], second[key])}
    return changed | (first.keys() ^ second.keys())


def _is_same(first: Any, second: Any) -> bool:
    """Whether data is the same in all that a spec can say, the order of its keys among it."""
    if first is second:
        return True
    if first.__class__ is not second.__class__:  # 1, 1.0 and true are equal to Python
        return False
    if isinstance(first, dict):
        return list(first) == list(second) and all(
            _is_same(value, second[key]) for key, value in first.items()
        )
    if isinstance(first, list):
        return len(first) == len(second) and all(map(_is_same, first, second))
    return bool(first == second)
