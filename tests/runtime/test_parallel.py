"""Many scenarios are run by several processes; the results are the same, in order."""

import json
from itertools import cycle, islice
from pathlib import Path

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.scenarios.accounts import accounts_of
from gtmgen.scenarios.load import scenarios_of_spec
from gtmgen.scenarios.parallel import run_parallel
from gtmgen.scenarios.run import Runner, ScenarioSetting
from gtmgen.spec.load import load


def test_the_results_are_those_of_one_process():
    loaded = load(Path(__file__).parent / "mutations" / "shop.yaml", {})
    export = json.loads(export_json(compile_spec(loaded)))
    file = scenarios_of_spec(loaded)
    runner = Runner(
        export, accounts_of(loaded.spec), ScenarioSetting(clock=lambda: 0.0), file.locate
    )
    scenarios = list(islice(cycle(file.scenarios), 20))
    found = run_parallel(runner, scenarios, processes=2)
    assert [one.scenario.name for one in found] == [one.name for one in scenarios]
    assert [one.calls for one in found[:5]] == [one.calls for one in runner.run_all(scenarios[:5])]
