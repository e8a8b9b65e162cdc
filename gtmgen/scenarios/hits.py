"""GA4's requests to a server container: what Google's tags on the page would send to it.

Names of parameters: facts about `/g/collect`, version 2, and public references of that protocol.
Not known, and so not sent: how the letters of `gcd` are framed, client hints, the page's screen and
language, when Google joins several events in one request (each has its own here). How `user_data`
is written is not known either: it goes as JSON in `gtmgen.user_data`, which this runtime's GA4
client reads.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from gtmgen.runtime.engine import Json, Run
from gtmgen.scenarios.model import without_undefined
from gtmgen.scenarios.observe import params_of
from gtmgen.spec.matchers import is_number

USER_AGENT: Final = "Mozilla/5.0 (X11; Linux x86_64) gtmgen"
#: An address for documentation (RFC 5737), where a scenario names no other.
ADDRESS: Final = "203.0.113.1"
USER_DATA: Final = "gtmgen.user_data"
_CLIENT_ID: Final = "1000000000.1700000000"
_SERVER_URL: Final = "server_container_url"
#: Parameters of the Google tag that steer it and are no data.
_SETTINGS: Final = frozenset((_SERVER_URL, "send_page_view", "transport_url", "debug_mode"))
#: Where Google's tags have parameters: shared settings first, then their own.
_TABLES: Final = (
    "configSettingsVariable",
    "eventSettingsVariable",
    "configSettingsTable",
    "eventSettingsTable",
)
_OWN_NAMES: Final = {
    "currency": "cu",
    "user_id": "uid",
    "client_id": "cid",
    "page_location": "dl",
    "page_referrer": "dr",
    "page_title": "dt",
    "language": "ul",
    "screen_resolution": "sr",
}
_ITEM_NAMES: Final = {
    "item_id": "id",
    "item_name": "nm",
    "item_brand": "br",
    "item_category": "ca",
    "item_category2": "c2",
    "item_category3": "c3",
    "item_category4": "c4",
    "item_category5": "c5",
    "item_variant": "va",
    "price": "pr",
    "quantity": "qt",
    "coupon": "cp",
    "discount": "ds",
    "index": "lp",
    "item_list_name": "ln",
    "item_list_id": "li",
    "affiliation": "af",
    "location_id": "lo",
    "promotion_id": "pi",
    "promotion_name": "pn",
    "creative_name": "cn",
    "creative_slot": "cs",
}


@dataclass(frozen=True, slots=True)
class Hit:
    """An event on its way to a server container.

    ``server`` is the container's URL; ``consent`` has the types that are known, ``time`` is in
    milliseconds since 1970, ``step`` the engine's.
    """

    server: str
    measurement_id: str
    event: str
    params: Mapping[str, Any] = field(default_factory=dict)
    page: str = ""
    referrer: str = ""
    title: str = ""
    consent: Mapping[str, bool] = field(default_factory=dict)
    time: int | None = None
    step: int = -1

    def request(self, cookies: Mapping[str, str] | None = None) -> Json:
        """The request, as `run_requests` takes it."""
        query = dict(self._build_shared())
        body = dict(self._event())
        headers = {"User-Agent": USER_AGENT, "Content-Type": "text/plain;charset=UTF-8"}
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        # A path is taken off again by what stands in front of the container.
        parts = urlsplit(self.server)
        request: Json = {
            "method": "POST",
            "url": f"{parts.scheme}://{parts.netloc}/g/collect?{_encode(query)}",
            "headers": headers,
            "body": _encode(body),
            "remote_address": ADDRESS,
        }
        if self.time is not None:
            request["time"] = self.time
        return request

    def _build_shared(self) -> Iterator[tuple[str, str]]:
        """What holds for the page."""
        yield "v", "2"
        if self.measurement_id:
            yield "tid", self.measurement_id
        yield "cid", str(self.params.get("client_id", _CLIENT_ID))
        signals = consent_signal(self.consent)
        if signals:
            yield "gcs", signals
        for name, value in (("dl", self.page), ("dr", self.referrer), ("dt", self.title)):
            if value:
                yield name, value

    def _event(self) -> Iterator[tuple[str, str]]:
        yield "en", self.event
        for name, value in self.params.items():
            if name not in _SETTINGS and name != "client_id":
                yield from encode_parameter(name, value)


def consent_signal(consent: Mapping[str, bool]) -> str:
    """`gcs`: ``G1`` and 1 or 0 for ad_storage and analytics_storage; nothing where none is known.

    A type that nobody mentions counts as granted, as for GTM's own tags.
    """
    types = ("ad_storage", "analytics_storage")
    if not any(name in consent for name in types):
        return ""
    return "G1" + "".join("1" if consent.get(name, True) else "0" for name in types)


def encode_parameter(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """An event's parameter on the wire: numbers under `epn.`, everything else as text."""
    if value is None:
        return
    if name == "user_data" and isinstance(value, Mapping):
        yield USER_DATA, json.dumps(value)
    elif name == "items" and isinstance(value, Sequence) and not isinstance(value, str):
        for number, item in enumerate(value, 1):
            if isinstance(item, Mapping):
                yield f"pr{number}", encode_item(item)
    elif name in _OWN_NAMES:
        yield _OWN_NAMES[name], _text(value)
    elif is_number(value):
        yield f"epn.{name}", _text(value)
    elif isinstance(value, str | bool):
        yield f"ep.{name}", _text(value)


def encode_item(item: Mapping[str, Any]) -> str:
    """One of `pr1`, `pr2`, ...: ``idSKU~nmShirt~pr9.5``, own fields as pairs ``k0size~v0XL``."""
    parts = []
    custom_count = 0
    for name, value in item.items():
        if value is None or isinstance(value, Mapping | list):
            continue
        text = _text(value).replace("~", "~~")
        if name in _ITEM_NAMES:
            parts.append(_ITEM_NAMES[name] + text)
        elif custom_count < 10:
            parts += [f"k{custom_count}{name}", f"v{custom_count}{text}"]
            custom_count += 1
    return "~".join(parts)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _encode(parameters: Mapping[str, str]) -> str:
    return urlencode(parameters, quote_via=quote, safe="")


# --------------------------------------------------------------------------- from a page's run
def hits_of(run: Run) -> Iterator[Hit]:
    """What Google's tags of a run send to server containers, in order."""
    tags: dict[str, dict[str, Any]] = {}
    for event in run.trace:
        if event["event"] == "gtm.init_consent":
            tags = {}  # another page
        for entry in event["tags"]:
            if entry["status"] == "fired":
                yield from _build_hits_of_tag(event, entry, tags)


def _build_hits_of_tag(event: Json, entry: Json, tags: dict[str, dict[str, Any]]) -> Iterator[Hit]:
    fields = without_undefined(entry["fields"] or {})
    if entry["type"] == "googtag":
        account = str(fields.get("tagId", ""))
        params = tags[account] = params_of(fields, _TABLES)
        name = "page_view"
        if str(params.get("send_page_view")).lower() == "false":
            return
    elif entry["type"] == "gaawe":
        account = str(fields.get("measurementIdOverride") or fields.get("measurementId") or "")
        # What the Google tag of the account has set goes along with each of its events.
        params = {**tags.get(account, {}), **params_of(fields, _TABLES)}
        name = str(fields.get("eventName", ""))
    else:
        return
    server = params.get(_SERVER_URL)
    if not server or not urlsplit(str(server)).netloc:
        return
    yield Hit(
        str(server), account, name, params, event["url"], event.get("referrer", ""),
        event.get("title", ""), event.get("consent") or {}, event.get("time"), entry["step"],
    )  # fmt: skip
