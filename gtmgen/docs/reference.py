"""Platforms, pages, data keys and triggers, each with the events that use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from gtmgen.contract.build import identifiers
from gtmgen.contract.pages import example_path
from gtmgen.docs.compiled import list_names
from gtmgen.docs.deliveries import Tools, describe_consent, links
from gtmgen.docs.event_model import EventDoc
from gtmgen.docs.model import (
    DataDoc,
    DataUse,
    NamedSetting,
    PageDoc,
    PlatformDoc,
    PlatformTag,
    TriggerDoc,
)
from gtmgen.docs.words import Words, sentence_case
from gtmgen.packs.model import Pack
from gtmgen.packs.server import load_server_api
from gtmgen.spec.model import DataKey, Page, Platform, TriggerSpec
from gtmgen.spec.texts import to_text
from gtmgen.text import fill

Members = Mapping[str, tuple[str, ...]]
Told = tuple[EventDoc, ...]


def document_platforms(tools: Tools, events: Told) -> tuple[PlatformDoc, ...]:
    """Every platform of the spec, by its key."""
    return tuple(
        _document_platform(tools, tools.spec.platforms[name], events)
        for name in sorted(tools.spec.platforms)
    )


def _document_platform(tools: Tools, platform: Platform, events: Told) -> PlatformDoc:
    words, pack, docs = tools.words, platform.pack, tools.packs[platform.name]
    sent = ((event, item) for event in events for item in event.deliveries)
    owned = {item.key: item.event for item in pack.blueprints}
    facts = {"platform": pack.title}
    return PlatformDoc(
        key=platform.name,
        title=platform.title,
        verified=pack.verified,
        settings=tuple(_list_settings(platform)),
        identify=tuple(identifiers(platform)),
        consent=platform.consent,
        consent_text=describe_consent(words, platform, platform.consent),
        facts=tuple(tools.facts.platform(platform)),
        tags=tuple(
            PlatformTag(
                tag.name, owned.get(_find_blueprint(str(tag.owner))), list_names(tag.firing)
            )
            for tag in tools.compiled.platform_tags(platform.name)
        ),
        events=tuple(
            (event.key, item.event) for event, item in sent if item.platform == platform.name
        ),
        deduplication=tuple(words.own(text) for text in docs.deduplication),
        notes=(
            *(fill(words.own(text), facts) for text in docs.notes),
            *_list_not_sent(pack, words),
        ),
        links=links(words, pack, docs),
    )


def _list_not_sent(pack: Pack, words: Words) -> Iterable[str]:
    """What the platform takes of servers and the example payloads leave out."""
    api = load_server_api(pack)
    for fields, why in api.not_sent if api is not None else ():
        field_names = words.join_and(f"`{field}`" for field in fields)
        yield words("server.not_sent", fields=field_names, why=words.own(why))


def _find_blueprint(owner: str) -> str:
    """The blueprint's key in ``[gtmgen shop tag/platform.<name>.<key>]``."""
    return owner.rstrip("]").split("tag/platform.")[-1].split(".")[1]


def _list_settings(platform: Platform) -> Iterable[NamedSetting]:
    properties: Mapping[str, Any] = platform.pack.settings.get("properties", {})
    for name, schema in properties.items():
        value = platform.setting(name)
        if name not in platform.pack.data_settings and value is not None:
            text = value if isinstance(value, list | dict) else to_text(value)
            yield NamedSetting(name, str(text), schema.get("description", ""))


def document_pages(tools: Tools, events: Told) -> tuple[PageDoc, ...]:
    """Every page of the spec."""
    of_events = _group_members((page, event.key) for event in events for page in event.pages)
    of_triggers = _group_members(
        (page, key)
        for key, trigger in tools.spec.triggers.items()
        for page in _list_trigger_pages(tools, trigger)
    )
    return tuple(
        _document_page(tools, page, of_events, of_triggers) for page in tools.spec.pages.values()
    )


def _list_trigger_pages(tools: Tools, trigger: TriggerSpec) -> tuple[str, ...]:
    named = trigger.argument if trigger.form == "page" else ()
    return tools.sentences.pages((*named, *trigger.narrowing.pages))


