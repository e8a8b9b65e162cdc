"""The compiler's door: a valid spec in, a container out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from gtmgen.compile.context import Context
from gtmgen.compile.former_owners import former_owners
from gtmgen.compile.raw import RawEntities, unknown_names
from gtmgen.compile.raw_triggers import RawTriggers
from gtmgen.compile.shared_types import with_shared_types
from gtmgen.compile.tags import Tags
from gtmgen.compile.triggers import Triggers
from gtmgen.compile.variables import compile_data
from gtmgen.container.builtins import KEY_OF_NAME, BuiltInTrigger
from gtmgen.container.entities import (
    KIND_OF,
    AnyEntity,
    Client,
    Container,
    Folder,
    GtagConfig,
    Kind,
    Owner,
    Tag,
    Template,
    Transformation,
    Trigger,
    Variable,
    Zone,
)
from gtmgen.container.plain import PlainError, Read
from gtmgen.container.secrets import with_secrets_of
from gtmgen.diagnostics import Diagnostic, Origin, Path, Problem, Severity
from gtmgen.errors import SpecError
from gtmgen.packs.load import templates_directory
from gtmgen.source.yaml_text import UnreadableError
from gtmgen.spec.load import Loaded
from gtmgen.spec.model import Spec
from gtmgen.spec.schema_parts import NAME

if TYPE_CHECKING:
    from gtmgen.compile.server_tags import ServerTags

E = TypeVar("E", bound=AnyEntity)
_NAME = re.compile(NAME)
_BUILT_IN_TRIGGERS = frozenset(trigger.label for trigger in BuiltInTrigger)


def compile_spec(loaded: Loaded) -> Container:
    """Compile; raises :class:`SpecError` for names that GTM would refuse and missing files."""
    spec = loaded.spec
    context = Context(spec, _read_template)
    compile_data(context, _script_reader(loaded))
    read = _raw_reader(loaded)
    triggers = Triggers(context, RawTriggers(context, read))
    triggers.compile_named()
    _kind_of_tags(spec)(context, triggers).compile_all()
    raw = RawEntities(context, triggers, read, loaded.document.locate)
    raw.compile_all()
    container = with_shared_types(_container(spec, context, raw.by_kind))
    container = replace(container, former_owners=former_owners(spec, container.entities()))
    secrets = spec.server.secrets if spec.server is not None and spec.is_server else frozenset()
    container = with_secrets_of(container, {*loaded.document.secrets, *secrets})
    problems = [*raw.problems, *_check_names(container)]
    problems += map(loaded.document.locate, unknown_names(spec, container))
    if problems:
        raise SpecError(sorted(problems, key=Diagnostic.sort_key))
    return container


def _kind_of_tags(spec: Spec) -> type[ServerTags | Tags]:
    if not spec.is_server:
        return Tags
    from gtmgen.compile.server_tags import ServerTags  # 2 ms, which most specs spare

    return ServerTags


class Compiled(Struct, frozen=True):
    """Both halves of a spec; ``server`` is None where the spec has no server container."""

    web: Container
    server: Container | None = None

    @property
    def containers(self) -> tuple[Container, ...]:
        """In the order of a push: what receives hits comes before what sends them."""
        return (self.web,) if self.server is None else (self.server, self.web)


def compile_both(loaded: Loaded) -> Compiled:
    """The web container and the server container behind it."""
    return Compiled(compile_spec(loaded), compile_server(loaded))


def compile_server(loaded: Loaded) -> Container | None:
    """The server container of ``server``; None without one, where a backend sends, and where it is
    the spec's only container."""
    spec = loaded.spec
    if spec.server is None or spec.server.transport != "server" or spec.is_server:
        return None
    from gtmgen.compile.server import ServerContainer  # 2 ms, which most specs spare

    container = ServerContainer(spec, _read_template).compile()
    container = replace(container, former_owners=former_owners(spec, container.entities()))
    container = with_secrets_of(container, {*loaded.document.secrets, *spec.server.secrets})
    problems = list(_check_names(container))
    if problems:
        raise SpecError(sorted(problems, key=Diagnostic.sort_key))
    return container


