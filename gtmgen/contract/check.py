"""Checks what a backend sends, and what a site pushes, against a contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from gtmgen.contract.event_schema import request_schema
from gtmgen.contract.flaws import Flaw, FlawWords, SchemaChecker, path_text
from gtmgen.contract.model import Contract, EventContract, Json, ServerEvent
from gtmgen.contract.schema import server_events
from gtmgen.errors import UsageError
from gtmgen.packs.docs import load_pack_docs
from gtmgen.packs.server import ServerApi, load_server_api
from gtmgen.spec.model import Platform, Spec
from gtmgen.text import did_you_mean, shorten

_Known = Mapping[str, list[tuple[str, ServerEvent]]]


class AccountChecker:
    """Checks requests to one account's server API."""

    def __init__(self, spec: Spec, contract: Contract, platform: Platform, api: ServerApi) -> None:
        self.platform = platform
        self.api = api
        self._spec = spec
        self._contract = contract
        self._known: _Known = server_events(contract, platform.name)
        places = api.places
        self._words = FlawWords(
            # An address may hold a name or an e-mail, too.
            personal=(places["user"], places["page"]),
            hashed=frozenset(api.hashes),
            time=places["time"],
            event_id=places["event_id"],
        )
        self._request = SchemaChecker(request_schema(api, platform), self._words)
        self._checkers: dict[str, list[SchemaChecker]] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The platform's names of events that the spec lets a backend send."""
        return tuple(self._known)

    def is_for(self, account_id: Json) -> bool:
        """Whether an account's ID, as events name it, is this account's."""
        return bool(self._id_schema.get("const") == account_id)

    def takes(self, body: Mapping[str, Any]) -> bool:
        """Whether a request is addressed to this account."""
        return self.is_for(body.get(self.api.places["account"]))

    @cached_property
    def _id_schema(self) -> Mapping[str, Any]:
        key = self.api.places["account"]
        schema: Mapping[str, Any] = request_schema(self.api, self.platform)["properties"][key]
        return schema

    def check_request(self, body: Json) -> list[Flaw]:
        """What is wrong with a request, its events included."""
        if not isinstance(body, dict):
            return [Flaw("", "form", "error", "the body is not a JSON object")]
        try:
            events = body.get("data")
            # The events are checked one by one: here only how many they are counts.
            shell = {**body, "data": [None] * len(events)} if isinstance(events, list) else body
            flaws = self._request.flaws(shell)
            for index, event in enumerate(events if isinstance(events, list) else ()):
                flaws.extend(self.check_event(event, f"data[{index}]"))
        except UnicodeEncodeError:
            return [Flaw("", "form", "error", "a text holds half a character (a lone surrogate)")]
        return flaws

    def check_event(self, event: Json, prefix: str = "") -> list[Flaw]:
        """What is wrong with one event of a request."""
        if not isinstance(event, dict):
            return [Flaw(prefix, "form", "error", "it is not a JSON object")]
        name_key = self.api.places["event"]
        name = event.get(name_key)
        if not isinstance(name, str) or name not in self._known:
            flaw = self._unknown(name, path_text([name_key], prefix))
            today = self.platform.pack.legacy.get(name) if isinstance(name, str) else None
            if today is None or today not in self._known:
                return [flaw]
            # What else is wrong shows at once, not when the name is mended.
            return [flaw, *self.check_event({**event, name_key: today}, prefix)]
        try:
            flaws_by_event = [one.flaws(event, prefix) for one in self._build_checkers(name)]
        except UnicodeEncodeError:
            text = "a text holds half a character (a lone surrogate)"
            return [Flaw(prefix, "form", "error", text)]
        # Several events of the spec may have one name there: the one that it is like most counts.
        flaws = min(flaws_by_event, key=len)
        return [*flaws, *self._list_doubts(name, event, prefix)]

    def _build_checkers(self, name: str) -> list[SchemaChecker]:
        if name not in self._checkers:
            schemas = [item.schema for _, item in self._known[name] if item.schema is not None]
            self._checkers[name] = [SchemaChecker(schema, self._words) for schema in schemas]
        return self._checkers[name]

    def _unknown(self, name: Json, path: str) -> Flaw:
        pack = self.platform.pack
        if not isinstance(name, str) or not name:
            return Flaw(path, "missing", "error", "the event has no name")
        if name in pack.legacy:
            new = pack.legacy[name]
            successor = f"; it is `{new}` today" if new else "; it has no successor"
            hint = "Browser and server are one event only under the same name." if new else ""
            return Flaw(path, "legacy-name", "error", f"`{name}` is an old name{successor}", hint)
        hint = did_you_mean(name, self.names) or ""
        return Flaw(
            path, "unknown-event", "error", f"the spec sends no event {shorten(name)}", hint
        )

    def _list_doubts(self, name: str, event: Mapping[str, Any], prefix: str) -> Iterator[Flaw]:
        places = self.api.places
        params = event.get(places["params"])
        params = params if isinstance(params, dict) else {}
        yield from self._check_other_order(name, event, params, prefix)
        currency, currencies = params.get("currency"), self.platform.pack.currencies
        is_code = isinstance(currency, str) and len(currency) == 3 and currency.isupper()
        if is_code and currencies and currency not in currencies:
            path = path_text([places["params"], "currency"], prefix)
            text = f"{shorten(str(currency))} is not in the platform's list of currencies"
            yield Flaw(path, "currency", "warning", text)
        for _, item in self._known[name][:1]:
            for recommended in item.recommended:
                if recommended not in params:
                    path = path_text([places["params"], recommended], prefix)
                    yield Flaw(path, "recommended", "warning", "the platform recommends it")

    def _check_other_order(
        self, name: str, event: Mapping[str, Any], params: Mapping[str, Any], prefix: str
    ) -> Iterator[Flaw]:
        """An ID that is made from a parameter which is sent, too, and has another value."""
        if len(self._known[name]) != 1:
            return
        event_contract = self._contract.events[self._known[name][0][0]]
        rule, id_key = event_contract.event_id, self.api.places["event_id"]
        sent_id = event.get(id_key)
        for param in event_contract.params[self.platform.name]:
            sent = params.get(param.name)
            if rule.source is None or param.data != rule.source or sent is None:
                continue
            if not isinstance(sent_id, str) or not sent_id.startswith(rule.prefix):
                continue  # the pattern says so
            if sent_id != f"{rule.prefix}{sent}":
                text = f"it is {shorten(sent_id)}, and `{param.name}` is {shorten(str(sent))}"
                yield Flaw(path_text([id_key], prefix), "event-id", "error", text)


