"""Jobs pushed one after the other: each shown, checked, agreed to, applied and read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gtmgen.api.port import TagManager
from gtmgen.cli.confirm import confirm
from gtmgen.cli.dangling import refuse_dangling, warn_of_dangling
from gtmgen.cli.double_install import find_double_installs, tell_double_installs
from gtmgen.cli.output import data, talk
from gtmgen.cli.push_jobs import PushJob
from gtmgen.cli.push_talk import Teller
from gtmgen.cli.release import Release
from gtmgen.errors import ApiError, GtmgenError, GuardError, PartialError
from gtmgen.plan.guards import check_plan
from gtmgen.plan.model import Plan
from gtmgen.push.apply import Bulk, apply
from gtmgen.report.paint import PLAIN, Paint
from gtmgen.report.plan_report import PlanView, render_plan_text, summarize_plan
from gtmgen.report.push_json import PushOutcome, PushReport
from gtmgen.report.push_report import list_results, summarize_applied


@dataclass(frozen=True)
class PushSettings:
    """Where to, and how: what holds for every spec of one push."""

    target: str
    bulk: Bulk
    release: Release | None
    yes: bool
    quiet: bool
    paint: Paint = PLAIN
    as_json: bool = False

    def say(self, text: str) -> None:
        """What a person reads; where a machine reads stdout, beside it."""
        if not self.as_json:
            data(text)
        elif not self.quiet:
            talk(text)

    def show(self, job: PushJob, plan: Plan) -> str:
        """The plan as a terminal shows it."""
        return render_plan_text(
            PlanView(plan, job.container, paced=self.target == "api"), paint=self.paint
        )


def push_all(
    managers: Sequence[TagManager],
    jobs: Sequence[PushJob],
    plans: Sequence[Plan],
    settings: PushSettings,
    report: PushReport,
) -> bool:
    """Push one after the other, each on its own connection; whether there was something to push.

    ``plans`` are those that were checked before the first of several; ``report`` gets what became
    of each.
    """
    pushed: list[PushJob] = []
    for numbers in _group_by_source(jobs):
        is_begun = False
        try:
            agreed = []
            for number in numbers:
                job, manager = jobs[number], managers[number]
                is_written = any(job.container.gtm == one.container.gtm for one in jobs[:number])
                checked = plans[number] if plans else None
                plan = _renew_plan(manager, job, checked, settings, again=is_written)
                outcome = PushOutcome(plan, matches=plan.is_empty)
                report.outcomes.append(outcome)
                if _show(job, plan, settings):
                    agreed.append((manager, job, outcome))
            if agreed and not settings.yes:
                _ask(settings.release)
            is_begun = True
            for manager, job, outcome in agreed:
                workspace = f"{job.workspace} of {job.container.gtm}"
                alone = len(numbers) == 1
                _push(manager, job, outcome, settings, job.workspace if alone else workspace)
                pushed.append(job)
        except KeyboardInterrupt:
            if pushed and len(jobs) > 1:
                talk(_tell_how_far(jobs, pushed))
            raise
        except (ApiError, GuardError, PartialError) as error:
            if not pushed and not (is_begun and len(jobs) > 1):
                raise
            raise _tell_partial(jobs, pushed, error) from error
    return bool(pushed)


def _group_by_source(jobs: Sequence[PushJob]) -> list[list[int]]:
    """The numbers of the jobs that are asked about together."""
    numbers: dict[tuple[str, str | None], list[int]] = {}
    for number, job in enumerate(jobs):
        numbers.setdefault(job.source, []).append(number)
    return [*numbers.values()]


def _tell_partial(
    jobs: Sequence[PushJob], pushed: Sequence[PushJob], error: GtmgenError
) -> GtmgenError:
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
    total = f"{len(jobs)} {'containers' if of_one else 'specs'} were pushed"
    names = f" ({', '.join(job.container.gtm for job in pushed)})" if of_one and pushed else ""
    return f"{len(pushed)} of {total}{names}"


def _is_of_one_spec(jobs: Sequence[PushJob]) -> bool:
    return len({job.source for job in jobs}) == 1


def _renew_plan(
    manager: TagManager, job: PushJob, checked: Plan | None, settings: PushSettings, *, again: bool
) -> Plan:
    """The plan that was checked before the first push, unless this run has written there since."""
    if checked is not None and not again:
        return checked
    return job.make_plan(manager, settings.target, checked)


def check_or_show(job: PushJob, plan: Plan, settings: PushSettings) -> None:
    """The guards, before the first of several specs is pushed; a plan they refuse is shown."""
    try:
        check_plan(plan)
    except GuardError:
        settings.say(settings.show(job, plan))
        raise


def _show(job: PushJob, plan: Plan, settings: PushSettings) -> bool:
    """Show and check a plan; whether there is something to push."""
    if settings.quiet and settings.yes:  # who is asked nothing, and wants to read nothing
        check_or_show(job, plan, settings)
        settings.say(summarize_plan(plan))
    else:
        settings.say(settings.show(job, plan))
        check_plan(plan)
    if plan.is_empty:
        return False
    if settings.release is not None:
        refuse_dangling(job.container, plan)
    warn_of_dangling(job.container, plan, quiet=settings.quiet)
    if not settings.quiet:
        tell_double_installs(plan.project, find_double_installs(plan, job.container))
    return True


def _push(
    manager: TagManager,
    job: PushJob,
    outcome: PushOutcome,
    settings: PushSettings,
    workspace: str,
) -> None:
    """Apply a plan that was agreed to, and read back."""
    plan = outcome.plan
    teller = Teller(settings.target == "api", settings.quiet, outcome.steps)
    try:
        remaining = apply(manager, job.container, plan, teller.tell, settings.bulk)
    except KeyboardInterrupt:
        teller.end()
        talk("\nwhat was applied so far stays; push again: it goes on from here")
        raise
    except GtmgenError:
        teller.end()
        if teller.done and not settings.quiet:
            talk("\n".join(list_results(plan, teller.done)))
        raise
    teller.end()
    if not remaining.is_empty:
        raise PartialError(
            f"after the push the workspace still differs: {summarize_plan(remaining)}",
            hint="somebody else may be changing it; `gtmgen plan` shows what is left; then push "
            "again",
        )
    outcome.matches = True
    settings.say(summarize_applied(teller.done))
    settings.say(f"Pushed. Read back: the workspace {workspace} matches the spec.")


def _ask(release: Release | None) -> None:
    then = f", then {release.question}" if release else ""
    confirm(f"Apply these changes{then}?", "nothing was pushed", act="push")
