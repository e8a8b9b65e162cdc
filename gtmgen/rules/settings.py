"""What a spec says about the rules: their severities, and what it knows and ignores."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct, field

from gtmgen.diagnostics import Diagnostic, Path, Severity

ANYWHERE = "**"


class Ignore(Struct, frozen=True):
    """A known finding: the rule, where it may be, and why nobody mends it.

    ``where`` is a glob over the path of keys, `events.*.params`, which covers what lies below it;
    ``path`` is the entry's own place in the spec.
    """

    rule: str
    where: str
    reason: str
    path: Path

    def covers(self, diagnostic: Diagnostic) -> bool:
        """Whether it is about this finding, however severe that is."""
        return diagnostic.rule == self.rule and _covers(
            self.where.split("."), [str(step) for step in diagnostic.path]
        )


class Ignored(NamedTuple):
    """A finding that is not told, and the entry that says why."""

    diagnostic: Diagnostic
    by: Ignore


class Judgement(NamedTuple):
    """Findings sorted into what is told, with the severities of the spec, and what is not."""

    told: list[Diagnostic]
    ignored: list[Ignored]


class RuleSettings(Struct, frozen=True):
    """The section ``lint`` of a spec."""

    severities: Mapping[str, Severity] = field(default_factory=dict)
    ignore: tuple[Ignore, ...] = ()

    def judge(self, diagnostics: Iterable[Diagnostic]) -> Judgement:
        """Apply the settings. An error is an error, whatever they say: no entry covers it."""
        reported, ignored = [], []
        for diagnostic in diagnostics:
            if diagnostic.severity is Severity.ERROR:
                reported.append(diagnostic)
                continue
            entry = next((entry for entry in self.ignore if entry.covers(diagnostic)), None)
            if entry is not None:
                ignored.append(Ignored(diagnostic, entry))
                continue
            severity = self.severities.get(diagnostic.rule, diagnostic.severity)
            reported.append(diagnostic._replace(severity=severity))
        return Judgement(reported, ignored)


NO_SETTINGS = RuleSettings()


def _covers(pattern: list[str], path: list[str]) -> bool:
    """Whether a glob, segment by segment, is about a path or about something above it."""
    if not pattern or pattern == [ANYWHERE]:
        return True
    if pattern[0] == ANYWHERE:
        return any(_covers(pattern[1:], path[start:]) for start in range(len(path) + 1))
    if not path:
        return False
    return fnmatch.fnmatchcase(path[0], pattern[0]) and _covers(pattern[1:], path[1:])
