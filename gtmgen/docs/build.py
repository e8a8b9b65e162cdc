"""A spec and its container to the documentation's model; a pure function."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.entities import Container
from gtmgen.contract.build import build_contract, examples_of, identifiers
from gtmgen.contract.model import Contract
from gtmgen.contract.tag_reads import TagReads
from gtmgen.docs.backend import document_backends
from gtmgen.docs.compiled import GtmNames
from gtmgen.docs.deliveries import Tools
from gtmgen.docs.event_model import DeveloperMessage, EventDoc
from gtmgen.docs.events import Events
from gtmgen.docs.facts import Facts
from gtmgen.docs.funnel import Funnel, build_funnel
from gtmgen.docs.message import document_message
from gtmgen.docs.model import (
    Coverage,
    CoverageRow,
    Documentation,
    DocumentedEnvironment,
    NamedSetting,
    SiteFacts,
    Term,
)
from gtmgen.docs.privacy import document_privacy
from gtmgen.docs.reference import (
    document_data,
    document_pages,
    document_platforms,
    document_triggers,
)
from gtmgen.docs.sentences import Sentences
from gtmgen.docs.words import Words, load_words
from gtmgen.meaning.sides import CompiledSpec
from gtmgen.packs.docs import load_pack_docs
from gtmgen.scenarios.parse import parse_scenarios
from gtmgen.spec.load import Loaded
from gtmgen.spec.model import DataKey, Spec
from gtmgen.spec.texts import to_text


def build(
    loaded: Loaded,
    container: Container | None = None,
    *,
    words: Words | None = None,
    title: str | None = None,
    variants: Mapping[str, Mapping[str, Any]] | None = None,
    last_changes: Mapping[str, str] | None = None,
) -> Documentation:
    """The documentation of a valid spec.

    ``container`` is the spec compiled, which is done here when it is not given. ``variants``
    are the data of the spec's environments by their names (``Source.document(...).data``), for
    the list of environments. ``last_changes`` say of events when, and by whom, they were changed.
    """
    spec = loaded.spec
    container = compile_spec(loaded) if container is None else container
    words = load_words() if words is None else words
    container = compile_spec(loaded) if container is None else container
    packs = {name: load_pack_docs(platform.pack) for name, platform in spec.platforms.items()}
    sentences = Sentences(spec, words)
    tags = TagReads(spec, container)
    tools = Tools(
        spec=spec,
        words=words,
        compiled=GtmNames(spec, container),
        sentences=sentences,
        facts=Facts(spec, words),
        contract=build_contract(spec, container),
        tags=tags,
        examples=examples_of(spec, tags),
        packs=packs,
    )
    steps = Funnel(spec)
    scenarios = parse_scenarios(loaded.document.data.get("tests"))
    maker = Events(tools, steps, scenarios, last_changes or {})
    events = tuple(maker.event(event) for event in spec.events.values())
    return Documentation(
        project=spec.project,
        title=title or words("title", project=spec.project),
        language=words.language,
        gtm=spec.container.gtm,
        workspace=spec.container.workspace,
        environment=spec.env,
        site=_build_site(spec, tools.facts),
        visitor=_document_visitor(spec, tools.contract, words),
        environments=tuple(_document_environments(spec, variants or {})),
        overview=tuple(_write_overview(spec, events, words)),
        funnel=build_funnel(steps.steps, events, words),
        events=events,
        platforms=document_platforms(tools, events),
        pages=document_pages(tools, events),
        data=document_data(tools, events),
        triggers=document_triggers(tools, events),
        privacy=document_privacy(tools, events),
        backends=document_backends(tools),
        owners=tuple(sorted({event.owner for event in events if event.owner})),
        glossary=_build_glossary(words),
        coverage=_measure_coverage(tools, events, loaded),
        is_server=spec.is_server,
        side=CompiledSpec(spec, container),
    )


def _build_site(spec: Spec, facts: Facts) -> SiteFacts:
    site = spec.site
    return SiteFacts(
        hosts=site.hosts,
        navigation=site.navigation,
        page_identity=site.page_identity,
        currency=site.currency,
        event_id_key=site.event_id_key,
        facts=tuple(facts.site()),
    )


def _document_visitor(spec: Spec, contract: Contract, words: Words) -> DeveloperMessage | None:
    """Who the visitor is, which platforms read beside the events."""
    if contract.visitor is None:
        return None
    platforms = (item for item in spec.platforms.values() if any(True for _ in identifiers(item)))
    platform_names = words.join_and(item.title for item in platforms)
    title = words("label.identify")
    schema = {**contract.visitor.schema, "title": title}
    notes = (words("message.visitor", platforms=platform_names),)
    message = document_message(contract.visitor, words, spec.site.event_id_key)
    return replace(message, schema=schema, notes=notes)


def _write_overview(spec: Spec, events: tuple[EventDoc, ...], words: Words) -> Iterator[str]:
    titles = [platform.title for platform in spec.platforms.values()]
    # A tag that an event fires is told there.
    event_tags = {tag for event in spec.events.values() for tag in event.custom_tags}
    other_count = len(set(spec.raw_tags) - event_tags)
    if events or not other_count:
        yield words.count("overview.events", len(events), project=spec.project)
    if titles:
        yield words("overview.platforms", platforms=words.join_and(titles))
    yield words("overview.container", gtm=spec.container.gtm, workspace=spec.container.workspace)
    if other_count:
        yield words.count("overview.own_tags", other_count)


def _document_environments(
    spec: Spec, variants: Mapping[str, Mapping[str, Any]]
) -> Iterator[DocumentedEnvironment]:
    base = {
        (platform.name, name): to_text(value)
        for platform in spec.platforms.values()
        for name, value in platform.settings.items()
        if not isinstance(value, Mapping | list)
    }
    for name, data in sorted(variants.items()):
        yield DocumentedEnvironment(
            name=name,
            gtm=str((data.get("container") or {}).get("gtm", "")),
            current=name == spec.env,
            settings=tuple(_list_differing(data.get("platforms") or {}, base)),
        )


def _list_differing(
    platforms: Mapping[str, Any], base: Mapping[tuple[str, str], str]
) -> Iterator[NamedSetting]:
    for platform, settings in sorted(platforms.items()):
        for name, value in sorted((settings or {}).items()):
            base_value = base.get((platform, name))
            if base_value is not None and to_text(value) != base_value:
                yield NamedSetting(f"{platform}.{name}", to_text(value))


def _build_glossary(words: Words) -> tuple[Term, ...]:
    section = words.section("glossary")
    keys = [key.removesuffix(".term") for key in section if key.endswith(".term")]
    terms = (Term(section[f"{key}.term"], section[f"{key}.meaning"]) for key in keys)
    return tuple(sorted(terms, key=lambda term: term.term.casefold()))


def _is_without_example(data: DataKey) -> bool:
    """What others bring has an example of the spec's own, or one that is made up."""
    has_value = data.example is not None or data.default is not None
    return data.source in ("path", "cookie", "query", "js", "dom") and not has_value