def _document_page(tools: Tools, page: Page, of_events: Members, of_triggers: Members) -> PageDoc:
    hosts = page.hosts or tools.spec.site.hosts or ("www.example.com",)
    path = example_path(page.paths[0]) if page.paths else "/"
    return PageDoc(
        key=page.key,
        title=page.title or page.key.replace("_", " ").capitalize(),
        description=page.description,
        paths=page.paths,
        hosts=page.hosts,
        query=tools.sentences.page_query(page),
        example=f"https://{hosts[0].replace('*', 'www')}{path}",
        events=of_events.get(page.key, ()),
        triggers=of_triggers.get(page.key, ()),
        facts=tuple(tools.facts.renamed(page.renamed_from)),
    )


def document_data(tools: Tools, events: Told) -> tuple[DataDoc, ...]:
    """Every data key of the spec."""
    uses: dict[str, list[DataUse]] = {}
    for event in events:
        for sent in event.deliveries:
            for param in sent.params:
                if param.data is not None:
                    use = DataUse(event.key, sent.platform, param.name)
                    uses.setdefault(param.data, []).append(use)
    used = _group_members((key, event.key) for event in events for key in event.data)
    identified: dict[str, list[str]] = {}
    for platform in tools.spec.platforms.values():
        for _, keys in identifiers(platform):
            for key in keys:
                identified.setdefault(key, []).append(platform.name)
    personal = {
        key
        for platform in tools.spec.platforms.values()
        for setting in platform.pack.data_settings
        if platform.pack.settings["properties"][setting].get("x-personal")
        for _, keys in platform.data_keys(setting)
        for key in keys
    }
    return tuple(
        _document_data_key(
            tools,
            data,
            tuple(uses.get(key, ())),
            used.get(key, ()),
            identified.get(key, []),
            is_personal=data.is_personal or key in personal,
        )
        for key, data in tools.spec.data.items()
    )


def _document_data_key(
    tools: Tools,
    data: DataKey,
    uses: tuple[DataUse, ...],
    events: tuple[str, ...],
    identified: list[str],
    *,
    is_personal: bool,
) -> DataDoc:
    return DataDoc(
        key=data.key,
        variable=tools.compiled.variable(data.key) or data.key,
        kind=data.source,
        source=tools.sentences.source(data),
        path=str(data.argument) if data.source == "path" else None,
        type=data.type,
        required=data.required,
        pii=is_personal,
        default=data.default,
        example=tools.examples.of(data.key),
        description=data.description,
        lifetime=tools.words(f"lifetime.{data.scope}") if data.source == "path" else "",
        facts=tuple(tools.facts.data(data)),
        uses=uses,
        events=events,
        platforms=tuple(sorted({*identified, *(use.platform for use in uses)})),
    )


def document_triggers(tools: Tools, events: Told) -> tuple[TriggerDoc, ...]:
    """Every named trigger of the spec."""
    used = _group_members(
        (firing.trigger, event.key)
        for event in events
        for firing in event.firings
        if firing.trigger is not None
    )
    return tuple(
        _document_trigger(tools, key, trigger, used.get(key, ()))
        for key, trigger in tools.spec.triggers.items()
    )


def _document_trigger(
    tools: Tools, key: str, trigger: TriggerSpec, events: tuple[str, ...]
) -> TriggerDoc:
    conditions = list(tools.sentences.conditions(trigger.narrowing.where))
    if trigger.narrowing.pages:
        titles = tools.sentences.page_titles(trigger.narrowing.pages)
        conditions.insert(0, tools.words("condition.pages", pages=titles))
    return TriggerDoc(
        key=key,
        description=trigger.description,
        sentence=sentence_case(tools.sentences.trigger(trigger)),
        conditions=tuple(conditions),
        exceptions=trigger.narrowing.except_,
        names=tools.compiled.triggers(key),
        events=events,
        facts=tuple(tools.facts.renamed(trigger.renamed_from)),
    )


def _group_members(pairs: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    members: dict[str, dict[str, None]] = {}
    for key, member in pairs:
        members.setdefault(key, {})[member] = None
    return {key: tuple(members) for key, members in members.items()}
