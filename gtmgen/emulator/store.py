"""The emulator's memory between runs: one JSON file, one writer."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Self

from gtmgen.emulator.gallery import present_version
from gtmgen.emulator.kinds import WEB_BUILT_INS
from gtmgen.emulator.messages import Json
from gtmgen.emulator.state import BadStateError, State
from gtmgen.errors import ApiError
from gtmgen.files.atomic import replace_file
from gtmgen.files.locks import try_lock
from gtmgen.files.reading import open_regular

_PATH = re.compile(r"accounts/(\d+)/containers/(\d+)")
_PUBLIC_ID = re.compile(r"GTM-[A-Z0-9]+")
_RETRY_SECONDS = 0.05


class StateError(ApiError):
    """The state file cannot be used; the message names the file and the flaw."""


class Store:
    """A :class:`State` and, with a path, the file that holds it.

    The lock (``<file>.lock``, held from opening to closing) keeps a second process out; the
    operating system drops it when a process dies.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        wait: float = 5.0,
        for_file: Callable[[Json], Json] | None = None,
    ) -> None:
        """Open or create; ``wait`` is how many seconds to wait for another writer.

        ``for_file`` makes what the file is to hold of the state: secrets do not belong there.
        """
        self.path = path
        self._for_file = for_file
        self._lock = None if path is None else _open_locked(path, wait)
        try:
            self.state = State.empty() if path is None else _read(path)
        except BaseException:
            self.close()
            raise

    @classmethod
    def snapshot(cls, path: Path) -> Self:
        """What the file holds now, for reading: nothing is locked, and nothing is ever written.

        The file is replaced whole, so that a writer may be at work on it.
        """
        store = cls()
        store.state = _read(path)
        return store

    def save(self) -> None:
        """Write the file, whole or not at all: temporary file, fsync, rename, fsync."""
        if self.path is None:
            return
        state = self._for_file(self.state.data) if self._for_file else self.state.data
        text = json.dumps(state, ensure_ascii=False, separators=(",", ":"))
        try:
            # The lock leaves one writer, so a fixed name will do.
            temporary = self.path.with_name(f".{self.path.name}.tmp")
            replace_file(self.path, [text.encode(), b"\n"], temporary=temporary)
        except OSError as error:
            raise StateError(f"cannot write `{self.path}`: {error.strerror}") from None

    def reload(self) -> None:
        """Forget what was not saved."""
        if self.path is not None:
            self.state = _read(self.path)

    def has_container(self, gtm: str) -> bool:
        """Whether ``GTM-...`` or ``accounts/1/containers/2`` is there."""
        return self._find_container(gtm) is not None

    def contexts_of(self, gtm: str) -> Sequence[str]:
        """What such a container is for, ``web`` or ``server``; empty where it is not there."""
        container = self._find_container(gtm)
        return container["fields"]["usageContext"] if container is not None else ()

    def _find_container(self, gtm: str) -> Json | None:
        for id_, container in self.state.containers():
            path = f"accounts/{container['accountId']}/containers/{id_}"
            if gtm in (container["fields"]["publicId"], path):
                return container
        return None

    def ensure_container(
        self,
        gtm: str,
        *,
        usage_context: Sequence[str] = ("web",),
        built_ins: Sequence[str] = WEB_BUILT_INS,
    ) -> str:
        """The path of the container ``GTM-...`` (or ``accounts/1/containers/2``), made if new."""
        if by_path := _PATH.fullmatch(gtm):
            public_id: str | None
            account_id, container_id = by_path.groups()
            if container_id in self.state.data["containers"]:
                return gtm
            public_id = None
        elif _PUBLIC_ID.fullmatch(gtm):
            for container_id, container in self.state.containers():
                if container["fields"]["publicId"] == gtm:
                    return f"accounts/{container['accountId']}/containers/{container_id}"
            account_id, container_id, public_id = None, None, gtm
        else:
            raise ValueError(f"{gtm!r} is neither GTM-... nor accounts/1/containers/2")
        account_id = self._ensure_account(account_id)
        container_id = self.state.add_container(
            account_id,
            public_id,
            container_id=container_id,
            usage_context=usage_context,
            built_ins=built_ins,
        )
        self.save()
        return f"accounts/{account_id}/containers/{container_id}"

    def list_in_gallery(
        self,
        owner: str,
        repository: str,
        version: str,
        text: str,
        reference: Json | None = None,
    ) -> None:
        """Have the gallery offer a version of a template, as its latest one."""
        versions = self.state.data["gallery"].setdefault(f"{owner}/{repository}", [])
        entry = present_version(owner, repository, version, text, reference)
        versions[:] = [item for item in versions if item["reference"]["version"] != version]
        versions.append(entry)
        self.save()

    def close(self) -> None:
        """Let the next writer in; closing twice does no harm."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _ensure_account(self, account_id: str | None) -> str:
        accounts = self.state.data["accounts"]
        if account_id is None and accounts:
            return str(next(iter(accounts)))
        if account_id is None or account_id not in accounts:
            return self.state.add_account("Local account", account_id)
        return account_id


def _read(path: Path) -> State:
    try:
        with open_regular(path) as stream:
            data = json.loads(stream.read())
        if isinstance(data, dict) and not data.keys() & {"format", "containers"}:
            raise _make_error(path, data)
        return State.from_json(data)
    except FileNotFoundError:
        return State.empty()
    except OSError as error:
        raise StateError(f"cannot read `{path}`: {error.strerror or error}") from None
    except (BadStateError, ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else error
        raise StateError(
            f"the state file `{path}` is damaged: {reason}",
            hint="delete it to start with an empty local container, or restore a copy",
        ) from None


def _make_error(path: Path, data: Json) -> StateError:
    """A file of somebody else's, which "delete it" would be bad advice for."""
    if "containerVersion" in data or "exportFormatVersion" in data:
        return StateError(
            f"`{path}` is an export of GTM, not the state of a local one; it was left as it is",
            hint="name another file for the state; `gtmgen import` makes a spec of an export",
        )
    return StateError(
        f"`{path}` is not the state of a local GTM; it was left as it is",
        hint="name another file, which is made where there is none",
    )


def _open_locked(path: Path, wait: float) -> IO[bytes]:
    lock_path = path.with_name(path.name + ".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = lock_path.open("ab")
    except OSError as error:
        raise StateError(f"cannot write `{lock_path}`: {error.strerror}") from None
    deadline = time.monotonic() + wait
    while not try_lock(lock):
        if time.monotonic() >= deadline:
            lock.close()
            raise StateError(
                f"the state file `{path}` is in use by another process",
                hint="wait until it has finished, or give each process its own state file",
            )
        time.sleep(_RETRY_SECONDS)
    return lock
