"""Google's own tags: which accounts a tag sets up, and who sends GA4 its page view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gtmgen.container.entities import Tag
from gtmgen.container.values import Parameter
from gtmgen.lint.code import Code, Mapped
from gtmgen.lint.commands import commands_in, written, written_list
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
    for tag in view.tags_of(*_ID_OF, "html"):
        if not tag.paused:
            yield from ((tag, id_) for id_ in dict.fromkeys(_list_ids(tag)) if id_)


class GooglePageView(NamedTuple):
    """A tag sends GA4 a page view, as an event or because it ``sets_up`` the account."""

    tag: Tag
    account: str
    sets_up: bool


def google_page_views(view: ContainerView) -> Iterator[GooglePageView]:
    """Tags that send GA4 a page view on every page, with the account as the container writes it.

    A Google tag sends one unless its settings switch that off, its own or those of a settings
    variable. What any other variable holds is not known, so that such a tag is left out.
    """
    account_of = {}
    for tag in view.tags_of(*_ID_OF):
        account_of[tag.name] = text_of(tag, _ID_OF[str(tag.type)])
    for tag in view.tags_of(*_ID_OF, "gaawe", "html"):
        if tag.paused or not view.sent.fires_on_every_page(tag):
            continue
        if tag.name in account_of and _is_page_view_sender(view, tag):
            yield GooglePageView(tag, account_of[tag.name], sets_up=True)
        elif tag.type == "gaawe" and text_of(tag, "eventName") == "page_view":
            base = account_of.get(text_of(tag, "measurementId"), "")
            yield GooglePageView(tag, text_of(tag, "measurementIdOverride") or base, sets_up=False)
        elif tag.type == "html":
            yield from _page_views_in_code(tag)


def _page_views_in_code(tag: Tag) -> Iterator[GooglePageView]:
    """``gtag('config', ID)`` sends a page view unless its options switch that off, and
    ``gtag('event', 'page_view', {send_to: ...})`` one to each target.

    Without ``send_to`` an event goes to all that are set up in the same group, which nobody can
    tell from here.
    """
    html = text_of(tag, "html")
    for arguments in commands_in(html, "gtag", "config", only_at_once=True):
        id_, options = (*arguments, None, None)[:2]
        # Of options that could not be read whole, `send_page_view` may be what is missing.
        if options is None or (isinstance(options, Mapped) and options.whole):
            said = options.items.get(_PAGE_VIEW) if isinstance(options, Mapped) else None
            if said in (None, Code("true"), Code("!0")):
                yield from (GooglePageView(tag, one, True) for one in _measured([written(id_)]))
    for arguments in commands_in(html, "gtag", "event", only_at_once=True):
        name, options = (*arguments, None, None)[:2]
        if written(name) == "page_view" and isinstance(options, Mapped):
            targets = written_list(options.items.get("send_to"))
            yield from (GooglePageView(tag, one, False) for one in _measured(targets))


def _measured(ids: Iterable[str]) -> Iterator[str]:
    """Those that may be GA4's: what else Google has begins otherwise."""
    return (id_ for id_ in ids if id_ and not id_.startswith(("AW-", "DC-", "UA-", "GTM-")))


def _is_page_view_sender(view: ContainerView, tag: Tag) -> bool:
    shared = shared_rows(view, tag, "configSettingsVariable")
    # Settings that cannot be read may switch the page view off: nothing is said of such a tag.
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
