"""How the command that runs answers: whether it has, and whether in colour."""

from __future__ import annotations


class Answer:
    """Of the command that runs; a process runs one, tests run many."""

    is_given = False
    """Whether stdout has got something: a machine expects one document, also of an error."""
    is_plain = False
    """Whether `--no-color` was given, which holds for what is said on stderr, too."""
