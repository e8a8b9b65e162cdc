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


def _names(path: str) -> str:
    """A list of JSON paths: the console's spelling, and that of the table."""
    return f"[{', '.join(quote(f'$.{name}') for name in path.split())}]"


def quote(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def files_list(paths: Sequence[Path]) -> str:
    """Paths as a list of SQL literals."""
    return f"[{', '.join(quote(str(path)) for path in paths)}]"


def _first(path: str) -> str:
    names = f"json_extract_string(line, {_names(path)})"
    return f"list_filter({names}, LAMBDA one: one IS NOT NULL)[1]"


def server_log_sql(lines: str, hosts: Mapping[str, str]) -> str:
    """Lines of a server container's log, or of calls themselves, in the table's columns.

    A line is the console's, Cloud Logging's around it, or the body of a call; ``lines`` are the
    arguments by which DuckDB reads them, ``hosts`` maps the field by which a body is known to the
    host that it was sent to. Each event of a call becomes a row.
    """
    call = " ".join(f"WHEN (line -> {quote(f'$.{field}')}) IS NOT NULL THEN {quote(host)}"
                    for field, host in hosts.items())  # fmt: skip
    return f"""
WITH whole AS (
  SELECT json AS entry, coalesce(
      json -> '$.jsonPayload',
      try_cast(json ->> '$.textPayload' AS JSON),
      json) AS line
  FROM read_json_objects({lines})
), named AS (
  SELECT line,
    coalesce(entry ->> '$.timestamp', {_first("timestamp Timestamp time")}) AS time_text,
    {_first("Type type")} AS type,
    {_first("TraceId trace_id")} AS trace_id,
    {_first("Name tag_name name")} AS tag_name,
    {_first("EventName event_name")} AS event_name,
    {_first("RequestUrl request_url")} AS request_url,
    {_first("RequestBody request_body")} AS request_body,
    {_first("ResponseStatusCode response_status_code")} AS response_status_code,
    {_first("ResponseBody response_body")} AS response_body,
    CASE {call} END AS called
  FROM whole
), bodies AS (
  SELECT * REPLACE (
    CASE WHEN called IS NULL THEN type ELSE 'Request' END AS type,
    coalesce(request_url, called) AS request_url,
    try_cast(CASE WHEN called IS NULL THEN request_body ELSE line::VARCHAR END AS JSON)
      AS request_body)
  FROM named
)
SELECT CAST({_MILLISECONDS} AS BIGINT) AS timestamp, type, trace_id, tag_name, event_name,
  request_url,
  CASE WHEN json_array_length(request_body, '$.data') > 1
    THEN json_merge_patch(request_body, json_object('data', json_array(
      json_extract(request_body, '$.data[' || place || ']'))))
    ELSE request_body END AS request_body,
  try_cast(response_status_code AS BIGINT) AS response_status_code,
  try_cast(response_body AS JSON) AS response_body
FROM (
  SELECT *, unnest(range(
    greatest(coalesce(json_array_length(request_body, '$.data'), 1), 1)::BIGINT))
    AS place
  FROM bodies
)"""


def lines_sql(paths: Sequence[Path], options: str = "") -> str:
    """The lines of files as they are, each a row."""
    return (
        f"SELECT column0 AS line FROM read_csv({files_list(paths)}, header = false, "
        "delim = chr(1), quote = '', escape = '', columns = {'column0': 'VARCHAR'}, "
        f"max_line_size = 10000000{options})"
    )


def _query(name: str) -> str:
    pattern = quote(f"[?&]{name}=([^&]*)")
    return f"nullif(url_decode(regexp_extract(url, {pattern}, 1)), '')"


_LINE_URL = (
    r'\s(/[^\s"]*collect\?[^\s"]*)'
    r'|"(?:requestUrl|request_url|request_uri|url|request|uri)"\s*:\s*"([^"]*collect\?[^"\s]*)'
)
_LINE_TIME = r"\[(\d{1,2}/\w{3}/\d{4}:\d{2}:\d{2}:\d{2} [+-]\d{4})\]"
_JSON_TIME = r"""\"(?:timestamp|time|time_iso8601|ts)\"\s*:\s*\"?([^\",}]+)"""


def access_log_sql(paths: Sequence[Path]) -> str:
    """Requests of GA4's own collection in an access log, combined format or JSON, as records.

    A log has no bodies: of a request with several events, which puts them there, only those in
    the address are seen.
    """
    return f"""
WITH lines AS ({lines_sql(paths)}), requests AS (
  SELECT coalesce(
      nullif(regexp_extract(line, {quote(_LINE_URL)}, 1), ''),
      nullif(regexp_extract(line, {quote(_LINE_URL)}, 2), '')) AS url,
    regexp_extract(line, {quote(_LINE_TIME)}, 1) AS combined,
    regexp_extract(line, {quote(_JSON_TIME)}, 1) AS time_text,
    try_cast(regexp_extract(line, '" ([1-5][0-9][0-9]) ', 1) AS BIGINT) AS status
  FROM lines
)
SELECT coalesce(
    epoch(try_strptime(combined, '%d/%b/%Y:%H:%M:%S %z')),
    CAST({_MILLISECONDS} AS DOUBLE) / 1000)::BIGINT AS "at",
  'browser' AS side, 'ga4' AS platform, {_query("tid")} AS account, {_query("en")} AS event,
  coalesce({_query("ep.event_id")}, {_query("epn.event_id")}) AS event_id,
  {_query("uid")} IS NOT NULL AS external_id, {_query("cid")} IS NOT NULL AS browser_id,
  try_cast({_query("epn.value")} AS DOUBLE) AS value,
  {_query("ep.value")} IS NOT NULL AS wrong_type,
  {_query("cu")} AS currency, {_query("pr1")} IS NOT NULL AS items,
  regexp_extract({_query("pr1")}, '(?:^|~)id([^~]*)', 1) AS item_id,
  coalesce({_query("ep.transaction_id")}, {_query("epn.transaction_id")}) IS NOT NULL
    AS transaction_id,
  {_query("ep.search_term")} IS NOT NULL AS search_term, status
FROM requests WHERE url IS NOT NULL AND {_query("en")} IS NOT NULL"""
