"""A container as the JSON that GTM's *Import Container* reads.

Byte layout: ``json.dumps(indent=4, ensure_ascii=False)`` without a final line break, as 162 of
186 real exports have it; msgspec writes the same bytes faster, and a test compares the two. IDs
come from one counter, as in real exports since 2023, and the time stamps are fixed, so that the
same spec gives the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import islice
from typing import Any

from gtmgen.container.body import body
from gtmgen.container.builtins import built_in_order
from gtmgen.container.entities import (
    ID_FIELD,
    KIND_OF,
    AnyEntity,
    Client,
    Container,
    Folder,
    Kind,
    Tag,
    Template,
    Trigger,
    Variable,
)
from gtmgen.container.kinds.table import TABLE_OF
from gtmgen.container.names import Refs
from gtmgen.container.references import references

# An import replaces IDs and fingerprints by its own; published hand-made exports use
# placeholders for both. 2020-01-01 00:00:00 UTC.
FINGERPRINT = "1577836800000"
EXPORT_TIME = "2020-01-01 00:00:00"

_FILE = {"exportFormatVersion": 2, "exportTime": EXPORT_TIME}
"""What stands in a file before the version."""

_BATCH = 32  # entities, about 128 KiB of text

_Version = Mapping[str, Any]
"""The members of ``containerVersion``. Where one is a list of entities, it is a function that
gives their JSON one by one: more of it than needed is never there at once."""

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
    """The IDs of one export: numbered by kind, then in the container's own order.

    Equal parameters are written as one object, which nobody may change.
    """

    def __init__(self, container: Container) -> None:
        self._ids: dict[type, dict[str, str]] = {}
        self.account, self.container = _read_ids(container.gtm)
        # An ID that points nowhere has to go on pointing nowhere.
        dangling = dangling_ids(container, self.container)
        number = 0
        for entity in container.entities():
            number += 1
            while dangling and str(number) in dangling:
                number += 1
            self._ids.setdefault(type(entity), {})[entity.name] = str(number)
        templates = self._ids.get(Template, {})
        galleries = {item.name: gallery_type(item) for item in container.templates if item.extra}
        self.refs = Refs(
            trigger=self._ids.get(Trigger, {}).__getitem__,
            folder=self._ids.get(Folder, {}).__getitem__,
            template=lambda name: galleries.get(name) or f"cvt_{self.container}_{templates[name]}",
            shared={},
        )

    def of(self, entity: AnyEntity) -> str:
        """The entity's ID."""
        return self._ids[type(entity)][entity.name]


def dangling_ids(container: Container, container_id: str) -> frozenset[str]:
    """IDs that entities give where no name is known: no other entity may get one of them.

    ``container_id`` is that of the file: with it, a type names a template by its ID.
    """
    of_template = f"cvt_{container_id}_"
    typed: Iterable[Tag | Variable | Client] = (
        *container.tags,
        *container.variables,
        *container.clients,
    )
    types = (entity.type for entity in typed)
    return frozenset(
        item.name
        for entity in container.entities()
        if entity.raw
        for item in references(body(entity, _NO_IDS))
        if item.kind in (Kind.TRIGGER, Kind.FOLDER)
    ) | frozenset(
        type_.removeprefix(of_template)
        for type_ in types
        if isinstance(type_, str) and type_.startswith(of_template)
    )


_NO_IDS = Refs(trigger=lambda _: "", folder=lambda _: "", template=lambda _: "")


def gallery_type(template: Template) -> str | None:
    """The type of what a template of the gallery makes: it names the template of the gallery."""
    id_ = dict(template.extra).get("galleryReference", {}).get("galleryTemplateId")
    return f"cvt_{id_}" if id_ else None


def _read_ids(gtm: str) -> tuple[str, str]:
    """Account and container ID; a public ID does not tell them, so 0 stands for both."""
    parts = gtm.split("/")
    return (parts[1], parts[3]) if len(parts) == 4 else ("0", "0")


