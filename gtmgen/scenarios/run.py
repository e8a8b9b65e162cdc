"""Runs scenarios against a container."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gtmgen.diagnostics import Path, Span
from gtmgen.runtime.engine import (
    EngineError,
    EngineName,
    PreparedContainer,
    Run,
    RunLimits,
    RunOptions,
    load_container,
    run_scenario,
)
from gtmgen.scenarios.explain import Explainer
from gtmgen.scenarios.explain_server import ServerExplainer
from gtmgen.scenarios.judge import Evidence, judge
from gtmgen.scenarios.model import (
    LOAD,
    Account,
    Call,
    Failure,
    Result,
    Scenario,
    ServerRun,
    Status,
)
from gtmgen.scenarios.observe import observed_calls
from gtmgen.scenarios.server_rules import PayloadCheck, broken_rules
from gtmgen.scenarios.server_side import ServerSide
from gtmgen.scenarios.translate import Script, translate
from gtmgen.scenarios.untested import (
    NO_ENGINE_CAN,
    explain_missing_page,
    explain_missing_server,
    explain_skipped,
    explain_unsupported,
    explain_unsupported_server,
)
from gtmgen.spec.model import Spec

_EXTRAS = {"quickjs": "pip install 'gtmgen[runtime]'", "browser": "pip install 'gtmgen[browser]'"}


@dataclass(frozen=True)
class ScenarioSetting:
    """What scenarios run in: engine (`auto`, `quickjs`, `browser`), site, Chromium's path.

    On an ``empty_page`` no element is missed where there is no browser.

    ``payload_check`` is what holds of each request that a server container sends.
    """

    origin: str = "https://shop.example"
    engine: str = "auto"
    executable: str | None = None
    trace: bool = False
    data_layer: str = "dataLayer"
    empty_page: bool = False
    seconds: float = 5.0
    payload_check: PayloadCheck | None = None
    clock: Callable[[], float] = time.perf_counter

    def at_site(self, spec: Spec) -> ScenarioSetting:
        """The same on a spec's own site: its first host, its name of the data layer."""
        origin = f"https://{spec.site.hosts[0]}" if spec.site.hosts else self.origin
        return replace(self, origin=origin, data_layer=spec.site.data_layer)


