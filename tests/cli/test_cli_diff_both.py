"""`diff` of specs with a server container: both containers, or the half that the other side is."""

from __future__ import annotations

import json

import pytest
from push.harness import Shell
from push.test_push_both import SPEC

RENAMED = SPEC.replace("{from: order_id, prefix: purchase_}", "generate").replace(
    "tiktok: Purchase", "tiktok: AddToCart"
)
WITHOUT = SPEC[: SPEC.index("server:")] + SPEC[SPEC.index("events:") :]


@pytest.fixture
def both(shell: Shell) -> Shell:
    shell.spec(SPEC, "old.yaml")
    shell.spec(RENAMED, "new.yaml")
    shell.spec(WITHOUT, "without.yaml")
    return shell


def diffs(shell: Shell, *sides: str) -> list[dict[str, object]]:
    found = json.loads(shell.run("diff", *sides, "--format", "json").out)
    one: list[dict[str, object]] = found["diffs"]
    return one


def test_two_specs_have_two_diffs(both: Shell) -> None:
    web, server = diffs(both, "old.yaml", "new.yaml")

    assert (web["old"], server["old"], server["new"]) == (
        "old.yaml",
        "old.yaml (server)",
        "new.yaml (server)",
    )
    (change,) = server["changes"]  # type: ignore[misc]
    assert (change["kind"], change["name"]) == ("tag", "TikTok - purchase")  # type: ignore[index]


def test_a_server_container_that_is_new_is_added_whole(both: Shell) -> None:
    _, server = diffs(both, "without.yaml", "old.yaml")

    assert server["summary"]["added"] > 5  # type: ignore[index]
    assert server["summary"]["removed"] == 0  # type: ignore[index]
    assert both.run("diff", "without.yaml", "without.yaml", "--exit-code").code == 0


def test_an_export_is_compared_with_the_half_that_it_is(both: Shell) -> None:
    assert both.run("compile", "old.yaml", "-o", "out", "-q").code == 0

    for half in ("web", "server"):
        result = both.run("diff", "old.yaml", f"out/{half}.json", "--exit-code")
        assert (result.code, result.err) == (0, "")


def test_text_shows_one_after_the_other(both: Shell) -> None:
    out = both.run("diff", "old.yaml", "old.yaml").out

    assert out.startswith("old.yaml -> old.yaml\n\nNo differences. ")
    assert "\n\nold.yaml (server) -> old.yaml (server)\n\nNo differences. " in out
