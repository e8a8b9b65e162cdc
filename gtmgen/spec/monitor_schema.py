"""The JSON Schema of the section ``monitor``."""

from __future__ import annotations

from typing import Any

from gtmgen.spec.monitor_settings import NO_MONITOR, RULES, SHARE_RULES

Schema = dict[str, Any]
DAY = r"^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$"
_PERCENT: Schema = {"type": "number", "minimum": 0, "maximum": 100}
_DAY: Schema = {"type": "string", "pattern": DAY}


def _build_rule(name: str) -> Schema:
    off: Schema = {"const": False, "description": "`false` switches the rule off."}
    if name not in SHARE_RULES:
        return off
    return {
        "if": {"type": "object"},
        "then": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {
                "most": {
                    **_PERCENT,
                    "description": "More than this share of a day's records, in percent.",
                    "examples": [10],
                },
                "rise": {
                    **_PERCENT,
                    "description": "So many percentage points more than usual.",
                    "examples": [5],
                },
            },
        },
        "else": off,
        "description": "When the share is too large, or `false` for no such alert.",
        "examples": [{"most": 10, "rise": 5}],
    }


MONITOR: Schema = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "description": "What `gtmgen monitor` expects of the logs of both sides.",
    "examples": [{"currencies": ["EUR"], "rules": {"late": {"most": 20}}}],
    "properties": {
        "sensitivity": {
            "type": "number",
            "minimum": 2,
            "maximum": 10,
            "default": NO_MONITOR.sensitivity,
            "description": "How far beyond chance a number must be, in standard deviations.",
            "examples": [4.5],
        },
        "drop": {
            **_PERCENT,
            "default": NO_MONITOR.drop,
            "description": "An alert is raised at this many percent fewer records than usual.",
            "examples": [30],
        },
        "spike": {
            "type": "number",
            "minimum": 0,
            "default": NO_MONITOR.spike,
            "description": "An alert is raised at this many percent more records than usual.",
            "examples": [100],
        },
        "timezone": {
            "type": "string",
            "minLength": 1,
            "default": NO_MONITOR.timezone,
            "description": "The time zone of days and hours, by its IANA name.",
            "examples": ["Europe/Berlin"],
        },
        "baseline_from": {
            **_DAY,
            "description": "Days before this one are not used for comparison, for example because "
            "of a relaunch.",
            "examples": ["2026-09-01"],
        },
        "both_sides": {
            "type": "array",
            "items": {"type": "string", "minLength": 1},
            "uniqueItems": True,
            "description": "Events that the browser and the server send; without it, those whose "
            "`event_id` is made from a data key, and those that `server` sends, on platforms that "
            "merge both.",
            "examples": [["purchase"]],
        },
        "currencies": {
            "type": "array",
            "items": {"type": "string", "pattern": "^[A-Z]{3}$"},
            "minItems": 1,
            "uniqueItems": True,
            "description": "All currencies of the site; without it, a currency that was hardly "
            "seen before is reported.",
            "examples": [["EUR", "CHF"]],
        },
        "rules": {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {name: _build_rule(name) for name in RULES},
            "description": "Thresholds of single rules; docs/monitor.md explains each.",
            "examples": [{"late": {"most": 20}, "spike": False}],
        },
        "ignore": {
            "type": "array",
            "minItems": 1,
            "description": "Findings to ignore, each with a reason.",
            "examples": [[{"rule": "drop", "event": "purchase", "reason": "The shop was closed."}]],
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["rule", "reason"],
                "properties": {
                    "rule": {
                        "enum": list(RULES),
                        "description": "The rule whose findings are not told.",
                        "examples": ["drop"],
                    },
                    "event": {
                        "type": "string",
                        "minLength": 1,
                        "description": "A key under `events`, or a platform's event name that the "
                        "spec does not know; without it, any event.",
                        "examples": ["purchase"],
                    },
                    "from": {
                        **_DAY,
                        "description": "The first day.",
                        "examples": ["2026-11-27"],
                    },
                    "to": {**_DAY, "description": "The last day.", "examples": ["2026-11-30"]},
                    "reason": {
                        "type": "string",
                        "minLength": 1,
                        "description": "Why it is known, for whoever reads the report.",
                        "examples": ["The shop was closed for maintenance."],
                    },
                },
            },
        },
    },
}
