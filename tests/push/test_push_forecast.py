"""What a plan foretells is what a push makes: calls, for one container and for many."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from googleapiclient.discovery import build
from plan.stage import STRATEGIES, Stage

from gtmgen.api import GoogleTagManager
from gtmgen.cli.main import main
from gtmgen.emulator import ApiRequest, Behaviour, Response, Store
from gtmgen.emulator.transport import EmulatorHttp, Send
from gtmgen.plan.cost import Cost
from gtmgen.push.apply import Bulk, PushStep, apply
from push.harness import EVERYTHING, SPEC, Shell

FORETOLD = re.compile(r"Cost: (\d+) API calls; in bulk (\d+) calls")


def foretold(shell: Shell, bulk: str) -> int:
    single, bulk_calls = FORETOLD.findall(shell.plan().out)[0]
    return int(bulk_calls if bulk == "always" else single)


@pytest.mark.parametrize("bulk", ["never", "always"])
@pytest.mark.parametrize(
    ("text", "change"),
    [(SPEC, ("event: buy", "event: bought")), (EVERYTHING, ("F6G7H8I0", "F6G7H8I9"))],
    ids=["small", "everything"],
)
def test_every_push_makes_the_calls_that_were_foretold(
    shell: Shell, text: str, change: tuple[str, str], bulk: str
) -> None:
    shell.spec(text)
    first = foretold(shell, bulk)
    shell.pushed("--bulk", bulk)
    assert len(shell.gtm.calls) == first

    shell.spec(text.replace(*change))
    second = foretold(shell, bulk)
    shell.pushed("--bulk", bulk)
    assert len(shell.gtm.calls) == second


DELETED = """\
gtm:
  tags:
    gone: {name: Gone, type: html, firing: [All Pages], parameters: {html: x}}
    kept: {name: Kept, type: html, firing: [All Pages], parameters: {html: x}}
"""


@pytest.mark.parametrize("bulk", ["never", "always"])
def test_a_push_that_deletes_makes_the_calls_that_were_foretold(shell: Shell, bulk: str) -> None:
    """A delete is in no answer to a bulk write, and need not be looked for."""
    shell.spec(SPEC + DELETED)
    shell.pushed()
    shell.spec(SPEC + DELETED.replace("    gone: {name: Gone", "    came: {name: Came"))

    expected = foretold(shell, bulk)
    shell.pushed("--bulk", bulk)

    assert len(shell.gtm.calls) == expected
    assert shell.gtm.names("tag") == ["Came", "GA4 - Google tag", "GA4 - buy", "Kept"]


def test_a_version_below_is_read_first(shell: Shell) -> None:
    shell.spec()
    shell.pushed("--version", "one")
    shell.spec(SPEC.replace("event: buy", "event: bought"))

    expected = foretold(shell, "never")
    shell.pushed("--bulk", "never")

    assert len(shell.gtm.calls) == expected


def test_small_pages_are_counted(tmp_path: Path, shell: Shell) -> None:
    from push.harness import Gtm

    shell.use(Gtm(Behaviour(page_size=2)))
    shell.spec()
    shell.pushed()
    shell.spec(SPEC.replace("event: buy", "event: bought"))

    expected = foretold(shell, "never")
    shell.pushed("--bulk", "never")

    assert len(shell.gtm.calls) == expected


@pytest.mark.parametrize("bulk", STRATEGIES)
def test_the_progress_counts_every_call_that_writes(tmp_path: Path, bulk: Bulk) -> None:
    stage = Stage(tmp_path, SPEC.replace("random_number", "click_text"))
    stage.spec(EVERYTHING)
    plan = stage.plan()
    stage.calls.clear()
    steps: list[PushStep] = []

    rest = apply(stage.manager, stage.container, plan, steps.append, bulk)

    assert rest.is_empty
    writes = [call for call in stage.calls if call.method != "GET"]
    assert (steps[-1].calls, steps[-1].calls_left) == (len(writes), 0)
    assert [step.done for step in steps] == [*range(1, len(plan.changes) + 1)]
    assert {step.total for step in steps} == {len(plan.changes)}
    assert not any(step.done_already or step.by_gtm for step in steps)


@pytest.mark.parametrize(
    ("calls", "seconds"), [(0, 0), (1, 0), (25, 0), (26, 100), (50, 100), (51, 200)]
)
def test_each_further_25_calls_wait_for_another_window(calls: int, seconds: int) -> None:
    assert Cost(calls).minutes == seconds / 60


# -- many containers ----------------------------------------------------------------------


class Google:
    """The API as Google's client sees it: containers are there or not, and each call is counted."""

    def __init__(self, *containers: str) -> None:
        self.calls: list[ApiRequest] = []
        store = Store()
        for gtm in containers:
            path = store.ensure_container(gtm)
            held = store.state.data["containers"][path.rsplit("/", 1)[1]]
            store.state.add_workspace(held, {"name": "gtmgen"}, default=False, now_ms=0)
        http = EmulatorHttp(store, middleware=self._count)
        service = build("tagmanager", "v2", http=http, static_discovery=True, cache_discovery=False)
        self.manager = GoogleTagManager(service)

    def _count(self, request: ApiRequest, send: Send) -> Response:
        self.calls.append(request)
        return send(request)


