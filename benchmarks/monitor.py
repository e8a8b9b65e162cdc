"""How long the monitor takes, how much memory, and how often it is right.

    python benchmarks/monitor.py [RECORDS]
    python benchmarks/monitor.py --right [SEEDS]

The first writes RECORDS (default 10,000,000) of 90 days and both sides as a Parquet file, and half
as many, and runs `gtmgen monitor` on each as a process of its own: wall and processor time, and the
most memory that it had. The second plants each kind of fault of scripts/monitor_example.py in the
traffic of each of SEEDS (default 50) seeds, some at a time, and quiet months beside them, and
prints how many faults are told on the right day and event (recall), and how many alerts are about
one (precision).
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
SPEC = ROOT / "specs/acme-shop.yaml"
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

EVENTS = ("ViewContent", "AddToCart", "InitiateCheckout", "Search", "Subscribe", "Purchase")


def write_parquet(path: Path, records: int) -> None:
    """Half of the records are the browser's, the other half the server's of the same events."""
    import duckdb

    events = ", ".join(f"'{event}'" for event in EVENTS)
    start = 1_785_715_200
    duckdb.connect().execute(
        f"""
        COPY (
          SELECT {start} + seconds + CASE WHEN s.side = 'server' THEN 3 ELSE 0 END AS "at",
            s.side, 'tiktok' AS platform, 'C4A1B2C3D4E5F6G7H8I0' AS account, event,
            lower(event) || '_' || n AS event_id,
            n % 2 = 0 AS email, n % 3 = 0 AS phone, n % 5 < 2 AS external_id,
            n % 4 = 0 AS click_id, n % 10 > 0 AS browser_id, true AS ip_agent,
            CASE WHEN event NOT IN ('Search', 'Subscribe') THEN 10 + n % 90 + 0.5 END AS value,
            CASE WHEN event NOT IN ('Search', 'Subscribe') THEN 'EUR' END AS currency,
            true AS items, 'SKU' || n % 200 AS item_id, true AS transaction_id,
            true AS search_term
          FROM (
            SELECT n, [{events}][1 + (n * 7919 % 100 // 17)::INTEGER] AS event,
              (n * 7776000 // {records // 2})::BIGINT AS seconds
            FROM range({records // 2}) AS t(n)
          ) CROSS JOIN (SELECT unnest(['browser', 'server']) AS side) AS s
        ) TO '{path}' (FORMAT parquet)
        """
    )


def run(path: Path) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and the most memory in MB of one process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "gtmgen", "monitor", str(path), "--spec", str(SPEC), "--quiet"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1):
        raise SystemExit(done.stderr)
    print(done.stdout.strip().split("\n")[-1])
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, used, after.ru_maxrss / 1024


def measure_time(records: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for count in (records // 2, records):
            path = Path(folder) / f"{count}.parquet"
            write_parquet(path, count)
            wall, used, memory = run(path)
            print(f"{count:,} records: {wall:.1f} s, {used:.1f} s of processor, {memory:.0f} MB")
            path.unlink()


def judge(spec: Any, records: Any) -> Any:
    import ibis
    import pandas as pd
    from monitor_example import PRODUCTS

    from gtmgen.monitor.judge import Judge
    from gtmgen.monitor.layouts.records import read_records
    from gtmgen.monitor.run import measure
    from gtmgen.monitor.watched import Expectations

    backend = ibis.duckdb.connect()
    backend.con.register("records", records)
    backend.con.register("products", pd.DataFrame({"item_id": PRODUCTS}))
    table = read_records(backend.table("records"))
    measures = measure(table, backend, Expectations(spec), products=backend.table("products"))
    return Judge(spec, measures).report()


def measure_rightness(seeds: int) -> None:
    import numpy as np
    from monitor_example import KINDS, START, Fault, make_records

    from gtmgen.spec.load import load

    spec = load(SPEC, os.environ).spec
    names = {"unknown-event": "Shopping", "renamed": "CompletePayment"}
    told, planted, right, alerts, quiet = 0, 0, 0, 0, 0
    for seed in range(seeds):
        quiet += len(judge(spec, make_records(10_000 + seed)).alerts)
        random = np.random.default_rng(seed)
        kinds = [kind for kind in random.permutation(list(KINDS)) if kind != "never-seen"][:8]
        faults = [
            Fault(str(kind), "Purchase", 24 + 8 * place + int(random.integers(0, 3)),
                  KINDS[str(kind)].days)
            for place, kind in enumerate(kinds)
        ]  # fmt: skip
        report = judge(spec, make_records(seed, 90, tuple(faults)))
        spans = set()
        for fault in faults:
            first = START + timedelta(days=fault.day)
            event = names.get(fault.kind, fault.event)
            spans |= {
                (name, first + timedelta(days=n))
                for n in range(fault.days)
                for name in (fault.event, event)
            }
            planted += 1
            rule = KINDS[fault.kind].rule
            is_told = any(
                (one.rule, one.event, one.first) == (rule, event, first) for one in report.alerts
            )
            told += is_told
            if not is_told:
                print(f"seed {seed}: missed {fault}")
        alerts += len(report.alerts)
        for alert in report.alerts:
            if (alert.event, alert.first) in spans:
                right += 1
            else:
                print(f"seed {seed}: {alert.rule} of {alert.event} on {alert.first} is no fault")
    print(f"{seeds} seeds, {planted} faults: recall {told / planted:.3f}")
    print(f"{alerts} alerts: precision {right / alerts:.3f}")
    print(f"{seeds} quiet seeds of 90 days: {quiet} alerts")


if __name__ == "__main__":
    numbers = [int(one) for one in sys.argv[1:] if one.isdigit()]
    if "--right" in sys.argv:
        measure_rightness(numbers[0] if numbers else 50)
    else:
        measure_time(numbers[0] if numbers else 10_000_000)
