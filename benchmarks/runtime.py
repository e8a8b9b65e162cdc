"""What scenarios cost: 200 of the example shop in process, beside one in a Chromium.

    python benchmarks/runtime.py [--chromium PATH]

Prints the seconds of 200 scenarios in QuickJS on all cores (goal: under 2 s on two) and on one, and
of one scenario in the browser, with and without its start.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.runtime.engine import EngineError
from gtmgen.scenarios.accounts import accounts_of
from gtmgen.scenarios.load import scenarios_of_spec
from gtmgen.scenarios.model import Scenario, Status
from gtmgen.scenarios.parallel import run_parallel
from gtmgen.scenarios.run import Runner, ScenarioSetting
from gtmgen.spec.load import load

SPEC = Path(__file__).parents[1] / "specs" / "acme-shop.yaml"
COUNT = 200


def main() -> None:
    parser = argparse.ArgumentParser(description="What scenarios cost.")
    parser.add_argument("--chromium", default=None)
    options = parser.parse_args()
    loaded = load(SPEC, {})
    export = json.loads(export_json(compile_spec(loaded)))
    file = scenarios_of_spec(loaded)
    setting = ScenarioSetting(executable=options.chromium).at_site(loaded.spec)
    runner = Runner(export, accounts_of(loaded.spec), setting, file.locate)
    plain = [one for one in file.scenarios if not one.needs_document]
    scenarios: list[Scenario] = list(islice(cycle(plain), COUNT))
    runner.run(plain[0])
    for title, run in (
        ("on all cores", lambda: run_parallel(runner, scenarios)),
        ("on one core", lambda: list(runner.run_all(scenarios))),
    ):
        started, used = time.perf_counter(), time.process_time()
        results = run()
        seconds, used = time.perf_counter() - started, time.process_time() - used
        assert all(one.status is Status.PASSED for one in results)
        each = seconds / COUNT * 1000
        print(f"{COUNT} scenarios in QuickJS {title}: {seconds:.2f} s, {each:.1f} ms each", end="")
        print(f" ({used:.2f} s of this process's processor)")
    browser = Runner(
        export,
        accounts_of(loaded.spec),
        replace(setting, engine="browser"),
        file.locate,
    )
    try:
        for title in ("with its start", "again"):
            started = time.perf_counter()
            result = browser.run(plain[0])
            if result.reason:
                print(f"no scenario in Chromium: {result.reason}")
                break
            print(f"1 scenario in Chromium, {title}: {time.perf_counter() - started:.2f} s")
    except EngineError as error:
        print(f"no scenario in Chromium: {error}")


if __name__ == "__main__":
    main()
