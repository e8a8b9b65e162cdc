"""What an import costs, against another importer on the same file.

    python benchmarks/import.py [EXPORT...]

Prints, for a generated container of 5,000 entities and for every export that is named, measured
side by side in one run (a warm-up, then medians of alternating runs of both command lines):
- ``gtmgen import`` with and without lifting, with its proof that the spec compiles to the same;
- ``tiggy import`` (tiggy-cli), which proves the same, and the ratio.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

RUNS = 3


def container(entities: int) -> dict[str, Any]:
    """An export of so many entities: a third each of tags, triggers and variables."""
    number = entities // 3
    base = {"accountId": "1", "containerId": "2"}
    return {
        "exportFormatVersion": 2,
        "exportTime": "2026-01-01 00:00:00",
        "containerVersion": {
            "path": "accounts/1/containers/2/versions/0",
            **base,
            "containerVersionId": "0",
            "container": {
                **base,
                "path": "accounts/1/containers/2",
                "name": "benchmark",
                "publicId": "GTM-BENCH1",
                "usageContext": ["WEB"],
            },
            "tag": [_tag(base, place, number) for place in range(entities - 2 * number)],
            "trigger": [_trigger(base, place, number) for place in range(number)],
            "variable": [_variable(base, place, number) for place in range(number)],
            "builtInVariable": [
                {**base, "type": "PAGE_PATH", "name": "Page Path"},
                {**base, "type": "PAGE_URL", "name": "Page URL"},
            ],
        },
    }


def _text(key: str, value: str) -> dict[str, str]:
    return {"type": "TEMPLATE", "key": key, "value": value}


def _tag(base: dict[str, str], place: int, number: int) -> dict[str, Any]:
    rows = [
        {
            "type": "MAP",
            "map": [_text("parameter", name), _text("parameterValue", f"{{{{dlv - {value}}}}}")],
        }
        for name, value in (("value", place % number), ("items", (place + 1) % number))
    ]
    return {
        **base,
        "tagId": str(place + 1),
        "name": f"GA4 - event {place}",
        "type": "gaawe",
        "parameter": [
            {"type": "BOOLEAN", "key": "sendEcommerceData", "value": "false"},
            {"type": "LIST", "key": "eventSettingsTable", "list": rows},
            _text("eventName", f"event_{place}"),
            _text("measurementIdOverride", "G-ABC1234567"),
        ],
        "fingerprint": "1577836800000",
        "firingTriggerId": [str(number * 2 + place % number)],
        "tagFiringOption": "ONCE_PER_EVENT",
        "monitoringMetadata": {"type": "MAP"},
        "consentSettings": {"consentStatus": "NOT_SET"},
    }


def _trigger(base: dict[str, str], place: int, number: int) -> dict[str, Any]:
    return {
        **base,
        "triggerId": str(number * 2 + place),
        "name": f"event - {place}",
        "type": "CUSTOM_EVENT",
        "customEventFilter": [
            {
                "type": "EQUALS",
                "parameter": [_text("arg0", "{{_event}}"), _text("arg1", f"event_{place}")],
            }
        ],
        "filter": [
            {
                "type": "CONTAINS",
                "parameter": [_text("arg0", "{{Page Path}}"), _text("arg1", f"/section/{place}")],
            }
        ],
        "fingerprint": "1577836800000",
    }


def _variable(base: dict[str, str], place: int, number: int) -> dict[str, Any]:
    return {
        **base,
        "variableId": str(number * 3 + place),
        "name": f"dlv - {place}",
        "type": "v",
        "parameter": [
            {"type": "INTEGER", "key": "dataLayerVersion", "value": "2"},
            {"type": "BOOLEAN", "key": "setDefaultValue", "value": "false"},
            _text("name", f"ecommerce.field_{place}"),
        ],
        "fingerprint": "1577836800000",
        "formatValue": {},
    }


def _commands(export: Path, out: Path) -> dict[str, list[str]]:
    def script(name: str) -> str:
        found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
        if found is None:
            sys.exit(f"{name} is not installed; see the group `dev` in pyproject.toml")
        return found

    gtmgen = [script("gtmgen"), "import", str(export), "--out", str(out), "--quiet"]
    return {
        "gtmgen import": gtmgen,
        "gtmgen import --no-lift": [*gtmgen, "--no-lift"],
        "tiggy import": [script("tiggy"), "import", str(export), str(out)],
    }


def measure(export: Path) -> None:
    times: dict[str, list[float]] = {}
    failed: dict[str, str] = {}
    for run in range(RUNS + 1):
        for name, command in _commands(export, Path("out")).items():
            if name in failed:
                continue
            with tempfile.TemporaryDirectory() as folder:
                command = [part if part != "out" else f"{folder}/out" for part in command]
                start = time.perf_counter()
                done = subprocess.run(command, capture_output=True, text=True, check=False)
                took = time.perf_counter() - start
            if done.returncode:
                failed[name] = (done.stderr.strip().splitlines() or ["?"])[-1]
            elif run:  # the first one warms up
                times.setdefault(name, []).append(took)
    version = json.loads(export.read_text(encoding="utf-8-sig"))["containerVersion"]
    entities = sum(len(value) for value in version.values() if isinstance(value, list))
    print(f"{export.name}: {entities:,} entities, {export.stat().st_size / 1024:,.0f} KiB")
    medians = {name: statistics.median(found) for name, found in times.items()}
    for name, median in medians.items():
        ratio = ""
        if "tiggy import" in medians and name != "tiggy import":
            ratio = f"   {medians['tiggy import'] / median:.1f} times as fast as tiggy import"
        print(f"  {name:<26} {median:7.2f} s{ratio}")
    for name, why in failed.items():
        print(f"  {name:<26} failed: {why}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        generated = Path(folder) / "generated.json"
        generated.write_text(json.dumps(container(5000), indent=4), encoding="utf-8")
        for export in (generated, *map(Path, sys.argv[1:])):
            measure(export.resolve())


if __name__ == "__main__":
    main()
