"""docs/emulator.md says what there is."""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from gtmgen.emulator import HANDLERS, Behaviour, EmulatedQuota, Fault
from gtmgen.emulator.coverage import render
from gtmgen.emulator.discovery import load

PAGE = Path(__file__).parents[2] / "docs" / "emulator.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == render(), (
        "run `python -m gtmgen.emulator.coverage > docs/emulator.md`"
    )


def test_every_method_is_on_it() -> None:
    rows = re.findall(r"^\| (accounts\.\S+) \| `(\w+) (\S+)` \| (yes|501: .+) \|$", render(), re.M)
    assert len(rows) == 106
    answered = {name.removeprefix("accounts.") for name, _, _, how in rows if how == "yes"}
    assert answered == set(HANDLERS)
    assert {f"accounts.{method}" for method in load().methods} == {row[0] for row in rows}


@pytest.mark.parametrize("options", [Behaviour, EmulatedQuota, Fault])
def test_every_option_is_on_it(options: type) -> None:
    for field in dataclasses.fields(options):
        assert re.search(rf"^\| `{field.name}` \|", render(), re.M)
