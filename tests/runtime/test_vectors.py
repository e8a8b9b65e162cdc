"""Every recorded vector comes out as recorded, in every host that can run it."""

from __future__ import annotations

from collections import Counter

import pytest

from gtmgen.runtime.browser_process import find_chromium
from gtmgen.runtime.engine import run_scenario
from scripts.vectors import choose_messages

from .vectors import Vector, differences, needs_browser, vectors

IN_PROCESS = [id_ for id_, vector in vectors().items() if not needs_browser(vector)]
IN_BROWSER = [id_ for id_, vector in vectors().items() if needs_browser(vector)]
#: A few of each area run in the browser, too, although QuickJS can run them.
IN_BOTH = [
    id_
    for area in sorted({vectors()[id_]["area"] for id_ in IN_PROCESS})
    for id_ in [one for one in IN_PROCESS if vectors()[one]["area"] == area][::12]
]
RESULTS: Counter[tuple[str, str, str]] = Counter()


def check(id_: str, engine: str) -> None:
    vector = vectors()[id_]
    run = run_scenario(vector["container"], vector["scenario"], engine=engine)  # type: ignore[arg-type]
    assert run.skipped is None
    assert run.stopped is None
    observed = dict(run.observed)
    observed["dataLayer"] = choose_messages(run, vector["observed"].get("dataLayer"))
    found = differences(vector, observed)
    RESULTS[vector["area"], engine, "disagree" if found else "agree"] += 1
    assert not found


@pytest.mark.parametrize("id_", IN_PROCESS)
def test_in_quickjs(id_: str) -> None:
    check(id_, "quickjs")


@pytest.mark.skipif(find_chromium() is None, reason="no Chromium")
@pytest.mark.parametrize("id_", IN_BROWSER + IN_BOTH)
def test_in_a_browser(id_: str) -> None:
    check(id_, "browser")


@pytest.fixture(scope="module", autouse=True)
def report() -> object:
    """Prints the report per area (`pytest tests/runtime/test_vectors.py -s -n 0`)."""
    yield
    areas = sorted({area for area, _, _ in RESULTS})
    print(f"\n{'area':<12}{'quickjs':>14}{'browser':>14}")
    for area in areas:
        cells = []
        for engine in ("quickjs", "browser"):
            agree = RESULTS[area, engine, "agree"]
            cells.append(f"{agree} of {agree + RESULTS[area, engine, 'disagree']}")
        print(f"{area:<12}{cells[0]:>14}{cells[1]:>14}")


def test_the_comparison_can_fail() -> None:
    vector: Vector = {
        "observed": {"fired": [{"step": 0, "event": "e", "tag": "T", "params": {"a": 1}}]}
    }
    fired = {"step": 0, "event": "e", "tag": "T"}
    assert (
        differences(vector, {"fired": [{**fired, "params": {"a": 1, "b": {"$undefined": True}}}]})
        == []
    )
    right = {**fired, "params": {"a": 1}}
    text, other_step = {**fired, "params": {"a": "1"}}, {**right, "step": 1}
    for wrong in ([], [text], [other_step], [right] * 2, [{**fired, "params": {"a": True}}]):
        assert differences(vector, {"fired": wrong})
