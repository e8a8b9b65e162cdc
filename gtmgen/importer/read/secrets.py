"""Credentials in a container that is imported: a variable of the environment stands for each."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from gtmgen.container.code_secrets import is_placeholder, replace_in_code
from gtmgen.container.veil import constants_of_secrets, replace_secrets
from gtmgen.importer.lift.model import ImportFinding
from gtmgen.importer.names import make_key
from gtmgen.importer.read.container import Imported
from gtmgen.importer.read.source import ExportFile
from gtmgen.secret_names import is_secret_name, names_in, stand_in

_TEMPLATE_CODE = re.compile(
    r"^___SANDBOXED_JS_FOR_[A-Z_]+___\r?$(?P<code>.*?)(?=^___[A-Z_]+___\r?$|\Z)",
    re.DOTALL | re.MULTILINE,
)
_TEMPLATE = "___"  # how the text of a template begins
_UNMISTAKABLE = 16  # characters, from which on the same text elsewhere is the same credential


class _Names:
    """A variable for each value, the same for the same value, and who holds it."""

    def __init__(self, version: Mapping[str, Any]) -> None:
        self._text = json.dumps(version, ensure_ascii=False)
        self._of_gallery = {
            item["name"]
            for item in version.get("customTemplate", ())
            if item.get("galleryReference")
        }
        self.by_value: dict[str, str] = {}
        self.places: dict[str, dict[tuple[str, str], None]] = {}

    def find(self, entity: str, key: str, value: str) -> str | None:
        """Stand-in of a value, or code with stand-ins; None where there is no credential in it."""
        if not key and value not in self.by_value:
            return self._find_in_code(entity, value)
        if key and not is_placeholder(value) and not names_in(value):
            name = self.by_value.setdefault(value, self._find_new_name(entity, key))
            self.places.setdefault(name, {})[entity, key] = None
        elif value not in self.by_value or len(value) < _UNMISTAKABLE:
            return None
        return stand_in(self.by_value[value])

    def _find_in_code(self, entity: str, text: str) -> str | None:
        """A text with stand-ins for what is given to a credential's name, and for what is known."""
        template = _TEMPLATE_CODE.search(text) if text.startswith(_TEMPLATE) else None
        if text.startswith(_TEMPLATE) and (template is None or entity in self._of_gallery):
            return None
        start, end = template.span("code") if template else (0, len(text))
        code = text[start:end]
        code = replace_in_code(code, partial(self._make_stand_in, entity))
        for value in sorted(self.by_value, key=len, reverse=True):
            if len(value) >= _UNMISTAKABLE:
                code = code.replace(value, stand_in(self.by_value[value]))
        return None if code == text[start:end] else text[:start] + code + text[end:]

    def _make_stand_in(self, entity: str, name: str, value: str) -> str:
        variable = self.by_value.setdefault(value, self._find_new_name(entity, name))
        self.places.setdefault(variable, {})[entity, name] = None
        return stand_in(variable)

    def _find_new_name(self, entity: str, key: str) -> str:
        words = entity if key == "value" else f"{entity} {make_key(key, ())}"
        name = make_key(words, ()).upper()
        if not is_secret_name(name):
            name += "_SECRET"
        free, number = name, 1
        # Text that only looks like a stand-in stays text, and must not become one.
        while free in self.by_value.values() or stand_in(free) in self._text:
            number += 1
            free = f"{name}_{number}"
        return free


def hide_secrets(source: Imported, export: ExportFile | None) -> tuple[Imported, ExportFile | None]:
    """The container, and the file that it was read from, with stand-ins for credentials."""
    names = _Names(source.version)
    constants = constants_of_secrets(source.version)

    def keys_of(entity: Mapping[str, Any]) -> tuple[str, ...]:
        is_one = entity["name"] in constants and entity.get("type") == "c"
        return ("value",) if is_one else ()

    everything = [source.version, *(one.body for one in source.malformed)]
    replace_secrets(everything, names.find, keys_of)  # so that each value has its name
    if not names.places:
        return source, export
    version = replace_secrets(source.version, names.find)
    malformed = tuple(
        one._replace(body=replace_secrets(one.body, names.find)) for one in source.malformed
    )
    source = dataclasses.replace(source, version=version, secrets=names.places, malformed=malformed)
    if export is not None:
        document = replace_secrets(export.document, names.find)
        export = dataclasses.replace(export, document=document, version=version)
    return source, export


def report_secrets(source: Imported) -> Iterator[ImportFinding]:
    """A line for each place of a credential, with the variable that stands for it."""
    for name, places in sorted(source.secrets.items()):
        for entity, key in places:
            text = f"`{key}` is `${{secret:{name}}}`: give `{name}` to `plan` and `push`"
            if source.context != "SERVER":
                text += "; the container is a public file, so everybody can read it there"
            yield ImportFinding("secret", None, entity, text)


def add_variables(files: Mapping[str, bytes], source: Imported) -> dict[str, bytes]:
    """Files in which the stand-ins of credentials, escaped as other text is, are secrets again."""
    replaced = dict(files)
    for name in source.secrets:
        variable = stand_in(name).encode()
        replaced = {
            path: data.replace(b"$" + variable, variable) for path, data in replaced.items()
        }
    return replaced
