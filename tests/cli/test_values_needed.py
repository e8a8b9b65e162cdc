"""Variables of the environment: only those have to be set whose values a command uses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from push.harness import Shell

EXAMPLE = Path(__file__).parents[2] / "specs" / "acme-shop.yaml"
VALUES = {"GTM-ACME42": "GTM", "C4A1B2C3D4E5F6G7H8I0": "PIXEL", "G-ABC1234567": "STREAM"}
CALL = {"event_source": "web", "event_source_id": "C4A1B2C3D4E5F6G7H8I0", "data": []}


@pytest.fixture
def shop(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The example with variables for the container's and the accounts' IDs, and none is set."""
    text = EXAMPLE.read_text(encoding="utf-8")
    text = text.replace("${TIKTOK_PIXEL_ID:-C4A1B2C3D4E5F6G7H8I0}", "C4A1B2C3D4E5F6G7H8I0")
    for value, name in VALUES.items():
        assert value in text
        text = text.replace(value, f"${{{name}}}")
        monkeypatch.delenv(name, raising=False)
    shell.spec(text)
    (shell.folder / "calls.json").write_text(json.dumps(CALL))
    (shell.folder / "feed.csv").write_text("sku_id,title\nA1,Shoe\n")
    (shell.folder / "log.jsonl").write_text(
        '{"at": 1767225600, "side": "browser", "platform": "tiktok", "event": "Purchase"}\n'
    )
    return shell


def missing(result_err: str) -> list[str]:
    told = "the environment variable `"
    return [line.split(told)[1].split("`")[0] for line in result_err.splitlines() if told in line]


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        ("prune spec.yaml", []),
        ("schema --of data-layer --spec spec.yaml", []),
        ("monitor log.jsonl --spec spec.yaml", []),
        ("catalogue feed.csv --spec spec.yaml", ["PIXEL"]),
        ("check-payload calls.json --spec spec.yaml", ["PIXEL"]),
        ("schema --of events-api --spec spec.yaml", ["PIXEL"]),
        ("versions spec.yaml --target local", ["GTM"]),
        ("environments spec.yaml --target local", ["GTM"]),
        ("publish spec.yaml --target local", ["GTM"]),
        ("rollback spec.yaml 1 --target local", ["GTM"]),
        ("plan spec.yaml --target local", ["GTM", "PIXEL", "STREAM"]),
    ],
)
def test_what_a_command_needs(
    shop: Shell, monkeypatch: pytest.MonkeyPatch, command: str, needed: list[str]
) -> None:
    first = shop.run(*command.split())
    assert sorted(missing(first.err)) == needed

    for value, name in VALUES.items():
        if name in needed:
            monkeypatch.setenv(name, value)
    assert missing(shop.run(*command.split()).err) == []


def test_the_message(shop: Shell) -> None:
    result = shop.run("versions", "spec.yaml", "--target", "local")

    assert (result.code, result.out) == (1, "")
    assert result.err == (
        "spec.yaml:7:8: error[missing-variable]: the environment variable `GTM` is not set\n"
        "    7 |   gtm: ${GTM}\n"
        "      |        ^^^^^^\n"
        "hint: set it, or give a default: `${GTM:-default}`\n"
        "\n"
        "1 error\n"
    )


def test_prune_writes_without_values(shop: Shell) -> None:
    """What is taken out is none of them: the proof compares the same text on both sides."""
    path = shop.folder / "spec.yaml"
    unused = "data:\n  never_used: {path: nothing, type: string}\n"
    path.write_text(path.read_text().replace("data:\n", unused, 1))

    result = shop.run("prune", "spec.yaml", "--write")

    assert result.code == 0
    assert "never_used" not in path.read_text()
    assert "${GTM}" in path.read_text()
