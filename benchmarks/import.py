"""What an import costs, against another importer on the same file.

    python benchmarks/import.py [EXPORT...]

Prints, for a generated container of 5,000 entities and for every export that is named, measured
side by side in one run (a warm-up, then medians of alternating runs of both command lines):
- ``gtmgen import`` with and without lifting, with its proof that the spec compiles to the same;
- ``tiggy import`` (tiggy-cli), which proves the same, and the ratio;
- the same without the start of Python and the imports of modules, which is most of it for a
  small container.
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

RUNS = 5


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


# Both are imported whole before the clock starts.
WORK = """
import sys, time
{imports}
sys.argv[1:] = {arguments!r}
start = time.perf_counter()
try:
    {call}
except SystemExit as done:
    if done.code:
        raise
print("took", time.perf_counter() - start)
"""
IMPORTERS = {
    "gtmgen import": ("gtmgen", ["import", "EXPORT", "--out", "OUT", "--quiet"]),
    "gtmgen import --no-lift": (
        "gtmgen",
        ["import", "EXPORT", "--out", "OUT", "--quiet", "--no-lift"],
    ),
    "tiggy import": ("tiggy", ["import", "EXPORT", "OUT"]),
}
ENTRIES = {
    "gtmgen": (
        "import gc; gc.disable(); import gtmgen.cli.import_; from gtmgen.cli.main import main",
        "main(sys.argv[1:])",
    ),
    "tiggy": ("from tiggy.cli import main", "main()"),
}


def _script(name: str) -> str:
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        sys.exit(f"{name} is not installed; see the group `dev` in pyproject.toml")
    return found


def _once(program: str, arguments: list[str]) -> tuple[float, float, str]:
    """Seconds of the command line and of its work alone, and an error if there was one."""
    with tempfile.TemporaryDirectory() as folder:
        given = [item.replace("OUT", f"{folder}/out") for item in arguments]
        start = time.perf_counter()
        done = subprocess.run(
            [_script(program), *given], capture_output=True, text=True, check=False
        )
        whole = time.perf_counter() - start
    if done.returncode:
        return 0, 0, (done.stderr.strip().splitlines() or ["?"])[-1]
    imports, call = ENTRIES[program]
    with tempfile.TemporaryDirectory() as folder:
        given = [item.replace("OUT", f"{folder}/out") for item in arguments]
        code = WORK.format(imports=imports, call=call, arguments=given)
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
    return whole, float(done.stdout.rsplit("took", 1)[1]), ""


def measure(export: Path) -> None:
    times: dict[str, list[tuple[float, float]]] = {}
    failed: dict[str, str] = {}
    for run in range(RUNS + 1):
        for name, (program, arguments) in IMPORTERS.items():
            if name in failed:
                continue
            given = [str(export) if item == "EXPORT" else item for item in arguments]
            whole, work, error = _once(program, given)
            if error:
                failed[name] = error
            elif run:  # the first one warms up
                times.setdefault(name, []).append((whole, work))
    version = json.loads(export.read_text(encoding="utf-8-sig"))["containerVersion"]
    entities = sum(len(value) for value in version.values() if isinstance(value, list))
    print(f"{export.name}: {entities:,} entities, {export.stat().st_size / 1024:,.0f} KiB")
    medians = {
        name: tuple(statistics.median(column) for column in zip(*found, strict=True))
        for name, found in times.items()
    }
    for name, (whole, work) in medians.items():
        ratio = ""
        if "tiggy import" in medians and name != "tiggy import":
            other = medians["tiggy import"]
            ratio = f"   {other[0] / whole:.1f} and {other[1] / work:.1f} times as fast as tiggy"
        print(f"  {name:<24} {whole:7.2f} s, work alone {work:7.3f} s{ratio}")
    for name, why in failed.items():
        print(f"  {name:<24} failed: {why}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        generated = Path(folder) / "generated.json"
        generated.write_text(json.dumps(container(5000), indent=4), encoding="utf-8")
        for export in (generated, *map(Path, sys.argv[1:])):
            measure(export.resolve())


if __name__ == "__main__":
    main()
