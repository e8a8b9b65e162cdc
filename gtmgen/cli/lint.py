"""``gtmgen lint``."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.cli.checked import Checked, check_spec, merge_specs, without_unset
from gtmgen.cli.colour import paint_for_stdout, paint_problems
from gtmgen.cli.double_install import tell_double_installs_between
from gtmgen.cli.lint_fix import fix_specs, show_fixes
from gtmgen.cli.lint_places import (
    Export,
    Place,
    find_places,
    list_problems,
    make_diagnostic,
    open_named_export,
)
from gtmgen.cli.options import EnvOption, QuietOption, one_of
from gtmgen.cli.output import (
    count_line,
    data,
    make_line_reader,
    show_problems,
    show_written,
    talk,
    write_file,
)
from gtmgen.cli.spec import find_named
from gtmgen.cli.stdin import STDIN, refuse_mixed_stdin
from gtmgen.compile.compiler import compile_both
from gtmgen.diagnostics import Diagnostic, Severity, drop_repeated, render
from gtmgen.errors import GuardError, SpecError, UsageError
from gtmgen.lint.baseline import Baseline, split_debts
from gtmgen.lint.engine import lint_container, lint_spec
from gtmgen.lint.halves import lint_halves
from gtmgen.lint.view import view_of
from gtmgen.plan.guards import check_together
from gtmgen.refusals.find import find_unsound
from gtmgen.report.diagnostics_report import FORMATS, write_diagnostics
from gtmgen.rules.settings import Ignored
from gtmgen.source.open import Source, open_source
from gtmgen.spec.load import load_source

_LEVELS = (Severity.NOTE, Severity.WARNING, Severity.ERROR)


@dataclass(frozen=True)
class LintOptions:
    """The options of `gtmgen lint`."""

    specs: Annotated[
        list[Path] | None,
        typer.Argument(help="Specs, or folders that contain some.", show_default=False),
    ] = None
    container: Annotated[
        list[Path] | None,
        typer.Option(help="An export of any container; repeatable.", show_default=False),
    ] = None
    baseline: Annotated[
        Path | None,
        typer.Option(help="Ignore the findings that this file lists.", show_default=False),
    ] = None
    write_baseline: Annotated[
        Path | None,
        typer.Option(help="Write all findings to this file, as a baseline.", show_default=False),
    ] = None
    fix: Annotated[
        bool, typer.Option("--fix", help="Fix clear mistakes in the specs, and show the changes.")
    ] = False
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix would change; change nothing.")
    ] = False
    fail_on: Annotated[
        str, typer.Option(help="Exit with 1 at this severity or above: error, warning or note.")
    ] = "warning"
    env: EnvOption = None
    format: Annotated[str, typer.Option("--format", help="text, json, github or sarif.")] = "text"
    quiet: QuietOption = False


def lint(options: LintOptions) -> int:
    """Look for likely mistakes in specs, or in any container.

    A spec is checked as by `validate`, and what it compiles to as a container. `gtmgen rules`
    lists the rules, and which of them --fix can fix. A baseline lists the known findings of an old
    container, so that only new ones count. Given the exports of a web container and of the server
    container behind it, it also reports where the two send a platform different data.

    `-` reads one spec, or after --container one export, from stdin.

    Example: gtmgen lint --container container.json
    """
    one_of("--format", options.format, "text", *FORMATS)
    one_of("--fail-on", options.fail_on, "error", "warning", "note")
    specs, exports = options.specs or [], options.container or []
    if not specs and not exports:
        raise UsageError("there is nothing to check", hint="name a spec, or `--container EXPORT`")
    refuse_mixed_stdin([*specs, *exports])
    if options.fix or options.diff:
        _refuse_unfixable(specs, exports, options)
        if options.diff:
            return show_fixes(find_named(specs), options.env, _check_environment)
        fix_specs(find_named(specs), options.env, _check_environment, quiet=options.quiet)
    opened = [open_named_export(path) for path in exports]
    baseline = Baseline.read(options.baseline) if options.baseline else Baseline()
    checked = merge_specs(
        [
            *(check_spec(path, options.env, _check_environment) for path in find_named(specs)),
            *(Checked(list_problems(export)) for export in opened),
            Checked(_problems_of_halves(opened)),
        ]
    )
    problems = sorted(checked.problems, key=Diagnostic.sort_key)
    files = {export.whole.span.file for export in opened}
    errors, debts = split_debts(problems, files)
    if options.write_baseline is not None:
        write_file(options.write_baseline, [Baseline.of(debts).text()])
        if not options.quiet:
            talk(f"wrote {options.write_baseline}: {count_line(debts)}")
        if errors:
            talk("errors of a spec cannot be recorded, and are left out:\n")
            show_problems(errors)
        return int(bool(errors))
    new = sorted([*errors, *baseline.without_known(debts)], key=Diagnostic.sort_key)
    _report(new, checked.ignored, options, exports=files)
    if not options.quiet:
        _tell_known(baseline, problems, new)
    least = _LEVELS.index(Severity(options.fail_on))
    fails = any(_LEVELS.index(problem.severity) >= least for problem in new)
    return int(not _go_together(find_named(specs), options) or fails)


def _problems_of_halves(exports: Sequence[Export]) -> list[Diagnostic]:
    """What a web container and a server container that are given together tell differently."""
    webs = [export for export in exports if export.view.context == "WEB"]
    servers = [export for export in exports if export.view.context == "SERVER"]
    findings = [
        (web if item.side == "web" else server).locate(item.finding)
        for web in webs
        for server in servers
        for item in lint_halves(web.view, server.view)
    ]
    return list(dict.fromkeys(findings))


def _go_together(specs: Sequence[Path], options: LintOptions) -> bool:
    """Whether the specs' names leave room for each other in a container that they share.

    What they do twice is told beside it: neither is wrong by itself.
    """
    containers = []
    for path in specs if len(specs) > 1 else ():
        try:
            loaded = load_source(open_source(path), os.environ, options.env, needs_values=False)
            containers.append(compile_both(loaded).web)
        except SpecError:  # reported as the spec's own
            continue
    if not options.quiet:
        tell_double_installs_between(containers)
    try:
        check_together(containers)
    except GuardError as error:
        talk(f"error: {error.message}" + (f"\n\nhint: {error.hint}" if error.hint else ""))
        return False
    return True


def _refuse_unfixable(specs: Sequence[Path], exports: Sequence[Path], options: LintOptions) -> None:
    option = "--fix" if options.fix else "--diff"
    if exports or not specs:
        hint = "`gtmgen import` makes a spec of an export"
        raise UsageError(f"`{option}` mends specs, not exports", hint=hint)
    if options.format != "text":
        raise UsageError(f"`{option}` shows what changes as text, and has no other format")
    if STDIN in specs:
        raise UsageError(f"`{option}` changes files, and cannot change stdin")
    if options.fix and options.diff:
        raise UsageError("`--diff` shows what `--fix` would change: name one of them")


def _report(
    problems: Sequence[Diagnostic],
    ignored: Sequence[Ignored],
    options: LintOptions,
    *,
    exports: Collection[str],
) -> None:
    if options.format != "text":
        show_written(write_diagnostics(problems, options.format, ignored))
        return
    if problems:
        read_line = make_line_reader()
        # Of an export, a line says less than the entity's name does.
        text = render(
            problems, lambda file, line: None if file in exports else read_line(file, line)
        )
        text += "\n"
        data(paint_problems(text, paint_for_stdout(no_color=False)))
    if problems or not options.quiet:
        talk(count_line(problems, len(ignored)))


def _tell_known(
    baseline: Baseline, problems: Sequence[Diagnostic], new: Sequence[Diagnostic]
) -> None:
    more = len(problems) - len(new)
    if more:
        talk(f"{_are(more, 'more')} in the baseline")
    mended = baseline.count - more
    if mended:
        talk(f"{_are(mended, 'of the baseline')} gone: write it again with `--write-baseline`")


def _are(number: int, of_what: str) -> str:
    return f"{number} {of_what} {'is' if number == 1 else 'are'}"


def _check_environment(source: Source, env: str | None) -> Checked:
    try:
        loaded = load_source(source, os.environ, env, needs_values=False)
        containers = compile_both(loaded).containers
    except SpecError as error:
        return Checked(list(error.diagnostics))
    problems = without_unset(find_unsound(loaded, containers), loaded)
    if problems:
        return Checked(problems)
    whole = Place(loaded.document.span(()))
    reported = [
        *map(loaded.document.locate, lint_spec(loaded.spec)),
        *(
            make_diagnostic(item, find_places(container), whole)
            for container in containers
            for item in lint_container(view_of(container))
        ),
    ]
    # What the spec does not use is told in the spec's own words, or has its reason there.
    known = {one.path for one in (*loaded.warnings, *(x.diagnostic for x in loaded.ignored))
             if one.rule in _UNUSED}  # fmt: skip
    reported = [one for one in reported if one.rule != "unused-entity" or one.path not in known]
    judged = loaded.spec.lint.judge(drop_repeated(reported))
    ignored = [*loaded.ignored, *judged.ignored]
    return Checked([*loaded.warnings, *judged.told], ignored, loaded.unused_ignores(ignored))


_UNUSED = frozenset(("unused-data", "unused-trigger"))
