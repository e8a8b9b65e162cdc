"""More than a platform takes."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.text import plural


def check(view: SpecView) -> Iterator[Remark]:
    """Parameters of an event and the length of names, as the pack's limits say."""
    reported = set()
    for delivery in view.deliveries:
        pack, limits = delivery.platform.pack, delivery.platform.pack.limits
        if limits.params is not None and len(delivery.params) > limits.params:
            yield Remark(
                delivery.send.origin.path,
                f"`{delivery.event.key}` has {plural(len(delivery.params), 'parameter')}, and "
                f"{pack.title} takes {limits.params} with an event",
                "take some away for it: `params: {name: null}` beside the platform",
            )
        name = delivery.name or ""
        if limits.event_name is not None and len(name) > limits.event_name:
            yield Remark(
                delivery.send.origin.path,
                f"`{name}` has {len(name)} characters, and {pack.title} takes "
                f"{limits.event_name} in the name of an event",
                "give the event a shorter name under `send`",
            )
        for param in delivery.params:
            if limits.param_name is None or len(param) <= limits.param_name:
                continue
            path = delivery.path_of(param)
            if path not in reported:
                reported.add(path)
                yield Remark(
                    path,
                    f"`{param}` has {len(param)} characters, and {pack.title} takes "
                    f"{limits.param_name} in the name of a parameter",
                    on_key=True,
                )
