"""A spec is never lost to a slip of the hand, and a strange path is no bug of ours."""

import io
import json
from pathlib import Path

import pytest

from gtmgen.cli.main import main

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-TEST}
include: [more.yaml]
platforms: {ga4: {measurement_id: G-ABC1234567, consent: not_required}}
"""
MORE = "events: {login: {on: {event: login}, send: [ga4]}}\n"


@pytest.fixture(autouse=True)
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("spec.yaml").write_text(SPEC)
    Path("more.yaml").write_text(MORE)
    Path("link.yaml").symlink_to("spec.yaml")


@pytest.mark.parametrize("output", ["spec.yaml", "./spec.yaml", "more.yaml", "link.yaml"])
@pytest.mark.parametrize("kind", ["export", "summary"])
def test_compile_does_not_overwrite_what_it_reads(
    output: str, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compile", "spec.yaml", "-o", output, "--format", kind]) == 2
    shown = str(Path(output))
    message = f"error: `{shown}` is a source of the spec; it is not overwritten\n"
    assert capsys.readouterr() == ("", message)
    assert (Path("spec.yaml").read_text(), Path("more.yaml").read_text()) == (SPEC, MORE)


def test_another_existing_file_is_overwritten() -> None:
    Path("out.json").write_text("old")
    assert main(["compile", "spec.yaml", "-o", "out.json", "--quiet"]) == 0
    assert Path("out.json").read_text().startswith("{")


@pytest.mark.parametrize("path", ["x" * 5000, "x/" * 2000 + "y", "a\0b"])
def test_a_path_that_cannot_be_is_no_bug_of_ours(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["validate", path]) in (1, 2)
    assert "bug in gtmgen" not in capsys.readouterr().err


def test_thousands_of_problems_are_no_bug_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
    events = "".join(f"  e{n}: {{on: {{event: x}}, sned: [ga4]}}\n" for n in range(700))
    Path("more.yaml").write_text(f"events:\n{events}")
    assert main(["validate", "spec.yaml"]) == 1
    assert capsys.readouterr().err.endswith("1000 errors\n")


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    text = SPEC.replace("project: shop", "project: shop\ncolour: red")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


@pytest.mark.parametrize("verb", ["validate", "lint"])
def test_a_spec_on_stdin_includes_what_is_in_the_folder(
    verb: str, stdin: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("more.yaml").write_text(MORE.replace("login:", "logn: 1, login:"))
    assert main([verb, "-", "--format", "github"]) == 1
    told = [
        line.partition("::")[2].partition("title=")[0]
        for line in capsys.readouterr().out.splitlines()
    ]
    assert told == [
        "error file=more.yaml,line=1,col=16,",
        "error file=stdin,line=3,col=1,",
    ]


@pytest.mark.parametrize("verb", ["validate", "lint"])
def test_problems_of_a_spec_on_stdin_have_their_lines(
    verb: str, stdin: None, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("more.yaml").write_text(MORE)
    assert main([verb, "-"]) == 1
    printed = capsys.readouterr()
    told = printed.err if verb == "validate" else printed.out
    assert told.startswith(
        "stdin:3:1: error[unknown-key]: unknown key `colour`\n    3 | colour: red\n      | ^^^^^^\n"
    )


def test_an_export_on_stdin_is_checked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tag = {
        "tagId": "3",
        "name": "Greeting",
        "type": "html",
        "parameter": [{"type": "TEMPLATE", "key": "html", "value": "<p>Hi</p>"}],
    }
    version = {"container": {"publicId": "GTM-TEST", "usageContext": ["WEB"]}, "tag": [tag]}
    export = {"exportFormatVersion": 2, "containerVersion": version}
    data = io.BytesIO(json.dumps(export, indent=2).encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(data))
    assert main(["lint", "--container", "-"]) == 1
    assert capsys.readouterr() == (
        (
            "stdin:13:1: warning[tag-without-trigger]: tag `Greeting`: The tag has no firing "
            "trigger and no other tag runs it, so it never fires.\n"
        ),
        "1 warning\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["validate", "-", "spec.yaml"], "`-` (stdin) cannot be combined with other files"),
        (["lint", "-", "spec.yaml"], "`-` (stdin) cannot be combined with other files"),
        (
            ["lint", "spec.yaml", "--container", "-"],
            "`-` (stdin) cannot be combined with other files",
        ),
        (["lint", "-", "--fix"], "`--fix` changes files, and cannot change stdin"),
    ],
)
def test_stdin_stands_alone(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err == f"error: {message}\n"
