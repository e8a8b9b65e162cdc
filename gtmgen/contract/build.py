"""A spec to its contract; a pure function."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping

from gtmgen.container.entities import Container
from gtmgen.contract.event_schema import EventSchemas
from gtmgen.contract.examples import Examples
from gtmgen.contract.message import Messages
from gtmgen.contract.model import (
    Contract,
    EventContract,
    EventIdRule,
    EventNames,
    Message,
    Param,
    ServerEvent,
    Status,
)
from gtmgen.contract.pages import page_url
from gtmgen.contract.payload import Payload
from gtmgen.contract.tag_reads import TagReads
from gtmgen.packs.docs import PackDocs, load_pack_docs
from gtmgen.packs.model import PackEvent
from gtmgen.packs.server import load_server_api
from gtmgen.spec.effective import event_name, params, trigger_of
from gtmgen.spec.model import Const, Event, Platform, Send, Spec, Test
from gtmgen.spec.texts import to_text

_NO_EVENT = PackEvent("")


def build_contract(spec: Spec, container: Container | None = None) -> Contract:
    """The contract of a valid spec.

    ``container`` is the spec compiled: with it, an event's message holds what the tags read that
    the spec keeps in GTM's own words, too.
    """
    builder = _Builder(spec, TagReads(spec, container) if container is not None else None)
    return Contract(
        project=spec.project,
        events={key: builder.event(event) for key, event in spec.events.items()},
        visitor=builder.visitor(),
    )


def examples_of(spec: Spec, tags: TagReads | None = None) -> Examples:
    """Examples whose items have the IDs that the platforms' settings name; with ``tags``, of the
    types that those send."""
    fields = (
        platform.setting(docs.item_id)
        for platform in spec.platforms.values()
        if (docs := load_pack_docs(platform.pack)).item_id
    )
    item_ids = tuple(dict.fromkeys(str(field) for field in fields if field))
    return Examples(spec, item_ids, tags.types() if tags is not None else None)


def identifiers(platform: Platform) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The platform's name for an identifier or a property, and the data keys that hold it: the
    first that has a value counts."""
    for setting in sorted(platform.pack.data_settings):
        yield from platform.data_keys(setting)


