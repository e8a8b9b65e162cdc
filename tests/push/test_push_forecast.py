"""What a plan foretells is what a push makes: calls, for one container and for many."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest
from googleapiclient.discovery import build
from plan.stage import STRATEGIES, Stage

from gtmgen.api import GoogleTagManager
from gtmgen.api.account_memory import AccountMemory
from gtmgen.api.containers import KnownAccounts
from gtmgen.cli.main import main
from gtmgen.cli.target import connect
from gtmgen.emulator import ApiRequest, Behaviour, Response, Store, make_error_response
from gtmgen.emulator.transport import EmulatorHttp, Send
from gtmgen.plan.cost import Cost
from gtmgen.push.apply import Bulk, PushStep, apply
from push.harness import EVERYTHING, SPEC, Shell

FORETOLD = re.compile(r"Cost: (\d+) API calls; in bulk (\d+) calls")
COST = re.compile(r"^Cost: (\d+) API calls", re.M)


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

    def __init__(self, memory: KnownAccounts, *containers: str) -> None:
        self.calls: list[ApiRequest] = []
        self.memory = memory
        self.refused: set[str] = set()
        self.behaviour = Behaviour()
        self.store = Store()
        for gtm in containers:
            self.add(gtm)
        self.start_again()

    def add(self, gtm: str) -> None:
        """A container with a workspace of gtmgen's, in the account that is the only one."""
        path = self.store.ensure_container(gtm)
        held = self.store.state.data["containers"][path.rsplit("/", 1)[1]]
        self.store.state.add_workspace(held, {"name": "gtmgen"}, default=False, now_ms=0)

    def start_again(self) -> None:
        """What comes is another run, which knows what is in the state folder."""
        self.calls.clear()
        http = EmulatorHttp(self.store, self.behaviour, middleware=self._count)
        service = build("tagmanager", "v2", http=http, static_discovery=True, cache_discovery=False)
        self.manager = GoogleTagManager(service)
        self.manager.use_known_accounts(self.memory)

    @property
    def searches(self) -> list[str]:
        """The calls that were made to find containers."""
        found = [call.path.partition("/v2/")[2] for call in self.calls]
        return [
            path for path in found if "containers:lookup" in path or path.endswith("containers")
        ]

    def _count(self, request: ApiRequest, send: Send) -> Response:
        self.calls.append(request)
        if request.path.rpartition("/v2/")[2] in self.refused:
            return make_error_response("The caller does not have permission", 403)
        return send(request)


CONTAINERS = ("GTM-SHOP1", "GTM-SHOP2", "GTM-SHOP3", "GTM-SHOP4")
ENVIRONMENTS = """\
environments:
  b: {container: {gtm: GTM-SHOP2}}
  c: {container: {gtm: GTM-SHOP3}}
  d: {container: {gtm: GTM-SHOP4}}
"""


ACCOUNT = "accounts/6000000001/containers"
LOOK_UP = "accounts/containers:lookup"


@pytest.fixture
def memory(tmp_path: Path) -> AccountMemory:
    return AccountMemory(tmp_path / "state" / "accounts.json", "Google", time.sleep)


@pytest.fixture
def google(shell: Shell, memory: AccountMemory) -> Google:
    google = Google(memory, *CONTAINERS)
    shell.monkeypatch.setattr("gtmgen.cli.plan.connect", lambda *_, **__: google.manager)
    shell.monkeypatch.setattr("gtmgen.cli.push.connect", lambda *_, **__: google.manager)
    shell.spec(SPEC + ENVIRONMENTS)
    return google


def test_a_container_is_looked_up_once_and_many_in_one_list(google: Google) -> None:
    assert main(["push", "spec.yaml", "--env", "all", "--yes", "-q"]) == 0
    assert google.searches == [LOOK_UP, ACCOUNT]

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
        google.start_again()

        planned = shell.run("plan", "spec.yaml", "--env", environments, "--exit-code", "-q")

        assert planned.code == 0, planned.out + planned.err
        costs.append(len(google.calls))
    assert costs == [8, 15, 22, 29]


