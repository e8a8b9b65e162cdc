"""Engines repeat the value that they cannot read; a log may have an e-mail address there."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gtmgen.errors import GtmgenError
from gtmgen.monitor.failures import find_reason
from gtmgen.monitor.sources.files import open_files
from gtmgen.spec.model import Spec

ROW = {"at": 1_785_715_210, "side": "browser", "platform": "tiktok", "event": "Purchase"}


def test_an_address_in_place_of_true_is_not_repeated(shop: Spec, tmp_path: Path) -> None:
    packs = [platform.pack for platform in shop.platforms.values()]
    row = {**ROW, "email": "ada: o'h@example.com"}
    lines, table = tmp_path / "a.jsonl", tmp_path / "a.csv"
    lines.write_text(json.dumps(row), encoding="utf-8")
    table.write_text(f"{','.join(row)}\n{','.join(map(str, row.values()))}\n", encoding="utf-8")
    for file, told in (
        (lines, f'in file "{lines}", in line 1: Failed to cast value to numerical'),
        (table, "Could not convert string *** to BOOL when casting from source column email"),
    ):
        with pytest.raises(GtmgenError) as error:
            open_files([file], packs)
        assert error.value.message.startswith("the files cannot be read: ")
        assert error.value.message.endswith(told)


def test_postgresqls_is_not_repeated_either() -> None:
    error = Exception('invalid input syntax for type boolean: "ada@example.com"\nLINE 1: ...')
    assert find_reason(error) == "invalid input syntax for type boolean"


def test_an_address_that_is_cut_in_a_letter_is_not_repeated_either(
    shop: Spec, tmp_path: Path
) -> None:
    packs = [platform.pack for platform in shop.platforms.values()]
    file = tmp_path / "a.jsonl"
    for number in range(4):
        row = {**ROW, "email": "a" * number + "😀" * 500}
        file.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
        with pytest.raises(GtmgenError) as error:
            open_files([file], packs)
        told = (
            f'JSON transform error in file "{file}", in line 1: Failed to cast value to numerical'
        )
        assert error.value.message == f"the files cannot be read: Invalid Input Error: {told}"
