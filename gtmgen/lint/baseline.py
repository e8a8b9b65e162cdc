"""The findings that are known: what an old container is taken over with."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gtmgen.diagnostics import Diagnostic
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


def _make_key(problem: Diagnostic) -> _Key:
    return (Path(problem.span.file).as_posix(), problem.rule, problem.message)
