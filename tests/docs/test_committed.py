"""The example shop's documentation in the repository is what gtmgen writes today.

After a change of the spec, of a template or of a word, from the repository's root:

    gtmgen docs specs/acme-shop.yaml --out docs/example --format all
"""

from __future__ import annotations

from pathlib import Path

import pytest

from gtmgen.cli.main import main

ROOT = Path(__file__).parents[2]
OUT = "docs/example"


def test_the_committed_documentation_is_up_to_date(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.delenv("TIKTOK_PIXEL_ID", raising=False)
    code = main(["docs", "specs/acme-shop.yaml", "--out", OUT, "--check", "--quiet"])
    assert (code, capsys.readouterr().out) == (0, "")


def test_it_has_every_format() -> None:
    found = {path.suffix for path in (ROOT / OUT).rglob("*") if path.is_file()}
    assert {".html", ".md", ".xlsx", ".csv"} <= found
