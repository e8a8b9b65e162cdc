"""All kinds, whatever GTM does that nobody has documented, and wherever a push is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest

from gtmgen.api import connect_local
from gtmgen.emulator import ApiRequest, Behaviour, Response
from gtmgen.emulator.transport import Send
from gtmgen.plan.forms import States
from gtmgen.plan.model import Drift
from gtmgen.plan.options import PlanOptions
from gtmgen.plan.words import kind_of
from gtmgen.push.apply import Bulk
from plan.full_specs import WEB
from plan.stage import STRATEGIES, Stage
from plan.test_plan_changes import BEHAVIOURS

RENAMED = WEB
for _old, _new in (
    ("Z made", "Y made"), ("name: Main,", "name: Mein,"), ("folder: Main", "folder: Mein"),
    ("Z after", "W after"), ("Full variable", "Empty variable"),
):  # fmt: skip
    RENAMED = RENAMED.replace(_old, _new)
GONE = WEB[: WEB.index("gtm:\n")] + "data: {x: {path: x}}\n"
NAMED = {name: held for name, held in BEHAVIOURS.items() if name.startswith(("bulk", "rename"))}


def states_hold(stage: Stage) -> bool:
    """Whether each entity says of itself that nothing was changed outside."""
    live = stage.plan().live
    desired = {(kind_of(entity), entity.name): entity for entity in stage.container.entities()}
    pairs = [(desired[held.kind, held.name], held) for held in live.entities]
    states = States(stage.container, live, pairs, live.names())
    told = [states.drift(entity, held) for entity, held in pairs if held.owner is not None]
    return set(told) == {Drift.SPEC}


@pytest.mark.parametrize("bulk", STRATEGIES)
@pytest.mark.parametrize("behaviour", NAMED.values(), ids=NAMED)
def test_created_renamed_and_deleted(tmp_path: Path, behaviour: Behaviour, bulk: Bulk) -> None:
    class Other(Stage):
        def _connect(self) -> None:
            self.manager = connect_local(None, behaviour=behaviour, middleware=self._count)

    stage = Other(tmp_path, WEB, bulk)
    assert states_hold(stage)
    stage.spec(RENAMED)
    stage.push(stage.plan(), bulk)
    assert stage.plan().is_empty
    assert states_hold(stage)
    stage.spec(GONE)
    stage.push(stage.plan(options=PlanOptions(allow_all=13)), bulk)


class CutOff(Stage):
    """Every write after some is lost, as when the process is killed."""

    writes = -1

    def _count(self, request: ApiRequest, send: Send) -> Response:
        if request.method != "GET":
            if self.writes == 0:
                raise KeyboardInterrupt
            self.writes -= 1
        return super()._count(request, send)


@pytest.mark.parametrize("bulk", STRATEGIES)
@pytest.mark.parametrize("writes", [0, 1, 7, 12])
def test_an_adoption_that_is_cut_off_goes_on(tmp_path: Path, writes: int, bulk: Bulk) -> None:
    stage = CutOff(tmp_path, WEB)
    whole = stage.bodies()
    stage.disown()
    stage.writes = writes
    plan = stage.plan("equal")

    if bulk == "never" or not writes:
        with pytest.raises(KeyboardInterrupt):
            stage.push(plan, bulk)
    else:
        stage.push(plan, bulk)
    stage.writes = -1
    rest = stage.plan("equal")
    if not rest.is_empty:
        stage.push(rest, bulk)

    assert len(rest.changes) == (13 - writes if bulk == "never" or not writes else 0)
    assert states_hold(stage)
    assert {kind: [*items] for kind, items in stage.bodies().items()} == {
        kind: [*items] for kind, items in whole.items()
    }
    assert stage.bodies()["tag"] == whole["tag"]


VARIABLE = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen}
gtm:
  variables:
    a: {name: A, type: j, parameters: {name: x}}
  tags:
    t: {name: T, type: html, parameters: {html: "{{A}}"}}
"""


@pytest.mark.parametrize("bulk", STRATEGIES)
def test_what_gtm_itself_wrote_into_a_tag_is_not_taken_for_somebodys_edit(
    tmp_path: Path, bulk: Bulk
) -> None:
    class Rewriting(Stage):
        def _connect(self) -> None:
            behaviour = Behaviour(rename_rewrites_references=True)
            self.manager = connect_local(None, behaviour=behaviour, middleware=self._count)

    stage = Rewriting(tmp_path, VARIABLE, bulk)
    stage.spec(VARIABLE.replace("name: A,", "name: B,").replace("{{A}}", "{{B}}"))

    stage.push(stage.plan(), bulk)

    assert states_hold(stage)
