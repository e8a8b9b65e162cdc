"""Environments of a spec whose containers are as sound as one that is known to be.

A staging environment mostly names another container and other accounts. The compiler writes such
an ID down and decides nothing by it: what it makes of both environments differs in these texts
alone, and so GTM refuses neither or, where a template says what its account looks like, one of
them. To compile a container takes longer than to load its spec, so that to know this saves half
of the work of checking a spec in all its environments.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec.structs import replace

from gtmgen.container.entities import Container, Tag, TemplateRef, Variable
from gtmgen.packs.model import Pack
from gtmgen.refusals.values import TemplateRules, bad_values, rules_of
from gtmgen.source.values import Data
from gtmgen.spec.load import Loaded

_PLAIN_ID = re.compile(r"[A-Za-z0-9_-]+")
"""Text that neither GTM, a template nor an expression takes for anything else than itself."""
_NOT_COMPILED = frozenset(("gtm", "workspace"))
"""Keys of ``container`` that say where a push goes to: nothing in the container depends on them."""
_READ_BY_THE_LANGUAGE = frozenset(("page_view", "while_denied"))
"""Settings that are more than what a pack makes of them."""


def is_sound_alike(sound: Loaded, containers: Iterable[Container], other: Loaded) -> bool:
    """Whether another environment of a spec compiles to what GTM takes, since this one does.

    False where that is not known: then it has to be compiled.
    """
    first, second = sound.document.data, other.document.data
    # Both halves of a spec have its accounts, and a server's templates are not looked at here.
    if "server" in first or sound.spec.is_server or first.keys() != second.keys():
        return False
    for section, value in first.items():
        if section not in ("container", "platforms") and not _is_same(value, second[section]):
            return False
    if _differences(first["container"], second["container"]) - _NOT_COMPILED:
        return False
    accounts = _changed_accounts(sound, other)
    return accounts is not None and not any(
        _refuses_account(container, accounts) for container in containers
    )


def _changed_accounts(sound: Loaded, other: Loaded) -> Mapping[str, str] | None:
    """The other environment's accounts by those in their place; None where more has changed."""
    platforms: Data = sound.document.data.get("platforms") or {}
    others: Data = other.document.data.get("platforms") or {}
    if list(platforms) != list(others):
        return None
    accounts: dict[str, str] = {}
    for name, settings in platforms.items():
        pack = sound.spec.platforms[name].pack
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
    return setting not in _READ_BY_THE_LANGUAGE and setting not in _decided_by(pack)


def _decided_by(pack: Pack) -> Iterator[str]:
    """The settings by which a pack's blueprints are one thing or another."""
    for blueprint in pack.blueprints:
        yield from blueprint.when
        for item in blueprint.fields:
            yield from item.when
            if item.source == "setting_is":
                yield from item.argument
            elif item.source == "table":
                yield item.argument.removeprefix("setting.")
            for row in item.options.get("rows", ()):
                yield from row["when"]
                yield row.get("data", "")


def _refuses_account(container: Container, accounts: Mapping[str, str]) -> bool:
    """Whether a template does not take one of the accounts in place of the one that it has."""
    templates = {template.name: template for template in container.templates}
    rules: dict[str, TemplateRules] = {}
    entities: list[Tag | Variable] = [*container.variables, *container.tags]
    for entity in entities:
        if not isinstance(entity.type, TemplateRef) or entity.type.template not in templates:
            continue
        if not any(
            isinstance(item.value, str) and item.value in accounts for item in entity.parameter
        ):
            continue
        name = entity.type.template
        if name not in rules:
            rules[name] = rules_of(templates[name])
        parameter = tuple(
            item._replace(value=accounts[item.value])
            if isinstance(item.value, str) and item.value in accounts
            else item
            for item in entity.parameter
        )
        changed = replace(entity, parameter=parameter)
        if any(True for _ in bad_values(changed, (), rules[name])):
            return True
    return False


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