class _Builder:
    def __init__(self, spec: Spec, tags: TagReads | None) -> None:
        self._spec = spec
        self._tags = tags
        self._examples = examples_of(spec, tags)
        self._messages = Messages(spec, self._examples)
        self._schemas: dict[str, EventSchemas | None] = {}

    def visitor(self) -> Message | None:
        spec = self._spec
        keys = [
            key
            for platform in spec.platforms.values()
            for _, named in identifiers(platform)
            for key in named
        ]
        if not any(spec.data[key].source == "path" for key in keys if key in spec.data):
            return None
        return self._messages.message(
            EventNames(), "visitor", dict.fromkeys(keys), frozenset(), (), None
        )

    def event(self, event: Event) -> EventContract:
        title = event.title or event.key.replace("_", " ").capitalize()
        names, tests = self._names(event), self._list_tests(event)
        event_id = self._event_id(event, names, tests)
        sent = {send.platform: tuple(self._build_params(event, send, tests)) for send in event.send}
        data = tuple(dict.fromkeys(self._data(event, sent)))
        return EventContract(
            event=event,
            title=title,
            names=names,
            tests=tests,
            event_id=event_id,
            params=sent,
            data=data,
            message=self._build_message(event, names, tests, event_id, sent, data),
            servers=dict(self._list_servers(event, event_id, sent)),
        )

    # -- the message ---------------------------------------------------------------------

    def _names(self, event: Event) -> EventNames:
        """The dataLayer events that an event fires on."""
        triggers = [trigger_of(self._spec, item) for item in event.on]
        return EventNames(
            tuple(dict.fromkeys(str(item.argument) for item in triggers if item.form == "event")),
            tuple(
                (str(item.argument), bool(item.options.get("ignore_case")))
                for item in triggers
                if item.form == "event_matches"
            ),
        )

    def _list_tests(self, event: Event) -> tuple[Test, ...]:
        tests = list(event.narrowing.where)
        for item in event.on[:1]:
            tests.extend(trigger_of(self._spec, item).narrowing.where)
        for send in event.send:
            tests.extend(send.where)
        return tuple(tests)

    def _data(self, event: Event, sent: Mapping[str, tuple[Param, ...]]) -> Iterator[str]:
        data = self._spec.data
        for of_platform in sent.values():
            yield from (param.data for param in of_platform if param.data is not None)
        if event.event_id is not None and event.event_id.source in data:
            yield event.event_id.source
        tests = [*event.narrowing.where, *(test for send in event.send for test in send.where)]
        for item in event.on:
            tests.extend(trigger_of(self._spec, item).narrowing.where)
        yield from (test.left for test in tests if test.left in data)
        if self._tags is not None:
            for key in event.custom_tags:
                yield from self._tags.data(key)

    def _build_message(
        self,
        event: Event,
        names: EventNames,
        tests: tuple[Test, ...],
        event_id: EventIdRule,
        sent: Mapping[str, tuple[Param, ...]],
        data: tuple[str, ...],
    ) -> Message | None:
        if not names.examples or self._spec.is_server:  # a client makes its events of requests
            return None
        required = {
            param.data
            for of_platform in sent.values()
            for param in of_platform
            if param.data is not None and param.status == "required"
        }
        if event.event_id is not None:
            required.add(event.event_id.source)
        with_default = {key for key in required if self._has_default(key)}
        takes_id = event_id.source is None and self._takes_from_servers(event)
        return self._messages.message(
            names,
            event.title or event.key,
            data,
            frozenset(required - with_default),
            tests,
            event_id.example if takes_id else None,
        )

    def _has_default(self, key: str) -> bool:
        data = self._spec.data.get(key)
        return data is not None and data.default is not None

    # -- the event's ID ------------------------------------------------------------------

    def _event_id(self, event: Event, names: EventNames, tests: tuple[Test, ...]) -> EventIdRule:
        source = event.event_id
        if source is None:
            example = f"{event.key}-{uuid.uuid5(uuid.NAMESPACE_URL, self._find_id_name(event))}"
            # A hit to the server container brings the browser's own ID.
            is_carried = any(send.platform in self._spec.server_accounts for send in event.send)
            return EventIdRule(None, "", example, shared=bool(names) or is_carried)
        example = f"{source.prefix}{to_text(self._examples.matching(source.source, tests))}"
        return EventIdRule(source.source, source.prefix, example, shared=True)

    def _find_id_name(self, event: Event) -> str:
        return f"{self._spec.project}/{event.key}"

    def _takes_from_servers(self, event: Event) -> bool:
        return any(self._load_docs(send.platform).server is not None for send in event.send)

    # -- what is sent --------------------------------------------------------------------

    def _load_docs(self, account: str) -> PackDocs:
        return load_pack_docs(self._spec.platforms[account].pack)

    def _build_params(self, event: Event, send: Send, tests: tuple[Test, ...]) -> Iterator[Param]:
        platform = self._spec.platforms[send.platform]
        pack = platform.pack
        pack_event = pack.events.get(event_name(event, send, platform) or event.key, _NO_EVENT)
        for canonical, source in params(event, send, platform, self._spec.site).items():
            target = pack.params.get(canonical)
            if target is None and not pack.passes_unknown_params:
                continue
            name, type_ = (target.to, target.type) if target else (canonical, "any")
            data = self._spec.data.get(source) if isinstance(source, str) else None
            if isinstance(source, Const):
                example = source.text
            else:
                example = self._examples.matching(source, tests)
            if type_ == "any" and data is not None:
                type_ = data.type
            key = None if data is None else data.key
            status = _build_status(pack_event, canonical)
            yield Param(name, canonical, type_, source, key, example, status)

    def _list_servers(
        self, event: Event, event_id: EventIdRule, sent: Mapping[str, tuple[Param, ...]]
    ) -> Iterator[tuple[str, ServerEvent]]:
        """None of platforms without server events, and none where no ID could be shared."""
        for send in event.send:
            docs, platform = self._load_docs(send.platform), self._spec.platforms[send.platform]
            if docs.server is None or not event_id.shared:
                continue
            name = event_name(event, send, platform) or event.key
            facts = {
                "event": name,
                "event_id": event_id.example,
                "page_url": page_url(self._spec, event),
            }
            payload = Payload(platform, sent[send.platform], self._examples, facts)
            pack_event = platform.pack.events.get(name, _NO_EVENT)
            required = [_find_platform_name(platform, item) for item in pack_event.requires]
            recommended = [_find_platform_name(platform, item) for item in pack_event.recommends]
            schemas = self._build_schemas(platform)
            schema = None
            if schemas is not None:
                data = self._spec.data.get(event_id.source or "")
                id_type = "string" if data is None else data.type
                schema = schemas.schema(name, event_id, id_type, required, recommended)
            yield (
                send.platform,
                ServerEvent(
                    account=send.platform,
                    name=name,
                    payload=payload.fill(docs.server["payload"]),
                    schema=schema,
                    required=tuple(required),
                    recommended=tuple(recommended),
                ),
            )

    def _build_schemas(self, platform: Platform) -> EventSchemas | None:
        if platform.name not in self._schemas:
            api = load_server_api(platform.pack)
            self._schemas[platform.name] = None if api is None else EventSchemas(api, platform)
        return self._schemas[platform.name]


def _build_status(pack_event: PackEvent, canonical: str) -> Status:
    if canonical in pack_event.requires:
        return "required"
    return "recommended" if canonical in pack_event.recommends else "optional"


def _find_platform_name(platform: Platform, canonical: str) -> str:
    target = platform.pack.params.get(canonical)
    return target.to if target else canonical