def _measure_coverage(tools: Tools, events: tuple[EventDoc, ...], loaded: Loaded) -> Coverage:
    spec, sentences = tools.spec, tools.sentences
    platforms = tuple(sorted(spec.platforms))
    lacking = {key for key, item in spec.data.items() if _is_without_example(item)}
    pages = {page for event in events for page in event.pages}
    pages.update(_list_pages_of_triggers(spec, sentences))
    return Coverage(
        platforms=platforms,
        rows=tuple(_build_row(event, platforms) for event in events),
        unused_data=tuple(key for key in spec.data if ("data", key) in loaded.unused),
        unused_pages=_list_unused(spec.pages, pages),
        unused_triggers=tuple(key for key in spec.triggers if ("triggers", key) in loaded.unused),
        without_owner=tuple(event.key for event in events if not event.owner),
        without_description=tuple(event.key for event in events if not event.description),
        without_example=tuple(event.key for event in events if lacking & set(event.data)),
        data_without_example=tuple(
            key for key in spec.data if key in lacking and any(key in e.data for e in events)
        ),
    )


def _build_row(event: EventDoc, platforms: tuple[str, ...]) -> CoverageRow:
    sent = {item.platform: item for item in event.deliveries}
    names = (sent[name].event if name in sent else None for name in platforms)
    missing = (len(sent[name].missing) if name in sent else 0 for name in platforms)
    return CoverageRow(event.key, tuple(names), tuple(missing))


def _list_unused(keys: Iterable[str], used: set[str]) -> tuple[str, ...]:
    return tuple(key for key in keys if key not in used)


def _list_pages_of_triggers(spec: Spec, sentences: Sentences) -> Iterator[str]:
    for trigger in spec.triggers.values():
        yield from sentences.pages(trigger.narrowing.pages)
        if trigger.form == "page":
            yield from sentences.pages(trigger.argument)
