"""``gtmgen codegen``: files, ``--check`` and wrong command lines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from contract.specs import SHOP

from gtmgen.cli.main import main


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("kiosk.yaml").write_text(SHOP, encoding="utf-8")


def run(*arguments: str) -> int:
    return main(["codegen", "kiosk.yaml", *arguments])


def test_a_file_is_written_and_checked(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-o", "src/tracking.ts", "--check") == 1
    assert run("-o", "src/tracking.ts") == 0
    assert run("-o", "src/tracking.ts", "--check") == 0
    assert run("-o", "src/tracking.ts", "--check", "--runtime-checks") == 1
    assert capsys.readouterr() == (
        "",
        (
            "src/tracking.ts does not exist; run the same command without --check\n"
            "wrote src/tracking.ts\n"
            "src/tracking.ts is up to date\n"
            "src/tracking.ts is out of date; run the same command without --check\n"
        ),
    )
    text = Path("src/tracking.ts").read_text(encoding="utf-8")
    assert text.startswith("// Made by gtmgen from the spec `kiosk`.")


@pytest.mark.parametrize(
    ("lang", "start"),
    [
        ("node", "// Made by gtmgen: personal data as TikTok's Events API takes it."),
        ("python", '"""Made by gtmgen: personal data as TikTok\'s Events API takes it.'),
        ("typescript", "// Made by gtmgen from the spec `kiosk`."),
    ],
)
def test_languages_on_stdout(lang: str, start: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--lang", lang) == 0
    assert capsys.readouterr().out.startswith(start)


def test_accounts_need_no_value(capsys: pytest.CaptureFixture[str]) -> None:
    """What the site pushes has none of them in it."""
    assert run() == 0
    expected = capsys.readouterr().out
    account = yaml.safe_load(SHOP)["platforms"]["tiktok"]["pixel_id"]
    Path("kiosk.yaml").write_text(SHOP.replace(account, '"${PIXEL}"'), encoding="utf-8")

    assert run() == 0
    assert capsys.readouterr().out == expected


def test_the_schema_of_the_messages(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--lang", "json-schema") == 0
    assert json.loads(capsys.readouterr().out)["title"] == "Data layer messages of kiosk"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--check"], "error: `--check` needs the file\n\nhint: name it with `-o FILE`\n"),
        (
            ["--lang", "python", "--runtime-checks"],
            "error: `--runtime-checks` goes with `--lang typescript`\n",
        ),
        (
            ["--lang", "java"],
            "error: `--lang` is typescript or node or python or json-schema, not `java`\n",
        ),
    ],
)
def test_a_wrong_command_line(
    arguments: list[str], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*arguments) == 2
    assert capsys.readouterr() == ("", error)


def test_a_spec_that_pushes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    Path("kiosk.yaml").write_text("gtmgen: 1\nproject: blog\ncontainer: {gtm: GTM-BLOG}\n")
    assert run() == 2
    error = "error: `kiosk.yaml` pushes no event, so there is no code to write\n"
    assert capsys.readouterr() == ("", error)
