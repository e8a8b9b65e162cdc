"""Is everything in place for a push? Asked in the order in which one thing needs the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from gtmgen.api.login.identity import Identity
from gtmgen.api.login.scopes import short
from gtmgen.api.port import TagManager
from gtmgen.errors import GtmgenError
from gtmgen.text import plural

T = TypeVar("T")

#: Of a container that is not paid for (Tag Manager help); Tag Manager 360 has no limit.
FREE_WORKSPACES = 3


@dataclass(frozen=True)
class Diagnosis:
    """One thing that was looked at; ``hint`` says what to do where it is not ``ok``."""

    name: str
    ok: bool
    detail: str
    hint: str | None = None


@dataclass(frozen=True)
class DiagnosisTarget:
    """What the work needs: a container, a workspace that is there or has to be made."""

    gtm: str
    workspace: str


@dataclass(frozen=True)
class Probes:
    """How to look. Each may raise :class:`GtmgenError`, which becomes a diagnosis.

    ``identity`` finds credentials, ``granted`` asks Google which scopes they really have
    (``None``: it cannot tell), ``connect`` makes a connection, ``left_today`` counts calls.
    """

    identity: Callable[[], Identity]
    granted: Callable[[Identity], tuple[str, ...] | None]
    connect: Callable[[Identity], TagManager]
    left_today: Callable[[Identity], int]


def diagnose(target: DiagnosisTarget, probes: Probes) -> list[Diagnosis]:
    """Every diagnosis up to the first that keeps the next ones from being made."""
    diagnoses: list[Diagnosis] = []
    try:
        for diagnosis in _list_steps(target, probes):
            diagnoses.append(diagnosis)
    except _Stop as stop:
        diagnoses.append(Diagnosis(stop.name, False, stop.cause.message, stop.cause.hint))
    return diagnoses


class _Stop(Exception):  # noqa: N818  (the end of a row of questions)
    def __init__(self, name: str, cause: GtmgenError) -> None:
        super().__init__(name)
        self.name = name
        self.cause = cause


def _list_steps(target: DiagnosisTarget, probes: Probes) -> Iterator[Diagnosis]:
    identity = _try("credentials", probes.identity)
    who = f" `{identity.email}`" if identity.email else ""
    yield Diagnosis("credentials", True, f"{identity.kind}{who}, from {identity.source}")
    yield _build_quota_row(_try("quota", lambda: probes.left_today(identity)))
    yield _build_scopes_row(identity, _try("scopes", lambda: probes.granted(identity)))
    with _try("API", lambda: probes.connect(identity)) as manager:
        accounts = _try("API", manager.accounts)
        yield _build_accounts_row(identity, len(accounts))
        path = _try("container", lambda: manager.resolve_container(target.gtm))
        container = _try("container", lambda: manager.container(path))
        title = container.get("name", target.gtm)
        yield Diagnosis("container", True, f"`{title}` ({path})")
        workspaces = _try("permission", lambda: manager.workspaces(path))
        yield Diagnosis(
            "permission", True, "can read; Google tells only at a write whether it can edit"
        )
        yield _build_workspaces_row(target, [str(item["name"]) for item in workspaces])


def _try(name: str, probe: Callable[[], T]) -> T:
    try:
        return probe()
    except GtmgenError as error:
        raise _Stop(name, error) from None


def _build_quota_row(left: int) -> Diagnosis:
    detail = f"{left:,} calls left today, as counted on this machine"
    hint = "the day begins anew at midnight Pacific time"
    return Diagnosis("quota", left > 0, detail, None if left > 0 else hint)


def _build_scopes_row(identity: Identity, granted: tuple[str, ...] | None) -> Diagnosis:
    scopes = ", ".join(short(scope) for scope in identity.scopes)
    if granted is None:
        return Diagnosis("scopes", True, f"asked for {scopes}; Google did not say what it gave")
    if missing := [short(scope) for scope in identity.scopes if scope not in granted]:
        return Diagnosis(
            "scopes", False, f"lacks {', '.join(missing)}", "log in again with these scopes"
        )
    return Diagnosis("scopes", True, scopes)


def _build_accounts_row(identity: Identity, count: int) -> Diagnosis:
    if count:
        return Diagnosis("API", True, f"answers; {plural(count, 'account')} can be seen")
    who = f"`{identity.email}`" if identity.email else "the account of the credentials"
    hint = f"in Tag Manager, Admin, User Management, add {who}"
    return Diagnosis("API", False, "answers, but no Tag Manager account can be seen", hint)


def _build_workspaces_row(target: DiagnosisTarget, names: list[str]) -> Diagnosis:
    exists = target.workspace in names
    free = max(0, FREE_WORKSPACES - len(names))
    detail = f"{len(names)} there, {free} of {FREE_WORKSPACES} free (more in Tag Manager 360)"
    if exists:
        return Diagnosis("workspaces", True, f"`{target.workspace}` is there; {detail}")
    hint = (
        None
        if free
        else "delete or merge one in Tag Manager, or name an existing one as `container.workspace`"
    )
    return Diagnosis("workspaces", free > 0, f"`{target.workspace}` has to be made; {detail}", hint)
