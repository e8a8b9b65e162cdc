"""What each platform received in a run, from what its stand-in reports and from vendors' tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from gtmgen.packs.model import ObservedTag
from gtmgen.runtime.engine import Json, Run
from gtmgen.scenarios.model import Account, Call, without_undefined
from gtmgen.scenarios.translate import RECORDER, Script
from gtmgen.spec.hit_names import CARRIER_PREFIX

#: The parameter of Google's tags that names the server container.
_SERVER_URL = "server_container_url"


def observed_calls(run: Run, script: Script, accounts: Sequence[Account]) -> tuple[Call, ...]:
    """All calls, in order for each platform."""
    calls = [
        *_list_reported(run, script),
        *_list_queued(run, script),
        *_list_from_tags(run, script, accounts),
    ]
    return tuple(sorted(calls, key=lambda call: call.step))


def _find_step(script: Script, index: int) -> int:
    return script.steps[index + 1]


def _list_reported(run: Run, script: Script) -> Iterator[Call]:
    for record in run.observed.get("calls", ()):
        if record["name"] == RECORDER:
            pack, report = record["args"]
            yield reported_call(pack, report, _find_step(script, record["step"]))


def _list_queued(run: Run, script: Script) -> Iterator[Call]:
    """What waits in queues; of what several looks see, each call once, at the first of them."""
    counts: dict[str, int] = {}
    pages = {record["step"] for record in run.observed.get("navigations", ())}
    last = -1
    for record in run.observed.get("evals", ()):
        pack = script.looks.get(record["step"])
        if pack is None or not isinstance(record["value"], list):
            continue
        if any(last < step <= record["step"] for step in pages):
            counts = {}  # another page, another queue
        last = record["step"]
        for report in record["value"][counts.get(pack, 0) :]:
            yield reported_call(pack, report, _find_step(script, record["step"]))
        counts[pack] = len(record["value"])


def reported_call(pack: str, report: Json, step: int) -> Call:
    """A call as a stand-in for a vendor's script reports it."""
    plain = without_undefined(report)
    return Call(
        pack=pack,
        account=str(plain.get("account", "")),
        event=str(plain.get("event", "")),
        step=step,
        params=plain.get("params") or {},
        event_id=plain.get("event_id"),
        identify=plain.get("identify") or {},
        state=plain.get("state", "sent"),
        addressed=bool(plain.get("addressed")),
        method=plain.get("method", "track"),
    )


def _list_from_tags(run: Run, script: Script, accounts: Sequence[Account]) -> Iterator[Call]:
    observed = {tag.type: (one.pack, tag) for one in accounts for tag in one.observer.tags}
    base: dict[str, dict[str, Any]] = {}
    # First of all: a tag may refer to one that fires behind it.
    owners = dict(_list_owners(run, observed))
    for event in run.trace:
        if event["event"] == "gtm.init_consent":
            base = {}  # another page
        for entry in event["tags"]:
            if entry["status"] != "fired" or entry["type"] not in observed:
                continue
            pack, tag = observed[entry["type"]]
            step = _find_step(script, entry["step"])
            yield from tag_calls(pack, tag, entry, step, base, owners)


def _list_owners(
    run: Run, observed: Mapping[str, tuple[str, ObservedTag]]
) -> Iterator[tuple[str, str]]:
    """The base tags by their names, with the account of each."""
    for event in run.trace:
        for entry in event["tags"]:
            _, tag = observed.get(entry["type"], ("", None))
            if tag is not None and tag.call is not None and entry["fields"]:
                account = without_undefined(entry["fields"]).get(tag.account)
                yield entry["tag"], str(account or "")


def _is_carrier(tag: ObservedTag, fields: Json, params: Json) -> bool:
    """Whether a tag brings another platform's event to the server container.

    It names the event as carriers do, and the container itself; a site's own event does not.
    """
    name = str(fields.get(str(tag.event), ""))
    return name.startswith(CARRIER_PREFIX) and _SERVER_URL in params


def tag_calls(
    pack: str,
    tag: ObservedTag,
    entry: Json,
    step: int,
    base: dict[str, dict[str, Any]],
    owners: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Call]:
    """What a vendor's tag sends; ``base`` is what the page's base tags said, by account, and is
    added to; ``owners`` are their accounts, by the tags' names. What is on its way to the server
    container is no event of the platform's own."""
    fields = without_undefined(entry["fields"] or {})
    account = str(fields.get(tag.account, ""))
    if not account and tag.account_of is not None:
        account = owners.get(str(fields.get(tag.account_of)), "")
    params = params_of(fields, tag.params)
    if _is_carrier(tag, fields, params):
        return
    if tag.call is not None:
        # What the base tag says holds for the account's later calls, too.
        visible = {key: value for key, value in params.items() if key not in tag.hidden}
        base[account] = visible
        said = {**fields, **params}
        if any(str(said.get(key)).lower() == value for key, value in tag.unless.items()):
            return
        yield Call(pack, account, tag.call, step, visible, method="page", tag=entry["tag"])
        return
    event_id = params.pop(tag.event_id, None) if tag.event_id else None
    params = {**base.get(account, {}), **params}
    name = str(fields.get(str(tag.event), ""))
    yield Call(pack, account, name, step, params, event_id, tag=entry["tag"])


def params_of(fields: Json, names: Iterable[str]) -> dict[str, Any]:
    """Tables of name and value, and objects that variables give, as one object."""
    params: dict[str, Any] = {}
    for name in names:
        value = fields.get(name)
        if isinstance(value, dict):
            params.update(value)
        elif isinstance(value, list):
            for row in value:
                if isinstance(row, dict) and len(row) >= 2:
                    key, *values = row.values()
                    params[str(key)] = values[0]
    return params
