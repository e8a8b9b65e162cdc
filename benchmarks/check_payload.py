"""How long it takes to check recorded server calls.

    python benchmarks/check_payload.py [COUNT]

Writes a recording of COUNT requests (default 10,000) of the example shop's purchase as JSON Lines,
half of them with a message of the site beside it, a tenth of them wrong, and prints the time and
the processor time that `gtmgen check-payload` takes, from the start of the process to its end (the
best of three runs; on a busy machine, the second is the one to compare).
"""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from gtmgen.contract.build import build_contract
from gtmgen.spec.load import load

SPEC = Path(__file__).parents[1] / "specs/acme-shop.yaml"
START = 1_767_268_800


def record(payload: Any, number: int) -> Any:
    """One request; every tenth has a price in text and the phone number in clear."""
    body = copy.deepcopy(payload)
    event = body["data"][0]
    event.update(event_id=f"purchase_{number}", event_time=START + number)
    event["properties"]["order_id"] = str(number)
    if number % 10 == 0:
        event["properties"]["value"] = "59.90"
        event["user"]["phone"] = "+4915112345678"
    return body


def pushed(number: int) -> Any:
    """The site's message of the same order."""
    items = [{"item_id": "SKU1", "price": 59.9, "quantity": 1}]
    order = {"transaction_id": str(number), "value": 59.9, "currency": "EUR", "items": items}
    return {"time": START + number, "message": {"event": "purchase", "ecommerce": order}}


def main(count: int) -> None:
    payload = build_contract(load(SPEC, {}).spec).events["purchase"].servers["tiktok"].payload
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "calls.jsonl"
        with file.open("w", encoding="utf-8") as stream:
            for number in range(count):
                stream.write(f"{json.dumps(record(payload, number))}\n")
                if number % 2:
                    stream.write(f"{json.dumps(pushed(number))}\n")
        command = [sys.executable, "-m", "gtmgen", "check-payload", str(file), "--spec", str(SPEC)]
        environment = {key: value for key, value in os.environ.items() if key != "TIKTOK_PIXEL_ID"}
        seconds, used = [], []
        for _ in range(3):
            start, before = time.perf_counter(), _children()
            done = subprocess.run(command, capture_output=True, text=True, env=environment)
            seconds.append(time.perf_counter() - start)
            used.append(_children() - before)
        size = file.stat().st_size / 1e6
    print(
        f"{count:,} requests, {size:.1f} MB: {min(seconds):.2f} s, {min(used):.2f} s of processor"
    )
    print("\n".join(done.stderr.splitlines()[:3]))


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
