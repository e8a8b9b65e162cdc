"""Months of logs of both sides, with faults where they are asked for.

    python scripts/monitor_example.py OUT [--days 90] [--seed 1] [--fault KIND:EVENT:DAY ...]

Writes OUT/browser.jsonl (records, as gtmgen's own layout has them) and OUT/server.jsonl (lines of a
server container's log). DAY counts from 0; without `--fault`, nothing is wrong. `--list` prints the
kinds. Everything is made of the seed: the same arguments write the same bytes. Then:

    gtmgen monitor OUT/browser.jsonl OUT/server.jsonl --spec specs/acme-shop.yaml
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

START = date(2026, 8, 3)
"""A Monday."""

DAY = 86_400
ACCOUNT = "C4A1B2C3D4E5F6G7H8I0"
#: TikTok events of specs/acme-shop.yaml: records a day, usual value, and what comes along.
EVENTS: dict[str, tuple[int, float, tuple[str, ...]]] = {
    "ViewContent": (450, 60, ("value", "currency", "items")),
    "AddToCart": (200, 60, ("value", "currency", "items")),
    "InitiateCheckout": (130, 90, ("value", "currency", "items")),
    "Search": (180, 0, ("search_term",)),
    "Subscribe": (60, 0, ()),
    "Purchase": (110, 95, ("value", "currency", "items", "transaction_id")),
}
WEEK = np.array([1.0, 0.97, 0.95, 1.0, 1.05, 1.3, 1.25])  # Monday first
HOURS = np.array([2, 1, 1, 1, 1, 2, 3, 5, 6, 7, 7, 7, 8, 7, 7, 7, 7, 8, 9, 10, 10, 9, 7, 4], float)
COVERAGE = {"email": 0.45, "phone": 0.3, "external_id": 0.4, "click_id": 0.25, "browser_id": 0.9}
PRODUCTS = [f"SKU{number}" for number in range(1, 201)]


@dataclass(frozen=True)
class Fault:
    """Something that goes wrong with an event from a day (0 is the first) on, for some days."""

    kind: str
    event: str
    day: int
    days: int = 2

    def covers(self, day: pd.Series) -> pd.Series:
        return (day >= self.day) & (day < self.day + self.days)


@dataclass
class Streams:
    """Both sides as frames of one row per record, and a generator that faults draw from."""

    browser: pd.DataFrame
    server: pd.DataFrame
    random: np.random.Generator
    extra: dict[str, list[pd.DataFrame]] = field(default_factory=dict)

    def add(self, side: str, rows: pd.DataFrame) -> None:
        frame = pd.concat([getattr(self, side), rows], ignore_index=True)
        setattr(self, side, frame)


def make_streams(seed: int, days: int = 90, scale: float = 1.0) -> Streams:
    """Quiet traffic: a weekly rhythm, days that differ by some percent, sides that agree."""
    random = np.random.default_rng(seed)
    browser = pd.concat(
        [_browser(random, event, days, scale) for event in EVENTS], ignore_index=True
    )
    return Streams(browser, _server(random, browser), random)


def _browser(random: np.random.Generator, event: str, days: int, scale: float) -> pd.DataFrame:
    volume, value, params = EVENTS[event]
    factors = WEEK[np.arange(days) % 7] * random.lognormal(0, 0.07, days)
    counts = random.poisson(volume * scale * factors)
    day = np.repeat(np.arange(days), counts)
    total = len(day)
    hour = random.choice(24, total, p=HOURS / HOURS.sum())
    start = int(datetime(START.year, START.month, START.day, tzinfo=UTC).timestamp())
    frame = pd.DataFrame(
        {
            "at": start + day * DAY + hour * 3600 + random.integers(0, 3600, total),
            "day": day,
            "side": "browser",
            "platform": "tiktok",
            "account": ACCOUNT,
            "event": event,
            "event_id": [f"{event.lower()}_{number}" for number in range(total)],
        }
    )
    for key, share in COVERAGE.items():
        frame[key] = random.random(total) < share
    frame["ip_agent"] = True
    has_value = "value" in params
    frame["value"] = np.round(value * random.lognormal(0, 0.5, total), 2) if has_value else np.nan
    frame["wrong_type"] = False
    frame["currency"] = "EUR" if "currency" in params else None
    frame["items"] = "items" in params
    chosen = random.choice(PRODUCTS, total)
    frame["item_id"] = chosen if "items" in params else None
    frame["transaction_id"] = "transaction_id" in params
    frame["search_term"] = "search_term" in params
    return frame


def _server(random: np.random.Generator, browser: pd.DataFrame) -> pd.DataFrame:
    """Most events again, seconds later, and some that a blocker kept from the browser's side."""
    server = browser[random.random(len(browser)) < 0.93].copy()
    server["side"] = "server"
    server["at"] += random.exponential(4, len(server)).astype(int)
    missed = random.random(len(server)) < 0.03
    server.loc[missed, "event_id"] = server.loc[missed, "event_id"] + "_s"
    server["status"] = 200
    server["code"] = np.where(random.random(len(server)) < 0.002, 40002, 0)
    return server


