"""The port over google-api-python-client, whichever service object it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, Self

from gtmgen.api.calls import Caller
from gtmgen.api.containers import ContainerFinder, KnownAccounts, NoAccounts
from gtmgen.api.failures import CallError
from gtmgen.api.port import RESOURCES, Json
from gtmgen.errors import UsageError

_CONTAINER = re.compile(r"accounts/[^/]+/containers/[^/]+")
_PUBLIC_ID = re.compile(r"GTM-[A-Z0-9]+")
_ENTITY = re.compile(
    rf"accounts/\d+/containers/\d+/workspaces/\d+/({'|'.join(RESOURCES.values())})/\d+"
)


class CountingCaller(Caller):
    """Counts the calls, those that failed among them: each is one of the quota."""

    count = 0

    def run(self, method: str, request: Any, entity: str | None = None) -> Json:
        self.count += 1
        return super().run(method, request, entity)


class GoogleTagManager:
    """:class:`gtmgen.api.port.TagManager` over a service built by ``googleapiclient``.

    ``answering`` gives the seconds that its answers have taken so far: lists have a deadline.
    """

    def __init__(
        self,
        service: Any,
        on_close: Callable[[], None] | None = None,
        *,
        account: str | None = None,
        answering: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self._service = service
        self._resources: dict[str, Any] = {}
        self._on_close = on_close
        self.account = account
        self._calls = CountingCaller(account, answering)
        self.use_known_accounts(NoAccounts())

    @property
    def calls_made(self) -> int:
        return self._calls.count

    def use_known_accounts(self, accounts: KnownAccounts) -> None:
        """Before the first container is asked for: what earlier runs have found out."""
        self._finder = ContainerFinder(
            self._look_up, self._list_account, lambda: self.calls_made, accounts
        )

    # Accounts, containers and workspaces

    def accounts(self) -> list[Json]:
        resource = self._service.accounts()
        return list(self._calls.pages("accounts.list", resource, resource.list()))

    def resolve_container(self, gtm: str) -> str:
        if _CONTAINER.fullmatch(gtm):
            return gtm
        if not _PUBLIC_ID.fullmatch(gtm):
            raise UsageError(
                f"`{gtm}` names no container",
                hint="write `GTM-XXXX`, or `accounts/1/containers/2`",
            )
        return str(self._finder.find(gtm)["path"])

    def _look_up(self, gtm: str) -> Json:
        request = self._containers.lookup(tagId=gtm)
        answer = self._calls.run("containers.lookup", request, gtm)
        if answer.get("publicId", gtm) != gtm:  # what is written goes to what it names
            text = f"the answer is another container, `{answer['publicId']}`"
            raise CallError("containers.lookup", text, entity=gtm, trouble="answer")
        return answer

    def _list_account(self, account: str) -> Iterator[Json]:
        resource = self._containers
        request = resource.list(parent=f"accounts/{account}")
        return self._calls.pages("containers.list", resource, request)

    def contexts_of(self, gtm: str) -> Sequence[str]:
        return self._finder.context_of(gtm)

    def expect_containers(self, gtms: Iterable[str]) -> None:
        self._finder.expect(gtm for gtm in gtms if _PUBLIC_ID.fullmatch(gtm))

    def count_saved_calls(self, gtms: Sequence[str]) -> list[int]:
        return self._finder.count_saved_calls(gtms)

    def container(self, container_path: str) -> Json:
        return self._calls.run("containers.get", self._containers.get(path=container_path))

    def workspaces(self, container_path: str) -> list[Json]:
        resource = self._workspaces
        request = resource.list(parent=container_path)
        return list(self._calls.pages("workspaces.list", resource, request))

    def create_workspace(
        self, container_path: str, name: str, description: str | None = None
    ) -> Json:
        body = {"name": name, **({"description": description} if description else {})}
        request = self._workspaces.create(parent=container_path, body=body)
        return self._calls.run("workspaces.create", request, name)

    def delete_workspace(self, workspace_path: str) -> None:
        self._calls.run("workspaces.delete", self._workspaces.delete(path=workspace_path))

    def workspace_status(self, workspace_path: str) -> Json:
        request = self._workspaces.getStatus(path=workspace_path)
        return self._calls.run("workspaces.getStatus", request)

    def sync(self, workspace_path: str) -> Json:
        request = self._workspaces.sync(path=workspace_path)
        return self._calls.run("workspaces.sync", request)

    def quick_preview(self, workspace_path: str) -> Json:
        request = self._workspaces.quick_preview(path=workspace_path)
        return self._calls.run("workspaces.quick_preview", request)

    def bulk_update(self, workspace_path: str, changes: Sequence[Json]) -> list[Json]:
        if not changes:
            return []
        body = {"changes": list(changes)}
        request = self._workspaces.bulk_update(path=workspace_path, body=body)
        return list(self._calls.run("workspaces.bulk_update", request).get("changes", []))

    # Entities

    def list_entities(self, workspace_path: str, kind: str) -> list[Json]:
        resource = self._load_resource(RESOURCES[kind])
        request = resource.list(parent=workspace_path)
        return list(self._calls.pages(f"{RESOURCES[kind]}.list", resource, request))

    def get(self, path: str) -> Json:
        resource = _find_resource(path)
        request = self._load_resource(resource).get(path=path)
        return self._calls.run(f"{resource}.get", request, _read_id(path))

    def create(self, workspace_path: str, kind: str, body: Json) -> Json:
        request = self._load_resource(RESOURCES[kind]).create(parent=workspace_path, body=body)
        return self._calls.run(f"{RESOURCES[kind]}.create", request, body.get("name"))

    def import_from_gallery(
        self, workspace_path: str, owner: str, repository: str, version: str | None
    ) -> Json:
        request = self._load_resource("templates").import_from_gallery(
            parent=workspace_path,
            # Needed. Who agrees to a push that installs the template agrees to its permissions.
            acknowledgePermissions=True,
            galleryOwner=owner,
            galleryRepository=repository,
            gallerySha=version,
        )
        return self._calls.run("templates.import_from_gallery", request, f"{owner}/{repository}")

    def update(self, path: str, body: Json, fingerprint: str | None) -> Json:
        resource = _find_resource(path)
        request = self._load_resource(resource).update(
            path=path, body=body, fingerprint=fingerprint
        )
        return self._calls.run(f"{resource}.update", request, body.get("name"))

    def delete(self, path: str, *, name: str | None = None) -> None:
        resource = _find_resource(path)
        request = self._load_resource(resource).delete(path=path)
        self._calls.run(f"{resource}.delete", request, name or _read_id(path))

    def enable_built_ins(self, workspace_path: str, types: Sequence[str]) -> list[Json]:
        if not types:
            return []
        resource = self._load_resource("built_in_variables")
        request = resource.create(parent=workspace_path, type=list(types))
        reply = self._calls.run("built_in_variables.create", request, ", ".join(types))
        return list(reply.get("builtInVariable", []))

    def disable_built_ins(self, workspace_path: str, types: Sequence[str]) -> None:
        if not types:
            return
        path = f"{workspace_path}/built_in_variables"
        request = self._load_resource("built_in_variables").delete(path=path, type=list(types))
        self._calls.run("built_in_variables.delete", request, ", ".join(types))

    # Versions

    def create_version(
        self, workspace_path: str, name: str | None = None, notes: str | None = None
    ) -> Json:
        body = {key: text for key, text in (("name", name), ("notes", notes)) if text}
        request = self._workspaces.create_version(path=workspace_path, body=body)
        return self._calls.run("workspaces.create_version", request, name)

    def publish(self, version_path: str, fingerprint: str | None = None) -> Json:
        request = self._versions.publish(path=version_path, fingerprint=fingerprint)
        return self._calls.run("versions.publish", request, _read_id(version_path))

    def set_latest(self, version_path: str) -> Json:
        request = self._versions.set_latest(path=version_path)
        return self._calls.run("versions.set_latest", request, _read_id(version_path))

    def version_headers(self, container_path: str) -> list[Json]:
        resource = self._containers.version_headers()
        request = resource.list(parent=container_path)
        return list(self._calls.pages("version_headers.list", resource, request))

    def version(self, version_path: str) -> Json:
        request = self._versions.get(path=version_path)
        return self._calls.run("versions.get", request, _read_id(version_path))

    def live_version(self, container_path: str) -> Json | None:
        try:
            return self._calls.run("versions.live", self._versions.live(parent=container_path))
        except CallError as error:
            # A container that was never published has no live version.
            if error.is_not_found:
                return None
            raise

    # Environments

    def environments(self, container_path: str) -> list[Json]:
        resource = self._environments
        request = resource.list(parent=container_path)
        return list(self._calls.pages("environments.list", resource, request))

    def create_environment(self, container_path: str, body: Json) -> Json:
        request = self._environments.create(parent=container_path, body=body)
        return self._calls.run("environments.create", request, body.get("name"))

    def update_environment(self, path: str, body: Json, fingerprint: str | None) -> Json:
        request = self._environments.update(path=path, body=body, fingerprint=fingerprint)
        return self._calls.run("environments.update", request, body.get("name"))

    def reauthorize_environment(self, path: str) -> Json:
        request = self._environments.reauthorize(path=path, body={})
        return self._calls.run("environments.reauthorize", request, _read_id(path))

    def close(self) -> None:
        self._service.close()
        if self._on_close is not None:
            self._on_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # The client makes a resource's methods anew whenever it is asked for one, which takes longer
    # than a call to a local GTM (version 2.202.0).

    @cached_property
    def _containers(self) -> Any:
        return self._service.accounts().containers()

    @cached_property
    def _workspaces(self) -> Any:
        return self._containers.workspaces()

    @cached_property
    def _versions(self) -> Any:
        return self._containers.versions()

    @cached_property
    def _environments(self) -> Any:
        return self._containers.environments()

    def _load_resource(self, name: str) -> Any:
        if name not in self._resources:
            self._resources[name] = getattr(self._workspaces, name)()
        return self._resources[name]


def _find_resource(path: str) -> str:
    if (match := _ENTITY.fullmatch(path)) is None:
        raise ValueError(f"{path!r} is not the path of a workspace entity")
    return match[1]


def _read_id(path: str) -> str:
    return path.rpartition("/")[2]
