"""Names that a platform keeps for itself."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView


def check(view: SpecView) -> Iterator[Remark]:
    """Of events, and the beginnings of parameters, as the pack lists them."""
    reported = set()
    for delivery in view.deliveries:
        pack = delivery.platform.pack
        if delivery.name in pack.reserved.events:
            yield Remark(
                delivery.send.origin.path,
                f"{pack.title} sends `{delivery.name}` by itself and keeps the name for that",
                "give the event another name under `send`",
            )
        for param in delivery.params:
            if not param.startswith(pack.reserved.prefixes):
                continue
            prefix = next(item for item in pack.reserved.prefixes if param.startswith(item))
            path = delivery.path_of(param)
            if path not in reported:
                reported.add(path)
                yield Remark(
                    path,
                    f"{pack.title} keeps names that begin with `{prefix}` for itself, such as "
                    f"`{param}`",
                    "give the parameter another name",
                    on_key=True,
                )
