"""A page with GTM's template sandbox in it: the local emulation that templates are tested in.

QuickJS runs the code; sandbox.js holds the sandbox's rules, page.js the page and the data layer,
testing.js the test API of the template editor. Each of them names what it copies.
"""

from __future__ import annotations

import base64
import enum
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, cast

from gtmgen.runtime.language import to_javascript
from gtmgen.runtime.problems import TemplateError
from gtmgen.runtime.template import Scenario, Template, check_template, scenario_code
from gtmgen.runtime.translate import TEST_NAMES

_MODULES = ("page.js", "sandbox.js", "testing.js")
_TASK_LIMIT = 10_000
_SECONDS = 10
#: A Tuesday in 2026; the emulation's clock moves only when tasks run.
START_OF_TIME: Final = 1_780_000_000_000


class Undefined(enum.Enum):
    """JavaScript's `undefined`, which is not `null`."""

    UNDEFINED = "undefined"

    def __repr__(self) -> str:
        return "UNDEFINED"

    def __bool__(self) -> bool:
        return False


UNDEFINED: Final = Undefined.UNDEFINED
Status = Literal["running", "success", "failure"]


class PageError(RuntimeError):
    """A script of the page itself threw."""


@dataclass(frozen=True, slots=True)
class Event:
    """A message with an event, after the data layer has taken it in."""

    name: str
    id: int


@dataclass(frozen=True, slots=True)
class Script:
    """A script element that a template asked for."""

    url: str
    token: str | None
    state: Literal["pending", "loaded", "failed"]


@dataclass(frozen=True, slots=True)
class TagRun:
    """How one run of a tag stands; `error` is the exception that ended it."""

    status: Status
    error: str | None


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """The outcome of one test of a template; the message is empty when it passed."""

    name: str
    passed: bool
    message: str


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
        self._engine = _engine()
        self._context = self._engine.Context()
        self._context.set_time_limit(_SECONDS)
        self._call = self._context.eval(_bootstrap())
        self._templates: dict[str, int] = {}
        self._draining = False
        self.events: list[Event] = []
        self.on_event: Callable[[Event], None] | None = None
        options = {"url": url, "referrer": referrer, "cookies": dict(cookies or {})}
        self._do("openPage", {**options, "seed": seed, "now": now})

    # -------------------------------------------------------------------- page
    def run(self, code: str) -> None:
        """Runs a script of the page itself (with `window`), then handles what it pushed."""
        try:
            self._context.eval(code)
        except self._engine.JSException as error:
            raise PageError(str(error)) from None
        self._drain()

    def value(self, expression: str) -> Any:
        """The value of a page expression as JSON; functions are left out as JSON does."""
        found: Any = self._do("value", expression)
        return found

    def push(self, *messages: Mapping[str, Any]) -> int | None:
        """dataLayer.push of each message. The number of the last event, None without an event.

        Unlike in a browser, listeners run after the push returns and not inside it.
        """
        before = len(self.events)
        for message in messages:
            self._do("push", message)
        self._drain()
        return self.events[-1].id if len(self.events) > before else None

    def start(self) -> None:
        """What the GTM snippet does: the gtm.js message, behind gtm.init_consent and gtm.init."""
        self.push({"gtm.start": START_OF_TIME, "event": "gtm.js"})

    def navigate(self, url: str) -> None:
        """Changes the address within the page (no reload and no message)."""
        self._do("navigate", url)

    def settle(self) -> None:
        """Runs timers, digests and callbacks until nothing is left to do."""
        for _ in range(_TASK_LIMIT):
            self._drain()
            for asked in self._do("takeDigests"):
                self._do("answerDigest", asked["id"], _digest(asked["text"], asked["encoding"]))
            if not self._do("runTask"):
                return
        raise PageError(f"Still busy after {_TASK_LIMIT} tasks.")

    def data(self, key: str) -> Any:
        """What a data layer variable (version 2) would read."""
        return self._do("lookUp", key)

    # ----------------------------------------------------------------- scripts
    @property
    def scripts(self) -> tuple[Script, ...]:
        """Script elements in the order in which they were put into the document."""
        return tuple(
            Script(one["url"], one.get("token"), one["state"]) for one in self._do("scripts")
        )

    def load_scripts(self, prefix: str = "") -> int:
        """Lets pending scripts (whose URL starts so) load. How many there were."""
        return cast(int, self._do("finishScripts", prefix, "loaded"))

    def fail_scripts(self, prefix: str = "") -> int:
        """Lets pending scripts fail, as an ad blocker does. How many there were."""
        return cast(int, self._do("finishScripts", prefix, "failed"))

    @property
    def pixels(self) -> tuple[str, ...]:
        """URLs requested by sendPixel."""
        return tuple(self._do("pixels"))

    @property
    def logs(self) -> tuple[str, ...]:
        """Lines written by logToConsole."""
        return tuple(self._do("logs"))

    @property
    def errors(self) -> tuple[str, ...]:
        """Errors that GTM hides: of variables and of callbacks, in this order."""
        return tuple(self._do("variableErrors")) + tuple(self._do("swallowed"))

    # --------------------------------------------------------------- templates
    def evaluate(self, template: Template, fields: Mapping[str, Any] | None = None) -> Any:
        """The value of a variable of this template: `False` when it throws, as in GTM."""
        return self._do("evaluate", self._index(template), dict(fields or {}))

    def fire(
        self, template: Template, fields: Mapping[str, Any] | None = None, tag_id: int = 1
    ) -> int:
        """Runs a tag of this template; the handle is for `tag`."""
        handle: int = self._do("fire", self._index(template), dict(fields or {}), tag_id)
        return handle

    def tag(self, handle: int) -> TagRun:
        """How a run stands by now. gtmOnSuccess is asynchronous: `settle` first."""
        run = self._do("tag", handle)
        return TagRun(run["status"], run["error"])

    def run_scenario(self, template: Template, scenario: Scenario) -> None:
        """Runs one test on this page. Raises PageError when it fails."""
        self._do(
            "runScenario",
            self._index(template),
            to_javascript(scenario_code(template, scenario), TEST_NAMES),
        )

    # ---------------------------------------------------------------- plumbing
    def _index(self, template: Template) -> int:
        if template.text not in self._templates:
            code = to_javascript(template.code)
            permissions = {name: dict(values) for name, values in template.permissions.items()}
            self._templates[template.text] = self._do("addTemplate", code, permissions)
        return self._templates[template.text]

    def _drain(self) -> None:
        if self._draining:
            return
        self._draining = True
        try:
            while (found := self._do("step")) is not None:
                event = Event(found["name"], found["id"])
                self.events.append(event)
                if self.on_event is not None:
                    self.on_event(event)
        finally:
            self._draining = False

    def _do(self, method: str, *arguments: Any) -> Any:
        try:
            answer = self._call(method, json.dumps(arguments))
        except self._engine.JSException as error:
            raise PageError(str(error).split("\n")[0].removeprefix("Error: ")) from None
        return UNDEFINED if answer == "" else json.loads(answer)


