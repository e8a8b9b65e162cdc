"""README and docs/ are executed: every command runs, and what is shown is what comes out."""

import contextlib
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest

from gtmgen.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXECUTED = [page for page in PAGES if "```console" in page.read_text(encoding="utf-8")]
_BLOCK = re.compile(
    r"(?:<!-- file: (?P<file>\S+?)(?:, replace: (?P<old>.+?) -> (?P<new>.+?))? -->\n)?"
    r"```(?P<kind>\w+)\n(?P<body>.*?)```",
    re.DOTALL,
)


def _commands(body: str) -> list[tuple[str, str]]:
    """``$ command`` and the lines after it."""
    parts = re.split(r"(?m)^\$ (.*)\n", body)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def _pattern(shown: str) -> str:
    """What is shown as a pattern: a line of three dots stands for any lines."""
    return ".*".join(re.escape(part) for part in re.split(r"(?m)^\.\.\.$", shown.strip("\n")))


def _run(arguments: list[str]) -> tuple[int, str]:
    """The exit code, and stdout and stderr as a terminal shows them: one after the other."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown), contextlib.redirect_stderr(shown):
        code = main(arguments)
    return code, shown.getvalue().strip("\n")


@pytest.mark.parametrize("page", EXECUTED, ids=lambda page: str(page.name))
def test_every_command_runs_and_shows_what_the_page_says(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page stands alone: its commands need no file that another page has written."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "specs", tmp_path / "specs")
    ran = 0
    for match in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        file = match["file"]
        if file and match["kind"] in ("yaml", "json", "csv"):
            (tmp_path / file).write_text(match["body"], encoding="utf-8")
        elif file:
            target = tmp_path / file
            text = target.read_text(encoding="utf-8")
            assert match["old"] in text
            target.write_text(text.replace(match["old"], match["new"]), encoding="utf-8")
        if match["kind"] != "console":
            continue
        for command, shown in _commands(match["body"]):
            program, *arguments = shlex.split(command)
            assert program == "gtmgen"
            code, output = _run(arguments)
            assert re.fullmatch(_pattern(shown), output, re.DOTALL), f"$ {command}\n{output}"
            assert code == (1 if "broken" in command else 0), output
            ran += 1
    assert ran >= (8 if page.name == "README.md" else 1)


@pytest.mark.parametrize("script", re.findall(r"(?m)^(\./scripts/\w+)$", README))
def test_the_two_commands_exist_and_are_programs(script: str) -> None:
    path = ROOT / script
    assert path.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    assert path.stat().st_mode & 0o111


def test_the_readme_can_be_read_in_ten_minutes() -> None:
    """At 280 words a minute; depth belongs into docs/, and each page there is linked."""
    assert len(README.split()) <= 2800
    linked = set(re.findall(r"\]\((docs/[\w-]+\.md)\)", README))
    unlinked = {f"docs/{page.name}" for page in PAGES[1:]} - linked
    # docs/server.md leads to the one, docs/monitor.md to the others.
    translations = {f"docs/monitor.{language}.md" for language in ("de", "es", "fr")}
    assert unlinked == {"docs/server-scenarios.md"} | translations


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_link_leads_somewhere(page: Path) -> None:
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))
    links = re.findall(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)", text)
    assert len(links) >= (8 if page.name == "README.md" else 0)
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_exit_code_is_documented() -> None:
    from gtmgen import errors
    from gtmgen.cli import main as entry
    from gtmgen.cli import plan

    kinds = [item for item in vars(errors).values() if isinstance(item, type)]
    codes = {kind.exit_code for kind in kinds if issubclass(kind, errors.GtmgenError)}
    codes |= {entry.EXIT_BUG, entry.EXIT_INTERRUPTED, plan.EXIT_CHANGES}
    documented = {int(code) for code in re.findall(r"(?m)^\| (\d+) \|", README)}
    assert codes <= documented
