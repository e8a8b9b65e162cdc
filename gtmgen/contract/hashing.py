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
# Blanks and punctuation, the apostrophes, dashes and middle dots of other scripts among them.
_NAME_MARKS = re.compile(
    r"[\s!-/:-@\[-`{-~\u00a1\u00ab\u00ad\u00b4\u00b7\u00bb\u00bf\u02b9-\u02bc\u05be\u05f3\u05f4\u060c\u200b-\u2015"
    r"\u2018-\u201f\u2022\u2026\u2027\u2032\u2033\u2039\u203a\u2060\u2212\u3001\u3002\u30fb\ufeff"
    r"\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65]"
)
# Countries whose numbers keep their first 0 behind the country code.
_KEEP_ZERO = ("+39", "+225", "+242", "+378")
# Numbers that begin with no 0 have this many digits in these countries (in Italy, mobile ones).
_DIALLED_IN_FULL = {
    7: ("+354",),
    8: ("+45", "+47", "+65", "+356", "+357", "+371", "+852"),
    9: ("+34", "+48", "+351", "+420"),
    10: ("+1", "+30", "+39", "+52"),
}
_NATIONAL_DIGITS = {code: digits for digits, codes in _DIALLED_IN_FULL.items() for code in codes}


def normalize_email(value: str) -> str | None:
    """Trimmed, in lower case; None for what is no e-mail address."""
    email = value.strip().lower()
    return email if "@" in email[1:] else None


def normalize_phone(value: str, country_code: str = "") -> str | None:
    """E.164 with its ``+``; None where the number has no country code, which nobody can guess.

    ``country_code`` (``+49``) completes national numbers, as the pixel's tag does: those that begin
    with a 0, and where no number does, those of the country's length.
    """
    number = value.strip()
    # `+49 (0)30 ...`: the 0 in brackets is dialled only without the country code.
    if number.startswith(("+", "00")):
        number = number.replace("(0)", "", 1)
    number = _add_country_code(_PHONE_MARKS.sub("", number), country_code)
    return number if _E164.match(number) else None


def _add_country_code(number: str, country_code: str) -> str:
    if number.startswith("00"):
        return f"+{number[2:]}"
    if not country_code or number.startswith("+"):
        return number
    if number.startswith("0"):
        return country_code + (number if country_code in _KEEP_ZERO else number[1:])
    digits = _NATIONAL_DIGITS.get(country_code)
    if digits is None:
        return number
    if len(number) == digits:
        return country_code + number
    is_whole = len(number) == digits + len(country_code) - 1
    return f"+{number}" if is_whole and number.startswith(country_code[1:]) else number


def normalize_name(value: str) -> str | None:
    """Lower case without spaces and punctuation: names and postcodes."""
    return _NAME_MARKS.sub("", value).lower() or None


def normalize_place(value: str) -> str | None:
    """As names are, but not hashed: city, state and country."""
    return normalize_name(value)


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
    # A hash of a hash matches nobody.
    if _HASH.match(plain):
        return plain.lower()
    is_phone = rule == "phone"
    normal = normalize_phone(value, country_code) if is_phone else NORMALIZERS[rule](value)
    return None if normal is None else sha256(normal)
