"""Personal data in a parameter of an event."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.checks.personal_data_sent import personal_data_in
from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.model import DataKey

_WORDS = {"email": "an e-mail address", "phone": "a phone number"}
_FOR_AN_ID = ("user_id",)
"""Parameters that are made for a visitor's ID, though for no address and no number."""
_NAMED_AFTER = ("path", "query", "cookie")
"""Sources whose argument is the name under which a site keeps a value."""


def check(view: SpecView) -> Iterator[Remark]:
    """What is marked `pii`, or personal by its type or name: a platform's settings hash it, a
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
                    f"`{param}` sends {delivery.platform.title} {what} in plain text, with the "
                    "event: no parameter is made for that",
                    "leave it out; what a platform may know of the visitor goes into its settings, "
                    "such as `identify`, which hashes it",
                    on_key=True,
                )


def _personal(data: DataKey, param: str) -> str | None:
    if data.type in _WORDS:
        return _WORDS[data.type]
    if data.pii and param not in _FOR_AN_ID:
        return "personal data"
    return _named_after(data)


def _named_after(data: DataKey) -> str | None:
    """What a text is called after; `personal-data-sent` tells it of GTM's own variables."""
    if data.type not in ("string", "any"):
        return None
    what = personal_data_in(str(data.argument)) if data.source in _NAMED_AFTER else None
    if what is not None:
        return None if data.source == "path" and data.is_native else what
    return personal_data_in(data.key)
