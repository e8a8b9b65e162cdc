"""``push --version NAME [--publish]``."""

from __future__ import annotations

import io
import json

import pytest
from push.harness import SPEC, Result, Shell

from gtmgen.api import Identity, LocalTagManager
from gtmgen.emulator import ApiRequest, Response
from gtmgen.emulator.transport import Send

PUSHED = "Pushed. Read back: the workspace gtmgen matches the spec.\n"
MADE = (
    "Made version 1 `spring` of GTM-SHOP1. The workspace gtmgen was closed with it; the next push "
    "creates it again.\n"
)


BLOG = """\
gtmgen: 1
project: blog
container: {gtm: GTM-SHOP1, workspace: gtmgen}
triggers:
  read: {event: read}
gtm:
  tags:
    pixel: {type: html, parameters: {html: "<b>1</b>"}, consent: not_required, on: read}
"""


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.spec()
    return shell


def release(shell: Shell, *more: str) -> Result:
    return shell.push("--version", "spring", *more)


def versions(shell: Shell) -> list[str]:
    headers = shell.gtm.manager.version_headers(shell.gtm.container)
    return [header["name"] for header in headers]


def live(shell: Shell) -> str | None:
    found = shell.gtm.manager.live_version(shell.gtm.container)
    return None if found is None else str(found["containerVersionId"])


def test_without_it_there_is_no_version(shop: Shell) -> None:
    shop.pushed()

    assert (versions(shop), live(shop)) == ([], None)


def test_a_version_is_made_and_not_published(shop: Shell) -> None:
    result = release(shop)

    assert (result.code, result.err) == (0, "")
    assert result.out.endswith(PUSHED + MADE)
    assert (versions(shop), live(shop)) == (["spring"], None)
    assert shop.is_settled()


def test_it_is_published_when_asked_for(shop: Shell) -> None:
    result = release(shop, "--publish")

    assert (result.code, result.err) == (0, "")
    assert result.out.endswith(f"{PUSHED}{MADE}Published: version 1 `spring` is live.\n")
    assert live(shop) == "1"


def test_the_workspace_comes_back_with_the_next_push(shop: Shell) -> None:
    release(shop)
    shop.spec(SPEC.replace("gt: 5", "gt: 6"))

    result = shop.push("--version", "summer")

    assert result.code == 0
    assert "Made version 2 `summer`" in result.out
    assert versions(shop) == ["spring", "summer"]


def test_a_plan_after_a_version_says_one_thing(shop: Shell) -> None:
    """The workspace ended with the version, and there is no need of another one."""
    release(shop)
    nothing = (
        "No changes: the latest version matches the spec; the workspace gtmgen will be made when "
        "there is something to push. 9 unchanged, 0 unmanaged.\n"
    )

    assert shop.plan() == Result(
        0, f"shop -> GTM-SHOP1, workspace gtmgen (local GTM)\n\n{nothing}", ""
    )
    assert shop.plan("--format", "markdown").out == (
        f"### shop → GTM-SHOP1, workspace gtmgen\n\n{nothing}"
    )
    shop.spec(SPEC.replace("gt: 5", "gt: 6"))
    assert "The workspace gtmgen does not exist yet; a push creates it.\n" in shop.plan().out


def test_what_an_earlier_push_left_becomes_a_version(shop: Shell) -> None:
    shop.pushed()

    result = release(shop)

    assert result.code == 0
    assert result.out.endswith(MADE)


@pytest.mark.parametrize("workspace_is_there", [True, False])
def test_nothing_new_makes_no_version(shop: Shell, workspace_is_there: bool) -> None:
    release(shop)
    if workspace_is_there:
        shop.gtm.workspace()

    result = release(shop)
    also_published = release(shop, "--publish")

    nothing = "The workspace gtmgen of GTM-SHOP1 holds nothing that the latest version does not.\n"
    assert (result.code, also_published.code) == (0, 4)
    assert result.out.endswith(f"\nNo version made. {nothing}")
    assert also_published.err == (
        "error: the workspace holds nothing new, but version 1 of GTM-SHOP1 is not live\n\n"
        "hint: `gtmgen publish SPEC 1` makes it live\n"
    )
    assert (versions(shop), live(shop)) == (["spring"], None)
    assert shop.run("publish", "spec.yaml", "--target", "local", "--yes").code == 0
    assert release(shop, "--publish").code == 0


def test_two_specs_of_one_workspace_make_one_version(shop: Shell) -> None:
    shop.spec(BLOG, "blog.yaml")

    result = shop.run(
        "push", "spec.yaml", "blog.yaml", "--target", "local", "--yes", "-q", "--version", "both"
    )

    assert result.code == 0, result.err
    assert versions(shop) == ["both"]


def test_one_of_two_versions_is_partly_applied(shop: Shell) -> None:
    shop.spec(SPEC.replace("GTM-SHOP1", "GTM-OTHER1"), "other.yaml")
    shop.pushed()
    shop.pushed(spec="other.yaml")
    answers = [b'{"compilerError": true}', None]

    def fault(request: ApiRequest, send: Send) -> Response:
        if request.path.endswith(":create_version") and (answer := answers.pop()):
            return Response(200, answer)
        return send(request)

    shop.gtm.fault = fault

    result = shop.run(
        "push", "spec.yaml", "other.yaml", "--target", "local", "-q", "-y", "--version", "spring"
    )

    assert result.code == 6, result.err
    assert result.err.startswith(
        "error: the version of GTM-SHOP1 was made, then GTM-OTHER1: the version `spring` was not "
        "made: GTM reports a compiler error\n"
    )
    assert versions(shop) == ["spring"]


