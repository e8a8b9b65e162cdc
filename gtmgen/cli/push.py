"""``gtmgen push``."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, cast

import typer

from gtmgen.api.port import TagManager
from gtmgen.cli.account import pusher
from gtmgen.cli.colour import paint_for_stdout
from gtmgen.cli.dangling import refuse_dangling, warn_of_dangling
from gtmgen.cli.double_install import find_double_installs, tell_double_installs
from gtmgen.cli.local_state import locate_state
from gtmgen.cli.options import (
    AdoptOption,
    AllowDeleteOption,
    EnvsOption,
    NoColorOption,
    QuietOption,
    Work,
    YesOption,
    one_of,
)
from gtmgen.cli.output import data, talk
from gtmgen.cli.push_talk import Teller
from gtmgen.cli.release import Release, release_workspaces
from gtmgen.cli.saved_plan import PlanFile, read_saved
from gtmgen.cli.spec import compile_environments, find_named, secret_values
from gtmgen.cli.target import connect, describe, expect_servers, offer_in_gallery
from gtmgen.container.entities import Container
from gtmgen.errors import ApiError, GtmgenError, GuardError, PartialError, UsageError
from gtmgen.plan.checksum import plan_checksum
from gtmgen.plan.guards import check_plan, check_together
from gtmgen.plan.make import make_plan
from gtmgen.plan.model import Plan
from gtmgen.plan.options import PlanOptions
from gtmgen.plan.secrets import hide_secrets, refuse_other_secrets
from gtmgen.push.apply import Bulk, apply
from gtmgen.report.paint import PLAIN, Paint
from gtmgen.report.plan_report import Shown, plan_text, summarize_plan
from gtmgen.report.push_report import list_results, summarize_applied


@dataclass(frozen=True)
class PushJob:
    """A container of a spec, or of a saved plan: what is to be put where.

    ``checksum`` is of what was shown, and ``secrets`` are digests of the values that it was planned
    with (``plan.secrets``): a saved plan has both. Jobs of one ``source``, a spec in one of its
    environments, are asked about together.
    """

    container: Container
    workspace: str
    options: PlanOptions
    source: tuple[str, str | None]
    checksum: str | None = None
    secrets: Mapping[str, str] | None = None

    def make_plan(self, manager: TagManager, target: str, approved: Plan | None = None) -> Plan:
        """The plan against what is there now, which for a saved one has to be what was there.

        Where this run itself has written to the container since, ``approved`` is the plan that
        was made before: what is to be done must lie within it.
        """
        plan = make_plan(manager, self.container, self.workspace, describe(target), self.options)
        if self.checksum is None:
            return plan
        if approved is None:
            same = plan_checksum(plan, self.container) == self.checksum
        else:
            shown = {change.key: change for change in approved.changes}
            same = all(change.is_within(shown.get(change.key)) for change in plan.changes)
        if not same:
            raise GuardError(
                f"the saved plan is stale: the container {plan.gtm} has changed since it was made; "
                "nothing was written",
                hint="plan again, and look at what has changed",
            )
        return plan


@dataclass(frozen=True)
class Way:
    """Where to, and how: what holds for every spec of one push."""

    target: str
    bulk: Bulk
    release: Release | None
    yes: bool
    quiet: bool
    paint: Paint = PLAIN

    def show(self, job: PushJob, plan: Plan) -> str:
        """The plan as a terminal shows it."""
        return plan_text(Shown(plan, job.container, paced=self.target == "api"), paint=self.paint)


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
    no_color: NoColorOption = False,
    quiet: QuietOption = False,
) -> Work:
    """Show the plan, ask, apply it, and read back. Nothing is published unless asked for.

    Example: gtmgen push specs/acme-shop.yaml --target local --yes
    """
    one_of("--bulk", bulk, "auto", "always", "never")
    options = PlanOptions.read(adopt or [], allow_delete or [])
    way = cast('Literal["auto", "always", "never"]', bulk)
    release = Release.read(version, publish)
    return partial(
        run_push,
        specs,
        env,
        target,
        options,
        way,
        release,
        without_spec=without_spec,
        yes=yes,
        quiet=quiet,
        paint=paint_for_stdout(no_color=no_color),
    )


def run_push(
    paths: Sequence[Path],
    env: str | None,
    target: str | None,
    options: PlanOptions,
    bulk: Bulk,
    release: Release | None = None,
    *,
    without_spec: bool = False,
    yes: bool,
    quiet: bool,
    paint: Paint = PLAIN,
) -> int:
    """Plan, ask and apply, one spec after the other; every spec is checked before the first.

    The version, where one is wanted, is made after the last.
    """
    saved = read_saved(paths)
    if saved is None:
        if without_spec:
            raise UsageError(
                "`--without-spec` is for a saved plan",
                hint="`gtmgen plan --out FILE` saves one, `gtmgen push FILE` pushes it",
            )
        specs = find_named(paths)
        target = locate_state(target or "api", specs)
        jobs = _read_specs(specs, env, options, quiet=quiet)
    else:
        target = saved.target(target)
        jobs = _read_plans(saved, without_spec=without_spec)
    containers = [job.container for job in jobs]
    check_together(containers)
    secrets = secret_values(containers, target)
    for job in jobs:
        if job.secrets is not None:
            refuse_other_secrets(job.container, job.secrets, secrets)
    way = Way(target, bulk, release, yes, quiet, paint)
    verbs = ["push", *(release.verbs if release else [])]
    with connect(target, verbs=verbs, quiet=quiet) as manager:
        expect_servers(manager, containers)
        offer_in_gallery(manager, containers)
        veiled = [hide_secrets(manager, container, secrets) for container in containers]
        # Options for a saved plan come too late; what else is wrong with it is told first.
        late = saved is not None and (env is not None or options != PlanOptions())
        plans: list[Plan] = []
        if late or len(jobs) > 1:
            plans = _plan_each(veiled, jobs, target)
        if late:
            raise UsageError(
                "`--env`, `--adopt` and `--allow-delete` belong to the plan, which is saved",
                hint="give them to `gtmgen plan --out`",
            )
        for job, plan in zip(jobs, plans, strict=False):  # a single plan is made when it is pushed
            _check(job, plan, way)
        pushed = _push_all(veiled, jobs, plans, way)
        if release is not None:
            _release(manager, jobs, release, way, pushed=pushed)
    return 0


def _read_specs(
    specs: Sequence[Path], env: str | None, options: PlanOptions, *, quiet: bool
) -> list[PushJob]:
    compiled = compile_environments(specs, env, quiet=quiet)
    options.check([item.container for item in compiled])
    return [
        PushJob(item.container, item.workspace, options, (str(item.path), item.env))
        for item in compiled
    ]


def _read_plans(saved: PlanFile, *, without_spec: bool) -> list[PushJob]:
    saved.check_specs(without=without_spec)
    return [
        PushJob(
            plan.container,
            plan.workspace,
            plan.options,
            (plan.spec.absolute, plan.env),
            plan.checksum,
            plan.secrets,
        )
        for plan in saved.plans
    ]


def _plan_each(managers: Sequence[TagManager], jobs: Sequence[PushJob], target: str) -> list[Plan]:
    """The plan of each, before the first write; of several, an error says whose it is."""
    plans = []
    for manager, job in zip(managers, jobs, strict=True):
        try:
            plans.append(job.make_plan(manager, target))
        except ApiError as error:
            if len(jobs) == 1:
                raise
            text = f"{job.container.gtm}: {error.message}; nothing was written"
            raise ApiError(text, hint=error.hint) from error
    return plans


def _push_all(
    managers: Sequence[TagManager], jobs: Sequence[PushJob], plans: Sequence[Plan], way: Way
) -> bool:
    """Push one after the other, each on its own connection; whether there was something to push.

    ``plans`` are those that were checked before the first of several.
    """
    pushed: list[PushJob] = []
    for numbers in _by_source(jobs):
        is_begun = False
        try:
            agreed = []
            for number in numbers:
                job, manager = jobs[number], managers[number]
                is_written = any(job.container.gtm == one.container.gtm for one in jobs[:number])
                checked = plans[number] if plans else None
                plan = _plan_of(manager, job, checked, way, again=is_written)
                if _show(job, plan, way):
                    agreed.append((manager, job, plan))
            if agreed and not way.yes:
                _ask(way.release)
            is_begun = True
            for manager, job, plan in agreed:
                workspace = f"{job.workspace} of {job.container.gtm}"
                alone = len(numbers) == 1
                _push(manager, job, plan, way, job.workspace if alone else workspace)
                pushed.append(job)
        except KeyboardInterrupt:
            if pushed and len(jobs) > 1:
                talk(_tell_how_far(jobs, pushed))
            raise
        except (ApiError, GuardError, PartialError) as error:
            if not pushed and not (is_begun and len(jobs) > 1):
                raise
            raise _partly(jobs, pushed, error) from error
    return bool(pushed)


def _by_source(jobs: Sequence[PushJob]) -> list[list[int]]:
    """The numbers of the jobs that are asked about together."""
    numbers: dict[tuple[str, str | None], list[int]] = {}
    for number, job in enumerate(jobs):
        numbers.setdefault(job.source, []).append(number)
    return [*numbers.values()]


def _partly(jobs: Sequence[PushJob], pushed: Sequence[PushJob], error: GtmgenError) -> GtmgenError:
    """How far the push came, before what went wrong; of the same kind where nothing is done."""
    of_one = _is_of_one_spec(jobs)
    message = error.message.removesuffix("; nothing was written")
    hint = error.hint
    if of_one and hint is None:
        hint = "push again: it goes on from here"
    text = f"{_tell_how_far(jobs, pushed)}, then: {message}"
    if pushed or isinstance(error, PartialError):
        return PartialError(text, hint=hint)
    kind = GuardError if isinstance(error, GuardError) else ApiError
    return kind(f"{text}; nothing was written", hint=hint)


def _tell_how_far(jobs: Sequence[PushJob], pushed: Sequence[PushJob]) -> str:
    of_one = _is_of_one_spec(jobs)
    what = f"{len(jobs)} {'containers' if of_one else 'specs'} were pushed"
    which = f" ({', '.join(job.container.gtm for job in pushed)})" if of_one and pushed else ""
    return f"{len(pushed)} of {what}{which}"


def _is_of_one_spec(jobs: Sequence[PushJob]) -> bool:
    return len({job.source for job in jobs}) == 1


def _plan_of(
    manager: TagManager, job: PushJob, checked: Plan | None, way: Way, *, again: bool
) -> Plan:
    """The plan that was checked before the first push, unless this run has written there since."""
    if checked is not None and not again:
        return checked
    return job.make_plan(manager, way.target, checked)


def _release(
    manager: TagManager, jobs: Sequence[PushJob], release: Release, way: Way, *, pushed: bool
) -> None:
    """Make the versions, one for each workspace, whatever number of specs share it."""
    projects: dict[tuple[str, str], list[str]] = {}
    for job in jobs:
        projects.setdefault((job.container.gtm, job.workspace), []).append(job.container.project)
    who = pusher(manager, way.target)
    release_workspaces(manager, projects, release, who, pushed=pushed, yes=way.yes)


def _check(job: PushJob, plan: Plan, way: Way) -> None:
    """The guards, before the first of several specs is pushed; a plan they refuse is shown."""
    try:
        check_plan(plan)
    except GuardError:
        data(way.show(job, plan))
        raise


def _show(job: PushJob, plan: Plan, way: Way) -> bool:
    """Show and check a plan; whether there is something to push."""
    if way.quiet and way.yes:  # who is asked nothing, and wants to read nothing
        _check(job, plan, way)
        data(summarize_plan(plan))
    else:
        data(way.show(job, plan))
        check_plan(plan)
    if plan.is_empty:
        return False
    if way.release is not None:
        refuse_dangling(job.container, plan)
    warn_of_dangling(job.container, plan, quiet=way.quiet)
    if not way.quiet:
        tell_double_installs(plan.project, find_double_installs(plan, job.container))
    return True


def _push(manager: TagManager, job: PushJob, plan: Plan, way: Way, workspace: str) -> None:
    """Apply a plan that was agreed to, and read back."""
    teller = Teller(paced=way.target == "api", quiet=way.quiet)
    try:
        rest = apply(manager, job.container, plan, teller.tell, way.bulk)
    except KeyboardInterrupt:
        teller.end()
        talk("\nwhat was applied so far stays; push again: it goes on from here")
        raise
    except GtmgenError:
        teller.end()
        if teller.done and not way.quiet:
            talk("\n".join(list_results(plan, teller.done)))
        raise
    teller.end()
    if not rest.is_empty:
        raise PartialError(
            f"after the push the workspace still differs: {summarize_plan(rest)}",
            hint="someone else may be changing it; `gtmgen plan` shows what is left; then push "
            "again",
        )
    data(summarize_applied(teller.done))
    data(f"Pushed. Read back: the workspace {workspace} matches the spec.")


def _ask(release: Release | None) -> None:
    if not sys.stdin.isatty():
        raise GuardError(
            "nothing was pushed: there is no terminal to ask on",
            hint="give `--yes` to push without a question",
        )
    then = f", then {release.question}" if release else ""
    talk(f"\nApply these changes{then}? Only `yes` is accepted:")
    if sys.stdin.readline().strip() != "yes":
        raise GuardError("nothing was pushed", hint="answer `yes`, or give `--yes`")
