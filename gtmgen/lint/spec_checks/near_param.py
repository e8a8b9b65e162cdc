"""A parameter that is almost one that the platform knows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.packs.model import Pack

_CLOSE = 0.88


def check(view: SpecView) -> Iterator[Remark]:
    """Only where the platform takes any name: what it drops is told by `unused-param`."""
    reported = set()
    known_params = {
        platform.pack.name: _known_params(platform.pack)
        for platform in view.spec.platforms.values()
    }
    for delivery in view.deliveries:
        pack = delivery.platform.pack
        if not pack.passes_unknown_params:
            continue
        names = known_params[pack.name]
        if names.issuperset(delivery.params):
            continue
        for param in delivery.params.keys() - names:
            near = difflib.get_close_matches(param, names, n=1, cutoff=_CLOSE)
            path = delivery.path_of(param)
            if near and near[0] not in delivery.params and path not in reported:
                reported.add(path)
                message = f"{pack.title} has the parameter `{near[0]}`, and you wrote `{param}`"
                hint = f"write `{near[0]}`, or another name if it is something else"
                yield Remark(path, message, hint, on_key=True)


def _known_params(pack: Pack) -> set[str]:
    names = {
        name for event in pack.events.values() for name in (*event.requires, *event.recommends)
    }
    return names | pack.params.keys()
