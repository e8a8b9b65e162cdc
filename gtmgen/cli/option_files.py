"""Options that are JSON files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from gtmgen.errors import UsageError
from gtmgen.files.reading import read_limited

T = TypeVar("T")


def read_options(path: Path | None, read: Callable[[Any], T]) -> T | None:
    """A file of switches; a flaw in it is one of the command line."""
    if path is None:
        return None
    try:
        return read(json.loads(read_limited(path)))
    except OSError as error:
        raise UsageError(f"`{path}` cannot be read: {error.strerror or error}") from None
    except RecursionError:
        raise UsageError(f"`{path}` is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"`{path}` is not JSON: {error}") from None
    except ValueError as error:
        raise UsageError(f"`{path}`: {error}", hint="docs/emulator.md lists the switches") from None
