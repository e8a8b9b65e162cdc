"""Command lines that are read without Typer are read as Typer reads them."""

import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gtmgen.cli.app import _read
from gtmgen.cli.plain import read_plain
from gtmgen.cli.validation import run_validate

SHOP = str(Path(__file__).parents[2] / "specs" / "acme-shop.yaml")


def _call(arguments, read, monkeypatch):
    """What `validate` is called with, the defaults filled in."""
    calls = []
    for module in ("gtmgen.cli.validate", "gtmgen.cli.validation"):
        monkeypatch.setattr(f"{module}.run_validate", lambda *a, **k: calls.append((a, k)))
    read(arguments)()
    [(positional, named)] = calls
    bound = inspect.signature(run_validate).bind(*positional, **named)
    bound.apply_defaults()
    return bound.arguments


@pytest.mark.parametrize(
    "words",
    [[SHOP], ["-"], ["no/such.yaml"], ["a b.yaml", "ä.yaml", "x=y"], [".", ".."], ["validate"]],
)
def test_paths_alone_are_read_as_typer_reads_them(words, monkeypatch):
    plain = _call(["validate", *words], read_plain, monkeypatch)
    assert plain == _call(["validate", *words], _read, monkeypatch)
    assert plain["paths"] == [Path(word) for word in words]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["validate"],
        ["--help"],
        ["compile", SHOP],
        ["validate", "--help"],
        ["validate", SHOP, "--quiet"],
        ["validate", "--", SHOP],
        ["validate", SHOP, "-q"],
        ["validate", ""],
        ["validate", "a\0b"],
    ],
)
def test_everything_else_is_left_to_typer(arguments):
    assert read_plain(arguments) is None


def test_a_file_that_typer_refuses_is_left_to_it(monkeypatch):
    monkeypatch.setattr(os, "access", lambda path, mode: mode == os.F_OK and path == SHOP)
    assert read_plain(["validate", SHOP]) is None
    assert read_plain(["validate", "no/such.yaml"]) is not None


def test_a_line_that_the_shell_completes_is_left_to_typer(monkeypatch):
    monkeypatch.setenv("_GTMGEN_COMPLETE", "complete_bash")
    assert read_plain(["validate", SHOP]) is None


def test_validate_of_paths_imports_neither_typer_nor_dataclasses():
    code = (
        "import sys; from gtmgen.cli.main import main; code = main(sys.argv[1:]);"
        "print(code, sorted({'typer', 'dataclasses', 'difflib', 'subprocess'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", code, "validate", SHOP]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == "0 []\n"
