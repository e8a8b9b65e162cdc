"""SQL of DuckDB that reads lines: logs of server containers, and access logs.

Only files are read so, and only by DuckDB; what comes out has the columns of the same log in a
warehouse, or of the normal record.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

_MILLISECONDS = """coalesce(
    try_cast(time_text AS DOUBLE)
      * CASE WHEN try_cast(time_text AS DOUBLE) > 1e11 THEN 1 ELSE 1000 END,
    epoch_ms(try_cast(time_text AS TIMESTAMPTZ)))"""


def quote(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def join_paths(paths: Sequence[Path]) -> str:
    """Paths as a list of SQL literals."""
    return f"[{', '.join(quote(str(path)) for path in paths)}]"


_SPELLINGS = {
    "time_text": ("timestamp", "Timestamp", "time"),
    "type": ("Type", "type"),
    "trace_id": ("TraceId", "trace_id"),
    "tag_name": ("Name", "tag_name", "name"),
    "event_name": ("EventName", "event_name"),
    "request_url": ("RequestUrl", "request_url"),
    "request_body": ("RequestBody", "request_body"),
    "response_status_code": ("ResponseStatusCode", "response_status_code"),
    "response_body": ("ResponseBody", "response_body"),
}
"""The table's columns, with the console's spelling of each."""


class _Texts:
    """SQL for the texts at the top of a JSON object, all of which are read in one pass: each pass
    takes the line apart anew, which is the dearest part of reading a log."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = list(names)

    def read(self, column: str) -> str:
        paths = ", ".join(quote(f"$.{name}") for name in self._names)
        return f"json_extract_string({column}, [{paths}])"

    def first(self, texts: str, names: Sequence[str]) -> str:
        """The first of these that is there, of what :meth:`read` gave as ``texts``."""
        ones = ", ".join(f"{texts}[{self._names.index(name) + 1}]" for name in names)
        return f"coalesce({ones})"


def write_server_log_sql(lines: str, hosts: Mapping[str, str]) -> str:
    """Lines of a server container's log, or of calls themselves, in the table's columns.

    A line is the console's, Cloud Logging's around it, or the body of a call; ``lines`` are the
    arguments by which DuckDB reads them, ``hosts`` maps the field by which a body is known to the
    host that it was sent to. Each event of a call becomes a row.
    """
    around = _Texts(("timestamp", "jsonPayload", "textPayload"))
    inner = _Texts([*(name for names in _SPELLINGS.values() for name in names), *hosts])
    columns = {column: inner.first("texts", names) for column, names in _SPELLINGS.items()}
    columns["time_text"] = f"coalesce(outer_time, {columns['time_text']})"
    named = ", ".join(f"{text} AS {column}" for column, text in columns.items())
    calls = [
        f"WHEN {inner.first('texts', (field,))} IS NOT NULL THEN {quote(host)}"
        for field, host in hosts.items()
    ]
    called = f"CASE {' '.join(calls)} END" if calls else "NULL"
    return f"""
WITH whole AS (
  SELECT json AS entry, {around.read("json")} AS around
  FROM read_json_objects({lines})
), unwrapped AS (
  SELECT around[1] AS outer_time,
    coalesce(try_cast(around[2] AS JSON), try_cast(around[3] AS JSON), entry) AS line
  FROM whole
), apart AS (
  SELECT outer_time, line, {inner.read("line")} AS texts FROM unwrapped
), named AS (
  SELECT line, {named}, {called} AS called FROM apart
), bodies AS (
  SELECT * REPLACE (
    CASE WHEN called IS NULL THEN type ELSE 'Request' END AS type,
    coalesce(request_url, called) AS request_url,
    try_cast(CASE WHEN called IS NULL THEN request_body ELSE line::VARCHAR END AS JSON)
      AS request_body)
  FROM named
), counted AS (
  SELECT *, coalesce(json_array_length(request_body, '$.data'), 1)::BIGINT AS events FROM bodies
)
SELECT TRY_CAST({_MILLISECONDS} AS BIGINT) AS timestamp, type, trace_id, tag_name, event_name,
  request_url,
  CASE WHEN events > 1
    THEN json_merge_patch(request_body, json_object('data', json_array(
      json_extract(request_body, '$.data[' || place || ']'))))
    ELSE request_body END AS request_body,
  try_cast(response_status_code AS BIGINT) AS response_status_code,
  try_cast(response_body AS JSON) AS response_body
FROM (SELECT *, unnest(range(greatest(events, 1))) AS place FROM counted)"""