# -- who and for whom ------------------------------------------------------------------


def notes(shell: Shell) -> str:
    return str(shell.gtm.manager.version(f"{shell.gtm.container}/versions/1")["description"])


def test_the_notes_name_the_user_of_the_machine(shop: Shell) -> None:
    shop.monkeypatch.setattr("getpass.getuser", lambda: "ada")

    release(shop)

    assert notes(shop) == "Made by gtmgen\n[gtmgen shop by ada]"
    listed = shop.run("versions", "spec.yaml", "--target", "local", "--details")
    assert listed.out.split("  ")[-2] == "ada"


def test_the_notes_name_all_projects_of_the_workspace(shop: Shell) -> None:
    shop.monkeypatch.setattr("getpass.getuser", lambda: "ada")
    shop.spec(BLOG, "blog.yaml")

    shop.run("push", "spec.yaml", "blog.yaml", "--target", "local", "-y", "-q", "--version", "both")

    assert notes(shop) == "Made by gtmgen\n[gtmgen shop, blog by ada]"
    listed = shop.run("versions", "spec.yaml", "--target", "local", "--details")
    assert listed.out.split("  ")[-2] == "ada"


@pytest.mark.parametrize("error", [OSError, KeyError, ImportError])
def test_a_user_without_a_name(shop: Shell, error: type[Exception]) -> None:
    def nobody() -> str:
        raise error

    shop.monkeypatch.setattr("getpass.getuser", nobody)

    assert release(shop).code == 0
    assert notes(shop) == "Made by gtmgen\n[gtmgen shop]"
    listed = shop.run("versions", "spec.yaml", "--target", "local", "--details")
    assert listed.out.split("  ")[-2] == "-"


@pytest.mark.parametrize(
    ("account", "line"),
    [("bot@acme.example", "[gtmgen shop by bot@acme.example]"), (None, "[gtmgen shop]")],
)
def test_at_google_the_account_is_named_and_never_the_user(
    shop: Shell, account: str | None, line: str
) -> None:
    identity = Identity("user", "a test", account, "project 1", (), None)

    def google(found: Identity, _pacer: object) -> LocalTagManager:
        shop.gtm.manager.account = found.email
        return shop.gtm.manager

    shop.monkeypatch.setattr("getpass.getuser", lambda: "ada")
    shop.monkeypatch.setattr("gtmgen.cli.target.find_account", lambda _scopes: identity)
    shop.monkeypatch.setattr("gtmgen.cli.target.quota_of", lambda *_, **__: None)
    shop.monkeypatch.setattr("gtmgen.api.connect.connect_identity", google)

    result = shop.run("push", "spec.yaml", "--yes", "-q", "--version", "spring")

    assert result.code == 0, result.err
    assert notes(shop) == f"Made by gtmgen\n{line}"


# -- asking ----------------------------------------------------------------------------


def ask(shell: Shell, answer: str, *more: str) -> Result:
    shell.monkeypatch.setattr("sys.stdin", Terminal(answer))
    return shell.run("push", "spec.yaml", "--target", "local", "-q", "--version", "spring", *more)


def test_one_question_for_the_changes_and_the_version(shop: Shell) -> None:
    result = ask(shop, "yes\n", "--publish")

    assert result.code == 0
    assert result.err == (
        "\nApply these changes, then make the version `spring` and publish it to the visitors of "
        "the site? Only `yes` is accepted:\n"
    )
    assert live(shop) == "1"


def test_a_question_where_only_the_version_is_left(shop: Shell) -> None:
    shop.pushed()

    result = ask(shop, "no\n")

    assert result.code == 4
    assert result.err == (
        "\nMake the version `spring`? Only `yes` is accepted:\n"
        "error: no version was made\n\nhint: answer `yes`, or give `--yes`\n"
    )
    assert versions(shop) == []
    assert ask(shop, "yes\n").code == 0
    assert versions(shop) == ["spring"]


# -- failures --------------------------------------------------------------------------


def compiler_error(ending: str) -> object:
    def fault(request: ApiRequest, send: Send) -> Response:
        if request.path.endswith(ending):
            return Response(200, json.dumps({"compilerError": True}).encode())
        return send(request)

    return fault


def test_the_changes_stay_when_no_version_is_made(shop: Shell) -> None:
    shop.gtm.fault = compiler_error(":create_version")  # type: ignore[assignment]

    result = release(shop, "--publish")
    again = release(shop, "--publish")

    reason = "the version `spring` was not made: GTM reports a compiler error\n\nhint: GTM names"
    assert result.code == 6
    assert result.err.startswith(f"error: the changes were applied, but {reason}")
    assert again.code == 5  # nothing was applied this time
    assert again.err.startswith(f"error: {reason}")
    assert (versions(shop), live(shop)) == ([], None)


def test_a_version_that_cannot_be_published(shop: Shell) -> None:
    shop.gtm.fault = compiler_error(":publish")  # type: ignore[assignment]

    result = release(shop, "--publish")

    assert result.code == 6
    assert result.err.startswith(
        "error: version 1 `spring` was made, but publishing it failed: GTM reports a compiler error"
    )
    assert (versions(shop), live(shop)) == (["spring"], None)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--publish"],
            (
                "error: `--publish` goes with `--version NAME`\n\n"
                "hint: `gtmgen publish SPEC` publishes a version that is there already\n"
            ),
        ),
        (["--version", " "], "error: `--version` needs a name\n"),
    ],
)
def test_options_that_do_not_go(shop: Shell, arguments: list[str], message: str) -> None:
    assert shop.push(*arguments) == Result(2, "", message)
    assert not shop.gtm.calls
