"""``gtmgen schema --of``: the schemas of a spec's contract."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gtmgen.cli.main import main

SPECS = Path(__file__).parents[2] / "specs"
SHOP = str(SPECS / "acme-shop.yaml")


def schema_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main(["schema", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def test_the_schema_of_the_data_layer(capsys: pytest.CaptureFixture[str]) -> None:
    schema = schema_of(capsys, "--of", "data-layer", "--spec", SHOP)
    assert schema["title"] == "Data layer messages of acme-shop"
    assert list(schema["$defs"]) == ["view_item", "add_to_cart", "begin_checkout", "purchase"]
    assert schema["$defs"]["purchase"]["properties"]["ecommerce"]["required"] == [
        *("transaction_id", "value", "items"),
    ]


def test_the_schema_of_server_events_follows_the_environment(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TIKTOK_PIXEL_ID", raising=False)
    schema = schema_of(capsys, "--of", "events-api", "--spec", SHOP, "--env", "staging")
    assert schema["properties"]["event_source_id"]["const"] == "C5STAGINGPIXEL000000"
    assert schema["properties"]["data"]["items"]["properties"]["event"]["enum"] == [
        *("ViewContent", "AddToCart", "InitiateCheckout", "Purchase"),
    ]
    assert {"tiktok.purchase", "hashes"} <= set(schema["$defs"])


def test_the_schema_goes_to_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "events.schema.json"
    assert main(["schema", "--of", "events-api", "--spec", SHOP, "-o", str(file)]) == 0
    assert capsys.readouterr() == ("", f"wrote {file}\n")
    assert json.loads(file.read_text())["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (
            ["--of", "data-layer"],
            "error: `--of data-layer` needs a spec\n\nhint: name it with `--spec FILE`\n",
        ),
        (
            ["--of", "pixel", "--spec", SHOP],
            "error: `--of` is spec or data-layer or events-api, not `pixel`\n",
        ),
        (
            ["--spec", SHOP],
            "error: `--spec` and `--env` go with `--of data-layer` or `--of events-api`\n",
        ),
        (
            ["--of", "events-api", "--spec", SHOP, "--format", "markdown"],
            "error: `--packs` and `--format` do not go with `--of events-api`\n",
        ),
    ],
)
def test_a_wrong_command_line(
    arguments: list[str], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["schema", *arguments]) == 2
    assert capsys.readouterr() == ("", error)


def test_a_spec_without_server_events(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "blog.yaml"
    file.write_text("gtmgen: 1\nproject: blog\ncontainer: {gtm: GTM-BLOG}\n")
    assert main(["schema", "--of", "events-api", "--spec", str(file)]) == 2
    message = f"error: `{file}` has no server event, so there is no such schema\n"
    assert capsys.readouterr() == ("", message)
