"""``gtmgen review``: one comment on a pull request, replaced by each run."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import yaml

from gtmgen.cli import sides
from gtmgen.cli.main import main
from gtmgen.compare.changes import compare
from gtmgen.compare.snapshot import of_version
from gtmgen.meaning.compare import compare_containers
from gtmgen.report.comment_report import MARKER, Review, write_comment

from .conftest import SPECS, Checkout, Host

COMMENTS = "/repos/acme/tracking/issues/17/comments"


def review(checkout: Checkout, *more: str) -> int:
    return main(["review", "tracking", "--base", f"git:{checkout.base}", *more])


def test_the_comment_is_written_once_and_then_replaced(
    github: Host, checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    github.others(100)  # more than a page

    assert review(checkout, "--post", "github") == 0
    assert capsys.readouterr().err == "comment created\n"
    assert review(checkout, "--post", "github") == 0
    checkout.commit(SPECS / "before.yaml")
    assert review(checkout, "--post", "github") == 0
    assert capsys.readouterr().err == "comment updated\ncomment updated\n"

    assert github.writes == [
        ("POST", COMMENTS),
        ("PATCH", "/repos/acme/tracking/issues/comments/101"),
    ]
    ours = [item["body"] for item in github.comments if item["body"].startswith(MARKER)]
    assert ours == [f"{MARKER}\n## Tracking changes\n\nNothing that is measured changes."]


def test_a_job_learns_what_was_found(github: Host, checkout: Checkout) -> None:
    assert review(checkout, "--out", "../review.md", "--post", "github") == 0

    temporary = checkout.folder.parent
    assert (temporary / "output").read_text() == (
        "changed=true\nworst=deduplication\ncomment-file=../review.md\n"
    )
    (comment,) = github.comments
    assert (temporary / "review.md").read_text() == comment["body"] + "\n"
    assert (temporary / "summary.md").read_text() == comment["body"] + "\n"
    assert "\n#### Event `purchase`: Order paid\n" in comment["body"]


@pytest.mark.parametrize(("effect", "code"), [("deduplication", 1), ("harmless", 1), (None, 0)])
def test_it_fails_from_an_effect_on(checkout: Checkout, effect: str | None, code: int) -> None:
    assert review(checkout, *([] if effect is None else ["--fail-on", effect])) == code


def test_less_than_that_does_not_fail(checkout: Checkout) -> None:
    text = checkout.spec.read_text().replace("prefix: order_", "prefix: purchase_")
    checkout.spec.write_text(text)
    assert review(checkout, "--fail-on", "deduplication") == 0
    assert review(checkout, "--fail-on", "loss") == 1


def test_on_a_fork_the_comment_is_the_jobs_summary(
    github: Host, checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    github.refuses = 403

    assert review(checkout, "--post", "github") == 0

    assert capsys.readouterr().err == (
        "warning: the comment cannot be written: POST was answered with 403\n\n"
        "hint: the token needs to write to pull requests; on those from forks it only reads\n"
    )
    assert "`order_{order_number}`" in (checkout.folder.parent / "summary.md").read_text()


def test_another_failure_is_one(
    github: Host, checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    github.refuses = 500

    assert review(checkout, "--post", "github") == 1
    assert capsys.readouterr().err == (
        "error: the comment cannot be written: POST was answered with 500\n"
    )


def test_a_redirect_does_not_get_the_token(
    github: Host, checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    github.refuses = 307

    assert review(checkout, "--post", "github") == 1
    assert capsys.readouterr().err == (
        "error: the comment cannot be written: POST was answered with 307\n"
    )


def test_a_job_of_no_pull_request(
    github: Host, checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout.folder.parent / "event.json").write_text('{"ref": "refs/heads/main"}')

    assert review(checkout, "--post", "github") == 1
    assert capsys.readouterr().err == (
        "error: the event of this job is not a pull request\n\nhint: run it on: pull_request\n"
    )


def test_a_job_of_an_odd_merge_request(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("CI_API_V4_URL", "CI_PROJECT_ID", "CI_MERGE_REQUEST_IID", "GITLAB_TOKEN"):
        monkeypatch.setenv(name, "!7")

    assert review(checkout, "--post", "gitlab") == 2
    assert capsys.readouterr().err == "error: `CI_MERGE_REQUEST_IID` is no number: `!7`\n"


def test_outside_of_a_job(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GITHUB_EVENT_PATH", raising=False)

    assert review(checkout, "--post", "github") == 2
    assert capsys.readouterr().err == (
        "error: `GITHUB_EVENT_PATH` is not set\n\nhint: `--post` is for jobs of a pull request\n"
    )


def test_a_spec_that_is_new_has_nothing_before(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    other = checkout.spec.with_name("blog.yaml")
    other.write_text(checkout.spec.read_text().replace("garden-store", "blog"))

    assert review(checkout) == 0

    text = capsys.readouterr().out
    assert "\nChanged: 2 of 2 specs. At worst, this **breaks deduplication" in text
    blog = text.partition("### `tracking/blog.yaml`")[2].partition("### `tracking/shop.yaml`")[0]
    assert "`purchase` is new. Fires on" in blog
    assert (
        "**Sends to another account.** TikTok is a new platform. Data goes to an account that "
        "received none before."
    ) in blog


REMOVED = (
    "#### Site `garden-store`\n\n"
    "- 🔴 **Doubles or loses events.** The spec of `garden-store` was removed. What it made stays "
    "in `GTM-GARDEN1` and goes on sending, until somebody deletes it there: no push changes or "
    "checks it any more."
)


@pytest.mark.parametrize("named", ["tracking", "tracking/shop.yaml", "."])
@pytest.mark.parametrize("others", [True, False])
def test_a_spec_that_is_removed_is_told(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], named: str, others: bool
) -> None:
    """Nothing in the folder would remind of it."""
    text = checkout.spec.read_text(encoding="utf-8")
    checkout.spec.unlink()
    if others:
        other = text.replace("garden-store", "blog").replace("GTM-GARDEN1", "GTM-BLOG1")
        checkout.spec.with_name("blog.yaml").write_text(other, encoding="utf-8")
    else:
        checkout.spec.parent.rmdir()

    assert main(["review", named, "--base", f"git:{checkout.base}"]) == 0
    assert REMOVED in capsys.readouterr().out


def test_a_folder_that_lost_its_only_spec_beside_one_that_has_some(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    text = checkout.spec.read_text(encoding="utf-8")
    other = text.replace("garden-store", "blog").replace("GTM-GARDEN1", "GTM-BLOG1")
    (checkout.folder / "blog").mkdir()
    (checkout.folder / "blog/spec.yaml").write_text(other, encoding="utf-8")
    checkout.git("add", "-A")
    checkout.git("commit", "-qm", "two")
    checkout.spec.rename(checkout.spec.with_name("notes.txt"))

    assert main(["review", "tracking", "blog", "--base", "git:HEAD"]) == 0
    comment = capsys.readouterr().out
    assert REMOVED in comment
    assert "blog" not in comment


def test_each_spec_of_a_folder_that_moved_is_the_same(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of the base are read twice: to know which one it was, and to compare."""
    read: list[str] = []
    checked_out = sides.checkout

    def count(revision: str, path: str) -> AbstractContextManager[Path]:
        read.append(path)
        return checked_out(revision, path)

    text = checkout.spec.read_text(encoding="utf-8")
    for number in range(4):
        other = text.replace("garden-store", f"blog-{number}")
        checkout.spec.with_name(f"{number}.yaml").write_text(other, encoding="utf-8")
    checkout.git("add", "-A")
    checkout.git("commit", "-qm", "five")
    folder = checkout.spec.parent.rename(checkout.folder / "specs")
    for number in range(4):  # the first is the last one now
        (folder / f"{number}.yaml").rename(folder / f"{9 - number}.yaml")
    monkeypatch.setattr(sides, "checkout", count)

    assert main(["review", "tracking", "specs", "--base", "git:HEAD"]) == 0
    assert capsys.readouterr().out == (
        f"{MARKER}\n## Tracking changes\n\nNothing that is measured changes.\n"
    )
    assert max(map(read.count, read)) == 2


