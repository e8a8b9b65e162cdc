"""Runs scenarios against a container."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import Any

from gtmgen.diagnostics import Path, Span
from gtmgen.runtime.engine import (
    Container,
    EngineError,
    EngineName,
    Limits,
    Options,
    Run,
    load_container,
    run_scenario,
)
from gtmgen.scenarios.explain import Explainer
from gtmgen.scenarios.judge import Evidence, judge
from gtmgen.scenarios.model import LOAD, Account, Failure, Result, Scenario, Status
from gtmgen.scenarios.observe import observed_calls
from gtmgen.scenarios.translate import Script, translate
from gtmgen.spec.model import Spec

#: What the engine without a document lacks and a scenario without clicks can do without.
_IDLE = ("CLICK trigger", "LINK_CLICK trigger", "FORM_SUBMISSION trigger")
#: On a page without HTML there is no element to become visible, and no video.
_IDLE_WITHOUT_HTML = ("ELEMENT_VISIBILITY trigger", "YOU_TUBE_VIDEO trigger")
_FEW = 12
_NEEDS = "needs a browser: "
_NO_ENGINE_CAN = "the runtime has no "
_EXTRAS = {"quickjs": "pip install 'gtmgen[runtime]'", "browser": "pip install 'gtmgen[browser]'"}


@dataclass(frozen=True)
class Setting:
    """What scenarios run in: engine (`auto`, `quickjs`, `browser`), site, Chromium's path."""

    origin: str = "https://shop.example"
    engine: str = "auto"
    executable: str | None = None
    trace: bool = False
    data_layer: str = "dataLayer"
    seconds: float = 5.0
    clock: Callable[[], float] = time.perf_counter

    def at_site(self, spec: Spec) -> Setting:
        """The same on a spec's own site: its first host, its name of the data layer."""
        origin = f"https://{spec.site.hosts[0]}" if spec.site.hosts else self.origin
        return replace(self, origin=origin, data_layer=spec.site.data_layer)


class Runner:
    """Runs scenarios against one container, which is made ready once."""

    def __init__(
        self,
        export: Mapping[str, Any],
        accounts: Sequence[Account],
        setting: Setting,
        locate: Callable[[Path], Span],
    ) -> None:
        self._container: Container = load_container(export)
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
        engine, run, reason = self._play(scenario, script, trace=self._setting.trace)
        span = self._locate((*scenario.path, "name"))
        if reason:
            seconds = self._setting.clock() - started
            return Result(
                scenario, span, Status.NOT_TESTED, reason=reason, engine=engine, seconds=seconds
            )
        failures = self._judge(scenario, script, run)
        if failures and not self._setting.trace:  # again, with what explains it
            _, run, _ = self._play(scenario, script, trace=True)
            failures = self._judge(scenario, script, run)
        calls = observed_calls(run, script, self._accounts)
        return Result(
            scenario,
            span,
            Status.FAILED if failures else Status.PASSED,
            tuple(failures),
            calls=calls,
            run=run,
            engine=engine,
            seconds=self._setting.clock() - started,
            steps=script.steps,
        )

    def _play(self, scenario: Scenario, script: Script, *, trace: bool) -> tuple[str, Run, str]:
        """The engine, the run, and why it says nothing, if so."""
        wanted = self._setting.engine
        if wanted == "auto":
            wanted = scenario.engine
        reason = ""
        if wanted in ("auto", "quickjs") and not (wanted == "auto" and scenario.needs_document):
            run, reason = self._play_in("quickjs", scenario, script, trace)
            if not reason or wanted == "quickjs" or reason.startswith(_NO_ENGINE_CAN):
                return "quickjs", run, reason
        run, missing = self._play_in("browser", scenario, script, trace)
        if missing and reason:
            missing = f"{reason}; {missing}"
        return "browser", run, missing

    def _play_in(
        self, engine: EngineName, scenario: Scenario, script: Script, trace: bool
    ) -> tuple[Run, str]:
        layer = scenario.setup.get("data_layer_name", self._setting.data_layer)
        options = Options(trace=trace, data_layer=layer)
        limits = Limits(seconds=self._setting.seconds)
        try:
            run = run_scenario(
                self._container,
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
        if reason := _lacking(run.skipped, has_html=has_html):
            return run, reason
        # A video's trigger matters where the page has a video.
        kinds = ("tag type", "variable type", *(("trigger type",) if _has_video(scenario) else ()))
        needed = [one for one in run.unsupported if one.startswith(kinds)]
        if needed:
            return run, f"{_NO_ENGINE_CAN}{', '.join(needed)}"
        return run, ""

    def _judge(self, scenario: Scenario, script: Script, run: Run) -> list[Failure]:
        if run.stopped:
            return [Failure(self._locate((*scenario.path, "name")), f"stopped: {run.stopped}")]

        def step_of(index: int) -> int:
            return script.steps[index + 1] if index + 1 < len(script.steps) else LOAD

        evidence = Evidence(
            observed_calls(run, script, self._accounts),
            run,
            self._accounts,
            step_of,
            Explainer(self._container.version, run.trace, step_of),
        )
        return judge(scenario, evidence, self._locate)


def run_parallel(
    runner: Runner, scenarios: Sequence[Scenario], processes: int | None = None
) -> list[Result]:
    """Results in order, made by several processes: an interpreter runs one page at a time.

    A browser is one process's; where scenarios are few, or need one, this one runs them.
    """
    count = processes or os.cpu_count() or 1
    can_fork = "fork" in multiprocessing.get_all_start_methods()
    if count < 2 or not can_fork or len(scenarios) < _FEW or runner.may_need_browser(scenarios):
        return list(runner.run_all(scenarios))
    size = -(-len(scenarios) // count)
    chunks = [scenarios[start : start + size] for start in range(0, len(scenarios), size)]
    context = multiprocessing.get_context("fork")
    pipes = []
    for chunk in chunks[1:]:
        receiving, sending = context.Pipe(duplex=False)
        worker = context.Process(target=_work, args=(runner, chunk, sending), daemon=True)
        worker.start()
        sending.close()
        pipes.append((worker, receiving, chunk))
    results = list(runner.run_all(chunks[0]))
    for worker, receiving, chunk in pipes:
        try:
            results += receiving.recv()
        except EOFError:  # a worker that died: this process runs its share
            results += runner.run_all(chunk)
        worker.join()
    return results


def _work(runner: Runner, scenarios: Sequence[Scenario], sending: Connection) -> None:
    sending.send(list(runner.run_all(scenarios)))
    sending.close()


def _has_video(scenario: Scenario) -> bool:
    pages = [scenario.setup.get("html", ""), *scenario.setup.get("pages", {}).values()]
    return any("youtube" in str(one).lower() for one in pages)


def _lacking(skipped: str | None, *, has_html: bool) -> str:
    """Why a run says nothing: what it lacks and the scenario could have used."""
    if skipped is None or not skipped.startswith(_NEEDS):
        return skipped or ""
    idle = _IDLE if has_html else (*_IDLE, *_IDLE_WITHOUT_HTML)
    lacking = [one for one in skipped[len(_NEEDS) :].split(", ") if one not in idle]
    return f"{_NEEDS}{', '.join(lacking)}" if lacking else ""
