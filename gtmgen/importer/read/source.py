"""An export file of GTM: what is odd is read in the one way it can mean, or refused."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gtmgen.errors import ExportError, GtmgenError, UsageError
from gtmgen.files.reading import read_limited
from gtmgen.importer.exact.layout import FileLayout
from gtmgen.importer.read.envelope import find_version
from gtmgen.importer.read.json_text import MAX_BYTES, parse, refuse_half
from gtmgen.importer.read.kinds import KINDS
from gtmgen.importer.read.references import list_dangling, list_shared
from gtmgen.importer.read.shape import Cleaner, Malformed

Json = dict[str, Any]

_MOST_PROBLEMS = 20


@dataclass(frozen=True)
class ExportFile:
    """``document`` as parsed; ``version``, its container version, with what was odd put right.

    Every entity of ``version`` has what its kind requires (``kinds.KINDS``), with unique IDs and
    names; ``malformed`` are those of the document that have not.
    ``layout`` writes the document back (:func:`gtmgen.importer.exact.layout.write_like`).
    """

    path: str
    document: Json
    version: Json
    find_layout: Callable[[], FileLayout]
    notes: tuple[str, ...] = ()
    malformed: tuple[Malformed, ...] = ()

    @functools.cached_property
    def layout(self) -> FileLayout:
        """How the bytes were laid out; looked for when somebody asks."""
        return self.find_layout()

    @property
    def exact(self) -> bool:
        """Whether writing the document gives the very bytes that were read."""
        return self.layout.exact


def open_export(path: Path | str, *, leaves_out: bool = False) -> ExportFile:
    """Read an export file; raises :class:`UsageError` where there is none."""
    try:
        data = read_limited(Path(path), MAX_BYTES)
    except FileNotFoundError:
        raise UsageError(f"`{path}` does not exist") from None
    except IsADirectoryError:
        raise UsageError(
            f"`{path}` is a directory, not an export", hint="name the JSON file in it"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise GtmgenError(f"`{path}` cannot be read: {reason}") from None
    return read_export(data, str(path), leaves_out=leaves_out)


def read_export(data: bytes, path: str, *, leaves_out: bool = False) -> ExportFile:
    """Raises :class:`ExportError` with every problem and its place in the JSON.

    With ``leaves_out``, a malformed entity is left out, as long as there is one that is not.
    """
    parsed = parse(data, path)
    version, path_in_file, notes = find_version(parsed.document, path)
    if parsed.has_halves and not leaves_out:
        refuse_half(parsed.document, path)
    cleaner = Cleaner(leaves_out=leaves_out, has_halves=parsed.has_halves)
    cleaned = cleaner.version(version, path_in_file)
    is_sound = not cleaner.malformed or any(cleaned.get(kind.field) for kind in KINDS)
    if cleaner.problems or not is_sound:
        of_entities = (problem for one in cleaner.malformed for problem in one.problems)
        raise _make_refusal(path, [*cleaner.problems, *of_entities])
    if parsed.has_halves:
        refuse_half(parsed.document, path, {id(one.body) for one in cleaner.malformed})
    all_notes = (
        *parsed.notes,
        *notes,
        *cleaner.notes,
        *list_shared(cleaned),
        *list_dangling(cleaned),
    )
    malformed = tuple(cleaner.malformed)
    return ExportFile(path, parsed.document, cleaned, parsed.layout, all_notes, malformed)


def _make_refusal(path: str, problems: Sequence[str]) -> ExportError:
    hint = "put it right in the file, or in GTM and export the container again"
    if len(problems) == 1:
        return ExportError(f"`{path}`: {problems[0]}", hint=hint)
    problem_lines = [*problems[:_MOST_PROBLEMS]]
    if len(problems) > _MOST_PROBLEMS:
        problem_lines.append(f"and {len(problems) - _MOST_PROBLEMS} more")
    lines = "\n  ".join(problem_lines)
    return ExportError(f"`{path}` has {len(problems)} problems\n  {lines}", hint=hint)
