"""Personal data as the Events API takes it: normalised by a rule, then SHA-256.

The rules are TikTok's (trimmed lower-case e-mail, phone number in E.164 with its ``+``); other
platforms normalise otherwise, so a hash made for one of them may be wrong here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping

_HASH = re.compile(r"[0-9a-fA-F]{64}\Z")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")
_PHONE_MARKS = re.compile(r"[\s\-\u2010-\u2014./()\[\]]")
# Countries whose numbers keep their first 0 behind the country code.
_KEEP_ZERO = ("+39", "+225", "+242", "+378")
_SPACES = re.compile(r"\s")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]")


def normalize_email(value: str) -> str | None:
    """Trimmed, in lower case; None for what is no e-mail address."""
    email = value.strip().lower()
    return email if "@" in email[1:] else None


def normalize_phone(value: str, country_code: str = "") -> str | None:
    """E.164 with its ``+``; None where the number has no country code, which nobody can guess.

    ``country_code`` (``+49``) completes numbers that begin with a 0, as the pixel's tag does.
    """
    number = value.strip()
    if number.startswith(("+", "00")):
        number = number.replace("(0)", "", 1)
    number = _PHONE_MARKS.sub("", number)
    if number.startswith("00"):
        number = f"+{number[2:]}"
    elif number.startswith("0") and country_code:
        number = country_code + (number if country_code in _KEEP_ZERO else number[1:])
    return number if _E164.match(number) else None


def normalize_name(value: str) -> str | None:
    """Lower case without spaces: names and postcodes."""
    return _SPACES.sub("", value).lower() or None


def normalize_place(value: str) -> str | None:
    """Lower case, letters and digits only: city, state and country, which are not hashed."""
    return _NOT_ALPHANUMERIC.sub("", value).lower() or None


def normalize_text(value: str) -> str | None:
    """As it is, trimmed: the customer's own ID."""
    return value.strip() or None


NORMALIZERS: Mapping[str, Callable[[str], str | None]] = {
    "email": normalize_email,
    "phone": normalize_phone,
    "name": normalize_name,
    "place": normalize_place,
    "text": normalize_text,
}


def sha256(text: str) -> str:
    """The digest of a text's UTF-8 as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def hash_by_rule(rule: str, value: str, country_code: str = "") -> str | None:
    """The hash of a value by one of :data:`NORMALIZERS`; a hash already stays one.

    ``country_code`` is for phone numbers. None where the value is not of its kind: no hash of it
    would match anybody.
    """
    plain = value.strip()
    if _HASH.match(plain):
        return plain.lower()
    is_phone = rule == "phone"
    normal = normalize_phone(value, country_code) if is_phone else NORMALIZERS[rule](value)
    return None if normal is None else sha256(normal)
