"""Environments of a spec whose containers are as sound as one that is known to be.

What the compiler makes of environments that differ in their accounts alone differs in these texts
alone, and so GTM refuses neither or, where a template says what its account looks like, one of
them. To compile a container takes longer than to load its spec, so that to know this saves half
of the work of checking a spec in all its environments.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import attrgetter

from msgspec.structs import replace

from gtmgen.container.entities import Container, Tag, TemplateRef, Variable
from gtmgen.refusals.values import TemplateRules, bad_values, rules_of
from gtmgen.spec.load import Loaded

_VALUE = attrgetter("value")


def is_sound_alike(containers: Iterable[Container], other: Loaded) -> bool:
    """Whether another environment of a spec compiles to what GTM takes, since these do.

    ``other`` was compared with the environment of the containers (see ``Loaded.accounts``). False
    where it is not known: then it has to be compiled.
    """
    accounts = other.accounts
    return accounts is not None and not any(
        _refuses_account(container, accounts) for container in containers
    )


def _refuses_account(container: Container, accounts: Mapping[str, str]) -> bool:
    """Whether a template does not take one of the accounts in place of the one that it has."""
    templates = {template.name: template for template in container.templates}
    rules: dict[str, TemplateRules] = {}
    entities: list[Tag | Variable] = [*container.variables, *container.tags]
    for entity in entities:
        if not isinstance(entity.type, TemplateRef) or entity.type.template not in templates:
            continue
        values = [*map(_VALUE, entity.parameter)]
        if not any(map(values.__contains__, accounts)):
            continue
        name = entity.type.template
        if name not in rules:
            rules[name] = rules_of(templates[name])
        if not rules[name].fields:
            continue
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
