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
    lines.write_text(f"{json.dumps(row)}\n" * 2, encoding="utf-8")
    cells = f"{','.join(map(str, row.values()))}\n"
    table.write_text(f"{','.join(row)}\n{cells}{cells}", encoding="utf-8")
    for file, told in (
        (lines, f"{lines}:1:1: `email` is not true or false, and 2 lines of 2 are no records"),
        (table, f"{table}:2:1: `email` is not true or false, and 2 rows are no records"),
    ):
        with pytest.raises(GtmgenError) as error:
            open_files([file], packs)
        assert error.value.message == told
        assert error.value.hint == (
            "a record says whether an address, a click ID or the like came along, not which; "
            "docs/monitor.md lists the columns"
        )


def test_a_line_with_a_key_twice_is_not_repeated(shop: Spec, tmp_path: Path) -> None:
    packs = [platform.pack for platform in shop.platforms.values()]
    file = tmp_path / "a.jsonl"
    line = json.dumps({"user": "ada@example.com", **ROW})
    file.write_text(line.replace('"side"', '"side": "server", "side"'), encoding="utf-8")
    with pytest.raises(GtmgenError) as error:
        open_files([file], packs)
    assert error.value.message == (
        f'the files cannot be read: Invalid Input Error: JSON transform error in file "{file}", '
        'in line 1: Object *** has duplicate key "side"'
    )


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
        file.write_text(f"{json.dumps(row, ensure_ascii=False)}\n" * 2, encoding="utf-8")
        with pytest.raises(GtmgenError) as error:
            open_files([file], packs)
        told = f"{file}:1:1: `email` is not true or false, and 2 lines of 2 are no records"
        assert error.value.message == told
