"""A connection that repeats what failed for a while, and nothing that may have been done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Self

from gtmgen.api.failures import CallError
from gtmgen.api.port import Json, TagManager
from gtmgen.api.retry import outcome
from gtmgen.api.retry.policy import Confirmed, Retrier


class RetryingTagManager:
    """:class:`TagManager` around another one.

    Reads are repeated freely. After a refusal for quota everything is: nothing was done. When
    it is open whether a write was carried out, the container is looked at before it is repeated;
    ``bulk_update``, of which no trace is known to look for, is not repeated then.
    """

    def __init__(self, inner: TagManager, retrier: Retrier) -> None:
        self._inner = inner
        self._retrier = retrier

    @property
    def account(self) -> str | None:
        return self._inner.account

    @property
    def calls_made(self) -> int:
        return self._inner.calls_made

    # Reading, and what has the same effect each time

    def accounts(self) -> list[Json]:
        return self._retrier.repeat(self._inner.accounts)

    def resolve_container(self, gtm: str) -> str:
        return self._retrier.repeat(lambda: self._inner.resolve_container(gtm))

    def expect_containers(self, gtms: Iterable[str]) -> None:
        self._inner.expect_containers(gtms)

    def count_saved_calls(self, gtms: Sequence[str]) -> list[int]:
        return self._inner.count_saved_calls(gtms)

    def contexts_of(self, gtm: str) -> Sequence[str]:
        return self._inner.contexts_of(gtm)

    def container(self, container_path: str) -> Json:
        return self._retrier.repeat(lambda: self._inner.container(container_path))

    def workspaces(self, container_path: str) -> list[Json]:
        return self._retrier.repeat(lambda: self._inner.workspaces(container_path))

    def workspace_status(self, workspace_path: str) -> Json:
        return self._retrier.repeat(lambda: self._inner.workspace_status(workspace_path))

    def quick_preview(self, workspace_path: str) -> Json:
        return self._retrier.repeat(lambda: self._inner.quick_preview(workspace_path))

    def sync(self, workspace_path: str) -> Json:
        return self._retrier.repeat(lambda: self._inner.sync(workspace_path))

    def list_entities(self, workspace_path: str, kind: str) -> list[Json]:
        return self._retrier.repeat(lambda: self._inner.list_entities(workspace_path, kind))

    def get(self, path: str) -> Json:
        return self._retrier.repeat(lambda: self._inner.get(path))

    def version_headers(self, container_path: str) -> list[Json]:
        return self._retrier.repeat(lambda: self._inner.version_headers(container_path))

    def version(self, version_path: str) -> Json:
        return self._retrier.repeat(lambda: self._inner.version(version_path))

    def live_version(self, container_path: str) -> Json | None:
        return self._retrier.repeat(lambda: self._inner.live_version(container_path))

    def environments(self, container_path: str) -> list[Json]:
        return self._retrier.repeat(lambda: self._inner.environments(container_path))

    def set_latest(self, version_path: str) -> Json:
        return self._retrier.repeat(lambda: self._inner.set_latest(version_path))

    # Writing

    def create(self, workspace_path: str, kind: str, body: Json) -> Json:
        return self._retrier.call_with_check(
            lambda: self._inner.create(workspace_path, kind, body),
            outcome.created(self, workspace_path, kind, body),
        )

    def import_from_gallery(
        self, workspace_path: str, owner: str, repository: str, version: str | None
    ) -> Json:
        return self._retrier.call_with_check(
            lambda: self._inner.import_from_gallery(workspace_path, owner, repository, version),
            outcome.installed(self, workspace_path, owner, repository, version),
        )

    def update(self, path: str, body: Json, fingerprint: str | None) -> Json:
        return self._retrier.call_with_check(
            lambda: self._inner.update(path, body, fingerprint),
            outcome.updated(self, path, body, fingerprint),
        )

    def delete(self, path: str, *, name: str | None = None) -> None:
        self._delete(lambda: self._inner.delete(path, name=name))

    def delete_workspace(self, workspace_path: str) -> None:
        self._delete(lambda: self._inner.delete_workspace(workspace_path))

    def create_workspace(
        self, container_path: str, name: str, description: str | None = None
    ) -> Json:
        return self._retrier.call_with_check(
            lambda: self._inner.create_workspace(container_path, name, description),
            outcome.workspace_created(self, container_path, name, description),
        )

    def enable_built_ins(self, workspace_path: str, types: Sequence[str]) -> list[Json]:
        return self._retrier.call_with_check(
            lambda: self._inner.enable_built_ins(workspace_path, types),
            outcome.built_ins_enabled(self, workspace_path, types),
        )

    def disable_built_ins(self, workspace_path: str, types: Sequence[str]) -> None:
        self._retrier.call_with_check(
            lambda: self._inner.disable_built_ins(workspace_path, types),
            outcome.built_ins_disabled(self, workspace_path, types),
        )

    def create_version(
        self, workspace_path: str, name: str | None = None, notes: str | None = None
    ) -> Json:
        return self._retrier.call_with_check(
            lambda: self._inner.create_version(workspace_path, name, notes),
            outcome.version_created(self, workspace_path, name),
        )

    def publish(self, version_path: str, fingerprint: str | None = None) -> Json:
        return self._retrier.call_with_check(
            lambda: self._inner.publish(version_path, fingerprint),
            outcome.published(self, version_path),
        )

    def create_environment(self, container_path: str, body: Json) -> Json:
        return self._retrier.call_with_check(
            lambda: self._inner.create_environment(container_path, body),
            outcome.environment_created(self, container_path, body),
        )

    def update_environment(self, path: str, body: Json, fingerprint: str | None) -> Json:
        return self._retrier.call_with_check(
            lambda: self._inner.update_environment(path, body, fingerprint),
            outcome.environment_updated(self, path, body),
        )

    def reauthorize_environment(self, path: str) -> Json:
        # A second one makes a second new code, and the answer that counts is the last.
        return self._retrier.repeat(lambda: self._inner.reauthorize_environment(path))

    def bulk_update(self, workspace_path: str, changes: Sequence[Json]) -> list[Json]:
        return self._retrier.call_at_most_once(
            lambda: self._inner.bulk_update(workspace_path, changes)
        )

    def close(self) -> None:
        self._inner.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _delete(self, call: Callable[[], None]) -> None:
        def look(refusal: CallError | None) -> Confirmed[None] | None:
            """Deleting twice does no harm: repeat, and then a 404 says that it is done."""
            return Confirmed(None) if refusal is not None and refusal.is_not_found else None

        self._retrier.call_with_check(call, look)
