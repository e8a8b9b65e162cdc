"""Helpers for a backend that hashes personal data: whole files that depend on nothing of ours."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "helpers"
_FILES = {"node": "hashing.mjs", "python": "hashing.py.txt"}


def hashing_helper(language: str) -> str:
    """The helper in ``node`` (an ES module) or ``python``."""
    return (_FOLDER / _FILES[language]).read_text(encoding="utf-8")
