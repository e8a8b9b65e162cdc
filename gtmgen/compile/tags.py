"""Blueprints of packs to tags; the compiler knows no platform by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from gtmgen.compile.carriers import carried
from gtmgen.compile.conditions import Conditions
from gtmgen.compile.context import Context
from gtmgen.compile.late_values import LateValues, drop_unread
from gtmgen.compile.triggers import Refs, Triggers
from gtmgen.compile.variables import event_id, first_of, or_site_currency, readable
from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import EntityType, Parameter, Tag, condition, rows, text
from gtmgen.container.kinds.codecs import FIRING_OPTIONS
from gtmgen.packs.model import Blueprint, Field
from gtmgen.spec.effective import event_name, is_of_page, params
from gtmgen.spec.model import Event, ParamSource, Platform, Send
from gtmgen.spec.parse import to_text


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
                consent=self._all_consent(platform),
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

    def _all_consent(self, platform: Platform) -> tuple[str, ...]:
        """Every consent type that a tag of the platform waits for."""
        types = set(platform.consent)
        for event in self._context.spec.events.values():
            for send in event.send:
                if send.platform == platform.name:
                    types.update(send.consent or ())
        return tuple(sorted(types))

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
        for suffix, firing, firing_option in self._platform_firing(platform, blueprint, uses_id):
            context.tags[f"{key}.{suffix}" if suffix else key] = Tag(
                name=f"{name} ({suffix.replace('_', '-')})" if suffix else name,
                folder=context.folder,
                owner=context.owner(f"tag/{key}.{suffix}" if suffix else f"tag/{key}"),
                origin=platform.origin,
                type=prepared.type,
                parameter=self._platform_parameters(platform, prepared, sent),
                firing=firing,
                blocking=self._platform_blocking(platform, blueprint),
                firing_option=firing_option,
                # A page's own events come after its page view.
                priority=_PLATFORM_PRIORITY,
                consent=() if platform.holds_while_denied else platform.consent,
            )

    def _platform_parameters(
        self, platform: Platform, prepared: _Prepared, sent: _Sent
    ) -> tuple[Parameter, ...]:
        """The parameters of a platform's own tag; of a page view that may be late, its own."""
        given = self._parameters(platform, prepared, sent)
        event = platform.page_view
        if event is None or prepared.blueprint.on != "every_page":
            return given
        return self._late_parameters(event, event.send[0], platform, platform.consent, given)

    def _platform_id(self, platform: Platform, blueprint: Blueprint) -> str:
        """The event ID that a platform's own tag sends."""
        if platform.page_view is not None and blueprint.on == "every_page":
            event = platform.page_view
            return self._id_of_turn(event, event.send[0], platform, platform.consent)
        id_ = event_id(self._context, None, None)
        if not self._has_turn(platform):
            return id_
        return self._gate_variable(f"{platform.name}.{blueprint.key}", "id", platform.consent, id_)

    def _has_turn(self, platform: Platform) -> bool:
        """Whether a platform's own tags get a second chance when consent comes."""
        return bool(platform.after_consent and platform.consent) and (
            not platform.holds_while_denied
        )

    def _platform_firing(
        self, platform: Platform, blueprint: Blueprint, uses_id: bool
    ) -> list[tuple[str, Refs, str]]:
        """Name suffix, triggers and firing option of each tag that a platform's blueprint makes.

        GTM looks at consent when a tag would fire, and does not come back to it (and a tag that
        fires once per page is used up by a denial). Where the spec says on which trigger consent
        is known, the tag gets its turn then, if it was lost: see ``consent_gate.tpl``.
        """
        option = blueprint.firing_option
        if platform.page_view is not None and blueprint.on == "every_page":
            event = platform.page_view
            firing = self._event_firing(event, event.send[0], platform, platform.consent)
            return [("", firing, option)]
        if not self._has_turn(platform) or platform.after_consent is None:
            changes = self._triggers.page_change() if blueprint.on == "every_page" else ()
            return [("", (_ON_LOAD[blueprint.on], *changes), option)]
        key = f"{platform.name}.{blueprint.key}"
        id_ = event_id(self._context, None, None) if uses_id else ""
        turn = self._gate(key, "turn", platform.consent, id_)
        late = self._gate(key, "late", platform.consent)
        type_ = "INIT" if blueprint.on == "init" else "PAGEVIEW"
        triggers = self._triggers
        load = triggers.load(platform.name, blueprint.key, type_, turn)
        changes = triggers.page_change(key, turn) if blueprint.on == "every_page" else ()
        granted = triggers.granted(platform.name, blueprint.key, platform.after_consent, late)
        return [("", load + changes + granted, option)]

    def _platform_blocking(self, platform: Platform, blueprint: Blueprint) -> Refs:
        """What keeps a platform's own tag from firing, on the load and when consent comes."""
        event = platform.page_view
        if event is not None and blueprint.on == "every_page":
            return self._event_blocking(event, event.send[0], platform, platform.consent)
        blocking = self._triggers.of_platform(platform)
        if not self._has_turn(platform) or platform.after_consent is None:
            return blocking
        moment = "init" if blueprint.on == "init" else "page_view"
        return blocking + self._triggers.late_exceptions(
            platform.name, platform.narrowing.except_, [moment], platform.after_consent
        )

    def _gate(self, key: str, when: str, types: tuple[str, ...], id_: str = "") -> Conditions:
        """The condition by which a tag has its turn when consent allows it.

        A negated one: GTM looks at those last, and the gate must be asked only where all else
        holds, for it takes the event that it is asked on for the tag's own.
        """
        gate = self._gate_variable(key, when, types, id_)
        return (condition("EQUALS", gate, "false", negate=True),)

    def _gate_variable(self, key: str, when: str, types: tuple[str, ...], id_: str) -> str:
        context = self._context
        platforms = context.spec.platforms.values()
        template = context.template(
            "consent_gate",
            "Consent gate",
            "shared/consent_gate.tpl",
            consent=tuple(sorted({name for one in platforms for name in self._all_consent(one)})),
        )
        return context.add_variable(
            f"consent/{key}.{when}",
            context.name("variable", form="consent", key=f"{key} {when}"),
            template,
            (
                text("key", context.literal(key)),
                text("types", ",".join(types)),
                text("when", when),
                *((text("id", id_),) if id_ else ()),
            ),
        )

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
        sent = _Sent(
            name,
            self._id_of_turn(event, send, platform, consent),
            params(event, send, platform, context.spec.site),
            consent,
        )
        for prepared in self._prepared[platform.name]:
            blueprint = prepared.blueprint
            if blueprint.per != "event" or not _applies(platform, blueprint.when):
                continue
            key = f"{event.key}.{platform.name}"
            tag_name = send.name or context.name(
                "tag", platform=platform.title, event=event.key, title=event.title
            )
            if blueprint.key != "event":
                key = f"{key}.{blueprint.key}"
                tag_name = f"{tag_name} ({blueprint.title})"
            context.tags[key] = Tag(
                name=tag_name,
                notes=_notes(event),
                protected=event.protected,
                folder=send.folder or context.folder,
                owner=context.owner(f"tag/{key}"),
                origin=send.origin,
                type=prepared.type,
                parameter=self._late_parameters(
                    event, send, platform, consent, self._parameters(platform, prepared, sent)
                ),
                firing=self._event_firing(event, send, platform, sent.consent),
                blocking=self._event_blocking(event, send, platform, consent),
                firing_option=FIRING_OPTIONS[
                    "event" if self._is_gated_once(send, platform, sent.consent) else send.once
                ],
                consent=() if platform.holds_while_denied else sent.consent,
                priority=send.priority,
                paused=send.paused,
            )
        if platform.name in context.spec.server_accounts:
            self._carrier(event, send, platform, sent)

    def _carrier(self, event: Event, send: Send, platform: Platform, sent: _Sent) -> None:
        """The tag that brings the same event to the server container: same triggers and ID."""
        context = self._context
        key = f"{event.key}.{platform.name}.server"
        name = send.name or context.name(
            "tag", platform=platform.title, event=event.key, title=event.title
        )
        context.tags[key] = Tag(
            name=f"{name} (to the server)",
            notes=_notes(event),
            protected=event.protected,
            folder=send.folder or context.folder,
            owner=context.owner(f"tag/{key}"),
            origin=send.origin,
            type="gaawe",
            parameter=carried(context, event, platform, sent.id, sent.params, sent.consent),
            firing=self._event_firing(event, send, platform, sent.consent),
            blocking=self._event_blocking(event, send, platform, sent.consent),
            firing_option=FIRING_OPTIONS[
                "event" if self._is_gated_once(send, platform, sent.consent) else send.once
            ],
            consent=sent.consent,
            priority=send.priority,
            paused=send.paused,
        )

    def _is_gated_once(self, send: Send, platform: Platform, consent: tuple[str, ...]) -> bool:
        """Once per page and with consent: GTM's own option would be used up by a denial."""
        return send.once == "page" and bool(consent) and not platform.holds_while_denied

    def _event_firing(
        self, event: Event, send: Send, platform: Platform, consent: tuple[str, ...]
    ) -> Refs:
        key = f"{event.key}.{platform.name}"
        gates = self._gates(event, send, platform, consent)
        if gates is None:
            return self._triggers.of_event(event, send)
        own, after = gates
        if platform.after_consent is None or not self._is_late(event, platform):
            return self._triggers.of_event(event, send, self._gate(key, own, consent))
        firing = self._triggers.of_event(
            event, send, self._gate(key, own, consent, self._id(event))
        )
        late = self._gate(key, after, consent)
        values = self._late_values(event, platform, consent)
        return firing + self._triggers.late(event, send, platform.after_consent, late, values)

    def _event_blocking(
        self, event: Event, send: Send, platform: Platform, consent: tuple[str, ...]
    ) -> Refs:
        """What keeps an event's tag from firing, on its own event and when consent comes."""
        triggers = self._triggers
        is_gated = self._gates(event, send, platform, consent) is not None
        # A trigger in GTM's own words takes no conditions.
        is_raw = not self._context.spec.raw_triggers.keys().isdisjoint(
            item for item in event.on if isinstance(item, str)
        )
        blocking = (
            *triggers.blocking(event.on, event.narrowing.except_),
            *triggers.of_platform(platform, is_gated=is_gated and not is_raw),
        )
        if not is_gated or platform.after_consent is None or not self._is_late(event, platform):
            return blocking
        return blocking + triggers.late_exceptions(
            f"{event.key}.{platform.name}",
            triggers.exceptions(event.on, event.narrowing.except_ + platform.narrowing.except_),
            triggers.moments(event.on),
            platform.after_consent,
            self._late_values(event, platform, consent),
        )

    def _late_parameters(
        self,
        event: Event,
        send: Send,
        platform: Platform,
        consent: tuple[str, ...],
        given: tuple[Parameter, ...],
    ) -> tuple[Parameter, ...]:
        """The tag's parameters; where it may go out late, those of its own event."""
        if not self._gates(event, send, platform, consent) or not self._is_late(event, platform):
            return given
        return self._late_values(event, platform, consent).parameters(given)

    def _late_values(
        self, event: Event, platform: Platform, consent: tuple[str, ...]
    ) -> LateValues:
        key = f"{event.key}.{platform.name}"
        return LateValues(
            self._context, key, lambda: self._gate_variable(key, "event", consent, "")
        )

    def _gates(
        self, event: Event, send: Send, platform: Platform, consent: tuple[str, ...]
    ) -> tuple[str, str] | None:
        """What the consent gate is asked on the event's own trigger, and when consent comes."""
        if not consent or platform.holds_while_denied:
            return None
        if self._is_gated_once(send, platform, consent):
            return "once", "late_once"
        return ("turn", "late") if self._is_late(event, platform) else None

    def _is_late(self, event: Event, platform: Platform) -> bool:
        """Whether the event gets a second chance: it is the page's, and still true then."""
        return bool(platform.after_consent) and is_of_page(self._context.spec, event)

    def _id(self, event: Event) -> str:
        return event_id(self._context, event.key if event.event_id else None, event.event_id)

    def _id_of_turn(
        self, event: Event, send: Send, platform: Platform, consent: tuple[str, ...]
    ) -> str:
        """The event's ID; of one that goes out when consent comes, the ID that it had before."""
        id_ = self._id(event)
        if not self._gates(event, send, platform, consent) or not self._is_late(event, platform):
            return id_
        return self._gate_variable(f"{event.key}.{platform.name}", "id", consent, id_)

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
    return "\n".join(line for line in lines if line)