def export_json(container: Container) -> bytes:
    """The whole export file, in UTF-8."""
    version = _build_version(container, Ids(container))
    # msgspec spells exponents otherwise than GTM and Python do. Only what is kept as JSON can hold
    # one: a parameter's number is text.
    if any(_has_float(entity.extra) for entity in container.entities() if entity.extra):
        return _format_slowly(version)
    try:
        return _format_in_batches(version)
    except UnicodeEncodeError:  # half of a character, of a variable of the environment
        return _format_slowly(version)


def _format_slowly(version: _Version) -> bytes:
    members = {key: list(value()) if callable(value) else value for key, value in version.items()}
    text = json.dumps({**_FILE, "containerVersion": members}, indent=4, ensure_ascii=False)
    return text.encode("utf-8", "surrogatepass")


def _format_in_batches(version: _Version) -> bytes:
    """The same bytes, of a few entities at a time.

    The JSON of all entities, as dicts and once more as compact text, would be a quarter of the
    peak memory of a large container; a few fit into the processor's cache.
    """
    file = BytesIO()  # whose `getvalue` does not copy
    file.write(b"{\n")
    file.write(_format_inner_lines(_FILE, 0))
    file.write(b',\n    "containerVersion": {\n')
    for number, (key, value) in enumerate(version.items()):
        file.write(b",\n" if number else b"")
        if not callable(value):
            file.write(_format_inner_lines({key: value}, 1))
            continue
        file.write(b'        "%b": [\n' % key.encode())
        entities = value()
        separator = b""
        while batch := list(islice(entities, _BATCH)):
            file.write(separator)
            file.write(_format_inner_lines(batch, 2))
            separator = b",\n"
        file.write(b"\n        ]")
    file.write(b"\n    }\n}")
    return file.getvalue()


def _format_inner_lines(value: list[Any] | dict[str, Any], depth: int) -> memoryview:
    """The lines between the brackets of a value that stands so many levels deep in a file."""
    from msgspec import json as fast_json  # 10 ms, which only those who write the file pay

    for _ in range(depth):
        value = [value]
    brackets = sum(4 * level + 2 for level in range(depth + 1))  # a line each, as many at the end
    return memoryview(fast_json.format(fast_json.encode(value), indent=4))[brackets:-brackets]


def _has_float(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_float, value.values()))
    if isinstance(value, (list, tuple)):
        return any(map(_has_float, value))
    return isinstance(value, float)


def _build_version(container: Container, ids: Ids) -> _Version:
    head = {"accountId": ids.account, "containerId": ids.container}

    def entities(items: Sequence[AnyEntity]) -> Callable[[], Iterator[dict[str, Any]]] | None:
        if not items:
            return None
        return lambda: (export_entity(item, ids.refs, head, ids.of(item)) for item in items)

    base = f"accounts/{ids.account}/containers/{ids.container}"
    public_id = container.gtm if container.gtm.startswith("GTM-") else "GTM-0"
    version = {
        "path": f"{base}/versions/0",
        "accountId": ids.account,
        "containerId": ids.container,
        # As GTM itself exports a workspace, which is no version yet.
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
        "tag": entities(container.tags),
        "trigger": entities(container.triggers),
        "variable": entities(container.variables),
        "folder": entities(container.folders),
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
        "customTemplate": entities(container.templates),
        "client": entities(container.clients),
        "transformation": entities(container.transformations),
        "zone": entities(container.zones),
        "gtagConfig": entities(container.gtag_configs),
    }
    return {key: value for key, value in version.items() if value not in (None, [])}


def export_entity(
    entity: AnyEntity, refs: Refs, head: Mapping[str, str], id_: str
) -> dict[str, Any]:
    """The body, account and container (``head``) and ID in front, the fingerprint where exports
    have it.
    """
    table = TABLE_OF[type(entity)]
    exported: dict[str, Any] = {**head, ID_FIELD[KIND_OF[type(entity)]]: id_}
    if not entity.raw:  # what is raw may have fields that the table does not know
        write_before, write_behind = table.write_halves
        write_before(entity, refs, exported)
        exported["fingerprint"] = FINGERPRINT
        write_behind(entity, refs, exported)
        return exported
    before = table.before_fingerprint
    behind: dict[str, Any] = {"fingerprint": FINGERPRINT}
    for key, value in body(entity, refs).items():
        (exported if key in before else behind)[key] = value
    return exported | behind
