"""GTM on a page, as far as triggers go: which tags of an exported container fire, and when.

Written against the notes of runs of the real runtime, and independent of the compiler: it reads
the export and knows nothing of specs. Custom templates run in the emulated sandbox.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from gtmgen.runtime import UNDEFINED, parse_template
from gtmgen.runtime import Page as Sandbox

Json = dict[str, Any]
Message = dict[str, Any]

NULL = object()  # None stands for undefined

_EVENTS = {
    "CONSENT_INIT": "gtm.init_consent",
    "INIT": "gtm.init",
    "PAGEVIEW": "gtm.js",
    "DOM_READY": "gtm.dom",
    "WINDOW_LOADED": "gtm.load",
    "HISTORY_CHANGE": "gtm.historyChange",
    "CLICK": "gtm.click",
    "LINK_CLICK": "gtm.linkClick",
    "FORM_SUBMISSION": "gtm.formSubmit",
    "TIMER": "gtm.timer",
}
_LISTENERS = frozenset(("LINK_CLICK", "FORM_SUBMISSION", "TIMER"))
_BUILT_IN_TRIGGERS = {
    "2147479553": "gtm.js",
    "2147479572": "gtm.init_consent",
    "2147479573": "gtm.init",
}
_REFERENCE = re.compile(r"\{\{([^{}]+)\}\}")


class Element(frozenset[str]):
    """An element: the selectors that it matches."""


class Page:
    """A tab with one container; every step returns the names of the tags that fire."""

    def __init__(self, version: Json, without: str = "") -> None:
        self._tags = [tag for tag in version.get("tag", ()) if tag["name"] != without]
        self._triggers: list[Json] = version.get("trigger", [])
        self._variables = {item["name"]: item for item in version.get("variable", [])}
        self._templates = {
            f"cvt_{item['containerId']}_{item['templateId']}": parse_template(item["templateData"])
            for item in version.get("customTemplate", [])
        }
        self._built_ins = {item["name"] for item in version.get("builtInVariable", [])}
        self._history: list[str] = []
        self._place = -1
        self._loads = 0
        self.last: dict[str, Json] = {}
        self.granted: set[str] | None = None  # consent types; None: all of them

    # -- steps -------------------------------------------------------------------------

    def load(self, url: str) -> list[str]:
        self._go(url)
        return self._load()

    def reload(self) -> list[str]:
        return self._load()

    def push_state(self, url: str) -> list[str]:
        old = self.url
        self._go(urljoin(old, url))
        return self._changed("pushState", old)

    def replace_state(self, url: str) -> list[str]:
        old = self.url
        self._history[self._place] = urljoin(old, url)
        return self._changed("replaceState", old)

    def hash(self, fragment: str) -> list[str]:
        old = self.url
        self._go(urljoin(old, f"#{fragment}"))
        return self._changed("popstate", old)

    def back(self) -> list[str]:
        old = self.url
        self._place -= 1
        return self._changed("popstate", old)

    def push(self, **message: Any) -> list[str]:
        """A message to the data layer."""
        return self._message(message)

    def click(self, *selectors: str) -> list[str]:
        return self._message({"event": "gtm.click", "gtm.element": Element(selectors)})

    def listened(self, type_: str, *selectors: str) -> list[str]:
        """What the listener of a link, form or timer trigger says."""
        enabled = ",".join(
            item["triggerId"]
            for item in self._triggers
            if item["type"] == type_ and item["triggerId"] in self._enabled
        )
        message = {"gtm.element": Element(selectors), "gtm.triggers": enabled}
        return self._message({"event": _EVENTS[type_], **message})

    # -- the browser -------------------------------------------------------------------

    @property
    def url(self) -> str:
        return self._history[self._place]

    def _go(self, url: str) -> None:
        del self._history[self._place + 1 :]
        self._history.append(url)
        self._place += 1

    def _load(self) -> list[str]:
        self._loads += 1
        self._model: Json = {}
        self._number = 0
        self._fired_on_page: set[str] = set()
        self._enabled: set[str] = set()
        self._sandbox = Sandbox(self.url)
        fired = []
        for event in ("gtm.init_consent", "gtm.init", "gtm.js", "gtm.dom", "gtm.load"):
            fired += self._message({"event": event})
        return fired

    def _changed(self, source: str, old: str) -> list[str]:
        return self._message(
            {
                "event": "gtm.historyChange",
                "gtm.historyChangeSource": source,
                "gtm.oldUrl": old.partition("#")[0],
                "gtm.newUrl": self.url.partition("#")[0],
                "gtm.oldUrlFragment": old.partition("#")[2],
                "gtm.newUrlFragment": self.url.partition("#")[2],
            }
        )

    # -- the container -----------------------------------------------------------------

    def _message(self, message: Message) -> list[str]:
        self._number += 2
        stamped = {**message, "gtm.uniqueEventId": self._number}
        self._tell_sandbox(message)
        for key, value in stamped.items():
            _merge(self._model, key.split("."), value)
        if "event" not in message:
            return []
        matching = {item["triggerId"] for item in self._triggers if self._matches(item)}
        matching |= {id_ for id_, event in _BUILT_IN_TRIGGERS.items() if event == message["event"]}
        if message["event"] == "gtm.js":
            self._enabled = {
                item["triggerId"]
                for item in self._triggers
                if item["type"] in _LISTENERS and self._all(item.get("autoEventFilter", ()))
            }
        fired = [tag["name"] for tag in self._tags if self._fires(tag, matching)]
        self._fired_on_page.update(fired)
        self.last = {
            tag["name"]: {item["key"]: self._plain(item) for item in tag["parameter"]}
            for tag in self._tags
            if tag["name"] in fired
        }
        return fired

    def _tell_sandbox(self, message: Message) -> None:
        """The same message where the container's own templates run."""
        event = message.get("event")
        if event == "gtm.js":
            self._sandbox.start()
        elif event not in ("gtm.init_consent", "gtm.init"):  # GTM makes these two up
            plain = {key: value for key, value in message.items() if key != "gtm.element"}
            self._sandbox.push(_null_for(plain))

    def _fires(self, tag: Json, matching: set[str]) -> bool:
        if tag.get("paused") or matching.isdisjoint(tag.get("firingTriggerId", ())):
            return False
        if not matching.isdisjoint(tag.get("blockingTriggerId", ())):
            return False
        if self.granted is not None and not _consents(tag) <= self.granted:
            return False  # looked at when the tag would fire, and not again
        once = tag["tagFiringOption"] == "ONCE_PER_LOAD"
        return not (once and tag["name"] in self._fired_on_page)

    def _matches(self, trigger: Json) -> bool:
        type_ = trigger["type"]
        if type_ in _EVENTS and self._lookup("event") != _EVENTS[type_]:
            return False
        if type_ not in _EVENTS and type_ != "CUSTOM_EVENT":
            return False
        listening = self._lookup("gtm.triggers")
        if type_ in _LISTENERS and trigger["triggerId"] not in str(listening).split(","):
            return False
        return self._all((*trigger.get("customEventFilter", ()), *trigger.get("filter", ())))

    def _all(self, conditions: Iterable[Json]) -> bool:
        return all(self._holds(item) for item in conditions)

    def _holds(self, condition: Json) -> bool:
        given = {item["key"]: item.get("value", "") for item in condition["parameter"]}
        left, right = self.value(given["arg0"]), self.value(given["arg1"])
        negate = given.get("negate") == "true"
        if condition["type"] == "MATCH_REGEX":
            found = matches(_string(right), _string(left), given.get("ignore_case") == "true")
        else:
            found = _OPERATORS[condition["type"]](left, right)
        return found != negate

    # -- variables ---------------------------------------------------------------------

    def value(self, template: str) -> Any:
        """A template string: one reference keeps its type, everything else is text."""
        whole = _REFERENCE.fullmatch(template)
        if whole:
            return self._variable(whole.group(1))
        return _REFERENCE.sub(lambda match: _text(self._variable(match.group(1))), template)

    def _plain(self, item: Json) -> Any:
        if item["type"] == "LIST":
            return [self._plain(inner) for inner in item.get("list", ())]
        if item["type"] == "MAP":
            return {inner["key"]: self._plain(inner) for inner in item.get("map", ())}
        return self.value(item.get("value", ""))

    def _variable(self, name: str) -> Any:
        if name == "_event":
            return self._lookup("event")
        if name in self._variables:
            variable = self._variables[name]
            value = self._of(variable)
            for kind, key in ((None, "convertUndefinedToValue"), (NULL, "convertNullToValue")):
                if value is kind and key in variable["formatValue"]:
                    value = self.value(variable["formatValue"][key].get("value", ""))
            return value
        assert name in self._built_ins, f"{name} is not enabled"
        return _BUILT_INS[name](self)

    def _of(self, variable: Json) -> Any:
        given = {item["key"]: item for item in variable.get("parameter", ())}
        text = {key: self._plain(item) for key, item in given.items() if item["type"] != "LIST"}
        match variable["type"]:
            case "c":
                return text["value"]
            case "v":
                value = self._lookup(text["name"])
                return text["defaultValue"] if value is None and "defaultValue" in text else value
            case "u":
                url = text.get("customUrlSource", self.url)
                return _component(url, text["component"], text.get("queryKey", ""))
            case "smm" | "remm":
                return self._table(variable["type"], given, text)
            case other:
                return self._template(other, text)

    def _table(self, type_: str, given: Json, text: Json) -> Any:
        value = _string(text["input"])
        for row in self._plain(given["map"]):
            if row["key"] == value if type_ == "smm" else matches(row["key"], value):
                return row["value"]
        return text.get("defaultValue")

    def _template(self, type_: str, text: Json) -> Any:
        fields = {key: value for key, value in text.items() if value is not None}
        value = self._sandbox.evaluate(self._templates[type_], _null_for(fields))
        assert value is not False  # a variable that throws
        return None if value is UNDEFINED else value

    def _lookup(self, path: str) -> Any:
        return _path(self._model, path)


