"""The data of a pack.yaml to the frozen model."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gtmgen.packs.model import (
    FIELD_SOURCES,
    Blueprint,
    Carrier,
    ObservedRequests,
    ObservedTag,
    Observer,
    Pack,
    PackEvent,
    PackField,
    PackLimits,
    PackParam,
    PackTemplate,
    Reserved,
    ServerEntity,
    ServerHalf,
)


def parse_pack(directory: Path, raw: Mapping[str, Any]) -> Pack:
    """The pack in ``directory``, from data that :mod:`gtmgen.packs.check` has passed."""
    settings = raw["settings"]
    events = raw.get("events") or {}
    return Pack(
        name=directory.name,
        title=raw["title"],
        directory=directory,
        verified=str(raw["verified"]),
        links=raw.get("links") or {},
        settings=settings,
        params={key: _parse_param(key, value) for key, value in (raw.get("params") or {}).items()},
        passes_unknown_params=raw.get("unknown_params") == "pass",
        drops_unreadable=raw.get("unreadable_values") == "drop",
        events={name: _parse_event(name, value or {}) for name, value in events.items()},
        custom_events=raw.get("custom_events"),
        limits=PackLimits(**(raw.get("limits") or {})),
        reserved=Reserved(
            *(tuple((raw.get("reserved") or {}).get(key, ())) for key in Reserved._fields)
        ),
        legacy=raw.get("legacy") or {},
        currencies=frozenset(raw.get("currencies") or ()),
        templates={
            key: _parse_template(directory, key, value)
            for key, value in (raw.get("templates") or {}).items()
        },
        blueprints=tuple(_parse_blueprint(key, value) for key, value in raw["tags"].items()),
        data_settings=frozenset(
            name
            for name, schema in settings.get("properties", {}).items()
            if schema.get("x-data-keys")
        ),
        observer=_parse_observer(directory, raw.get("observe")),
        deduplicates=raw.get("deduplicates", False),
        server=_parse_server_half(directory, raw.get("server")),
        carrier=_parse_carrier(raw.get("carrier")),
    )


def _parse_carrier(raw: Mapping[str, Any] | None) -> Carrier | None:
    if raw is None:
        return None
    client, forward = (ServerEntity(**raw[key]) for key in ("client", "forward"))
    return Carrier(raw["url"], raw["account"], client, forward)


def _parse_server_half(directory: Path, raw: Mapping[str, Any] | None) -> ServerHalf | None:
    if raw is None:
        return None
    return ServerHalf(
        settings=raw["settings"],
        template=_parse_template(directory, "server", raw["template"]),
        fields=tuple(_parse_field(item) for item in raw["fields"]),
        identifiers=raw.get("identifiers"),
        cookies=raw.get("cookies") or {},
    )


def _parse_observer(directory: Path, raw: Mapping[str, Any] | None) -> Observer | None:
    if raw is None:
        return None
    script = raw.get("script")
    return Observer(
        account=raw["account"],
        page_view=raw["page_view"],
        withdrawal=raw.get("withdrawal"),
        script_url=script["url"] if script else None,
        script=(directory / script["file"]).resolve() if script else None,
        tags=tuple(
            ObservedTag(
                type=type_,
                account=item["account"],
                account_of=item.get("account_of"),
                event=item.get("event"),
                call=item.get("call"),
                params=tuple(item.get("params") or ()),
                event_id=item.get("event_id"),
                unless=item.get("unless") or {},
                hidden=tuple(item.get("hidden") or ()),
            )
            for type_, item in (raw.get("tags") or {}).items()
        ),
        requests=_parse_requests(raw.get("requests") or {}),
        neighbour=_parse_neighbour(directory, raw.get("neighbour")),
    )


def _parse_requests(raw: Mapping[str, Any]) -> ObservedRequests:
    return ObservedRequests(
        hosts=tuple(raw.get("hosts") or ()),
        path=raw.get("path"),
        account=raw.get("account"),
        event=raw.get("event"),
        event_id=raw.get("event_id"),
        prefixes=tuple(raw.get("prefixes") or ()),
    )


def _parse_neighbour(directory: Path, raw: Mapping[str, Any] | None) -> tuple[str, Path] | None:
    return (raw["account"], (directory / raw["file"]).resolve()) if raw else None


def _parse_param(key: str, value: Any) -> PackParam:
    if isinstance(value, str):
        return PackParam(value, "any")
    return PackParam(value.get("to", key), value.get("type", "any"))


def _parse_event(name: str, raw: Mapping[str, Any]) -> PackEvent:
    return PackEvent(
        name=name,
        canonical=tuple(raw.get("canonical") or ()),
        requires=tuple(raw.get("requires") or ()),
        recommends=tuple(raw.get("recommends") or ()),
        description=raw.get("description", ""),
    )


def _parse_template(directory: Path, key: str, raw: Mapping[str, Any]) -> PackTemplate:
    return PackTemplate(
        key, (directory / raw["file"]).resolve(), raw["name"], raw.get("words") or {}
    )


def _parse_blueprint(key: str, raw: Mapping[str, Any]) -> Blueprint:
    type_ = raw["type"]
    template = type_["template"] if isinstance(type_, Mapping) else None
    return Blueprint(
        key=key,
        per=raw["per"],
        type="" if template else type_,
        template=template,
        fields=tuple(_parse_field(item) for item in raw["fields"]),
        when=_parse_when(raw),
        on=raw.get("on", "every_page"),
        event=raw.get("event"),
        firing_option=raw.get("firing_option", "ONCE_PER_EVENT"),
        title=raw.get("title", key),
    )


def _parse_field(raw: Mapping[str, Any]) -> PackField:
    source = next(name for name in FIELD_SOURCES if name in raw)
    options = {name: raw[name] for name in ("columns", "except") if name in raw}
    if "rows" in raw:
        options["rows"] = [{**row, "when": _parse_when(row)} for row in raw["rows"]]
    return PackField(raw["key"], source, raw[source], options, _parse_when(raw))


def _parse_when(raw: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {
        name: tuple(values) if isinstance(values, list) else (values,)
        for name, values in (raw.get("when") or {}).items()
    }