def test_what_changes_in_an_environment_alone_is_told(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The site's own container may be that of an environment."""
    text = (SPECS / "before.yaml").read_text(encoding="utf-8")

    def commit(environments: str, body: str = text) -> None:
        (tmp_path / "new.yaml").write_text(f"{body}environments: {environments}\n")
        checkout.commit(tmp_path / "new.yaml")

    def pixel(number: int) -> str:
        return f"platforms: {{tiktok: {{pixel_id: CGARDENLIVE00000000{number}}}}}"

    commit(f"{{live: {{{pixel(1)}}}, old: {{site: {{currency: CHF}}}}}}")
    base = checkout.git("rev-parse", "HEAD")
    commit(f"{{live: {{{pixel(2)}}}, test: {{site: {{currency: CHF}}}}}}")

    assert main(["review", "tracking", "--base", f"git:{base}", "--fail-on", "account"]) == 1
    comment = capsys.readouterr().out
    assert "### `tracking/shop.yaml (--env live)`" in comment
    assert (
        "**Sends to another account.** `pixel_id` of TikTok is `CGARDENLIVE000000002` instead of "
        "`CGARDENLIVE000000001`."
    ) in comment
    assert "The environment `test` is new." in comment
    assert "The environment `old` was removed; its container stays as it is." in comment

    assert main(["review", "tracking", "--base", f"git:{base}", "--env", "live"]) == 0
    assert "(--env live)" not in capsys.readouterr().out


def test_what_all_environments_have_is_told_once(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    more = "environments: {live: {site: {currency: CHF}}}\n"
    for name in ("before", "after"):
        text = (SPECS / f"{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.yaml").write_text(f"{text}{more}", encoding="utf-8")
    checkout.commit(tmp_path / "before.yaml")
    base = checkout.git("rev-parse", "HEAD")
    checkout.commit(tmp_path / "after.yaml")

    assert main(["review", "tracking", "--base", f"git:{base}"]) == 0
    comment = capsys.readouterr().out
    assert comment.count("The event ID of `purchase` is") == 1
    assert "--env" not in comment


def test_a_spec_that_moved_is_the_same(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.commit(SPECS / "before.yaml")
    checkout.spec.rename(checkout.spec.with_name("garden.yaml"))

    assert review(checkout) == 0
    assert capsys.readouterr().out == (
        f"{MARKER}\n## Tracking changes\n\nNothing that is measured changes.\n"
    )


def test_a_removed_spec_that_was_not_valid_is_told_by_its_file(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    checkout.spec.write_text("gtmgen: 1\n")
    checkout.git("commit", "-qam", "broken")
    checkout.spec.unlink()

    assert main(["review", "tracking", "--base", "git:HEAD"]) == 0
    assert "The spec of `tracking/shop.yaml` was removed." in capsys.readouterr().out


def test_a_base_that_is_not_valid_is_said(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    good = checkout.spec.read_text()
    checkout.spec.write_text("gtmgen: 1\n")
    checkout.git("commit", "-qam", "broken")
    checkout.spec.write_text(good)

    assert main(["review", "tracking", "--base", "git:HEAD"]) == 1
    assert capsys.readouterr().err == (
        "error: the spec as it is at `git:HEAD:tracking/shop.yaml` is not valid, so nothing can "
        "be compared with it\n\nhint: `gtmgen validate` on that revision tells why\n"
    )


@pytest.mark.parametrize("value", [None, "C0123456789SETHERE12"])
def test_variables_need_no_value_and_show_none(
    checkout: Checkout,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    value: str | None,
) -> None:
    """A job of a fork's pull request has none of them; everybody reads the comment of others."""
    if value is not None:
        monkeypatch.setenv("OUR_PIXEL", value)
    text = (SPECS / "before.yaml").read_text(encoding="utf-8")
    pixel = yaml.safe_load(text)["platforms"]["tiktok"]["pixel_id"]
    (tmp_path / "new.yaml").write_text(text.replace(pixel, '"${OUR_PIXEL}"'), encoding="utf-8")
    checkout.commit(tmp_path / "new.yaml")

    assert review(checkout) == 0
    comment = capsys.readouterr().out
    assert f"`pixel_id` of TikTok is `${{OUR_PIXEL}}` instead of `{pixel}`." in comment
    assert "SETHERE" not in comment


@pytest.mark.parametrize("base", ["main", "git:HEAD:tracking/other.yaml"])
def test_the_base_is_a_revision(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], base: str
) -> None:
    assert main(["review", "tracking", "--base", base]) == 2
    assert capsys.readouterr().err == f"error: `--base` is `git:REV`, not `{base}`\n"


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("-", "`-` cannot be a spec\n\nhint: a spec is a YAML file"),
        ("a.json", "`a.json` cannot be a spec\n\nhint: a spec is a YAML file"),
        ("GTM-GARDEN1", "`GTM-GARDEN1` does not exist"),
    ],
)
def test_only_specs_are_reviewed(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], path: str, message: str
) -> None:
    (checkout.folder / "a.json").write_text('{"containerVersion": {}}')
    assert main(["review", path, "--base", f"git:{checkout.base}"]) == 2
    assert capsys.readouterr().err == f"error: {message}\n"


@pytest.mark.parametrize("name", ["git:HEAD.yaml", "GTM-GARDEN1.yaml", "-.yaml"])
def test_a_spec_may_have_any_name(
    checkout: Checkout, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    checkout.spec.rename(checkout.folder / name)
    checkout.git("add", "-A")
    checkout.git("commit", "-qm", "moved")

    assert main(["review", ".", "--base", "git:HEAD"]) == 0
    assert capsys.readouterr().out == (
        f"{MARKER}\n## Tracking changes\n\nNothing that is measured changes.\n"
    )


def test_no_comment_is_longer_than_github_takes_it() -> None:
    code = [{"type": "TEMPLATE", "key": "html", "value": "é" * 200}]
    tags = [
        {"name": f"Tag {number}", "tagId": str(number), "type": "html", "parameter": code}
        for number in range(3000)
    ]
    old, new = of_version({}), of_version({"tag": tags})
    found = compare(old, new)
    comment = write_comment([Review("a", "b", found, compare_containers(old, new, found))])

    assert len(comment) <= 65_536
    assert comment.startswith(MARKER)
    assert comment.endswith(
        "*The rest is left out: the comment would be too long. `gtmgen diff` shows everything.*"
    )


def test_what_a_spec_says_is_no_markup(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    hostile = "x @team <img src=x> [a](javascript:b) `c` -->"
    text = checkout.spec.read_text().replace("A visitor looks at one plant.", f"'{hostile}'")
    checkout.spec.write_text(text)

    assert review(checkout) == 0

    shown = capsys.readouterr().out.split("<details>")[0]
    assert "\\<img" in shown
    assert "<img" not in shown.replace("\\<img", "")
    assert " @team" not in shown
    assert "\\[a\\](javascript:b)" in shown


def test_the_output_is_a_file_of_its_own(checkout: Checkout, tmp_path: Path) -> None:
    assert review(checkout, "--out", str(tmp_path / "comment.md")) == 0
    assert (tmp_path / "comment.md").read_text().startswith(MARKER)
