"""What a push puts where: the containers of specs, or of a saved plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gtmgen.api.port import TagManager
from gtmgen.cli.saved_plan import PlanFile
from gtmgen.cli.spec import compile_environments
from gtmgen.cli.target import describe
from gtmgen.container.entities import Container
from gtmgen.errors import ApiError, GuardError
from gtmgen.plan.checksum import plan_checksum
from gtmgen.plan.make import make_plan
from gtmgen.plan.model import Plan
from gtmgen.plan.options import PlanOptions


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
            approved_by_key = {change.key: change for change in approved.changes}
            same = all(change.is_within(approved_by_key.get(change.key)) for change in plan.changes)
        if not same:
            raise GuardError(
                f"the saved plan is stale: the container {plan.gtm} has changed since it was made; "
                "nothing was written",
                hint="plan again, and look at what has changed",
            )
        return plan


def read_spec_jobs(
    specs: Sequence[Path], env: str | None, options: PlanOptions, *, quiet: bool
) -> list[PushJob]:
    """A job for each spec, or for each of the environments that ``env`` names."""
    compiled = compile_environments(specs, env, quiet=quiet)
    options.check([item.container for item in compiled])
    return [
        PushJob(item.container, item.workspace, options, (str(item.path), item.env))
        for item in compiled
    ]


def read_saved_jobs(saved: PlanFile, *, without_spec: bool) -> list[PushJob]:
    """A job for each plan of the file, whose specs must be as they were when it was saved."""
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


def plan_each(managers: Sequence[TagManager], jobs: Sequence[PushJob], target: str) -> list[Plan]:
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
