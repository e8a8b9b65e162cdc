"""Hashes that are valid to look at and match nobody: of a value that was not normalised.

What was hashed cannot be told from a hash. But the site pushes the raw values, and the spec has
examples: their usual wrong hashes are known, and are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gtmgen.contract.build import identifiers
from gtmgen.contract.examples import Examples
from gtmgen.contract.hashing import hash_by_rule, sha256
from gtmgen.packs.server import ServerApi
from gtmgen.recordings.model import Json
from gtmgen.recordings.records import at
from gtmgen.spec.model import Platform, Spec

_SENT_AS = {"phone_number": "phone"}
_NOT_DIGITS = re.compile(r"\D")


class WrongHashes:
    """Collects the wrong hashes of raw values; each has a sentence that says what went wrong."""

    def __init__(self, spec: Spec, examples: Examples, api: ServerApi, platform: Platform) -> None:
        self._rules: list[tuple[str, str]] = []  # rule, path in the data layer
        self._known: dict[str, str] = {}
        self._country_code = str(platform.setting(api.country_code) or "")
        for name, keys in identifiers(platform):
            field = _SENT_AS.get(name, name)
            rule = api.hashes.get(field)
            for key in keys if rule is not None else ():
                data = spec.data.get(key)
                if data is None or rule is None:
                    continue
                self._add(rule, str(examples.of(key)))
                if data.source == "path":
                    self._rules.append((rule, str(data.argument)))

    def learn(self, message: Mapping[str, Json]) -> None:
        """Take the raw values of a message that the site pushed."""
        for rule, path in self._rules:
            value = at(message, path)
            if isinstance(value, str | int) and not isinstance(value, bool):
                self._add(rule, str(value))

    def reason(self, digest: str) -> str | None:
        """What was hashed instead of the normalised value, or None."""
        return self._known.get(digest)

    def _add(self, rule: str, value: str) -> None:
        right = hash_by_rule(rule, value, self._country_code)
        if right is None or right == value.strip().lower():
            return
        for text, mistake in (*_list_mistakes(rule, value), (right, "the value was hashed twice")):
            digest = sha256(text)
            if digest != right:
                self._known.setdefault(digest, mistake)


def _list_mistakes(rule: str, value: str) -> Iterator[tuple[str, str]]:
    yield value, "the value as it was typed was hashed, not the normalised one"
    yield value.strip(), "the value was hashed without being normalised"
    if rule == "phone":
        yield from _list_phone_mistakes(value)
    else:
        yield value.strip().lower(), "the value was put into lower case, and that is wrong here"
        yield value.strip().upper(), "the value was hashed in capitals"
    yield sha256(value.strip()), "the value was hashed twice"


def _list_phone_mistakes(value: str) -> Iterator[tuple[str, str]]:
    digits = _NOT_DIGITS.sub("", value)
    yield digits, "the number was hashed without its `+`"
    yield f"00{digits}", "the number was hashed with 00 instead of its `+`"
    for length in (1, 2, 3):
        yield digits[length:], "the number was hashed without its country code"
        yield f"0{digits[length:]}", "the number was hashed without its country code"


def user_hashes(api: ServerApi, event: Mapping[str, Json]) -> Iterator[tuple[str, str]]:
    """The hashed fields of an event's user, with each hash."""
    user = event.get(api.places["user"])
    if not isinstance(user, dict):
        return
    for field in user.keys() & api.hashes.keys():
        value = user[field]
        for digest in value if isinstance(value, list) else (value,):
            if isinstance(digest, str):
                yield field, digest
