"""``gtmgen docs`` as it is used: write, check, compare with an earlier version."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from push.harness import Shell

from gtmgen.cli.main import main
from gtmgen.docs.output.manifest import NAME

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-TEST}
platforms: {ga4: {measurement_id: G-ABC1234567, consent: not_required, page_view: "off"}}
data:
  term: {path: term, type: string}
events:
  login: {description: Somebody logs in., owner: crm, on: {event: login}, send: [ga4]}
  search: {on: {event: search}, params: {search_term: term}, send: [ga4]}
"""
GAPS = """\
1 of 2 events without a description: search
1 of 2 events without an owner: search
1 of 2 events with values of which the spec gives no example: search (data: term)
"""
MORE = "  share: {description: d, owner: o, on: {event: share}, send: [ga4]}\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(SPEC)


@pytest.fixture
def committed() -> None:
    """The spec is in Git, tagged v1, and has changed since."""
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "v1"]):
        git(*arguments)
    Path("shop.yaml").write_text(SPEC + MORE)


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(("git", *identity, *arguments), check=True, capture_output=True)


def docs(*arguments: str) -> int:
    return main(["docs", "shop.yaml", "--out", "out", *arguments])


def names() -> set[str]:
    return {path.relative_to("out").as_posix() for path in Path("out").rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "the folder of `--out` has no name\n\nhint: `.` is the working directory"),
        ("-", "`--out` is a folder, not stdout\n\nhint: `./-` is a folder of that name"),
    ],
)
def test_a_folder_has_a_name(name: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["docs", "shop.yaml", "--out", name]) == 2
    assert capsys.readouterr().err == f"error: {told}\n"
    assert [path.name for path in Path().iterdir()] == ["shop.yaml"]


def commit(author: str, date: str) -> None:
    author_options = ("--author", f"{author} <a@example.com>", "--date", date)
    git("add", ".")
    git("commit", "-qm", "x", *author_options)


Captured = pytest.CaptureFixture[str]


# -- writing and checking -----------------------------------------------------------------


def test_the_page_is_written_and_what_the_spec_lacks_is_said(capsys: Captured) -> None:
    assert docs() == 0
    out, err = capsys.readouterr()
    assert out == ""
    wrote, gaps = err.split("\n", 1)
    assert wrote.startswith("wrote 1 file to out: 2 events, ")
    assert gaps == GAPS
    assert names() == {"index.html", NAME}


def test_quiet_says_nothing(capsys: Captured) -> None:
    assert docs("--quiet") == 0
    assert docs("--quiet", "--check") == 0
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("format_", ["html", "markdown", "xlsx", "csv", "all"])
def test_a_check_knows_the_options_of_the_last_generation(format_: str, capsys: Captured) -> None:
    assert docs("--format", format_, "--language", "de", "--title", "Unser Shop", "--quiet") == 0
    assert docs("--check") == 0
    count = len(names()) - 1
    noun = "file" if count == 1 else "files"
    assert capsys.readouterr() == ("", f"out is up to date: {count} {noun}\n")


def test_a_check_names_what_is_out_of_date_and_what_to_do(capsys: Captured) -> None:
    docs("--format", "markdown", "--quiet")
    Path("shop.yaml").write_text(SPEC.replace("Somebody logs in.", "A visitor logs in."))
    assert docs("--check") == 1
    out, err = capsys.readouterr()
    assert "out/events/login.md:" in out
    assert "  there:  Somebody logs in.\n  wanted: A visitor logs in.\n" in out
    assert err.endswith(
        " not up to date\n\nhint: `gtmgen docs shop.yaml --out out` writes them again\n"
    )
    before = {path: path.read_bytes() for path in Path("out").rglob("*") if path.is_file()}
    assert docs("--quiet") == 0
    assert docs("--check", "--quiet") == 0
    assert before.keys() == {path for path in Path("out").rglob("*") if path.is_file()}


def test_a_check_writes_nothing(capsys: Captured) -> None:
    assert docs("--check") == 1
    assert capsys.readouterr() == (
        "out/index.html: missing\n",
        "1 file is not up to date\n\nhint: `gtmgen docs shop.yaml --out out` writes them again\n",
    )
    assert not Path("out").exists()


