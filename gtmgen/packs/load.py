"""Finds and reads packs: our own in ``templates/``, a user's in the folders of ``packs:``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from gtmgen.errors import GtmgenError
from gtmgen.files.reading import read_limited
from gtmgen.packs.compact import read_compact, write_compact
from gtmgen.packs.model import (
    FIELD_SOURCES,
    KEY,
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

PACK_FILE = "pack.yaml"


@lru_cache(maxsize=1)
def templates_directory() -> Path:
    """The shipped ``templates/``: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent.parent
    for candidate in (package / "_templates", package.parent / "templates"):
        if candidate.is_dir():
            return candidate
    raise GtmgenError("gtmgen's own `templates` folder is missing", hint="install gtmgen again")


def find_packs(folders: Iterable[Path] = ()) -> dict[str, Path]:
    """Pack name -> its folder; a pack of the user's hides one of ours with the same name."""
    by_name = dict(_find_shipped(templates_directory()))
    for folder in folders:
        if not folder.is_dir():
            raise GtmgenError(f"the packs folder `{folder}` does not exist")
        by_name |= _find_in(folder)
    return by_name


@lru_cache(maxsize=4)
def _find_shipped(folder: Path) -> dict[str, Path]:
    """Ours, which are looked for once: a run over many specs asks for each of them."""
    return _find_in(folder)


def _find_in(folder: Path) -> dict[str, Path]:
    by_name = {}
    for file in sorted(folder.glob(f"*/{PACK_FILE}")):
        name = file.parent.name
        if name == "custom" or not re.fullmatch(KEY, name):
            hint = "a pack is called by its folder: small letters, digits and underscores"
            raise GtmgenError(f"`{file.parent}` cannot be the name of a pack", hint=hint)
        by_name[name] = file.parent
    return by_name


def load_pack(directory: Path) -> Pack:
    """Read one pack; raises :class:`GtmgenError` naming the file and what is wrong in it."""
    return _load(directory)


@lru_cache(maxsize=64)
def _load(directory: Path) -> Pack:
    file = directory / PACK_FILE
    try:
        content = read_limited(file)
    except OSError as error:
        raise GtmgenError(f"`{file}` cannot be read: {error.strerror}") from None
    is_ours = directory.parent == templates_directory()
    raw = read_compact(directory, content) if is_ours else None
    return _pack(directory, _read_yaml(file, content) if raw is None else raw)


def _read_yaml(file: Path, content: bytes) -> dict[str, Any]:
    from gtmgen.packs.pack_file import read_pack_file  # our own packs are read as JSON

    return read_pack_file(file, content)


def compact_packs() -> str:
    """The text of ``packs.json``, from the YAML of our own packs."""
    files = [directory / PACK_FILE for directory in _find_shipped(templates_directory()).values()]
    contents = [(file, file.read_bytes()) for file in files]
    return write_compact(
        {file.parent.name: (content, _read_yaml(file, content)) for file, content in contents}
    )


def _pack(directory: Path, raw: Mapping[str, Any]) -> Pack:
    settings = raw["settings"]
    events = raw.get("events") or {}
    return Pack(
        name=directory.name,
        title=raw["title"],
        directory=directory,
        verified=str(raw["verified"]),
        links=raw.get("links") or {},
        settings=settings,
        params={key: _param(key, value) for key, value in (raw.get("params") or {}).items()},
        passes_unknown_params=raw.get("unknown_params") == "pass",
        drops_unreadable=raw.get("unreadable_values") == "drop",
        events={name: _event(name, value or {}) for name, value in events.items()},
        custom_events=raw.get("custom_events"),
        limits=PackLimits(**(raw.get("limits") or {})),
        reserved=Reserved(
            *(tuple((raw.get("reserved") or {}).get(key, ())) for key in Reserved._fields)
        ),
        legacy=raw.get("legacy") or {},
        currencies=frozenset(raw.get("currencies") or ()),
        templates={
            key: _template(directory, key, value)
            for key, value in (raw.get("templates") or {}).items()
        },
        blueprints=tuple(_blueprint(key, value) for key, value in raw["tags"].items()),
        data_settings=frozenset(
            name
            for name, schema in settings.get("properties", {}).items()
            if schema.get("x-data-keys")
        ),
        observer=_observer(directory, raw.get("observe")),
        deduplicates=raw.get("deduplicates", False),
        server=_server_half(directory, raw.get("server")),
        carrier=_carrier(raw.get("carrier")),
    )


def _carrier(raw: Mapping[str, Any] | None) -> Carrier | None:
    if raw is None:
        return None
    client, forward = (ServerEntity(**raw[key]) for key in ("client", "forward"))
    return Carrier(raw["url"], raw["account"], client, forward)


