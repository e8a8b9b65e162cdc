"""What compiling costs, against what it cannot do without: parsing the YAML.

    python benchmarks/compile.py

Prints, measured side by side in one run (a warm-up, then medians of alternating runs, in seconds of
the processor, which other programs of the machine hardly change):
- compiling 1,000 events, spec file to export text, against ``yaml.compose`` with the C loader
  on the same text;
- 10,000 events against 1,000, and the peak memory of both (each in a process of its own);
- the start-up of ``gtmgen --version`` against ``python -c pass``.
"""

from __future__ import annotations

import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import yaml

HEAD = """\
gtmgen: 1
project: benchmark
container: {gtm: GTM-BENCH1}
site: {navigation: spa}
platforms:
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, page_view: manual, consent: [ad_storage]}
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
data:
  value: {path: ecommerce.value, type: number}
  currency: {path: ecommerce.currency, type: currency}
  items: {path: ecommerce.items, type: items}
events:
"""
EVENT = """\
  event_{n}:
    title: Event number {n}
    description: What happens when a visitor does the thing with the number {n}.
    owner: growth
    on: {{event: event_{n}}}
    where: {{value: {{gt: 0}}}}
    params:
      value: value
      currency: currency
      items: items
    send: {{tiktok: AddToCart, ga4: add_to_cart}}

"""


def spec_text(events: int) -> str:
    """A spec of so many events, 12 lines each."""
    return HEAD + "".join(EVENT.format(n=number) for number in range(events))


def compile_file(path: Path) -> int:
    """Spec file to export text, as ``gtmgen compile`` does it; the length of the text."""
    from gtmgen.compile.compiler import compile_spec
    from gtmgen.container.export import export_json
    from gtmgen.spec.load import load

    gc.disable()  # as the command line does
    try:
        return len(export_json(compile_spec(load(path, {}))))
    finally:
        gc.enable()


Clock = Callable[[], float]


def timed(function: Callable[[], object], clock: Clock) -> float:
    gc.collect()
    start = clock()
    function()
    return clock() - start


def medians(
    functions: list[Callable[[], object]], runs: int, clock: Clock = time.process_time
) -> list[float]:
    """The median seconds of each, run in turn so that a slow moment hits all of them."""
    for function in functions:
        function()
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(runs):
        for place, function in enumerate(functions):
            times[place].append(timed(function, clock))
    return [statistics.median(found) for found in times]


def peak_memory(path: Path) -> float:
    """MiB at the most, of a process that compiles the file once."""
    answer = subprocess.run(
        [sys.executable, __file__, "--once", str(path)], check=True, capture_output=True, text=True
    )
    return int(answer.stdout) / 1024


def main() -> None:
    if sys.argv[1:2] == ["--once"]:
        compile_file(Path(sys.argv[2]))
        # Not ru_maxrss, which after exec() still counts the process that started this one.
        status = Path("/proc/self/status").read_text(encoding="ascii")
        print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
        return
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.yaml"), Path(folder, "large.yaml")
        small.write_text(spec_text(1_000), encoding="utf-8")
        large.write_text(spec_text(10_000), encoding="utf-8")
        text = small.read_text(encoding="utf-8")
        compose, one, ten = medians(
            [
                lambda: yaml.compose(text, yaml.CLoader),
                lambda: compile_file(small),
                lambda: compile_file(large),
            ],
            runs=7,
        )
        lines = text.count("\n")
        print(f"1,000 events ({lines:,} lines): yaml.compose {compose * 1e3:.0f} ms, ", end="")
        print(f"compile {one * 1e3:.0f} ms, ratio {one / compose:.2f} (at most 2)")
        print(f"10,000 events: {ten * 1e3:.0f} ms, {ten / one:.1f} times the 1,000 (at most 11)")
        print(f"peak memory: {peak_memory(small):.0f} MiB and {peak_memory(large):.0f} MiB")
    bare, version = medians(
        [
            lambda: subprocess.run([sys.executable, "-c", "pass"], check=True),
            lambda: subprocess.run(
                [sys.executable, "-m", "gtmgen", "--version"], check=True, stdout=subprocess.DEVNULL
            ),
        ],
        runs=15,
        clock=time.perf_counter,  # the time of other processes
    )
    print(f"start-up: python -c pass {bare * 1e3:.0f} ms, ", end="")
    print(f"gtmgen --version {version * 1e3:.0f} ms, ratio {version / bare:.2f}")


if __name__ == "__main__":
    main()
