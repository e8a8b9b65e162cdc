"""What each platform receives for an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gtmgen.contract.examples import Examples
from gtmgen.contract.model import Contract, EventContract, Param, ServerEvent, Status
from gtmgen.contract.pages import page_url
from gtmgen.contract.tag_reads import TagReads
from gtmgen.docs.compiled import GtmNames, list_names
from gtmgen.docs.event_model import Delivery, Link, MissingParam, ParamDoc, Server
from gtmgen.docs.facts import Facts
from gtmgen.docs.sentences import Sentences
from gtmgen.docs.words import Words
from gtmgen.packs.docs import PackDocs
from gtmgen.packs.model import Pack, PackEvent
from gtmgen.spec.effective import event_name, params, takes
from gtmgen.spec.model import Const, ParamSource, Platform, Send, Spec
from gtmgen.text import fill


@dataclass(frozen=True)
class Tools:
    """What making the parts of one documentation needs."""

    spec: Spec
    words: Words
    compiled: GtmNames
    sentences: Sentences
    facts: Facts
    contract: Contract
    tags: TagReads
    examples: Examples
    packs: Mapping[str, PackDocs]


_EMPTY = PackEvent("")


def document_delivery(tools: Tools, contract: EventContract, send: Send) -> Delivery:
    """One platform's part of an event."""
    spec, words, event = tools.spec, tools.words, contract.event
    platform = spec.platforms[send.platform]
    pack, docs = platform.pack, tools.packs[send.platform]
    name = event_name(event, send, platform) or event.key
    pack_event = pack.events.get(name, _EMPTY)
    sent = params(event, send, platform, spec.site)
    tags = tools.compiled.tags(event.key, send.platform)
    consent = platform.consent if send.consent is None else send.consent
    facts = {
        "event": name,
        "event_id": contract.event_id.example,
        "title": event.title or event.key,
        "key": event.key,
        "tag": tags[0].name if tags else name,
        "platform": pack.title,
        "page_url": page_url(spec, event),
    }
    server = _document_server(tools, docs, contract.servers.get(send.platform), facts)
    checklist = docs.checklist if server is None else docs.checklist_with_server
    return Delivery(
        platform=send.platform,
        title=platform.title,
        event=name,
        standard=name in pack.events,
        description=pack_event.description,
        tags=tuple(tag.name for tag in tags),
        triggers=list_names(tags[0].firing) if tags else (),
        blocking=list_names(tags[0].blocking) if tags else (),
        consent=consent,
        consent_text=describe_consent(words, platform, consent),
        once=send.once,
        once_text=words(f"once.{send.once}"),
        paused=send.paused,
        priority=send.priority,
        conditions=tools.sentences.conditions((*send.where, *platform.narrowing.where)),
        params=tuple(_document_params(tools, contract.params[send.platform])),
        missing=tuple(_list_missing(tools, platform, pack_event, sent)),
        server=server,
        deduplication=_fill_texts(words, docs.deduplication, facts),
        checklist=_fill_texts(words, checklist, facts),
        links=links(words, pack, docs),
    )


def describe_consent(words: Words, platform: Platform, consent: tuple[str, ...]) -> str:
    """What the tag waits for, and where."""
    if not consent:
        return words("consent.not_required")
    text = words("consent.required", types=words.join_and(f"`{item}`" for item in consent))
    return f"{text} {words('consent.hold')}" if platform.holds_while_denied else text


def links(words: Words, pack: Pack, docs: PackDocs) -> tuple[Link, ...]:
    """The platform's own pages; anything but http and https is left out."""
    return tuple(
        Link(words.own(docs.links.get(key, key.replace("_", " "))), url)
        for key, url in pack.links.items()
        if url.startswith(("https://", "http://"))
    )


def _document_params(tools: Tools, params: tuple[Param, ...]) -> Iterator[ParamDoc]:
    for param in params:
        if isinstance(param.source, Const):
            variable, text = None, tools.words("source.constant", what=param.source.text)
        else:
            variable = tools.compiled.variable(param.source)
            text = tools.sentences.source_of(param.source)
        yield ParamDoc(
            name=param.name,
            canonical=param.canonical,
            type=param.type,
            data=param.data,
            variable=variable,
            source=text,
            example=param.example,
            status=param.status,
        )


def _list_missing(
    tools: Tools, platform: Platform, pack_event: PackEvent, sent: Mapping[str, ParamSource]
) -> Iterator[MissingParam]:
    for canonical in (*pack_event.requires, *pack_event.recommends):
        if canonical in sent or not takes(platform, canonical):
            continue
        target = platform.pack.params.get(canonical)
        name = target.to if target else canonical
        status: Status = "required" if canonical in pack_event.requires else "recommended"
        hint = tools.words(
            f"missing.{status}", platform=platform.pack.title, event=pack_event.name, param=name
        )
        yield MissingParam(name, canonical, status, hint)


def _document_server(
    tools: Tools, docs: PackDocs, server_event: ServerEvent | None, facts: Mapping[str, str]
) -> Server | None:
    if docs.server is None or server_event is None:
        return None
    words, raw = tools.words, docs.server
    return Server(
        title=words.own(raw["title"]),
        method=raw["method"],
        url=raw["url"],
        headers=tuple(raw.get("headers", {}).items()),
        payload=server_event.payload,
        notes=_fill_texts(words, raw.get("notes", ()), facts),
    )


def _fill_texts(words: Words, texts: object, facts: Mapping[str, str]) -> tuple[str, ...]:
    assert isinstance(texts, list | tuple)
    return tuple(fill(words.own(text), facts) for text in texts)
