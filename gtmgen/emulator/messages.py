"""What goes into the emulator and what comes out: requests, responses, refusals."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

Json = dict[str, Any]

# HTTP status -> (google.rpc code name, errors[].reason). The shape and the pair for 400 are
# documented (Tag Manager API, "Errors"); the other pairs follow Google's common error model.
_STATUS = {
    400: ("INVALID_ARGUMENT", "badRequest"),
    401: ("UNAUTHENTICATED", "authError"),
    403: ("PERMISSION_DENIED", "forbidden"),
    404: ("NOT_FOUND", "notFound"),
    409: ("ABORTED", "conflict"),
    412: ("FAILED_PRECONDITION", "conditionNotMet"),
    429: ("RESOURCE_EXHAUSTED", "rateLimitExceeded"),
    500: ("INTERNAL", "backendError"),
    501: ("UNIMPLEMENTED", "notImplemented"),
    503: ("UNAVAILABLE", "backendError"),
}

NOT_FOUND = "Not found or permission denied."
GENERIC = "Returned an error response for your request."


@dataclass(frozen=True)
class Request:
    """One HTTP request: ``path`` starts with ``/``, ``query`` keeps repeated values."""

    method: str
    path: str
    query: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes = b""


@dataclass(frozen=True)
class Response:
    """One HTTP response; ``wrote`` says that the state changed and has to be kept."""

    status: int
    body: bytes = b""
    wrote: bool = False

    def json(self) -> Json:
        """The body as an object; ``{}`` where there is none."""
        return dict(json.loads(self.body)) if self.body else {}


class Refusal(Exception):  # noqa: N818  (an answer of the service, no failure of ours)
    """Raised by the rules, answered as an error body in Google's shape."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def error_response(message: str, status: int) -> Response:
    """An error body in the documented shape; also handy for tests that inject failures."""
    code, reason = _STATUS.get(status, ("UNKNOWN", "unknown"))
    detail = {"message": message, "domain": "global", "reason": reason}
    error = {"code": status, "message": message, "errors": [detail], "status": code}
    return Response(status, json.dumps({"error": error}).encode())
