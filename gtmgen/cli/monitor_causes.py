"""What changed in the spec on the day that something went wrong, by its Git history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

from gtmgen.compile.compiler import compile_spec
from gtmgen.errors import GtmgenError, SpecError
from gtmgen.files.git import checkout
from gtmgen.files.git_repository import Commit, Repository
from gtmgen.meaning.compare import compare_sides
from gtmgen.meaning.model import Fact
from gtmgen.meaning.sides import CompiledSpec, Sides
from gtmgen.monitor.model import Cause, MonitorFinding, MonitorReport
from gtmgen.report.english import load_english
from gtmgen.source.open import NO_VALUES, open_source
from gtmgen.spec.load import load_source

_BEFORE = timedelta(days=1)
"""A change of the evening before is seen on the next day."""

_MOST_COMMITS = 10  # of a day
_MOST_SENTENCES = 3  # of a commit


def with_causes(
    report: MonitorReport, spec: Path, env: str | None, progress: Callable[[str], None]
) -> MonitorReport:
    """The report with the commits to the spec that findings may come from; as it is outside of a
    Git repository."""
    try:
        history = History(Repository(), spec, env)
    except GtmgenError:
        return report
    findings = []
    for finding in report.findings:
        if finding.ignored is None and finding.first > report.first:
            progress("reading the spec's history")
            finding = replace(finding, causes=tuple(history.causes(finding)))
        findings.append(finding)
    return replace(report, findings=tuple(findings))


@dataclass
class History:
    """Commits to a spec, or to what stands beside it, and what each of them means."""

    repository: Repository
    spec: Path
    env: str | None
    _facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    _commits: dict[date, list[Commit]] = field(default_factory=dict)

    def causes(self, finding: MonitorFinding) -> Iterator[Cause]:
        """The commits of the finding's first day and the one before that concern its event."""
        first = finding.first - _BEFORE
        if finding.first not in self._commits:
            folder = self.spec.parent.as_posix()
            commits = self.repository.log(folder, first, finding.first + timedelta(days=1))
            self._commits[finding.first] = commits[:_MOST_COMMITS]
        for commit in self._commits[finding.first]:
            facts = [fact for fact in self._facts_of(commit) if _concerns(fact, finding)]
            if facts:
                facts.sort(key=lambda fact: fact.severity.rank)
                sentences = tuple(load_english().sentence(fact) for fact in facts[:_MOST_SENTENCES])
                yield Cause(commit.id, commit.day, commit.author, commit.subject, sentences)

    def _facts_of(self, commit: Commit) -> tuple[Fact, ...]:
        if commit.id not in self._facts:
            before, after = self._side(f"{commit.id}^"), self._side(commit.id)
            facts = compare_sides(Sides(before, after)).items if before and after else ()
            self._facts[commit.id] = facts
        return self._facts[commit.id]

    def _side(self, revision: str) -> CompiledSpec | None:
        """The spec at a revision; None where it was not there, or not valid."""
        try:
            with checkout(revision, self.spec) as file:
                source = open_source(file)
                loaded = load_source(source, NO_VALUES, self.env, needs_values=False)
                return CompiledSpec(loaded.spec, compile_spec(loaded))
        except (SpecError, GtmgenError):
            return None


def _concerns(fact: Fact, finding: MonitorFinding) -> bool:
    """Whether a change is about the finding's event, or about the whole platform or site."""
    if fact.group in ("platform", "site", "container"):
        return fact.group != "platform" or not fact.events or finding.key in fact.events
    if finding.key is None:  # an event that the spec does not know may be one that it lost
        return fact.group == "event"
    return finding.key == fact.key or finding.key in fact.events
