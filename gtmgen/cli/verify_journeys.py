"""The journeys that ``gtmgen verify`` plays, and where their parts stand."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from gtmgen.diagnostics import Diagnostic, Span
from gtmgen.diagnostics import Path as DataPath
from gtmgen.errors import SpecError, UsageError
from gtmgen.scenarios.load import ScenarioFile, load_scenarios
from gtmgen.scenarios.model import Scenario
from gtmgen.spec.load import Loaded
from gtmgen.verify.run import OPEN_ONLY
from gtmgen.verify.setting import VisitedSite
from gtmgen.verify.steps import check_journey


def load_journeys(
    path: Path | None, loaded: Loaded, site: VisitedSite, accounts: Sequence[str]
) -> tuple[Sequence[Scenario], Callable[[DataPath], Span]]:
    """The journeys of a file, else the one that opens the address; and where their parts stand."""
    if path is None:
        return [OPEN_ONLY], loaded.document.span
    file = _load_journey(path, accounts)
    if not file.scenarios:
        raise UsageError(
            f"`{path}` has no journey: `tests` is empty",
            hint="without `--journey`, the address is opened and that is all",
        )
    problems = check_journey(file.scenarios, site)
    if problems:
        raise SpecError(
            [
                Diagnostic(file.locate(one.path), one.rule, one.severity, one.message, one.hint)
                for one in problems
            ]
        )
    return file.scenarios, file.locate


def _load_journey(path: Path, accounts: Sequence[str]) -> ScenarioFile:
    try:
        return load_scenarios(path, os.environ, accounts)
    except SpecError as error:
        # What helps with an empty spec does not help here.
        hint = "a journey begins with `tests:`; its steps are those of a spec's tests"
        raise SpecError(
            [one._replace(hint=hint) if one.rule == "empty" else one for one in error.diagnostics]
        ) from None
