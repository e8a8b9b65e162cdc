"""The workspace: created when missing, and what the plan is made against until then."""

from __future__ import annotations

import json

from push.harness import SPEC, Gtm, Response, Send, Shell

from gtmgen.emulator import ApiRequest, Behaviour


def published(shell: Shell) -> None:
    """The spec pushed and made into a version, which deletes the workspace."""
    shell.spec()
    shell.pushed()
    shell.gtm.manager.create_version(shell.gtm.workspace(), "v1")


def test_a_missing_workspace_is_announced_and_created(shell: Shell) -> None:
    shell.spec()

    plan = shell.plan()
    assert "The workspace gtmgen does not exist yet; a push creates it." in plan.out
    assert "does not exist" in shell.plan("--format", "markdown").out
    assert json.loads(shell.plan("--format", "json").out)["plans"][0]["workspace_exists"] is False
    shell.pushed()

    assert "gtmgen" in [w["name"] for w in shell.gtm.manager.workspaces(shell.gtm.container)]
    assert "does not exist" not in shell.plan().out


def test_without_the_workspace_the_plan_is_made_against_the_latest_version(shell: Shell) -> None:
    published(shell)

    unchanged = shell.push()
    assert "No changes" in unchanged.out
    assert not shell.gtm.writes
    shell.spec(SPEC.replace("purchase_done", "paid"))
    change = shell.only_change()
    shell.pushed()

    assert (change["action"], change["name"]) == ("update", "GA4 - buy")
    assert [call.method for call in shell.gtm.writes] == ["POST", "PUT"]
    assert shell.is_settled()


def test_a_push_needs_no_question_twice_but_keeps_to_what_was_shown(shell: Shell) -> None:
    """The new workspace holds something that the version did not: nothing is written to it."""
    published(shell)
    shell.spec(SPEC.replace("purchase_done", "paid"))

    def meddle(request: ApiRequest, send: Send) -> Response:
        response = send(request)
        if request.method == "POST" and request.path.endswith("/workspaces"):
            shell.gtm.edit("tag", "GA4 - buy", paused=True)
        return response

    shell.gtm.fault = meddle
    result = shell.push()

    assert result.code == 4
    assert "nothing was written to it" in result.err
    assert [call.method for call in shell.gtm.writes] == ["POST"]
    shell.gtm.fault = None
    shell.pushed()
    assert shell.is_settled()


def test_the_limit_of_workspaces_is_explained(shell: Shell) -> None:
    gtm = shell.use(Gtm(Behaviour(max_workspaces=3)))
    for name in ("one", "two"):
        gtm.manager.create_workspace(gtm.container, name)
    shell.spec()
    before = gtm.save()

    result = shell.push()

    assert result.code == 5
    assert result.err == (
        "error: the workspace `gtmgen` does not exist and cannot be created: workspaces.create "
        "`gtmgen` failed with 400: The maximum number of workspaces for this container has been "
        "reached.\n"
        "\n"
        "hint: a free container holds 3 workspaces: delete or merge one in GTM, or name an "
        "existing one as `container.workspace`\n"
    )
    assert gtm.save() == before


def test_what_left_the_spec_is_deleted_in_the_new_workspace(shell: Shell) -> None:
    published(shell)
    internal = "  internal: {event_matches: ^staff, name: internal visitors}"
    shell.spec(SPEC.replace("    except: [internal]\n", "").replace(internal, "  o: {event: o}"))

    shown = shell.plan().out
    shell.pushed()

    assert "  - The trigger `internal visitors` is deleted.\n" in shown
    assert "internal visitors" not in shell.gtm.names("trigger")
    assert shell.is_settled()


def test_a_large_workspace_without_a_version_is_read_in_few_calls(shell: Shell) -> None:
    """Its status holds everything; with a version below it, the lists are read."""
    lines = [f"  e{n}:\n    on: {{event: e{n}}}\n    send: {{ga4: e{n}}}\n" for n in range(60)]
    shell.spec(SPEC.replace("events:\n", "events:\n" + "".join(lines)))

    shell.pushed()
    pushed = len(shell.gtm.calls)
    plan = shell.plan()

    assert pushed == 7  # one of them lists the built-in variables that are enabled
    assert "No changes" in plan.out
    assert len(shell.gtm.calls) == 4
    shell.gtm.edit("tag", "GA4 - e7", paused=True)
    assert shell.only_change()["name"] == "GA4 - e7"
    shell.pushed()
    shell.gtm.manager.create_version(shell.gtm.workspace(), "v1")
    assert "No changes" in shell.plan().out
    shell.gtm.workspace()
    for n in range(60):
        shell.gtm.edit("tag", f"GA4 - e{n}", paused=True)
    for n in range(45):
        shell.gtm.create("trigger", name=f"their {n}", type="pageview")
    plan = shell.plan()
    assert "Plan: 60 to update." in plan.out
    assert "45 unmanaged" in plan.out
