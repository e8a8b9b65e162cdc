"""What is wrong with a template, and where: shared by the parser of the file and of its code."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct


class TemplateProblem(Struct, frozen=True, order=True):
    """One finding. Lines and columns count from 1; line 0 means the file as a whole."""

    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.message}" if self.line else self.message


class TemplateError(ValueError):
    """A template that cannot be used; carries every problem found."""

    def __init__(self, problems: Iterable[TemplateProblem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))
