"""Blueprints of packs to tags; the compiler knows no platform by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from gtmgen.compile.carrier_tags import Hit, add_carrier
from gtmgen.compile.carriers import carried, event_values
from gtmgen.compile.context import Context, account_part
from gtmgen.compile.late_values import drop_unread
from gtmgen.compile.triggers import Gate, Refs, Triggers
from gtmgen.compile.turns import Ask, Turn, Turns
from gtmgen.compile.variables import event_id, first_of, or_site_currency, readable
from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import EntityType, Parameter, Tag, rows, text
from gtmgen.container.kinds.codecs import FIRING_OPTIONS
from gtmgen.packs.model import Blueprint, Field
from gtmgen.spec.effective import event_name, is_same_trigger, params, triggers_of
from gtmgen.spec.hit_names import carrier_name
from gtmgen.spec.model import Event, ParamSource, Platform, Send
from gtmgen.spec.texts import to_text


class _Prepared(Struct):
    """A blueprint for one platform: what does not depend on the event is made once."""

    blueprint: Blueprint
    type: EntityType
    fields: tuple[Parameter | Field, ...]
    with_name: frozenset[str] = frozenset()
    """The tables that hold the event's name; all others are shared by more events."""
    tables: dict[tuple[object, ...], Parameter | None] = field(default_factory=dict)


class _Sent(Struct, frozen=True, dict=True):
    """What one tag sends: the platform's event name, the event ID, the parameters."""

    name: str
    id: str
    params: Mapping[str, ParamSource]
    consent: tuple[str, ...] = ()

    @cached_property
    def contents(self) -> tuple[object, ...]:
        """What a table is made of, but for the event's name: tables of equal contents are one."""
        return (self.id, *self.params.items())


_PLATFORM_PRIORITY = 100
_ON_LOAD = {
    "init": BuiltInTrigger.INITIALIZATION,
    "first_page": BuiltInTrigger.ALL_PAGES,
    "every_page": BuiltInTrigger.ALL_PAGES,
}


