"""How often one event reads the data layer, and what that costs.

    python benchmarks/data_layer.py [--chromium PATH]

A purchase of the example shop comes after 200 messages of 40 items each. GTM's API for templates
copies the whole data layer at every read, so the container reads it once per event and keeps what
the event has set. Printed beside each other: that, and the same container in which each variable
reads for itself. A message with a getter counts the copies. The clock, Chromium's own because the
page's is the scenario's, runs over the push alone.
"""

from __future__ import annotations

import argparse
import json
import statistics
from pathlib import Path
from typing import Any

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.runtime.engine import EngineError, EngineName, run_scenario
from gtmgen.spec.load import load

SPEC = Path(__file__).parents[1] / "specs" / "acme-shop.yaml"
MESSAGES = 200
ITEMS = 40
RUNS = 5

#: What the event-data template asks first; without it, every variable copies the data layer.
_KEPT = (
    "if (known && number !== undefined && known.number === number "
    "&& isCurrent(known, now - known.read)) return known;"
)

_FILL = f"""
(() => {{
  const item = (n) => ({{item_id: 'SKU' + n, item_name: 'Product ' + n, price: n, quantity: 1}});
  const items = Array.from({{length: {ITEMS}}}, (_, n) => item(n));
  for (let i = 0; i < {MESSAGES}; i++) dataLayer.push({{list: {{number: i, items: items}}}});
  window.copies = 0;
  dataLayer.push(Object.defineProperty({{}}, 'counted', {{
    enumerable: true, get: () => {{ window.copies += 1; return 1; }},
  }}));
  window.copies = 0;
}})()
"""
_PURCHASE = """
(() => {
  window.copies = 0;
  const clock = () => window.performance?.mark ? performance.mark('purchase').startTime : 0;
  const started = clock();
  dataLayer.push({event: 'purchase', ecommerce: {transaction_id: '1001', value: 59.9,
    currency: 'EUR', items: [{item_id: 'SKU1', price: 59.9, quantity: 1}]}});
  return JSON.stringify([window.copies, clock() - started]);
})()
"""


def containers() -> dict[str, dict[str, Any]]:
    """The example shop's container, and the same without what an event keeps."""
    text = export_json(compile_spec(load(SPEC, {}))).decode()
    assert text.count(_KEPT) == 1
    return {
        "once per event": json.loads(text),
        "each variable for itself": json.loads(text.replace(_KEPT, "")),
    }


def reads_and_times(
    container: dict[str, Any], engine: EngineName, chromium: str | None, runs: int
) -> tuple[int, float]:
    """How often a purchase copies the data layer, and the median of its milliseconds."""
    scenario = {
        "url": "https://shop.acme.example/checkout",
        "steps": [
            {"consentUpdate": {"ad_storage": "granted", "analytics_storage": "granted"}},
            {"eval": _FILL},
            {"eval": _PURCHASE},
        ],
    }
    results = []
    for _ in range(runs):
        run = run_scenario(container, scenario, engine=engine, executable=chromium)
        if run.skipped:
            raise EngineError(run.skipped)
        assert any(one["event"] == "purchase" for one in run.observed["fired"])
        results.append(json.loads(run.observed["evals"][-1]["value"]))
    return results[0][0], statistics.median(time for _, time in results)


def main() -> None:
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--chromium", default=None)
    options = parser.parse_args()
    engines: tuple[EngineName, ...] = ("quickjs", "browser")
    for engine in engines:
        try:
            found = {
                name: reads_and_times(container, engine, options.chromium, RUNS)
                for name, container in containers().items()
            }
        except EngineError as error:
            print(f"{engine}: {error}")
            continue
        (once, fast), (each, slow) = found.values()
        print(
            f"{engine}: {once} copy of the data layer, {each} where each variable reads: "
            f"{each / once:.0f} times"
        )
        if fast:
            print(
                f"{engine}: {fast:.0f} ms, {slow:.0f} ms where each reads: {slow / fast:.1f} times"
            )


if __name__ == "__main__":
    main()
