"""Whether entities have the shape of GTM's: cleaned where only one reading is possible."""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import is_
from typing import Any, NamedTuple

from gtmgen.container.fields import upper_snake
from gtmgen.container.version import built_in_key, context_of
from gtmgen.importer.read.duplicate_keys import join_member
from gtmgen.importer.read.json_text import HALF, find_half
from gtmgen.importer.read.kinds import KINDS, REQUIRED, SHAPES, VERSION_FIELDS, VersionKind
from gtmgen.spec.raw_schema import CONTEXTS

Json = dict[str, Any]

_WORDS = {dict: "an object", list: "a list", str: "a text", bool: "true or false", int: "a number"}
_BUILT_IN = re.compile(r"[a-z][a-z0-9_]*")
_BOOLEANS = {"true": True, "false": False}


class Malformed(NamedTuple):
    """An entity that is none of GTM's: its list and place in the version, and what is wrong."""

    field: str
    number: int
    body: Any
    problems: tuple[str, ...]

    @property
    def name(self) -> str:
        """The entity's name, or its place where it has none."""
        name = self.body.get("name") if isinstance(self.body, dict) else None
        return name if isinstance(name, str) and name.strip() else f"{self.field}[{self.number}]"


class Cleaner:
    """Walks a container version; collects problems (which stop) and notes (which do not).

    What is as it should be is not copied: the cleaned version then is the very same object. With
    ``leaves_out``, entities that have problems are left out and stop nothing.
    """

    def __init__(self, *, leaves_out: bool = False, has_halves: bool = False) -> None:
        self.problems: list[str] = []
        self.malformed: list[Malformed] = []
        self._leaves_out = leaves_out
        self._has_halves = has_halves
        self.notes: list[str] = []
        self._numbers: list[str] = []
        self._flags: list[str] = []
        self._nulls: list[str] = []

    def version(self, version: Json, path: str) -> Json:
        """The container version with each known kind as a list of proper entities."""
        changed: Json = {}
        kind_of_field = {kind.field: kind for kind in KINDS}
        for key, value in version.items():
            where = join_member(path, key)
            if key in kind_of_field:
                cleaned = self._clean_entities(value, kind_of_field[key], where)
                if cleaned is not value:
                    changed[key] = cleaned
            elif key not in VERSION_FIELDS:
                self.notes.append(f"{where}: gtmgen does not know it and leaves it out")
        if "container" in version:
            cleaned = self._clean_container(version["container"], join_member(path, "container"))
            if cleaned is not version["container"]:
                changed["container"] = cleaned
        for key in ("accountId", "containerId", "containerVersionId"):
            value = version.get(key)
            if isinstance(value, int) and not isinstance(value, bool):
                changed[key] = str(value)
                self._numbers.append(join_member(path, key))
        self._sum_up()
        cleaned = {**version, **changed} if changed else version
        if self.problems:
            return cleaned
        self._keep_one_context(cleaned, path)
        return _include_own_templates(cleaned)

    def _clean_container(self, value: Any, path: str) -> Any:
        if value is None:
            self._nulls.append(path)
            return {}
        cleaned = self._clean_object(value, "Container", path)
        contexts = cleaned.get("usageContext", ()) if isinstance(cleaned, dict) else ()
        for number, context in enumerate(contexts if isinstance(contexts, list) else ()):
            if isinstance(context, str) and upper_snake(context).lower() not in CONTEXTS:
                where = f"{join_member(path, 'usageContext')}[{number}]"
                self.problems.append(f"{where}: `{context[:40]}` is not a kind of container in GTM")
        return cleaned

    def _keep_one_context(self, version: Json, path: str) -> None:
        contexts = version.get("container", {}).get("usageContext", ())
        if len(contexts) > 1:
            where = join_member(join_member(path, "container"), "usageContext")
            self.notes.append(f"{where}: a container has one; read as `{context_of(version)}`")

    def _clean_entities(self, value: Any, kind: VersionKind, path: str) -> Any:
        if value is None:
            self._nulls.append(path)
            return []
        if not isinstance(value, list):
            self._report_wrong(path, "a list", value)
            return []
        cleaned = []
        seen: dict[tuple[str, str], int] = {}
        for number, item in enumerate(value):
            before = len(self.problems)
            entity = self._clean_object(item, kind.schema, f"{path}[{number}]", kind.required)
            where = find_half(item) if self._has_halves else None
            if where is not None:
                self.problems.append(f"{join_member(f'{path}[{number}]', where)}: {HALF}")
            if kind.kind == "built_in_variable":
                self._check_built_in(entity, f"{path}[{number}]")
            if not self._leave_out(kind.field, number, item, before):
                self._check_unique(entity, number, kind, path, seen)
            if not self._leave_out(kind.field, number, item, before):
                cleaned.append(entity)
        same = len(cleaned) == len(value) and all(map(is_, cleaned, value))
        return value if same else cleaned

    def _leave_out(self, field: str, number: int, item: Any, before: int) -> bool:
        """Whether the entity is left out, for the problems that came after those ``before``."""
        if self.malformed and (self.malformed[-1].field, self.malformed[-1].number) == (
            field,
            number,
        ):
            return True
        if not self._leaves_out or len(self.problems) == before:
            return False
        self.malformed.append(Malformed(field, number, item, tuple(self.problems[before:])))
        del self.problems[before:]
        return True

    def _check_built_in(self, item: Any, path: str) -> None:
        type_ = item.get("type") if isinstance(item, dict) else None
        # Those that are new in GTM pass; what is no name at all is none of its.
        if isinstance(type_, str) and type_ and not _BUILT_IN.fullmatch(built_in_key(type_)):
            self.problems.append(f"{path}.type: `{type_[:40]}` is not a built-in variable")

    def _check_unique(
        self,
        entity: Any,
        number: int,
        kind: VersionKind,
        path: str,
        seen: dict[tuple[str, str], int],
    ) -> None:
        fields = (kind.id_field, "name" if "name" in kind.required else None)
        values = [
            (field, value)
            for field in filter(None, fields)
            if isinstance(entity, dict) and isinstance(value := entity.get(field), str) and value
        ]
        taken = [place for place in values if place in seen]
        for field, value in taken:
            noun = "name" if field == "name" else field
            self.problems.append(
                f"{path}[{number}]: the {noun} `{value}` is already that of "
                f"{path}[{seen[field, value]}]"
            )
        if not (taken and self._leaves_out):
            for place in values:
                seen.setdefault(place, number)

    def _clean_object(
        self, value: Any, schema: str, path: str, required: tuple[str, ...] = ()
    ) -> Any:
        if value.__class__ is not dict:
            self._report_wrong(path, "an object", value)
            return value
        shape = SHAPES[schema]
        changed: Json = {}
        removed = []
        for key, item in value.items():
            type_ = shape.get(key)
            if type_ is None or (type_ == "string" and item.__class__ is str):
                continue
            if item is None:
                self._nulls.append(join_member(path, key))
                removed.append(key)
                continue
            cleaned = self._clean_value(item, type_, join_member(path, key))
            if cleaned is not item:
                changed[key] = cleaned
            # An empty ID would be taken for a trigger that is not there, and a spec cannot name it.
            if key.endswith("TriggerId") and isinstance(cleaned, list) and "" in cleaned:
                where = f"{join_member(path, key)}[{cleaned.index('')}]"
                self.problems.append(f"{where}: an empty text is not a trigger's ID")
        for key in required or REQUIRED.get(schema, ()):
            # A spec knows an entity by its name and reads it by its type: without them there is
            # nothing to write.
            if value.get(key) in (None, ""):
                name = value.get("name")
                named = f" (`{name}`)" if isinstance(name, str) and name else ""
                self.problems.append(f"{path}{named}: has no `{key}`")
        if not changed and not removed:
            return value
        return {key: changed.get(key, item) for key, item in value.items() if key not in removed}

    def _clean_value(self, value: Any, type_: str, path: str) -> Any:
        if type_ == "string":
            return self._clean_string(value, path)
        if type_ == "boolean":
            return self._clean_boolean(value, path)
        if not type_.startswith("["):
            return self._clean_object(value, type_, path)
        if value.__class__ is not list:
            self._report_wrong(path, "a list", value)
            return value
        inner = type_[1:-1]
        cleaned = [
            self._clean_value(item, inner, f"{path}[{number}]") for number, item in enumerate(value)
        ]
        same = all(new is old for new, old in zip(cleaned, value, strict=True))
        return value if same else cleaned

    def _clean_string(self, value: Any, path: str) -> Any:
        kind = value.__class__
        if kind is str:
            return value
        if kind is bool:
            self._flags.append(path)
            return "true" if value else "false"
        if kind is int:
            self._numbers.append(path)
            return str(value)
        if kind is float:  # 1.50 and 1.5, or 1e3 and 1000: which text was meant?
            self.problems.append(f"{path}: a number with a point where a text belongs: quote it")
            return value
        self._report_wrong(path, "a text", value)
        return value

    def _clean_boolean(self, value: Any, path: str) -> Any:
        if value.__class__ is bool:
            return value
        if isinstance(value, str) and value in _BOOLEANS:
            self._flags.append(path)
            return _BOOLEANS[value]
        self._report_wrong(path, "true or false", value)
        return value

    def _report_wrong(self, path: str, expected: str, value: Any) -> None:
        actual = "nothing" if value is None else _WORDS.get(type(value), "a number")
        self.problems.append(f"{path}: {expected} belongs here, not {actual}")

    def _sum_up(self) -> None:
        """One note for each sort of thing: a file may have it a thousand times."""
        sorts: Mapping[str, list[str]] = {
            "a number where GTM has a text; read as its digits": self._numbers,
            "`true` or `false` in the other spelling than GTM's; read as what it says": self._flags,
            "`null`; read as not there": self._nulls,
        }
        for sort, places in sorts.items():
            if places:
                self.notes.append(f"{_join_places(places)}: {sort}")


def _include_own_templates(version: Json) -> Json:
    """A template that does not say which container it is of, as hand-made files leave it, is of
    the file's: that is how the types of tags name it."""
    container_id = version.get("containerId") or version.get("container", {}).get("containerId")
    templates = version.get("customTemplate", ())
    if not container_id or all(item.get("containerId") for item in templates):
        return version
    filled = [
        item if item.get("containerId") else {**item, "containerId": container_id}
        for item in templates
    ]
    return {**version, "customTemplate": filled}


def _join_places(places: list[str]) -> str:
    more = len(places) - 3
    return ", ".join(places[:3]) + (f" and {more} more" if more > 0 else "")
