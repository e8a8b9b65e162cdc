"""TypeScript's compiler, and Node."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = "typescript@5.9.3"
UNREACHABLE = re.compile(r"\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|E403|E401)\b")


@pytest.fixture(scope="session")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("Node is not installed")
    return found


@pytest.fixture(scope="session")
def tsc(node: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiler's script: the one on the path, or the package installed."""
    there = shutil.which("tsc")
    if there is not None:
        return Path(there).resolve()
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("neither tsc nor npm is installed")
    folder = tmp_path_factory.mktemp("typescript")
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"]
    command = [npm, "install", "--prefix", str(folder), *options, PACKAGE]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=180, check=False, cwd=folder
        )
    except subprocess.TimeoutExpired:
        pytest.skip("the npm registry did not answer within three minutes")
    if result.returncode and (reason := UNREACHABLE.search(result.stderr)):
        pytest.skip(f"the npm registry cannot be reached ({reason[0]})")
    assert result.returncode == 0, result.stderr
    return folder / "node_modules/typescript/bin/tsc"


@dataclass(frozen=True)
class Compiled:
    """A folder of compiled modules, and what the compiler says of each."""

    folder: Path
    complaints: dict[str, list[str]]

    def of(self, name: str) -> str:
        return "\n".join(self.complaints.get(f"{name}.ts", []))


def compile_modules(node: str, tsc: Path, folder: Path, modules: dict[str, str]) -> Compiled:
    """Compiles modules by their names with ``--strict``, all in one run: it takes seconds."""
    for name, text in modules.items():
        (folder / f"{name}.ts").write_text(text, encoding="utf-8")
    options = ["--strict", "--target", "es2021", "--module", "es2020", "--pretty", "false"]
    # Whether the declarations that TypeScript ships are right is not asked here.
    options += ["--moduleResolution", "bundler", "--skipDefaultLibCheck"]
    result = subprocess.run(
        [node, str(tsc), *options, *(f"{name}.ts" for name in modules)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=folder,
    )
    complaints: dict[str, list[str]] = {}
    file = ""
    for line in result.stdout.splitlines():
        if not line.startswith(" "):
            file = line.partition("(")[0]
        complaints.setdefault(file, []).append(line)
    return Compiled(folder, complaints)
