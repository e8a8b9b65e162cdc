"""An emulated GTM behind the command line, and a view of what it holds."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gtmgen.api import LocalTagManager, connect_local
from gtmgen.cli.main import main
from gtmgen.emulator import ApiRequest, Behaviour, Response
from gtmgen.emulator.transport import Send
from push.specs import EVERYTHING as EVERYTHING
from push.specs import SPEC as SPEC

Json = dict[str, Any]
Fault = Callable[[ApiRequest, Send], Response]

KINDS = ("folder", "template", "variable", "trigger", "tag")
IDS = {kind: f"{kind}Id" for kind in KINDS}
Bodies = dict[tuple[str, str], Json]


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


class Gtm:
    """One emulated container; ``fault`` gets every call that the command line makes."""

    def __init__(self, behaviour: Behaviour | None = None) -> None:
        self.calls: list[ApiRequest] = []
        self.fault: Fault | None = None
        self._recording = False
        self.manager: LocalTagManager = connect_local(
            None, behaviour=behaviour, middleware=self._middleware
        )

    def _middleware(self, request: ApiRequest, send: Send) -> Response:
        if not self._recording:
            return send(request)
        self.calls.append(request)
        if self.fault is None:
            return send(request)
        self._recording = False  # what the fault itself does is no call of the command line's
        try:
            return self.fault(request, send)
        finally:
            self._recording = True

    def connect(self, _path: Path | None, **_: Any) -> LocalTagManager:
        return self.manager

    @property
    def writes(self) -> list[ApiRequest]:
        return [call for call in self.calls if call.method != "GET"]

    def recorded(self, work: Callable[[], int]) -> int:
        self.calls.clear()
        self._recording = True
        try:
            return work()
        finally:
            self._recording = False

    # -- what somebody does in GTM, behind gtmgen's back ---------------------------------

    @property
    def container(self) -> str:
        return self.manager.resolve_container("GTM-SHOP1")

    def workspace(self, name: str = "gtmgen") -> str:
        for item in self.manager.workspaces(self.container):
            if item["name"] == name:
                return str(item["path"])
        return str(self.manager.create_workspace(self.container, name)["path"])

    def all(self, kind: str) -> list[Json]:
        return self.manager.list_entities(self.workspace(), kind)

    def get(self, kind: str, name: str) -> Json:
        (found,) = [item for item in self.all(kind) if item["name"] == name]
        return found

    def names(self, kind: str) -> list[str]:
        return sorted(item["name"] for item in self.all(kind))

    def create(self, kind: str, **fields: Any) -> Json:
        return self.manager.create(self.workspace(), kind, fields)

    def edit(
        self,
        kind: str,
        name: str,
        change: Callable[[Json], object] | None = None,
        /,
        **fields: Any,
    ) -> Json:
        item = self.get(kind, name) | fields
        if change is not None:
            change(item)
        return self.manager.update(item["path"], item, None)

    def delete(self, kind: str, name: str) -> None:
        self.manager.delete(self.get(kind, name)["path"])

    def snapshot(self) -> Json:
        """What the workspace holds, without what depends on the order of the writes."""
        bodies = {kind: self.all(kind) for kind in KINDS}
        named = {
            **{item["triggerId"]: item["name"] for item in bodies["trigger"]},
            **{item["folderId"]: item["name"] for item in bodies["folder"]},
            **{
                f"cvt_{item['containerId']}_{item['templateId']}": item["name"]
                for item in bodies["template"]
            },
        }

        def plain(value: Any) -> Any:
            if isinstance(value, list):
                return [plain(item) for item in value]
            if isinstance(value, dict):
                return {key: plain(item) for key, item in value.items()}
            return named.get(value, value)

        dropped = {"path", "fingerprint", "tagManagerUrl", "workspaceId", *IDS.values()}
        found: Json = {
            kind: sorted(
                (
                    {key: plain(value) for key, value in item.items() if key not in dropped}
                    for item in items
                ),
                key=lambda item: item["name"],
            )
            for kind, items in bodies.items()
        }
        found["built_ins"] = sorted(
            item["type"]
            for item in self.manager.list_entities(self.workspace(), "built_in_variable")
        )
        return found

    def save(self) -> str:
        return json.dumps(self.manager.store.state.data)

    def restore(self, saved: str) -> None:
        data = self.manager.store.state.data
        data.clear()
        data.update(json.loads(saved))


class Shell:
    """``gtmgen`` in a folder of its own, connected to an emulated GTM."""

    def __init__(
        self,
        folder: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        gtm: Gtm | None = None,
    ) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.chdir(folder)
        self.gtm = gtm or Gtm()
        self.use(self.gtm)

    def use(self, gtm: Gtm) -> Gtm:
        self.gtm = gtm
        self.monkeypatch.setattr("gtmgen.api.connect.connect_local", gtm.connect)
        return gtm

    def spec(self, text: str = SPEC, name: str = "spec.yaml") -> str:
        (self.folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
        return name

    def run(self, *arguments: str) -> Result:
        self._capsys.readouterr()
        code = self.gtm.recorded(lambda: main(list(arguments)))
        out, err = self._capsys.readouterr()
        assert "Traceback" not in out + err
        return Result(code, out, err)

    def plan(self, *more: str, spec: str = "spec.yaml") -> Result:
        return self.run("plan", spec, "--target", "local", *more)

    def push(self, *more: str, spec: str = "spec.yaml") -> Result:
        return self.run("push", spec, "--target", "local", "--yes", "-q", *more)

    def pushed(self, *more: str, spec: str = "spec.yaml") -> Result:
        result = self.push(*more, spec=spec)
        assert (result.code, result.err) == (0, "")
        return result

    def changes(self, spec: str = "spec.yaml") -> list[Json]:
        """The plan's changes, through its JSON."""
        result = self.plan("--format", "json", "-q", spec=spec)
        assert (result.code, result.err) == (0, "")
        found: list[Json] = json.loads(result.out)["plans"][0]["changes"]
        return found

    def only_change(self, spec: str = "spec.yaml") -> Json:
        (change,) = self.changes(spec)
        return change

    def is_settled(self, spec: str = "spec.yaml") -> bool:
        return self.plan("--exit-code", spec=spec).code == 0


def fields(change: Json) -> dict[str, tuple[str | None, str | None]]:
    """Path -> (old, new) of a change in the plan's JSON."""
    return {field["path"]: (field["old"], field["new"]) for field in change["fields"]}


def unmanaged(gtm: Gtm) -> Bodies:
    """What somebody else has in the workspace, as the service keeps it."""
    trigger = gtm.create("trigger", name="Their trigger", type="pageview")
    html = [{"type": "template", "key": "html", "value": "<b>{{event - their}}"}]
    tag = gtm.create(
        "tag", name="Theirs", type="html", parameter=html, firingTriggerId=[trigger["triggerId"]]
    )
    keys = {("trigger", trigger["triggerId"]): {}, ("tag", tag["tagId"]): {}}
    return stored(gtm, keys)


def stored(gtm: Gtm, keys: Bodies) -> Bodies:
    if not keys:
        return {}
    data = gtm.manager.store.state.data
    workspace = data["containers"][gtm.container.rsplit("/", 1)[1]]["workspaces"][
        gtm.workspace().rsplit("/", 1)[1]
    ]
    return {
        (kind, id_): json.loads(json.dumps(workspace["entities"][kind][id_])) for kind, id_ in keys
    }
