"""The text of a custom template (.tpl), as far as the compiler changes it."""

from __future__ import annotations

import json
import re

_INFO = re.compile(r"(^___INFO___\n)(.*?)(?=^___[A-Z_]+___$)", re.MULTILINE | re.DOTALL)
_NOTES = "\n___NOTES___\n"


def rename_data_layer(data: str, name: str) -> str:
    """The template for a page whose data layer has another name: in its code and permissions."""
    return data.replace("'dataLayer'", f"'{name}'").replace('"dataLayer"', f'"{name}"')


def brand(data: str, name: str, owner: str) -> str:
    """Set the display name and put the owner's line at the end of the notes.

    GTM's own layout is kept: JSON with two blanks, a blank line after each header, two before
    the next one. Raises ``ValueError`` for a text whose INFO section is missing or broken.
    """
    data = data.replace("\r\n", "\n")
    found = _INFO.search(data)
    if found is None:
        raise ValueError("the template has no ___INFO___ section")
    info = json.loads(found.group(2))
    if not isinstance(info, dict):
        raise ValueError("the ___INFO___ section is not a JSON object")
    info["displayName"] = name
    section = "\n" + json.dumps(info, indent=2, ensure_ascii=False) + "\n\n\n"
    data = data[: found.start(2)] + section + data[found.end(2) :]
    if _NOTES not in data:
        data = data.rstrip("\n") + "\n\n" + _NOTES
    return data.rstrip("\n") + "\n\n" + owner + "\n"