def test_with_folders_and_a_version_below_it_is_a_call_more_each(
    google: Google, shell: Shell
) -> None:
    assert main(["push", "spec.yaml", "--env", "all", "--yes", "-q", "--version", "one"]) == 0
    changed = SPEC.replace("event: buy", "event: bought")
    shell.spec(changed + ENVIRONMENTS)
    assert main(["push", "spec.yaml", "--env", "all", "--yes", "-q"]) == 0
    costs = []
    for environments in ("b", "b,c", "b,c,d"):
        google.start_again()

        planned = shell.run("plan", "spec.yaml", "--env", environments, "--exit-code", "-q")

        assert planned.code == 0, planned.out + planned.err
        costs.append(len(google.calls))
    assert costs == [9, 17, 25]


def test_the_first_run_looks_up_and_lists_and_foretells_what_the_second_makes(
    google: Google, shell: Shell
) -> None:
    planned = shell.run("plan", "spec.yaml", "--env", "b,c,d", "-q")

    assert google.searches == [LOOK_UP, ACCOUNT]
    costs = [int(calls) for calls in COST.findall(planned.out)]
    total = re.findall(r"^All 3 plans: (\d+) API calls", planned.out, re.M)
    google.start_again()
    data = json.loads(shell.run("plan", "spec.yaml", "--env", "b,c,d", "--format", "json").out)
    assert [plan["cost"]["entity_by_entity"]["calls"] for plan in data["plans"]] == costs
    google.start_again()

    pushed = shell.run("push", "spec.yaml", "--env", "b,c,d", "--bulk", "never", "--yes")

    assert pushed.code == 0, pushed.err
    assert google.searches == [ACCOUNT]
    assert [int(calls) for calls in COST.findall(pushed.out)] == costs
    assert [str(len(google.calls))] == total
    assert len(google.calls) == sum(costs)


def test_an_account_of_several_pages_is_foretold_with_all_of_them(
    google: Google, shell: Shell
) -> None:
    google.behaviour = Behaviour(page_size=2)
    google.start_again()
    planned = shell.run("plan", "spec.yaml", "--env", "b,c,d", "-q")
    assert google.searches == [LOOK_UP, ACCOUNT, ACCOUNT]
    costs = [int(calls) for calls in COST.findall(planned.out)]
    google.start_again()

    pushed = shell.run("push", "spec.yaml", "--env", "b,c,d", "--bulk", "never", "--yes")

    assert pushed.code == 0, pushed.err
    assert google.searches == [ACCOUNT, ACCOUNT]
    assert [int(calls) for calls in COST.findall(pushed.out)] == costs
    assert len(google.calls) == sum(costs)


def test_a_container_that_two_specs_share_is_foretold_once(google: Google, shell: Shell) -> None:
    shell.spec(SPEC.replace("GTM-SHOP1", "GTM-SHOP2"), "a.yaml")
    shell.spec(
        "gtmgen: 1\nproject: other\ncontainer: {gtm: GTM-SHOP2, workspace: gtmgen}\n"
        "gtm: {tags: {z: {name: Z, type: img, parameters: {url: x}}}}\n",
        "b.yaml",
    )
    shell.spec(SPEC.replace("GTM-SHOP1", "GTM-SHOP3"), "c.yaml")
    paths = ("a.yaml", "b.yaml", "c.yaml")

    planned = shell.run("plan", *paths, "-q")
    assert planned.code == 0, planned.err
    total = re.findall(r"^All 3 plans: (\d+) API calls", planned.out, re.M)
    google.start_again()
    again = shell.run("plan", *paths, "-q")

    assert re.findall(r"^All 3 plans: (\d+) API calls", again.out, re.M) == total
    assert google.searches == [ACCOUNT]


def test_without_a_state_folder_every_run_is_a_first_one(google: Google, shell: Shell) -> None:
    google.memory = AccountMemory(None, "Google", time.sleep)
    google.start_again()
    planned = shell.run("plan", "spec.yaml", "--env", "b,c", "-q")
    total = re.findall(r"^All 2 plans: (\d+) API calls", planned.out, re.M)
    google.start_again()

    pushed = shell.run("push", "spec.yaml", "--env", "b,c", "--bulk", "never", "--yes", "-q")

    assert pushed.code == 0, pushed.err
    assert google.searches == [LOOK_UP, ACCOUNT]
    assert [str(len(google.calls))] == total


