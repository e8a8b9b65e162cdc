"""``gtmgen push PLAN``: the file that ``gtmgen plan --out`` wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gtmgen.cli.output import talk
from gtmgen.cli.spec import compile_file
from gtmgen.cli.target import describe
from gtmgen.errors import GtmgenError, GuardError, SpecError, UsageError
from gtmgen.plan import saved
from gtmgen.plan.checksum import spec_checksum
from gtmgen.plan.saved import SavedPlan


@dataclass(frozen=True)
class PlanFile:
    """The plans of one file; they share a target."""

    plans: tuple[SavedPlan, ...]

    def target(self, given: str | None) -> str:
        """Where to push; a target that is given may only add what a plan does not hold."""
        planned = self.plans[0].target
        if given is None or given == planned:
            return planned
        if "://" in given and describe(given) == planned:
            return given
        raise GuardError(
            f"the saved plan is for the target `{planned}`, not `{given}`",
            hint="leave `--target` out, or plan again for the other target",
        )

    def check_specs(self) -> None:
        """The specs that are still there must compile to what was planned."""
        for plan in self.plans:
            if Path(plan.spec).is_file():
                _check_spec(plan)
            else:
                talk(
                    f"warning: the spec `{plan.spec}` is not there, so whether it has changed "
                    "since is not known"
                )


def read_saved(paths: Sequence[Path]) -> PlanFile | None:
    """The saved plan that is to be pushed; None where specs are."""
    texts = {path: _text(path) for path in paths}
    found = [path for path, text in texts.items() if saved.is_saved(text)]
    if not found:
        return None
    if len(paths) > 1:
        raise UsageError(f"`{found[0]}` is a saved plan, which is pushed alone")
    plans = saved.read(texts[found[0]], str(found[0]))
    return PlanFile(tuple(plans))


def _text(path: Path) -> str:
    """What cannot be read is for the reader of specs to explain."""
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else ""
    except (OSError, ValueError):
        return ""


def _check_spec(plan: SavedPlan) -> None:
    hint = "plan again, and look at what has changed"
    try:
        loaded, container = compile_file(Path(plan.spec), plan.env, quiet=True)
    except SpecError:
        raise GuardError(
            f"the saved plan is stale: `{plan.spec}` is not valid any more; nothing was written",
            hint=f"`gtmgen validate {plan.spec}` shows them; then plan again",
        ) from None
    except GtmgenError as error:
        raise GuardError(
            f"the saved plan is stale: `{plan.spec}` no longer compiles: {error.message}", hint=hint
        ) from None
    if spec_checksum(container, loaded.spec.container.workspace) != plan.spec_checksum:
        raise GuardError(
            f"the saved plan is stale: `{plan.spec}` compiles to something else now; nothing was "
            "written",
            hint=hint,
        )
