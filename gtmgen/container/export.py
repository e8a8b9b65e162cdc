"""A container as the JSON that GTM's *Import Container* reads.

Byte layout: ``json.dumps(indent=4, ensure_ascii=False)`` without a final line break, as 162 of
186 real exports have it. Python's encoder is slow when it indents, so the text is made here;
a test compares the two. IDs come from one counter, as in real exports since 2023, and the
time stamps are fixed, so that the same spec gives the same bytes.
"""

from __future__ import annotations

import json
import json.encoder
from collections.abc import Iterable, Iterator
from typing import Any

from gtmgen.container.body import Shared, body, plain
from gtmgen.container.builtins import built_in_order
from gtmgen.container.entities import (
    ID_FIELD,
    KIND_OF,
    AnyEntity,
    Condition,
    Container,
    Folder,
    Kind,
    Parameter,
    Template,
    Trigger,
)
from gtmgen.container.fields import BEFORE_FINGERPRINT
from gtmgen.container.names import Refs
from gtmgen.container.references import references

_quote = json.encoder.encode_basestring

# An import replaces IDs and fingerprints by its own; published hand-made exports use
# placeholders for both. 2020-01-01 00:00:00 UTC.
FINGERPRINT = "1577836800000"
EXPORT_TIME = "2020-01-01 00:00:00"

_FEATURES = {
    "supportUserPermissions": True,
    "supportEnvironments": True,
    "supportWorkspaces": True,
    "supportGtagConfigs": False,
    "supportBuiltInVariables": True,
    "supportClients": False,
    "supportFolders": True,
    "supportTags": True,
    "supportTemplates": True,
    "supportTriggers": True,
    "supportVariables": True,
    "supportVersions": True,
    "supportZones": True,
    "supportTransformations": False,
}


class Ids:
    """The IDs of one export: numbered by kind, then in the container's own order."""

    def __init__(self, container: Container) -> None:
        self._ids: dict[type, dict[str, str]] = {}
        taken = dangling_ids(container)
        number = 0
        for entity in container.entities():
            number += 1
            while taken and str(number) in taken:
                number += 1
            self._ids.setdefault(type(entity), {})[entity.name] = str(number)
        self.account, self.container = _paths(container.gtm)
        templates = self._ids.get(Template, {})
        galleries = {item.name: gallery_type(item) for item in container.templates if item.extra}
        self.refs = Refs(
            trigger=self._ids.get(Trigger, {}).__getitem__,
            folder=self._ids.get(Folder, {}).__getitem__,
            template=lambda name: galleries.get(name) or f"cvt_{self.container}_{templates[name]}",
        )

    def of(self, entity: AnyEntity) -> str:
        """The entity's ID."""
        return self._ids[type(entity)][entity.name]


def dangling_ids(container: Container) -> frozenset[str]:
    """IDs that raw entities give where no name is known: no other entity may get one of them."""
    return frozenset(
        item.name
        for entity in container.entities()
        if entity.raw
        for item in references(plain(body(entity, _NO_IDS)))
        if item.kind in (Kind.TRIGGER, Kind.FOLDER)
    )


_NO_IDS = Refs(trigger=lambda _: "", folder=lambda _: "", template=lambda _: "")


def gallery_type(template: Template) -> str | None:
    """The type of what a template of the gallery makes: it names the template of the gallery."""
    id_ = dict(template.extra).get("galleryReference", {}).get("galleryTemplateId")
    return f"cvt_{id_}" if id_ else None


def _paths(gtm: str) -> tuple[str, str]:
    """Account and container ID; a public ID does not tell them, so 0 stands for both."""
    parts = gtm.split("/")
    return (parts[1], parts[3]) if len(parts) == 4 else ("0", "0")


def export_json(container: Container) -> str:
    """The whole export file, as text."""
    return "".join(export_chunks(container))


def export_chunks(container: Container) -> Iterator[str]:
    """The export file in pieces, one for each entity: a large file is joined only once."""
    ids = Ids(container)
    write = _Writer(ids)
    base = f"accounts/{ids.account}/containers/{ids.container}"
    public_id = container.gtm if container.gtm.startswith("GTM-") else "GTM-0"
    version: dict[str, Any] = {
        "path": f"{base}/versions/0",
        "accountId": ids.account,
        "containerId": ids.container,
        "containerVersionId": "0",
        "container": {
            "path": base,
            "accountId": ids.account,
            "containerId": ids.container,
            "name": container.project,
            "publicId": public_id,
            "usageContext": [container.context],
            "fingerprint": FINGERPRINT,
            "tagManagerUrl": f"https://tagmanager.google.com/#/container/{base}/workspaces?apiLink=container",
            "features": _FEATURES,
            "tagIds": [public_id],
        },
        "tag": list(container.tags),
        "trigger": list(container.triggers),
        "variable": list(container.variables),
        "folder": list(container.folders),
        "builtInVariable": [
            {
                "accountId": ids.account,
                "containerId": ids.container,
                "type": built_in.key.upper(),
                "name": built_in.name,
            }
            for built_in in sorted(container.built_ins, key=lambda item: built_in_order(item.key))
        ],
        "fingerprint": FINGERPRINT,
        "tagManagerUrl": f"https://tagmanager.google.com/#/versions/{base}/versions/0?apiLink=version",
        "customTemplate": list(container.templates),
        "client": list(container.clients),
        "transformation": list(container.transformations),
        "zone": list(container.zones),
        "gtagConfig": list(container.gtag_configs),
    }
    yield f'{{\n    "exportFormatVersion": 2,\n    "exportTime": "{EXPORT_TIME}",\n'
    yield '    "containerVersion": {'
    comma = ""
    for key, value in version.items():
        if value == []:
            continue
        yield f'{comma}\n        "{key}": '
        if isinstance(value, list):
            separator = "[\n            "
            for item in value:
                yield separator
                yield write.value(item, 3)
                separator = ",\n            "
            yield "\n        ]"
        else:
            yield write.value(value, 2)
        comma = ","
    yield "\n    }\n}"