def _container(spec: Spec, context: Context, raw: Mapping[Kind, Sequence[AnyEntity]]) -> Container:
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
        context=spec.container.context.upper(),
        folders=(*folders, *_of(Folder, raw)),
        templates=(*_by_key(context.templates), *_of(Template, raw)),
        built_ins=context.built_in_entities(),
        variables=(*_by_key(context.variables), *_of(Variable, raw)),
        triggers=(*_by_key(context.triggers), *_of(Trigger, raw)),
        clients=_of(Client, raw),
        tags=(*_by_key(context.tags), *_of(Tag, raw)),
        transformations=_of(Transformation, raw),
        zones=_of(Zone, raw),
        gtag_configs=_of(GtagConfig, raw),
    )


def _of(type_: type[E], raw: Mapping[Kind, Sequence[AnyEntity]]) -> tuple[E, ...]:
    return tuple(item for item in raw[KIND_OF[type_]] if isinstance(item, type_))


def _by_key(entities: Mapping[str, E]) -> tuple[E, ...]:
    return tuple(entities[key] for key in sorted(entities))


# The specs of one command, and the environments of a spec, have the same templates.
@lru_cache(maxsize=64)
def _read_template(path: str) -> str:
    return (templates_directory() / path).read_text(encoding="utf-8")


def _script_reader(loaded: Loaded) -> Callable[[str], str]:
    def read(relative: str) -> str:
        try:
            return loaded.folder.read(relative)
        except UnreadableError as error:
            raise SpecError([error.diagnostic]) from None
        except OSError as error:
            path: Path = next(
                ("data", key, "script", "file")
                for key, data in loaded.spec.data.items()
                if data.source == "script" and data.argument == {"file": relative}
            )
            problem = Problem("script-file", path, _cannot_read("script", relative, error))
            raise SpecError([loaded.document.locate(problem)]) from None

    return read


def _raw_reader(loaded: Loaded) -> Read:
    def read(relative: str) -> str:
        try:
            return loaded.folder.read_exactly(relative)
        except UnreadableError as error:
            diagnostic = error.diagnostic
            message = f"the file `{relative}` cannot be used: {diagnostic.message}"
            raise PlainError(message, rule=diagnostic.rule) from None
        except OSError as error:
            raise PlainError(_cannot_read("file", relative, error), rule="missing-file") from None

    return read


def _cannot_read(what: str, relative: str, error: OSError) -> str:
    if not isinstance(error, PermissionError):
        return f"the {what} `{relative}` does not exist or cannot be read"
    outside = error.errno is None
    end = "lies outside the spec's folder" if outside else "cannot be read"
    return f"the {what} `{relative}` {end}"


def _check_names(container: Container) -> Iterable[Diagnostic]:
    for entities in (
        container.folders,
        container.templates,
        container.variables,
        container.triggers,
        container.clients,
        container.tags,
        container.transformations,
        container.zones,
        container.gtag_configs,
    ):
        names = [entity.name for entity in entities]
        if len(set(names)) == len(names) and all(map(_NAME.fullmatch, names)):
            continue  # as nearly all are
        by_name: dict[str, AnyEntity] = {}
        for entity in entities:
            # What GTM has taken, it may keep: the names of raw entities are as they are.
            if not entity.raw and not _NAME.fullmatch(entity.name):
                message = f"GTM refuses the name `{entity.name}` of the {_kind(entity)}"
                hint = (
                    "no colon, no braces, no space at either end; see `name` and `container.naming`"
                )
                yield _problem(entity, "bad-name", message, hint)
            first = by_name.setdefault(entity.name, entity)
            if first is not entity:
                message = f"two {_kind(entity)}s have the name `{entity.name}`"
                yield _problem(
                    entity, "duplicate-name", message, f"the other one comes from {first.origin}"
                )
    for trigger in container.triggers:
        if trigger.name in _BUILT_IN_TRIGGERS and not trigger.raw:
            message = f"`{trigger.name}` is the name of one of GTM's built-in triggers"
            yield _problem(trigger, "duplicate-name", message, "give it another `name`")
    for variable in container.variables:
        if variable.raw:
            continue
        if variable.name in KEY_OF_NAME or variable.name == "_event":
            # `_event` is no built-in of the list, but what every custom-event filter reads.
            message = f"`{variable.name}` is the name of one of GTM's built-in variables"
            yield _problem(variable, "duplicate-name", message, "give it another `name`")


def _kind(entity: AnyEntity) -> str:
    return type(entity).__name__.lower()


def _problem(entity: AnyEntity, rule: str, message: str, hint: str) -> Diagnostic:
    assert entity.origin is not None  # every compiled entity has one
    return Diagnostic(entity.origin.span, rule, Severity.ERROR, message, hint, entity.origin.path)
