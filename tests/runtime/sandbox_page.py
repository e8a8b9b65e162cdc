"""A page with the runtime's sandbox and no container: templates are run on it one by one."""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from weakref import WeakKeyDictionary

import quickjs

from gtmgen.runtime import TemplateFile
from gtmgen.runtime.bundle import templates_literal
from gtmgen.runtime.engine import RunLimits
from gtmgen.runtime.quickjs_realm import Realm, acquire, release
from gtmgen.runtime.templates import template_functions

START_OF_TIME: Final = 1_780_000_000_000
_LIMITS: Final = RunLimits(seconds=10)
_READ: Final[WeakKeyDictionary[Realm, dict[str, Any]]] = WeakKeyDictionary()
_DECLARATION: Final = re.compile(r"\b(?:let|const|class)\b")
"""What declares a name that no later script can take away: no other page may follow."""

_HELPERS = """(function (rt) {
  const scripts = [];
  const tags = [];
  const pixels = [];
  rt.options = {dataLayer: 'dataLayer'};
  rt.host.loadScript = (url, onload, onerror) =>
    scripts.push({url, onload, onerror, state: 'pending'});
  const loadImage = rt.host.loadImage;
  rt.host.loadImage = (url, onload) => { pixels.push(url); rt.host.setTimeout(onload, 0); };
  const plain = (value) => value === undefined ? '' : JSON.stringify(value);
  return {
    open(page) {
      rt.openPage(page);
      rt.loadContainer({containerId: '1', container: {publicId: 'GTM-LOCAL'}}, {});
      rt.watchTriggers();
      rt.dataLayer.install(rt.host.window, 'dataLayer');
    },
    push: (message) => { rt.host.window.dataLayer.push(message); },
    value: (code) => rt.host.evaluate('(' + code + ')'),
    data(key) { try { return rt.dataLayer.get(key, 2); } catch (error) { return false; } },
    events: () => rt.records.events.map((one) => ({name: one.event, id: one.id})),
    scripts: () => scripts.map(({url, state}) => ({url, state})),
    finish(prefix, state) {
      const pending = scripts.filter(
        (one) => one.state === 'pending' && one.url.startsWith(prefix));
      for (const one of pending) {
        one.state = state;
        const callback = state === 'loaded' ? one.onload : one.onerror;
        if (callback) callback();
      }
      return pending.length;
    },
    pixels: () => pixels,
    logs: () => rt.records.logs.map((one) => one.args.join(' ')),
    errors: () => rt.records.errors.map((one) => one.message),
    evaluate(template, fields) {
      const value = rt.evaluateTemplateVariable(
        template, fields, {eventId: this.data('gtm.uniqueEventId')});
      return value === rt.THREW ? false : value;
    },
    fire(template, fields, tagId) {
      const tag = {status: 'running', error: null};
      const before = rt.records.errors.length;
      tags.push(tag);
      rt.runTemplateTag(template, fields, {tagId, eventId: this.data('gtm.uniqueEventId')},
        () => { if (tag.status === 'running') tag.status = 'success'; },
        () => { if (tag.status === 'running') tag.status = 'failure'; });
      if (tag.status === 'failure') {
        tag.error = (rt.records.errors[before] || {message: null}).message;
      }
      return tags.length - 1;
    },
    tag: (handle) => tags[handle],
    next: () => rt.runNextTask(),
    consent: (state) => rt.consent.update(state),
    leave: (url) => rt.host.window.history.replaceState(null, '', url),
    call(method, json, template) {
      const list = JSON.parse(json);
      const result = this[method](...(template ? [template].concat(list) : list));
      return plain(result);
    },
  };
})"""


class Undefined(enum.Enum):
    UNDEFINED = "undefined"

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final = Undefined.UNDEFINED


class PageError(RuntimeError):
    """A script of the page itself threw."""


@dataclass(frozen=True)
class Event:
    name: str
    id: int


@dataclass(frozen=True)
class Script:
    url: str
    state: str


@dataclass(frozen=True)
class TagRun:
    status: str
    error: str | None


