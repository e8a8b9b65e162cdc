"""A value of the page before, on in-app navigation."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.model import DataKey


def check(view: SpecView) -> Iterator[Remark]:
    """Parameters from the data layer that nothing resets, of events that fire on navigation.

    What comes with an event's own message is told by `page-data`.
    """
    reported = set()
    for (param, source), deliveries in view.deliveries_of.items() if view.spec.site.is_spa else ():
        lingering = next(filter(_lingers, view.made_from(source)), None)
        if lingering is None:
            continue
        for delivery in deliveries:
            path = delivery.path_of(param)
            if path not in reported and view.fires_on_navigation(delivery.event):
                reported.add(path)
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
