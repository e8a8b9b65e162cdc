"""``gtmgen doctor``."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from gtmgen.api.connect import plain_http
from gtmgen.api.diagnose import Diagnosis, Probes, Wanted, diagnose
from gtmgen.api.identity import Identity
from gtmgen.api.port import TagManager
from gtmgen.api.scopes import least_scopes
from gtmgen.api.token_info import granted_scopes
from gtmgen.cli.account import find_account, quota_of
from gtmgen.cli.output import data
from gtmgen.cli.spec import load_spec
from gtmgen.cli.target import connect, connect_as, describe, is_local
from gtmgen.diagnostics import printable
from gtmgen.errors import ApiError, UsageError

_WORKSPACE = "gtmgen"  # the one that a spec has which names none
_OF_GOOGLE = ("credentials", "quota", "scopes", "permission")


def run_doctor(
    paths: Sequence[Path], gtm: str | None, env: str | None, target: str, *, quiet: bool
) -> int:
    """Whether a push to the containers would find what it needs; 5 when it would not."""
    if bool(paths) == (gtm is not None):
        raise UsageError("name specs, or a container with `--gtm GTM-XXXX`, and not both")
    wanted = [Wanted(gtm, _WORKSPACE)] if gtm else _wanted(paths, env, quiet=quiet)
    is_fine = True
    for place, want in enumerate(wanted):
        found = _diagnose(want, target, quiet=quiet)
        is_fine = is_fine and all(diagnosis.ok for diagnosis in found)
        head = f"{want.gtm}, workspace {want.workspace} ({describe(target)})"
        data("\n".join(map(printable, [*([""] if place else []), head, "", *_lines(found)])))
    return 0 if is_fine else ApiError.exit_code


def _wanted(paths: Sequence[Path], env: str | None, *, quiet: bool) -> list[Wanted]:
    containers = [load_spec(path, env, quiet=quiet).spec.container for path in paths]
    return list(dict.fromkeys(Wanted(item.gtm, item.workspace) for item in containers))


def _diagnose(wanted: Wanted, target: str, *, quiet: bool) -> list[Diagnosis]:
    if target == "api":
        probes = Probes(
            identity=lambda: find_account(least_scopes(["doctor", "push"])),
            granted=lambda identity: granted_scopes(identity, plain_http()),
            connect=partial(connect_as, quiet=quiet),
            left_today=lambda identity: quota_of(identity, quiet=quiet).left_today(),
        )
        return diagnose(wanted, probes)

    def connected(_: Identity) -> TagManager:
        manager = connect(target, quiet=quiet)
        if is_local(target):  # where every container exists as soon as it is asked for
            manager.resolve_container(wanted.gtm)
        return manager

    nobody = Identity("nobody", describe(target), None, target, (), None)
    found = diagnose(wanted, Probes(lambda: nobody, lambda _: (), connected, lambda _: 1))
    return [
        diagnosis for diagnosis in found if diagnosis.name not in _OF_GOOGLE or not diagnosis.ok
    ]


def _lines(found: Iterable[Diagnosis]) -> Iterable[str]:
    for diagnosis in found:
        mark = "ok" if diagnosis.ok else "not ok"
        yield f"  {mark:<6}  {diagnosis.name:<11}  {diagnosis.detail}"
        if diagnosis.hint:
            yield f"          hint: {diagnosis.hint}"
