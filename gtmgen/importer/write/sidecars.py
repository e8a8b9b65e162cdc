"""Code and long text in files of their own, named after the entity that holds them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection
from typing import Any

from gtmgen.container.entities import Kind
from gtmgen.container.kinds.table import SECTION
from gtmgen.container.plain import FILE
from gtmgen.importer.names import make_file_name
from gtmgen.secret_names import names_in

# What editors should take a parameter's text for.
_SUFFIXES = {"html": ".html", "javascript": ".js", "css": ".css"}
_LONG = 400


class Sidecars:
    """Takes text out of data; ``files`` are the bytes by path.

    A text that holds one of the ``secrets``, variables of the environment, stays in the YAML, where
    alone they are filled in.
    """

    def __init__(self, secrets: Collection[str] = ()) -> None:
        self.files: dict[str, bytes] = {}
        self._secrets = frozenset(secrets)

    def of_raw(self, kind: Kind, key: str, data: dict[str, Any]) -> dict[str, Any]:
        """The data of a raw entity with its code in files."""
        folder = f"gtm/{SECTION[kind]}"
        if kind is Kind.TEMPLATE:
            if self._holds_secret(data["data"]):
                return data
            return {**data, "data": self._put(folder, key, ".tpl", data["data"])}
        parameters = data.get("parameters")
        if not isinstance(parameters, dict) or not any(
            _is_code(name, value) for name, value in parameters.items()
        ):
            return data
        parameters = {
            name: self._put(
                folder,
                key if name in _SUFFIXES else f"{key}_{name}",
                _SUFFIXES.get(name, ".txt"),
                value,
            )
            if _is_code(name, value) and not self._holds_secret(value)
            else value
            for name, value in parameters.items()
        }
        return {**data, "parameters": parameters}

    def of_lifted(self, section: str, key: str, data: Any) -> Any:
        """A data key's script in a file."""
        script = data.get("script") if section == "data" and isinstance(data, dict) else None
        # Files that the language reads as text lose a byte order mark.
        if not isinstance(script, str) or "\n" not in script or script.startswith("\ufeff"):
            return data
        if self._holds_secret(script):
            return data
        data = copy.copy(data)
        data["script"] = self._put("scripts", key, ".js", script)
        return data

    def _holds_secret(self, text: str) -> bool:
        return not self._secrets.isdisjoint(names_in(text))

    def _put(self, folder: str, key: str, suffix: str, text: str) -> dict[str, str]:
        name = make_file_name(key, _Taken(self.files, folder), suffix)
        path = f"{folder}/{name}"
        self.files[path] = text.encode("utf-8")
        return {FILE: path}


class _Taken:
    """The file names of one folder, as a container of names."""

    def __init__(self, files: dict[str, bytes], folder: str) -> None:
        self._has: Callable[[str], bool] = lambda name: f"{folder}/{name}" in files

    def __contains__(self, name: object) -> bool:
        return self._has(str(name))


def _is_code(name: str, value: Any) -> bool:
    if not isinstance(value, str):
        return False
    return ("\n" in value and name in _SUFFIXES) or len(value) > _LONG
