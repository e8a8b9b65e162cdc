"""``--target local``: where the embedded GTM keeps what was pushed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from gtmgen.cli.local_state import locate_state, state_file
from gtmgen.cli.main import main

SPEC = "gtmgen: 1\nproject: shop\ncontainer: {gtm: GTM-SHOP1}\ndata: {x: {path: x}}\n"
EXPORT = {"exportFormatVersion": 2, "containerVersion": {"tag": []}}


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    (tmp_path / "specs").mkdir()
    path = tmp_path / "specs" / "shop.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def run(*arguments: str) -> int:
    return main([*arguments, "--target", "local"])


def test_the_state_belongs_to_the_spec(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    assert run("push", str(spec), "--yes") == 0

    assert (spec.parent / ".gtmgen" / "local-gtm.json").is_file()
    assert list(elsewhere.iterdir()) == []
    for folder, name in ((elsewhere, str(spec)), (spec.parent, "shop.yaml"), (tmp_path, "specs")):
        monkeypatch.chdir(folder)
        capsys.readouterr()
        assert run("plan", name, "--exit-code") == 0
        assert "local GTM" in capsys.readouterr().out
    monkeypatch.chdir(elsewhere)
    assert run("diff", str(spec), "GTM-SHOP1/workspaces/gtmgen") == 0
    assert "5 added. 2 unchanged" in capsys.readouterr().out  # built-in variables that GTM enables
    assert run("versions", str(spec)) == 0
    assert list(elsewhere.iterdir()) == []


def test_a_saved_plan_goes_to_the_state_of_its_spec(
    spec: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("plan", "specs/shop.yaml", "--out", "shop.plan") == 0
    monkeypatch.chdir(spec.parent)

    assert main(["push", "../shop.plan", "--yes"]) == 0
    assert main(["push", "../shop.plan", "--yes", "--target", "local"]) == 4  # it is stale
    assert run("plan", "shop.yaml", "--exit-code") == 0


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not there")
def test_git_does_not_see_the_state(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(spec.parent)
    subprocess.run(["git", "init", "-q"], check=True)

    assert run("push", "shop.yaml", "--yes") == 0

    status = ["git", "status", "--porcelain", "--untracked-files=all"]
    found = subprocess.run(status, check=True, capture_output=True, text=True).stdout
    assert found == "?? shop.yaml\n"


def test_reading_makes_no_folder(spec: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(spec.parent)

    assert run("plan", "shop.yaml") == 0

    assert [item.name for item in spec.parent.iterdir()] == ["shop.yaml"]


def test_a_state_further_up_in_the_repository_goes_on(spec: Path, tmp_path: Path) -> None:
    below, above = (folder / ".gtmgen" / "local-gtm.json" for folder in (spec.parent, tmp_path))
    above.parent.mkdir()
    above.write_text("{}", encoding="utf-8")

    assert state_file(locate_state("local", [spec])) == below  # no repository: never looked at
    (tmp_path / ".git").mkdir()
    assert state_file(locate_state("local", [spec])) == above
    below.parent.mkdir()
    below.write_text("{}", encoding="utf-8")
    assert state_file(locate_state("local", [spec])) == below


def test_specs_of_several_folders_share_the_one_that_holds_them(tmp_path: Path) -> None:
    specs = [tmp_path / "a" / "one.yaml", tmp_path / "b" / "two.yaml"]

    assert state_file(locate_state("local", specs)) == tmp_path / ".gtmgen" / "local-gtm.json"


@pytest.mark.parametrize("target", ["api", "local:own.json", "http://127.0.0.1:8080"])
def test_a_target_that_says_where_stays(target: str, spec: Path) -> None:
    assert locate_state(target, [spec]) == target


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            EXPORT,
            (
                "error: `export.json` is an export of GTM, not the state of a local one; it was "
                "left as it is\n\nhint: name another file for the state; `gtmgen import` makes a "
                "spec of an export\n"
            ),
        ),
        (
            {"name": "site"},
            (
                "error: `export.json` is not the state of a local GTM; it was left as it is\n\n"
                "hint: name another file, which is made where there is none\n"
            ),
        ),
    ],
)
@pytest.mark.parametrize("verb", [["plan", "shop.yaml"], ["push", "shop.yaml", "--yes"]])
def test_another_file_as_state_is_told_apart_and_kept(
    spec: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    content: dict[str, object],
    message: str,
    verb: list[str],
) -> None:
    monkeypatch.chdir(spec.parent)
    Path("export.json").write_text(json.dumps(content), encoding="utf-8")

    assert main([*verb, "-q", "--target", "local:export.json"]) == 5

    assert capsys.readouterr().err == message
    assert json.loads(Path("export.json").read_text(encoding="utf-8")) == content