class Runner:
    """Runs scenarios against one container, which is made ready once.

    ``export`` is a web container's, whose hits go to the container of ``server``, or a server
    container's alone.
    """

    def __init__(
        self,
        export: Mapping[str, Any],
        accounts: Sequence[Account],
        setting: ScenarioSetting,
        locate: Callable[[Path], Span],
        server: Mapping[str, Any] | None = None,
    ) -> None:
        container = load_container(export)
        self._page = None if container.side == "server" else container
        if self._page is None:
            of_server: PreparedContainer | None = container
        else:
            of_server = load_container(server) if server is not None else None
        self._server = (
            ServerSide(of_server, accounts, setting.origin) if of_server is not None else None
        )
        self._accounts = tuple(accounts)
        self._setting = setting
        self._locate = locate

    def run_all(self, scenarios: Iterable[Scenario]) -> Iterator[Result]:
        """One result for each scenario, in order."""
        for scenario in scenarios:
            yield self.run(scenario)

    def may_need_browser(self, scenarios: Iterable[Scenario]) -> bool:
        """Whether one of them is played in a browser for sure."""
        if self._setting.engine != "auto":
            return self._setting.engine == "browser"
        return any(one.needs_document or one.engine == "browser" for one in scenarios)

    def run(self, scenario: Scenario) -> Result:
        """Plays a scenario and judges it."""
        started = self._setting.clock()
        script = translate(scenario, self._accounts, self._setting.origin)
        story = self._play(scenario, script, trace=self._setting.trace)
        span = self._locate((*scenario.path, "name"))
        if story.reason:
            return Result(
                scenario,
                span,
                Status.NOT_TESTED,
                reason=story.reason,
                engine=story.engine,
                seconds=self._setting.clock() - started,
            )
        failures = self._judge(scenario, script, story)
        if failures and not self._setting.trace:  # again, with what explains it
            story = self._play(scenario, script, trace=True)
            failures = self._judge(scenario, script, story)
        return Result(
            scenario,
            span,
            Status.FAILED if failures else Status.PASSED,
            tuple(failures),
            calls=self._calls(script, story),
            run=story.page,
            engine=story.engine,
            seconds=self._setting.clock() - started,
            steps=script.steps,
            server=story.server,
        )

    def _play(self, scenario: Scenario, script: Script, *, trace: bool) -> _Story:
        if self._page is None:
            story = _Story("quickjs", Run(), explain_missing_page(scenario))
        elif scenario.is_without_page and self._server is not None:
            story = _Story("quickjs", Run(), "")
        else:
            story = self._play_page(self._page, scenario, script, trace=trace)
        if story.reason or story.page.stopped:
            return story
        if self._server is None:
            return replace(story, reason=explain_missing_server(scenario))
        page = story.page if self._page is not None else None
        try:
            server = self._server.play(
                scenario, page, script.steps, trace=trace, seconds=self._setting.seconds
            )
        except EngineError as error:
            return replace(story, reason=str(error))
        reason = explain_unsupported_server(server.run.unsupported)
        return replace(story, server=server, reason=reason)

    def _play_page(
        self, container: PreparedContainer, scenario: Scenario, script: Script, *, trace: bool
    ) -> _Story:
        engine = self._setting.engine
        if engine == "auto":
            engine = scenario.engine
        reason = ""
        if engine in ("auto", "quickjs") and not (engine == "auto" and scenario.needs_document):
            run, reason = self._play_in("quickjs", container, scenario, script, trace)
            if not reason or engine == "quickjs" or reason.startswith(NO_ENGINE_CAN):
                return _Story("quickjs", run, reason)
        run, missing = self._play_in("browser", container, scenario, script, trace)
        if missing and reason:
            missing = f"{reason}; {missing}"
        return _Story("browser", run, missing)

    def _play_in(
        self,
        engine: EngineName,
        container: PreparedContainer,
        scenario: Scenario,
        script: Script,
        trace: bool,
    ) -> tuple[Run, str]:
        layer = scenario.setup.get("data_layer_name", self._setting.data_layer)
        empty_page = self._setting.empty_page
        options = RunOptions(trace=trace, data_layer=layer, empty_page=empty_page)
        limits = RunLimits(seconds=self._setting.seconds)
        try:
            run = run_scenario(
                container,
                script.scenario,
                engine=engine,
                options=options,
                limits=limits,
                executable=self._setting.executable,
            )
        except EngineError as error:
            return Run(), str(error)
        except ImportError:
            return Run(), f"the {engine} engine is not installed ({_EXTRAS[engine]})"
        if run.stopped:
            return run, ""
        has_html = bool(scenario.setup.keys() & {"html", "pages"})
        if reason := explain_skipped(run.skipped, has_html=has_html):
            return run, reason
        return run, explain_unsupported(scenario, run.unsupported)

    def _calls(self, script: Script, story: _Story) -> tuple[Call, ...]:
        calls = observed_calls(story.page, script, self._accounts)
        if story.server is None:
            return calls
        return tuple(sorted((*calls, *story.server.calls), key=lambda call: call.step))

    def _judge(self, scenario: Scenario, script: Script, story: _Story) -> list[Failure]:
        stopped = story.page.stopped or (story.server and story.server.run.stopped)
        if stopped:
            return [Failure(self._locate((*scenario.path, "name")), f"stopped: {stopped}")]

        def step_of(index: int) -> int:
            return script.steps[index + 1] if index + 1 < len(script.steps) else LOAD

        version = self._page.version if self._page is not None else {}
        explainer: Explainer = Explainer(version, story.page.trace, step_of)
        explainers = dict.fromkeys((one.name for one in self._accounts), explainer)
        if story.server is not None and self._server is not None:
            of_server = ServerExplainer(self._server.version, story.server)
            explainers |= {one.name: of_server for one in self._accounts if one.endpoint}
            sides: tuple[Explainer, ...] = (explainer, of_server)
        else:
            sides = (explainer,)
        evidence = Evidence(self._calls(script, story), self._accounts, explainers, sides)
        return [*judge(scenario, evidence, self._locate), *self._list_broken_rules(scenario, story)]

    def _list_broken_rules(self, scenario: Scenario, story: _Story) -> Iterator[Failure]:
        if story.server is None:
            return
        span = self._locate((*scenario.path, "name"))
        for one in broken_rules(story.server, self._accounts, self._setting.payload_check):
            yield Failure(span, one.message, one.details)


@dataclass(frozen=True, slots=True)
class _Story:
    """What was played: the engine, the page's run, why it says nothing, the server's run."""

    engine: str
    page: Run
    reason: str
    server: ServerRun | None = None
