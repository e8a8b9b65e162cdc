"""versions, publish and rollback, against an emulated container."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from push.harness import Result, Shell

from gtmgen.emulator import ApiRequest, Response, make_error_response
from gtmgen.emulator.transport import Send

WARNING = (
    "warning: only what is live goes back. The workspace gtmgen and the spec keep what is newer, "
    "and the next version made from them brings it back.\n"
)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(shell: Shell, verb: str, *more: str) -> Result:
    return shell.run(verb, "spec.yaml", *more, "--target", "local", "-q")


def version(shell: Shell, name: str | None, **tags: str) -> str:
    """A version with one more tag for each keyword; its path."""
    for tag, html in tags.items():
        parameter = [{"type": "template", "key": "html", "value": html}]
        shell.gtm.create("tag", name=tag, type="html", parameter=parameter)
    reply = shell.gtm.manager.create_version(shell.gtm.workspace(), name)
    return str(reply["containerVersion"]["path"])


@pytest.fixture
def three(shell: Shell) -> Shell:
    """Three versions, the second of which is live."""
    shell.spec()
    version(shell, "one")
    live = version(shell, "two", first="<b>1</b>")
    version(shell, None, second="<b>2</b>", third="<b>3</b>")
    shell.gtm.manager.publish(live)
    return shell


def live(shell: Shell) -> str | None:
    found = shell.gtm.manager.live_version(shell.gtm.container)
    return None if found is None else str(found["containerVersionId"])


# -- versions --------------------------------------------------------------------------


def test_no_versions(shell: Shell) -> None:
    shell.spec()

    assert run(shell, "versions") == Result(0, "GTM-SHOP1 (local GTM): no versions\n", "")


def test_versions_newest_first_with_their_marks_and_counts(three: Shell) -> None:
    assert run(three, "versions") == Result(
        0,
        "GTM-SHOP1 (local GTM)\n\n"
        "  3  (no name)  latest        3 tags\n"
        "  2  two        live          1 tag\n"
        "  1  one                      empty\n",
        "",
    )
    assert not three.gtm.writes


def test_deleted_versions_and_version_0_are_none(three: Shell) -> None:
    headers = [
        {"containerVersionId": "0"},
        {"containerVersionId": "4", "name": "gone", "deleted": True},
        {"containerVersionId": "2", "name": "two", "numTags": "1", "numFuture": "7"},
    ]

    def fault(request: ApiRequest, send: Send) -> Response:
        if request.path.endswith("/version_headers"):
            return Response(200, json.dumps({"containerVersionHeader": headers}).encode())
        return send(request)

    three.gtm.fault = fault

    assert run(three, "versions").out == "GTM-SHOP1 (local GTM)\n\n  2  two  live, latest  1 tag\n"


def test_the_live_version_may_be_the_latest(three: Shell) -> None:
    run(three, "publish", "--yes")

    assert "  3  (no name)  live, latest  3 tags\n" in run(three, "versions").out


def test_versions_as_json(three: Shell) -> None:
    found = json.loads(run(three, "versions", "--format", "json").out)

    (one,) = found.pop("containers")
    assert found == {"format_version": "2.0"}
    first, second, _ = one.pop("versions")
    assert one == {"container": "GTM-SHOP1", "target": "local GTM"}
    assert first.pop("counts")["tags"] == 3
    assert first == {"version": 3, "name": None, "live": False, "latest": True}
    assert (second["live"], second["latest"]) == (True, False)


def test_a_name_with_control_characters_does_no_harm(shell: Shell) -> None:
    shell.spec()
    version(shell, "a\x1b[31mb")

    for verb in ("versions", "publish"):
        assert "\x1b" not in run(shell, verb, *(["--yes"] if verb == "publish" else [])).out


def test_versions_without_that_format(shell: Shell) -> None:
    shell.spec()

    result = run(shell, "versions", "--format", "markdown")

    assert result == Result(2, "", "error: `--format` is text or json, not `markdown`\n")


# -- versions --details ----------------------------------------------------------------

BOT = "Made by gtmgen\n[gtmgen shop by bot@acme.example]"


def answers(shell: Shell, **replies: dict[str, Any] | Response) -> None:
    """What GTM says of the versions with these numbers (``v3``), beyond what it holds."""

    def fault(request: ApiRequest, send: Send) -> Response:
        number = request.path.rpartition("/versions/")[2]
        reply = replies.get(f"v{number}")
        if isinstance(reply, Response):
            return reply
        sent = send(request)
        return (
            sent
            if reply is None
            else Response(200, json.dumps(json.loads(sent.body) | reply).encode())
        )

    shell.gtm.fault = fault


def version_calls(shell: Shell) -> list[str]:
    calls = [call.path.rpartition("/versions/")[2] for call in shell.gtm.calls]
    return [number for number in calls if number.isdigit()]


def test_without_details_no_version_is_read(three: Shell) -> None:
    run(three, "versions")

    assert version_calls(three) == []


def test_when_and_by_whom(three: Shell) -> None:
    answers(
        three,
        v3={"fingerprint": "1795367159999", "description": BOT},
        v2={"fingerprint": "1795367100000", "description": "by hand"},
        v1={"fingerprint": "0000000000000"},
    )

    assert run(three, "versions", "--details") == Result(
        0,
        "GTM-SHOP1 (local GTM)\n\n"
        "  3  (no name)  latest        2026-11-22 17:05  bot@acme.example  3 tags\n"
        "  2  two        live          2026-11-22 17:05  -                 1 tag\n"
        "  1  one                      1970-01-01 00:00  -                 empty\n",
        "",
    )
    assert version_calls(three) == ["3", "2", "1"]
    assert not three.gtm.writes


def test_when_and_by_whom_as_json(three: Shell) -> None:
    answers(
        three,
        v3={"fingerprint": "1795367159999", "description": BOT},
        v2={"fingerprint": "soon", "description": None},
    )

    found = json.loads(run(three, "versions", "--details", "2", "--format", "json").out)[
        "containers"
    ][0]

    assert [(item.get("when"), item.get("who")) for item in found["versions"][:2]] == [
        ("2026-11-22T17:05:59Z", "bot@acme.example"),
        (None, None),
    ]
    assert set(found["versions"][1]) - set(found["versions"][2]) == {"when", "who"}


def test_details_of_the_newest_only(three: Shell) -> None:
    answers(three, v3={"fingerprint": "1795367159999", "description": BOT})

    assert run(three, "versions", "--details", "1") == Result(
        0,
        "GTM-SHOP1 (local GTM)\n\n"
        "  3  (no name)  latest        2026-11-22 17:05  bot@acme.example  3 tags\n"
        "  2  two        live                                              1 tag\n"
        "  1  one                                                          empty\n\n"
        "When and by whom: not read for 2 older versions; `--details 3` does.\n",
        "",
    )
    assert version_calls(three) == ["3"]


def test_ten_versions_unless_told(shell: Shell) -> None:
    shell.spec()
    for number in range(12):
        version(shell, f"v{number}")

    assert len(version_calls(shell)) == 0
    assert "not read for 2 older versions; `--details 12` does.\n" in (
        run(shell, "versions", "--details").out
    )
    assert version_calls(shell) == [str(number) for number in range(12, 2, -1)]


@pytest.mark.parametrize(
    "fingerprint",
    ["", "soon", "179536715999", "17953671599990", "-795367159999", "\u0661" * 13, None],
)
def test_what_is_no_time_is_not_shown_as_one(three: Shell, fingerprint: str | None) -> None:
    answers(three, v3={"fingerprint": fingerprint, "description": BOT})

    assert run(three, "versions", "--details", "1").out.splitlines()[2] == (
        "  3  (no name)  latest        -                 bot@acme.example  3 tags"
    )


def test_a_version_that_was_deleted_meanwhile_says_nothing(three: Shell) -> None:
    answers(
        three,
        v3={"fingerprint": "1795367159999", "description": BOT},
        v2=make_error_response("Not found or permission denied.", 404),
        v1={"fingerprint": "1795367159999", "deleted": True},
    )

    assert run(three, "versions", "--details") == Result(
        0,
        "GTM-SHOP1 (local GTM)\n\n"
        "  3  (no name)  latest        2026-11-22 17:05  bot@acme.example  3 tags\n"
        "  2  two        live          -                 -                 1 tag\n"
        "  1  one                      2026-11-22 17:05  -                 empty\n",
        "",
    )


def test_another_refusal_is_one(three: Shell) -> None:
    answers(three, v3=make_error_response("no", 400))

    result = run(three, "versions", "--details")

    assert (result.code, result.out) == (5, "")
    assert result.err.startswith("error: versions.get `3` failed with 400: no\n")


def test_a_made_up_author_does_no_harm(three: Shell) -> None:
    answers(three, v3={"description": "[gtmgen shop by \x1b[31mme]"})

    assert "  \\u001b[31mme  3 tags\n" in run(three, "versions", "--details", "1").out


def test_details_of_no_versions(shell: Shell) -> None:
    shell.spec()

    assert run(shell, "versions", "--details").out == "GTM-SHOP1 (local GTM): no versions\n"


@pytest.mark.parametrize(
    "arguments", [["--details", "spec.yaml"], ["--details", "--", "spec.yaml"]]
)
def test_the_number_may_be_left_out_anywhere(three: Shell, arguments: list[str]) -> None:
    assert three.run("versions", "--target", "local", "-q", *arguments).code == 0
    assert version_calls(three) == ["3", "2", "1"]


@pytest.mark.parametrize("number", ["0", "-1"])
def test_details_of_less_than_one(three: Shell, number: str) -> None:
    result = run(three, "versions", "--details", number)

    assert (result.code, result.out) == (2, "")
    assert "--details" in result.err
    assert not three.gtm.calls


# -- publish ---------------------------------------------------------------------------


def test_publish_takes_the_latest(three: Shell) -> None:
    assert run(three, "publish", "--yes") == Result(
        0,
        "GTM-SHOP1 (local GTM): version 3 goes live in place of version 2 `two`\n"
        "Published: version 3 is live.\n",
        "",
    )
    assert live(three) == "3"


def test_the_first_publish(shell: Shell) -> None:
    shell.spec()
    version(shell, "one")

    result = run(shell, "publish", "1", "--yes")

    assert (result.code, live(shell)) == (0, "1")
    assert result.out.startswith(
        "GTM-SHOP1 (local GTM): version 1 `one` goes live as the first one\n"
    )


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["2"], 4, "error: nothing was published: version 2 `two` is live already\n"),
        (["9"], 2, "error: there is no version 9\n\nhint: `gtmgen versions` lists them\n"),
    ],
)
def test_publish_refuses(three: Shell, arguments: list[str], code: int, message: str) -> None:
    assert run(three, "publish", *arguments, "--yes") == Result(code, "", message)
    assert live(three) == "2"
    assert not three.gtm.writes


def test_nothing_to_publish(shell: Shell) -> None:
    shell.spec()

    assert run(shell, "publish", "--yes") == Result(
        4,
        "",
        "error: `GTM-SHOP1` has no version to publish\n\n"
        "hint: `gtmgen push SPEC --version NAME` makes one\n",
    )


@pytest.mark.parametrize("verb", [["publish", "3"], ["rollback", "1"]])
@pytest.mark.parametrize("answer", ["", "y\n", "no\n"])
def test_only_yes_publishes(three: Shell, verb: list[str], answer: str) -> None:
    three.monkeypatch.setattr("sys.stdin", Terminal(answer))

    result = run(three, *verb)

    assert (result.code, live(three)) == (4, "2")
    assert result.err.endswith(
        "\nPublish it to the visitors of the site? Only `yes` is accepted:\n"
        "error: nothing was published\n\nhint: answer `yes`, or give `--yes`\n"
    )


def test_yes_publishes(three: Shell) -> None:
    three.monkeypatch.setattr("sys.stdin", Terminal("yes\n"))

    assert run(three, "publish").code == 0
    assert live(three) == "3"


@pytest.mark.parametrize("verb", [["publish", "3"], ["rollback", "1"]])
def test_without_a_terminal_nothing_is_published(three: Shell, verb: list[str]) -> None:
    three.monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))

    result = run(three, *verb)

    assert (result.code, live(three)) == (4, "2")
    assert result.err.endswith(
        "error: nothing was published: there is no terminal to ask on\n\n"
        "hint: give `--yes` to go on without a question\n"
    )


def answered(reply: dict[str, Any]) -> Any:
    """Status 200 to every publish, and nothing done."""

    def fault(request: ApiRequest, send: Send) -> Response:
        if request.path.endswith(":publish"):
            return Response(200, json.dumps(reply).encode())
        return send(request)

    return fault


def test_a_compiler_error_in_an_answer_of_200_is_a_failure(three: Shell) -> None:
    three.gtm.fault = answered({"compilerError": True})

    result = run(three, "publish", "--yes")

    assert result.code == 5
    assert "Published" not in result.out
    assert result.err == (
        "error: version 3 was not published: GTM reports a compiler error\n\n"
        "hint: GTM names no cause to the API; the workspace's Preview in GTM does (often a "
        "variable or a trigger that is not there)\n"
    )


@pytest.mark.parametrize("reply", [{}, {"containerVersion": {"containerVersionId": "1"}}])
def test_an_answer_without_the_version_is_a_failure(three: Shell, reply: dict[str, Any]) -> None:
    three.gtm.fault = answered(reply)

    result = run(three, "publish", "--yes")

    assert (result.code, result.err) == (
        5,
        (
            "error: GTM did not say that version 3 was published\n\n"
            "hint: `gtmgen versions` shows which version is live\n"
        ),
    )


@pytest.mark.parametrize("verb", ["publish", "rollback"])
def test_nothing_is_published_that_nobody_has_seen(three: Shell, verb: str) -> None:
    def nobody_reads(_text: str) -> None:
        raise BrokenPipeError

    three.monkeypatch.setattr("gtmgen.cli.publish.data", nobody_reads)
    three.monkeypatch.setattr("gtmgen.cli.output.drop_output", lambda: None)

    result = run(three, verb, "3" if verb == "publish" else "1", "--yes")

    assert (result.code, live(three)) == (130, "2")


# -- rollback --------------------------------------------------------------------------


def test_rollback_to_an_earlier_version(three: Shell) -> None:
    assert three.run("rollback", "spec.yaml", "1", "--target", "local", "--yes") == Result(
        0,
        "GTM-SHOP1 (local GTM): version 1 `one` goes live in place of version 2 `two`\n"
        "Published: version 1 `one` is live.\n",
        WARNING,
    )
    assert live(three) == "1"


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (
            "3",
            (
                "error: nothing was published: version 3 is not earlier than the live version 2 "
                "`two`\n\nhint: `gtmgen publish SPEC 3` publishes it anyway\n"
            ),
        ),
        ("2", "error: nothing was published: version 2 `two` is live already\n"),
    ],
)
def test_rollback_goes_back_only(three: Shell, number: str, message: str) -> None:
    assert run(three, "rollback", number, "--yes") == Result(4, "", message)
    assert live(three) == "2"


def test_rollback_while_nothing_is_live(shell: Shell) -> None:
    shell.spec()
    version(shell, "one")

    assert run(shell, "rollback", "1", "--yes") == Result(
        4,
        "",
        "error: nothing was published: version 1 `one` is not earlier than a live one: "
        "none is live\n\nhint: `gtmgen publish SPEC 1` publishes it anyway\n",
    )
    assert live(shell) is None


def test_a_version_is_a_number(shell: Shell) -> None:
    shell.spec()

    for number in ("one", "0"):
        assert run(shell, "rollback", number, "--yes").code == 2
