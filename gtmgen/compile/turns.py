"""The turn of a tag that waits for consent: its second chance when consent comes.

GTM looks at consent when a tag would fire, and does not come back to it. ``consent_gate.tpl``
remembers what was lost; here is what is asked of it, and what a late tag sends.
"""

from __future__ import annotations

from collections.abc import Set
from functools import cached_property
from typing import NamedTuple

from msgspec.structs import replace

from gtmgen.compile.context import Context, account_part, key_part
from gtmgen.compile.late_values import LateValues
from gtmgen.compile.variables import event_id
from gtmgen.container.entities import TemplateRef
from gtmgen.container.values import Parameter, boolean, condition, reference, rows, text
from gtmgen.spec.effective import has_late_values, has_second_chance, is_group, triggers_of
from gtmgen.spec.forms.model import Conditions
from gtmgen.spec.model import Event, Platform, Send


class Turn(NamedTuple):
    """One tag of an event, as the gate sees it.

    ``holds`` says that the tag's own template keeps its calls in the page until consent comes: it
    needs no gate. ``exceptions`` are the triggers that block it. Where several of the event's
    triggers were held back, each has a tag of its own, since GTM fires a tag once on an event:
    ``chance`` counts them.
    """

    event: Event
    send: Send
    platform: Platform
    consent: tuple[str, ...]
    holds: bool
    exceptions: tuple[str, ...] = ()
    chance: int = 0

    @property
    def key(self) -> str:
        """What the gate remembers it by."""
        return f"{self.event.key}.{account_part(self.platform.name)}"

    @property
    def suffix(self) -> str:
        """What tells a further tag of the event from the first: ``late2``."""
        return f"late{self.chance + 1}" if self.chance else ""

    @property
    def is_gated_once(self) -> bool:
        """Once per page and with consent: GTM's own option would be used up by a denial."""
        return self.send.once == "page" and bool(self.consent) and not self.holds


class Ask(NamedTuple):
    """A question to the gate: the fields of ``consent_gate.tpl``."""

    key: str
    when: str
    types: tuple[str, ...] = ()
    id: str = ""
    exceptions: tuple[str, ...] = ()
    chance: int = 0
    of_page: bool = False
    yields: bool = False
    apart: bool = False
    forgets: bool = False
    value_of: str = ""
    value_key: str = ""
    exception: str = ""


_ASKED_ON_EVENT = ("turn", "turn_again", "once", "once_again")
"""What the gate is asked on a tag's own trigger, where it keeps what is lost: see `Turns.ask`."""


