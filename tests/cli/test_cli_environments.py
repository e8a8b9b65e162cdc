"""GTM's own environments: listed, made, reauthorized, pointed at a version, and their snippet."""

from __future__ import annotations

import json
from urllib.parse import parse_qs

import pytest
from push.harness import SPEC, Result, Shell

from gtmgen.cli.optional_value import with_value
from gtmgen.emulator import ApiRequest, Response, make_error_response
from gtmgen.emulator.transport import Send


def run(shell: Shell, verb: str, *more: str) -> Result:
    return shell.run(verb, "spec.yaml", *more, "--target", "local", "-q")


@pytest.fixture
def staging(shell: Shell) -> Shell:
    """A pushed spec, and an environment that shows nothing yet."""
    shell.spec()
    shell.pushed()
    made = run(shell, "environments", "--create", "Staging", "--url", "https://staging.example")
    assert made.code == 0
    return shell


def environment(shell: Shell, name: str) -> dict[str, str]:
    (found,) = [
        item for item in shell.gtm.manager.environments(shell.gtm.container) if item["name"] == name
    ]
    return found


def shown(shell: Shell, name: str = "Staging") -> str | None:
    return environment(shell, name).get("containerVersionId")


def query_of(snippet: str) -> dict[str, list[str]]:
    return parse_qs(snippet.partition("+dl+'&")[2].partition("'")[0])


def test_the_list(staging: Shell) -> None:
    run(staging, "push", "--version", "one", "--yes")

    assert run(staging, "environments").out == (
        "GTM-SHOP1 (local GTM)\n\n"
        "  Live     live       nothing\n"
        "  Latest   latest     version 1\n"
        "  Staging  user       nothing       https://staging.example\n"
    )
    listed = json.loads(run(staging, "environments", "--format", "json").out)
    assert listed.pop("format_version") == "2.0"
    (listed,) = listed["containers"]
    assert listed["environments"][2] == {
        "id": "3",
        "name": "Staging",
        "type": "user",
        "version": None,
        "url": "https://staging.example",
    }


def test_no_list_holds_a_code(staging: Shell) -> None:
    code = environment(staging, "Staging")["authorizationCode"]

    for format_ in ("text", "json"):
        assert code not in run(staging, "environments", "--format", format_).out


def test_a_new_environment_prints_its_snippet(shell: Shell) -> None:
    shell.spec(SPEC + "site: {data_layer: shopLayer}\n")

    result = run(shell, "environments", "--create", "Staging")

    code = environment(shell, "Staging")["authorizationCode"]
    assert result.out.startswith("Made the environment `Staging`.\n\nAs high in the <head>")
    assert query_of(result.out) == {
        "gtm_auth": [code],
        "gtm_preview": ["env-3"],
        "gtm_cookies_win": ["x"],
    }
    assert "(window,document,'script','shopLayer','GTM-SHOP1');</script>" in result.out
    frame = f"ns.html?id=GTM-SHOP1&amp;gtm_auth={code}&amp;gtm_preview=env-3&amp;gtm_cookies_win=x"
    assert frame in result.out


@pytest.mark.parametrize(
    ("options", "body"),
    [
        ((), {"name": "Staging"}),
        (("--url", "https://a.example"), {"name": "Staging", "url": "https://a.example"}),
    ],
)
def test_what_is_not_given_is_not_sent(
    shell: Shell, options: tuple[str, ...], body: dict[str, str]
) -> None:
    shell.spec()

    assert run(shell, "environments", "--create", "Staging", *options).code == 0

    (write,) = shell.gtm.writes
    assert json.loads(write.body) == body


def test_the_snippet_of_the_live_environment_has_no_parameters(staging: Shell) -> None:
    result = run(staging, "environments", "--snippet", "live")

    assert "?id='+i+dl+'';" in result.out
    assert "gtm_auth" not in result.out


def test_a_new_code(staging: Shell) -> None:
    before = environment(staging, "Staging")["authorizationCode"]

    refused = run(staging, "environments", "--reauthorize", "Staging")
    assert refused.code == 4
    assert refused.err.startswith("error: nothing was changed: there is no terminal to ask on")
    result = run(staging, "environments", "--reauthorize", "staging", "--yes")

    code = environment(staging, "Staging")["authorizationCode"]
    assert code != before
    assert result.out.startswith("The environment `Staging` has a new code.\n")
    assert query_of(result.out)["gtm_auth"] == [code]


def test_the_live_environment_has_no_code_to_renew(staging: Shell) -> None:
    staging.gtm.calls.clear()

    result = run(staging, "environments", "--reauthorize", "live", "--yes")

    assert (result.code, result.out) == (4, "")
    assert result.err == (
        "error: the environment `Live` is what every visitor gets: its snippet has no code to "
        "renew\n\nhint: `gtmgen environments SPEC` lists the others\n"
    )
    assert staging.gtm.writes == []


def test_publish_to_an_environment_and_promote_it(staging: Shell) -> None:
    run(staging, "push", "--version", "one", "--yes")

    first = run(staging, "publish", "1", "--environment", "staging", "--yes")
    again = run(staging, "publish", "1", "--environment", "staging", "--yes")
    promoted = run(staging, "publish", "--from", "Staging", "--yes")

    assert first.out == (
        "GTM-SHOP1 (local GTM): the environment `Staging` will show version 1 `one`\n"
        "Published: the environment `Staging` shows version 1 `one`.\n"
    )
    assert (shown(staging), environment(staging, "Staging")["url"]) == (
        "1",
        "https://staging.example",
    )
    assert (again.code, again.err) == (
        4,
        "error: nothing was published: the environment `Staging` shows version 1 `one` already\n",
    )
    assert promoted.out == (
        "GTM-SHOP1 (local GTM): version 1 `one` goes live as the first one\n"
        "Published: version 1 `one` is live.\n"
    )
    assert shown(staging, "Live") == "1"


