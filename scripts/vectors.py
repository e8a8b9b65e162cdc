#!/usr/bin/env python3
"""Runs a folder of recorded vectors and writes what our runtime did, in the form of `observed`.

    python scripts/vectors.py FOLDER --engine quickjs|browser --out DIR

Per vector one file with the same relative path: {"id", "observed"} or {"id", "skipped": why}.
Compare the two folders to see where they differ. Files that are not vectors are passed over.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from gtmgen.runtime.engine import EngineError, Run, RunLimits, run_scenario

#: What QuickJS has no part of; a vector that needs one of these is for the browser.
NOT_IN_QUICKJS = {"dom", "layout", "csp"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--engine", choices=("quickjs", "browser"), default="quickjs")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", default="", help="only vectors whose ID holds this text")
    parser.add_argument("--chromium", default=None, help="path of a Chromium, for the browser")
    options = parser.parse_args()
    started = time.perf_counter()
    counts = {"run": 0, "skipped": 0}
    for path in sorted(options.folder.rglob("*.json")):
        vector = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(vector, dict) or "container" not in vector or "scenario" not in vector:
            continue
        if options.only not in vector.get("id", path.stem):
            continue
        result = run_vector(vector, options.engine, options.chromium)
        counts["skipped" if "skipped" in result else "run"] += 1
        target = options.out / path.relative_to(options.folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps(result, indent=1, ensure_ascii=False), encoding="utf-8")
    seconds = time.perf_counter() - started
    summary = f"{counts['run']} run, {counts['skipped']} skipped, {seconds:.1f} s"
    sys.stderr.write(summary + "\n")
    return 0


def run_vector(vector: dict[str, Any], engine: str, chromium: str | None = None) -> dict[str, Any]:
    """The result of one vector, as it is written."""
    result: dict[str, Any] = {"id": vector.get("id")}
    lacking = NOT_IN_QUICKJS.intersection(vector.get("needs", ())) if engine == "quickjs" else set()
    if lacking:
        return {**result, "skipped": f"needs {', '.join(sorted(lacking))}"}
    try:
        run = run_scenario(
            vector["container"],
            vector["scenario"],
            engine=engine,
            limits=RunLimits(),
            executable=chromium,
        )  # type: ignore[arg-type]
    except EngineError as error:
        return {**result, "skipped": str(error)}
    if run.skipped:
        return {**result, "skipped": run.skipped}
    observed = dict(run.observed)
    # Where a vector asks for GTM's own messages only, those of the page are left out.
    observed["dataLayer"] = choose_messages(run, vector.get("observed", {}).get("dataLayer"))
    return {**result, "observed": observed}


def choose_messages(run: Run, wanted: Any) -> list[Any]:
    """The messages that the vector is about: those of its events, or all, or GTM's own."""
    if not isinstance(wanted, list) or not wanted:
        return [one for one in run.own_messages if one.get("event") not in ("gtm.dom", "gtm.load")]
    events = [one.get("event") if isinstance(one, dict) else None for one in wanted]
    if None in events:
        return list(run.observed["dataLayer"])
    messages = run.observed["dataLayer"]
    return [one for one in messages if isinstance(one, dict) and one.get("event") in events]


if __name__ == "__main__":
    sys.exit(main())
