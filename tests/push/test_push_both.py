"""A spec with a server container: both are planned, asked about, pushed and published as one."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from secret_search import SECRETS

from gtmgen.emulator import ApiRequest, Response, make_error_response
from gtmgen.emulator.messages import Send
from gtmgen.plan.checksum import compute_checksum
from push.harness import Json, Shell

TOKEN = SECRETS["TIKTOK_ACCESS_TOKEN"]
GTM = "http://127.0.0.1:9"
SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1}
consent: {default: site}
platforms:
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage]}
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
data:
  order_id: {path: ecommerce.transaction_id, type: string, required: true, example: "1001"}
  value: {path: ecommerce.value, type: number, example: 59.9}
  currency: {path: ecommerce.currency, type: currency, default: EUR}
  items: {path: ecommerce.items, type: items}
server:
  gtm: GTM-SERV1
  url: https://sgtm.acme.example
  accounts:
    tiktok: {access_token: "${TIKTOK_ACCESS_TOKEN}"}
events:
  purchase:
    on: {event: purchase}
    event_id: {from: order_id, prefix: purchase_}
    params: {transaction_id: order_id, value: value, currency: currency, items: items}
    send: {tiktok: Purchase, ga4: purchase}
"""


@pytest.fixture
def both(shell: Shell) -> Shell:
    shell.spec(SPEC)
    return shell


def counts(shell: Shell) -> dict[str, int]:
    """Container -> tags in its workspace, in the order in which the first calls name them."""
    manager = shell.gtm.manager
    found = {}
    for gtm in ("GTM-SERV1", "GTM-SHOP1"):
        spaces = {
            item["name"]: str(item["path"])
            for item in manager.workspaces(manager.resolve_container(gtm))
        }
        path = spaces.get("gtmgen")
        found[gtm] = len(manager.list_entities(path, "tag")) if path else 0
    return found


def plans(shell: Shell) -> list[Json]:
    result = shell.plan("--format", "json", "-q")
    assert (result.code, result.err) == (0, "")
    found: list[Json] = json.loads(result.out)["plans"]
    return found


def of_web_container(request: ApiRequest, shell: Shell) -> bool:
    return f"{shell.gtm.manager.resolve_container('GTM-SHOP1')}/" in request.path


def test_the_server_comes_first_and_a_second_plan_is_empty(both: Shell) -> None:
    assert [plan["container"] for plan in plans(both)] == ["GTM-SERV1", "GTM-SHOP1"]

    both.pushed()

    assert counts(both) == {"GTM-SERV1": 2, "GTM-SHOP1": 5}
    assert [plan["changes"] for plan in plans(both)] == [[], []]
    assert both.plan("--exit-code").code == 0
    container = both.gtm.manager.container(both.gtm.manager.resolve_container("GTM-SERV1"))
    assert container["usageContext"] == ["server"]


