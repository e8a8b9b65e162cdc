"""``gtmgen test``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.cli.options import EnvOption, QuietOption, one_of
from gtmgen.cli.output import data, make_line_reader, talk
from gtmgen.cli.spec import find_named, load_spec
from gtmgen.compile.compiler import compile_both
from gtmgen.container.veil import Veil
from gtmgen.errors import ExportError, GtmgenError, UsageError
from gtmgen.files.reading import read_limited
from gtmgen.report.scenario_report import (
    count_line,
    render_scenario_github,
    render_scenario_json,
    render_scenario_junit,
    render_scenario_markdown,
    render_scenario_text,
)
from gtmgen.report.trace_report import render_trace
from gtmgen.runtime.engine import Json, side_of
from gtmgen.scenarios.accounts import accounts_of, accounts_of_packs
from gtmgen.scenarios.halves import Halves, halves_of, with_test_secrets
from gtmgen.scenarios.load import ScenarioFile, load_scenarios, scenarios_of_spec
from gtmgen.scenarios.model import Account, Result, Status
from gtmgen.scenarios.parallel import run_parallel
from gtmgen.scenarios.run import Runner, ScenarioSetting
from gtmgen.scenarios.server_rules import payload_check
from gtmgen.spec.load import Loaded
from gtmgen.spec.model import Spec
from gtmgen.spec.scenario_checks import with_server_sides

_FORMATS: dict[str, Callable[[Sequence[Result]], str]] = {
    "json": render_scenario_json,
    "junit": render_scenario_junit,
    "markdown": render_scenario_markdown,
    "github": render_scenario_github,
}


@dataclass(frozen=True)
class TestOptions:
    """The options of `gtmgen test`."""

    specs: Annotated[
        list[Path] | None,
        typer.Argument(help="Specs, or folders that contain some.", show_default=False),
    ] = None
    scenario: Annotated[
        Path | None,
        typer.Option(
            help="Run the scenarios in this file instead of the spec's own.", show_default=False
        ),
    ] = None
    container: Annotated[
        Path | None,
        typer.Option(
            help="Run this export: any container's; a server container's beside a spec.",
            show_default=False,
        ),
    ] = None
    engine: Annotated[
        str,
        typer.Option(help="auto, quickjs (in process, no elements) or browser (Chromium)."),
    ] = "auto"
    keyword: Annotated[
        str, typer.Option("-k", help="Only scenarios whose name contains this text.")
    ] = ""
    explore: Annotated[
        bool, typer.Option("--explore", help="Write scenarios for each event and look for faults.")
    ] = False
    trace: Annotated[
        bool, typer.Option("--trace", help="Show each event, condition, tag and call.")
    ] = False
    watch: Annotated[bool, typer.Option("--watch", help="Run again when a file changes.")] = False
    record: Annotated[
        Path | None,
        typer.Option(
            help="Write what both sides sent to this file, for `check-payload`.",
            show_default=False,
        ),
    ] = None
    events_api: Annotated[
        bool,
        typer.Option(
            "--events-api",
            help="Send what both sides sent to the local Events API, and report the result.",
        ),
    ] = False
    chromium: Annotated[
        str | None,
        typer.Option(help="Path of the Chromium to use.", show_default="as installed"),
    ] = None
    env: EnvOption = None
    format: Annotated[
        str, typer.Option("--format", help="text, json, junit, markdown or github.")
    ] = "text"
    quiet: QuietOption = False

    @property
    def setting(self) -> ScenarioSetting:
        """How a scenario is played, before it is known on which site."""
        return ScenarioSetting(engine=self.engine, executable=self.chromium, trace=self.trace)


def scenarios(options: TestOptions) -> int:
    """Run scenarios: which tags fire, and with which values.

    Exits with 1 when a scenario fails. Scenarios that the engine cannot run are skipped, and
    reported as such.

    Example: gtmgen test specs/acme-shop.yaml
    """
    one_of("--format", options.format, "text", "json", "junit", "markdown", "github")
    one_of("--engine", options.engine, "auto", "quickjs", "browser")
    specs = find_named(options.specs or [])
    if not specs and options.container is None:
        raise UsageError("there is nothing to test", hint="name a spec, or `--container EXPORT`")
    if not specs and options.scenario is None:
        raise UsageError("a container alone has no scenarios", hint="add `--scenario FILE`")
    if options.explore and not specs:
        raise UsageError("`--explore` needs a spec", hint="it writes scenarios from its events")
    if options.watch:
        from gtmgen.cli.watch import watch

        return watch(
            [*specs, *filter(None, (options.scenario, options.container))], once(specs, options)
        )
    return once(specs, options)()


def once(specs: Sequence[Path], options: TestOptions) -> Callable[[], int]:
    """The work of one round."""

    def work() -> int:
        if options.explore:
            from gtmgen.cli.explore import run_explore

            return run_explore(specs, options)
        runs = [(target, target.run(options)) for target in targets(specs, options)]
        results = [result for _, one in runs for result in one]
        _report(results, options)
        failed = any(result.status is Status.FAILED for result in results)
        if options.record is not None or options.events_api:
            from gtmgen.cli.test_recording import hand_over

            played = [(target.spec, target.accounts, results) for target, results in runs]
            failed |= hand_over(played, options)
        return int(failed)

    return work


@dataclass(frozen=True)
class Target:
    """A container and the scenarios that are run against it."""

    export: Json
    accounts: tuple[Account, ...]
    setting: ScenarioSetting
    file: ScenarioFile
    server: Json | None = None
    spec: Spec | None = None

    def run(self, options: TestOptions) -> list[Result]:
        check = payload_check(self.spec) if self.spec and self.server else None
        setting = replace(self.setting, payload_check=check)
        runner = Runner(self.export, self.accounts, setting, self.file.locate, self.server)
        keyword = options.keyword.casefold()
        chosen = [one for one in self.file.scenarios if keyword in one.name.casefold()]
        return run_parallel(runner, chosen)


def targets(specs: Sequence[Path], options: TestOptions) -> Iterator[Target]:
    """What the command line names: each spec, or a container alone."""
    exported = read_export(options.container) if options.container is not None else None
    is_server = is_server_export(exported)
    for path in specs:
        loaded = load_spec(path, options.env, quiet=options.quiet, needs_values=False)
        export, server = pick_halves(loaded, exported)
        # Whatever a container of somebody else's sends to may be any of them.
        accounts = accounts_of(loaded.spec, loaded.spec.platforms if is_server else None)
        file = scenarios_of_spec(loaded)
        if options.scenario is not None:
            file = _load(options.scenario, loaded.spec.platforms)
        site = options.setting.at_site(loaded.spec)
        yield Target(export, accounts, site, file, server, loaded.spec)
    if not specs and exported is not None:
        accounts = accounts_of_packs(server=is_server)
        assert options.scenario is not None
        names = [one.name for one in accounts if one.endpoint is None]
        file = _load(options.scenario, names)
        yield Target(exported, accounts, options.setting, file)


def is_server_export(export: Json | None) -> bool:
    """Whether an export is one of a server container."""
    return export is not None and side_of(export["containerVersion"]) == "server"


def pick_halves(loaded: Loaded, exported: Json | None) -> Halves:
    """What a spec compiles to, with the export that is given in place of its half."""
    export, server = halves_of(compile_both(loaded))
    if is_server_export(exported):
        return Halves(export, exported)
    return Halves(exported or export, server)


def _load(path: Path, platforms: Iterable[str]) -> ScenarioFile:
    return load_scenarios(path, os.environ, with_server_sides(platforms))


def read_export(path: Path) -> Json:
    """An export of GTM, any container's; what a run shows of it holds no credential."""
    try:
        document = json.loads(read_limited(path))
    except OSError as error:
        raise GtmgenError(f"`{path}` cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise ExportError(f"`{path}` is not JSON: {error}") from None
    if not isinstance(document, dict) or "containerVersion" not in document:
        raise ExportError(f"`{path}` is not a GTM export: it has no `containerVersion`")
    hidden: Json = with_test_secrets(Veil("test").hide(document))
    return hidden


def _report(results: Sequence[Result], options: TestOptions) -> None:
    if options.trace and options.format == "text":
        for result in results:
            data(render_trace(result) + "\n")
    if options.format == "text":
        data(render_scenario_text(results, make_line_reader()))
    else:
        data(_FORMATS[options.format](results))
        if not options.quiet:
            talk(count_line(results))
