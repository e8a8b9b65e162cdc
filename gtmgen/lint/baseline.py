"""The findings that are known: what an old container is taken over with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gtmgen.diagnostics import Diagnostic, Severity
from gtmgen.errors import GtmgenError
from gtmgen.files.reading import read_limited

_VERSION = "1.0"
_Key = tuple[str, str, str]  # file, rule, message


@dataclass(frozen=True)
class Baseline:
    """Findings by file, rule and message: where in a file they stand may change."""

    known: Counter[_Key] = field(default_factory=Counter)

    @classmethod
    def of(cls, problems: Iterable[Diagnostic]) -> Baseline:
        """All of these."""
        return cls(Counter(map(_make_key, problems)))

    @classmethod
    def read(cls, path: Path) -> Baseline:
        """Raises :class:`GtmgenError` for a file that is no baseline."""
        try:
            document = json.loads(read_limited(path))
            findings = document["findings"]
            keys = [(item["file"], item["rule"], item["message"]) for item in findings]
            if not all(isinstance(part, str) for key in keys for part in key):
                raise TypeError
        except OSError as error:
            raise GtmgenError(f"`{path}` cannot be read: {error.strerror}") from None
        except (ValueError, TypeError, KeyError, RecursionError):
            raise GtmgenError(
                f"`{path}` is not a baseline", hint="`gtmgen lint --write-baseline` makes one"
            ) from None
        return cls(Counter(keys))

    @property
    def count(self) -> int:
        """How many findings are known."""
        return self.known.total()

    def without_known(self, problems: Sequence[Diagnostic]) -> list[Diagnostic]:
        """The others; a finding that is listed once and found twice is new once."""
        left = self.known.copy()
        new = []
        for problem in problems:
            key = _make_key(problem)
            if left[key] > 0:
                left[key] -= 1
            else:
                new.append(problem)
        return new

    def text(self) -> str:
        """The file, sorted so that its changes read well in a review."""
        listed = [
            {"file": file, "rule": rule, "message": message}
            for file, rule, message in sorted(self.known.elements())
        ]
        return json.dumps({"version": _VERSION, "findings": listed}, indent=2) + "\n"


def split_debts(
    problems: Iterable[Diagnostic], exports: Collection[str]
) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """What a baseline may not hide, and what it may.

    A spec with an error compiles to nothing; a container with one is live, and may be taken over.
    """
    errors: list[Diagnostic] = []
    debts: list[Diagnostic] = []
    for one in problems:
        is_error = one.severity is Severity.ERROR and one.span.file not in exports
        (errors if is_error else debts).append(one)
    return errors, debts


def _make_key(problem: Diagnostic) -> _Key:
    return (Path(problem.span.file).as_posix(), problem.rule, problem.message)