class Page:
    """One page load: `window`, its dataLayer with GTM's model, and template instances run on it."""

    def __init__(
        self,
        url: str = "https://shop.example/",
        *,
        referrer: str = "",
        cookies: Mapping[str, str] | None = None,
        seed: int = 1,
        now: int = START_OF_TIME,
    ) -> None:
        # To read the runtime takes ten times as long as to open a page in what has read it.
        self._realm = acquire("page", _LIMITS)
        self._context = self._realm.context
        self._helpers = self._context.eval(_HELPERS)(self._realm.make_runtime())
        self._call = self._context.eval("(function (h, m, j, t) { return h.call(m, j, t); })")
        self._templates: dict[str, Any] = {}
        self._has_declared = False
        page = {"url": url, "referrer": referrer, "seed": seed, "now": now}
        page["cookies"] = [{"name": n, "value": v} for n, v in (cookies or {}).items()]  # type: ignore[assignment]
        self._do("open", page)

    def __del__(self) -> None:
        del self._helpers, self._templates
        if not self._has_declared:
            release(self._realm, _LIMITS)

    def run(self, code: str) -> None:
        self._has_declared |= _DECLARATION.search(code) is not None
        try:
            self._context.eval(code)
        except quickjs.JSException as error:
            raise PageError(str(error)) from None

    def value(self, expression: str) -> Any:
        return self._do("value", expression)

    def push(self, *messages: Mapping[str, Any]) -> int | None:
        before = len(self.events)
        for message in messages:
            self._do("push", message)
        return self.events[-1].id if len(self.events) > before else None

    def start(self) -> None:
        self.push({"gtm.start": START_OF_TIME, "event": "gtm.js"})

    def navigate(self, url: str) -> None:
        self._do("leave", url)

    def settle(self) -> None:
        for _ in range(10_000):
            while self._context.execute_pending_job():
                pass
            if not self._do("next"):
                return
        raise PageError("still busy")

    def data(self, key: str) -> Any:
        return self._do("data", key)

    @property
    def events(self) -> list[Event]:
        return [Event(one["name"], one["id"]) for one in self._do("events")]

    @property
    def scripts(self) -> tuple[Script, ...]:
        return tuple(Script(one["url"], one["state"]) for one in self._do("scripts"))

    def load_scripts(self, prefix: str = "") -> int:
        return int(self._do("finish", prefix, "loaded"))

    def fail_scripts(self, prefix: str = "") -> int:
        return int(self._do("finish", prefix, "failed"))

    @property
    def pixels(self) -> tuple[str, ...]:
        return tuple(self._do("pixels"))

    @property
    def logs(self) -> tuple[str, ...]:
        return tuple(self._do("logs"))

    @property
    def errors(self) -> tuple[str, ...]:
        return tuple(self._do("errors"))

    def consent(self, **state: str) -> None:
        self._do("consent", state)

    def evaluate(self, template: TemplateFile, fields: Mapping[str, Any] | None = None) -> Any:
        return self._do("evaluate", dict(fields or {}), template=template)

    def fire(
        self, template: TemplateFile, fields: Mapping[str, Any] | None = None, tag_id: int = 1
    ) -> int:
        return int(self._do("fire", dict(fields or {}), tag_id, template=template))

    def tag(self, handle: int) -> TagRun:
        run = self._do("tag", handle)
        return TagRun(run["status"], run["error"])

    def _do(self, method: str, *arguments: Any, template: TemplateFile | None = None) -> Any:
        translated = None if template is None else self._translated(template)
        try:
            answer = self._call(self._helpers, method, json.dumps(arguments), translated)
        except quickjs.JSException as error:
            raise PageError(str(error).split("\n")[0].removeprefix("Error: ")) from None
        return UNDEFINED if answer == "" else json.loads(answer)

    def _translated(self, template: TemplateFile) -> Any:
        if template.text not in self._templates:
            self._templates[template.text] = self._make_translated(template)()
        return self._templates[template.text]

    def _make_translated(self, template: TemplateFile) -> Any:
        """A function that gives the template's, read once for all pages of a realm."""
        read = _READ.setdefault(self._realm, {})
        if template.text not in read:
            source = {
                "containerId": "1",
                "templateId": "1",
                "name": "",
                "templateData": template.text,
            }
            functions, unsupported = template_functions([source])
            assert not unsupported
            read[template.text] = self._context.eval(
                f"(function () {{ return ({templates_literal(functions)})['cvt_1_1']; }})"
            )
        return read[template.text]