def test_an_event_that_is_gone_leaves_no_page_behind(capsys: Captured) -> None:
    docs("--format", "markdown", "--quiet")
    Path("out/notes.md").write_text("mine")
    Path("shop.yaml").write_text(SPEC.replace("  login: {", "  sign_in: {"))
    assert docs("--check") == 1
    assert "out/events/login.md: left over from an earlier generation\n" in capsys.readouterr().out
    assert docs() == 0
    assert "removed out/events/login.md, which is no longer generated\n" in capsys.readouterr().err
    assert {"events/sign_in.md", "notes.md"} < names()
    assert "events/login.md" not in names()


def test_an_edited_left_over_is_left(capsys: Captured) -> None:
    docs("--format", "markdown", "--quiet")
    Path("out/events/login.md").write_text("edited")
    Path("shop.yaml").write_text(SPEC.replace("  login: {", "  sign_in: {"))
    assert docs() == 0
    assert (
        "left out/events/login.md, which is no longer generated, because somebody has edited it\n"
        in capsys.readouterr().err
    )


def test_given_options_win_and_an_empty_one_takes_it_back() -> None:
    docs("--quiet", "--title", "First", "--language", "de")
    assert "First" in Path("out/index.html").read_text("utf-8")
    docs("--quiet", "--title", "")
    text = Path("out/index.html").read_text("utf-8")
    assert "First" not in text
    assert '<html lang="de"' in text


def test_another_format_replaces_the_last_one() -> None:
    docs("--quiet", "--format", "markdown")
    docs("--quiet", "--format", "html")
    assert names() == {"index.html", NAME}