CONTAINERS = ("GTM-SHOP1", "GTM-SHOP2", "GTM-SHOP3", "GTM-SHOP4")
ENVIRONMENTS = """\
environments:
  b: {container: {gtm: GTM-SHOP2}}
  c: {container: {gtm: GTM-SHOP3}}
  d: {container: {gtm: GTM-SHOP4}}
"""


@pytest.fixture
def google(shell: Shell) -> Google:
    google = Google(*CONTAINERS)
    shell.monkeypatch.setattr("gtmgen.cli.plan.connect", lambda *_, **__: google.manager)
    shell.monkeypatch.setattr("gtmgen.cli.push.connect", lambda *_, **__: google.manager)
    shell.spec(SPEC + ENVIRONMENTS)
    return google


def test_a_container_is_looked_up_once_and_many_in_one_list(google: Google) -> None:
    assert main(["push", "spec.yaml", "--env", "all", "--yes", "-q"]) == 0
    found = [call.path.partition("/v2/")[2] for call in google.calls]
    assert [
        path for path in found if "containers:lookup" in path or path.endswith("containers")
    ] == [
        "accounts/containers:lookup",
        "accounts/6000000001/containers",
    ]

    google.calls.clear()
    assert main(["plan", "spec.yaml", "--env", "all", "-q"]) == 0

    # Nothing is looked up again, and nothing has changed: seven calls for each container.
    assert len(google.calls) == 7 * len(CONTAINERS)


@pytest.mark.parametrize("folder", [False, True])
def test_what_a_plan_without_changes_costs_with_every_further_container(
    google: Google, shell: Shell, folder: bool
) -> None:
    spec = SPEC if folder else SPEC.replace(", folder: Shop", "")
    shell.spec(spec + ENVIRONMENTS + "  e: {}\n")
    assert main(["push", "spec.yaml", "--env", "b,c,d,e", "--yes", "-q"]) == 0
    costs = []
    for environments in ("b", "b,c", "b,c,d", "b,c,d,e"):
        google.manager._paths.clear()
        google.manager._listed = False
        google.calls.clear()

        planned = shell.run("plan", "spec.yaml", "--env", environments, "--exit-code", "-q")

        assert planned.code == 0, planned.out + planned.err
        costs.append(len(google.calls))
    assert costs == [8, 16, 23, 30]


def test_several_environments_are_planned_and_pushed_in_one_run(
    google: Google, shell: Shell
) -> None:
    planned = shell.run("plan", "spec.yaml", "--env", "b,c", "-q")
    assert planned.code == 0
    assert re.findall(r"^shop -> (\S+), workspace gtmgen", planned.out, re.M) == [
        "GTM-SHOP2",
        "GTM-SHOP3",
    ]
    total = re.findall(r"^All 2 plans: (\d+) API calls, ", planned.out, re.M)
    google.manager._paths.clear()
    google.manager._listed = False
    google.calls.clear()

    pushed = shell.run("push", "spec.yaml", "--env", "b,c", "--bulk", "never", "--yes", "-q")

    assert pushed.code == 0, pushed.err
    assert [str(len(google.calls))] == total


def test_a_saved_plan_keeps_the_environment_of_each(shell: Shell) -> None:
    shell.spec(SPEC + ENVIRONMENTS)
    assert (
        shell.run("plan", "spec.yaml", "--env", "b,c", "--target", "local", "--out", "p").code == 0
    )

    result = shell.run("push", "p", "--yes", "-q")

    assert result.code == 0, result.err
    again = shell.run("plan", "spec.yaml", "--env", "b,c", "--target", "local", "--exit-code")
    assert again.code == 0


def test_an_environment_that_is_not_there(shell: Shell) -> None:
    shell.spec(SPEC + ENVIRONMENTS)

    result = shell.run("plan", "spec.yaml", "--env", "b,x", "--target", "local")

    assert (result.code, shell.gtm.calls) == (2, [])
    assert result.err == "error: the spec has no environment `x`\n\nhint: known: `b`, `c`, `d`\n"
