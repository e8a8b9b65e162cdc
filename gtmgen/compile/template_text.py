"""The text of a custom template (.tpl), as far as the compiler changes it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from msgspec import DecodeError
from msgspec import json as json_format

from gtmgen.spec.site_model import Site

_INFO = re.compile(r"(^___INFO___\n)(.*?)(?=^___[A-Z_]+___$)", re.MULTILINE | re.DOTALL)
_PERMISSIONS = re.compile(
    r"(\n___(?:WEB|SERVER)_PERMISSIONS___\n)(.*?)(?=^___[A-Z_]+___$)", re.MULTILINE | re.DOTALL
)
_NOTES = "\n___NOTES___\n"
_STAND_IN = "\ue000"  # for the display name
#: What stands in a template for the pages of any site.
_PAGES = 'const PAGES = {"page_identity": "path", "replace_state": "same", "ignore_query": ""};'
#: In a template's permissions: each consent type of the platform stands here.
CONSENT_TYPE = "CONSENT_TYPE"


def fill_site(data: str, site: Site) -> str:
    """The template for this site: what makes another page, and how the data layer is called."""
    words = {
        "page_identity": site.page_identity,
        "replace_state": site.replace_state,
        "ignore_query": ",".join(site.ignore_query),
    }
    data = data.replace(_PAGES, f"const PAGES = {json.dumps(words)};")
    if site.data_layer == "dataLayer":
        return data
    for quote, ending in (("'", "'"), ('"', '"'), ('"', '.length"')):
        data = data.replace(f"{quote}dataLayer{ending}", f"{quote}{site.data_layer}{ending}")
    return data


def fill_permissions(data: str, words: Mapping[str, str], consent: tuple[str, ...]) -> str:
    """Permissions name things exactly: puts an account and its consent types into them.

    ``words`` are placeholders and what stands for them, such as ``PIXEL_ID``.
    """
    return _filled(data, tuple(words.items()), consent)


# The specs of one command, and the environments of a spec, mostly have the same words.
@lru_cache(maxsize=64)
def _filled(data: str, words: tuple[tuple[str, str], ...], consent: tuple[str, ...]) -> str:
    match = _PERMISSIONS.search(data)
    if match is None:
        return data
    text = match.group(2)
    if not words and "access_consent" not in text:
        return data
    for placeholder, value in words:
        text = text.replace(placeholder, value)
    permissions = [filled for one in json.loads(text) if (filled := _consent(one, consent))]
    section = "\n" + _indent(json.dumps(permissions)) + "\n\n\n"
    return data[: match.start(2)] + section + data[match.end(2) :]


def _indent(text: str) -> str:
    """JSON with GTM's two blanks, where characters beyond ASCII stay as ``text`` spells them.

    Python's encoder, which is slow when it indents, takes 10 ms for the example shop's templates
    and gives the same text.
    """
    try:
        return json_format.format(text, indent=2)
    except (DecodeError, UnicodeEncodeError):  # half of a character, of a placeholder's value
        return json.dumps(json.loads(text), indent=2, ensure_ascii=text.isascii())


def _consent(permission: dict[str, Any], types: tuple[str, ...]) -> dict[str, Any] | None:
    """The permission with a row per consent type; without a type it goes."""
    if permission["instance"]["key"]["publicId"] != "access_consent":
        return permission
    for parameter in permission["instance"]["param"]:
        rows = parameter["value"]["listItem"]
        parameter["value"]["listItem"] = [
            json.loads(json.dumps(row).replace(CONSENT_TYPE, type_))
            for row in rows
            for type_ in (types if CONSENT_TYPE in json.dumps(row) else ("",))
        ]
        if not parameter["value"]["listItem"]:
            return None
    return permission


def brand(data: str, name: str, owner: str) -> str:
    """Set the display name and put the owner's line at the end of the notes.

    GTM's own layout is kept: JSON with two blanks, a blank line after each header, two before
    the next one. Raises ``ValueError`` for a text whose INFO section is missing or broken.
    """
    before, behind = _around_name(data)
    return f"{before}{json.dumps(name, ensure_ascii=False)}{behind}\n\n{owner}\n"


# The specs of one command give the same templates other names and owners.
@lru_cache(maxsize=64)
def _around_name(data: str) -> tuple[str, str]:
    """The text in front of the display name, and behind it up to the end of the notes."""
    data = data.replace("\r\n", "\n")
    match = _INFO.search(data)
    if match is None:
        raise ValueError("the template has no ___INFO___ section")
    info = json.loads(match.group(2))
    if not isinstance(info, dict):
        raise ValueError("the ___INFO___ section is not a JSON object")
    info["displayName"] = _STAND_IN
    section = "\n" + _indent(json.dumps(info, ensure_ascii=False)) + "\n\n\n"
    before, _, behind = section.partition(json.dumps(_STAND_IN, ensure_ascii=False))
    before, behind = data[: match.start(2)] + before, behind + data[match.end(2) :]
    if _NOTES not in before + behind:
        behind = behind.rstrip("\n") + "\n\n" + _NOTES
    return before, behind.rstrip("\n")
