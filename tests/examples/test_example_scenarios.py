"""The scenarios of every example spec and starter pass; the docs' examples fire what they say."""

from dataclasses import replace
from pathlib import Path

import pytest

from gtmgen.cli.main import main
from gtmgen.compile.compiler import compile_both
from gtmgen.docs.build import build
from gtmgen.scenarios.accounts import accounts_of
from gtmgen.scenarios.halves import halves_of
from gtmgen.scenarios.load import scenarios_of_spec
from gtmgen.scenarios.model import Status
from gtmgen.scenarios.parse import parse_scenario
from gtmgen.scenarios.run import Runner, ScenarioSetting
from gtmgen.scenarios.server_rules import payload_check
from gtmgen.spec.load import load

ROOT = Path(__file__).parents[2]
SPECS = [
    *sorted((ROOT / "specs").glob("*.yaml")),
    ROOT / "specs" / "split" / "shop.yaml",
    *sorted((ROOT / "templates" / "starters").glob("*.yaml")),
]
NAMES = [path.stem for path in SPECS]


def loaded_from(path, tmp_path):
    """A starter is valid once its IDs are changed."""
    if "starters" not in path.parts:
        return load(path, {})
    text = path.read_text()
    for old, new in (
        ("GTM-XXXXXXX", "GTM-ABC1234"),
        ("CXXXXXXXXXXXXXXXXXXX", "C4A1B2C3D4E5F6G7H8I0"),
        ("G-XXXXXXXXXX", "G-ABC1234567"),
    ):
        text = text.replace(old, new)
    (tmp_path / path.name).write_text(text)
    return load(tmp_path / path.name, {})


def runner_for(loaded, locate):
    web, server = halves_of(compile_both(loaded))
    check = payload_check(loaded.spec) if server else None
    setting = replace(ScenarioSetting().at_site(loaded.spec), payload_check=check)
    return Runner(web, accounts_of(loaded.spec), setting, locate, server)


@pytest.mark.parametrize("path", SPECS, ids=NAMES)
def test_its_scenarios_pass(path, tmp_path):
    loaded = loaded_from(path, tmp_path)
    file = scenarios_of_spec(loaded)
    results = list(runner_for(loaded, file.locate).run_all(file.scenarios))
    assert [one.failures for one in results if one.failures] == []
    assert all(one.status is Status.PASSED for one in results)
    assert len(results) >= 2


STARTERS = [path for path in SPECS if "starters" in path.parts]


@pytest.mark.parametrize("path", STARTERS, ids=[path.stem for path in STARTERS])
def test_a_starter_has_nothing_for_a_tester_to_find(path, tmp_path, capsys):
    loaded_from(path, tmp_path)
    code = main(["test", str(tmp_path / path.name), "--explore", "--engine", "quickjs"])
    explored, findings = capsys.readouterr().out.strip().split("\n")[-1].split(", ")[:2]
    assert (code, findings) == (0, "0 findings")
    assert int(explored.split()[0]) > 10


@pytest.mark.parametrize("path", SPECS, ids=NAMES)
def test_the_messages_in_the_docs_fire_their_events(path, tmp_path):
    loaded = loaded_from(path, tmp_path)
    runner = runner_for(loaded, loaded.document.span)
    tried = 0
    for event in build(loaded).events:
        if event.message is None or not event.deliveries:
            continue
        url = sample_url(loaded.spec, event)
        steps = [{"load": url}, {"push": list(event.message.messages)}]
        raw = {"name": event.key, "consent": "granted", "steps": steps}
        result = runner.run(parse_scenario(raw, ("events", event.key)))
        sent = {(call.pack, call.event) for call in result.calls}
        packs = loaded.spec.platforms
        wanted = {
            (packs[one.platform].pack.name, one.event) for one in event.deliveries if not one.paused
        }
        assert wanted <= sent, event.key
        tried += 1
    assert tried > 0


def sample_url(spec, event):
    for key in spec.events[event.key].narrowing.pages:
        return spec.pages[key].paths[0].replace("**", "one").replace("*", "one")
    return "/"


POLICY = (
    "script-src 'self' 'nonce-abc' https://analytics.tiktok.com https://www.googletagmanager.com"
)


def test_the_example_shop_s_scenarios_pass_under_a_strict_policy():
    loaded = load(ROOT / "specs" / "acme-shop.yaml", {})
    runner = runner_for(loaded, loaded.document.span)
    tests = loaded.document.data["tests"]
    results = [
        runner.run(parse_scenario({**raw, "csp": POLICY}, ("tests", place)))
        for place, raw in enumerate(tests)
        if "html" not in raw
    ]
    assert len(results) > 5
    assert {(one.status, one.engine, one.reason) for one in results} == {
        (Status.PASSED, "browser", "")
    }
