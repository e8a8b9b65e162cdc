"""The products that recorded events name, whatever the recording is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gtmgen.catalogue.accounts import CatalogueAccount
from gtmgen.catalogue.prices import read_number
from gtmgen.catalogue.sent_model import A_LIST, AN_OBJECT, SentEvent, SentItem, Side
from gtmgen.contract.build import build_contract
from gtmgen.contract.check import MessageChecker
from gtmgen.packs.docs import load_pack_docs
from gtmgen.packs.server import load_server_api
from gtmgen.recordings.model import Json, Record
from gtmgen.recordings.reading import Piece
from gtmgen.recordings.records import Recognizer, at, is_log_entry
from gtmgen.spec.effective import event_name
from gtmgen.spec.model import DataKey, Platform, Spec

_MESSAGE = frozenset(("event", "ecommerce"))
_RESULTS = ("scenarios", "visits", "steps", "events")
_KINDS = {list: A_LIST, dict: AN_OBJECT, str: "text", bool: "true or false", type(None): "null"}


class SentEvents:
    """Finds events with products in the pieces of recordings, for every account of a spec."""

    def __init__(self, spec: Spec, accounts: Iterable[CatalogueAccount]) -> None:
        self._accounts = list(accounts)
        self._spec = spec
        self._messages = MessageChecker(build_contract(spec))
        self._recognizers = [(one, _recognizer(one.platform)) for one in self._accounts]

    def read(self, file: str, piece: Piece) -> Iterator[SentEvent]:
        """The events of one piece; none of what is no event, or of another platform."""
        if isinstance(piece.value, dict) and _is_result(piece.value):
            yield from self._from_result(file, piece.place, piece.value)
            return
        first = True
        for account, recognizer in self._recognizers:
            for record in recognizer.records(file, piece):
                if record.kind == "message":
                    if first:  # one message is for all accounts
                        yield from self._from_message(record)
                else:
                    yield from self._from_request(account, record)
            first = False

    def is_recorded(self, piece: Piece) -> bool:
        """Whether a piece is of a recording, whatever it says of products."""
        value = piece.value
        if isinstance(value, dict) and (_is_result(value) or is_log_entry(value)):
            return True
        return any(
            record.kind != "message" or not _MESSAGE.isdisjoint(record.body)
            for _, recognizer in self._recognizers
            for record in recognizer.records("", piece)
        )

    # -- what gtmgen itself has written ------------------------------------------------------

    def _from_result(
        self, file: str, position: str, value: Mapping[str, Any]
    ) -> Iterator[SentEvent]:
        """The calls and messages anywhere in a result of `gtmgen test` or `verify`."""
        for path, one in _walk(value, position):
            if isinstance(one.get("message"), dict):
                yield from self._from_message(Record("message", file, path, one["message"]))
            elif isinstance(one.get("params"), dict) and isinstance(one.get("event"), str):
                yield from self._from_call(file, path, one)

    def _from_call(self, file: str, position: str, call: Mapping[str, Any]) -> Iterator[SentEvent]:
        """A call of a pixel, which names its platform, or an event that a backend has sent."""
        if call.get("method", "track") != "track":
            return
        side: Side = "browser" if "platform" in call else "server"
        for account in self._accounts:
            names = (account.platform.pack.name, account.name)
            is_platform = side == "server" or call["platform"] in names
            is_account = call.get("account") == account.name or _is_of(account, call.get("account"))
            if is_platform and is_account:
                yield _event(account, call["event"], side, file, position, call["params"])

    # -- requests ----------------------------------------------------------------------------

    def _from_request(self, account: CatalogueAccount, record: Record) -> Iterator[SentEvent]:
        api = load_server_api(account.platform.pack)
        assert api is not None  # without one, no request is recognised
        if record.kind == "browser":
            assert api.browser is not None
            if _is_of(account, at(record.body, api.browser["account"])):
                name = at(record.body, api.browser["event"])
                params = at(record.body, api.places["params"])
                yield from _named(account, name, "browser", record, params)
            return
        body = record.body if isinstance(record.body, dict) else {}
        events = body.get("data")
        if not isinstance(events, list):
            events = [body]
        elif not _is_of(account, body.get(api.places["account"])):
            return
        for number, event in enumerate(events):
            if isinstance(event, dict):
                position = f"{record.place} data[{number}]" if len(events) > 1 else record.place
                name, params = event.get(api.places["event"]), event.get(api.places["params"])
                numbered = record._replace(place=position)
                yield from _named(account, name, "server", numbered, params)

    # -- messages of the data layer ----------------------------------------------------------

    def _from_message(self, record: Record) -> Iterator[SentEvent]:
        for contract in self._messages.events_of(record.body):
            for account in self._accounts:
                send = next((s for s in contract.event.send if s.platform == account.name), None)
                params = {one.canonical: one.data for one in contract.params.get(account.name, ())}
                items = self._spec.data.get(params.get("items") or "")
                if send is None or items is None or items.source != "path":
                    continue
                name = event_name(contract.event, send, account.platform)
                raw_items = at(record.body, str(items.argument))
                yield SentEvent(
                    account.name,
                    name or contract.event.key,
                    "site",
                    record.file,
                    record.place,
                    tuple(_site_item(account, items, item) for item in _as_list(raw_items)),
                    self._value(params.get("value"), record.body),
                    self._value(params.get("currency"), record.body),
                    account.content_type,
                    _shipping_and_tax(record.body, str(items.argument)),
                    record.time,
                    items.fields,
                    _find_odd_items(raw_items),
                )

    def _value(self, key: str | None, message: Json) -> Json:
        """What a message gives for a data key, or the key's default."""
        data = self._spec.data.get(key or "")
        if data is None or data.source != "path":
            return None
        value = at(message, str(data.argument))
        return data.default if value is None or value == "" else value


