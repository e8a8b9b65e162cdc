"""The Community Template Gallery, as far as the emulator was told of it.

Documented are the method, its query and that the latest version is imported when none is named;
that a template which is not listed is answered with 404 is seen. What happens to one that is
there already nobody has published: here its version and text are replaced.
"""

from __future__ import annotations

import hashlib
import json

from gtmgen.emulator import entities
from gtmgen.emulator.call import ApiCall
from gtmgen.emulator.kinds import KINDS
from gtmgen.emulator.messages import GENERIC, NOT_FOUND, Json, Refusal
from gtmgen.emulator.template_rules import split_template

_KIND = KINDS["template"]
_HOST = "github.com"


def present_version(
    owner: str, repository: str, version: str, text: str, reference: Json | None = None
) -> Json:
    """One version of a template in the gallery; ``reference`` has what is known beside that."""
    fields = {
        "host": _HOST,
        "signature": hashlib.sha256(text.encode()).hexdigest(),
        **(reference or {}),
        "owner": owner,
        "repository": repository,
        "version": version,
    }
    fields.setdefault("galleryTemplateId", _make_gallery_id(text, owner, repository))
    fields.pop("isModified", None)
    return {"reference": fields, "templateData": text}


def import_from_gallery(call: ApiCall) -> Json:
    """Install a template, or the named version of one that is there already (a guess)."""
    if call.query("acknowledgePermissions") != "true":
        raise Refusal(GENERIC)  # documented that it fails; how is a guess
    key = f"{call.query('galleryOwner')}/{call.query('galleryRepository')}"
    versions = call.state.data["gallery"].get(key, [])
    sha = call.query("gallerySha")
    matching = [item for item in versions if sha in (None, item["reference"]["version"])]
    if not matching:
        raise Refusal(NOT_FOUND, 404)
    body = {
        "templateData": matching[-1]["templateData"],
        "galleryReference": dict(matching[-1]["reference"]),
    }
    entity_id = _find_installed(call, body["galleryReference"]["galleryTemplateId"])
    if entity_id is None:
        name = entities.find_display_name(body["templateData"]) or call.query("galleryRepository")
        entity_id = entities.add(call, _KIND, {"name": name, **body}, from_gallery=True)
    else:
        name = entities.find(call, _KIND, entity_id)["name"]
        entities.replace(call, _KIND, entity_id, {"name": name, **body})
    return entities.present(call, _KIND, entity_id, entities.find(call, _KIND, entity_id))


HANDLERS = {"containers.workspaces.templates.import_from_gallery": import_from_gallery}


def _find_installed(call: ApiCall, gallery_id: str) -> str | None:
    for entity_id, item in entities.list_entities(call, _KIND).items():
        if item.get("galleryReference", {}).get("galleryTemplateId") == gallery_id:
            return str(entity_id)
    return None


def _make_gallery_id(text: str, owner: str, repository: str) -> str:
    """The one that the text names, as templates of the gallery do; else one of the same form."""
    try:
        id_ = json.loads(split_template(text)["INFO"])["id"]
    except (KeyError, TypeError, ValueError):
        id_ = ""
    if isinstance(id_, str) and id_.startswith("cvt_") and id_ != "cvt_temp_public_id":
        return id_.removeprefix("cvt_")
    return hashlib.sha256(f"{owner}/{repository}".encode()).hexdigest()[:5].upper()
