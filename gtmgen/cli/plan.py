"""``gtmgen plan``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.cli.colour import paint_for_stdout
from gtmgen.cli.dangling import warn_of_dangling
from gtmgen.cli.double_install import (
    find_double_installs,
    tell_double_installs,
    tell_double_installs_between,
)
from gtmgen.cli.local_state import is_local, locate_state, state_file
from gtmgen.cli.options import (
    AdoptOption,
    AllowDeleteOption,
    EnvsOption,
    NoColorOption,
    QuietOption,
    SpecsArgument,
    TargetOption,
    one_of,
)
from gtmgen.cli.output import data, talk, write_file
from gtmgen.cli.places import place_of
from gtmgen.cli.spec import SpecJob, compile_environments, find_named, secret_values
from gtmgen.cli.target import connect, describe, expect_containers
from gtmgen.errors import GuardError, UsageError
from gtmgen.plan import saved
from gtmgen.plan.checksum import plan_checksum
from gtmgen.plan.cost import foretell_calls
from gtmgen.plan.guards import check_plan, check_together
from gtmgen.plan.make import make_plan
from gtmgen.plan.model import Plan
from gtmgen.plan.options import PlanOptions
from gtmgen.plan.published import plan_against_published
from gtmgen.plan.secrets import hide_secrets
from gtmgen.report.paint import Paint
from gtmgen.report.plan_json import render_plans_json
from gtmgen.report.plan_markdown import render_plan_markdown
from gtmgen.report.plan_report import PlanView, format_total_cost_line, render_plan_text
from gtmgen.report.plans_table import render_plans_table

EXIT_CHANGES = 3


def plan(
    specs: SpecsArgument,
    env: EnvsOption = None,
    target: TargetOption = "api",
    format_: Annotated[str, typer.Option("--format", help="text, json or markdown.")] = "text",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Save the plan, for `gtmgen push FILE`.", show_default=False),
    ] = None,
    against: Annotated[
        str,
        typer.Option(
            help="workspace, which a push goes into, or live: what visitors get now, to look at."
        ),
    ] = "workspace",
    adopt: AdoptOption = None,
    allow_delete: AllowDeleteOption = None,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit with 3 when there are changes.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every entity and field, too.")
    ] = False,
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
) -> int:
    """Show what a push would change; nothing is written.

    Example: gtmgen plan specs/acme-shop.yaml --target local
    """
    one_of("--format", format_, "text", "json", "markdown")
    one_of("--against", against, "workspace", "live")
    if out is not None and against == "live":
        raise UsageError(
            "a plan against what is live cannot be pushed, so there is nothing to save",
            hint="leave out `--against`: a push goes into the workspace",
        )
    options = PlanOptions.read(adopt or [], allow_delete or [])
    paint = paint_for_stdout(no_color=no_color)
    named = find_named(specs)
    jobs = compile_environments(named, env, quiet=quiet)
    containers = [job.container for job in jobs]
    options.check(containers)
    shown_target = describe(target)
    secrets = secret_values(containers, target)
    with connect(locate_state(target, named), write=False, quiet=quiet) as manager:
        expect_containers(manager, containers)
        plan_one = plan_against_published if against == "live" else make_plan
        plans = [
            plan_one(
                hide_secrets(manager, job.container, secrets),
                job.container,
                job.workspace,
                shown_target,
                options,
            )
            for job in jobs
        ]
        if against != "live":
            saved_calls = manager.count_saved_calls([plan.gtm for plan in plans])
            plans = foretell_calls(plans, saved_calls)
    doubles = [
        tuple(find_double_installs(plan, container))
        for plan, container in zip(plans, containers, strict=True)
    ]
    explained = [
        PlanView(plan, container, paced=target == "api", double_installs=installs)
        for plan, container, installs in zip(plans, containers, doubles, strict=True)
    ]
    text = _render(explained, format_, verbose=verbose, paint=paint)
    try:
        check_together(containers)
        for plan in plans:
            if against != "live":  # else nothing is going to be pushed
                check_plan(plan)
    except GuardError:
        data(text)
        raise
    for plan, container in zip(plans, containers, strict=True):
        warn_of_dangling(container, plan, quiet=quiet)
    if out is not None:
        # Before it is shown: nobody may read on, as with `| head`.
        _save(out, jobs, target, plans, secrets)
    data(text)
    if not quiet:
        for plan, installs in zip(plans, doubles, strict=True):
            tell_double_installs(plan.project, installs)
        tell_double_installs_between(containers)
    if out is not None and not quiet:
        talk(f"saved to {out}: `gtmgen push {out}` applies exactly this")
    return EXIT_CHANGES if exit_code and any(not plan.is_empty for plan in plans) else 0


def _render(plans: Sequence[PlanView], format_: str, *, verbose: bool, paint: Paint) -> str:
    if format_ == "markdown":
        return "\n\n".join(map(render_plan_markdown, plans))
    if format_ == "json":
        return render_plans_json(
            [(view, plan_checksum(view.plan, view.container)) for view in plans]
        )
    texts = [render_plan_text(view, verbose=verbose, paint=paint) for view in plans]
    if len(plans) > 1:
        texts.append(render_plans_table(plans, paint))
        if not plans[0].plan.live.published:
            texts.append(format_total_cost_line(plans))
    return "\n\n".join(texts)


def _save(
    out: Path,
    jobs: Sequence[SpecJob],
    target: str,
    plans: Sequence[Plan],
    secrets: Mapping[str, str],
) -> None:
    if any(out.resolve() == job.path.resolve() for job in jobs):
        raise UsageError(f"`--out {out}` would overwrite the spec")
    plain = describe(target) if "://" in target else target  # a query may hold a token
    specs = [*dict.fromkeys(job.path for job in jobs)]
    state = place_of(state_file(locate_state(target, specs)), out) if is_local(target) else None
    written = [
        saved.save(
            plan,
            job.container,
            spec=place_of(job.path, out),
            env=job.env,
            target=plain,
            state=state,
            secrets=secrets,
        )
        for plan, job in zip(plans, jobs, strict=True)
    ]
    write_file(out, [saved.write(written)], private=True)
