"""The result of `gtmgen catalogue` as one HTML page that asks nobody for anything.

Whatever the feed and the recordings say is shown as text: the templates escape all of it, and the
page's policy allows no script at all.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup, escape

from gtmgen.catalogue.matching import AccountMatch
from gtmgen.catalogue.run import CatalogueResult
from gtmgen.docs.html.page import make_policy
from gtmgen.packs.load import templates_directory
from gtmgen.report import catalogue_words
from gtmgen.report.recordings_report import place_text
from gtmgen.text import plural, printable

_POLICY = "GTMGEN-POLICY"
_MOST = 100


class _Account(NamedTuple):
    id: str
    title: str
    match: AccountMatch


def render_catalogue_html(result: CatalogueResult) -> str:
    """The page; the same result gives the same text."""
    folder = templates_directory()
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder / "catalogue"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    accounts = [
        _Account(f"account-{number}", one.account.platform.title, one)
        for number, one in enumerate(result.accounts)
    ]
    page = environment.get_template("report.html").render(
        result=result,
        feed=result.feed,
        accounts=accounts,
        words=_Words(),
        most=_MOST,
        policy=_POLICY,
        style=_format_style(folder / "docs/html/style.css"),
        own_style=_format_style(folder / "catalogue/report.css"),
    )
    return page.replace(_POLICY, make_policy(page), 1)


def _format_style(path: Any) -> Markup:
    return Markup(path.read_text(encoding="utf-8"))  # noqa: S704  (a file of ours)


class _Words:
    """What the template says; everything that comes from files is escaped."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(catalogue_words, name)
        return function

    def prose(self, text: str) -> Markup:
        """A sentence whose parts in backticks are code."""
        parts = printable(text).split("`")
        if len(parts) % 2 == 0:  # a backtick that a name holds
            return escape(printable(text))
        code = Markup("<code>{}</code>")
        return Markup("").join(
            code.format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
        )

    def code(self, text: str) -> Markup:
        return Markup("<code>{}</code>").format(printable(text))

    def cell(self, text: str) -> Markup:
        """A value as it stands in a file, cut where it is long; nothing for an empty one."""
        plain = printable(text)
        return (
            self.code(plain if len(plain) <= _MOST else f"{plain[: _MOST - 1]}…")
            if text
            else escape("")
        )

    def where(self, file: str, position: str) -> str:
        return printable(place_text(file, position))

    def side(self, side: str) -> str:
        return catalogue_words.SIDES[side]

    def times(self, count: int) -> str:
        return f"({count:,} times)" if count > 1 else ""

    def count(self, count: int) -> str:
        return plural(count, "time")

    def ids(self, count: int) -> str:
        return plural(count, "ID")
