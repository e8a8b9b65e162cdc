"""Loading and compiling for the verbs: the one place that gives the spec its environment."""

from __future__ import annotations

import os
from pathlib import Path

from gtmgen.cli.output import show_problems
from gtmgen.compile.compiler import compile_spec
from gtmgen.container.entities import Container
from gtmgen.spec.load import Loaded, load


def load_spec(path: Path, env: str | None, *, quiet: bool = False) -> Loaded:
    """A valid spec; its warnings go to stderr."""
    loaded = load(path, os.environ, env)
    if not quiet:
        show_problems(loaded.warnings)
    return loaded


def compile_file(path: Path, env: str | None, *, quiet: bool = False) -> tuple[Loaded, Container]:
    """Load and compile a spec."""
    loaded = load_spec(path, env, quiet=quiet)
    return loaded, compile_spec(loaded)