def count_records(piece: Piece) -> int:
    """How many records a piece stands for: a result of gtmgen's own holds all that it recorded."""
    if piece.error:
        return 0
    if isinstance(piece.value, dict) and _is_result(piece.value):
        return sum(1 for _ in _walk(piece.value, ""))
    return 1


def _recognizer(platform: Platform) -> Recognizer:
    api = load_server_api(platform.pack)
    server = load_pack_docs(platform.pack).server
    assert api is not None
    assert server is not None
    return Recognizer(api, str(server["url"]))


def _is_result(value: Mapping[str, Any]) -> bool:
    return "format_version" in value and any(isinstance(value.get(key), list) for key in _RESULTS)


def _walk(value: Json, position: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every object of a document from the outside in; what is inside a call or a message is its
    own."""
    stack = [(position, value)]
    while stack:
        path, one = stack.pop()
        if isinstance(one, list):
            stack += [(f"{path}[{n}]", item) for n, item in reversed(list(enumerate(one)))]
        elif isinstance(one, dict):
            if isinstance(one.get("message"), dict) or isinstance(one.get("params"), dict):
                yield path, one
            else:
                stack += [(f"{path}.{key}", item) for key, item in reversed(one.items())]


def _is_of(account: CatalogueAccount, id_: Json) -> bool:
    """Whether an account's ID is this account's; one that is not named may be."""
    ids = [value for value in account.platform.settings.values() if isinstance(value, str)]
    return id_ in (None, "") or id_ in ids


def _named(
    account: CatalogueAccount, name: Json, side: Side, record: Record, params: Json
) -> Iterator[SentEvent]:
    if isinstance(name, str) and name:
        params = params if isinstance(params, dict) else {}
        yield _event(account, name, side, record.file, record.place, params, record.time)


def _event(
    account: CatalogueAccount,
    name: str,
    side: Side,
    file: str,
    place: str,
    params: Mapping[str, Any],
    time: float | None = None,
) -> SentEvent:
    words = account.rules.event
    items = [_sent_item(words, one) for one in _as_list(params.get(words["items"]))]
    if not items:
        ids = params.get(words["ids"], params.get(words["id"]))
        items = [SentItem(one) for one in _as_list(ids)]
    return SentEvent(
        account.name,
        name,
        side,
        file,
        place,
        tuple(items),
        params.get(words["value"]),
        params.get(words["currency"]),
        params.get(words["type"]),
        time=time,
        odd_items=_find_odd_items(params.get(words["items"])),
    )


def _sent_item(words: Mapping[str, str], item: Json) -> SentItem:
    if not isinstance(item, dict):
        return SentItem(None)
    get = item.get
    return SentItem(
        get(words["id"]), get(words["price"]), get(words["quantity"]), get(words["type"])
    )


def _site_item(account: CatalogueAccount, items: DataKey, item: Json) -> SentItem:
    if not isinstance(item, dict):
        return SentItem(None)

    def get(name: str) -> Json:
        return item.get(items.fields.get(name, name))

    return SentItem(get(account.content_id), get("price"), get("quantity"), fields=item)


def _shipping_and_tax(message: Json, items_path: str) -> float:
    """GA4's names for them, beside the items."""
    beside = items_path.rpartition(".")[0]
    paths = (f"{beside}.{name}" if beside else name for name in ("shipping", "tax"))
    return sum(read_number(at(message, path)) or 0.0 for path in paths)


def _find_odd_items(value: Json) -> tuple[str, str] | None:
    """What is there instead of a list, or of an object in it; None for a list of objects."""
    if not isinstance(value, list):
        return None if value in (None, "") else (_kind_of(value), A_LIST)
    odd = next((one for one in value if not isinstance(one, dict)), value)
    return None if odd is value else (_kind_of(odd), AN_OBJECT)


def _kind_of(value: Json) -> str:
    return _KINDS.get(type(value), "a number")


def _as_list(value: Json) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value in (None, "") else [value]
