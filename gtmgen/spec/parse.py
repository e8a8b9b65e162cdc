"""Data that the schema has passed, to the frozen model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from gtmgen.container.entities import Kind
from gtmgen.container.kinds.table import SECTION
from gtmgen.diagnostics import Origin, Path, Span
from gtmgen.packs.model import RESERVED_SETTINGS, Pack
from gtmgen.source.document import Document
from gtmgen.source.values import Data
from gtmgen.spec.forms.model import ENABLED_WHERE, parse_many, parse_whole
from gtmgen.spec.forms.registry import FORM_OF_WORD, FORMS
from gtmgen.spec.lint_settings import parse_lint
from gtmgen.spec.model import (
    NOTHING,
    ConsentSettings,
    Const,
    ContainerSettings,
    DataKey,
    Event,
    EventId,
    Narrowing,
    Page,
    ParamSource,
    Platform,
    RawEntity,
    Send,
    Site,
    Spec,
    Test,
    TriggerSpec,
)
from gtmgen.spec.monitor_settings import parse_monitor
from gtmgen.spec.parse_server import parse_server, with_server_url
from gtmgen.spec.site_schema import IGNORED_QUERY
from gtmgen.spec.sources.registry import SOURCES
from gtmgen.spec.texts import to_text

Locate = Callable[[Path], Origin]
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
    consent = _consent_settings(data.get("consent") or {})
    server = parse_server(data.get("server"), packs, locate)
    return Spec(
        project=data["project"],
        container=_container(data["container"]),
        site=_site(data.get("site") or {}),
        platforms={
            key: _platform(
                key,
                with_server_url(raw, packs[key], server),
                packs[key],
                locate,
                consent.granted_on,
            )
            for key, raw in (data.get("platforms") or {}).items()
        },
        data=document.make_once("data", entries(_data_key)),
        pages=document.make_once("pages", entries(_page)),
        triggers=document.make_once("triggers", entries(_named_trigger)),
        events=document.make_once("events", entries(_event)),
        raw=document.make_once("gtm", lambda gtm: _raw(gtm, locate)),
        raw_built_ins=None if built_ins is None else tuple(built_ins),
        origin=locate(("project",)),
        env=env,
        consent=consent,
        lint=document.make_once("lint", parse_lint),
        monitor=document.make_once("monitor", parse_monitor),
        server=server,
    )


def _container(raw: Data) -> ContainerSettings:
    return ContainerSettings(
        gtm=raw["gtm"],
        workspace=raw.get("workspace", "gtmgen"),
        folder=raw.get("folder"),
        context=raw.get("context", "web"),
        export_layout=raw.get("export_layout"),
        naming=raw.get("naming") or {},
    )


def _site(raw: Data) -> Site:
    return Site(
        hosts=tuple(raw.get("hosts") or ()),
        navigation=raw.get("navigation", "pages"),
        page_identity=raw.get("page_identity", "path"),
        ignore_query=tuple(raw.get("ignore_query", IGNORED_QUERY)),
        replace_state=raw.get("replace_state", "same"),
        currency=raw.get("currency"),
        event_id_key=raw.get("event_id_key", "event_id"),
        data_layer=raw.get("data_layer", "dataLayer"),
        decimal=raw.get("decimal"),
    )


def _consent(raw: Any) -> tuple[str, ...]:
    # The one text is `not_required`, or a variable that has no value here.
    return () if isinstance(raw, str) else tuple(raw)


def _consent_settings(raw: Data) -> ConsentSettings:
    default = raw.get("default")
    return ConsentSettings(
        default={} if isinstance(default, str) else default,  # `site`, or a variable
        wait_for_update=raw.get("wait_for_update"),
        granted_on=raw.get("granted_on"),
    )


def _platform(key: str, raw: Data, pack: Pack, locate: Locate, granted_on: str | None) -> Platform:
    settings = {name: value for name, value in raw.items() if name not in RESERVED_SETTINGS}
    page_view: Event | None = None
    if isinstance(settings.get("page_view"), dict):
        page_view = _page_view(key, settings["page_view"], locate)
        settings["page_view"] = "manual"
    return Platform(
        name=key,
        pack=pack,
        settings=settings,
        consent=_consent(raw["consent"]),
        legacy_names=raw.get("legacy_names", "refuse"),
        after_consent=raw.get("after_consent", granted_on),
        origin=locate(("platforms", key)),
        narrowing=_narrowing(raw),
        page_view=page_view,
    )


def _page_view(platform: str, raw: Data, locate: Locate) -> Event:
    path = ("platforms", platform, "page_view")
    return Event(
        key=f"page_view.{platform}",
        title="",
        description="",
        owner="",
        on=_on(raw["on"], (*path, "on"), locate),
        narrowing=_narrowing(raw),
        params={name: _param(raw["params"][name]) for name in sorted(raw.get("params") or ())},
        event_id=None,
        send=(Send(platform, None, locate(path)),),
        custom_tags=(),
        origin=locate(path),
    )


def _data_key(key: str, raw: Data, locate: Locate) -> DataKey:
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
        scope=raw.get("scope") or _scope(type_, str(raw.get("path", ""))),
        is_native=type_ == "any" and _is_native(raw),
        decimal=raw.get("decimal"),
        decode=raw.get("decode", True),
        fields=raw.get("fields") or {},
        default=to_text(raw["default"]) if "default" in raw else None,
        required=raw.get("required", False),
        example=raw.get("example"),
        pii=raw.get("pii", False),
        description=raw.get("description", ""),
        name=raw.get("name"),
        folder=raw.get("folder"),
        case=raw.get("case"),
        replace=raw.get("replace") or {},
        renamed_from=_former_keys(raw),
        protected=raw.get("protected", False),
    )


def _scope(type_: str, path: str) -> str:
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


def _former_keys(raw: Data) -> tuple[str, ...]:
    return parse_many(raw["renamed_from"]) if "renamed_from" in raw else ()


def _page(key: str, raw: Data, locate: Locate) -> Page:
    return Page(
        key=key,
        paths=parse_many(raw["path"]) if "path" in raw else (),
        hosts=parse_many(raw["host"]) if "host" in raw else (),
        query=tuple(
            sorted(
                (name, tuple(map(to_text, parse_many(value))))
                for name, value in (raw.get("query") or {}).items()
            )
        ),
        origin=locate(("pages", key)),
        title=raw.get("title", ""),
        description=raw.get("description", ""),
        renamed_from=_former_keys(raw),
    )


def _narrowing(raw: Data) -> Narrowing:
    if "where" not in raw and "pages" not in raw and "except" not in raw:
        return NOTHING
    return Narrowing(
        pages=tuple(raw.get("pages") or ()),
        where=_where(raw["where"]) if "where" in raw else (),
        except_=tuple(raw.get("except") or ()),
    )


def _where(raw: Data) -> tuple[Test, ...]:
    tests: list[Test] = []
    for left, value in sorted(raw.items()):
        if isinstance(value, dict):
            ignore_case = value.get("ignore_case", False)
            for operator, operand in sorted(value.items()):
                if operator == "ignore_case":
                    continue
                negate = operator.startswith("not_")
                name = operator[4:] if negate else operator
                tests.append(
                    Test(left, name, tuple(map(to_text, parse_many(operand))), negate, ignore_case)
                )
        else:
            tests.append(Test(left, "equals", tuple(map(to_text, parse_many(value)))))
    return tuple(tests)


def _trigger(raw: Data, path: Path, locate: Locate, key: str | None = None) -> TriggerSpec:
    form = next((FORM_OF_WORD[word] for word in raw if word in FORM_OF_WORD), FORMS["event"])
    return TriggerSpec(
        form=form.word,
        argument=form.parse(raw),
        options={
            name: _where(raw[name]) if name == ENABLED_WHERE else parse_whole(raw[name])
            for name in form.options
            if name in raw
        },
        narrowing=_narrowing(raw),
        origin=locate(path),
        path=path,
        key=key,
        name=raw.get("name"),
        description=raw.get("description", ""),
        folder=raw.get("folder"),
        renamed_from=_former_keys(raw),
    )


def _named_trigger(key: str, raw: Data, locate: Locate) -> TriggerSpec:
    return _trigger(raw, ("triggers", key), locate, key)


def _on(raw: Any, path: Path, locate: Locate) -> tuple[str | TriggerSpec, ...]:
    if isinstance(raw, list):
        return tuple(
            item if isinstance(item, str) else _trigger(item, (*path, place), locate)
            for place, item in enumerate(raw)
        )
    return (raw,) if isinstance(raw, str) else (_trigger(raw, path, locate),)


def _param(raw: Any) -> ParamSource:
    return Const(to_text(raw["const"])) if isinstance(raw, dict) else raw


def _event(key: str, raw: Data, locate: Locate) -> Event:
    path = ("events", key)
    sends = raw["send"]
    event_id = raw.get("event_id")
    custom: tuple[str, ...] = ()
    if isinstance(sends, list):
        send = tuple(
            Send(platform, None, locate((*path, "send", place)))
            for platform, place in sorted((name, place) for place, name in enumerate(sends))
        )
    else:
        send = tuple(
            _send(platform, sends[platform], locate((*path, "send", platform)))
            for platform in sorted(sends)
            if platform != "custom"
        )
        if "custom" in sends:
            custom = parse_many(sends["custom"]["tag"])
    return Event(
        key=key,
        title=raw.get("title", ""),
        description=raw.get("description", ""),
        owner=raw.get("owner", ""),
        purpose=raw.get("purpose", ""),
        on=_on(raw["on"], (*path, "on"), locate),
        narrowing=_narrowing(raw),
        params={name: _param(raw["params"][name]) for name in sorted(raw.get("params") or ())},
        event_id=EventId(event_id["from"], event_id.get("prefix", ""))
        if isinstance(event_id, dict)
        else None,
        send=send,
        custom_tags=custom,
        origin=locate(path),
        renamed_from=_former_keys(raw),
        protected=raw.get("protected", False),
    )


def _send(platform: str, raw: Any, origin: Origin) -> Send:
    if isinstance(raw, str):
        return Send(platform, raw, origin)
    params = raw.get("params") or {}
    return Send(
        platform=platform,
        event=raw.get("event"),
        origin=origin,
        name=raw.get("name"),
        params={
            name: None if params[name] is None else _param(params[name]) for name in sorted(params)
        },
        where=_where(raw["where"]) if "where" in raw else (),
        consent=_consent(raw["consent"]) if "consent" in raw else None,
        once=raw.get("once", "event"),
        priority=parse_whole(raw.get("priority")),
        paused=raw.get("paused", False),
        folder=raw.get("folder"),
        custom=raw.get("custom", False),
    )


def _raw(gtm: Data, locate: Locate) -> dict[Kind, dict[str, RawEntity]]:
    return {
        kind: {
            key: _raw_entity(kind, (section, key), data, locate)
            for key, data in (gtm.get(section) or {}).items()
        }
        for kind, section in SECTION.items()
    }


def _raw_entity(kind: Kind, key_path: tuple[str, str], data: Data, locate: Locate) -> RawEntity:
    path = ("gtm", *key_path)
    on = _on(data["on"], (*path, "on"), locate) if "on" in data else ()
    if "priority" in data:
        data = {**data, "priority": parse_whole(data["priority"])}
    return RawEntity(kind, key_path[1], data, locate(path), on)