class RequestChecker:
    """Checks requests to all accounts of a spec that take events from servers.

    Raises :class:`UsageError` for a spec whose backend sends nothing that gtmgen knows.
    """

    def __init__(self, spec: Spec, contract: Contract) -> None:
        self.accounts: dict[str, AccountChecker] = {}
        for name, platform in spec.platforms.items():
            api = load_server_api(platform.pack)
            checker = AccountChecker(spec, contract, platform, api) if api else None
            if checker is not None and checker.names:
                self.accounts[name] = checker
        if not self.accounts:
            raise UsageError("the spec sends no event that a backend could send, too")
        self.first = next(iter(self.accounts.values()))
        server = load_pack_docs(self.first.platform.pack).server
        assert server is not None  # without it, no event has a server's half
        self.url = str(server["url"])

    @property
    def api(self) -> ServerApi:
        """What the platform takes."""
        return self.first.api

    def account_of(self, body: Mapping[str, Any]) -> AccountChecker:
        """The account that a request is for; the first, where it is for none of them."""
        return next((one for one in self.accounts.values() if one.takes(body)), self.first)

    def check(self, body: Json) -> list[Flaw]:
        """What is wrong with a request's body."""
        account = self.account_of(body) if isinstance(body, dict) else self.first
        return account.check_request(body)


class MessageChecker:
    """Checks messages that the site pushes to the data layer."""

    def __init__(self, contract: Contract) -> None:
        self._contract = contract
        self._by_name: dict[str, list[EventContract]] = {}
        for event in contract.events.values():
            for name in event.names.exact:
                self._by_name.setdefault(name, []).append(event)
        self._checkers: dict[str, SchemaChecker] = {}

    def events_of(self, message: Mapping[str, Any]) -> list[EventContract]:
        """The events of the spec that a message's name stands for; patterns are left out."""
        name = message.get("event")
        return self._by_name.get(name, []) if isinstance(name, str) else []

    def check(self, message: Mapping[str, Any]) -> list[Flaw]:
        """What is wrong with a message; nothing with one that is no event of the spec."""
        flaws = [self._build_checker(event).flaws(message) for event in self.events_of(message)]
        return min(flaws, key=len, default=[])

    def _build_checker(self, event: EventContract) -> SchemaChecker:
        key = event.event.key
        if key not in self._checkers:
            assert event.message is not None
            self._checkers[key] = SchemaChecker(
                event.message.schema, FlawWords(personal=event.message.personal)
            )
        return self._checkers[key]
