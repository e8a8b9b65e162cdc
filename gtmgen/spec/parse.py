"""Data that the schema has passed, to the frozen model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from gtmgen.container.entities import Kind
from gtmgen.container.kinds.table import SECTION
from gtmgen.diagnostics import Origin, Path, Span
from gtmgen.packs.model import RESERVED_SETTINGS, Pack
from gtmgen.source.document import Document
from gtmgen.source.values import Data
from gtmgen.spec.forms.model import parse_whole
from gtmgen.spec.lint_settings import parse_lint
from gtmgen.spec.model import (
    DataKey,
    Event,
    Platform,
    RawEntity,
    Spec,
)
from gtmgen.spec.monitor_settings import parse_monitor
from gtmgen.spec.parse_events import (
    Locate,
    parse_consent,
    parse_event,
    parse_former_keys,
    parse_named_trigger,
    parse_narrowing,
    parse_on,
    parse_page,
    parse_page_view,
    pick,
)
from gtmgen.spec.parse_server import parse_server, with_server_url
from gtmgen.spec.site_model import ConsentSettings, ContainerSettings, Site
from gtmgen.spec.site_schema import IGNORED_QUERY
from gtmgen.spec.sources.registry import SOURCES
from gtmgen.spec.texts import to_text

T = TypeVar("T")


def parse(document: Document, packs: Mapping[str, Pack], env: str | None) -> Spec:
    """The model of a document that the schema has passed."""
    data = document.data

    def key_span(path: Path) -> Span:
        return document.span(path, on_key=True)

    def locate(path: Path) -> Origin:
        return Origin(path, key_span)

    def entries(parse_one: Callable[[str, Data, Locate], T]) -> Callable[[Data], dict[str, T]]:
        return lambda section: {key: parse_one(key, raw, locate) for key, raw in section.items()}

    built_ins = (data.get("gtm") or {}).get("built_in_variables")
    consent = _parse_consent_settings(data.get("consent") or {})
    server = parse_server(data.get("server"), packs, locate)
    return Spec(
        project=data["project"],
        container=_parse_container(data["container"]),
        site=_parse_site(data.get("site") or {}),
        platforms={
            key: _parse_platform(
                key,
                with_server_url(raw, packs[key], server),
                packs[key],
                locate,
                consent.granted_on,
            )
            for key, raw in (data.get("platforms") or {}).items()
        },
        data=document.make_once("data", entries(_parse_data_key)),
        pages=document.make_once("pages", entries(parse_page)),
        triggers=document.make_once("triggers", entries(parse_named_trigger)),
        events=document.make_once("events", entries(parse_event)),
        raw=document.make_once("gtm", lambda gtm: _parse_raw(gtm, locate)),
        raw_built_ins=None if built_ins is None else tuple(built_ins),
        origin=locate(("project",)),
        env=env,
        consent=consent,
        lint=document.make_once("lint", parse_lint),
        monitor=document.make_once("monitor", parse_monitor),
        server=server,
    )


def _parse_container(raw: Data) -> ContainerSettings:
    return ContainerSettings(
        raw["gtm"], **pick(raw, "workspace", "folder", "context", "export_layout", "naming")
    )


def _parse_site(raw: Data) -> Site:
    return Site(
        hosts=tuple(raw.get("hosts") or ()),
        ignore_query=tuple(raw.get("ignore_query", IGNORED_QUERY)),
        **pick(raw, "navigation", "page_identity", "replace_state", "currency", "decimal"),
        **pick(raw, "event_id_key", "data_layer"),
    )


def _parse_consent_settings(raw: Data) -> ConsentSettings:
    default = raw.get("default")
    return ConsentSettings(
        default={} if isinstance(default, str) else default,  # `site`, or a variable
        **pick(raw, "wait_for_update", "granted_on"),
    )


def _parse_platform(
    key: str, raw: Data, pack: Pack, locate: Locate, granted_on: str | None
) -> Platform:
    settings = {name: value for name, value in raw.items() if name not in RESERVED_SETTINGS}
    page_view: Event | None = None
    if isinstance(settings.get("page_view"), dict):
        page_view = parse_page_view(key, settings["page_view"], locate)
        settings["page_view"] = "manual"
    return Platform(
        name=key,
        pack=pack,
        settings=settings,
        consent=parse_consent(raw["consent"]),
        legacy_names=raw.get("legacy_names", "refuse"),
        after_consent=raw.get("after_consent", granted_on),
        origin=locate(("platforms", key)),
        narrowing=parse_narrowing(raw),
        page_view=page_view,
    )


def _parse_data_key(key: str, raw: Data, locate: Locate) -> DataKey:
    source = next((SOURCES[word] for word in raw if word in SOURCES), SOURCES["path"])
    argument = raw.get(source.word)
    type_ = raw.get("type", "any")
    return DataKey(
        key=key,
        source=source.word,
        argument=argument,
        inputs=source.inputs(argument),
        type=type_,
        origin=locate(("data", key)),
        scope=raw.get("scope") or _infer_scope(type_, str(raw.get("path", ""))),
        is_native=type_ == "any" and _is_native(raw),
        default=to_text(raw["default"]) if "default" in raw else None,
        renamed_from=parse_former_keys(raw),
        **pick(raw, "decimal", "decode", "fields", "case", "replace", "required", "pii"),
        **pick(raw, "name", "folder", "description", "example", "protected"),
    )


def _infer_scope(type_: str, path: str) -> str:
    """Items, and what GA4 and gtag() keep below their own keys, belong to their event alone."""
    of_event = type_ == "items" or path.split(".")[0] in ("ecommerce", "eventModel")
    return "event" if of_event else "model"


def _is_native(raw: Data) -> bool:
    """A path that GTM's own variable reads: null, NaN and "" are values to it.

    With `scope: model` that is what was asked for. Elements and other live objects of GTM's own
    events cannot pass through a template.
    """
    if "scope" in raw:
        return bool(raw["scope"] == "model")
    return str(raw.get("path", "")).startswith("gtm.")


def _parse_raw(gtm: Data, locate: Locate) -> dict[Kind, dict[str, RawEntity]]:
    return {
        kind: {
            key: _parse_raw_entity(kind, (section, key), data, locate)
            for key, data in (gtm.get(section) or {}).items()
        }
        for kind, section in SECTION.items()
    }


def _parse_raw_entity(
    kind: Kind, key_path: tuple[str, str], data: Data, locate: Locate
) -> RawEntity:
    path = ("gtm", *key_path)
    on = parse_on(data["on"], (*path, "on"), locate) if "on" in data else ()
    if "priority" in data:
        data = {**data, "priority": parse_whole(data["priority"])}
    return RawEntity(kind, key_path[1], data, locate(path), on)