def _consents(tag: Json) -> set[str]:
    needed = tag["consentSettings"].get("consentType", {}).get("list", ())
    return {item["value"] for item in needed}


def _null_for(value: Any) -> Any:
    """With None, which is JSON's null, for what stands for null here."""
    if isinstance(value, dict):
        return {key: _null_for(item) for key, item in value.items()}
    return None if value is NULL else value


def _merge(target: Json, parts: list[str], value: Any) -> None:
    *outer, last = parts
    for part in outer:
        target = target.setdefault(part, {})
    if isinstance(value, dict) and isinstance(target.get(last), dict):
        for key, item in value.items():
            _merge(target[last], [key], item)
    else:
        target[last] = {**value} if isinstance(value, dict) else value


def _path(value: Any, path: str) -> Any:
    if isinstance(value, dict) and path in value:
        return value[path]
    for part in path.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _component(url: str | None, component: str, key: str) -> Any:
    parts = urlsplit(url or "")
    if component == "QUERY":
        values = parse_qs(parts.query, keep_blank_values=True)
        return values.get(key, [None])[0] if key else parts.query
    return {
        "PATH": parts.path or "/",
        "HOST": parts.hostname,
        "URL": (url or "").partition("#")[0],
        "FRAGMENT": parts.fragment,
    }[component]


