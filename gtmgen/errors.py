"""What can go wrong, and the exit code that says so.

An exception means stop. Problems in a spec are collected as
:class:`gtmgen.diagnostics.Diagnostic` and raised together as one :class:`SpecError`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from gtmgen.text import plural

if TYPE_CHECKING:
    from gtmgen.diagnostics import Diagnostic


class GtmgenError(Exception):
    """A failure that the user can do something about: one message, one hint."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class SpecError(GtmgenError):
    """The spec is not valid; ``diagnostics`` holds every problem, sorted by place."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        count = len(diagnostics)
        super().__init__(f"{plural(count, 'problem')} in the spec")
        self.diagnostics = tuple(diagnostics)


class ExportError(GtmgenError):
    """A file is not an export of GTM, or one that cannot be imported as it is."""


class UsageError(GtmgenError):
    """The command line asks for something that is not there."""

    exit_code = 2


class GuardError(GtmgenError):
    """A guard refused to go on; nothing was written."""

    exit_code = 4


class ApiError(GtmgenError):
    """The GTM API, the network or the credentials failed."""

    exit_code = 5


class PartialError(GtmgenError):
    """Some changes were applied and some were not; a second push goes on from there."""

    exit_code = 6
