"""A container that was pushed: its stored bodies can be changed behind everybody's back."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

from push.harness import Json

from gtmgen.api import LocalTagManager, connect_local
from gtmgen.cli.spec import compile_file
from gtmgen.cli.target import offer_in_gallery
from gtmgen.container.entities import Container
from gtmgen.emulator import ApiRequest, Response
from gtmgen.emulator.transport import Send
from gtmgen.plan.make import make_plan
from gtmgen.plan.model import Action, Change, Plan
from gtmgen.plan.options import PlanOptions
from gtmgen.push.apply import Bulk, apply

NO_OPTIONS = PlanOptions()
STRATEGIES: tuple[Bulk, ...] = ("never", "always")


class Stage:
    """``gtmgen`` without its command line; ``calls`` are those of the last plan or push."""

    def __init__(self, folder: Path, text: str, bulk: Bulk = "never") -> None:
        self.folder = folder
        self.calls: list[ApiRequest] = []
        self.manager: LocalTagManager
        self._connect()
        self.manager.store.ensure_container("GTM-SERV1", usage_context=("server",))
        self.container = self.spec(text)
        self.push(self.plan(), bulk)
        self.before = self.bodies()

    def _connect(self) -> None:
        self.manager = connect_local(None, middleware=self._count)

    def _count(self, request: ApiRequest, send: Send) -> Response:
        self.calls.append(request)
        return send(request)

    def spec(self, text: str) -> Container:
        file = self.folder / "spec.yaml"
        file.write_text(text, encoding="utf-8")
        self.container = compile_file(file, None, quiet=True)[1]
        offer_in_gallery(self.manager, [self.container])
        return self.container

    def plan(self, *adopt: str, options: PlanOptions = NO_OPTIONS) -> Plan:
        self.calls.clear()
        if adopt:
            options = PlanOptions(frozenset(adopt))
        return make_plan(self.manager, self.container, "gtmgen", "local", options)

    def push(self, plan: Plan, bulk: Bulk = "never") -> Plan:
        self.calls.clear()
        rest = apply(self.manager, self.container, plan, lambda _: None, bulk)
        assert rest.is_empty
        return rest

    @property
    def stored(self) -> Json:
        path = self.manager.resolve_container(self.container.gtm)
        held = self.manager.store.state.data["containers"][path.rsplit("/", 1)[1]]
        (workspace,) = (
            item for item in held["workspaces"].values() if item["fields"]["name"] == "gtmgen"
        )
        found: Json = workspace
        return found

    def bodies(self) -> Json:
        """What is stored, but for the fingerprints."""
        found: Json = copy.deepcopy(self.stored["entities"])
        for items in found.values():
            for item in items.values():
                del item["fingerprint"]
        return found

    def named(self, kind: str, name: str) -> Json:
        """The stored body of an entity; a Google tag configuration, which has no name, as it is."""
        (found,) = (
            item
            for item in self.stored["entities"][kind].values()
            if item.get("name", name) == name
        )
        body: Json = found
        return body

    def disown(self) -> None:
        """As somebody has it who made the same by hand: no entity has lines of gtmgen's."""
        for items in self.stored["entities"].values():
            for item in items.values():
                for field in ("notes", "templateData"):
                    if field in item:
                        lines = item[field].split("\n")
                        text = "\n".join(line for line in lines if not line.startswith("[gtmgen"))
                        item[field] = text.rstrip("\n")
                        if not item[field]:
                            del item[field]


def changes_of(plan: Plan) -> list[tuple[Action, str]]:
    return [(change.action, change.name) for change in plan.changes]


def paths_of(plan: Plan) -> set[str]:
    return {field.path for change in plan.changes for field in change.fields}


def only(plan: Plan) -> Change:
    (change,) = plan.changes
    return change


def fields_of(change: Change) -> dict[str, tuple[Any, Any]]:
    return {path: (old, new) for path, old, new in change.fields}
