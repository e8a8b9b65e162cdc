"""One call through the Google client, and every way in which it can fail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from gtmgen.api.answers import OddAnswerError, check_answer
from gtmgen.api.failures import CallError, Trouble
from gtmgen.api.port import Json
from gtmgen.errors import ApiError

MAX_PAGES = 200
"""Pages of one list; a container's entities take a few."""
LIST_SECONDS = 300.0
"""Of all answers to one list together; the answer that is under way then has a deadline of its
own."""
_MAX_MESSAGE = 2000
_NO_JSON = "the answer is not JSON"
_NOT_OURS = "the answer is not one of the Tag Manager API"
_UNREADABLE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    RecursionError,
)
"""What Google's client raises for JSON that it did not expect: a number of 5000 digits is one."""


class Caller:
    """Makes the calls of one connection; ``account`` is whom they are made for, if known.

    ``answering`` gives the seconds that all answers have taken so far, without waits for the quota.
    """

    def __init__(
        self, account: str | None = None, answering: Callable[[], float] = lambda: 0.0
    ) -> None:
        self._account = account
        self._answering = answering

    def run(self, method: str, request: Any, entity: str | None = None) -> Json:
        """Make one call; ``num_retries`` stays 0, for the client would repeat creates."""
        from http.client import HTTPException

        from google.auth.exceptions import GoogleAuthError, RefreshError
        from googleapiclient.errors import Error, HttpError
        from httplib2 import HttpLib2Error  # type: ignore[import-untyped, unused-ignore]

        try:
            reply = request.execute(num_retries=0)
        except HttpError as error:
            raise self._build_refusal(method, entity, error) from None
        except RefreshError as error:
            raise self._build_token_error(method, entity, error) from None
        except (GoogleAuthError, Error, HttpLib2Error, HTTPException, OSError) as error:
            raise CallError(
                method,
                str(error) or type(error).__name__,
                entity=entity,
                trouble=trouble_of(error),
                account=self._account,
            ) from None
        except UnicodeDecodeError:
            raise CallError(method, _NO_JSON, entity=entity, trouble="answer") from None
        except _UNREADABLE:
            # Google's client reads an error body before it knows what it is (version 2.202.0:
            # `_should_retry_response` with a list); a proxy in between can send anything.
            raise CallError(method, _NOT_OURS, entity=entity, trouble="answer") from None
        # A delete has no response schema, so the client passes its body on as it came: "" of a 204,
        # b"" of an empty 200 (version 2.202.0).
        if method.endswith(".delete") and reply in ("", b"", b"{}"):
            return {}
        if not isinstance(reply, dict):
            raise CallError(method, _describe(reply), entity=entity, trouble="answer")
        try:
            check_answer(request.methodId, request.uri, reply)
        except OddAnswerError as error:
            raise CallError(
                method, f"{_NOT_OURS}: {error}", entity=entity, trouble="answer"
            ) from None
        return reply

    def pages(self, method: str, resource: Any, request: Any) -> Iterator[Json]:
        """The items of all pages of a list, which have one deadline together."""
        tokens, started = set(), self._answering()
        while request is not None:
            reply = self.run(method, request)
            token = reply.pop("nextPageToken", None)
            for items in reply.values():
                # A field that the discovery document does not have may be anything.
                if isinstance(items, list):
                    yield from (item for item in items if isinstance(item, dict))
            if token in tokens:
                raise ApiError(f"{method} answered the same page token twice")
            tokens.add(token)
            if token and len(tokens) == MAX_PAGES:
                raise ApiError(f"{method} did not end after {MAX_PAGES} pages")
            if token and self._answering() - started >= LIST_SECONDS:
                raise ApiError(
                    f"{method} did not end after {LIST_SECONDS:g} seconds and {len(tokens)} "
                    f"{'page' if len(tokens) == 1 else 'pages'}",
                    hint="the service, or what lies between, answers very slowly: try again later",
                )
            request = resource.list_next(request, {"nextPageToken": token}) if token else None

    def _build_refusal(self, method: str, entity: str | None, error: Any) -> CallError:
        return CallError(
            method,
            str(error.reason or "").strip()[:_MAX_MESSAGE] or "no message",
            status=error.status_code,
            entity=entity,
            reasons=_list_reasons(error.content),
            retry_after=error.resp.get("retry-after"),
            account=self._account,
        )

    def _build_token_error(self, method: str, entity: str | None, error: Any) -> CallError:
        from gtmgen.api.login.failures import explain_refresh

        text, hint = explain_refresh(error, self._account)
        if error.retryable:
            return CallError(method, text, entity=entity, trouble="token", hint=hint)
        return CallError(method, text, status=401, entity=entity, hint=hint)


def _describe(reply: object) -> str:
    """What came in place of a JSON object; Google's client passes on as text what is no JSON."""
    if isinstance(reply, (str, bytes)):
        return _NO_JSON
    words = {list: "a list", bool: "true or false", type(None): "null"}
    return f"{_NOT_OURS}: it is {words.get(type(reply), 'a number')}, not an object"


def trouble_of(error: BaseException) -> Trouble:
    """Why no answer came. What is not sure to have happened before sending is ``other``."""
    import ssl

    import httplib2  # type: ignore[import-untyped, unused-ignore]
    from google.auth.exceptions import GoogleAuthError

    from gtmgen.api.retry.transport import UnreachableError

    if isinstance(error, GoogleAuthError):
        cause = error.args[0] if error.args else None
        if isinstance(cause, (httplib2.HttpLib2Error, UnreachableError)):
            return trouble_of(cause)
        return "login"
    if isinstance(error, getattr(httplib2.socks, "ProxyError", ())):
        return _trouble_of_proxy(error)
    if isinstance(error, httplib2.ServerNotFoundError):
        return "dns"
    if isinstance(error, httplib2.error.ProxiesUnavailableError):
        return "proxy"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, UnreachableError):
        return "unreachable"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "certificate"
    return "timeout" if isinstance(error, TimeoutError) else "other"


def _trouble_of_proxy(error: Any) -> Trouble:
    """One that cannot be reached, or has a problem, may be there in a moment; one that refuses
    will do so again. Either way, the call has not been sent."""
    import httplib2

    socks = httplib2.socks
    answer = error.socket_err or error
    refusals = (socks.HTTPError, socks.SOCKS4Error, socks.SOCKS5Error, socks.SOCKS5AuthError)
    is_refusal = isinstance(answer, refusals) and not str(answer).startswith("5")
    return "proxied" if is_refusal else "unreachable"


def _list_reasons(content: bytes) -> set[str]:
    """``errors[].reason``, ``status`` and ``details[].reason`` of an error body."""
    try:
        error = json.loads(content)["error"]
        parts = [*error.get("errors", ()), *error.get("details", ())]
        words = [error.get("status"), *(part.get("reason") for part in parts)]
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return set()
    return {word for word in words if isinstance(word, str)}
