"""Numbers and items from a key that may as well be text."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.schema import SERVER_SOURCES

_CONVERTED = ("number", "integer", "items", "currency")


def check(view: SpecView) -> Iterator[Remark]:
    """Parameters that are a number, a list of items or a currency for the platform."""
    told: set[str] = set()
    for delivery in view.deliveries:
        for param, source in delivery.params.items():
            known = delivery.platform.pack.params.get(param)
            data = view.spec.data.get(source) if isinstance(source, str) else None
            if known is None or data is None or data.key in told:
                continue
            if data.source in SERVER_SOURCES:  # the tag itself reads them as what they are to be
                continue
            if data.type == "any" and data.source != "sum" and known.type in _CONVERTED:
                told.add(data.key)
                yield Remark(
                    ("data", data.key),
                    f"the data key `{data.key}` has no type, and the parameter `{param}` is sent "
                    "from it: what the site writes as text goes out as text",
                    f"add `type: {known.type}`, which reads text and refuses what it cannot read",
                    on_key=True,
                )
