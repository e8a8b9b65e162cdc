"""One conversion of Google Ads that two tags report at the same moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gtmgen.container.entities import Kind, Tag
from gtmgen.lint.code import Mapped
from gtmgen.lint.commands import commands_in, written, written_list
from gtmgen.lint.constants import constant_of
from gtmgen.lint.html import text_of
from gtmgen.lint.view import ContainerView, Finding


class _Conversion(NamedTuple):
    """``account`` is without the ``AW-`` that only scripts write; ``order_id`` may be empty."""

    tag: Tag
    account: str
    label: str
    order_id: str


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags for the same account and label that fire together, and no order ID that they share."""
    earlier: dict[tuple[str, str], list[_Conversion]] = {}
    for one in _list_conversions(view):
        earlier_tags = earlier.setdefault((one.account, one.label), [])
        other = next((item for item in earlier_tags if _is_counted_by_both(view, one, item)), None)
        if other is not None:
            text = (
                f"It reports the conversion `{one.label}` to Google Ads on a trigger on which "
                f"`{other.tag.name}` reports it, too, and no order ID tells that they are one."
            )
            yield Finding(Kind.TAG, one.tag.name, text)
        earlier_tags.append(one)


def _list_conversions(view: ContainerView) -> Iterator[_Conversion]:
    """Those that always count: of tags that are neither paused nor blocked by anything."""
    for tag in view.tags():
        # An exception may be what keeps two tags apart: nothing is said unless it is certain.
        if tag.paused or tag.blocking:
            continue
        if tag.type == "awct":
            keys = ("conversionId", "conversionLabel", "orderId")
            one = _Conversion(tag, *(constant_of(view, text_of(tag, key)) for key in keys))
            yield from [one] if one.account and one.label else ()
        elif tag.type == "html":
            yield from dict.fromkeys(_list_in_code(view, tag))


def _list_in_code(view: ContainerView, tag: Tag) -> Iterator[_Conversion]:
    """``gtag('event', 'conversion', {send_to: 'AW-ID/LABEL', transaction_id: ...})``.

    Google's snippet for clicks only defines a function, which the site calls.
    """
    for arguments in commands_in(text_of(tag, "html"), "gtag", "event", only_at_once=True):
        name, options = (*arguments, None, None)[:2]
        if written(name) == "conversion" and isinstance(options, Mapped):
            order_id = constant_of(view, written(options.items.get("transaction_id")))
            for target in written_list(options.items.get("send_to")):
                account, _, label = constant_of(view, target).partition("/")
                if account and label:
                    yield _Conversion(tag, account.removeprefix("AW-"), label, order_id)


def _is_counted_by_both(view: ContainerView, one: _Conversion, other: _Conversion) -> bool:
    """Whether they fire together; Google counts an order ID once for each conversion."""
    is_one_order = one.order_id == other.order_id != ""
    is_one_tag = one.tag.name == other.tag.name
    return not is_one_order and not is_one_tag and view.sent.fire_together(one.tag, other.tag)
