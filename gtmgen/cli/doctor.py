"""``gtmgen doctor``."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.api.connect import LocalTagManager, plain_http
from gtmgen.api.diagnose import Diagnosis, DiagnosisTarget, Probes, diagnose
from gtmgen.api.login.identity import Identity
from gtmgen.api.login.scopes import least_scopes
from gtmgen.api.login.token_info import granted_scopes
from gtmgen.api.port import TagManager
from gtmgen.cli.account import find_account, quota_of
from gtmgen.cli.double_install import find_double_installs, tell_double_installs
from gtmgen.cli.local_state import locate_state
from gtmgen.cli.options import EnvOption, QuietOption, TargetOption, one_of
from gtmgen.cli.output import data
from gtmgen.cli.spec import compile_file, find_named, load_spec, places_of
from gtmgen.cli.target import connect, connect_as, describe
from gtmgen.errors import ApiError, GtmgenError, UsageError
from gtmgen.plan.make import make_plan
from gtmgen.report.doctor_report import Examined, render_doctor_json, render_doctor_text

_WORKSPACE = "gtmgen"  # the one that a spec has which names none
_OF_GOOGLE = ("credentials", "quota", "scopes", "permission")


def doctor(
    specs: Annotated[list[Path] | None, typer.Argument(help="Specs.", show_default=False)] = None,
    gtm: Annotated[
        str | None,
        typer.Option("--gtm", help="A container, GTM-XXXX, instead of specs.", show_default=False),
    ] = None,
    env: EnvOption = None,
    target: TargetOption = "api",
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    quiet: QuietOption = False,
) -> int:
    """Check credentials, scopes, quota, container, workspaces. Nothing is written.

    Credentials are, in this order: the key file that GOOGLE_APPLICATION_CREDENTIALS names, the
    stored login (gtmgen login), application default credentials. GTMGEN_IMPERSONATE names a
    service account to act as, which the first and the last of them can. Exits with 5 when something
    is missing.

    Example: gtmgen doctor specs/acme-shop.yaml
    """
    one_of("--format", format_, "text", "json")
    paths = find_named(specs or [])
    if bool(paths) == (gtm is not None):
        message = "name specs, or a container with `--gtm GTM-XXXX`"
        raise UsageError(f"{message}, not both" if paths else message)
    target = locate_state(target, paths)
    targets = [DiagnosisTarget(gtm, _WORKSPACE)] if gtm else _wanted(paths, env, quiet=quiet)
    examined = [
        Examined(
            want.gtm, want.workspace, describe(target), tuple(_diagnose(want, target, quiet=quiet))
        )
        for want in targets
    ]
    data((render_doctor_json if format_ == "json" else render_doctor_text)(examined))
    if not all(one.is_fine for one in examined):
        return ApiError.exit_code
    for path in () if quiet else paths:
        _tell_double_installs(path, env, target)
    return 0


def _tell_double_installs(path: Path, env: str | None, target: str) -> None:
    """What else is in the container that does what the spec does, as far as a plan can be made."""
    loaded, container = compile_file(path, env, quiet=True)
    with (
        contextlib.suppress(GtmgenError),  # why there is no plan, `plan` says
        connect(target, write=False, quiet=True) as manager,
    ):
        plan = make_plan(manager, container, loaded.spec.container.workspace, describe(target))
        tell_double_installs(plan.project, find_double_installs(plan, container))


def _wanted(paths: Sequence[Path], env: str | None, *, quiet: bool) -> list[DiagnosisTarget]:
    specs = [load_spec(path, env, quiet=quiet).spec for path in paths]
    places = [target for spec in specs for target in places_of(spec)]
    return list(dict.fromkeys(DiagnosisTarget(target.gtm, target.workspace) for target in places))


def _diagnose(target_workspace: DiagnosisTarget, target: str, *, quiet: bool) -> list[Diagnosis]:
    if target == "api":
        probes = Probes(
            identity=lambda: find_account(least_scopes(["doctor", "push"])),
            granted=lambda identity: granted_scopes(identity, plain_http()),
            connect=partial(connect_as, quiet=quiet),
            left_today=lambda identity: quota_of(identity, quiet=quiet).left_today(),
        )
        return diagnose(target_workspace, probes)

    new = False

    def connected(_: Identity) -> TagManager:
        nonlocal new
        manager = connect(target, verbs=["doctor"], quiet=quiet)
        if isinstance(manager, LocalTagManager):
            new = not manager.has_container(target_workspace.gtm)
            with contextlib.suppress(GtmgenError):  # told as what is wrong with the container
                manager.resolve_container(
                    target_workspace.gtm
                )  # made as by a push; nothing is kept
        return manager

    nobody = Identity("nobody", describe(target), None, target, (), None)
    diagnoses = diagnose(
        target_workspace, Probes(lambda: nobody, lambda _: (), connected, lambda _: 1)
    )
    return [
        replace(
            diagnosis, detail=f"`{target_workspace.gtm}` is not there yet; the first push makes it"
        )
        if new and diagnosis.ok and diagnosis.name == "container"
        else diagnosis
        for diagnosis in diagnoses
        if diagnosis.name not in _OF_GOOGLE or not diagnosis.ok
    ]
