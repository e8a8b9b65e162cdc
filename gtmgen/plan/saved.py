"""A plan in a file: everything that applying it needs, and nothing secret.

The compiled container stands in it, not the changes: they are made again from the live state,
and are the same if, and only if, both checksums are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from gtmgen.container.builtins import BuiltInTrigger
from gtmgen.container.entities import (
    BuiltIn,
    Client,
    Condition,
    Container,
    Folder,
    GtagConfig,
    Owner,
    Parameter,
    Tag,
    Template,
    TemplateRef,
    Transformation,
    Trigger,
    TriggerId,
    Variable,
    Zone,
)
from gtmgen.diagnostics import Origin, Span
from gtmgen.errors import GtmgenError
from gtmgen.plan.checksum import checksum, live_checksum, plan_checksum, spec_checksum
from gtmgen.plan.model import Plan
from gtmgen.plan.options import Options

FORMAT_VERSION = "1.1"
_MARK = "gtmgen_plan"
_CLASSES: dict[str, Any] = {
    cls.__name__: cls
    for cls in (
        BuiltIn, Client, Condition, Container, Folder, GtagConfig, Owner, Parameter, Tag, Template,
        TemplateRef, Transformation, Trigger, TriggerId, Variable, Zone,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """A file: as it was given, where it was, and where that is as seen from the plan's folder."""

    given: str
    absolute: str
    beside: str


@dataclass(frozen=True)
class SavedPlan:
    """A plan as its file holds it. ``state`` is the file of a local target."""

    spec: Place
    env: str | None
    target: str
    state: Place | None
    workspace: str
    container: Container
    options: Options
    spec_checksum: str
    live_checksum: str
    checksum: str


def save(
    plan: Plan,
    container: Container,
    *,
    spec: Place,
    env: str | None,
    target: str,
    state: Place | None,
) -> SavedPlan:
    """What is to be written down of a plan; ``target`` is the word of the command line."""
    return SavedPlan(
        spec,
        env,
        target,
        state,
        plan.workspace,
        container,
        plan.options,
        spec_checksum(container, plan.workspace),
        live_checksum(plan.live),
        plan_checksum(plan, container),
    )


def is_saved(text: str) -> bool:
    """Whether a file is, or was going to be, a saved plan rather than a spec."""
    return text.lstrip().startswith("{") and f'"{_MARK}"' in text[:200]


def write(plans: Sequence[SavedPlan]) -> str:
    """The text of the file; its own checksum tells a damaged one."""
    content = [_plan_data(plan) for plan in plans]
    data = {_MARK: FORMAT_VERSION, "content_checksum": checksum(content), "plans": content}
    return json.dumps(data, indent=1) + "\n"


def read(text: str, name: str) -> list[SavedPlan]:
    """Raises :class:`GtmgenError` for what is not a whole plan of this version."""
    try:
        data = json.loads(text)
    except ValueError:
        raise _damaged(name, "it ends too early or is no JSON") from None
    version = data.get(_MARK)
    if version != FORMAT_VERSION:
        raise GtmgenError(
            f"`{name}` is a saved plan of format {version}; this gtmgen reads {FORMAT_VERSION}",
            hint="plan again with this version",
        )
    content = data.get("plans")
    if checksum(content) != data.get("content_checksum"):
        raise _damaged(name, "its checksum does not match what it holds")
    try:
        plans = [_read_plan(item) for item in content]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _damaged(name, "something is missing or has another form") from None
    if not plans:
        raise _damaged(name, "it holds no plan")
    return plans


def _damaged(name: str, why: str) -> GtmgenError:
    return GtmgenError(
        f"`{name}` is a saved plan that is damaged: {why}", hint="make it again with `plan --out`"
    )


def _plan_data(plan: SavedPlan) -> dict[str, Any]:
    options = plan.options
    return {
        "spec": vars(plan.spec),
        "env": plan.env,
        "target": plan.target,
        "state": vars(plan.state) if plan.state else None,
        "project": plan.container.project,
        "gtm": plan.container.gtm,
        "workspace": plan.workspace,
        "options": {
            "adopt": sorted(options.adopt),
            "allow_delete": sorted(options.allow_delete),
            "allow_all": options.allow_all,
        },
        "checksum": plan.checksum,
        "spec_checksum": plan.spec_checksum,
        "live_checksum": plan.live_checksum,
        "container": _data(plan.container),
    }


def _read_plan(data: dict[str, Any]) -> SavedPlan:
    options = data["options"]
    container = _value(data["container"])
    if not isinstance(container, Container):
        raise TypeError
    found = SavedPlan(
        Place(**data["spec"]),
        data["env"],
        data["target"],
        Place(**data["state"]) if data["state"] else None,
        data["workspace"],
        container,
        Options(
            frozenset(options["adopt"]), frozenset(options["allow_delete"]), options["allow_all"]
        ),
        data["spec_checksum"],
        data["live_checksum"],
        data["checksum"],
    )
    if spec_checksum(container, found.workspace) != found.spec_checksum:
        raise ValueError
    return found


def _data(value: Any) -> Any:
    """Plain data: objects as mappings that name their class, tuples as lists.

    Fields in GTM's own words are JSON already, in which lists are lists.
    """
    if isinstance(value, Origin):
        return {"_": "Origin", **value.span._asdict()}
    if isinstance(value, BuiltInTrigger):
        return {"_": "BuiltInTrigger", "value": value.value}
    if type(value).__name__ in _CLASSES:
        names = [field.name for field in fields(value)] if is_dataclass(value) else value._fields
        return {"_": type(value).__name__, **{name: _data(getattr(value, name)) for name in names}}
    if isinstance(value, tuple):
        return [_data(item) for item in value]
    if isinstance(value, list):
        return {"_": "list", "items": [_data(item) for item in value]}
    if isinstance(value, dict):
        return {"_": "dict", "items": [[key, _data(item)] for key, item in value.items()]}
    return value


def _value(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(_value(item) for item in data)
    if not isinstance(data, dict):
        return data
    held = {name: _value(item) for name, item in data.items() if name != "_"}
    if data["_"] in ("list", "dict"):
        return {"list": list, "dict": dict}[data["_"]](held["items"])
    if data["_"] == "Origin":
        span = Span(**held)
        return Origin((), lambda _: span)
    if data["_"] == "BuiltInTrigger":
        return BuiltInTrigger(held["value"])
    return _CLASSES[data["_"]](**held)
