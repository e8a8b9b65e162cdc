"""Every example spec and every starter, in each of its environments, compiled once."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.entities import Container
from gtmgen.container.export import export_json
from gtmgen.docs.build import build
from gtmgen.docs.model import Documentation
from gtmgen.source.open import open_source
from gtmgen.spec.load import Loaded, load

ROOT = Path(__file__).parents[2]
SPECS = ROOT / "specs"
STARTERS = ROOT / "templates/starters"
EVERYTHING = SPECS / "everything/everything.yaml"
SERVER = SPECS / "server/server.yaml"
BOTH = SPECS / "acme-both.yaml"


def _is_spec(path: Path) -> bool:
    """A spec says which language version it is in; a part that it includes need not."""
    return re.search(r"^gtmgen: 1\b", path.read_text(encoding="utf-8"), re.MULTILINE) is not None


EXAMPLES = sorted(path for path in SPECS.rglob("*.yaml") if _is_spec(path))
STARTER_NAMES = sorted(path.stem for path in STARTERS.glob("*.yaml"))
FILES = [*EXAMPLES, *(STARTERS / f"{name}.yaml" for name in STARTER_NAMES)]


@dataclass(frozen=True)
class Example:
    """One spec in one environment; ``env`` is None for the spec without one."""

    path: Path
    env: str | None

    @property
    def name(self) -> str:
        folder = "starter-" if self.path.parent == STARTERS else ""
        return folder + self.path.stem + (f".{self.env}" if self.env else "")

    @cached_property
    def loaded(self) -> Loaded:
        # The environment of the process is left out: the examples stand on their defaults.
        return load(self.path, {}, self.env)

    @cached_property
    def container(self) -> Container:
        return compile_spec(self.loaded)

    @cached_property
    def documentation(self) -> Documentation:
        return build(self.loaded, self.container)

    @cached_property
    def text(self) -> str:
        return export_json(self.container).decode()

    @cached_property
    def version(self) -> dict[str, Any]:
        """The export's container version, as any reader of it sees it."""
        found: dict[str, Any] = json.loads(self.text)["containerVersion"]
        return found


@lru_cache(maxsize=1)
def all_examples() -> tuple[Example, ...]:
    return tuple(
        Example(path, env) for path in FILES for env in (None, *open_source(path).environments)
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "example" in metafunc.fixturenames:
        metafunc.parametrize("example", all_examples(), ids=lambda example: example.name)
