"""What the backend sent during a visit: from its log, or from the local Events API."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import urljoin, urlsplit

from gtmgen.contract.build import build_contract
from gtmgen.contract.check import RequestChecker
from gtmgen.errors import GtmgenError, UsageError
from gtmgen.files.reading import open_regular
from gtmgen.recordings.reading import Piece, read_pieces
from gtmgen.recordings.records import Recognizer, is_log_entry
from gtmgen.spec.model import Spec
from gtmgen.verify.model import BackendEvent

_REPORT: Final = "gtmgen/report"
_LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_SECONDS: Final = 10.0
_MOST: Final = 50_000_000
_LOOK: Final = 4096  # bytes by which a file is seen to be no text
#: To this machine, whatever proxy the environment names.
_OPENER: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ServerSide(Protocol):
    """Gives the events that the backend has sent so far; called before and after a visit."""

    def __call__(self) -> list[BackendEvent]: ...

    @property
    def remark(self) -> str:
        """What could not be read when it was last asked; "" where all could."""
        ...


def open_server_side(source: str, spec: Spec) -> ServerSide:
    """Events of a log file (what `check-payload` reads), or of the local Events API at a URL.

    The log may be made by the visit's first event. Raises :class:`UsageError` for a URL that is
    not this machine's, and for a log in a folder that does not exist.
    """
    if "://" not in source:
        folder = Path(source).parent
        if not folder.is_dir():
            raise UsageError(
                f"there is no folder `{folder}`",
                hint="`--server-log` takes a file that the backend writes, or a URL",
            )
        return _Log(Path(source), spec)
    if urlsplit(source).hostname not in _LOOPBACK:
        raise UsageError(
            f"`{source}` is not on this machine",
            hint="`--server-log` takes the local Events API (`gtmgen emulator --events-api`)",
        )
    return _LocalApi(source)


def list_events_since(
    before: Iterable[BackendEvent], after: list[BackendEvent]
) -> list[BackendEvent]:
    """What came in between: logs only grow."""
    return after[len(list(before)) :]


def find_missing_log(source: str) -> Path | None:
    """The log file that a visit has not made, where that is what is named."""
    return Path(source) if "://" not in source and not Path(source).exists() else None


class _Log:
    """A log file, read anew whenever its events are asked for."""

    def __init__(self, path: Path, spec: Spec) -> None:
        self._path = path
        self._unreadable: list[Piece] = []
        checker = RequestChecker(spec, build_contract(spec))
        self._places = checker.api.places
        self._recognizer = Recognizer(checker.api, checker.url)

    @property
    def remark(self) -> str:
        if not self._unreadable:
            return ""
        first, more = self._unreadable[0], len(self._unreadable) - 1
        others_too = f", and so are {more} more" if more else ""
        return f"{self._path}: {first.place} is passed over{others_too}: {first.error}"

    def __call__(self) -> list[BackendEvent]:
        self._unreadable = []
        if not self._path.exists():  # nothing was sent yet
            return []
        events: list[BackendEvent] = []
        readable, is_log = 0, False
        for piece in read_pieces(self._path):
            if piece.error:
                self._unreadable.append(piece)
                continue
            readable += 1
            is_log = is_log or (isinstance(piece.value, dict) and is_log_entry(piece.value))
            for record in self._recognizer.records(str(self._path), piece):
                if record.kind == "server" and isinstance(record.body, dict):
                    is_log = True
                    events += self._read_events(record.body)
        # A line that is being written may be all there is; what is not text is no log.
        if not is_log and (readable or _is_binary(self._path)):
            raise GtmgenError(
                f"`{self._path}` is not a log of a backend",
                hint="`--server-log` takes requests to the Events API as JSON Lines, a HAR, or the "
                "log of a server container",
            )
        return events

    def _read_events(self, body: Mapping[str, Any]) -> Iterator[BackendEvent]:
        places = self._places
        account = str(body.get(places["account"], ""))
        sent = body.get("data")
        for event in sent if isinstance(sent, list) else ():
            if isinstance(event, dict):
                params = event.get(places["params"])
                yield BackendEvent(
                    account,
                    str(event.get(places["event"], "")),
                    str(event.get(places["event_id"], "")),
                    params if isinstance(params, dict) else {},
                )


def _is_binary(path: Path) -> bool:
    with open_regular(path) as file:
        return b"\0" in file.read(_LOOK)


class _LocalApi:
    """The local Events API at a URL, whose report names what it got."""

    def __init__(self, url: str) -> None:
        self._url = url

    @property
    def remark(self) -> str:
        return ""

    def __call__(self) -> list[BackendEvent]:
        url = urljoin(self._url if self._url.endswith("/") else f"{self._url}/", _REPORT)
        try:
            with _OPENER.open(url, timeout=_SECONDS) as answer:
                report: Any = json.loads(answer.read(_MOST))
            return [
                BackendEvent(one["account"], one["event"], one["event_id"], one.get("params") or {})
                for one in report["events"]
                if one["side"] == "server"
            ]
        except (urllib.error.URLError, OSError, ValueError, KeyError, TypeError) as error:
            reason = getattr(error, "reason", None) or error
            raise GtmgenError(
                f"the local Events API at {self._url} does not answer: {reason}",
                hint="start it with `gtmgen emulator --events-api --spec SPEC`",
            ) from None
