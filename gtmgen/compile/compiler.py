"""The compiler's door: a valid spec in, a container out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from gtmgen.compile.context import Context
from gtmgen.compile.tags import Tags
from gtmgen.compile.triggers import Triggers
from gtmgen.compile.variables import compile_data
from gtmgen.container.builtins import KEY_OF_NAME, BuiltInTrigger
from gtmgen.container.entities import AnyEntity, Container, Folder, Owner
from gtmgen.diagnostics import Diagnostic, Origin, Problem, Severity
from gtmgen.errors import SpecError
from gtmgen.packs.load import templates_directory
from gtmgen.source.folder import SpecFolder
from gtmgen.source.yaml_text import UnreadableError
from gtmgen.spec.load import Loaded
from gtmgen.spec.model import Spec
from gtmgen.spec.schema import NAME

_NAME = re.compile(NAME)
_BUILT_IN_TRIGGERS = frozenset(trigger.label for trigger in BuiltInTrigger)


def compile_spec(loaded: Loaded) -> Container:
    """Compile; raises :class:`SpecError` for names that GTM would refuse and missing files."""
    spec = loaded.spec
    context = Context(spec, _read_template)
    compile_data(context, _script_reader(loaded))
    triggers = Triggers(context)
    triggers.compile_named()
    Tags(context, triggers).compile_all()
    container = _container(spec, context)
    problems = list(_check_names(container))
    if problems:
        raise SpecError(sorted(problems, key=Diagnostic.sort_key))
    return container


def _container(spec: Spec, context: Context) -> Container:
    folder = spec.container.folder
    folder_origin = Origin(("container", "folder"), spec.origin.locate)
    folders = (
        (Folder(name=folder, owner=Owner(spec.project, "folder/main"), origin=folder_origin),)
        if folder
        else ()
    )
    return Container(
        project=spec.project,
        gtm=spec.container.gtm,
        folders=folders,
        templates=_by_key(context.templates),
        built_ins=context.built_in_entities(),
        variables=_by_key(context.variables),
        triggers=_by_key(context.triggers),
        tags=_by_key(context.tags),
    )


E = TypeVar("E", bound=AnyEntity)


def _by_key(entities: Mapping[str, E]) -> tuple[E, ...]:
    return tuple(entities[key] for key in sorted(entities))


def _read_template(path: str) -> str:
    return (templates_directory() / path).read_text(encoding="utf-8")


def _script_reader(loaded: Loaded) -> Callable[[str], str]:
    folder: SpecFolder = loaded.folder

    def read(relative: str) -> str:
        try:
            return folder.read(relative)
        except UnreadableError as error:
            raise SpecError([error.diagnostic]) from None
        except PermissionError as error:
            outside = error.errno is None
            message = f"the script `{relative}` " + (
                "lies outside the spec's folder" if outside else "cannot be read"
            )
        except OSError:
            message = f"the script `{relative}` does not exist or cannot be read"
        path = next(
            ("data", key, "script", "file")
            for key, data in loaded.spec.data.items()
            if data.source == "script" and data.argument == {"file": relative}
        )
        raise SpecError([loaded.document.locate(Problem("script-file", path, message))])

    return read


def _check_names(container: Container) -> Iterable[Diagnostic]:
    for entities in (
        container.folders,
        container.templates,
        container.variables,
        container.triggers,
        container.tags,
    ):
        seen: dict[str, AnyEntity] = {}
        for entity in entities:
            if not _NAME.fullmatch(entity.name):
                message = f"GTM refuses the name `{entity.name}` of the {_kind(entity)}"
                hint = (
                    "no colon, no braces, no blank at either end; see `name` and `container.naming`"
                )
                yield _problem(entity, "bad-name", message, hint)
            first = seen.setdefault(entity.name, entity)
            if first is not entity:
                message = f"two {_kind(entity)}s have the name `{entity.name}`"
                yield _problem(
                    entity, "duplicate-name", message, f"the other one comes from {first.origin}"
                )
    for trigger in container.triggers:
        if trigger.name in _BUILT_IN_TRIGGERS:
            message = f"`{trigger.name}` is the name of one of GTM's built-in triggers"
            yield _problem(trigger, "duplicate-name", message, "give it another `name`")
    for variable in container.variables:
        if variable.name in KEY_OF_NAME or variable.name == "_event":
            # `_event` is no built-in of the list, but what every custom-event filter reads.
            message = f"`{variable.name}` is the name of one of GTM's built-in variables"
            yield _problem(variable, "duplicate-name", message, "give it another `name`")


def _kind(entity: AnyEntity) -> str:
    return type(entity).__name__.lower()


def _problem(entity: AnyEntity, rule: str, message: str, hint: str) -> Diagnostic:
    assert entity.origin is not None  # every compiled entity has one
    return Diagnostic(entity.origin.span, rule, Severity.ERROR, message, hint)