def test_one_container_alone_is_looked_up_whatever_is_known(google: Google, shell: Shell) -> None:
    for _ in range(2):
        google.start_again()
        assert shell.run("plan", "spec.yaml", "--env", "b", "-q").code == 0
        assert google.searches == [LOOK_UP]


def test_an_account_that_is_out_of_date_costs_one_call_once(
    google: Google, shell: Shell, memory: AccountMemory
) -> None:
    memory.remember(dict.fromkeys(CONTAINERS, "77"))
    google.start_again()

    planned = shell.run("plan", "spec.yaml", "--env", "b,c", "-q")

    assert planned.code == 0, planned.err
    assert google.searches == ["accounts/77/containers", LOOK_UP, ACCOUNT]
    assert [memory.find(gtm) for gtm in CONTAINERS] == [
        None,  # not of this run, and what was said of the account held for it, too
        "6000000001",
        "6000000001",
        None,
    ]
    total = re.findall(r"^All 2 plans: (\d+) API calls", planned.out, re.M)
    google.start_again()
    assert main(["push", "spec.yaml", "--env", "b,c", "--bulk", "never", "--yes", "-q"]) == 0
    assert google.searches == [ACCOUNT]
    assert [str(len(google.calls))] == total


def test_an_account_that_holds_other_containers_leads_to_none_of_them(
    google: Google, shell: Shell, memory: AccountMemory
) -> None:
    """The list answers with public IDs: what is not among them is looked up."""
    google.store.state.data["accounts"]["77"] = google.store.state.data["accounts"]["6000000001"]
    memory.remember(dict.fromkeys(CONTAINERS, "77"))
    google.start_again()

    assert shell.run("plan", "spec.yaml", "--env", "b,c,d", "-q").code == 0

    assert google.searches == ["accounts/77/containers", LOOK_UP, ACCOUNT]
    assert memory.find("GTM-SHOP2") == "6000000001"


def test_an_account_that_may_not_be_listed_is_asked_once_a_run(
    google: Google, shell: Shell
) -> None:
    google.refused = {ACCOUNT}
    for _ in range(2):
        google.start_again()
        planned = shell.run("plan", "spec.yaml", "--env", "b,c,d", "-q")
        assert planned.code == 0, planned.err
        assert google.searches == [LOOK_UP, ACCOUNT, LOOK_UP, LOOK_UP]
    total = re.findall(r"^All 3 plans: (\d+) API calls", planned.out, re.M)
    google.start_again()
    assert main(["push", "spec.yaml", "--env", "b,c,d", "--bulk", "never", "--yes", "-q"]) == 0
    assert [str(len(google.calls))] == total


def test_the_accounts_are_kept_in_the_users_state_folder_for_each_api(
    google: Google, shell: Shell, tmp_path: Path
) -> None:
    shell.monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    shell.monkeypatch.setattr("gtmgen.cli.plan.connect", connect)
    shell.monkeypatch.setattr("gtmgen.api.connect.connect_url", lambda _url: google.manager)

    for url, searches in (
        ("http://127.0.0.1:1?token=MARKER", [LOOK_UP, ACCOUNT]),
        ("http://127.0.0.1:1", [ACCOUNT]),
        ("http://127.0.0.1:2", [LOOK_UP, ACCOUNT]),
    ):
        google.start_again()
        assert shell.run("plan", "spec.yaml", "--env", "b,c", "--target", url, "-q").code == 0
        assert google.searches == searches

    held = {"GTM-SHOP2": "6000000001", "GTM-SHOP3": "6000000001"}
    assert json.loads((tmp_path / "home" / "gtmgen" / "accounts.json").read_text()) == {
        "format": 1,
        "roots": {"http://127.0.0.1:1": held, "http://127.0.0.1:2": held},
    }


def test_a_container_that_is_gone_is_told_as_before(
    google: Google, shell: Shell, memory: AccountMemory
) -> None:
    shell.spec(SPEC + ENVIRONMENTS + "  x: {container: {gtm: GTM-GONE1}}\n")
    memory.remember({"GTM-GONE1": "6000000001"})

    planned = shell.run("plan", "spec.yaml", "--env", "x,b", "-q")

    assert (planned.code, google.searches) == (5, [ACCOUNT, LOOK_UP])
    assert planned.err.startswith(
        "error: containers.lookup `GTM-GONE1` failed with 404: Not found or permission denied."
    )


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
    google.start_again()

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
