"""What makes a product's `link` or `image_link` no address that anybody can open."""

from __future__ import annotations

import re

from gtmgen.text import quoted

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ADDRESS = re.compile(r"https?://[^\s/?#][!-~\u00a1-\U0010ffff]*", re.IGNORECASE)
_OPENED = ("http://", "https://")


def explain_address(text: str) -> str:
    """Why a text is no address; "" where it is one. Blanks around it are no part of it."""
    address = text.strip()
    if _ADDRESS.fullmatch(address) and address.isprintable():
        return ""
    scheme = _SCHEME.match(address)
    if scheme is None:
        return "an address begins with its scheme, `https://`"
    if scheme[0].lower() not in _OPENED:
        return f"an address begins with `https://`, not {quoted(scheme[0])}"
    behind_scheme = address[scheme.end() :]
    if not behind_scheme or behind_scheme[0] in "/?#":
        return f"an address names a host: `{scheme[0]}shop.example/`"
    if " " in behind_scheme:
        return "an address has no blanks in it: write `%20`"
    if "\t" in behind_scheme:
        return "an address has no tabs in it"
    if "\n" in behind_scheme or "\r" in behind_scheme:
        return "an address has no line breaks in it"
    odd = next(char for char in behind_scheme if not char.isprintable())
    return f"an address has no invisible characters in it, as `U+{ord(odd):04X}` is"