def run_tests(template: Template) -> list[ScenarioResult]:
    """Runs every scenario of a template, each on a page of its own.

    Raises TemplateError when the language checker refuses the code or a test.
    """
    if problems := check_template(template):
        raise TemplateError(problems)
    return [_run_test(template, scenario) for scenario in template.scenarios]


def _run_test(template: Template, scenario: Scenario) -> ScenarioResult:
    try:
        Page().run_scenario(template, scenario)
    except PageError as error:
        return ScenarioResult(scenario.name, False, str(error))
    return ScenarioResult(scenario.name, True, "")


def _engine() -> Any:
    try:
        import quickjs
    except ModuleNotFoundError:
        message = "Running templates needs QuickJS: install `quickjs-ng`."
        raise PageError(message) from None
    return quickjs


def _digest(text: str, encoding: str) -> str:
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass"))
    return digest.hexdigest() if encoding == "hex" else base64.b64encode(digest.digest()).decode()


@cache
def _bootstrap() -> str:
    """One expression that builds the emulation and gives its single entry point."""
    folder = resources.files("gtmgen.runtime")
    modules = ",\n".join((folder / name).read_text(encoding="utf-8") for name in _MODULES)
    return f"""(function (modules) {{
      const rt = {{}};
      for (const module of modules) module(rt);
      rt.push = (message) => void globalThis.dataLayer.push(message);
      rt.value = (expression) => globalThis.eval('(' + expression + ')');
      rt.tag = (handle) => rt.tags[handle];
      return function (method, json) {{
        const member = rt[method];
        const result = typeof member === 'function' ? member(...JSON.parse(json)) : member;
        const text = JSON.stringify(result);
        return text === undefined ? (method === 'step' ? 'null' : '') : text;
      }};
    }})([{modules}])"""