def test_a_check_works_from_another_folder(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    Path("logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    docs("--quiet", "--logo", "logo.svg")
    Path("sub").mkdir()
    monkeypatch.chdir("sub")
    assert main(["docs", "../shop.yaml", "--out", "../out", "--check", "--quiet"]) == 2
    assert "says `--logo ../logo.svg`; paths are taken" in capsys.readouterr().err
    assert (
        main(
            [
                "docs",
                "../shop.yaml",
                "--out",
                "../out",
                "--check",
                "--quiet",
                "--logo",
                "../logo.svg",
            ]
        )
        == 0
    )


def test_a_persons_readme_is_not_overwritten(capsys: Captured) -> None:
    Path("out").mkdir()
    Path("out/README.md").write_text("mine")
    assert docs("--format", "markdown") == 4
    assert capsys.readouterr().err == (
        "error: 1 file in `out` would be overwritten that gtmgen did not write\n  README.md\n\n"
        "hint: move them away, or choose another folder\n"
    )
    assert names() == {"README.md"}


def test_an_unknown_format_is_a_usage_error(capsys: Captured) -> None:
    assert docs("--format", "pdf") == 2
    assert capsys.readouterr().err == (
        "error: `--format` is html or markdown or xlsx or csv or all, not `pdf`\n"
    )


def test_a_spec_with_problems_writes_nothing(capsys: Captured) -> None:
    Path("shop.yaml").write_text(SPEC.replace("send: [ga4]", "sned: [ga4]"))
    assert docs() == 1
    assert "unknown-key" in capsys.readouterr().err
    assert not Path("out").exists()


# -- what must be documented --------------------------------------------------------------


def test_required_words_fail_but_the_documentation_is_written(capsys: Captured) -> None:
    assert docs("--quiet", "--require", "description,owner,example") == 1
    assert capsys.readouterr().err == "".join(f"error: {line}\n" for line in GAPS.splitlines())
    assert "index.html" in names()


def test_only_what_is_required_fails(capsys: Captured) -> None:
    text = SPEC.replace("search: {", "search: {description: Somebody searches., ")
    Path("shop.yaml").write_text(text)
    assert docs("--quiet", "--require", "description") == 0
    assert docs("--check", "--quiet", "--require", "description, owner") == 1
    assert capsys.readouterr().err == "error: 1 of 2 events without an owner: search\n"


def test_an_unknown_requirement_is_a_usage_error(capsys: Captured) -> None:
    assert docs("--require", "owner,picture") == 2
    assert capsys.readouterr().err == (
        "error: `--require` does not know `picture`\n\n"
        "hint: it takes description, owner and example, separated by commas\n"
    )


def test_at_most_ten_events_are_named(capsys: Captured) -> None:
    events = "".join(f"  e{n:02}: {{on: {{event: x}}, send: {{ga4: e}}}}\n" for n in range(13))
    Path("shop.yaml").write_text(SPEC.split("data:")[0] + f"events:\n{events}")
    docs()
    listed = ", ".join(f"e{n:02}" for n in range(10))
    assert f"13 of 13 events without an owner: {listed} and 3 more\n" in capsys.readouterr().err


# -- since --------------------------------------------------------------------------------


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("since", ["git:v1", "git:HEAD", "git:v1:shop.yaml"])
def test_changes_since_a_revision(since: str) -> None:
    assert docs("--quiet", "--format", "markdown", "--since", since) == 0
    assert Path("out/changes.md").read_text("utf-8") == (
        "# Tracking for shop: What changed\n\n"
        f"Compared with `{since}`. 1 new.\n\n"
        "## Events\n\n"
        "### Share (`share`)\n\n"
        "- **new**: `share` is new. Fires on the site's dataLayer message `share`. Sent to GA4 "
        "(`share`). *(Marketing, Developers, Backend, QA)*\n"
    )
    assert docs("--check", "--quiet", "--since", since) == 0


def test_changes_since_another_file() -> None:
    Path("old.yaml").write_text(SPEC)
    Path("shop.yaml").write_text(SPEC + MORE)
    assert docs("--quiet", "--format", "csv", "--since", "old.yaml") == 0
    assert "share is new." in Path("out/changes.csv").read_text("utf-8")


@pytest.mark.parametrize("format_", ["html", "xlsx", "all"])
def test_changes_are_in_every_format(format_: str) -> None:
    Path("old.yaml").write_text(SPEC)
    docs("--quiet", "--format", format_)
    before = {name: (Path("out") / name).read_bytes() for name in names()}
    Path("shop.yaml").write_text(SPEC)
    docs("--quiet", "--format", format_, "--since", "old.yaml")
    pages = {name for name in before if name.endswith((".html", ".xlsx"))}
    assert pages
    assert all((Path("out") / name).read_bytes() != before[name] for name in pages)


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    ("since", "message"),
    [
        (
            "git:v2",
            "error: there is no revision `v2` in this Git repository\n",
        ),
        (
            "git:v1:more.yaml",
            (
                "error: there is no `more.yaml` in the revision `v1`\n\n"
                "hint: did you mean `shop.yaml`?\n"
            ),
        ),
        (
            "git:",
            (
                "error: `git:` does not have the form `git:REV:path`\n\n"
                "hint: for example `git:HEAD:specs/shop.yaml` or `git:origin/main:container.json`\n"
            ),
        ),
        (
            "v1",
            (
                "error: `--since` cannot read `v1`\n\n"
                "hint: a revision is written `git:v1`; another spec there, "
                "`git:v1:specs/shop.yaml`; or name a file\n"
            ),
        ),
        (
            "last week",
            (
                "error: `--since` cannot read `last week`\n\n"
                "hint: a revision is written `git:v1.2`; another spec there, "
                "`git:v1.2:specs/shop.yaml`; or name a file\n"
            ),
        ),
        (
            "nowhere.yaml",
            (
                "error: `nowhere.yaml` does not exist\n\n"
                "hint: another spec, or a Git revision of this one: `--since git:v1.2`\n"
            ),
        ),
    ],
)
def test_what_cannot_be_compared_with(since: str, message: str, capsys: Captured) -> None:
    assert docs("--quiet", "--since", since) in (1, 2)
    assert capsys.readouterr() == ("", message)
    assert not Path("out").exists()


def test_a_spec_that_was_not_valid_then_says_so(capsys: Captured) -> None:
    Path("shop.yaml").write_text(SPEC.replace("search_term: term", "search_term: b"))
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "v1"]):
        git(*arguments)
    Path("shop.yaml").write_text(SPEC)
    assert docs("--quiet", "--since", "git:v1") == 1
    err = capsys.readouterr().err
    assert err == (
        "git:v1:shop.yaml:9:55: error[unknown-data]: there is no data key `b`\n"
        "hint: declare it under `data`, or write `{const: b}` if that is the value itself, "
        "or use a built-in variable such as `page_path`\n\n1 error\n"
        "error: the spec as it was at `git:v1` is not valid, so nothing can be compared with it"
        "\n\nhint: name a revision or a file that `gtmgen validate` passes\n"
    )