def write_lines_sql(paths: Sequence[Path], options: str = "") -> str:
    """The lines of files as they are, each a row."""
    return (
        f"SELECT column0 AS line FROM read_csv({join_paths(paths)}, header = false, "
        "delim = chr(1), quote = '', escape = '', columns = {'column0': 'VARCHAR'}, "
        f"max_line_size = 10000000{options})"
    )


def _write_query(name: str) -> str:
    pattern = quote(f"[?&]{name}=([^&]*)")
    return f"nullif(url_decode(regexp_extract(url, {pattern}, 1)), '')"


_LINE_URL = (
    r'\s(/[^\s"]*collect\?[^\s"]*)'
    r'|"(?:requestUrl|request_url|request_uri|url|request|uri)"\s*:\s*"([^"]*collect\?[^"\s]*)'
)
_LINE_TIME = r"\[(\d{1,2}/\w{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\]"
_JSON_TIME = r"""\"(?:timestamp|time|time_iso8601|ts)\"\s*:\s*\"?([^\",}]+)"""


def write_access_log_sql(paths: Sequence[Path], options: str = "") -> str:
    """Requests of GA4's own collection in an access log, combined format or JSON, as records.

    A log has no bodies: of a request with several events, which puts them there, only those in
    the address are seen. ``options`` say how DuckDB reads letters.
    """
    return f"""
WITH lines AS ({write_lines_sql(paths, options)}), requests AS (
  SELECT coalesce(
      nullif(regexp_extract(line, {quote(_LINE_URL)}, 1), ''),
      nullif(regexp_extract(line, {quote(_LINE_URL)}, 2), '')) AS url,
    regexp_extract(line, {quote(_LINE_TIME)}, 1) AS combined,
    regexp_extract(line, {quote(_JSON_TIME)}, 1) AS time_text,
    try_cast(regexp_extract(line, '" ([1-5][0-9][0-9]) ', 1) AS BIGINT) AS status
  FROM lines
)
SELECT TRY_CAST(coalesce(
    epoch(try_strptime(combined, '%d/%b/%Y:%H:%M:%S %z')),
    CAST({_MILLISECONDS} AS DOUBLE) / 1000) AS BIGINT) AS "at",
  'browser' AS side, 'ga4' AS platform,
  {_write_query("tid")} AS account, {_write_query("en")} AS event,
  coalesce({_write_query("ep.event_id")}, {_write_query("epn.event_id")}) AS event_id,
  {_write_query("uid")} IS NOT NULL AS external_id, {_write_query("cid")} IS NOT NULL AS browser_id,
  try_cast({_write_query("epn.value")} AS DOUBLE) AS value,
  {_write_query("ep.value")} IS NOT NULL AS wrong_type,
  {_write_query("cu")} AS currency, {_write_query("pr1")} IS NOT NULL AS items,
  regexp_extract({_write_query("pr1")}, '(?:^|~)id([^~]*)', 1) AS item_id,
  coalesce({_write_query("ep.transaction_id")}, {_write_query("epn.transaction_id")}) IS NOT NULL
    AS transaction_id,
  {_write_query("ep.search_term")} IS NOT NULL AS search_term, status
FROM requests WHERE url IS NOT NULL AND {_write_query("en")} IS NOT NULL"""
