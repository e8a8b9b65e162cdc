"""What validating costs: one small spec beside `python -c pass`, and 40 specs in one call.

    python benchmarks/validate.py [RUNS]

Prints seconds of the processor (user), the mean of alternating runs, which other programs of the
machine hardly change:
- ``gtmgen validate`` of the example shop against ``python -c pass`` (goal: at most 15 times);
- ``gtmgen validate`` of 40 specs against twice the sum of parsing their YAML (``yaml.compose`` with
  the C loader) and of the start-up, which is ``gtmgen validate`` of a spec of four lines.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean

import yaml

SPECS = Path(__file__).parents[1] / "specs"
COUNT = 40
SMALLEST = "gtmgen: 1\nproject: small\ncontainer: {gtm: GTM-SMALL1}\nconsent: {default: site}\n"
# An installed gtmgen is compiled to bytecode; a checkout is by the first run, unless forbidden.
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}


def user_seconds(*command: str) -> float:
    """The processor's time of a process and of what it starts, without the kernel's."""
    # `os.times` counts in hundredths of a second, and `python -c pass` takes one or two.
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    subprocess.run([sys.executable, *command], check=True, capture_output=True, env=ENVIRONMENT)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def parsing_seconds(files: list[Path]) -> float:
    started = time.process_time()
    for file in files:
        yaml.compose(file.read_text(encoding="utf-8"), yaml.CLoader)
    return time.process_time() - started


def copies(folder: Path) -> list[Path]:
    """The example shop, 40 times, each a project and a container of its own."""
    text = (SPECS / "acme-shop.yaml").read_text(encoding="utf-8")
    files = [folder / f"shop{number}.yaml" for number in range(COUNT)]
    for number, file in enumerate(files):
        own = text.replace("project: acme-shop", f"project: shop{number}")
        file.write_text(own.replace("GTM-ACME42", f"GTM-SHOP{number:02}"), encoding="utf-8")
    return files


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    bare, shop, smallest, many, parsing = [], [], [], [], []
    with tempfile.TemporaryDirectory() as folder:
        small = Path(folder, "small.yaml")
        small.write_text(SMALLEST, encoding="utf-8")
        shops = Path(folder, "shops")
        shops.mkdir()
        files = copies(shops)
        user_seconds("-m", "gtmgen", "validate", str(small))
        for _ in range(runs):
            bare.append(user_seconds("-c", "pass"))
            shop.append(user_seconds("-m", "gtmgen", "validate", str(SPECS / "acme-shop.yaml")))
            smallest.append(user_seconds("-m", "gtmgen", "validate", str(small)))
            many.append(user_seconds("-m", "gtmgen", "validate", *map(str, files)))
            parsing.append(parsing_seconds(files))
    ratio = mean(shop) / mean(bare)
    print(f"python -c pass {mean(bare) * 1e3:.0f} ms, ", end="")
    print(f"validate of the example shop {mean(shop) * 1e3:.0f} ms: {ratio:.1f} times (at most 15)")
    floor = mean(parsing) + mean(smallest)
    print(
        f"{COUNT} specs: {mean(many) * 1e3:.0f} ms; parsing {mean(parsing) * 1e3:.0f} ms, ", end=""
    )
    print(f"start-up {mean(smallest) * 1e3:.0f} ms: {mean(many) / floor:.2f} times (at most 2)")


if __name__ == "__main__":
    main()