# -- faults ----------------------------------------------------------------------------


class Kind(NamedTuple):
    """What a fault does, and the rule that must tell it."""

    rule: str
    plant: Callable[[Streams, Fault], None]
    days: int = 2


def _rows(frame: pd.DataFrame, fault: Fault) -> pd.Series:
    return (frame["event"] == fault.event) & fault.covers(frame["day"])


def _drop(side: str, share: float) -> Callable[[Streams, Fault], None]:
    def plant(streams: Streams, fault: Fault) -> None:
        frame = getattr(streams, side)
        gone = _rows(frame, fault) & (streams.random.random(len(frame)) < share)
        setattr(streams, side, frame[~gone].reset_index(drop=True))

    return plant


def _outage(streams: Streams, fault: Fault) -> None:
    frame = streams.browser
    hour = frame["at"] % DAY // 3600
    gone = _rows(frame, fault) & (hour >= 12) & (hour < 19)
    streams.browser = frame[~gone].reset_index(drop=True)


def _spike(streams: Streams, fault: Fault) -> None:
    for side in ("browser", "server"):
        frame = getattr(streams, side)
        rows = frame[_rows(frame, fault)]
        for number in range(3):
            streams.add(side, rows.assign(event_id=rows["event_id"] + f"_{number}"))


def _set(
    sides: tuple[str, ...], share: float = 1.0, **values: Any
) -> Callable[[Streams, Fault], None]:
    """Other values in a share of the event's records."""

    def plant(streams: Streams, fault: Fault) -> None:
        for side in sides:
            frame = getattr(streams, side)
            rows = _rows(frame, fault) & (streams.random.random(len(frame)) < share)
            for name, value in values.items():
                new = value(frame.loc[rows]) if callable(value) else value
                frame.loc[rows, name] = new

    return plant


def _repeat(seconds: int) -> Callable[[Streams, Fault], None]:
    """A part of the browser's records once more, with the same ID, so many seconds later."""

    def plant(streams: Streams, fault: Fault) -> None:
        frame = streams.browser
        shift = seconds // DAY
        earlier = Fault(fault.kind, fault.event, fault.day - shift, fault.days)
        chosen = _rows(frame, earlier) & (streams.random.random(len(frame)) < 0.4)
        rows = frame[chosen]
        streams.add("browser", rows.assign(at=rows["at"] + seconds, day=rows["day"] + shift))

    return plant


def _shared(streams: Streams, fault: Fault) -> None:
    frame = streams.browser
    rows = frame.index[_rows(frame, fault)]
    other = frame.index[(frame["event"] == "ViewContent") & fault.covers(frame["day"])]
    count = min(len(rows), len(other))
    frame.loc[rows[:count], "event_id"] = frame.loc[other[:count], "event_id"].to_numpy()


def _new_name(name: str) -> Callable[[Streams, Fault], None]:
    def plant(streams: Streams, fault: Fault) -> None:
        frame = streams.browser
        rows = frame[_rows(frame, fault)]
        streams.add("browser", rows.assign(event=name, event_id=rows["event_id"] + "_n"))

    return plant


def _never(streams: Streams, fault: Fault) -> None:
    for side in ("browser", "server"):
        frame = getattr(streams, side)
        setattr(streams, side, frame[frame["event"] != fault.event].reset_index(drop=True))


BOTH = ("browser", "server")
KINDS: dict[str, Kind] = {
    "browser-drop": Kind("drop", _drop("browser", 0.7)),
    "server-drop": Kind("drop", _drop("server", 0.7)),
    "browser-silence": Kind("silence", _drop("browser", 1.0)),
    "server-silence": Kind("silence", _drop("server", 1.0)),
    "outage": Kind("silence", _outage, 1),
    "spike": Kind("spike", _spike),
    "unknown-event": Kind("unknown-event", _new_name("Shopping")),
    "renamed": Kind("unknown-event", _set(("server",), event="CompletePayment")),
    "never-seen": Kind("never-seen", _never),
    "ids-differ": Kind("one-sided", _set(("server",), event_id=lambda f: "srv_" + f["event_id"])),
    "double-push": Kind("duplicate", _repeat(2)),
    "page-reopened": Kind("counted-twice", _repeat(3 * DAY)),
    "missing-id": Kind("missing-id", _set(("server",), 0.5, event_id=None)),
    "placeholder-id": Kind("unusable-id", _set(("browser",), 0.5, event_id="undefined")),
    "constant-id": Kind("constant-id", _set(("browser",), event_id="order_1")),
    "shared-id": Kind("shared-id", _shared),
    "lost-email": Kind("match-key", _set(BOTH, email=False)),
    "missing-currency": Kind("missing-param", _set(("browser",), 0.5, currency=None)),
    "missing-items": Kind("missing-param", _set(("browser",), 0.5, items=False, item_id=None)),
    "text-value": Kind("wrong-type", _set(("browser",), 0.6, value=np.nan, wrong_type=True)),
    "foreign-currency": Kind("currency", _set(("browser",), 0.5, currency="USD")),
    "broken-currency": Kind("currency", _set(("browser",), 0.5, currency="EURO")),
    "zero-value": Kind("zero-value", _set(BOTH, 0.5, value=0.0)),
    "minor-units": Kind("outlier", _set(BOTH, value=lambda f: f["value"] * 100)),
    "values-differ": Kind("different-values", _set(("server",), value=lambda f: f["value"] * 1.19)),
    "late-server": Kind("late", _set(("server",), 0.8, at=lambda f: f["at"] + 3600)),
    "refused": Kind("failed", _set(("server",), 0.5, code=40002)),
    "unknown-product": Kind(
        "unknown-product", _set(("browser",), item_id=lambda f: f["item_id"] + "-V")
    ),
}


