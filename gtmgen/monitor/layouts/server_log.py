"""Logs of server containers, in the columns that their templates write to BigQuery.

Console lines have the same under other names (``TraceId``, ``RequestBody``); reading files gives
them these. A request's row tells the event, the response's what became of it; ``trace_id`` and
``tag_name`` put them together. A row stands for one event: the first of its ``data``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import ibis
from ibis.expr.types import BooleanValue, StringValue, Table, Value

from gtmgen.errors import GtmgenError
from gtmgen.monitor.layouts.json_access import Step, convert_json, extract_text, extract_texts
from gtmgen.monitor.record import SERVER, keep_finite, normalize
from gtmgen.packs.model import Pack
from gtmgen.packs.server import LoggedCalls, ServerApi, load_server_api

COLUMNS = {
    "timestamp": "int64",  # milliseconds since 1970
    "type": "string",  # Request or Response
    "trace_id": "string",
    "tag_name": "string",
    "event_name": "string",
    "request_url": "string",
    "request_body": "json",
    "response_status_code": "int64",
    "response_body": "json",
}

_EVENT: tuple[Step, ...] = ("data", 0)
_GREATEST_TIME = 1e15  # seconds since 1970
_WRONG_VALUE = r'"value"\s*:\s*("|\[|\{|true|false)'


def read_server_log(log: Table, engine: str, packs: Iterable[Pack]) -> Table:
    """The normal records of a log: one for each request to a platform that a pack can read."""
    tables = []
    for pack in packs:
        api = load_server_api(pack)
        if api is not None and api.log is not None:
            tables.append(_read_calls(log, engine, pack, api, api.log))
    if not tables:
        raise GtmgenError(
            "no platform of the spec has calls that are read from a server's log",
            hint="packs say it in `log:` of their server.yaml; TikTok's does",
        )
    return ibis.union(*tables) if len(tables) > 1 else tables[0]


def _read_calls(log: Table, engine: str, pack: Pack, api: ServerApi, logged: LoggedCalls) -> Table:
    calls = log.filter(log.type.lower() == "request", log.request_url.contains(logged.host))
    answers = _build_answers(log, engine)
    calls = calls.left_join(
        answers, (calls.trace_id == answers.trace) & (calls.tag_name == answers.tag)
    )
    # What is read of a body is known once it has been asked for; then all is read in one pass.
    request = _Reader(engine, calls.request_body, api, logged)
    _list_values(calls, engine, pack, request)
    calls, texts = extract_texts(engine, calls, "request_body", request.paths)
    reader = _Reader(engine, calls.request_body, api, logged, texts)
    values = _list_values(calls, engine, pack, reader)
    return normalize(calls, values)


def _list_values(calls: Table, engine: str, pack: Pack, reader: _Reader) -> dict[str, Value]:
    api = reader.api
    return {
        "at": ibis.coalesce(calls.timestamp // 1000, reader.seconds(_EVENT, api.places["time"])),
        "side": ibis.literal(SERVER),
        "platform": ibis.literal(pack.name),
        "account": reader.text((), api.places["account"]),
        "event": ibis.coalesce(reader.text(_EVENT, api.places["event"]), calls.event_name),
        "event_id": reader.text(_EVENT, api.places["event_id"]),
        "status": calls.answer_status,
        "code": calls.answer_code,
        "wrong_type": convert_json(engine, calls.request_body).re_search(_WRONG_VALUE),
        **reader.match_keys(),
        **reader.params(pack),
    }


def _build_answers(log: Table, engine: str) -> Table:
    """One row for each trace and tag: the worst answer."""
    responses = log.filter(log.type.lower() == "response", log.trace_id.notnull())
    code = extract_text(engine, responses.response_body, ("code",)).try_cast("int64")
    return responses.group_by(trace=responses.trace_id, tag=responses.tag_name).agg(
        answer_status=responses.response_status_code.max(), answer_code=code.max()
    )


class _Reader:
    """Reads what a body holds, by the places that the pack names; ``texts`` are known already."""

    def __init__(
        self,
        engine: str,
        body: Value,
        api: ServerApi,
        logged: LoggedCalls,
        texts: Mapping[Sequence[Step], StringValue] | None = None,
    ) -> None:
        self.api = api
        self._engine = engine
        self._body = body
        self._logged = logged
        self._texts = dict(texts or {})

    @property
    def paths(self) -> list[Sequence[Step]]:
        """All that was asked for."""
        return list(self._texts)

    def text(self, start: Sequence[Step], dotted: str) -> StringValue:
        path = (*start, *_list_steps(dotted))
        if path not in self._texts:
            self._texts[path] = extract_text(self._engine, self._body, path)
        return self._texts[path]

    def number(self, start: Sequence[Step], path: str) -> Value:
        return keep_finite(self.text(start, path).try_cast("float64"))

    def seconds(self, start: Sequence[Step], path: str) -> Value:
        """A time that a whole number can hold; what is beyond it is none."""
        number = self.text(start, path).try_cast("float64")
        return (number.abs() < _GREATEST_TIME).ifelse(number, ibis.null("float64"))

    def match_keys(self) -> dict[str, Value]:
        """Whether each key came along: a text, or a list with one."""
        user = self.api.places["user"]
        keys: dict[str, Value] = {}
        for key, fields in self._logged.match_keys.items():
            present = [self._has(f"{user}.{field}") for field in fields]
            keys[key] = present[0] if len(present) == 1 else present[0] & present[1]
        return keys

    def params(self, pack: Pack) -> dict[str, Value]:
        """The canonical parameters that a normal record tells of."""
        start = self.api.places["params"]
        names = {canonical: f"{start}.{param.to}" for canonical, param in pack.params.items()}
        item = self.text(_EVENT, f"{start}.{self._logged.item_id}")
        return {
            "value": self.number(_EVENT, names["value"]),
            "currency": self.text(_EVENT, names["currency"]),
            "items": item.notnull(),
            "item_id": item,
            "transaction_id": self._has(names["transaction_id"]),
            "search_term": self._has(names["search_term"]),
        }

    def _has(self, path: str) -> BooleanValue:
        one = self.text(_EVENT, path).notnull()
        return one | self.text(_EVENT, f"{path}.0").notnull()


def _list_steps(path: str) -> tuple[Step, ...]:
    return tuple(int(step) if step.isdigit() else step for step in path.split("."))