def test_there_is_one_question_after_both_plans(
    both: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = io.StringIO("yes\nno\n")
    monkeypatch.setattr(answers, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", answers)

    result = both.run("push", "spec.yaml", "--target", "local")

    assert result.code == 0, result.err
    assert result.err.count("Apply these changes?") == 1
    assert answers.read() == "no\n"
    assert [line for line in result.out.splitlines() if line.startswith("Pushed")] == [
        "Pushed. Read back: the workspace gtmgen of GTM-SERV1 matches the spec.",
        "Pushed. Read back: the workspace gtmgen of GTM-SHOP1 matches the spec.",
    ]


def test_what_is_partly_applied_is_said_and_a_second_push_goes_on(both: Shell) -> None:
    def refuse(request: ApiRequest, send: Send) -> Response:
        if request.method == "POST" and of_web_container(request, both):
            return make_error_response("No such thing.", 403)
        return send(request)

    both.gtm.fault = refuse
    result = both.push()
    both.gtm.fault = None

    assert result.code == 6
    assert result.err.startswith(
        "error: 1 of 2 containers were pushed (GTM-SERV1), then: the workspace `gtmgen` does not "
        "exist and cannot be created: workspaces.create `gtmgen` failed with 403: No such thing."
    )
    assert counts(both) == {"GTM-SERV1": 2, "GTM-SHOP1": 0}
    both.pushed()
    assert counts(both) == {"GTM-SERV1": 2, "GTM-SHOP1": 5}


def test_a_push_that_stops_in_the_first_says_so(both: Shell) -> None:
    def refuse(request: ApiRequest, send: Send) -> Response:
        if request.method == "POST" and request.path.endswith("/workspaces"):
            return make_error_response("No such thing.", 403)
        return send(request)

    both.gtm.fault = refuse
    result = both.push()
    both.gtm.fault = None

    assert result.code == 5
    assert result.err.startswith(
        "error: 0 of 2 containers were pushed, then: the workspace `gtmgen` does not exist and "
        "cannot be created: workspaces.create `gtmgen` failed with 403: No such thing."
    )
    assert "; nothing was written\n" in result.err
    assert counts(both) == {"GTM-SERV1": 0, "GTM-SHOP1": 0}


def test_a_refused_plan_of_one_stops_both(both: Shell) -> None:
    path = both.gtm.manager.resolve_container("GTM-SHOP1")
    space = both.gtm.manager.create_workspace(path, "gtmgen")["path"]
    html = [{"type": "template", "key": "html", "value": "<b>"}]
    both.gtm.manager.create(
        space, "tag", {"name": "GA4 - purchase", "type": "html", "parameter": html}
    )

    result = both.push()

    assert result.code == 4
    assert "names that the spec gives are taken in the container" in result.err
    assert counts(both)["GTM-SERV1"] == 0


def test_a_saved_plan_holds_both(both: Shell) -> None:
    assert both.plan("--out", "plan.json").code == 0

    result = both.run("push", "plan.json", "--yes", "-q")

    assert (result.code, result.err) == (0, "")
    assert counts(both) == {"GTM-SERV1": 2, "GTM-SHOP1": 5}


@pytest.mark.parametrize("left_out", [0, 1])
def test_a_saved_plan_without_one_of_them_is_refused(both: Shell, left_out: int) -> None:
    assert both.plan("--out", "plan.json").code == 0
    file = both.folder / "plan.json"
    data = json.loads(file.read_text())
    del data["plans"][left_out]
    file.write_text(json.dumps({**data, "content_checksum": compute_checksum(data["plans"])}))

    result = both.run("push", "plan.json", "--yes", "-q")

    assert (result.code, both.gtm.writes) == (4, [])
    assert result.err == (
        "error: the saved plan is stale: `spec.yaml` compiles to something else now; nothing was "
        "written\n\nhint: plan again, and look at what has changed\n"
    )


def test_a_saved_plan_is_stale_when_the_server_half_changes(both: Shell) -> None:
    assert both.plan("--out", "plan.json").code == 0
    both.spec(SPEC.replace("sgtm.acme", "tags.acme").replace("gtm: GTM-SERV1", "gtm: GTM-SERV2"))

    result = both.run("push", "plan.json", "--yes", "-q")

    assert result.code == 4
    assert result.err.startswith(
        "error: the saved plan is stale: `spec.yaml` compiles to something else now"
    )


def test_the_token_goes_to_the_server_container_alone(
    both: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gtmgen.api.connect.connect_url", both.gtm.connect)
    both.gtm.manager.expect_server("GTM-SERV1")
    monkeypatch.delenv("TIKTOK_ACCESS_TOKEN")
    without = both.run("push", "spec.yaml", "--target", GTM, "--yes")
    assert without.code == 1
    assert without.err.startswith(
        "error: `TIKTOK_ACCESS_TOKEN` is not set in the environment, and GTM needs the secret; "
        "nothing was called"
    )
    assert both.gtm.calls == []
    monkeypatch.setenv("TIKTOK_ACCESS_TOKEN", TOKEN)

    result = both.run("push", "spec.yaml", "--target", GTM, "--yes")

    assert result.code == 0, result.err
    assert TOKEN not in result.out + result.err
    sent = [call for call in both.gtm.calls if TOKEN in str(call.body)]
    server = both.gtm.manager.resolve_container("GTM-SERV1")
    assert sent
    assert all(f"{server}/" in call.path for call in sent)
    assert both.run("plan", "spec.yaml", "--target", GTM, "--exit-code").code == 0


def test_versions_are_made_and_published_of_both(both: Shell) -> None:
    both.pushed("--version", "First", "--publish")
    both.spec(SPEC.replace("event_id: {from: order_id, prefix: purchase_}", "title: Bought"))
    both.pushed("--version", "Second")

    listed = json.loads(
        both.run("versions", "spec.yaml", "--target", "local", "--format", "json").out
    )
    assert [
        (one["container"], [(version["name"], version["live"]) for version in one["versions"]])
        for one in listed["containers"]
    ] == [
        ("GTM-SERV1", [("Second", False), ("First", True)]),
        ("GTM-SHOP1", [("Second", False), ("First", True)]),
    ]

    published = both.run("publish", "spec.yaml", "--target", "local", "--yes")

    assert published.out == (
        "GTM-SERV1 (local GTM): version 2 `Second` goes live in place of version 1 `First`\n"
        "GTM-SHOP1 (local GTM): version 2 `Second` goes live in place of version 1 `First`\n"
        "Published: version 2 `Second` is live.\n"
        "Published: version 2 `Second` is live.\n"
    )


def test_environments_are_those_of_both(both: Shell) -> None:
    def run(*more: str, code: int = 0) -> str:
        result = both.run("environments", "spec.yaml", *more, "--target", "local", "-q")
        assert result.code == code, result.err
        return result.err if code else result.out

    both.pushed()
    made = run("--create", "Staging")
    assert "https://www.googletagmanager.com/ns.html?id=GTM-SHOP1" in made
    on_server = run("--create", "Tests", "--only", "server")
    assert "googletagmanager.com" not in on_server

    assert run() == (
        "GTM-SERV1 (local GTM)\n\n"
        "  Live    live       nothing\n"
        "  Latest  latest     nothing\n"
        "  Tests   user       nothing\n\n"
        "GTM-SHOP1 (local GTM)\n\n"
        "  Live     live       nothing\n"
        "  Latest   latest     nothing\n"
        "  Staging  user       nothing\n"
    )
    listed = json.loads(run("--format", "json"))
    assert [one["container"] for one in listed["containers"]] == ["GTM-SERV1", "GTM-SHOP1"]
    assert "Staging" not in run("--only", "server")
    # `env=1&auth=...` in the configuration of a server container is the code of its Live.
    renewed = run("--reauthorize", "Live", "--only", "server", "--yes")
    assert renewed == "The environment `Live` has a new code.\n"
    assert run("--snippet", "Tests", "--only", "server", code=2) == (
        "error: a server container has no snippet: the site's pages carry the web container's\n\n"
        "hint: leave `--only server` out\n"
    )


def test_a_number_is_of_one_container(both: Shell) -> None:
    both.pushed("--version", "First", "--publish")
    both.spec(SPEC.replace("event_id: {from: order_id, prefix: purchase_}", "title: Bought"))
    both.pushed("--version", "Second", "--publish")

    for verb in ("publish", "rollback"):
        result = both.run(verb, "spec.yaml", "1", "--target", "local", "--yes")
        assert (result.code, result.err) == (
            2,
            (
                "error: the spec has two containers, and a version's number is of one of them\n\n"
                "hint: say which: `--only web` or `--only server`\n"
            ),
        )
    back = both.run(
        "rollback", "spec.yaml", "1", "--only", "server", "--target", "local", "--yes", "-q"
    )
    assert (back.code, back.out) == (
        0,
        (
            "GTM-SERV1 (local GTM): version 1 `First` goes live in place of version 2 `Second`\n"
            "Published: version 1 `First` is live.\n"
        ),
    )


def test_only_is_for_specs_with_two_containers(both: Shell) -> None:
    both.spec(SPEC[: SPEC.index("server:")] + SPEC[SPEC.index("events:") :])

    result = both.run("versions", "spec.yaml", "--only", "server", "--target", "local")

    assert (result.code, result.err) == (
        2,
        "error: the spec has no server container\n\nhint: `server` in a spec names one\n",
    )


def test_the_doctor_looks_at_both(both: Shell) -> None:
    both.pushed()

    result = both.run("doctor", "spec.yaml", "--target", "local", "-q")

    assert result.code == 0
    assert "GTM-SERV1, workspace gtmgen" in result.out
    assert "GTM-SHOP1, workspace gtmgen" in result.out


def test_the_quota_is_foretold_for_both(both: Shell) -> None:
    costs = [plan["cost"] for plan in plans(both)]
    singly = sum(cost["entity_by_entity"]["calls"] for cost in costs)
    bulk = sum(cost["bulk"]["calls"] for cost in costs)

    out = both.plan().out

    assert "shop GTM-SERV1" in out
    assert "2 containers" in out
    assert out.endswith(f"All 2 plans: {singly} API calls; in bulk {bulk} calls.\n")
    both.push("--bulk", "never")
    assert len(both.gtm.calls) == singly


@pytest.mark.parametrize(
    ("gtm", "kind", "there", "wanted"),
    [("GTM-SERV1", "web", "a web", "a server"), ("GTM-SHOP1", "server", "a server", "a web")],
)
def test_a_container_of_the_other_kind_is_refused_before_any_write(
    both: Shell, gtm: str, kind: str, there: str, wanted: str
) -> None:
    store = both.gtm.manager.store
    for name, usage in {"GTM-SERV1": "server", "GTM-SHOP1": "web", gtm: kind}.items():
        store.ensure_container(name, usage_context=(usage,))

    result = both.push()

    assert (result.code, result.err) == (
        4,
        (
            f"error: `{gtm}` is {there} container in GTM, and the spec makes {wanted} container "
            "for it; nothing was written\n\nhint: are the IDs of the web container and the server "
            "container swapped?\n"
        ),
    )
    assert counts(both) == {"GTM-SERV1": 0, "GTM-SHOP1": 0}


def test_a_container_named_by_its_path_is_refused_as_well(
    both: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gtmgen.api.connect.connect_url", both.gtm.connect)
    path = both.gtm.manager.store.ensure_container("GTM-SERV1", usage_context=("web",))
    both.spec(SPEC.replace("gtm: GTM-SERV1", f"gtm: {path}"))

    result = both.run("push", "spec.yaml", "--target", GTM, "--yes")

    assert result.code == 4
    assert result.err.startswith(
        f"error: `{path}` is a web container in GTM, and the spec makes a server container for it; "
        "nothing was written"
    )
    assert [call.method for call in both.gtm.calls if call.method != "GET"] == []


@pytest.mark.parametrize(
    "verb",
    [
        ("publish", "spec.yaml", "--yes"),
        ("rollback", "spec.yaml", "1", "--only", "server", "--yes"),
    ],
)
def test_what_comes_before_the_first_push_makes_no_web_container_for_the_server(
    both: Shell, verb: tuple[str, ...]
) -> None:
    both.run(*verb, "--target", "local")

    both.pushed()

    assert both.gtm.manager.contexts_of("GTM-SERV1") == ["server"]


# -- told whole, wherever it stops --------------------------------------------------------


def in_web_container(both: Shell, ending: str, number: int = 1) -> Callable[[ApiRequest], bool]:
    """Whether a call is that write of the web container, counted from 1."""
    seen = 0

    def matches(request: ApiRequest) -> bool:
        nonlocal seen
        if request.method == "GET" or not of_web_container(request, both):
            return False
        seen += request.path.endswith(ending)
        return request.path.endswith(ending) and seen == number

    return matches


def test_a_plan_that_cannot_be_made_names_its_container(both: Shell) -> None:
    def refuse(request: ApiRequest, send: Send) -> Response:
        if of_web_container(request, both):
            return make_error_response("No such thing.", 403)
        return send(request)

    both.gtm.fault = refuse
    result = both.push()

    assert (result.code, both.gtm.writes) == (5, [])
    assert result.err.startswith(
        "error: GTM-SHOP1: workspaces.list failed with 403: No such thing.; nothing was written\n"
    )


def test_an_interruption_says_how_far_it_came(both: Shell) -> None:
    is_it = in_web_container(both, "/templates", 2)

    def interrupt(request: ApiRequest, send: Send) -> Response:
        if is_it(request):
            raise KeyboardInterrupt
        return send(request)

    both.gtm.fault = interrupt
    result = both.push("--bulk", "never")
    both.gtm.fault = None

    assert result.code == 130
    assert "1 of 2 containers were pushed (GTM-SERV1)\n" in result.err
    both.pushed()
    assert both.is_settled()


def test_a_conflict_in_the_second(both: Shell) -> None:
    both.pushed()
    both.spec(SPEC.replace("prefix: purchase_", "prefix: order_"))

    def refuse(request: ApiRequest, send: Send) -> Response:
        if request.method == "PUT" and of_web_container(request, both):
            return make_error_response("The fingerprint does not match.", 412)
        return send(request)

    both.gtm.fault = refuse
    result = both.push()
    both.gtm.fault = None

    assert result.code == 5
    assert result.err == (
        "error: 0 of 2 containers were pushed, then: variables.update `event ID - purchase` failed "
        "with 412: The fingerprint does not match.; nothing was written\n\n"
        "hint: it was changed in the meantime; plan again\n"
    )
    both.pushed()
    assert both.is_settled()


@pytest.mark.parametrize(
    ("ending", "answer", "message"),
    [
        (
            ":create_version",
            make_error_response("No.", 403),
            "workspaces.create_version `one` failed with 403: No.",
        ),
        (
            ":create_version",
            Response(200, b'{"compilerError": true}'),
            "the version `one` was not made: GTM reports a compiler error",
        ),
        (
            ":publish",
            make_error_response("No.", 403),
            (
                "version 1 `one` was made, but publishing it failed: versions.publish `1` failed "
                "with 403: No."
            ),
        ),
    ],
)
def test_a_version_of_one_alone(both: Shell, ending: str, answer: Response, message: str) -> None:
    is_it = in_web_container(both, ending)
    both.gtm.fault = lambda request, send: answer if is_it(request) else send(request)
    result = both.push("--version", "one", "--publish")
    both.gtm.fault = None

    assert result.code == 6
    assert result.err.startswith(
        "error: the changes were applied and the version of GTM-SERV1 was made and published, "
        f"then GTM-SHOP1: {message}\n"
    )
    again = both.push("--version", "one", "--publish")
    if ending == ":publish":
        assert again.err == (
            "error: the workspace holds nothing new, but version 1 of GTM-SHOP1 is not live\n\n"
            "hint: `gtmgen publish SPEC` makes it live\n"
        )
        again = both.run("publish", "spec.yaml", "--target", "local", "--yes")
    assert again.code == 0, again.err
    listed = both.run("versions", "spec.yaml", "--target", "local", "--format", "json").out
    live = [one["versions"][0]["live"] for one in json.loads(listed)["containers"]]
    assert live == [True, True]


def test_a_publication_of_one_alone(both: Shell) -> None:
    both.pushed("--version", "one")
    is_it = in_web_container(both, ":publish")
    both.gtm.fault = lambda request, send: (
        make_error_response("No.", 403) if is_it(request) else send(request)
    )
    result = both.run("publish", "spec.yaml", "--target", "local", "--yes", "-q")
    both.gtm.fault = None

    assert result.code == 6
    assert result.err.startswith(
        "error: GTM-SERV1 was published, then GTM-SHOP1 was not: versions.publish `1` failed with "
        "403: No.\n"
    )
    again = both.run("publish", "spec.yaml", "--target", "local", "--yes", "-q")
    assert again.code == 0, again.err
    assert "GTM-SERV1: nothing was published: version 1 `one` is live already\n" in again.out
