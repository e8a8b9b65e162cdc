"""``gtmgen docs``: what it writes, and what it refuses."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from gtmgen.cli.main import main

from .conftest import SPECS

SHOP = str(SPECS / "acme-shop.yaml")


def run(*arguments: str | Path) -> int:
    return main(["docs", *map(str, arguments)])


def test_one_file_is_written_whole_and_readable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "new" / "folder"
    assert run(SHOP, "--out", out) == 0
    assert [file.name for file in out.glob("[!.]*")] == ["index.html"]
    assert "wrote 1 file to" in capsys.readouterr().err
    assert stat.S_IMODE((out / "index.html").stat().st_mode) & 0o400
    assert "<title>Tracking for acme-shop</title>" in (out / "index.html").read_text("utf-8")


def test_the_same_bytes_every_time(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run(SHOP, "--out", tmp_path / name, "--quiet") == 0
    one, two = ((tmp_path / name / "index.html").read_bytes() for name in ("one", "two"))
    assert one == two


def test_language_title_and_environment(tmp_path: Path) -> None:
    arguments = ["--language", "de", "--title", "Messplan", "--env", "staging", "--quiet"]
    assert run(SHOP, "--out", tmp_path, *arguments) == 0
    page = (tmp_path / "index.html").read_text("utf-8")
    assert '<html lang="de">' in page
    assert "<title>Messplan</title>" in page
    assert "GTM-STAG42" in page
    assert "C5STAGINGPIXEL000000" in page


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (
            ["--color", "red"],
            2,
            "error: `red` is not a colour\n\nhint: as in CSS, `--color '#2457d6'`\n",
        ),
        (
            ["--language", "xx"],
            2,
            "error: there is no language `xx`\n\nhint: one of de, en, es, fr",
        ),
        (["--logo", "none.png"], 1, "error: the logo `none.png` cannot be read: No such file"),
        (["--templates", "none"], 2, "error: the templates folder `none` does not exist\n"),
        (["--format", "pdf"], 2, "error: `--format` is html or markdown or xlsx or csv or all"),
        (
            ["--since", "v1"],
            2,
            "error: `--since` cannot read `v1`\n\nhint: a revision is written",
        ),
    ],
)
def test_what_cannot_be_used_is_refused_and_nothing_is_written(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    code: int,
    message: str,
) -> None:
    assert run(SHOP, "--out", tmp_path / "out", *arguments) == code
    assert capsys.readouterr().err.startswith(message)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    assert run(SHOP, "--out", tmp_path / "file", "--quiet") == 2
    message = f"error: `{tmp_path / 'file'}` is a file; `--out` names a folder"
    assert capsys.readouterr().err.startswith(message)