def make_records(
    seed: int, days: int = 90, faults: tuple[Fault, ...] = (), scale: float = 1.0
) -> pd.DataFrame:
    """Both sides as one frame in the normal layout, in the order of time."""
    streams = make_streams(seed, days, scale)
    for fault in faults:
        KINDS[fault.kind].plant(streams, fault)
    both = pd.concat([streams.browser, streams.server], ignore_index=True)
    end = both["at"].min() // DAY * DAY + days * DAY
    both = both[both["at"] < end].drop(columns="day")
    both["status"] = both["status"].astype("Int64")
    both["code"] = both["code"].astype("Int64")
    return both.sort_values("at", kind="stable", ignore_index=True)


# -- files -----------------------------------------------------------------------------


def _json_lines(records: pd.DataFrame) -> Iterator[str]:
    for row in records.drop(columns=["status", "code"]).to_dict("records"):
        told = {key: value for key, value in row.items() if not pd.isna(value)}
        told["at"] = datetime.fromtimestamp(row["at"], UTC).isoformat()
        if told.pop("wrong_type"):
            told["value"] = "59,90 EUR"
        yield json.dumps(told)


def _log_lines(records: pd.DataFrame) -> Iterator[str]:
    """Two lines of a server container's log for each event: what was sent, and the answer."""
    for number, row in enumerate(records.to_dict("records")):
        shared = {
            "timestamp": datetime.fromtimestamp(row["at"], UTC).isoformat(),
            "Name": "TikTok",
            "TraceId": f"{number:032x}",
            "EventName": row["event"],
        }
        url = "https://business-api.tiktok.com/open_api/v1.3/event/track/"
        yield json.dumps(
            {**shared, "Type": "Request", "RequestUrl": url, "RequestBody": _body(row)}
        )
        answer = json.dumps({"code": int(row["code"]), "message": "OK"})
        yield json.dumps(
            {**shared, "Type": "Response", "ResponseStatusCode": 200, "ResponseBody": answer}
        )


def _body(row: dict[Any, Any]) -> dict[str, Any]:
    hashed = {key: "0" * 64 for key in ("email", "phone", "external_id") if row[key]}
    plain = {"ttclid": row["click_id"], "ttp": row["browser_id"], "ip": True, "user_agent": True}
    user = hashed | {key: "x" for key, given in plain.items() if given}
    properties: dict[str, Any] = {}
    if row["wrong_type"]:
        properties["value"] = "59,90 EUR"
    elif not pd.isna(row["value"]):
        properties["value"] = row["value"]
    if not pd.isna(row["currency"]):
        properties["currency"] = row["currency"]
    if row["items"]:
        properties["contents"] = [{"content_id": row["item_id"], "quantity": 1}]
    if row["transaction_id"]:
        properties["order_id"] = "1001"
    if row["search_term"]:
        properties["search_string"] = "shoes"
    event = {"event": row["event"], "event_time": row["at"], "user": user, "properties": properties}
    if not pd.isna(row["event_id"]):
        event["event_id"] = row["event_id"]
    return {"event_source": "web", "event_source_id": row["account"], "data": [event]}


def _write(path: Path, lines: Iterator[str]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.writelines(f"{line}\n" for line in lines)


def _fault(text: str) -> Fault:
    kind, event, day = text.split(":")
    if kind not in KINDS:
        raise argparse.ArgumentTypeError(f"no kind of fault is called {kind}: see --list")
    return Fault(kind, event, int(day), KINDS[kind].days)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("out", type=Path, nargs="?")
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--fault", type=_fault, action="append", default=[], metavar="KIND:EVENT:DAY"
    )
    parser.add_argument("--list", action="store_true", help="print the kinds of faults")
    options = parser.parse_args()
    if options.list or options.out is None:
        print("\n".join(f"{kind}: told by {KINDS[kind].rule}" for kind in KINDS))
        return
    records = make_records(options.seed, options.days, tuple(options.fault))
    options.out.mkdir(parents=True, exist_ok=True)
    _write(options.out / "browser.jsonl", _json_lines(records[records["side"] == "browser"]))
    _write(options.out / "server.jsonl", _log_lines(records[records["side"] == "server"]))
    print(f"{len(records)} records from {START} on, {options.days} days")


if __name__ == "__main__":
    main()
