"""Everything that GTM's API is known to refuse in a compiled container."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from gtmgen.container.builtins import BUILT_IN_KEYS, built_in_name
from gtmgen.container.entities import (
    AnyEntity,
    Client,
    Container,
    Tag,
    Template,
    TemplateRef,
    Trigger,
    Variable,
)
from gtmgen.diagnostics import Diagnostic, Path, Problem
from gtmgen.errors import SpecError
from gtmgen.refusals.conditions import bad_conditions, bad_event_filter
from gtmgen.refusals.enums import unknown_enums
from gtmgen.refusals.fields import too_deep, unknown_fields
from gtmgen.refusals.references import (
    group_cycles,
    unknown_folder_id,
    unknown_tags,
    unknown_trigger_ids,
    unknown_type,
)
from gtmgen.refusals.required import missing_parameters
from gtmgen.refusals.templates import broken_template, incomplete_gallery, wrong_template
from gtmgen.refusals.values import bad_values, rules_of
from gtmgen.spec.load import Loaded
from gtmgen.text import nearest

_MADE_OF_TEMPLATES = (Tag, Variable, Client)


def refuse_unsound(loaded: Loaded, container: Container) -> None:
    """Raise :class:`SpecError` with everything that GTM would refuse, and where it stands."""
    diagnostics = find_unsound(loaded, [container])
    if diagnostics:
        raise SpecError(diagnostics)


def find_unsound(loaded: Loaded, containers: Iterable[Container]) -> list[Diagnostic]:
    """What GTM would refuse in any of a spec's containers, and where it stands; sorted."""
    problems = (problem for container in containers for problem in find_refusals(container))
    return sorted(dict.fromkeys(map(loaded.document.locate, problems)), key=Diagnostic.sort_key)


def find_refusals(container: Container) -> list[Problem]:
    """What a push of this container would be refused for, with places in the spec.

    An importer can write down what somebody's file holds, so compiling does not refuse it: only
    what is about to be sent, or asked about, is looked at here.
    """
    tags = [tag.name for tag in container.tags]
    templates = {template.name: rules_of(template) for template in container.templates}
    problems = [
        *_list_unknown_built_ins(container),
        *_taken_names(container),
        *group_cycles(container.triggers),
    ]
    for entity in container.entities():
        path: Path = entity.origin.path if entity.origin is not None else ()
        # What the compiler makes has these by construction; in GTM's own words a person can write
        # anything.
        if entity.raw:
            problems += _list_raw_refusals(entity, path, container, tags)
        if isinstance(entity, Trigger):
            problems += bad_event_filter(entity, path)
        elif isinstance(entity, _MADE_OF_TEMPLATES) and isinstance(entity.type, TemplateRef):
            template = templates.get(entity.type.template)
            if template is not None:
                problems += wrong_template(entity, path, template.name, template.makes)
                if template.fields:
                    problems += bad_values(entity, path, template)
    return problems


def _list_raw_refusals(
    entity: AnyEntity, path: Path, container: Container, tags: Sequence[str]
) -> Iterator[Problem]:
    """What the compiler makes has none of these: it refers to no tag and has all parameters."""
    yield from _bad_name(entity, path)
    yield from unknown_fields(entity, path)
    yield from too_deep(entity, path)
    yield from unknown_enums(entity, path)
    yield from bad_conditions(entity, path)
    yield from unknown_trigger_ids(entity, path)
    yield from unknown_folder_id(entity, path)
    yield from unknown_type(entity, path, container)
    yield from unknown_tags(entity, path, tags)
    if isinstance(entity, Tag | Variable):
        yield from missing_parameters(entity, path)
    if isinstance(entity, Template):
        yield from incomplete_gallery(entity, path)
    if isinstance(entity, Template) and (entity.data or not entity.extra):
        yield from broken_template(entity, path)


def _bad_name(entity: AnyEntity, path: Path) -> Iterator[Problem]:
    """A colon is the one character that GTM was seen to refuse in a name."""
    if ":" in entity.name or not entity.name.strip():
        message = f"GTM refuses the name `{entity.name}`"
        yield Problem(
            "bad-name",
            (*path, "name"),
            message,
            "leave the colon out; a name may not be blank either",
        )


def _list_unknown_built_ins(container: Container) -> Iterator[Problem]:
    for built_in in container.built_ins:
        if built_in.key not in BUILT_IN_KEYS:
            message = f"GTM has no built-in variable `{built_in.key}`"
            hint = nearest(built_in.key, sorted(BUILT_IN_KEYS)) or _by_name(built_in.key)
            yield Problem("unknown-built-in", ("gtm", "built_in_variables"), message, hint)


def _by_name(key: str) -> str | None:
    """The hint for one that is spelled as the interface shows it."""
    by_name = {
        built_in_name(built_in).lower().replace(" ", "_"): built_in for built_in in BUILT_IN_KEYS
    }
    return f"did you mean `{by_name[key]}`?" if key in by_name else None


def _taken_names(container: Container) -> Iterator[Problem]:
    """GTM takes no variable that is called like a built-in one that is enabled."""
    enabled = {built_in.name: built_in.key for built_in in container.built_ins}
    for variable in container.variables:
        if variable.raw and variable.name in enabled:
            path: Path = variable.origin.path if variable.origin is not None else ()
            message = f"`{variable.name}` is the name of a built-in variable that is enabled"
            hint = f"give it another `name`, or leave `{enabled[variable.name]}` out"
            yield Problem("duplicate-name", (*path, "name"), message, hint)