_ID_FIELDS = {type_: ID_FIELD[kind] for type_, kind in KIND_OF.items() if kind in ID_FIELD}
_MAX_DEPTH = 512  # beyond what Python's own recursion limit lets through


class _Writer:
    """Indented JSON text; what several entities share is written once."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        # By id(), which is much faster than by value; what was written is kept alive, because
        # the id of an object that is gone is given to another one.
        self._written: list[dict[int, str]] = [{} for _ in range(_MAX_DEPTH)]
        self._alive: list[object] = []
        self._pads = ["\n" + "    " * depth for depth in range(_MAX_DEPTH)]
        pad = self._pads[4]
        self._head = (
            f'"accountId": {_quote(ids.account)},{pad}"containerId": {_quote(ids.container)},{pad}'
        )
        self._fingerprint = f'"fingerprint": "{FINGERPRINT}"'

    def value(self, value: Any, depth: int) -> str:
        kind = value.__class__
        if kind is str:
            return _quote(value)
        if kind is Parameter:
            # A table is worth remembering; one cell is written as fast as it is looked up.
            if value.type == "LIST":
                return self._shared(value, depth)
            return self._parameter(value, depth)
        if kind is tuple or kind is list:
            return self._items(value, depth)
        if kind is Shared:
            return self._shared(value, depth)
        if kind is dict:
            return self._members(value.items(), depth)
        if kind is Condition:
            return self._members((("type", value.type), ("parameter", value.parameter)), depth)
        if kind in _ID_FIELDS:
            return self._entity(value)
        if value is True:
            return "true"
        if value is False:
            return "false"
        return json.dumps(value)  # a number, or the null of an odd export

    def _shared(self, value: Parameter | Shared, depth: int) -> str:
        """What many entities have as the same object."""
        written = self._written[depth]
        known = written.get(id(value))
        if known is None:
            known = (
                self._parameter(value, depth)
                if isinstance(value, Parameter)
                else self._members(value.items(), depth)
            )
            written[id(value)] = known
            self._alive.append(value)
        return known

    def _entity(self, entity: AnyEntity) -> str:
        """The body, IDs in front and the fingerprint where real exports have it."""
        kind = entity.__class__
        before = BEFORE_FINGERPRINT[kind]
        lines = [f'{self._head}"{_ID_FIELDS[kind]}": "{self._ids.of(entity)}"']
        placed = False
        for key, value in body(entity, self._ids.refs).items():
            if not placed and key not in before:
                lines.append(self._fingerprint)
                placed = True
            text = _quote(value) if value.__class__ is str else self.value(value, 4)
            lines.append(f"{_quote(key)}: {text}")
        if not placed:
            lines.append(self._fingerprint)
        pad = self._pads[4]
        return "{" + pad + ("," + pad).join(lines) + self._pads[3] + "}"

    def _parameter(self, parameter: Parameter, depth: int) -> str:
        type_, key, value, weak = parameter
        pad = self._pads[depth + 1]
        text = f'{{{pad}"type": "{type_}"'
        if key is not None:
            text += f',{pad}"key": {_quote(key)}'
        if value.__class__ is str:
            text += f',{pad}"value": {_quote(value)}'
        elif value:
            name = "list" if type_ == "LIST" else "map"
            text += f',{pad}"{name}": {self._items(value, depth + 1)}'
        if weak:
            text += f',{pad}"isWeakReference": true'
        return text + self._pads[depth] + "}"

    def _items(self, items: Iterable[Any], depth: int) -> str:
        value = self.value
        inner = [value(item, depth + 1) for item in items]
        if not inner:
            return "[]"
        pad = self._pads[depth + 1]
        return "[" + pad + ("," + pad).join(inner) + self._pads[depth] + "]"

    def _members(self, members: Iterable[tuple[str, Any]], depth: int) -> str:
        inner = [f"{_quote(key)}: {self.value(value, depth + 1)}" for key, value in members]
        if not inner:
            return "{}"
        pad = self._pads[depth + 1]
        return "{" + pad + ("," + pad).join(inner) + self._pads[depth] + "}"
