"""What always holds of the requests that a server container sends, whatever a scenario expects."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from gtmgen.contract.build import build_contract
from gtmgen.contract.check import RequestChecker
from gtmgen.contract.flaws import Flaw
from gtmgen.errors import UsageError
from gtmgen.runtime.engine import Json
from gtmgen.scenarios.model import Account, ServerRun
from gtmgen.spec.model import Spec

PayloadCheck = Callable[[Any], Sequence[Flaw]]
"""The flaws of a request's body."""

#: What a page may leave out is no fault of the server's: a scenario says what it wants.
_OF_THE_DATA: Final = frozenset({"missing"})
_SECRET_NAME: Final = re.compile(r"token|authorization|api-?key|secret", re.IGNORECASE)
_SECRET_PARAMETERS: Final = frozenset({"access_token", "access-token", "token", "api_key"})
_SHORTEST: Final = 4


def names_secret(name: str) -> bool:
    """Whether a header's, or a field's, name says that its value is a secret."""
    return _SECRET_NAME.search(name) is not None


class BrokenRule(NamedTuple):
    """A broken rule: one sentence, and lines that explain it."""

    message: str
    details: tuple[str, ...] = ()


def payload_check(spec: Spec) -> PayloadCheck | None:
    """What a spec's contract says of requests; None where it sends no event by a server."""
    try:
        return RequestChecker(spec, build_contract(spec)).check
    except UsageError:
        return None


def broken_rules(
    server: ServerRun, accounts: Sequence[Account], check: PayloadCheck | None
) -> Iterator[BrokenRule]:
    """The rules that a run breaks: form of the payloads, and where the access token goes."""
    requests = server.run.observed.get("http", ())
    for request in requests:
        account = _find_account(request["url"], accounts)
        if account is not None and check is not None:
            yield from _check_payload(request, account, check)
    yield from _secrets(requests, server.run.logs)


def _find_account(url: str, accounts: Sequence[Account]) -> Account | None:
    return next((one for one in accounts if one.endpoint and one.endpoint.is_at(url)), None)


def _check_payload(request: Json, account: Account, check: PayloadCheck) -> Iterator[BrokenRule]:
    try:
        body = json.loads(request["body"] or "")
    except ValueError:
        yield BrokenRule(f"{account.name} received a body that is not JSON")
        return
    flaws = [one for one in check(body) if one.level == "error" and one.rule not in _OF_THE_DATA]
    if flaws:
        yield BrokenRule(
            f"{account.name} received what its API refuses or misreads",
            tuple(f"{one.path}: {one.message}" if one.path else one.message for one in flaws),
        )


def _secrets(requests: Sequence[Json], logs: Sequence[Json]) -> Iterator[BrokenRule]:
    secrets = {value for request in requests for value in _list_secret_values(request["headers"])}
    for request in requests:
        query = parse_qsl(urlsplit(request["url"]).query)
        if any(name.lower() in _SECRET_PARAMETERS or value in secrets for name, value in query):
            yield BrokenRule(
                f"the tag `{request['tag']}` sends the access token in the address, where logs and "
                "proxies keep it"
            )
    for log in logs:
        text = json.dumps(log["args"], ensure_ascii=False)
        if any(json.dumps(secret, ensure_ascii=False)[1:-1] in text for secret in secrets):
            yield BrokenRule("the access token stands in the log")


def _list_secret_values(headers: Mapping[str, str]) -> Iterator[str]:
    for name, value in headers.items():
        if names_secret(name):
            secret = value.removeprefix("Bearer ")
            if len(secret) >= _SHORTEST:
                yield secret
