"""``gtmgen push PLAN``: the file that ``gtmgen plan --out`` wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gtmgen.cli.local_state import is_local, locate_state, state_file
from gtmgen.cli.places import find, find_or_new, shown
from gtmgen.cli.spec import load_spec, workspace_of
from gtmgen.cli.target import describe
from gtmgen.compile.compiler import compile_both
from gtmgen.errors import GtmgenError, GuardError, SpecError, UsageError
from gtmgen.plan import saved
from gtmgen.plan.checksum import spec_checksum
from gtmgen.plan.saved import Place, SavedPlan


@dataclass(frozen=True)
class PlanFile:
    """The plans of one file, ``path``; they share a target."""

    path: Path
    plans: tuple[SavedPlan, ...]

    def target(self, given: str | None) -> str:
        """Where to push; a target that is given may only add what a plan does not hold."""
        planned = self.plans[0].target
        if (place := self.plans[0].state) is not None:
            return self._local(place, given)
        if given is None or given == planned:
            return planned
        if "://" in given and describe(given).rstrip("/") == planned.rstrip("/"):
            return given
        raise _other_target(f"the target `{planned}`, not `{given}`")

    def _local(self, place: Place, given: str | None) -> str:
        """The planned state file, wherever the push is started from and the plan was moved to."""
        state = find_or_new(place, self.path)
        if given is not None and not is_local(given):
            raise _other_target(f"the target `{self.plans[0].target}`, not `{given}`")
        if state is None:
            raise GuardError(
                f"the saved plan is for the local GTM in `{place.absolute}`, which is not there",
                hint="move its file along with the plan, or plan again here",
            )
        if given is not None:
            specs = [find(plan.spec, self.path) or plan.spec.absolute for plan in self.plans]
            other = state_file(locate_state(given, specs))
            if other.resolve() != state:
                raise _other_target(f"the local GTM in `{shown(state)}`, not in `{other}`")
        return f"local:{shown(state)}"

    def check_specs(self, *, without: bool) -> None:
        """The specs must compile to what was planned; one that is not there needs ``without``.

        A file that somebody has changed can name a spec that is not there, and hold anything.
        """
        for plan in self.plans:
            if (path := find(plan.spec, self.path)) is not None:
                _check_spec(plan, shown(path))
            elif not without:
                raise GuardError(
                    f"the spec `{plan.spec.given}` of the saved plan is not there, so whether the "
                    "plan is what the spec says is not known; nothing was written",
                    hint="bring the spec along; `--without-spec` trusts the plan alone",
                )


def _other_target(which: str) -> GuardError:
    return GuardError(
        f"the saved plan is for {which}",
        hint="leave `--target` out, or plan again for the other target",
    )


def read_saved(paths: Sequence[Path]) -> PlanFile | None:
    """The saved plan that is to be pushed; None where specs are."""
    texts = {path: _text(path) for path in paths}
    saved_paths = [path for path, text in texts.items() if saved.is_saved(text)]
    if not saved_paths:
        return None
    if len(paths) > 1:
        raise UsageError(f"`{saved_paths[0]}` is a saved plan, which is pushed alone")
    plans = saved.read(texts[saved_paths[0]], str(saved_paths[0]))
    return PlanFile(saved_paths[0], tuple(plans))


def _text(path: Path) -> str:
    """What cannot be read is for the reader of specs to explain."""
    try:
        return path.read_text(encoding="utf-8") if path.is_file() else ""
    except (OSError, ValueError):
        return ""


def _check_spec(plan: SavedPlan, path: Path) -> None:
    hint = "plan again, and look at what has changed"
    try:
        loaded = load_spec(path, plan.env, quiet=True)
        containers = compile_both(loaded).containers
    except SpecError:
        raise GuardError(
            f"the saved plan is stale: `{path}` is not valid any more; nothing was written",
            hint=f"`gtmgen validate {path}` shows them; then plan again",
        ) from None
    except GtmgenError as error:
        raise GuardError(
            f"the saved plan is stale: `{path}` no longer compiles: {error.message}", hint=hint
        ) from None
    checksums = (spec_checksum(item, workspace_of(loaded.spec, item)) for item in containers)
    if plan.spec_checksum not in checksums:
        raise GuardError(
            f"the saved plan is stale: `{path}` compiles to something else now; nothing was "
            "written",
            hint=hint,
        )
