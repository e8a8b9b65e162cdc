"""``gtmgen docs``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import typer

from gtmgen.cli.docs_gaps import Gaps, read_required
from gtmgen.cli.docs_last_change import last_changes
from gtmgen.cli.docs_options import read_options, stored
from gtmgen.cli.docs_since import changes_since
from gtmgen.cli.options import EnvOption, QuietOption, SpecArgument, folder_named, one_of
from gtmgen.cli.output import data, show_some, talk
from gtmgen.cli.spec import refuse_other_json
from gtmgen.docs.build import build
from gtmgen.docs.html.branding import Branding
from gtmgen.docs.model import Documentation
from gtmgen.docs.output.check import check as find_outdated
from gtmgen.docs.output.folder import Written, write
from gtmgen.docs.output.manifest import OPTIONS, Manifest
from gtmgen.docs.render import FORMATS, render
from gtmgen.docs.words import Words, load_words
from gtmgen.errors import SpecError
from gtmgen.source.open import NO_VALUES, Source, open_source
from gtmgen.spec.load import load_source
from gtmgen.text import plural


class DocsOptions(NamedTuple):
    """The options of `gtmgen docs`; None is one that the command line leaves out."""

    spec: SpecArgument
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            help="The folder to write to.",
            parser=folder_named,
            metavar="<path>",
            show_default=False,
        ),
    ]
    format: Annotated[
        str | None,
        typer.Option("--format", help="html, markdown, xlsx, csv or all.", show_default="html"),
    ] = None
    markdown: Annotated[
        str | None,
        typer.Option(
            help="pages (a file for each event) or single (one file).", show_default="pages"
        ),
    ] = None
    since: Annotated[
        str | None,
        typer.Option(
            help="Also show what has changed since git:REV, git:REV:PATH or another SPEC.yaml.",
            show_default=False,
        ),
    ] = None
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit with 1 when files are out of date.")
    ] = False
    require: Annotated[
        str,
        typer.Option(
            help="Exit with 1 when an event lacks one: description,owner,example.",
            show_default=False,
        ),
    ] = ""
    last_change: Annotated[
        bool,
        typer.Option(
            "--last-change",
            help="Also show when and by whom each event was last changed, according to Git.",
        ),
    ] = False
    env: EnvOption = None
    language: Annotated[
        str | None,
        typer.Option(help="en, de, fr, es, or a catalog FILE.yaml.", show_default="en"),
    ] = None
    title: Annotated[str | None, typer.Option(help="The title.", show_default=False)] = None
    logo: Annotated[
        str | None, typer.Option(help="A PNG, JPEG or SVG file.", show_default=False)
    ] = None
    color: Annotated[
        str | None, typer.Option(help="The accent colour, '#2457d6'.", show_default=False)
    ] = None
    templates: Annotated[
        str | None,
        typer.Option(
            help="A folder with Jinja templates of your own (no symbolic links).",
            show_default=False,
        ),
    ] = None
    quiet: QuietOption = False


def docs(options: DocsOptions) -> int:
    """Write the documentation for marketing, developers and QA.

    The HTML is one file that loads nothing from anywhere. Options that are not given keep the
    values of the folder's last run; an empty value, such as --title "", resets one. Options that
    name a path are never remembered.

    Example: gtmgen docs specs/acme-shop.yaml --out tracking-docs --format all
    """
    if options.format is not None:
        one_of("--format", options.format, "html", "markdown", "xlsx", "csv", "all")
    if options.markdown:
        one_of("--markdown", options.markdown, "pages", "single")
    required = read_required(options.require)
    path, out, quiet = options.spec, options.out, options.quiet
    named = read_options(out, {name: getattr(options, name) for name in OPTIONS})
    words = load_words(named.get("language", "en"))
    documentation = _documentation(path, named, words, last_change=options.last_change, quiet=quiet)
    files = _files(documentation, named, path, words)
    gaps = Gaps.of(documentation)
    if options.check:
        code = _check(files, path, out, quiet=quiet)
    else:
        manifest = Manifest.of(documentation.project, stored(out, named), files)
        written = write(out, files, manifest)
        code = 0
        if not quiet:
            _say(out, documentation, files, written)
            for line in gaps.lines(leave_out=required):
                talk(line)
    missing = gaps.lines(only=required)
    for line in missing:
        talk(f"error: {line}")
    return 1 if missing else code


def _documentation(
    path: Path, options: Mapping[str, str], words: Words, *, last_change: bool, quiet: bool
) -> Documentation:
    refuse_other_json(path)
    source = open_source(path)
    # Names of environment variables are shown, never their values: the same on every machine.
    loaded = load_source(source, NO_VALUES, options.get("env"), needs_values=False)
    if not quiet:
        show_some(loaded.warnings, path)
    return build(
        loaded,
        words=words,
        title=options.get("title"),
        variants=_variants(source),
        last_changes=last_changes(loaded.document, loaded.spec.events) if last_change else None,
    )


def _variants(source: Source) -> dict[str, Mapping[str, Any]]:
    """The environments that can be read."""
    by_environment: dict[str, Mapping[str, Any]] = {}
    for name in source.environments:
        try:
            by_environment[name] = source.document(NO_VALUES, name, needs_values=False).data
        except SpecError:
            continue
    return by_environment


def _files(
    documentation: Documentation, options: Mapping[str, str], path: Path, words: Words
) -> dict[str, bytes]:
    logo, templates = (
        Path(options[name]) if name in options else None for name in ("logo", "templates")
    )
    branding = Branding.read(options.get("color"), logo, templates)
    since, changes = options.get("since"), None
    if since is not None:
        changes = changes_since(documentation, since, path, options.get("env"), words)
    format_ = options.get("format", "html")
    formats = FORMATS if format_ == "all" else (format_,)
    single = options.get("markdown") == "single"
    return render(documentation, formats, words, branding, changes, single=single)


def _check(files: Mapping[str, bytes], path: Path, out: Path, *, quiet: bool) -> int:
    outdated = find_outdated(files, out)
    if outdated:
        data("\n".join(outdated))
        count = f"{len(outdated)} file{' is' if len(outdated) == 1 else 's are'}"
        talk(f"{count} not up to date")
        talk(f"\nhint: `gtmgen docs {path} --out {out}` writes them again")
        return 1
    if not quiet:
        count = plural(len(files), "file")
        talk(f"{out} is up to date: {count}")
    return 0


def _say(
    out: Path, documentation: Documentation, files: Mapping[str, bytes], written: Written
) -> None:
    size = sum(map(len, files.values())) / 1024
    count = plural(len(files), "file")
    events = plural(len(documentation.events), "event")
    talk(f"wrote {count} to {out}: {events}, {size:,.0f} KiB")
    for path in written.removed:
        talk(f"removed {out / path}, which is no longer generated")
    for path in written.kept:
        talk(f"left {out / path}, which is no longer generated, because somebody has edited it")
