"""Blueprints of packs to tags; the compiler knows no platform by name."""

from __future__ import annotations

from gtmgen.compile.context import Context
from gtmgen.compile.event_tags import EventTags
from gtmgen.compile.late_values import drop_unread
from gtmgen.compile.platform_tags import PlatformTags
from gtmgen.compile.tag_parameters import Prepared, TagParameters, applies
from gtmgen.compile.triggers import Triggers
from gtmgen.compile.turns import Turns
from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import EntityType, Tag
from gtmgen.container.values import rows, text
from gtmgen.packs.model import Blueprint
from gtmgen.spec.model import Platform
from gtmgen.spec.texts import to_text


class Tags:
    """Compiles the tags of platforms and events."""

    def __init__(self, context: Context, triggers: Triggers) -> None:
        self._context = context
        self._triggers = triggers
        self._turns = Turns(context)
        self._parameters = TagParameters(context)
        self._platform_tags = PlatformTags(context, triggers, self._turns)
        self._event_tags = EventTags(context, triggers, self._turns)

    def compile_all(self) -> None:
        """Tags once per platform, then the tags of every event."""
        spec = self._context.spec
        self._add_consent_default()
        blueprints: dict[str, list[Prepared]] = {}
        # Sorted, here and below: IDs in the export are counted in this order, and what an author
        # moves around in the spec shall move nothing there.
        for name in sorted(spec.platforms):
            platform = spec.platforms[name]
            blueprints[name] = [self._prepare(platform, one) for one in platform.pack.blueprints]
            for prepared in blueprints[name]:
                blueprint = prepared.blueprint
                if blueprint.per == "platform" and applies(platform, blueprint.when):
                    self._platform_tags.add(platform, prepared)
        for key in sorted(spec.events):
            event = spec.events[key]
            for send in event.send:
                platform = spec.platforms[send.platform]
                self._event_tags.add(event, send, platform, blueprints[send.platform])
        self._triggers.consent.add_waits(self._types_that_wait)
        self._turns.keep_values()
        drop_unread(self._context)

    def _types_that_wait(self, granted_on: str) -> tuple[str, ...]:
        """The consent types of all platforms that a trigger tells of consent.

        Calls that wait on the page need no telling: their own template listens.
        """
        told = [
            one
            for one in self._context.spec.platforms.values()
            if one.after_consent == granted_on and not one.holds_while_denied
        ]
        return tuple(sorted({type_ for one in told for type_ in self._turns.all_consent(one)}))

    def _prepare(self, platform: Platform, blueprint: Blueprint) -> Prepared:
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
        return self._parameters.prepare(platform, blueprint, type_)

    def _is_used(self, platform: Platform, blueprint: Blueprint) -> bool:
        return applies(platform, blueprint.when) and (
            blueprint.per == "platform"
            or any(
                send.platform == platform.name
                for event in self._context.spec.events.values()
                for send in event.send
            )
        )

    def _add_consent_default(self) -> None:
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