def _server_half(directory: Path, raw: Mapping[str, Any] | None) -> ServerHalf | None:
    if raw is None:
        return None
    return ServerHalf(
        settings=raw["settings"],
        template=_template(directory, "server", raw["template"]),
        fields=tuple(_field(item) for item in raw["fields"]),
        identifiers=raw.get("identifiers"),
        cookies=raw.get("cookies") or {},
    )


def _observer(directory: Path, raw: Mapping[str, Any] | None) -> Observer | None:
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
                event=item.get("event"),
                call=item.get("call"),
                params=tuple(item.get("params") or ()),
                event_id=item.get("event_id"),
                unless=item.get("unless") or {},
                hidden=tuple(item.get("hidden") or ()),
            )
            for type_, item in (raw.get("tags") or {}).items()
        ),
        requests=_requests(raw.get("requests") or {}),
        neighbour=_neighbour(directory, raw.get("neighbour")),
    )


def _requests(raw: Mapping[str, Any]) -> ObservedRequests:
    return ObservedRequests(
        hosts=tuple(raw.get("hosts") or ()),
        path=raw.get("path"),
        account=raw.get("account"),
        event=raw.get("event"),
        event_id=raw.get("event_id"),
        prefixes=tuple(raw.get("prefixes") or ()),
    )


def _neighbour(directory: Path, raw: Mapping[str, Any] | None) -> tuple[str, Path] | None:
    return (raw["account"], (directory / raw["file"]).resolve()) if raw else None


def _param(key: str, value: Any) -> PackParam:
    if isinstance(value, str):
        return PackParam(value, "any")
    return PackParam(value.get("to", key), value.get("type", "any"))


def _event(name: str, raw: Mapping[str, Any]) -> PackEvent:
    return PackEvent(
        name=name,
        canonical=tuple(raw.get("canonical") or ()),
        requires=tuple(raw.get("requires") or ()),
        recommends=tuple(raw.get("recommends") or ()),
        description=raw.get("description", ""),
    )


def _template(directory: Path, key: str, raw: Mapping[str, Any]) -> PackTemplate:
    return PackTemplate(
        key, (directory / raw["file"]).resolve(), raw["name"], raw.get("words") or {}
    )


def _blueprint(key: str, raw: Mapping[str, Any]) -> Blueprint:
    type_ = raw["type"]
    template = type_["template"] if isinstance(type_, Mapping) else None
    return Blueprint(
        key=key,
        per=raw["per"],
        type="" if template else type_,
        template=template,
        fields=tuple(_field(item) for item in raw["fields"]),
        when=_when(raw),
        on=raw.get("on", "every_page"),
        event=raw.get("event"),
        firing_option=raw.get("firing_option", "ONCE_PER_EVENT"),
        title=raw.get("title", key),
    )


def _field(raw: Mapping[str, Any]) -> PackField:
    source = next(name for name in FIELD_SOURCES if name in raw)
    options = {name: raw[name] for name in ("columns", "except") if name in raw}
    if "rows" in raw:
        options["rows"] = [{**row, "when": _when(row)} for row in raw["rows"]]
    return PackField(raw["key"], source, raw[source], options, _when(raw))


def _when(raw: Mapping[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {
        name: tuple(values) if isinstance(values, list) else (values,)
        for name, values in (raw.get("when") or {}).items()
    }


def settings_schema(pack: Pack, consent: Mapping[str, Any]) -> dict[str, Any]:
    """The schema of ``platforms.<pack>``: the pack's own settings and those that all share."""
    own = dict(pack.settings)
    trigger = {"type": "string", "minLength": 1}
    shared = {
        "consent": consent,
        "after_consent": {
            **trigger,
            "description": "A named trigger that fires once consent is granted: the platform's "
            "tags of a page load, held back until then, fire at that moment.",
        },
        "legacy_names": {"enum": ["refuse", "allow"]},
        "where": {
            "$ref": "#/$defs/where",
            "description": "Conditions without which no tag of the platform fires.",
        },
        "except": {
            "type": "array",
            "items": trigger,
            "minItems": 1,
            "uniqueItems": True,
            "description": "Triggers on which no tag of the platform fires.",
        },
        "pack": {
            **trigger,
            "description": "The pack that this account uses; by default, the one named like the "
            "key. With it, one platform can have several accounts.",
        },
    }
    properties = dict(own.get("properties", {}))
    if "page_view" in properties:
        owner = properties["page_view"]
        properties["page_view"] = {
            "if": {"type": "object"},
            "then": {"$ref": "#/$defs/page_view"},
            "else": owner,
            "description": owner.get("description", "")
            + " Or the event that is the page view: {on, where, pages, except, params}.",
            **({"default": owner["default"]} if "default" in owner else {}),
        }
    return {
        "type": "object",
        "description": f"{pack.title}.",
        **own,
        "properties": {**properties, **shared},
        "required": sorted({*own.get("required", ()), "consent"}),
        "additionalProperties": False,
    }
