"""Real containers beside what a spec owns: nothing of theirs is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from container.corpus import needs_corpus, versions
from push.harness import Json

from gtmgen.container.body import api_json
from gtmgen.container.entities import ID_FIELD
from gtmgen.container.version import bodies_of
from gtmgen.plan.options import PlanOptions
from gtmgen.push.apply import Bulk
from plan.full_specs import WEB
from plan.stage import STRATEGIES, Stage
from plan.test_plan_converges import GONE, RENAMED

pytestmark = needs_corpus
FAR_OFF = 10_000_000  # above the IDs of real containers
SHARE = 4  # of the containers that one test takes


class Beside(Stage):
    """Our entities have IDs that no real container has."""

    def _connect(self) -> None:
        super()._connect()
        path = self.manager.store.ensure_container("GTM-SHOP1")
        held = self.manager.store.state.data["containers"][path.rsplit("/", 1)[1]]
        held["next_id"] = FAR_OFF

    def put(self, version: Json) -> int:
        """As somebody's container would be stored."""
        count = 0
        for kind, bodies in bodies_of(version).items():
            for body in bodies:
                fields = {key: value for key, value in body.items() if key != "path"}
                self.stored["entities"][kind.value][body[ID_FIELD[kind]]] = api_json(kind, fields)
                count += 1
        return count

    def theirs(self) -> str:
        """Every byte of it, fingerprints too."""
        return json.dumps(
            {
                kind: {id_: body for id_, body in items.items() if int(id_) < FAR_OFF}
                for kind, items in self.stored["entities"].items()
            }
        )


@pytest.mark.parametrize("bulk", STRATEGIES)
@pytest.mark.parametrize("start", range(SHARE))
def test_a_real_container_stays_byte_for_byte_the_same(
    tmp_path: Path, start: int, bulk: Bulk, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = []
    for version in versions()[start::SHARE]:
        stage = Beside(tmp_path, WEB, bulk)
        count = stage.put(version)
        before = stage.theirs()
        for text in (RENAMED, GONE, WEB):
            stage.spec(text)
            stage.push(stage.plan(options=PlanOptions(allow_all=13)), bulk)

            assert stage.theirs() == before
        sizes.append(count)
    assert sizes
    with capsys.disabled():
        print(f"\n{len(sizes)} real containers of {sum(sizes)} entities, bulk {bulk}")
