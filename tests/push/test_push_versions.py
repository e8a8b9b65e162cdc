"""Making a version of a workspace: what GTM may answer, and what is said then."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from gtmgen.api import CallError
from gtmgen.emulator import ApiRequest, Response, make_error_response
from gtmgen.errors import ApiError, GtmgenError, PartialError
from gtmgen.push.version_details import Details, read_details, signed
from gtmgen.push.versions import NewVersion, Version, make_version
from push.harness import Gtm

PREVIEW = (
    "GTM names no cause to the API; the workspace's Preview in GTM does (often a variable or a "
    "trigger that is not there)"
)


@pytest.fixture
def gtm() -> Gtm:
    return Gtm()


def numbers(gtm: Gtm) -> list[str]:
    headers = gtm.manager.version_headers(gtm.container)
    return [header["containerVersionId"] for header in headers]


def live(gtm: Gtm) -> str | None:
    found = gtm.manager.live_version(gtm.container)
    return found["containerVersionId"] if found else None


def failed(gtm: Gtm, fault: Any = None, **options: Any) -> GtmgenError:
    gtm.fault = fault
    with pytest.raises(GtmgenError) as caught:
        gtm.recorded(lambda: make(gtm, **options) and 0)
    return caught.value


def make(gtm: Gtm, **options: Any) -> NewVersion:
    recording, gtm._recording = gtm._recording, False
    path = gtm.workspace()
    gtm._recording = recording
    return make_version(gtm.manager, path, "spring", "notes", **options)


def on(ending: str, reply: dict[str, Any] | Response) -> Callable[..., Response]:
    def fault(request: ApiRequest, send: Callable[[ApiRequest], Response]) -> Response:
        if not request.path.endswith(ending):
            return send(request)
        if isinstance(reply, Response):
            return reply
        return Response(200, json.dumps(reply).encode())

    return fault


def test_a_version_is_made_and_not_published(gtm: Gtm) -> None:
    before = gtm.workspace()

    made = make(gtm)

    path = f"{gtm.container}/versions/1"
    assert made.version == Version(1, "spring", path, is_latest=True)
    assert not made.published
    assert live(gtm) is None
    paths = [item["path"] for item in gtm.manager.workspaces(gtm.container)]
    assert before not in paths  # it became the version
    assert made.next_workspace in paths
    assert gtm.manager.version(path)["description"] == "notes"


def test_it_is_published_when_asked_for(gtm: Gtm) -> None:
    assert make(gtm, publish=True).published
    assert live(gtm) == "1"


def test_a_compiler_error_makes_no_version(gtm: Gtm) -> None:
    parameter = [{"type": "template", "key": "html", "value": "{{Nowhere}}"}]
    gtm.create("tag", name="broken", type="html", parameter=parameter)

    error = failed(gtm, publish=True)

    assert (error.exit_code, numbers(gtm)) == (5, [])
    assert error.message == "the version `spring` was not made: GTM reports a compiler error"
    assert error.hint == (
        "GTM names no cause; the likely one is here:\n"
        "  tag `broken`: It refers to the variable `Nowhere`, which does not exist."
    )


def test_a_compiler_error_without_a_visible_cause(gtm: Gtm) -> None:
    error = failed(gtm, on(":create_version", {"compilerError": True}))

    assert error.message == "the version `spring` was not made: GTM reports a compiler error"
    assert error.hint == PREVIEW


@pytest.mark.parametrize("publish", [False, True])
def test_a_compiler_error_whose_causes_cannot_be_read(gtm: Gtm, publish: bool) -> None:
    value = "{{Nowhere}}" if not publish else "<b></b>"
    parameter = [{"type": "template", "key": "html", "value": value}]
    gtm.create("tag", name="broken", type="html", parameter=parameter)

    def fault(request: ApiRequest, send: Callable[[ApiRequest], Response]) -> Response:
        if request.method == "GET":
            return make_error_response("no", 403)
        if request.path.endswith(":publish"):
            return Response(200, json.dumps({"compilerError": True}).encode())
        return send(request)

    assert failed(gtm, fault, publish=publish).hint == PREVIEW


def test_the_causes_of_a_version_that_does_not_compile(gtm: Gtm) -> None:
    code = [{"type": "template", "key": "javascript", "value": "function() { return a => a; }"}]
    parameter = [{"type": "template", "key": "html", "value": "{{Click URL}}{{Own}}"}]
    gtm.create("variable", name="Own", type="jsm", parameter=code)
    gtm.create("tag", name="broken", type="html", parameter=parameter)
    gtm.manager.enable_built_ins(gtm.workspace(), ["clickUrl"])

    error = failed(gtm, on(":publish", {"compilerError": True}), publish=True)

    assert error.message == (
        "version 1 `spring` was made, but publishing it failed: GTM reports a compiler error"
    )
    assert error.hint == (
        "GTM names no cause; the likely one is here:\n"
        "  variable `Own`: GTM takes scripts in ECMAScript 5 only, which does not have: an arrow "
        "function (line 1)."
    )


def test_a_conflict_with_a_later_version_makes_no_version(gtm: Gtm) -> None:
    parameter = [{"type": "template", "key": "html", "value": "1"}]
    gtm.create("tag", name="both", type="html", parameter=parameter)
    make(gtm)
    for workspace, value in (("gtmgen", "2"), ("other", "3")):
        path = gtm.workspace(workspace)
        (tag,) = gtm.manager.list_entities(path, "tag")
        gtm.manager.update(tag["path"], {**tag, "notes": value}, None)
    gtm.manager.create_version(gtm.workspace("other"), "other's")

    error = failed(gtm)

    assert (type(error), error.exit_code) == (ApiError, 5)
    assert error.message == (
        "the version `spring` was not made: the workspace and a later version have both changed "
        "the same entities"
    )
    assert error.hint == "resolve the conflicts in GTM (Workspace, Update), then push again"


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (
            {"syncStatus": {"syncError": True}},
            "the workspace cannot be brought up to the latest version",
        ),
        ({}, "GTM answered without a version"),
    ],
)
def test_other_answers_without_a_version(gtm: Gtm, reply: dict[str, Any], reason: str) -> None:
    error = failed(gtm, on(":create_version", reply))

    assert (type(error), error.message) == (
        ApiError,
        f"the version `spring` was not made: {reason}",
    )


def test_a_refusal_stays_what_it_is(gtm: Gtm) -> None:
    error = failed(gtm, on(":create_version", make_error_response("no", 403)))

    assert isinstance(error, CallError)
    assert error.message == "workspaces.create_version `spring` failed with 403: no"


def test_a_lost_answer_says_that_it_is_open(gtm: Gtm) -> None:
    error = failed(gtm, on(":create_version", make_error_response("oops", 500)))

    assert (type(error), error.message, error.hint) == (
        ApiError,
        (
            "it is not known whether the version `spring` was made: workspaces.create_version "
            "`spring` failed with 500: oops"
        ),
        "`gtmgen versions` shows whether it is there",
    )


@pytest.mark.parametrize(
    ("reply", "message", "hint"),
    [
        (
            {"compilerError": True},
            "version 1 `spring` was made, but publishing it failed: GTM reports a compiler error",
            PREVIEW,
        ),
        (
            make_error_response("no", 400),
            (
                "version 1 `spring` was made, but publishing it failed: versions.publish `1` "
                "failed with 400: no"
            ),
            "`gtmgen publish SPEC 1` tries again",
        ),
    ],
)
def test_made_but_not_published(gtm: Gtm, reply: Any, message: str, hint: str) -> None:
    error = failed(gtm, on(":publish", reply), publish=True)

    assert (type(error), error.message, error.hint) == (PartialError, message, hint)
    assert (numbers(gtm), live(gtm)) == (["1"], None)


def test_the_workspace_is_made_again_by_its_name(gtm: Gtm) -> None:
    """GTM goes on with another workspace; the named one has to be created."""
    made = make(gtm)

    names = {item["path"]: item["name"] for item in gtm.manager.workspaces(gtm.container)}
    assert made.next_workspace is not None
    assert names[made.next_workspace] == "Default Workspace"
    assert gtm.workspace() not in names


# -- who made it -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "line"),
    [
        ("bot@acme.example", "[gtmgen shop by bot@acme.example]"),
        ("ACME\\ada [ops]", "[gtmgen shop by ACME\\ada [ops]]"),
        ("a\nb\x1b[31m", "[gtmgen shop by a\\u000ab\\u001b[31m]"),
        ("x" * 300, f"[gtmgen shop by {'x' * 200}]"),
        (" ", "[gtmgen shop]"),
        (None, "[gtmgen shop]"),
    ],
)
def test_the_line_in_the_notes(gtm: Gtm, who: str | None, line: str) -> None:
    text = signed("notes", ["shop", "shop"], who)
    assert text == f"notes\n{line}"

    made = make_version(gtm.manager, gtm.workspace(), "spring", text)
    (details,) = read_details(gtm.manager, [made.version], 10).values()

    assert details.who == (line[16:-1] if " by " in line else None)
    assert details.when is not None


@pytest.mark.parametrize(
    ("notes", "who"),
    [
        ("[gtmgen shop by ada]\r\nwritten below", "ada"),
        ("[gtmgen shop by ada]\n[gtmgen shop, blog by eve]\n", "eve"),
        ("[gtmgen shop tag/pixel]", None),
        ("not [gtmgen shop by ada]", None),
        ("[gtmgen shop by ]", None),
        ("", None),
    ],
)
def test_who_the_notes_name(gtm: Gtm, notes: str, who: str | None) -> None:
    made = make_version(gtm.manager, gtm.workspace(), "spring", notes)

    assert read_details(gtm.manager, [made.version], 1)[1].who == who


def test_a_version_that_is_not_there_says_nothing(gtm: Gtm) -> None:
    gone = Version(7, "gone", f"{gtm.container}/versions/7")

    assert read_details(gtm.manager, [gone], 1) == {7: Details()}
