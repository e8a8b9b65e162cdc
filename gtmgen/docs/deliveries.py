"""What each platform receives for an event."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gtmgen.docs.compiled import Compiled, names
from gtmgen.docs.examples import Examples
from gtmgen.docs.facts import Facts
from gtmgen.docs.model import Delivery, EventIdDoc, Link, MissingParam, ParamDoc, Server, Status
from gtmgen.docs.pack_docs import PackDocs
from gtmgen.docs.sentences import Sentences
from gtmgen.docs.server import Payload
from gtmgen.docs.words import Words, fill
from gtmgen.meaning.usage import trigger_of
from gtmgen.packs.model import Pack, PackEvent
from gtmgen.spec.effective import event_name, params, takes
from gtmgen.spec.model import Const, Event, ParamSource, Platform, Send, Spec, Test


@dataclass(frozen=True)
class Tools:
    """What making the parts of one documentation needs."""

    spec: Spec
    words: Words
    compiled: Compiled
    sentences: Sentences
    facts: Facts
    examples: Examples
    packs: Mapping[str, PackDocs]


_EMPTY = PackEvent("")


def delivery(
    tools: Tools, event: Event, send: Send, event_id: EventIdDoc, tests: tuple[Test, ...]
) -> Delivery:
    """One platform's part of an event; its examples meet the event's conditions, ``tests``."""
    spec, words = tools.spec, tools.words
    platform = spec.platforms[send.platform]
    pack, docs = platform.pack, tools.packs[send.platform]
    name = event_name(event, send, platform) or event.key
    known = pack.events.get(name, _EMPTY)
    sent = params(event, send, platform, spec.site)
    described = tuple(_params(tools, pack, known, sent, tests))
    tags = tools.compiled.tags(event.key, send.platform)
    consent = platform.consent if send.consent is None else send.consent
    facts = {
        "event": name,
        "event_id": event_id.example,
        "title": event.title or event.key,
        "key": event.key,
        "tag": tags[0].name if tags else name,
        "platform": pack.title,
        "page_url": page_url(tools, event),
    }
    server = _server(tools, platform, docs, described, event_id, facts)
    checklist = docs.checklist if server is None else docs.checklist_with_server
    return Delivery(
        platform=send.platform,
        title=platform.title,
        event=name,
        standard=name in pack.events,
        description=known.description,
        tags=tuple(tag.name for tag in tags),
        triggers=names(tags[0].firing) if tags else (),
        blocking=names(tags[0].blocking) if tags else (),
        consent=consent,
        consent_text=consent_text(words, platform, consent),
        once=send.once,
        once_text=words(f"once.{send.once}"),
        paused=send.paused,
        priority=send.priority,
        conditions=tools.sentences.conditions((*send.where, *platform.narrowing.where)),
        params=described,
        missing=tuple(_missing(tools, platform, known, sent)),
        server=server,
        deduplication=_texts(words, docs.deduplication, facts),
        checklist=_texts(words, checklist, facts),
        links=links(words, pack, docs),
    )


def consent_text(words: Words, platform: Platform, consent: tuple[str, ...]) -> str:
    """What the tag waits for, and where."""
    if not consent:
        return words("consent.not_required")
    text = words("consent.required", types=words.both(f"`{item}`" for item in consent))
    holds = platform.setting("while_denied") == "hold"
    return f"{text} {words('consent.hold')}" if holds else text


def links(words: Words, pack: Pack, docs: PackDocs) -> tuple[Link, ...]:
    """The platform's own pages; anything but http and https is left out."""
    return tuple(
        Link(words.own(docs.links.get(key, key.replace("_", " "))), url)
        for key, url in pack.links.items()
        if url.startswith(("https://", "http://"))
    )


def page_url(tools: Tools, event: Event) -> str:
    """The address of a page that the event may happen on."""
    spec = tools.spec
    host = spec.site.hosts[0] if spec.site.hosts else "www.example.com"
    for patterns in (event.narrowing.pages, *_page_patterns(spec, event)):
        for key in tools.sentences.pages(patterns):
            for path in spec.pages[key].paths:
                return f"https://{host}{example_path(path)}"
    return f"https://{host}/"


def _page_patterns(spec: Spec, event: Event) -> Iterator[tuple[str, ...]]:
    for item in event.on:
        trigger = trigger_of(spec, item)
        if trigger.form == "page":
            yield trigger.argument
        yield trigger.narrowing.pages


def example_path(path: str) -> str:
    """A path that a glob matches."""
    parts = []
    for part in path.split("/"):
        if part.startswith("{") and part.endswith("}"):
            part = part[1:-1]
        parts.append(part.replace("**", "example").replace("*", "example"))
    return "/".join(parts)


def _params(
    tools: Tools,
    pack: Pack,
    known: PackEvent,
    sent: Mapping[str, ParamSource],
    tests: tuple[Test, ...],
) -> Iterator[ParamDoc]:
    for canonical, source in sent.items():
        place = pack.params.get(canonical)
        if place is None and not pack.passes_unknown_params:
            continue
        name, type_ = (place.to, place.type) if place else (canonical, "any")
        data = tools.spec.data.get(source) if isinstance(source, str) else None
        if isinstance(source, Const):
            variable, example = None, source.text
            said = tools.words("source.constant", what=source.text)
        else:
            variable = tools.compiled.variable(source)
            example = tools.examples.meeting(source, tests)
            said = tools.sentences.source_of(source)
        if type_ == "any" and data is not None:
            type_ = data.type
        status = _status(known, canonical)
        yield ParamDoc(
            name=name,
            canonical=canonical,
            type=type_,
            data=data.key if data is not None else None,
            variable=variable,
            source=said,
            example=example,
            status=status,
        )


def _status(known: PackEvent, canonical: str) -> Status:
    if canonical in known.requires:
        return "required"
    return "recommended" if canonical in known.recommends else "optional"


def _missing(
    tools: Tools, platform: Platform, known: PackEvent, sent: Mapping[str, ParamSource]
) -> Iterator[MissingParam]:
    for canonical in (*known.requires, *known.recommends):
        if canonical in sent or not takes(platform, canonical):
            continue
        place = platform.pack.params.get(canonical)
        name = place.to if place else canonical
        status = _status(known, canonical)
        hint = tools.words(
            f"missing.{status}", platform=platform.pack.title, event=known.name, param=name
        )
        yield MissingParam(name, canonical, status, hint)


def _server(
    tools: Tools,
    platform: Platform,
    docs: PackDocs,
    params: tuple[ParamDoc, ...],
    event_id: EventIdDoc,
    facts: Mapping[str, str],
) -> Server | None:
    """None where the platform has no server events, or where no ID could be shared."""
    if docs.server is None or not event_id.shared:
        return None
    words, raw = tools.words, docs.server
    payload = Payload(platform, params, tools.examples, facts)
    return Server(
        title=words.own(raw["title"]),
        method=raw["method"],
        url=raw["url"],
        headers=tuple(raw.get("headers", {}).items()),
        payload=payload.fill(raw["payload"]),
        notes=_texts(words, raw.get("notes", ()), facts),
    )


def _texts(words: Words, texts: object, facts: Mapping[str, str]) -> tuple[str, ...]:
    assert isinstance(texts, list | tuple)
    return tuple(fill(words.own(text), facts) for text in texts)
