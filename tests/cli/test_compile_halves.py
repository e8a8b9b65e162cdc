"""`gtmgen compile` of a spec with two containers: two files, or one of them on stdout."""

from __future__ import annotations

import json

import pytest
from push.harness import Shell

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-WEB1}
server:
  gtm: GTM-SERVER1
  url: https://sgtm.shop.example
  accounts: {tiktok: {access_token: {secret: TIKTOK_ACCESS_TOKEN}}}
platforms:
  ga4: {measurement_id: G-ABC1234567, consent: not_required}
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: not_required}
events:
  contact: {on: {event: contact}, send: [tiktok, ga4]}
"""
CHECKLIST = (
    "the variable `secret - tiktok access_token` holds `${secret:TIKTOK_ACCESS_TOKEN}`: a push "
    "puts the value of TIKTOK_ACCESS_TOKEN there; after an import, do it by hand\n"
)


@pytest.fixture
def spec(shell: Shell) -> str:
    return shell.spec(SPEC)


def context_of(text: str) -> list[str]:
    found: list[str] = json.loads(text)["containerVersion"]["container"]["usageContext"]
    return found


def test_a_folder_gets_both(shell: Shell, spec: str) -> None:
    result = shell.run("compile", spec, "-o", "build")
    assert (result.code, result.out) == (0, "")
    assert (
        result.err
        == (
            "wrote build/web.json: 5 tags, 1 trigger, 3 variables, 2 templates\n"
            "wrote build/server.json: 2 tags, 2 triggers, 1 variable, 1 template, 1 client\n"
        )
        + CHECKLIST
    )
    folder = shell.folder / "build"
    assert context_of((folder / "web.json").read_text()) == ["WEB"]
    assert context_of((folder / "server.json").read_text()) == ["SERVER"]


@pytest.mark.parametrize("half", ["web", "server"])
def test_one_of_them_on_stdout(shell: Shell, spec: str, half: str) -> None:
    result = shell.run("compile", spec, "--only", half)
    assert result.code == 0
    assert context_of(result.out) == [half.upper()]
    assert result.err == (CHECKLIST if half == "server" else "")


def test_both_on_stdout_are_refused(shell: Shell, spec: str) -> None:
    result = shell.run("compile", spec)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "error: the spec makes two containers, and an import takes one\n\n"
        "hint: name a folder, `-o FOLDER`, or one of the two: `--only web`, `--only server`\n"
    )


def test_a_file_is_no_folder(shell: Shell, spec: str) -> None:
    (shell.folder / "container.json").write_text("{}")
    assert shell.run("compile", spec, "-o", "container.json").code == 2
    assert (shell.folder / "container.json").read_text() == "{}"


def test_a_name_of_a_file_makes_no_folder(shell: Shell, spec: str) -> None:
    result = shell.run("compile", spec, "-o", "new.json")
    assert result.code == 2
    assert result.err == (
        "error: the spec makes two containers, and an import takes one\n\n"
        "hint: name a folder, `-o FOLDER`, or one of the two: `--only web`, `--only server`\n"
    )
    assert not (shell.folder / "new.json").exists()


def test_one_of_the_two_goes_into_a_folder_that_is_there(shell: Shell, spec: str) -> None:
    (shell.folder / "out").mkdir()
    result = shell.run("compile", spec, "--only", "server", "-o", "out")
    assert result.code == 0
    assert [file.name for file in (shell.folder / "out").iterdir()] == ["server.json"]


def test_a_summary_of_both(shell: Shell, spec: str) -> None:
    result = shell.run("compile", spec, "--format", "summary")
    assert result.code == 0
    assert "TikTok - contact (to the server)" in result.out
    assert "GA4  gaaw_client" in result.out


def test_a_spec_without_a_server_has_one_half(shell: Shell) -> None:
    spec = shell.spec(SPEC[: SPEC.index("server:\n")] + SPEC[SPEC.index("platforms:\n") :])
    result = shell.run("compile", spec, "--only", "server")
    assert (result.code, result.err) == (
        2,
        "error: `spec.yaml` has no server container\n\nhint: `server` in a spec names one\n",
    )
