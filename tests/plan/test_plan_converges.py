"""All kinds, whatever GTM does that nobody has documented, and wherever a push is cut off."""

from __future__ import annotations

from pathlib import Path

import pytest

from gtmgen.api import connect_local
from gtmgen.container.ownership import state_in
from gtmgen.emulator import Behaviour, Request, Response
from gtmgen.emulator.transport import Send
from gtmgen.plan.forms import States
from gtmgen.plan.options import Options
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
    """Whether each entity says of itself what the spec says: nothing was changed outside."""
    live = stage.plan().live
    desired = {str(entity.owner): entity for entity in stage.container.entities()}
    states = States(stage.container, live, ())
    owned = [held for held in live.entities if held.owner is not None]
    return bool(owned) and all(
        state_in(held.kind, held.body) == states.of(desired[str(held.owner)]) for held in owned
    )


@pytest.mark.parametrize("behaviour", NAMED.values(), ids=NAMED)
def test_created_renamed_and_deleted(tmp_path: Path, behaviour: Behaviour) -> None:
    class Other(Stage):
        def _connect(self) -> None:
            self.manager = connect_local(None, behaviour=behaviour, middleware=self._count)

    stage = Other(tmp_path, WEB, "always")
    assert states_hold(stage)
    stage.spec(RENAMED)
    stage.push(stage.plan(), "always")
    assert stage.plan().is_empty
    stage.spec(GONE)
    stage.push(stage.plan(options=Options(allow_all=13)), "always")


class CutOff(Stage):
    """Every write after some is lost, as when the process is killed."""

    writes = -1

    def _count(self, request: Request, send: Send) -> Response:
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