def test_outside_of_a_repository_the_message_says_so(capsys: Captured) -> None:
    assert docs("--quiet", "--since", "git:v1") == 1
    assert "Git repository" in capsys.readouterr().err


def test_markdown_in_one_file(shell: Shell) -> None:
    shell.spec()

    assert shell.run("docs", "spec.yaml", "--out", "out", "--format", "markdown", "-q").code == 0
    assert (shell.folder / "out/events/buy.md").exists()
    single = ("--format", "markdown", "--markdown", "single", "-q")
    assert shell.run("docs", "spec.yaml", "--out", "out", *single).code == 0

    found = sorted(path.name for path in (shell.folder / "out").rglob("*.md"))
    assert found == ["shop.md"]
    assert shell.run("docs", "spec.yaml", "--out", "out", "--check", "-q").code == 0


# -- when, and by whom -----------------------------------------------------------------------


def last_changes() -> dict[str, str]:
    assert docs("--format", "markdown", "--last-change", "--quiet") == 0
    found = {}
    for file in sorted(Path("out/events").glob("*.md")):
        lines = [line for line in file.read_text().splitlines() if "Last change" in line]
        found[file.stem] = lines[0].removeprefix("- **Last change:** ") if lines else ""
    return found


def test_each_event_names_the_newest_commit_among_its_lines() -> None:
    git("init", "-q")
    commit("Ada", "2026-01-05T23:30:00+0200")
    text = Path("shop.yaml").read_text()
    Path("shop.yaml").write_text(
        text.replace("{event: search}", "{event: searched}") + "\n\n# end\n"
    )
    commit("Grace", "2026-02-01T10:00:00-0800")
    assert last_changes() == {"login": "2026-01-05, Ada", "search": "2026-02-01, Grace"}
    Path("shop.yaml").write_text(SPEC + MORE)  # what nobody has committed says nothing
    assert last_changes()["share"] == ""


def test_an_author_is_text(tmp_path: Path) -> None:
    git("init", "-q")
    commit("[x](javascript:alert) `y`", "2026-01-05T10:00:00+0000")
    assert last_changes()["login"] == "2026-01-05, \\[x\\](javascript:alert) \\`y\\`"


def test_without_the_flag_git_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert docs("--format", "markdown", "--quiet") == 0
    assert "Last change" not in Path("out/events/login.md").read_text()


def test_a_spec_that_git_does_not_know(capsys: Captured) -> None:
    git("init", "-q")
    assert docs("--last-change") == 1
    path = Path("shop.yaml")
    assert f"error: Git does not know `{path}`\n\nhint: commit it first" in capsys.readouterr().err


def test_the_history_is_that_of_the_spec_s_repository(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("site").mkdir()
    Path("shop.yaml").rename("site/shop.yaml")
    monkeypatch.chdir("site")
    git("init", "-q")
    commit("Ada", "2026-01-05T10:00:00+0000")
    monkeypatch.chdir("..")
    options = ("--out", "out", "--format", "markdown", "--last-change", "--quiet")
    assert main(["docs", "site/shop.yaml", *options]) == 0
    assert "- **Last change:** 2026-01-05, Ada" in Path("out/events/login.md").read_text()


def test_a_shallow_clone_does_not_know_who(
    monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    git("init", "-q")
    commit("Ada", "2026-01-05T10:00:00+0000")
    Path("README").write_text("More\n")
    commit("Grace", "2026-02-01T10:00:00+0000")
    git("clone", "-q", "--depth", "1", Path.cwd().as_uri(), "clone")
    monkeypatch.chdir("clone")
    assert docs("--last-change") == 1
    message = "error: the history of `shop.yaml` is not all there\n\nhint: the clone is shallow: "
    assert message in capsys.readouterr().err
