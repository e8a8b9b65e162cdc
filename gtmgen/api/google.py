"""The port over google-api-python-client, whichever service object it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Self

from gtmgen.api.failures import CallError
from gtmgen.api.port import RESOURCES, Json
from gtmgen.errors import ApiError, UsageError

_CONTAINER = re.compile(r"accounts/[^/]+/containers/[^/]+")
_PUBLIC_ID = re.compile(r"GTM-[A-Z0-9]+")
_ENTITY = re.compile(
    rf"accounts/\d+/containers/\d+/workspaces/\d+/({'|'.join(RESOURCES.values())})/\d+"
)


class GoogleTagManager:
    """:class:`gtmgen.api.port.TagManager` over a service built by ``googleapiclient``."""

    def __init__(self, service: Any, on_close: Callable[[], None] | None = None) -> None:
        self._service = service
        self._on_close = on_close

    # Containers and workspaces

    def resolve_container(self, gtm: str) -> str:
        if _CONTAINER.fullmatch(gtm):
            return gtm
        if not _PUBLIC_ID.fullmatch(gtm):
            raise UsageError(
                f"`{gtm}` names no container",
                hint="write `GTM-XXXX`, or `accounts/1/containers/2`",
            )
        request = self._containers.lookup(tagId=gtm)
        return str(_execute("containers.lookup", request, gtm)["path"])

    def container(self, container_path: str) -> Json:
        return _execute("containers.get", self._containers.get(path=container_path))

    def workspaces(self, container_path: str) -> list[Json]:
        resource = self._workspaces
        request = resource.list(parent=container_path)
        return list(_pages("workspaces.list", resource, request))

    def create_workspace(
        self, container_path: str, name: str, description: str | None = None
    ) -> Json:
        body = {"name": name, **({"description": description} if description else {})}
        request = self._workspaces.create(parent=container_path, body=body)
        return _execute("workspaces.create", request, name)

    def delete_workspace(self, workspace_path: str) -> None:
        _execute("workspaces.delete", self._workspaces.delete(path=workspace_path))

    def workspace_status(self, workspace_path: str) -> Json:
        request = self._workspaces.getStatus(path=workspace_path)
        return _execute("workspaces.getStatus", request)

    # Entities

    def list_entities(self, workspace_path: str, kind: str) -> list[Json]:
        resource = self._resource(RESOURCES[kind])
        request = resource.list(parent=workspace_path)
        return list(_pages(f"{RESOURCES[kind]}.list", resource, request))

    def create(self, workspace_path: str, kind: str, body: Json) -> Json:
        request = self._resource(RESOURCES[kind]).create(parent=workspace_path, body=body)
        return _execute(f"{RESOURCES[kind]}.create", request, body.get("name"))

    def update(self, path: str, body: Json, fingerprint: str | None) -> Json:
        resource = _resource_of(path)
        request = self._resource(resource).update(path=path, body=body, fingerprint=fingerprint)
        return _execute(f"{resource}.update", request, body.get("name"))

    def delete(self, path: str, *, name: str | None = None) -> None:
        resource = _resource_of(path)
        request = self._resource(resource).delete(path=path)
        _execute(f"{resource}.delete", request, name or path.rpartition("/")[2])

    def enable_built_ins(self, workspace_path: str, types: Sequence[str]) -> list[Json]:
        if not types:
            return []
        resource = self._resource("built_in_variables")
        request = resource.create(parent=workspace_path, type=list(types))
        reply = _execute("built_in_variables.create", request, ", ".join(types))
        return list(reply.get("builtInVariable", []))

    def disable_built_ins(self, workspace_path: str, types: Sequence[str]) -> None:
        if not types:
            return
        path = f"{workspace_path}/built_in_variables"
        request = self._resource("built_in_variables").delete(path=path, type=list(types))
        _execute("built_in_variables.delete", request, ", ".join(types))

    # Versions

    def create_version(
        self, workspace_path: str, name: str | None = None, notes: str | None = None
    ) -> Json:
        body = {key: text for key, text in (("name", name), ("notes", notes)) if text}
        request = self._workspaces.create_version(path=workspace_path, body=body)
        return _execute("workspaces.create_version", request, name)

    def publish(self, version_path: str, fingerprint: str | None = None) -> Json:
        request = self._versions.publish(path=version_path, fingerprint=fingerprint)
        return _execute("versions.publish", request, version_path.rpartition("/")[2])

    def version_headers(self, container_path: str) -> list[Json]:
        resource = self._containers.version_headers()
        request = resource.list(parent=container_path)
        return list(_pages("version_headers.list", resource, request))

    def version(self, version_path: str) -> Json:
        request = self._versions.get(path=version_path)
        return _execute("versions.get", request, version_path.rpartition("/")[2])

    def live_version(self, container_path: str) -> Json | None:
        try:
            return _execute("versions.live", self._versions.live(parent=container_path))
        except CallError as error:
            if error.is_not_found:
                return None
            raise

    def close(self) -> None:
        self._service.close()
        if self._on_close is not None:
            self._on_close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    @property
    def _containers(self) -> Any:
        return self._service.accounts().containers()

    @property
    def _workspaces(self) -> Any:
        return self._containers.workspaces()

    @property
    def _versions(self) -> Any:
        return self._containers.versions()

    def _resource(self, name: str) -> Any:
        return getattr(self._workspaces, name)()


def _resource_of(path: str) -> str:
    if (found := _ENTITY.fullmatch(path)) is None:
        raise ValueError(f"{path!r} is not the path of a workspace entity")
    return found[1]


def _pages(method: str, resource: Any, request: Any) -> Iterator[Json]:
    seen = set()
    while request is not None:
        reply = _execute(method, request)
        token = reply.pop("nextPageToken", None)
        for items in reply.values():
            yield from items
        if token in seen:
            raise ApiError(f"{method} answered the same page token twice")
        seen.add(token)
        request = resource.list_next(request, {"nextPageToken": token}) if token else None


def _execute(method: str, request: Any, entity: str | None = None) -> Json:
    """Make one call; ``num_retries`` stays 0, for the client would repeat creates."""
    from google.auth.exceptions import GoogleAuthError, RefreshError
    from googleapiclient.errors import Error, HttpError
    from httplib2 import HttpLib2Error  # type: ignore[import-untyped, unused-ignore]

    try:
        reply = request.execute(num_retries=0)
    except HttpError as error:
        status, text = error.status_code, str(error.reason or "").strip() or "no message"
        raise CallError(method, text, status=status, entity=entity) from None
    except RefreshError as error:
        text = str(error.args[0]) if error.args else "the token could not be refreshed"
        raise CallError(method, text, status=401, entity=entity) from None
    except (GoogleAuthError, Error, HttpLib2Error, OSError) as error:
        text = str(error) or type(error).__name__
        raise CallError(method, text, entity=entity) from None
    if isinstance(reply, dict):
        return reply
    if method.endswith(".delete") and reply in ("", b"", b"{}"):
        return {}
    raise CallError(method, "the answer is not JSON", entity=entity)
