"""The formats of the documentation: which files each of them makes."""

from __future__ import annotations

from collections.abc import Iterable

from gtmgen.docs.changes import render as changes_render
from gtmgen.docs.changes.model import Changes
from gtmgen.docs.html import page as html
from gtmgen.docs.html.branding import Branding
from gtmgen.docs.markdown import files as markdown
from gtmgen.docs.model import Documentation
from gtmgen.docs.spreadsheet import csv_files
from gtmgen.docs.spreadsheet import workbook as spreadsheet
from gtmgen.docs.words import Words

Files = dict[str, bytes]
FORMATS = ("html", "markdown", "xlsx", "csv")


def render(
    documentation: Documentation,
    formats: Iterable[str],
    words: Words,
    branding: Branding | None = None,
    changes: Changes | None = None,
    *,
    single: bool = False,
) -> Files:
    """The files of some formats: relative path -> content. Nothing is written.

    ``changes`` are a part of the page, and files of their own beside Markdown and CSV. With
    ``single`` the Markdown is one file.
    """
    files: Files = {}
    look = branding or Branding()
    for name in formats:
        files.update(_format(name, documentation, words, look, changes, single))
    return files


def _format(
    name: str,
    documentation: Documentation,
    words: Words,
    look: Branding,
    changes: Changes | None,
    single: bool,
) -> Files:
    match name:
        case "html":
            return {html.FILE: html.render(documentation, words, look, changes)}
        case "markdown":
            files = markdown.render(
                documentation, words, single=single, changes=changes is not None
            )
            return (
                files
                if changes is None
                else {**files, **changes_render.render_markdown(changes, documentation, words)}
            )
        case "xlsx":
            return {
                f"{documentation.project}.xlsx": spreadsheet.render_xlsx(
                    documentation, words, changes
                )
            }
        case "csv":
            files = csv_files.render(documentation, words)
            return (
                files
                if changes is None
                else {**files, **changes_render.render_csv(changes, documentation, words)}
            )
        case _:
            raise ValueError(f"there is no format {name}")
