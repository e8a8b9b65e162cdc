"""The values of an event that goes out when consent comes: those of its own message.

By then the consent message is the current one, and what is read of "the event" would be its own:
nothing. Each variable that a late tag needs and that reads the event's message has a second one
beside it, which reads the message of the event that was held back. One that reads the page's
address or GTM's own model of the data layer, which both may hold something else since, has a second
one that gives what it was then.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from gtmgen.compile.context import Context
from gtmgen.compile.variables import EVENT_DATA, event_data_template
from gtmgen.container.builtins import built_in_name
from gtmgen.container.entities import TemplateRef, Variable
from gtmgen.container.values import REFERENCE, Condition, Parameter, reference, text

_ADDRESSES = frozenset(map(built_in_name, ("page_url", "page_path", "page_hostname")))
_EVENT_NAMES = frozenset(("_event", built_in_name("event")))


class LateValues:
    """Rewrites what a tag and its triggers refer to.

    ``key`` names the tag; ``event`` makes the reference to the variable that holds the number of
    the event whose turn it is (``event`` of ``consent_gate.tpl``), where one is needed; ``then``
    the one to a variable that gives what another one, of this name and key, was on that event; None
    where the page that is shown by then counts. ``stays`` names variables whose data that stay are
    the newest ones.
    """

    def __init__(
        self,
        context: Context,
        key: str,
        event: Callable[[], str],
        then: Callable[[str, str], str] | None,
        stays: frozenset[str] = frozenset(),
    ) -> None:
        self._context = context
        self._key = key
        self._event = event
        self._then = then
        self._stays = stays
        self._names: dict[str, str] = {}

    def parameters(self, given: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
        """The same parameters, about the event itself."""
        return tuple(self._parameter(item) for item in given)

    def conditions(self, given: tuple[Condition, ...]) -> tuple[Condition, ...]:
        """The same conditions, about the event itself."""
        return tuple(item._replace(parameter=self.parameters(item.parameter)) for item in given)

    def _parameter(self, item: Parameter) -> Parameter:
        if isinstance(item.value, tuple):
            return item._replace(value=self.parameters(item.value))
        if item.value is None or "{{" not in item.value:
            return item
        value = REFERENCE.sub(lambda match: reference(self._name(match[1])), item.value)
        return item._replace(value=value)

    def _name(self, name: str) -> str:
        late_name = self._names.get(name)
        if late_name is None:
            self._names[name] = name  # what refers to itself ends here, as in GTM
            late_name = self._names[name] = self._variant(name)
        return late_name

    def _variant(self, name: str) -> str:
        """The name of the second variable; the same name where none is needed."""
        if name in _EVENT_NAMES:
            return self._event_name()
        if name in _ADDRESSES:
            return self._name_then(name, name)
        variable_of_name = next(
            ((key, item) for key, item in self._context.variables.items() if item.name == name),
            None,
        )
        if variable_of_name is None:
            return name
        key, variable = variable_of_name
        if _reads_address(variable) or (self._reads_model(variable) and name not in self._stays):
            return self._name_then(name, key)
        parameter = self.parameters(variable.parameter)
        if self._reads_event(variable):
            parameter = (*parameter, text("turn", self._event()))
        if parameter == variable.parameter:
            return name
        late = f"{name} (late {self._key})"
        self._context.variables[f"late/{self._key}/{key}"] = replace(
            variable,
            name=late,
            owner=self._context.owner(f"variable/late/{self._key}/{key}"),
            parameter=parameter,
        )
        return late

    def _name_then(self, name: str, key: str) -> str:
        """The name of the variable that holds what this one was; its own where that is nothing."""
        return self._then(name, key)[2:-2] if self._then else name

    def _reads_event(self, variable: Variable) -> bool:
        """Whether it is made from ``event_data.tpl``, and reads the current event's message.

        A template of the user's own may have a field of that name, and no ``turn``.
        """
        return self._reads(variable, "event")

    def _reads_model(self, variable: Variable) -> bool:
        """Whether it gives what was pushed last, which a later event may have replaced."""
        return variable.type == "v" or self._reads(variable, "model")

    def _reads(self, variable: Variable, what: str) -> bool:
        template = self._context.templates.get(EVENT_DATA)
        if template is None or variable.type != TemplateRef(template.name):
            return False
        return any(item.key == "read" and item.value == what for item in variable.parameter)

    def _event_name(self) -> str:
        """The name of the variable that holds the event's name: GTM's own is the current one's."""
        context, key = self._context, f"late/{self._key}/event_name"
        name = context.name("variable", form="event name", key=f"late {self._key}")
        path = (text("read", "event"), text("path", "event"), text("turn", self._event()))
        context.add_variable(key, name, event_data_template(context), path)
        return name


def _reads_address(variable: Variable) -> bool:
    """Whether it reads the page's own address, and not one that another variable holds."""
    return variable.type == "u" and not any(
        item.key == "customUrlSource" and item.value for item in variable.parameter
    )


def drop_unread(context: Context) -> None:
    """Take away the variables beside a data key's own that only tags read which are late now."""
    if not any(key.startswith("late/") for key in context.variables):
        return
    beside = [key for key in context.variables if key.startswith(("readable/", "or_empty/"))]
    if beside:
        read = _names_in(context)
        for key in beside:
            if context.variables[key].name not in read:
                del context.variables[key]
    context.conditions.clear()  # they may refer to what is gone: whoever asks next makes it anew


def _names_in(context: Context) -> set[str]:
    """The names of variables that tags, variables and triggers refer to."""
    names: set[str] = set()
    for tag in context.tags.values():
        _collect_names(tag.parameter, names)
    for variable in context.variables.values():
        _collect_names(variable.parameter, names)
    for trigger in context.triggers.values():
        for condition in (
            *trigger.custom_event_filter,
            *trigger.filter,
            *trigger.auto_event_filter,
        ):
            _collect_names(condition.parameter, names)
    return names


def _collect_names(parameters: tuple[Parameter, ...], names: set[str]) -> None:
    for item in parameters:
        if isinstance(item.value, tuple):
            _collect_names(item.value, names)
        elif item.value is not None and "{{" in item.value:
            names.update(REFERENCE.findall(item.value))
