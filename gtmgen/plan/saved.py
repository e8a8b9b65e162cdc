"""A plan in a file: everything that applying it needs, and nothing secret.

The compiled container stands in it, not the changes: they are made again from the live state,
and are the same if, and only if, both checksums are.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from gtmgen.container.entities import Container
from gtmgen.errors import GtmgenError
from gtmgen.plan.checksum import (
    compute_approval_checksum,
    compute_checksum,
    compute_live_checksum,
    compute_spec_checksum,
    plan_checksum,
)
from gtmgen.plan.model import Plan
from gtmgen.plan.options import PlanOptions
from gtmgen.plan.saved_values import check_depth, check_types, decode_container, encode
from gtmgen.plan.secrets import hash_secrets
from gtmgen.text import printable

FORMAT_VERSION = "1.4"
_MARK = "gtmgen_plan"
_NO_SECRETS: Mapping[str, str] = MappingProxyType({})
_KEY = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class StatePath:
    """A file: as it was given, where it was, and where that is as seen from the plan's folder."""

    given: str
    absolute: str
    beside: str


@dataclass(frozen=True)
class SavedPlan:
    """A plan as its file holds it.

    ``state`` is the file of a local target. ``secrets`` are digests (:func:`secret_digests`) of the
    values that the plan was made with, by variable.
    """

    spec: StatePath
    env: str | None
    target: str
    state: StatePath | None
    workspace: str
    container: Container
    options: PlanOptions
    spec_checksum: str
    live_checksum: str
    checksum: str
    secrets: Mapping[str, str]


def save(
    plan: Plan,
    container: Container,
    *,
    spec: StatePath,
    env: str | None,
    target: str,
    state: StatePath | None,
    secrets: Mapping[str, str] = _NO_SECRETS,
) -> SavedPlan:
    """What is to be written down of a plan; ``target`` is the word of the command line.

    ``secrets`` are values by variable: digests of them are kept.
    """
    return SavedPlan(
        spec,
        env,
        target,
        state,
        plan.workspace,
        container,
        plan.options,
        compute_spec_checksum(container, plan.workspace),
        compute_live_checksum(plan.live),
        plan_checksum(plan, container),
        hash_secrets(container, secrets),
    )


def is_saved(text: str) -> bool:
    """Whether a file is, or was going to be, a saved plan rather than a spec."""
    return text.lstrip().startswith("{") and f'"{_MARK}"' in text[:200]


def write(plans: Sequence[SavedPlan]) -> str:
    """The text of the file; its own checksum tells a damaged one."""
    content = [_plan_data(plan) for plan in plans]
    data = {_MARK: FORMAT_VERSION, "content_checksum": compute_checksum(content), "plans": content}
    return json.dumps(data, indent=1) + "\n"


def read(text: str, name: str) -> list[SavedPlan]:
    """Raises :class:`GtmgenError` for what is not a whole plan of this version."""
    try:
        data = json.loads(text, parse_constant=_refuse_constant)
        check_depth(data)
    except (ValueError, RecursionError):
        raise _make_error(name, "it ends too early or is not JSON") from None
    version = data.get(_MARK)
    if version != FORMAT_VERSION:
        raise GtmgenError(
            f"`{name}` is a saved plan of format {printable(str(version))}; this gtmgen reads "
            f"{FORMAT_VERSION}",
            hint="plan again with this version",
        )
    content = data.get("plans")
    # Against damage alone: who changes the file on purpose can make this one, too. What was shown
    # is checked below, and the live state when it is pushed.
    if compute_checksum(content) != data.get("content_checksum"):
        raise _make_error(name, "its checksum does not match what it holds")
    try:
        plans = [_read_plan(item) for item in content]
    except (KeyError, TypeError, ValueError, RecursionError):
        raise _make_error(name, "something is missing or has another form") from None
    if not plans:
        raise _make_error(name, "it holds no plan")
    for plan in plans:
        _check_shown(plan, name)
    return plans


def _check_shown(plan: SavedPlan, name: str) -> None:
    """The checksum that was shown is of what the file wants applied, from the state it names."""
    spec = compute_spec_checksum(plan.container, plan.workspace)
    checksum = compute_approval_checksum(spec, plan.live_checksum, plan.options)
    if (spec, checksum) != (plan.spec_checksum, plan.checksum):
        raise _make_error(name, "it differs from what was shown")


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _make_error(name: str, why: str) -> GtmgenError:
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
        "secrets": dict(plan.secrets),
        "container": encode(plan.container),
    }


def _read_plan(data: dict[str, Any]) -> SavedPlan:
    options = data["options"]
    plan = SavedPlan(
        StatePath(**data["spec"]),
        data["env"],
        data["target"],
        StatePath(**data["state"]) if data["state"] else None,
        data["workspace"],
        decode_container(data["container"]),
        PlanOptions(
            _read_words(options["adopt"]),
            _read_words(options["allow_delete"]),
            options["allow_all"],
        ),
        data["spec_checksum"],
        data["live_checksum"],
        data["checksum"],
        data["secrets"],
    )
    check_types(plan, SavedPlan)
    _check_texts(plan)
    return plan


def _check_texts(plan: SavedPlan) -> None:
    """Raise :class:`ValueError` for paths that no system can have, keys that no spec can, and a
    local target without its file."""
    places = (plan.spec, plan.state) if plan.state else (plan.spec,)
    if plan.state is None and plan.target.partition(":")[0] == "local":
        raise ValueError(plan.target)  # it would write to any file that the target names
    for path in (path for each in places for path in vars(each).values()):
        if b"\0" in os.fsencode(path):
            raise ValueError(path)
    for built_in in plan.container.built_ins:
        if not _KEY.fullmatch(built_in.key):
            raise ValueError(built_in.key)


def _read_words(data: Any) -> frozenset[Any]:
    if not isinstance(data, list):
        raise TypeError
    return frozenset(data)
