"""Google's own tags: which accounts a tag sets up, and who sends GA4 its page view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from gtmgen.container.entities import Parameter, Tag
from gtmgen.lint.commands import commands_in, written
from gtmgen.lint.html import text_of
from gtmgen.lint.tables import shared_rows
from gtmgen.lint.view import ContainerView

# The Google tag, and GA4's configuration tag, as it was called until 2023.
_ID_OF = {"googtag": "tagId", "gaawc": "measurementId"}
_PAGE_VIEW = "send_page_view"


def google_accounts(view: ContainerView) -> Iterator[tuple[Tag, str]]:
    """Tags that are not paused, with each tag ID that they set up.

    An ID is as the container writes it: ``G-ABC1234567`` or ``{{a variable}}``.
    """
    for tag in view.tags():
        if not tag.paused:
            yield from ((tag, id_) for id_ in dict.fromkeys(_list_ids(tag)) if id_)


def google_page_views(view: ContainerView) -> Iterator[tuple[Tag, str]]:
    """Tags that send GA4 a page view on every page, with the account as the container writes it.

    A Google tag sends one unless its settings switch that off, its own or those of a settings
    variable. What any other variable holds is not known, so that such a tag is left out.
    """
    account_of = {}
    for tag in view.tags():
        if str(tag.type) in _ID_OF:
            account_of[tag.name] = text_of(tag, _ID_OF[str(tag.type)])
    for tag in view.tags():
        if tag.paused or not view.sent.fires_on_every_page(tag):
            continue
        if tag.name in account_of and _is_page_view_sender(view, tag):
            yield tag, account_of[tag.name]
        elif tag.type == "gaawe" and text_of(tag, "eventName") == "page_view":
            base = account_of.get(text_of(tag, "measurementId"), "")
            yield tag, text_of(tag, "measurementIdOverride") or base


def _is_page_view_sender(view: ContainerView, tag: Tag) -> bool:
    shared = shared_rows(view, tag, "configSettingsVariable")
    if shared is None and text_of(tag, "configSettingsVariable"):
        return False
    in_variable = [row.value for row in shared or () if row.name == _PAGE_VIEW]
    values = [text_of(tag, "sendPageView"), *_list_settings(tag.parameter), *in_variable]
    return all(value in ("", "true") for value in values)


def _list_settings(parameters: Iterable[Parameter]) -> Iterator[str]:
    """The values of ``send_page_view`` in the tables of a tag."""
    for table in parameters:
        for row in table.value if isinstance(table.value, tuple) else ():
            cells = [cell.value for cell in row.value] if isinstance(row.value, tuple) else []
            if _PAGE_VIEW in cells:
                yield from (str(value) for value in cells if value != _PAGE_VIEW)


def _list_ids(tag: Tag) -> Iterator[str]:
    key = _ID_OF.get(str(tag.type))
    if key is not None:
        yield text_of(tag, key)
    elif tag.type == "html":
        for arguments in commands_in(text_of(tag, "html"), "gtag", "config"):
            yield from map(written, arguments[:1])
