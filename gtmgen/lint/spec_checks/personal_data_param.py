"""Personal data in a parameter of an event."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.model import DataKey

_WORDS = {"email": "an e-mail address", "phone": "a phone number"}
_FOR_AN_ID = ("user_id",)
"""Parameters that are made for a visitor's ID, though for no address and no number."""


def check(view: SpecView) -> Iterator[Remark]:
    """What is marked `pii`, or of a personal type: the settings of a platform hash it, a
    parameter does not."""
    told = set()
    for (param, source), deliveries in view.deliveries_of.items():
        keys = view.made_from(source)
        what = next(filter(None, (_personal(data, param) for data in keys)), None)
        for delivery in deliveries if what is not None else ():
            path = delivery.path_of(param)
            if path not in told:
                told.add(path)
                yield Remark(
                    path,
                    f"`{param}` sends {delivery.platform.title} {what} in clear, with the event: "
                    "no parameter is made for that",
                    "leave it out; what a platform may know of the visitor goes into its settings, "
                    "such as `identify`, which hashes it",
                    on_key=True,
                )


def _personal(data: DataKey, param: str) -> str | None:
    if data.type in _WORDS:
        return _WORDS[data.type]
    return "personal data" if data.pii and param not in _FOR_AN_ID else None