class Turns:
    """Gates of tags, and what goes out through them."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._late: dict[tuple[int, str], bool] = {}
        """Whether an event has a second chance on a platform; each of its tags asks many times."""
        self._kept: dict[str, set[str]] = {}
        """The variables that late tags need as they were on the event, by the turn's key."""

    def all_consent(self, platform: Platform) -> tuple[str, ...]:
        """Every consent type that a tag of the platform waits for."""
        types = set(platform.consent)
        for event in self._context.spec.events.values():
            for send in event.send:
                if send.platform == platform.name:
                    types.update(send.consent or ())
        return tuple(sorted(types))

    @cached_property
    def _gate_template(self) -> TemplateRef:
        """The gate's template, which reads every consent type that any tag waits for."""
        types = {
            name for one in self._context.spec.platforms.values() for name in self.all_consent(one)
        }
        return self._context.template(
            "consent_gate",
            "Consent gate",
            "shared/consent_gate.tpl",
            consent=tuple(sorted(types)),
        )

    def has_turn(self, platform: Platform) -> bool:
        """Whether a platform's own tags get a second chance when consent comes."""
        return bool(platform.after_consent and platform.consent) and (
            not platform.holds_while_denied
        )

    def key_of_platform(self, platform: Platform, blueprint: str) -> str:
        """What the gate remembers a platform's own tag by: nothing that an event's has."""
        spec = self._context.spec
        is_taken = platform.name in spec.events and blueprint in spec.platforms
        return (
            f"account {platform.name}.{blueprint}" if is_taken else f"{platform.name}.{blueprint}"
        )

    def gates(self, turn: Turn) -> tuple[str, str] | None:
        """What the gate is asked on the event's own trigger, and when consent comes."""
        if not turn.consent or turn.holds:
            return None
        if turn.is_gated_once:
            return "once", "late_once"
        return ("turn", "late") if self.is_late(turn) else None

    def is_late(self, turn: Turn) -> bool:
        """Whether the event gets a second chance when consent comes."""
        key = (id(turn.event), turn.platform.name)
        known = self._late.get(key)
        if known is None:
            known = has_second_chance(self._context.spec, turn.event, turn.platform)
            self._late[key] = known
        return known

    def further(self, turn: Turn) -> list[Turn]:
        """The turns beside the first that the event can have when consent comes."""
        if not self._may_be_late(turn) or turn.is_gated_once:
            return []
        late = [one for one in triggers_of(self._context.spec, turn.event) if has_late_values(one)]
        return [turn._replace(chance=place) for place in range(1, len(late))]

    def gate(self, ask: Ask) -> Conditions:
        """The condition by which a tag has its turn when consent allows it.

        A negated one: GTM looks at those last, and the gate must be asked only where all else
        holds, for it takes the event that it is asked on for the tag's own.
        """
        return (condition("EQUALS", self.ask(ask), "false", negate=True),)

    def gate_of(
        self, turn: Turn, when: str, id_: str = "", *, forgets: bool = False, yields: bool = False
    ) -> Conditions:
        """The gate of an event's tag.

        One that ``forgets`` keeps nothing: what can have no late values has no second chance. One
        that ``yields`` lets what was lost go first.
        """
        ask = self._ask_of(turn, when, "" if forgets else id_)
        return self.gate(ask._replace(forgets=forgets, yields=yields))

    def tell(self, exception: str) -> Conditions:
        """A condition that always holds, and lets the gate know what an exception blocks."""
        return self.gate(Ask(f"except.{exception}", "blocked"))

    def spare(self, turn: Turn, exception: str) -> Conditions:
        """Whether an exception of a tag that fires on the banner's message itself holds there: not
        where what was held back goes out on it."""
        return self.gate(self._ask_of(turn, "spared")._replace(exception=exception))

    def page_left(self) -> Conditions:
        """A condition that never holds, and lets the gate know that the page is another one."""
        return self.gate(Ask("page", "left"))

    def _ask_of(self, turn: Turn, when: str, id_: str = "") -> Ask:
        spec = self._context.spec
        return Ask(
            turn.key, when, turn.consent, id_, turn.exceptions, turn.chance,
            of_page=spec.site.is_spa, apart=is_group(spec, turn.platform.after_consent or ""),
        )  # fmt: skip

    def ask(self, ask: Ask) -> str:
        """A reference to the variable that asks the gate."""
        context = self._context
        key = f"{ask.key}.late{ask.chance + 1}" if ask.chance else ask.key
        when = f"{ask.when}{'_again' if ask.yields else ''}{'_now' if ask.forgets else ''}"
        name = context.name("variable", form="consent", key=f"{key} {when}")
        if ask.value_of:
            when, name = f"value.{key_part(ask.value_key)}", f"{ask.value_of} (late {key})"
        elif ask.exception:
            when, name = f"{when}.{ask.exception}", f"{name} {ask.exception}"
        return context.add_variable(
            f"consent/{key}.{when}",
            name,
            self._gate_template,
            (
                text("key", context.literal(ask.key)),
                text("types", ",".join(ask.types)),
                text("when", ask.when),
                *((text("id", ask.id),) if ask.id else ()),
                *(
                    (text("name", ask.value_of), text("value", reference(ask.value_of)))
                    if ask.value_of
                    else ()
                ),
                *((text("name", f"except.{ask.exception}"),) if ask.exception else ()),
                *((text("except", ",".join(ask.exceptions)),) if ask.exceptions else ()),
                *((text("chance", str(ask.chance)),) if ask.chance else ()),
                *((boolean("of_page", True),) if ask.of_page else ()),
                *((boolean("yields", True),) if ask.yields else ()),
                *((boolean("apart", True),) if ask.apart else ()),
                *((boolean("forgets", True),) if ask.forgets else ()),
            ),
        )

    def id_of(self, event: Event) -> str:
        """A reference to the event's ID, while it is the current one."""
        return event_id(self._context, event.key if event.event_id else None, event.event_id)

    def id_of_turn(self, turn: Turn) -> str:
        """The event's ID; of one that goes out when consent comes, the ID that it had before."""
        id_ = self.id_of(turn.event)
        return self.ask(self._ask_of(turn, "id", id_)) if self._may_be_late(turn) else id_

    def late_parameters(self, turn: Turn, given: tuple[Parameter, ...]) -> tuple[Parameter, ...]:
        """The tag's parameters; where it may go out late, those of its own event."""
        return self.late_values(turn).parameters(given) if self._may_be_late(turn) else given

    def late_values(self, turn: Turn) -> LateValues:
        """What turns references to the current event's values into those of the tag's own."""
        key = f"{turn.key}.{turn.suffix}" if turn.chance else turn.key
        event, send, platform = turn.event, turn.send, turn.platform
        sources = (*event.params.values(), *send.params.values())
        own = {source for source in sources if isinstance(source, str)}
        triggers = [one.narrowing.where for one in triggers_of(self._context.spec, event)]
        for where in (event.narrowing.where, send.where, platform.narrowing.where, *triggers):
            own.update(test.left for test in where)
        ask = self._ask_of(turn, "value")
        return self._late_values(key, ask, self._names_of_settings(platform, own))

    def late_values_of_platform(self, platform: Platform, ask: Ask) -> LateValues:
        """The same for a platform's own tag, which asks the gate like ``ask``.

        What loads a platform is as good on the next page of an app: it keeps nothing of the page.
        """
        keeps = ask.of_page or not self._context.spec.site.is_spa
        own = {test.left for test in platform.narrowing.where}
        stays = self._names_of_settings(platform, own)
        return self._late_values(ask.key, ask, stays, keeps=keeps)

    def _names_of_settings(self, platform: Platform, own: Set[str]) -> frozenset[str]:
        """The variables of what an account's settings send, who the visitor is above all.

        By the time that consent comes, more may be known of that. Not those that the event itself
        sends or asks for (``own``).
        """
        keys = {
            key
            for setting in platform.pack.data_settings
            for _, keys in platform.data_keys(setting)
            for key in keys
        }
        data = self._context.spec.data
        return frozenset(
            self._context.variable_name(data[key]) for key in keys - own if key in data
        )

    def _late_values(
        self, key: str, ask: Ask, stays: frozenset[str], *, keeps: bool = True
    ) -> LateValues:
        def then(name: str, key: str) -> str:
            self._kept.setdefault(ask.key, set()).add(name)
            return self.ask(ask._replace(when="value", value_of=name, value_key=key))

        def event() -> str:
            return self.ask(ask._replace(when="event"))

        return LateValues(self._context, key, event, then if keeps else None, stays)

    def keep_values(self) -> None:
        """Have the gate keep what late tags need of an event, beside its message.

        Once all tags are made, since only then it is known what that is.
        """
        variables = self._context.variables
        for key, names in sorted(self._kept.items()):
            kept = rows("kept", ("name", "value"), [(one, reference(one)) for one in sorted(names)])
            for when in _ASKED_ON_EVENT:
                variable = variables.get(f"consent/{key}.{when}")
                if variable is not None:
                    parameter = (*variable.parameter, kept)
                    variables[f"consent/{key}.{when}"] = replace(variable, parameter=parameter)

    def _may_be_late(self, turn: Turn) -> bool:
        return self.is_late(turn) and self.gates(turn) is not None
