"""docs/server-scenarios.md: its scenario is one that runs and passes."""

import re
from pathlib import Path

from gtmgen.cli.main import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/server-scenarios.md").read_text(encoding="utf-8")


def test_the_scenario_of_the_page_passes(tmp_path, capsys):
    scenario, answers = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    file = tmp_path / "page.yaml"
    file.write_text(scenario + answers)
    spec = ROOT / "specs/acme-both.yaml"
    assert main(["test", str(spec), "--scenario", str(file), "--quiet"]) == 0
    assert capsys.readouterr().out == "1 passed\n"
