"""``gtmgen push``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from gtmgen.api.port import TagManager
from gtmgen.cli.account import pusher
from gtmgen.cli.colour import paint_for_stdout
from gtmgen.cli.local_state import locate_state
from gtmgen.cli.options import (
    AdoptOption,
    AllowDeleteOption,
    EnvsOption,
    NoColorOption,
    QuietOption,
    YesOption,
    one_of,
)
from gtmgen.cli.output import data
from gtmgen.cli.push_jobs import PushJob, plan_each, read_saved_jobs, read_spec_jobs
from gtmgen.cli.push_steps import PushSettings, check_or_show, push_all
from gtmgen.cli.release import Release, ReleaseTalk, release_workspaces
from gtmgen.cli.saved_plan import read_saved
from gtmgen.cli.spec import find_named, secret_values
from gtmgen.cli.target import connect, expect_containers, offer_in_gallery
from gtmgen.errors import GtmgenError, SpecError, UsageError
from gtmgen.plan.guards import check_together
from gtmgen.plan.model import Plan
from gtmgen.plan.options import PlanOptions
from gtmgen.plan.secrets import hide_secrets, refuse_other_secrets
from gtmgen.report.push_json import PushReport, render_push_json


def push(
    specs: Annotated[
        list[Path],
        typer.Argument(
            help="Specs, folders that contain some, or a plan from `--out`.", show_default=False
        ),
    ],
    env: EnvsOption = None,
    target: Annotated[
        str | None,
        typer.Option(
            help="api (Google), local (embedded, state beside the spec), local:FILE, or a URL.",
            show_default="api, or the saved plan's",
        ),
    ] = None,
    adopt: AdoptOption = None,
    allow_delete: AllowDeleteOption = None,
    bulk: Annotated[
        str,
        typer.Option(
            help="Send many changes in one call: auto (for more than 20), always or never."
        ),
    ] = "auto",
    version: Annotated[
        str | None,
        typer.Option(help="Then create a version with this name.", show_default=False),
    ] = None,
    publish: Annotated[
        str | None,
        typer.Option(
            metavar="[ENVIRONMENT]",
            help="Publish that version, too: live without ENVIRONMENT, or to one of GTM's "
            "environments.",
            show_default=False,
        ),
    ] = None,
    without_spec: Annotated[
        bool, typer.Option("--without-spec", help="Push a saved plan whose spec is missing.")
    ] = False,
    yes: YesOption = False,
    format_: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
) -> int:
    """Show the plan, ask, apply it, and read back. Nothing is published unless asked for.

    Example: gtmgen push specs/acme-shop.yaml --target local --yes
    """
    one_of("--bulk", bulk, "auto", "always", "never")
    one_of("--format", format_, "text", "json")
    options = PlanOptions.read(adopt or [], allow_delete or [])
    bulk_mode = cast('Literal["auto", "always", "never"]', bulk)
    release = Release.read(version, publish)
    as_json = format_ == "json"
    report = PushReport()
    settings = PushSettings(
        target or "api",
        bulk_mode,
        release,
        yes,
        quiet,
        paint_for_stdout(no_color=no_color),
        as_json,
    )
    try:
        _push_paths(specs, env, target, options, settings, report, without_spec=without_spec)
    except SpecError:  # nothing was begun: the problems are the answer
        raise
    except GtmgenError as error:
        if as_json:
            data(render_push_json(report, error))
        raise
    if as_json:
        data(render_push_json(report))
    return 0


def _push_paths(
    paths: Sequence[Path],
    env: str | None,
    target: str | None,
    options: PlanOptions,
    settings: PushSettings,
    report: PushReport,
    *,
    without_spec: bool,
) -> None:
    """Plan, ask and apply, one spec after the other; every spec is checked before the first.

    The version, where one is wanted, is made after the last.
    """
    release, quiet = settings.release, settings.quiet
    saved = read_saved(paths)
    if saved is None:
        if without_spec:
            raise UsageError(
                "`--without-spec` is for a saved plan",
                hint="`gtmgen plan --out FILE` saves one, `gtmgen push FILE` pushes it",
            )
        named = find_named(paths)
        target = locate_state(target or "api", named)
        jobs = read_spec_jobs(named, env, options, quiet=quiet)
    else:
        target = saved.target(target)
        jobs = read_saved_jobs(saved, without_spec=without_spec)
    containers = [job.container for job in jobs]
    check_together(containers)
    secrets = _read_secrets(jobs, target)
    settings = replace(settings, target=target)
    verbs = ["push", *(release.verbs if release else [])]
    with connect(target, verbs=verbs, quiet=quiet) as manager:
        expect_containers(manager, containers)
        offer_in_gallery(manager, containers)
        veiled = [hide_secrets(manager, container, secrets) for container in containers]
        has_late_options = saved is not None and (env is not None or options != PlanOptions())
        plans = _plan_before_push(veiled, jobs, settings, has_late_options=has_late_options)
        pushed = push_all(veiled, jobs, plans, settings, report)
        if release is not None:
            _release(manager, jobs, release, settings, report, pushed=pushed)


def _read_secrets(jobs: Sequence[PushJob], target: str) -> dict[str, str]:
    """The values by variable; those of a saved plan are the ones that it was made with."""
    secrets = secret_values([job.container for job in jobs], target)
    for job in jobs:
        if job.secrets is not None:
            refuse_other_secrets(job.container, job.secrets, secrets)
    return secrets


def _plan_before_push(
    managers: Sequence[TagManager],
    jobs: Sequence[PushJob],
    settings: PushSettings,
    *,
    has_late_options: bool,
) -> list[Plan]:
    """Plans that the guards let pass, of several jobs: one that fails stops all, before a write.

    A single job is planned when it is pushed, once.
    """
    plans: list[Plan] = []
    # Options for a saved plan come too late; what else is wrong with it is told first.
    if has_late_options or len(jobs) > 1:
        plans = plan_each(managers, jobs, settings.target)
    if has_late_options:
        raise UsageError(
            "`--env`, `--adopt` and `--allow-delete` belong to the plan, which is saved",
            hint="give them to `gtmgen plan --out`",
        )
    for job, plan in zip(jobs, plans, strict=False):
        check_or_show(job, plan, settings)
    return plans


def _release(
    manager: TagManager,
    jobs: Sequence[PushJob],
    release: Release,
    settings: PushSettings,
    report: PushReport,
    *,
    pushed: bool,
) -> None:
    """Make the versions, one for each workspace, whatever number of specs share it."""
    projects: dict[tuple[str, str], list[str]] = {}
    for job in jobs:
        projects.setdefault((job.container.gtm, job.workspace), []).append(job.container.project)
    who = pusher(manager, settings.target)
    talker = ReleaseTalk(settings.say, report.versions)
    release_workspaces(manager, projects, release, who, talker, pushed=pushed, yes=settings.yes)
