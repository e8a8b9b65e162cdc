"""What gtmgen needs of Google Tag Manager, in plain JSON bodies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any, Protocol, Self

Json = dict[str, Any]

#: Entity kind -> the resource under a workspace that holds it.
RESOURCES = MappingProxyType(
    {
        "tag": "tags",
        "trigger": "triggers",
        "variable": "variables",
        "folder": "folders",
        "template": "templates",
        "client": "clients",
        "transformation": "transformations",
        "zone": "zones",
        "gtag_config": "gtag_config",
        "built_in_variable": "built_in_variables",
    }
)


class TagManager(Protocol):
    """One connection to one Tag Manager, real or local.

    Bodies and answers are the API's own JSON. Paths are the API's relative paths
    (``accounts/1/containers/2/workspaces/3``). Every method raises
    :class:`gtmgen.api.failures.CallError` when the service refuses or cannot be reached.
    A plain connection never retries; :class:`gtmgen.api.retry.port.RetryingTagManager` does, where
    it is safe.
    """

    @property
    def account(self) -> str | None:
        """The e-mail address that calls are made for; None where there is none, or not known."""
        ...

    @property
    def calls_made(self) -> int:
        """How many calls this connection has made so far."""
        ...

    def accounts(self) -> list[Json]:
        """The accounts that the credentials can see."""
        ...

    def resolve_container(self, gtm: str) -> str:
        """The path of ``GTM-XXXX``; ``accounts/1/containers/2`` comes back as it is.

        Looked up once per connection.
        """
        ...

    def expect_containers(self, gtms: Iterable[str]) -> None:
        """These are going to be resolved: several of one account are found in one list."""
        ...

    def count_saved_calls(self, gtms: Sequence[str]) -> list[int]:
        """How many calls fewer the next run needs to resolve each, in this order, than this one.

        What this run has found out is kept for it; less than zero where a list has many pages.
        """
        ...

    def contexts_of(self, gtm: str) -> Sequence[str]:
        """What a container is for (``web``, ``server``, ...), as its look-up said.

        Empty where it was not looked up, as ``accounts/1/containers/2`` never is: no call is made.
        """
        ...

    def container(self, container_path: str) -> Json: ...

    def workspaces(self, container_path: str) -> list[Json]: ...

    def create_workspace(
        self, container_path: str, name: str, description: str | None = None
    ) -> Json: ...

    def delete_workspace(self, workspace_path: str) -> None: ...

    def workspace_status(self, workspace_path: str) -> Json:
        """``{workspaceChange?: [...], mergeConflict?: [...]}``; empty lists are left out."""
        ...

    def sync(self, workspace_path: str) -> Json:
        """Take over the latest version: ``{syncStatus?, mergeConflict?: [...]}``.

        A conflict is an answer, not an exception.
        """
        ...

    def quick_preview(self, workspace_path: str) -> Json:
        """Compile without a version: ``{containerVersion?, compilerError?, syncStatus?}``."""
        ...

    def bulk_update(self, workspace_path: str, changes: Sequence[Json]) -> list[Json]:
        """Make many changes in one call, each ``{KIND: body, changeStatus: added|...}``.

        New entities carry IDs of the form ``new_1``. Returns what was added or updated, in the
        same form. Documented by Google; how it fails, and whether in part, is not.
        """
        ...

    def get(self, path: str) -> Json:
        """One workspace entity. Built-in variables cannot be got."""
        ...

    def list_entities(self, workspace_path: str, kind: str) -> list[Json]:
        """All pages of one kind (a key of :data:`RESOURCES`)."""
        ...

    def create(self, workspace_path: str, kind: str, body: Json) -> Json:
        """The new entity with its path, ID and fingerprint."""
        ...

    def import_from_gallery(
        self, workspace_path: str, owner: str, repository: str, version: str | None
    ) -> Json:
        """Install a template of the Community Gallery and acknowledge its permissions.

        ``version`` is a commit's SHA; None for the latest. Returns the template.
        """
        ...

    def update(self, path: str, body: Json, fingerprint: str | None) -> Json:
        """Replace an entity whole. A stale ``fingerprint`` raises with ``is_conflict``."""
        ...

    def delete(self, path: str, *, name: str | None = None) -> None:
        """Delete an entity; ``name`` only serves the error message."""
        ...

    def enable_built_ins(self, workspace_path: str, types: Sequence[str]) -> list[Json]: ...

    def disable_built_ins(self, workspace_path: str, types: Sequence[str]) -> None: ...

    def create_version(
        self, workspace_path: str, name: str | None = None, notes: str | None = None
    ) -> Json:
        """``{containerVersion, newWorkspacePath, syncStatus, compilerError?}``.

        The workspace is gone afterwards. ``compilerError: true`` is an answer, not an exception.
        """
        ...

    def publish(self, version_path: str, fingerprint: str | None = None) -> Json:
        """``{containerVersion, compilerError?}``."""
        ...

    def set_latest(self, version_path: str) -> Json:
        """Make a version the one that workspaces sync to and new ones start from."""
        ...

    def version_headers(self, container_path: str) -> list[Json]: ...

    def version(self, version_path: str) -> Json: ...

    def live_version(self, container_path: str) -> Json | None:
        """The published version; ``None`` while there is none."""
        ...

    def environments(self, container_path: str) -> list[Json]:
        """GTM's own environments, Live and Latest among them."""
        ...

    def create_environment(self, container_path: str, body: Json) -> Json: ...

    def update_environment(self, path: str, body: Json, fingerprint: str | None) -> Json:
        """Replace an environment whole: what the body leaves out is gone."""
        ...

    def reauthorize_environment(self, path: str) -> Json:
        """Give it a new authorization code; snippets with the old one stop working."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...
