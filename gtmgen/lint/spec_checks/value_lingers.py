"""A value of the page before, on in-app navigation."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, deliveries, fires_on_navigation, made_from
from gtmgen.spec.model import DataKey, Spec


def check(spec: Spec) -> Iterator[Remark]:
    """Parameters from the data layer that nothing resets, of events that fire on navigation.

    What comes with an event's own message is told by `page-data`.
    """
    told = set()
    for delivery in deliveries(spec):
        if not spec.site.is_spa or not fires_on_navigation(spec, delivery.event):
            continue
        for param, source in delivery.params.items():
            path = delivery.path_of(param)
            if not isinstance(source, str) or path in told:
                continue
            lingering = next(filter(_lingers, made_from(spec, source)), None)
            if lingering is not None:
                told.add(path)
                yield Remark(
                    path,
                    f"`{lingering.key}` keeps its value until the site pushes another: on in-app "
                    f"navigation `{delivery.event.key}` sends that of the page before, unless the "
                    "site has pushed the new one by then",
                    "let the site push it before the address changes, or fire on the event that "
                    "brings it",
                    on_key=True,
                )


def _lingers(data: DataKey) -> bool:
    in_commerce = data.type == "items" or str(data.argument).partition(".")[0] == "ecommerce"
    return data.source == "path" and data.scope == "model" and not in_commerce and not data.pii
