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
from gtmgen.importer.read.json_text import MAX_BYTES, parse
from gtmgen.importer.read.references import list_dangling, list_shared
from gtmgen.importer.read.shape import Cleaner

Json = dict[str, Any]

_MOST_PROBLEMS = 20


@dataclass(frozen=True)
class ExportFile:
    """``document`` as parsed; ``version``, its container version, with what was odd put right.

    Every entity of ``version`` has what its kind requires (``kinds.KINDS``), with unique IDs and
    names. ``layout`` writes the document back (:func:`gtmgen.importer.exact.layout.write_like`).
    """

    path: str
    document: Json
    version: Json
    find_layout: Callable[[], FileLayout]
    notes: tuple[str, ...] = ()

    @functools.cached_property
    def layout(self) -> FileLayout:
        """How the bytes were laid out; looked for when somebody asks."""
        return self.find_layout()

    @property
    def exact(self) -> bool:
        """Whether writing the document gives the very bytes that were read."""
        return self.layout.exact


def open_export(path: Path | str) -> ExportFile:
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
    return read_export(data, str(path))


def read_export(data: bytes, path: str) -> ExportFile:
    """Raises :class:`ExportError` with every problem and its place in the JSON."""
    parsed = parse(data, path)
    version, path_in_file, notes = find_version(parsed.document, path)
    cleaner = Cleaner()
    cleaned = cleaner.version(version, path_in_file)
    if cleaner.problems:
        raise _make_refusal(path, cleaner.problems)
    all_notes = (
        *parsed.notes,
        *notes,
        *cleaner.notes,
        *list_shared(cleaned),
        *list_dangling(cleaned),
    )
    return ExportFile(path, parsed.document, cleaned, parsed.layout, all_notes)


def _make_refusal(path: str, problems: Sequence[str]) -> ExportError:
    hint = "put it right in the file, or in GTM and export the container again"
    if len(problems) == 1:
        return ExportError(f"`{path}`: {problems[0]}", hint=hint)
    problem_lines = [*problems[:_MOST_PROBLEMS]]
    if len(problems) > _MOST_PROBLEMS:
        problem_lines.append(f"and {len(problems) - _MOST_PROBLEMS} more")
    lines = "\n  ".join(problem_lines)
    return ExportError(f"`{path}` has {len(problems)} problems\n  {lines}", hint=hint)