_BUILT_INS: dict[str, Callable[[Page], Any]] = {
    "Page URL": lambda page: _component(page.url, "URL", ""),
    "Page Path": lambda page: _component(page.url, "PATH", ""),
    "Page Hostname": lambda page: _component(page.url, "HOST", ""),
    "Click Element": lambda page: page._lookup("gtm.element"),
    "Form Element": lambda page: page._lookup("gtm.element"),
    "History Source": lambda page: page._lookup("gtm.historyChangeSource"),
}


def _string(value: Any) -> str:
    """JavaScript's String()."""
    if value is None:
        return "undefined"
    if value is NULL:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(_text(item) for item in value)
    return "[object Object]" if isinstance(value, dict) else str(value)


def _text(value: Any) -> str:
    return "" if value is None or value is NULL else _string(value)


def _number(value: Any) -> float:
    """JavaScript's Number()."""
    if value is NULL or value == "":
        return 0.0
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def matches(pattern: str, value: str, ignore_case: bool = False) -> bool:
    """RegExp.test, for the patterns of these tests: `$` is the very end."""
    if pattern.endswith("$") and not pattern.endswith("\\$"):
        pattern = pattern[:-1] + r"\Z"
    try:
        return re.search(pattern, value, re.IGNORECASE if ignore_case else 0) is not None
    except re.error:
        return False


def _css(left: Any, right: Any) -> bool:
    return isinstance(left, Element) and bool(left & set(str(right).split(", ")))


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "EQUALS": lambda left, right: _string(left) == _string(right),
    "CONTAINS": lambda left, right: _string(right) in _string(left),
    "STARTS_WITH": lambda left, right: _string(left).startswith(_string(right)),
    "ENDS_WITH": lambda left, right: _string(left).endswith(_string(right)),
    "GREATER": lambda left, right: _number(left) > _number(right),
    "GREATER_OR_EQUALS": lambda left, right: _number(left) >= _number(right),
    "LESS": lambda left, right: _number(left) < _number(right),
    "LESS_OR_EQUALS": lambda left, right: _number(left) <= _number(right),
    "CSS_SELECTOR": _css,
}
