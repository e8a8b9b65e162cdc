"""Who refers to what in a container: variables in texts, triggers and tags by name."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

from gtmgen.container.builtins import built_in_name
from gtmgen.container.entities import (
    KIND_OF,
    AnyEntity,
    Kind,
    Template,
    TemplateRef,
    Trigger,
    Variable,
    Zone,
)
from gtmgen.container.references import list_texts
from gtmgen.container.values import REFERENCE, TRIGGER_NAME, Parameter
from gtmgen.lint.view import ContainerView


class Mentions(NamedTuple):
    """What the parameters and texts of one entity, or one parameter, name.

    ``texts`` are those in which GTM looks for references; those of fields that a class has a word
    for come first, and ``other_texts`` are all of the other fields. ``variables`` are the names
    that the texts refer to. ``content`` is the number of the list of parameters: entities with
    equal lists have the same.
    """

    texts: tuple[str, ...]
    triggers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    variables: frozenset[str] = frozenset()
    other_texts: tuple[str, ...] = ()
    content: int = 0

    @property
    def meaning(self) -> frozenset[str]:
        """What two entities that mean the same have in common, and few others do."""
        return frozenset(filter(None, self.texts[: len(self.texts) - len(self.other_texts)]))


class MentionsReader:
    """Reads the entities of one container.

    Each parameter is read once, however many entities have it, and so is each list of them: the
    16,000 parameters that 1,000 events compile to are 39 different ones, in lists of which a few
    differ, and looking one up costs a fifth of reading it.
    """

    def __init__(self) -> None:
        self._read_before: dict[Parameter, Mentions] = {}
        self._lists_before: dict[Sequence[Parameter], Mentions] = {}
        self._referred_before: dict[str, frozenset[str]] = {}

    def read(self, entity: AnyEntity) -> Mentions:
        """Everything that an entity names, in one walk."""
        texts, triggers, tags, variables, _, content = self._read_list(
            getattr(entity, "parameter", ())
        )
        for field in _TRIGGER_FIELDS.get(entity.__class__, ()):
            refs = getattr(entity, field)
            if refs:
                triggers += tuple([ref for ref in refs if type(ref) is str])
        other_texts = _NO_TEXTS
        if entity.extra:
            other_texts = tuple([text for _, value in entity.extra for text in list_texts(value)])
        if isinstance(entity, Template):
            return Mentions((), triggers, tags, _NONE, other_texts, content)
        more = [*self._list_more_texts(entity), *other_texts]
        if more:
            texts = (*texts, *more)
            variables = variables.union(*[self._find_referred(one) for one in more if "{{" in one])
        return Mentions(texts, triggers, tags, variables, other_texts, content)

    def _list_more_texts(self, entity: AnyEntity) -> Sequence[str]:
        """Those of fields that only some kinds have.

        Those of one trigger, such as its event's name, are hardly another's: they are not looked
        up before they are read.
        """
        if isinstance(entity, Variable):
            return list(filter(None, (entity.undefined_value, entity.null_value)))
        texts: list[str] = []
        for parameter in _list_other_parameters(entity):
            if type(parameter.value) is str:
                texts.append(parameter.value)
            else:
                texts += self._read(parameter).texts
        return texts

    def _find_referred(self, text: str) -> frozenset[str]:
        names = self._referred_before.get(text)
        if names is None:
            names = self._referred_before[text] = _find_referred(text)
        return names

    def _read_list(self, parameters: Sequence[Parameter]) -> Mentions:
        if not parameters:
            return _NOTHING
        mentions = self._lists_before.get(parameters)
        if mentions is None:
            joined = _join(list(map(self._read, parameters)))
            mentions = joined._replace(content=len(self._lists_before) + 1)
            self._lists_before[parameters] = mentions
        return mentions

    def _read(self, parameter: Parameter) -> Mentions:
        mentions = self._read_before.get(parameter)
        if mentions is None:
            mentions = self._read_before[parameter] = _read_parameter(parameter)
        return mentions


_NO_TEXTS: tuple[str, ...] = ()
_NOTHING = Mentions(())


def _join(parts: Sequence[Mentions]) -> Mentions:
    return Mentions(
        tuple([text for part in parts for text in part.texts]),
        tuple([name for part in parts for name in part.triggers]),
        tuple([name for part in parts for name in part.tags]),
        frozenset().union(*[part.variables for part in parts]),
    )


def _list_other_parameters(entity: AnyEntity) -> Sequence[Parameter]:
    """Those of conditions and of the fields that only some types of triggers have."""
    if isinstance(entity, Trigger):
        parameters: list[Parameter] = []
        for conditions in (entity.custom_event_filter, entity.filter, entity.auto_event_filter):
            for condition in conditions:
                parameters += condition.parameter
        if entity.settings:
            parameters += [setting for _, setting in entity.settings]
        return parameters
    if isinstance(entity, Zone):
        return [item for one in entity.conditions for item in one.parameter]
    return ()


def _read_parameter(parameter: Parameter) -> Mentions:
    value = parameter.value
    if not isinstance(value, str):
        return _join(list(map(_read_parameter, value or ())))
    texts = (value,)
    triggers = texts if parameter.type == TRIGGER_NAME else ()
    tags = texts if parameter.type == "TAG_REFERENCE" else ()
    return Mentions(texts, triggers, tags, _find_referred(value))


def _find_referred(text: str) -> frozenset[str]:
    return frozenset(REFERENCE.findall(text)) if "{{" in text else _NONE


_NONE: frozenset[str] = frozenset()


def used_triggers(view: ContainerView) -> frozenset[str]:
    """The names of the triggers that tags, zones and groups name."""
    # Lists of triggers that only some kinds have are among the other texts, by name.
    return frozenset().union(
        *[
            names
            for entities in view.entities.values()
            for mentions in map(view.mentions, entities)
            for names in (mentions.triggers, mentions.other_texts)
        ]
    )


_FIELDS = ("firing", "blocking", "evaluation", "members")
_TRIGGER_FIELDS = {
    cls: tuple(field for field in _FIELDS if field in cls.__struct_fields__) for cls in KIND_OF
}


def sequenced(view: ContainerView) -> frozenset[str]:
    """The names of tags that other tags run before or after themselves, or refer to."""
    names: set[str] = set()
    for tag in view.of_kind(Kind.TAG):
        for field, value in tag.extra:
            if field in ("setupTag", "teardownTag"):
                names.update(list_texts(value))
        if tags := view.mentions(tag).tags:
            names.update(tags)
    return frozenset(names)


def missing_variables(view: ContainerView) -> Iterator[tuple[Kind, str, str]]:
    """Kind and name of an entity, and a name that it refers to and that no variable has.

    Built-in variables that are not enabled are among them. Nothing for server containers: what
    is built in there is not known well enough.
    """
    if view.context != "WEB":
        return
    names = {variable.name for variable in view.of_kind(Kind.VARIABLE)}
    names |= {built_in_name(key) for key in view.built_ins}
    # `_event` and the like are GTM's own.
    missing = {name for name in view.all_referred - names if not name.startswith("_")}
    for kind, entities in view.entities.items() if missing else ():
        for entity in entities:
            for name in sorted(view.referred(entity) & missing):
                yield kind, entity.name, name


def targets(view: ContainerView, entities: Collection[AnyEntity]) -> set[tuple[Kind, str]]:
    """Kind and name of everything that entities refer to, their folders apart.

    Texts in fields that no class has a word for may name a tag, a trigger or a template: each
    counts as all three, so that nothing which is in use is taken for unused.
    """
    mentions = [view.mentions(entity) for entity in entities]
    other_texts = set().union(*[one.other_texts for one in mentions])
    types = {getattr(entity, "type", None) for entity in entities}
    names: dict[Kind, set[str]] = {
        Kind.VARIABLE: set().union(*[one.variables for one in mentions]),
        Kind.TRIGGER: other_texts.union(*[one.triggers for one in mentions]),
        Kind.TAG: other_texts.union(*[one.tags for one in mentions]),
        Kind.TEMPLATE: other_texts.union(
            type_.template for type_ in types if isinstance(type_, TemplateRef)
        ),
    }
    return {(kind, name) for kind, those in names.items() for name in those}