def test_a_push_publishes_to_an_environment(staging: Shell) -> None:
    result = run(staging, "push", "--version", "one", "--publish", "staging", "--yes")

    assert result.code == 0, result.err
    assert result.out.endswith("Published: the environment `Staging` shows version 1 `one`.\n")
    assert (shown(staging), shown(staging, "Live")) == ("1", None)


def test_a_push_publishes_to_the_visitors_without_a_name(staging: Shell) -> None:
    result = staging.run(
        "push", "--target", "local", "--yes", "--version", "one", "--publish", "spec.yaml"
    )

    assert result.code == 0, result.err
    assert (shown(staging), shown(staging, "Live")) == (None, "1")


def test_an_environment_that_is_not_there_is_told_before_a_version_is_made(staging: Shell) -> None:
    result = run(staging, "push", "--version", "one", "--publish", "stagin", "--yes")

    assert (result.code, staging.gtm.manager.version_headers(staging.gtm.container)) == (2, [])
    assert result.err == (
        "error: there is no environment `stagin`\n\nhint: did you mean `Staging`?\n"
    )


def test_a_name_in_any_case_is_enough_where_one_environment_has_it(staging: Shell) -> None:
    push = ("push", "--version", "one", "--yes", "--publish", "staging")
    gtm = staging.gtm.manager
    gtm.create_environment(staging.gtm.container, {"name": "STAGING"})  # by hand: ours refuses it
    result = run(staging, *push)

    assert (result.code, gtm.version_headers(staging.gtm.container)) == (2, [])
    assert result.err == (
        "error: several environments are called `staging`\n\n"
        "hint: write it as GTM has it: `Staging`, `STAGING`\n"
    )
    assert run(staging, *push[:-1], "STAGING").code == 0
    assert (shown(staging), shown(staging, "STAGING")) == (None, "1")


def test_nothing_new_is_no_success_while_the_environment_shows_less(staging: Shell) -> None:
    run(staging, "push", "--version", "one", "--yes")

    result = run(staging, "push", "--version", "two", "--publish", "Staging", "--yes")

    assert result.code == 4
    assert result.err == (
        "error: the workspace holds nothing new, but the environment `Staging` of GTM-SHOP1 does "
        "not show version 1\n\n"
        "hint: `gtmgen publish SPEC 1 --environment Staging`\n"
    )


def test_a_version_that_an_environment_does_not_get(staging: Shell) -> None:
    def fault(request: ApiRequest, send: Send) -> Response:
        if request.method == "PUT" and "/environments/" in request.path:
            return make_error_response("Insufficient Permission", 403)
        return send(request)

    staging.gtm.fault = fault

    result = run(staging, "push", "--version", "one", "--publish", "Staging", "--yes")

    assert result.code == 6
    assert result.err == (
        "error: version 1 `one` was made, but the environment `Staging` does not show it: "
        "environments.update `Staging` failed with 403: Insufficient Permission\n\n"
        "hint: `gtmgen publish SPEC 1 --environment Staging` tries again\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "error"),
    [
        (
            ("publish", "1", "--environment", "Latest", "--yes"),
            4,
            (
                "error: the environment `Latest` shows what GTM chooses\n\n"
                "hint: `gtmgen environments SPEC --create NAME` makes one that can be chosen for\n"
            ),
        ),
        (
            ("publish", "1", "--from", "Staging"),
            2,
            "error: `--from` says which version: leave its number out\n",
        ),
        (
            ("publish", "--from", "Staging"),
            4,
            "error: nothing was published: the environment `Staging` shows no version\n",
        ),
        (
            ("environments", "--url", "https://a.example"),
            2,
            "error: `--url` and `--version` go with `--create NAME`\n",
        ),
        *(
            (
                ("environments", *options),
                2,
                (
                    "error: `--create`, `--reauthorize` and `--snippet` exclude each other\n\n"
                    "hint: `--create` and `--reauthorize` print the snippet, too\n"
                ),
            )
            for options in (
                ("--create", "New", "--snippet", "Nope"),
                ("--create", "New", "--reauthorize", "Staging"),
                ("--reauthorize", "Staging", "--snippet", "Staging"),
            )
        ),
        (("environments", "--create", " "), 2, "error: `--create` needs a name\n"),
        (
            ("environments", "--create", "Staging"),
            4,
            (
                "error: there is an environment `Staging` already\n\n"
                "hint: `gtmgen environments SPEC --snippet NAME` prints its snippet\n"
            ),
        ),
    ],
)
def test_what_is_refused(staging: Shell, arguments: tuple[str, ...], code: int, error: str) -> None:
    run(staging, "push", "--version", "one", "--yes")

    result = run(staging, *arguments)

    assert (result.code, result.err) == (code, error)


def test_an_option_with_a_value_that_may_be_left_out() -> None:
    def filled(*arguments: str) -> list[str]:
        return with_value([*arguments], "--publish", "live", lambda text: text == "staging")

    assert filled("--publish") == ["--publish", "live"]
    assert filled("--publish", "a.yaml") == ["--publish", "live", "a.yaml"]
    assert filled("--publish", "staging", "a.yaml") == ["--publish", "staging", "a.yaml"]
    assert filled("--publish=staging") == ["--publish=staging"]
    assert filled("--", "--publish") == ["--", "--publish"]
