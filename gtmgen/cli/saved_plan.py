"""``gtmgen push PLAN``: the file that ``gtmgen plan --out`` wrote."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from gtmgen.cli.local_state import is_local, locate_state, state_file
from gtmgen.cli.places import find, find_or_new, shown
from gtmgen.cli.spec import load_spec, workspace_of
from gtmgen.cli.target import describe
from gtmgen.compile.compiler import compile_both
from gtmgen.errors import GtmgenError, GuardError, SpecError, UsageError
from gtmgen.files.reading import read_limited
from gtmgen.plan import saved
from gtmgen.plan.checksum import compute_spec_checksum
from gtmgen.plan.saved import SavedPlan, StatePath
from gtmgen.text import printable, quoted

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_MOST_BYTES = 256 * 1024 * 1024
"""Of a saved plan: the compiled container of 10,000 events is a tenth of that."""


@dataclass(frozen=True)
class PlanFile:
    """The plans of one file, ``path``; they share a target."""

    path: Path
    plans: tuple[SavedPlan, ...]

    def target(self, target: str | None) -> str:
        """Where to push; a target that is given may only add what a plan does not hold."""
        planned = self.plans[0].target
        if (state := self.plans[0].state) is not None:
            return self._local(state, target)
        if target is None:
            _refuse_elsewhere(planned)
            return planned
        if target == planned:
            return planned
        if "://" in target and describe(target).rstrip("/") == planned.rstrip("/"):
            return target
        raise _other_target(f"the target {quoted(planned)}, not `{target}`")

    def _local(self, saved_state: StatePath, target: str | None) -> str:
        """The planned state file, wherever the push is started from and the plan was moved to.

        A file of another place than ``local`` has for these specs is named on the command line.
        """
        state = find_or_new(saved_state, self.path)
        if target is not None and not is_local(target):
            raise _other_target(f"the target {quoted(self.plans[0].target)}, not `{target}`")
        if state is None:
            raise GuardError(
                f"the saved plan is for the local GTM in {quoted(saved_state.absolute)}, which "
                "is not there",
                hint="move its file along with the plan, or plan again here",
            )
        specs = [find(plan.spec, self.path) for plan in self.plans]
        if target is None and None in specs:  # `check_specs` refuses that, or trusts the plan alone
            return f"local:{shown(state)}"
        places = [spec or plan.spec.absolute for spec, plan in zip(specs, self.plans, strict=True)]
        other = state_file(locate_state(target or "local", places))
        if other.resolve() == state:
            return f"local:{shown(state)}"
        if target is not None:
            raise _other_target(f"the local GTM in `{shown(state)}`, not in `{other}`")
        raise GuardError(  # someone may have changed the file
            f"the saved plan is for the local GTM in {quoted(str(shown(state)))}, which is not "
            "the one beside its spec; nothing was written",
            hint=f"to push there, name it: `--target local:{printable(str(shown(state)))}`",
        )

    def check_specs(self, *, without: bool) -> None:
        """The specs must compile to what was planned; one that is not there needs ``without``.

        A file that somebody has changed can name a spec that is not there, and hold anything.
        """
        by_spec: dict[tuple[Path, str | None], list[SavedPlan]] = {}
        for plan in self.plans:
            if (path := find(plan.spec, self.path)) is not None:
                by_spec.setdefault((shown(path), plan.env), []).append(plan)
            elif not without:
                raise GuardError(
                    f"the spec {quoted(plan.spec.given)} of the saved plan is missing, so it "
                    "cannot be checked whether the plan still matches it; nothing was written",
                    hint="bring the spec along; `--without-spec` trusts the plan alone",
                )
        for (path, env), plans in by_spec.items():
            _check_spec(path, env, {plan.spec_checksum for plan in plans})


def _other_target(target: str) -> GuardError:
    return GuardError(
        f"the saved plan is for {target}",
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
        return read_limited(path, _MOST_BYTES).decode("utf-8") if path.is_file() else ""
    except (OSError, ValueError):
        return ""


def _refuse_elsewhere(target: str) -> None:
    """A push sends secrets along, and someone may have changed the file."""
    host = urlsplit(target).hostname if "://" in target else None
    if host is not None and host not in _THIS_MACHINE:
        raise GuardError(
            f"the saved plan is for {quoted(target)}, which is not this machine; nothing was "
            "called",
            hint=f"to push there, name it: `--target {printable(target)}`",
        )


def _check_spec(path: Path, env: str | None, planned: Set[str]) -> None:
    """``planned`` are the checksums of what the file holds of this spec: all its containers."""
    hint = "plan again, and look at what has changed"
    try:
        loaded = load_spec(path, env, quiet=True)
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
    if planned != {
        compute_spec_checksum(item, workspace_of(loaded.spec, item)) for item in containers
    }:
        raise GuardError(
            f"the saved plan is stale: `{path}` compiles to something else now; nothing was "
            "written",
            hint=hint,
        )
