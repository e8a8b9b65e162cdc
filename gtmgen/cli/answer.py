"""Whether stdout has got an answer: a machine expects one document there, also of an error."""

from __future__ import annotations


class Answer:
    """Of the command that runs; a process runs one, tests run many."""

    is_given = False
