"""A broken rule of what platforms receive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from gtmgen.diagnostics import Path, Severity


class BrokenInvariant(NamedTuple):
    """A broken rule: its code, how bad, a sentence, where in the spec, what would be right."""

    code: str
    severity: Severity
    message: str
    path: Path
    right: Sequence[Mapping[str, Any]] = ()
    #: The platform that may receive nothing in the variant's quiet steps.
    quiet: str = ""
