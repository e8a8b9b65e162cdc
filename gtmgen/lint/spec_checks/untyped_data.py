"""Numbers and items from a key that may as well be text."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.sources.registry import SOURCES

_CONVERTED = ("number", "integer", "items", "currency")


def check(view: SpecView) -> Iterator[Remark]:
    """Parameters that are a number, a list of items or a currency for the platform."""
    reported: set[str] = set()
    for (param, source), deliveries in view.deliveries_of.items():
        data = view.spec.data.get(source)
        if data is None or data.type != "any" or data.source == "sum":
            continue
        if SOURCES[data.source].is_for_servers:  # the tag reads them as what they are to be
            continue
        for delivery in deliveries:
            known_param = delivery.platform.pack.params.get(param)
            if (
                known_param is not None
                and known_param.type in _CONVERTED
                and data.key not in reported
            ):
                reported.add(data.key)
                yield Remark(
                    ("data", data.key),
                    f"the data key `{data.key}` has no type, and the parameter `{param}` is sent "
                    "from it: what the site writes as text goes out as text",
                    f"add `type: {known_param.type}`, which reads text and refuses what it cannot "
                    "read",
                    on_key=True,
                )
