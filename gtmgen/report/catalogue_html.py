"""The result of `gtmgen catalogue` as one HTML page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from markupsafe import Markup, escape

from gtmgen.catalogue.matching import AccountMatch
from gtmgen.catalogue.run import CatalogueResult
from gtmgen.report import catalogue_words
from gtmgen.report.html import mark_code, read_styles, render_page
from gtmgen.report.recordings_report import place_text
from gtmgen.text import plural, printable

_MOST = 100


class _Account(NamedTuple):
    id: str
    title: str
    match: AccountMatch


def render_catalogue_html(result: CatalogueResult) -> str:
    """The page; the same result gives the same text."""
    accounts = [
        _Account(f"account-{number}", one.account.platform.title, one)
        for number, one in enumerate(result.accounts)
    ]
    return render_page(
        "catalogue/report.html",
        result=result,
        feed=result.feed,
        accounts=accounts,
        words=_Words(),
        most=_MOST,
        style=read_styles("docs/html/style.css"),
        own_style=read_styles("catalogue/report.css"),
    )


class _Words:
    """What the template says; everything that comes from files is escaped."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        function: Callable[..., Any] = getattr(catalogue_words, name)
        return function

    def prose(self, text: str) -> Markup:
        return mark_code(text)

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
