"""``gtmgen import``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

from gtmgen.cli.live_place import is_live, live_place, read_live
from gtmgen.cli.local_state import locate_state
from gtmgen.cli.options import QuietOption, TargetOption, one_of
from gtmgen.cli.output import data, talk
from gtmgen.errors import UsageError
from gtmgen.importer.migrate.run import check_packs
from gtmgen.importer.read.container import Imported
from gtmgen.importer.read.source import ExportFile, open_export
from gtmgen.importer.run import run
from gtmgen.importer.write.folder import OutFolder
from gtmgen.importer.write.render import SpecSettings
from gtmgen.report.import_report import import_json, import_text

_PROJECT = re.compile(r"[a-z][a-z0-9_-]*")


class ImportOptions(NamedTuple):
    """The options of `gtmgen import`."""

    source: Annotated[
        str,
        typer.Argument(
            help="An export (.json); GTM-XXXX (what is published), GTM-XXXX/workspaces/NAME or "
            "GTM-XXXX/versions/12.",
            show_default=False,
        ),
    ]
    out: Annotated[Path, typer.Option("--out", help="The folder to write to.", show_default=False)]
    lift: Annotated[
        bool, typer.Option(help="Turn what is recognised into data, triggers and events.")
    ] = True
    keep_ids: Annotated[
        bool,
        typer.Option(
            "--keep-ids", help="Keep IDs and order: `compile` gives the same file, byte for byte."
        ),
    ] = False
    project: Annotated[
        str | None,
        typer.Option(help="The spec's project.", show_default="the container's name"),
    ] = None
    workspace: Annotated[
        str | None,
        typer.Option(help="The workspace that the spec plans against.", show_default="gtmgen"),
    ] = None
    overwrite: Annotated[
        list[str] | None,
        typer.Option(
            help="Overwrite this file although it was edited: a path below DIR. Repeatable.",
            show_default=False,
        ),
    ] = None
    migrate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PACK",
            help="Replace tags that send to this pack's platform by gtmgen's own, where nothing "
            "else changes; tiktok or ga4, repeatable.",
            show_default=False,
        ),
    ] = None
    target: TargetOption = "api"
    format: Annotated[str, typer.Option("--format", help="text or json.")] = "text"
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every finding and file.")
    ] = False
    quiet: QuietOption = False


def import_(options: ImportOptions) -> int:
    """Turn a container into a spec that compiles back to it.

    With --migrate, tags that others made are replaced by gtmgen's own: the report says which, what
    that changes, and what is left for you to decide.

    Example: gtmgen import GTM-XXXX --out tracking

    Example: gtmgen import export.json --out tracking --migrate tiktok --migrate ga4
    """
    one_of("--format", options.format, "text", "json")
    if options.project is not None and not _PROJECT.fullmatch(options.project):
        raise UsageError(
            f"`{options.project}` is not a project name: lower case letters, digits, `-` and `_`"
        )
    packs = _packs(options)
    folder = OutFolder(options.out)
    imported, export = _read(options.source, options.target, quiet=options.quiet)
    settings = SpecSettings(options.project or imported.project, options.workspace)
    done = run(
        imported,
        folder,
        settings,
        lift=options.lift,
        keep_ids=options.keep_ids,
        export=export,
        overwrite=options.overwrite or [],
        packs=packs,
    )
    main = str(options.out / done.main)
    if options.format == "json":
        data(import_json(imported, done, main))
        return 0
    data(import_text(imported, done, main, verbose=options.verbose))
    if not options.quiet:
        talk(f"next: gtmgen plan {main}")
    return 0


def _packs(options: ImportOptions) -> tuple[str, ...]:
    """Those of ``--migrate``, which goes with no option that keeps all as it is."""
    if options.migrate and options.keep_ids:
        raise UsageError(
            "`--migrate` replaces tags, and `--keep-ids` promises the same file again",
            hint="import with one of them",
        )
    if options.migrate and not options.lift:
        raise UsageError("`--migrate` needs the events that `--no-lift` would not make")
    return check_packs(options.migrate or [])


def _read(source: str, target: str, *, quiet: bool) -> tuple[Imported, ExportFile | None]:
    if not is_live(source):
        if source.lower().endswith((".yaml", ".yml")):
            raise UsageError(
                f"`{source}` is a spec; an export (.json) or a container (GTM-XXXX) is imported"
            )
        export = open_export(source, leaves_out=True)
        name = Path(source).name
        return Imported(export.version, name, export.notes, malformed=export.malformed), export
    from gtmgen.cli.target import connect

    with connect(locate_state(target, []), quiet=quiet) as manager:
        read = read_live(manager, live_place(source))
    return Imported(read.version, read.source, read.notes), None
