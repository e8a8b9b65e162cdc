"""Values that only an environment variable has: nothing can be said about them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from gtmgen.diagnostics import Path, Problem
from gtmgen.packs.model import Pack
from gtmgen.secret_names import is_stand_in
from gtmgen.source.document import Document


def find_unknown_values(document: Document, packs: Mapping[str, Pack]) -> frozenset[Path]:
    """Where a value stands which only an environment variable has."""
    variables = (*document.unset.values(), *document.secrets.values())
    paths = (path for paths in variables for path in paths)
    return frozenset(path for path in paths if not _names_no_secret(document.data, path, packs))


def _names_no_secret(data: Any, path: Path, packs: Mapping[str, Pack]) -> bool:
    """Whether a secret is to be named there, and it is not: a text that is not ``${NAME}`` alone,
    or of a variable that is no secret. Whatever its value is, that is a mistake."""
    match path:
        case ("server", "accounts", str(account), str(setting)) if account in packs:
            half = packs[account].server
            properties = half.settings.get("properties", {}) if half is not None else {}
            value = data["server"]["accounts"][account][setting]
            return "x-secret" in properties.get(setting, {}) and not is_stand_in(value)
    return False


def drop_about_values(unknown: Collection[Path], problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems that are not about a value which only an environment variable has.

    A key that nobody knows is wrong whatever its value.
    Where no text can stand, no value of a variable can either; a secret of a server's account is
    named by a mapping, for which the text of its variable may stand.
    """
    for problem in problems:
        above = (problem.path[:length] for length in range(1, len(problem.path) + 1))
        is_no_text = (
            problem.rule == "wrong-type"
            and problem.path in unknown
            and problem.path[:2] != ("server", "accounts")
        )
        is_about_key = problem.rule in ("unknown-key", "bad-key") and problem.path in unknown
        if is_no_text or is_about_key or not any(path in unknown for path in above):
            yield problem
