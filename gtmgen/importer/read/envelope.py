"""Which JSON it is: an export, a container version of the API, or something else."""

from __future__ import annotations

import re
from typing import Any

from gtmgen.errors import ExportError
from gtmgen.importer.read.kinds import KINDS

Json = dict[str, Any]

_HOW = "in GTM, *Admin > Export Container* makes such a file; `gtmgen import GTM-XXXX` asks the API"
_FORMAT = "2"
_LISTS = {kind.field for kind in KINDS} | {"template"}
_IDS = {kind.id_field: kind.word for kind in KINDS if kind.id_field}
_OLD = ("macro", "rule", "macros", "rules", "predicates")


def find_version(document: Any, path: str) -> tuple[Json, str, list[str]]:
    """The container version, its place in the document, and notes."""
    if not isinstance(document, dict):
        noun = "a list" if isinstance(document, list) else "a single value"
        raise _make_refusal(path, f"it is {noun}, an export is an object")
    if "containerVersion" in document:
        version = document["containerVersion"]
        if not isinstance(version, dict):
            raise ExportError(f"`{path}`: containerVersion: an object belongs here", hint=_HOW)
        notes = _format_notes(document, version, path)
        return version, "containerVersion", notes
    if "containerVersionId" in document and "container" in document:
        return document, "", ["this is a container version of the API, not an export; read as one"]
    raise _make_refusal(path, _guess_what_else(document))


def _format_notes(document: Json, version: Json, path: str) -> list[str]:
    format_version = document.get("exportFormatVersion")
    if format_version is None:
        return ["exportFormatVersion is missing; read as format 2"]
    number = re.fullmatch(r"(\d{1,4})(?:\.\d{1,4})?", str(format_version))
    if isinstance(format_version, bool) or number is None:
        raise ExportError(
            f"`{path}`: exportFormatVersion: a number belongs here, such as 2", hint=_HOW
        )
    if int(number[1]) > int(_FORMAT):
        raise ExportError(
            f"`{path}` is of export format {format_version}; this gtmgen knows format 2",
            hint="is there a newer gtmgen?",
        )
    old = next((key for key in _OLD if key in version), None)
    if old is not None:
        raise ExportError(
            f"`{path}` is of the old export format {format_version}: containerVersion has `{old}`",
            hint="import it into a container in GTM and export that one",
        )
    if format_version == 2 and not isinstance(format_version, float):
        return []
    if int(number[1]) == int(_FORMAT):
        return [f"exportFormatVersion is written in another way than `2`: {format_version!r}"]
    return [
        f"exportFormatVersion is {format_version}; nothing of the old format is in it, read as 2"
    ]


def _guess_what_else(document: Json) -> str:
    """What a JSON object is that is no export."""
    if not document:
        return "it is empty"
    if isinstance(document.get("resource"), dict) and "macros" in document["resource"]:
        return "it is what gtm.js holds, the compiled container"
    lists = [key for key in document if key in _LISTS and isinstance(document[key], list)]
    if lists and set(document) <= _LISTS | {"nextPageToken"}:
        return f"it is a list of the API (`{lists[0]}`), and one kind alone is not a container"
    entity = next((word for key, word in _IDS.items() if key in document), None)
    if entity:
        return f"it is a single {entity}"
    if "containerVersionHeader" in document or "containerVersionId" in document:
        return "it tells of versions, not what is in them"
    if "usageContext" in document or "workspaceId" in document:
        return "it describes a container or workspace, not what is in it"
    if "gtmgen" in document:
        return "it looks like a spec of gtmgen"
    keys = ", ".join(f"`{key[:40]}`" for key in list(document)[:3])
    more = ", ..." if len(document) > 3 else ""
    return f"it has no `containerVersion`, but {keys}{more}"


def _make_refusal(path: str, why: str) -> ExportError:
    return ExportError(f"`{path}` is not a GTM export: {why}", hint=_HOW)
