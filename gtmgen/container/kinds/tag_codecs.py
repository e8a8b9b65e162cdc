"""How the fields are read and written that say when a tag fires, and with what consent."""

from __future__ import annotations

from typing import Any

from gtmgen.container.entities import CONSENT_TYPES
from gtmgen.container.fields import upper_snake
from gtmgen.container.kinds.codecs import (
    Codec,
    NoWordError,
    YamlPath,
    YamlReader,
    read_text,
    read_text_parameter,
)
from gtmgen.container.names import Names, Refs
from gtmgen.container.parameters import Json, OddFormError, read_parameter
from gtmgen.container.values import Parameter

FIRING_OPTIONS = {"event": "ONCE_PER_EVENT", "page": "ONCE_PER_LOAD", "unlimited": "UNLIMITED"}
_ONCE = {option: word for word, option in FIRING_OPTIONS.items()}


def _read_priority(value: Any, names: Names) -> int:
    parameter = read_parameter(value, names)
    try:
        number = int(str(parameter.value))
    except ValueError:
        raise OddFormError from None
    # Only what comes back as it was: `07`, or a priority with a key, stays as GTM has it.
    if parameter != Parameter("INTEGER", None, str(number)):
        raise OddFormError
    return number


def _write_priority(value: int | None, refs: Refs) -> Json | None:
    del refs
    return None if value is None else {"type": "INTEGER", "value": str(value)}


def _write_firing_word(option: str) -> str:
    if option not in _ONCE:
        raise NoWordError  # new in GTM
    return _ONCE[option]


def _read_consent(value: Any, names: Names) -> tuple[str, ...] | None:
    if not isinstance(value, dict) or "consentStatus" not in value:
        raise OddFormError
    status = upper_snake(read_text(value["consentStatus"], names))
    if status == "NEEDED" and value.keys() == {"consentStatus", "consentType"}:
        return _read_consent_types(value["consentType"], names)
    if value.keys() == {"consentStatus"} and status in ("NOT_SET", "NOT_NEEDED"):
        return None if status == "NOT_SET" else ()
    raise OddFormError


def _read_consent_types(value: Any, names: Names) -> tuple[str, ...]:
    types = read_parameter(value, names)
    if types.type != "LIST" or types.value is None:
        raise OddFormError
    # Some exports give each item of the list the list's own key.
    named = tuple(read_text_parameter({**item, "key": None}, names) for item in value["list"])
    if len(set(named)) < len(named):  # a spec has each once
        raise OddFormError
    return named


def _write_consent(value: tuple[str, ...] | None, refs: Refs) -> Json:
    del refs
    if not value:
        return {"consentStatus": "NOT_SET" if value is None else "NOT_NEEDED"}
    types = [{"type": "TEMPLATE", "value": name} for name in value]
    return {"consentStatus": "NEEDED", "consentType": {"type": "LIST", "list": types}}


def _write_consent_words(value: tuple[str, ...]) -> Any:
    if not set(value) <= set(CONSENT_TYPES):
        raise NoWordError
    return [*value] or "not_required"


FIRING_OPTION = Codec(
    lambda value, names: upper_snake(read_text(value, names)),
    to_yaml=_write_firing_word,
    from_yaml=lambda value, _, __: FIRING_OPTIONS[value],
    default="ONCE_PER_EVENT",
)
TAG_PRIORITY = Codec(_read_priority, _write_priority)
CONSENT = Codec(  # () needs none, None says nothing
    _read_consent,
    _write_consent,
    _write_consent_words,
    lambda value, _, __: () if value == "not_required" else tuple(value),
)


def sequenced(flag: str) -> Codec:
    """The tag that fires before or after another one; ``flag`` is GTM's ``stop_on_failure``."""

    def to_yaml(value: Any) -> Json:
        if not isinstance(value, list) or len(value) != 1 or not isinstance(value[0], dict):
            raise NoWordError
        item: Json = value[0]
        name, stop = item.get("tagName"), item.get(flag, False)
        if not isinstance(name, str) or not name or not isinstance(stop, bool):
            raise NoWordError
        if not item.keys() <= {"tagName", flag}:
            raise NoWordError
        return {"tag": name, **({"stop_on_failure": stop} if flag in item else {})}

    def from_yaml(value: Any, path: YamlPath, yaml: YamlReader) -> list[Json]:
        del path, yaml
        stop = {flag: value["stop_on_failure"]} if "stop_on_failure" in value else {}
        return [{"tagName": value["tag"], **stop}]

    return Codec(to_yaml=to_yaml, from_yaml=from_yaml)
