"""Entries of a visit as plain data and in words, for every report of it."""

from __future__ import annotations

from typing import Any

from gtmgen.text import printable
from gtmgen.verify.model import (
    Consent,
    Entry,
    Move,
    RecordedMessage,
    RecordedRequest,
    SentCall,
    Start,
    Trouble,
)
from gtmgen.verify.personal import HIDDEN, Personal, hide_addresses

Json = dict[str, Any]


def build_entry_json(entry: Entry, personal: Personal) -> Json:
    """An entry as the JSON report has it; personal data are stars."""
    at = {
        "order": entry.at.order,
        "step": entry.at.step,
        "seconds": entry.at.seconds,
        "document": entry.at.document,
    }
    return {"kind": name_kind(entry), **at, **_build_details(entry, personal)}


def name_kind(entry: Entry) -> str:
    """One word for an entry."""
    match entry:
        case RecordedMessage():
            return "message"
        case SentCall():
            return "call"
        case Consent():
            return "consent"
        case Start():
            return "container"
        case Move():
            return "address"
        case RecordedRequest():
            return "request"
        case Trouble():
            return "trouble"


def _build_details(entry: Entry, personal: Personal) -> Json:
    match entry:
        case RecordedMessage(_, body, is_cut):
            return {"message": personal.hide_in_message(body), "cut": is_cut}
        case SentCall(_, call):
            return {
                "platform": call.pack,
                "account": call.account,
                "method": call.method,
                "event": call.event,
                "event_id": call.event_id,
                "params": personal.hide_in_params(call.params),
                "identify": dict.fromkeys(call.identify, HIDDEN),
                "state": call.state,
            }
        case Consent(_, command, types):
            return {"command": command, "types": dict(types)}
        case Start():
            return {}
        case Move(_, how, url):
            return {"how": how, "url": hide_addresses(url)}
        case RecordedRequest():
            return {
                "method": entry.method,
                "url": hide_addresses(entry.url),
                "type": entry.kind,
                "fate": entry.fate,
                "platform": entry.platform,
            }
        case Trouble(_, kind, text):
            return {"where": kind, "text": hide_addresses(text)}


def format_entry_title(entry: Entry) -> str:
    """An entry in one line, without e-mail addresses and control characters."""
    return printable(str(hide_addresses(_format_title(entry))).replace("\n", " "))


def _format_title(entry: Entry) -> str:
    match entry:
        case RecordedMessage():
            return entry.event or f"values: {', '.join(entry.body) or 'none'}"
        case SentCall(_, call):
            name = call.event or call.method
            waits = "" if call.state == "sent" else f" ({call.state})"
            return f"{call.pack}: {name}{waits}"
        case Consent(_, command, types):
            granted = ", ".join(f"{name} {value}" for name, value in types.items())
            return f"consent {command}: {granted}"
        case Start():
            return "the container runs"
        case Move(_, how, url):
            return f"{how} {url}"
        case RecordedRequest():
            return f"{entry.method} {entry.url}"
        case Trouble(_, _, text):
            return text