class Tags:
    """Compiles the tags of platforms and events."""

    def __init__(self, context: Context, triggers: Triggers) -> None:
        self._context = context
        self._triggers = triggers
        self._turns = Turns(context)
        self._prepared: dict[str, list[_Prepared]] = {}

    def compile_all(self) -> None:
        """Tags once per platform, then the tags of every event."""
        spec = self._context.spec
        self._consent_default()
        for name in sorted(spec.platforms):
            platform = spec.platforms[name]
            self._prepared[name] = [
                self._prepare(platform, item) for item in platform.pack.blueprints
            ]
            for prepared in self._prepared[name]:
                if prepared.blueprint.per == "platform" and _applies(
                    platform, prepared.blueprint.when
                ):
                    self._platform_tag(platform, prepared)
        for key in sorted(spec.events):
            event = spec.events[key]
            for send in event.send:
                self._event_tags(event, send, spec.platforms[send.platform])
        drop_unread(self._context)

    def _prepare(self, platform: Platform, blueprint: Blueprint) -> _Prepared:
        type_: EntityType = blueprint.type
        if blueprint.template is not None and self._is_used(platform, blueprint):
            template = platform.pack.templates[blueprint.template]
            key = f"{platform.name}.{template.key}"
            type_ = self._context.template(
                key,
                template.name
                if platform.name == platform.pack.name
                else f"{template.name} {platform.name}",
                str(template.path),
                platform.origin,
                words={
                    placeholder: to_text(platform.setting(setting))
                    for placeholder, setting in template.words.items()
                },
                consent=self._turns.all_consent(platform),
            )
        fields = (
            self._field(platform, item)
            for item in blueprint.fields
            if _applies(platform, item.when)
        )
        present = tuple(item for item in fields if item is not None)
        with_name = frozenset(
            item.key for item in present if isinstance(item, Field) and _refers_to("name", item)
        )
        return _Prepared(blueprint, type_, present, with_name)

    def _is_used(self, platform: Platform, blueprint: Blueprint) -> bool:
        return _applies(platform, blueprint.when) and (
            blueprint.per == "platform"
            or any(
                send.platform == platform.name
                for event in self._context.spec.events.values()
                for send in event.send
            )
        )

    def _field(self, platform: Platform, item: Field) -> Parameter | Field | None:
        """The parameter itself where it does not depend on the event."""
        if item.source not in ("const", "setting", "setting_is"):
            return item
        value = self._fixed(platform, item.source, item.argument)
        return None if value is None else self._context.parameter(item.key, value)

    def _fixed(self, platform: Platform, source: str, argument: Any) -> Any:
        if source == "const":
            return argument
        if source == "setting":
            return platform.setting(argument)
        return all(
            to_text(platform.setting(name)) == to_text(value) for name, value in argument.items()
        )

    # -- tags --------------------------------------------------------------------------

    def _platform_tag(self, platform: Platform, prepared: _Prepared) -> None:
        blueprint = prepared.blueprint
        context = self._context
        uses_id = any(
            isinstance(item, Field) and _refers_to("id", item) for item in prepared.fields
        )
        page_view = platform.page_view if blueprint.on == "every_page" else None
        sent = _Sent(
            blueprint.event or "",
            self._platform_id(platform, blueprint) if uses_id else "",
            page_view.params if page_view else {},
            platform.consent,
        )
        key = f"platform.{platform.name}.{blueprint.key}"
        name = context.name(
            "tag", platform=platform.title, event=blueprint.title, title=blueprint.title
        )
        tag = context.tags[key] = Tag(
            name=name,
            folder=context.folder,
            owner=context.owner(f"tag/{key}"),
            origin=platform.origin,
            type=prepared.type,
            parameter=self._parameters(platform, prepared, sent),
            firing=self._platform_firing(platform, blueprint, uses_id),
            blocking=self._platform_blocking(platform, blueprint),
            firing_option=blueprint.firing_option,
            # A page's own events come after its page view.
            priority=_PLATFORM_PRIORITY,
            consent=() if platform.holds_while_denied else platform.consent,
        )
        if page_view is None:
            return
        turn = self._page_view_turn(platform, page_view)

        def parameters(turn: Turn) -> tuple[Parameter, ...]:
            own = replace(sent, id=self._turns.id_of_turn(turn)) if uses_id else sent
            return self._turns.late_parameters(turn, self._parameters(platform, prepared, own))

        context.tags[key] = replace(tag, parameter=parameters(turn))
        self._further(key, tag, turn, parameters)

    def _platform_id(self, platform: Platform, blueprint: Blueprint) -> str:
        """The event ID that a platform's own tag sends."""
        if platform.page_view is not None and blueprint.on == "every_page":
            return self._turns.id_of_turn(self._page_view_turn(platform, platform.page_view))
        id_ = event_id(self._context, None, None)
        if not self._turns.has_turn(platform):
            return id_
        return self._turns.ask(self._platform_ask(platform, blueprint, "id", id_))

    def _platform_ask(
        self, platform: Platform, blueprint: Blueprint, when: str, id_: str = ""
    ) -> Ask:
        """What the gate is asked about a platform's own tag.

        What loads a platform is not the page's: it is as good on the next one.
        """
        return Ask(
            self._turns.key_of_platform(platform, blueprint.key),
            when,
            platform.consent,
            id_,
            tuple(sorted(platform.narrowing.except_)),
            of_page=blueprint.on == "every_page" and self._context.spec.site.is_spa,
        )

    def _platform_firing(self, platform: Platform, blueprint: Blueprint, uses_id: bool) -> Refs:
        """What fires the tag that a platform's blueprint makes.

        GTM looks at consent when a tag would fire, and does not come back to it (and a tag that
        fires once per page is used up by a denial). Where the spec says on which trigger consent
        is known, the tag gets its turn then, if it was lost: see ``consent_gate.tpl``.
        """
        if platform.page_view is not None and blueprint.on == "every_page":
            return self._event_firing(self._page_view_turn(platform, platform.page_view))
        if not self._turns.has_turn(platform) or platform.after_consent is None:
            changes = self._triggers.page_change() if blueprint.on == "every_page" else ()
            return (_ON_LOAD[blueprint.on], *changes)
        key = f"{platform.name}.{blueprint.key}"
        id_ = event_id(self._context, None, None) if uses_id else ""
        turn, late = (
            self._turns.gate(self._platform_ask(platform, blueprint, when, id_ if own else ""))
            for when, own in (("turn", True), ("late", False))
        )
        type_ = "INIT" if blueprint.on == "init" else "PAGEVIEW"
        triggers = self._triggers
        load = triggers.load(platform.name, blueprint.key, type_, turn)
        granted = triggers.granted(platform.name, blueprint.key, platform.after_consent, late)
        if blueprint.on != "every_page":
            return load + granted
        changes = triggers.page_change(key, turn)
        left = triggers.page_left(self._turns.page_left)
        return load + changes + granted + left

    def _platform_blocking(self, platform: Platform, blueprint: Blueprint) -> Refs:
        """What keeps a platform's own tag from firing, on the load and when consent comes."""
        if platform.page_view is not None and blueprint.on == "every_page":
            return self._event_blocking(self._page_view_turn(platform, platform.page_view))
        tell = self._turns.tell if self._turns.has_turn(platform) else None
        exceptions = self._triggers.blocking(platform.narrowing.except_, tell)
        return exceptions + self._triggers.of_platform(platform)

    def _consent_default(self) -> None:
        """The state of consent until the visitor has chosen, before any other tag."""
        context = self._context
        settings = context.spec.consent
        if not settings.default:
            return
        states: list[tuple[str, ...]] = sorted(settings.default.items())
        types = tuple(sorted(settings.default))
        parameter = [rows("states", ("type", "state"), states)]
        if settings.wait_for_update is not None:
            parameter.append(text("wait_for_update", str(settings.wait_for_update)))
        context.tags["consent.default"] = Tag(
            name=context.name("tag", platform="Consent", event="default", title="default"),
            folder=context.folder,
            owner=context.owner("tag/consent.default"),
            origin=context.spec.origin,
            type=context.template(
                "consent_default", "Consent default", "shared/consent_default.tpl", consent=types
            ),
            parameter=tuple(parameter),
            firing=(BuiltInTrigger.CONSENT_INITIALIZATION,),
            firing_option="ONCE_PER_EVENT",
            consent=(),
            priority=10000,
        )

    def _event_tags(self, event: Event, send: Send, platform: Platform) -> None:
        context = self._context
        name = event_name(event, send, platform) or event.key
        consent = platform.consent if send.consent is None else send.consent
        turn = self._turn(event, send, platform, consent)
        sent = _Sent(name, "", params(event, send, platform, context.spec.site), consent)

        def parameters(turn: Turn, prepared: _Prepared) -> tuple[Parameter, ...]:
            own = replace(sent, id=self._turns.id_of_turn(turn))
            return self._turns.late_parameters(turn, self._parameters(platform, prepared, own))

        first: Tag | None = None
        for prepared in self._prepared[platform.name]:
            blueprint = prepared.blueprint
            if blueprint.per != "event" or not _applies(platform, blueprint.when):
                continue
            key = f"{event.key}.{account_part(platform.name)}"
            tag_name = send.name or context.name(
                "tag", platform=platform.title, event=event.key, title=event.title
            )
            if blueprint.key != "event":
                key = f"{key}.{blueprint.key}"
                tag_name = f"{tag_name} ({blueprint.title})"
            tag = context.tags[key] = Tag(
                name=tag_name,
                notes=_notes(event),
                protected=event.protected,
                folder=send.folder or context.folder,
                owner=context.owner(f"tag/{key}"),
                origin=send.origin,
                type=prepared.type,
                parameter=parameters(turn, prepared),
                firing=self._event_firing(turn),
                blocking=self._event_blocking(turn),
                firing_option=FIRING_OPTIONS["event" if turn.is_gated_once else send.once],
                consent=() if platform.holds_while_denied else sent.consent,
                priority=send.priority,
                paused=send.paused,
            )
            self._further(key, tag, turn, partial(parameters, prepared=prepared))
            first = first or tag
        if first is not None and platform.name in context.spec.server_accounts:
            self._carrier(first, turn, sent)

    def _carrier(self, own: Tag, turn: Turn, sent: _Sent) -> None:
        """What brings the event of the platform's tag to the server container, too."""
        context, event, platform = self._context, turn.event, turn.platform
        key = f"{event.key}.{account_part(platform.name)}"
        name = carrier_name(event.key, platform)

        def hit(turn: Turn) -> Hit:
            id_ = self._turns.id_of_turn(turn)
            values = event_values(context, platform, id_, sent.params)
            return Hit(key, name, platform, values, turn.consent, turn.holds)

        def parameters(turn: Turn) -> tuple[Parameter, ...]:
            values = hit(turn).values
            given = carried(context, name, platform, values, turn.consent)
            return self._turns.late_parameters(turn, given)

        tag = add_carrier(context, own, hit(turn), parameters(turn))
        self._further(f"{key}.server", tag, turn, parameters)

    def _further(
        self, key: str, tag: Tag, turn: Turn, parameters: Callable[[Turn], tuple[Parameter, ...]]
    ) -> None:
        """A tag like the event's first for each further turn that consent can hold back.

        GTM fires a tag once on an event, and consent comes on one; the order is the events' own.
        """
        for late in self._turns.further(turn):
            self._context.tags[f"{key}.{late.suffix}"] = replace(
                tag,
                name=f"{tag.name} ({late.suffix})",
                owner=self._context.owner(f"tag/{key}.{late.suffix}"),
                parameter=parameters(late),
                firing=self._late_firing(late),
                priority=(tag.priority or 0) - late.chance,
            )

    def _event_firing(self, turn: Turn) -> Refs:
        event, send = turn.event, turn.send
        gates = self._turns.gates(turn)
        if gates is None:
            return self._triggers.of_event(event, send)
        own, _ = gates
        if not self._turns.is_late(turn):
            return self._triggers.of_event(event, send, Gate(self._turns.gate_of(turn, own)))
        firing = self._triggers.of_event(event, send, self._gate(turn, own))
        left = self._triggers.page_left(self._turns.page_left)
        return firing + self._late_firing(turn) + left

    def _gate(self, turn: Turn, when: str) -> Gate:
        """What is asked of an event that has a second chance.

        Where the trigger on which consent is known fires it, too, what was lost goes out on it:
        GTM fires the tag once, and the banner's message has no values of the page's.
        """
        id_ = self._turns.id_of(turn.event)
        asked = self._turns.gate_of(turn, when, id_)
        for_late = not turn.is_gated_once
        spec = self._context.spec
        banner = spec.triggers.get(turn.platform.after_consent or "")
        if banner is None or not any(
            is_same_trigger(one, banner) for one in triggers_of(spec, turn.event)
        ):
            return Gate(asked, for_late)
        return Gate(asked, for_late, banner, self._turns.gate_of(turn, when, id_, yields=True))

    def _late_firing(self, turn: Turn) -> Refs:
        """When consent comes."""
        gates, granted_on = self._turns.gates(turn), turn.platform.after_consent
        assert gates is not None  # it is a turn that may be late
        assert granted_on is not None
        late = self._turns.gate_of(turn, gates[1])
        values = self._turns.late_values(turn)
        return self._triggers.late(turn.event, turn.send, granted_on, late, values, turn.suffix)

    def _event_blocking(self, turn: Turn) -> Refs:
        """What keeps an event's tag from firing."""
        triggers = self._triggers
        is_gated = self._turns.gates(turn) is not None
        return (
            *triggers.blocking(turn.exceptions, self._turns.tell if is_gated else None),
            *triggers.of_platform(turn.platform, is_gated=is_gated),
        )

    def _turn(self, event: Event, send: Send, platform: Platform, consent: tuple[str, ...]) -> Turn:
        own = event.narrowing.except_ + platform.narrowing.except_
        exceptions = self._triggers.exceptions(event.on, own)
        holds = platform.holds_while_denied
        return Turn(event, send, platform, consent, holds, tuple(sorted(exceptions)))

    def _page_view_turn(self, platform: Platform, event: Event) -> Turn:
        return self._turn(event, event.send[0], platform, platform.consent)

    # -- parameters --------------------------------------------------------------------

    def _parameters(
        self, platform: Platform, prepared: _Prepared, sent: _Sent
    ) -> tuple[Parameter, ...]:
        found: list[Parameter] = []
        for item in prepared.fields:
            parameter = (
                self._parameter(platform, prepared, item, sent) if isinstance(item, Field) else item
            )
            if parameter is not None:
                found.append(parameter)
        return tuple(found)

    def _parameter(
        self, platform: Platform, prepared: _Prepared, item: Field, sent: _Sent
    ) -> Parameter | None:
        if item.source == "event":
            return text(item.key, self._of_event(item.argument, sent))
        if item.source == "consent":
            return text(item.key, ",".join(sent.consent)) if sent.consent else None
        if item.source == "param":
            source = sent.params.get(item.argument)
            known = platform.pack.params.get(item.argument)
            wanted = known.type if known else "any"
            return (
                None if source is None else text(item.key, self._source(platform, source, wanted))
            )
        name = sent.name if item.key in prepared.with_name else ""
        known_as = (item.key, name, sent.contents)
        if known_as not in prepared.tables:
            prepared.tables[known_as] = self._table(platform, item, sent)
        return prepared.tables[known_as]

    def _source(self, platform: Platform, source: ParamSource, wanted: str) -> str:
        if platform.pack.drops_unreadable and isinstance(source, str):
            return readable(self._context, source, wanted)
        return self._context.source(source)

    def _of_event(self, what: str, sent: _Sent) -> str:
        return sent.id if what == "id" else self._context.literal(sent.name)

    def _table(self, platform: Platform, item: Field, sent: _Sent) -> Parameter | None:
        context = self._context
        columns = tuple(item.options["columns"])
        cells: list[tuple[str, ...]] = []
        if item.argument == "params":
            pack_params = platform.pack.params
            skip = item.options.get("except", ())
            named = []
            for canonical, source in sent.params.items():
                known = pack_params.get(canonical)
                if canonical in skip or (known is None and not platform.pack.passes_unknown_params):
                    continue
                to, type_ = (known.to, known.type) if known else (canonical, "any")
                cell = self._source(platform, source, type_)
                if canonical == "currency" and "value" in sent.params:
                    cell = or_site_currency(context, source, cell)
                named.append((to, cell, type_))
            cells.extend(sorted(named))
        elif item.argument != "none":
            setting = item.argument.removeprefix("setting.")
            cells.extend(
                (name, first_of(context, keys), "any") for name, keys in platform.data_keys(setting)
            )
        own = {
            row["name"]: value
            for row in item.options.get("rows", ())
            if (value := self._row_value(platform, row, sent)) is not None
            # What the event itself says goes before a setting of the platform.
            and not ("data" in row and any(cell[0] == row["name"] for cell in cells))
        }
        cells = [cell for cell in cells if cell[0] not in own]  # a name stands in a table once
        cells.extend((name, value, "any") for name, value in own.items())
        return rows(item.key, columns, [cell[: len(columns)] for cell in cells]) if cells else None

    def _row_value(self, platform: Platform, row: Mapping[str, Any], sent: _Sent) -> str | None:
        if not _applies(platform, row.get("when", {})):
            return None
        if "event" in row:
            return self._of_event(row["event"], sent)
        if "data" in row:
            keys = [key for _, keys in platform.data_keys(row["data"]) for key in keys]
            return first_of(self._context, tuple(keys)) if keys else None
        value = row["const"] if "const" in row else platform.setting(row["setting"])
        return None if value is None else self._context.literal(to_text(value))


def _applies(platform: Platform, when: Mapping[str, tuple[Any, ...]]) -> bool:
    return all(
        to_text(platform.setting(name)) in map(to_text, values) for name, values in when.items()
    )


def _refers_to(what: str, item: Field) -> bool:
    """Whether a field holds the event's ID or name."""
    if item.source == "event":
        return bool(item.argument == what)
    return any(row.get("event") == what for row in item.options.get("rows", ()))


def _notes(event: Event) -> str:
    lines = [event.title, event.description, f"Owner: {event.owner}" if event.owner else ""]
    return "\n".join(filter(None, lines))
