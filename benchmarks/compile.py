"""What compiling costs, against what it cannot do without: parsing the YAML.

    python benchmarks/compile.py

Prints, measured side by side in one run:
- compiling 1,000 events, spec file to export text, against ``yaml.compose`` with the C loader
  on the same text;
- 10,000 events against 1,000, and the peak memory of both;
- the start-up of ``gtmgen --version`` against ``python -c pass``.

Seconds are those of the processor, which other programs of the machine change less than the clock.
Each measurement has a process of its own, as every call of ``gtmgen compile`` has, and a warm-up
on one event: in a process that has compiled before, 1,000 events use memory that is there
already, while 10,000 have to ask the system for more of it, page by page, and what is compared is
the history of the heap. The three take turns, and a ratio is the median of those of the single
rounds, whose two measurements lie seconds apart; the spread says how far to trust it.
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
from typing import NamedTuple

import yaml

ROUNDS = 7

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


def compose_file(path: Path) -> None:
    """The same text to PyYAML's nodes, as Python collects garbage by itself."""
    yaml.compose(path.read_text(encoding="utf-8"), yaml.CLoader)


WORK: dict[str, Callable[[Path], object]] = {"compile": compile_file, "compose": compose_file}


class Cost(NamedTuple):
    """Seconds of the processor, and MiB of memory at the most."""

    seconds: float
    memory: float


def measure(work: str, path: Path) -> Cost:
    """What doing it once costs, in a process that has done it with one event before."""
    answer = subprocess.run(
        [sys.executable, __file__, "--once", work, str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    return Cost(*map(float, answer.stdout.split()))


def print_once(work: str, path: Path) -> None:
    """The other end of :func:`measure`."""
    with tempfile.TemporaryDirectory() as folder:
        one = Path(folder, "one.yaml")
        one.write_text(spec_text(1), encoding="utf-8")
        WORK[work](one)
    gc.collect()
    start = time.process_time()
    WORK[work](path)
    seconds = time.process_time() - start
    # Not ru_maxrss, which after exec() still counts the process that started this one.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    print(seconds, int(peak) / 1024)


def describe_ratio(over: list[Cost], under: list[Cost]) -> str:
    """The median of the rounds' ratios, with the lowest and the highest."""
    ratios = sorted(a.seconds / b.seconds for a, b in zip(over, under, strict=True))
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def milliseconds(costs: list[Cost]) -> str:
    """The median."""
    return f"{statistics.median(cost.seconds for cost in costs) * 1e3:.0f} ms"


def start_up(*arguments: str) -> float:
    """Seconds of the clock until Python has run with these arguments."""
    start = time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def compare_sizes(folder: Path) -> None:
    """The lines about 1,000 and 10,000 events."""
    small, large = folder / "small.yaml", folder / "large.yaml"
    small.write_text(spec_text(1_000), encoding="utf-8")
    large.write_text(spec_text(10_000), encoding="utf-8")
    compose: list[Cost] = []
    one: list[Cost] = []
    ten: list[Cost] = []
    for _ in range(ROUNDS):
        compose.append(measure("compose", small))
        one.append(measure("compile", small))
        ten.append(measure("compile", large))
    lines = small.read_text(encoding="utf-8").count("\n")
    print(f"1,000 events ({lines:,} lines): yaml.compose {milliseconds(compose)}, ", end="")
    print(f"compile {milliseconds(one)}, ratio {describe_ratio(one, compose)} (at most 2)")
    print(f"10,000 events: {milliseconds(ten)}, ", end="")
    print(f"{describe_ratio(ten, one)} times the 1,000 (at most 11)")
    print(f"peak memory: {one[-1].memory:.0f} MiB and {ten[-1].memory:.0f} MiB")


def main() -> None:
    if sys.argv[1:2] == ["--once"]:
        print_once(sys.argv[2], Path(sys.argv[3]))
        return
    with tempfile.TemporaryDirectory() as folder:
        compare_sizes(Path(folder))
    rounds = [(start_up("-c", "pass"), start_up("-m", "gtmgen", "--version")) for _ in range(15)]
    bare, version = (statistics.median(times) for times in zip(*rounds, strict=True))
    print(f"start-up: python -c pass {bare * 1e3:.0f} ms, ", end="")
    print(f"gtmgen --version {version * 1e3:.0f} ms, ratio {version / bare:.2f}")


if __name__ == "__main__":
    main()
