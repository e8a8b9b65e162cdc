"""A router that goes anywhere, on random specs: a platform receives what the oracle says."""

import pytest

from scenarios.navigations import Walk, WalkOracle, page_of
from scenarios.test_consent_orders import SEEDS, check


@pytest.mark.parametrize("seed", SEEDS)
def test_each_page_and_event_goes_out_once_with_its_own_values_or_not_at_all(tmp_path, seed):
    check(tmp_path, Walk(seed), oracle=WalkOracle)


def test_the_same_in_a_browser(tmp_path):
    for seed in SEEDS[:3]:
        check(tmp_path, Walk(seed), "browser", WalkOracle)


def test_the_walks_go_to_pages_and_stay_on_them_and_are_busy():
    moves = [move for seed in SEEDS for move in Walk(seed).moves]
    shown = [move[3] for move in moves if move[0] == "go"]
    assert min(shown.count(True), shown.count(False)) > len(SEEDS)
    rewritten = [
        move
        for move in moves
        if move[0] == "busy"
        and any(
            one[0] == "go" and other[:2] == ("go", "replaceState")
            and page_of("path", one[2]) != page_of("path", other[2])
            for one, other in zip(move[1], move[1][1:], strict=False)
        )
    ]  # fmt: skip
    assert len(rewritten) > len(SEEDS) / 10
