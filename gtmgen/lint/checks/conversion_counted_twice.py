"""One conversion of Google Ads that two tags report at the same moment."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag
from gtmgen.lint.html import text_of
from gtmgen.lint.view import ContainerView, Finding


def check(view: ContainerView) -> Iterator[Finding]:
    """Tags for the same account and label that share a trigger, and no order ID."""
    earlier: dict[tuple[str, str], list[Tag]] = {}
    for tag in view.tags():
        if tag.type != "awct" or tag.paused or tag.blocking:
            continue
        action = text_of(tag, "conversionId"), text_of(tag, "conversionLabel")
        others = earlier.setdefault(action, [])
        other = next((item for item in others if all(action) and _both_count(tag, item)), None)
        if other is not None:
            text = (
                f"It reports the conversion `{action[1]}` to Google Ads on a trigger on which "
                f"`{other.name}` reports it, too, and no order ID tells that they are one."
            )
            yield Finding(Kind.TAG, tag.name, text)
        others.append(tag)


def _both_count(tag: Tag, other: Tag) -> bool:
    """Whether they fire together; Google counts an order ID once for each conversion."""
    order_ids = {text_of(tag, "orderId"), text_of(other, "orderId")}
    has_one_order = len(order_ids) == 1 and "" not in order_ids
    return not has_one_order and not {*tag.firing}.isdisjoint(other.firing)
