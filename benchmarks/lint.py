"""What checking containers tells and costs.

    python benchmarks/lint.py [FOLDER]

Reads every export in a folder (default: ``$GTMGEN_CORPUS``) and prints, for each rule, how many
findings it has and in how many containers; then the time of the largest file and of the slowest:
reading the entities and all rules, the best of five runs; and what linting a spec of 1,000 events
adds to compiling it. The packs are loaded once before.
"""

from __future__ import annotations

import gc
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from compile import spec_text  # benchmarks/compile.py

from gtmgen.compile.compiler import compile_spec
from gtmgen.importer.read.container import Imported
from gtmgen.lint.engine import CONTAINER_RULES, lint_container, lint_spec
from gtmgen.lint.recognise import platforms
from gtmgen.lint.view import ContainerView, Finding, view_of
from gtmgen.spec.load import load

RUNS = 5


def lint_version(version: dict[str, Any]) -> list[Finding]:
    """All findings about a container version."""
    source = Imported(version, "benchmark")
    return lint_container(ContainerView(source.entities, source.built_ins, source.context))


def main(folder: Path) -> None:
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_size)
    exports = [(file, json.loads(file.read_bytes())) for file in files]
    versions = [
        (file, export["containerVersion"])
        for file, export in exports
        if "containerVersion" in export
    ]
    platforms()
    findings: Counter[str] = Counter()
    containers: Counter[str] = Counter()
    seconds: dict[Path, float] = {}
    for file, version in versions:
        rules = [finding.rule for finding in lint_version(version)]
        findings.update(rules)
        containers.update(set(rules))
        seconds[file] = min(_time(version) for _ in range(RUNS))
    print(f"{len(versions)} containers\n")
    print(f"{'rule':<22} findings  containers")
    for rule in CONTAINER_RULES:
        print(f"{rule:<22} {findings[rule]:>8}  {containers[rule]:>10}")
    print()
    largest = versions[-1][0]
    slowest = max(seconds, key=lambda file: seconds[file])
    for word, file in (("largest", largest), ("slowest", slowest)):
        size = file.stat().st_size // 1000
        print(f"{word}: {seconds[file] * 1000:.0f} ms for {size} kB ({file.name})")
    _measure_spec()


def _measure_spec() -> None:
    gc.disable()  # as the command line does
    compiling, linting = [], []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "spec.yaml"
        file.write_text(spec_text(1000), encoding="utf-8")
        for _ in range(RUNS):
            start = time.process_time()  # other programs of the machine hardly change it
            loaded = load(file, {})
            container = compile_spec(loaded)
            middle = time.process_time()
            lint_spec(loaded.spec)
            lint_container(view_of(container))
            compiling.append(middle - start)
            linting.append(time.process_time() - middle)
    share = min(linting) / min(compiling)
    print(
        f"1,000 events: compiled in {min(compiling) * 1000:.0f} ms, "
        f"linted in {min(linting) * 1000:.0f} ms ({share:.2f} of it)"
    )


def _time(version: dict[str, Any]) -> float:
    start = time.perf_counter()
    lint_version(version)
    return time.perf_counter() - start


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ["GTMGEN_CORPUS"]))
