"""How long it takes to write the TypeScript of a spec with 1,000 events.

    python benchmarks/codegen.py [COUNT]

Prints the processor time of the contract and of the code, without reading the spec: the best of
five runs.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from compile import spec_text  # benchmarks/compile.py

from gtmgen.contract.build import build_contract
from gtmgen.generate.typescript import typescript
from gtmgen.spec.load import load


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "spec.yaml"
        file.write_text(spec_text(count), encoding="utf-8")
        spec = load(file, {}).spec
    seconds = []
    for _ in range(5):
        start = time.process_time()
        contract = build_contract(spec)
        middle = time.process_time()
        code = typescript(spec, contract)
        seconds.append((middle - start, time.process_time() - middle))
    made, written = min(seconds, key=sum)
    print(
        f"{count:,} events, {len(code) / 1e6:.1f} MB: contract {made:.2f} s, code {written:.2f} s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
