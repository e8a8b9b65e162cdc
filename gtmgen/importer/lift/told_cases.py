"""What a tag of a pack's own does otherwise with some values and at some moments only.

A container says neither what the site fills its data with nor when it does. So these are sentences
about what would happen, told with every migration, so that nobody finds out from the numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gtmgen.container.entities import Tag
from gtmgen.importer.lift.model import LiftedContainer
from gtmgen.importer.lift.send_values import FilledParams, find_variable
from gtmgen.lint.html import text_of
from gtmgen.lint.uses import Use
from gtmgen.packs.model import PackParam
from gtmgen.text import listing

_AS_TYPE = {
    "number": "as a number",
    "integer": "as a whole number",
    "currency": "as a code of three capital letters",
    "string": "as text",
    "items": "as a list of products that each have an ID",
}
"""Type of a parameter -> how a pack's template reads its value; others it takes as they are."""
_NUMBER = re.compile(r"[0-9.]+")
_CODE = re.compile("[A-Z]{3}")
MESSAGE_KEY = "event_id"
"""Where the spec of an import looks for the ID in the event's own message."""
_BEFORE = {"CONSENT_INIT": "Consent Initialization", "INIT": "Initialization"}
_AFTER = {"DOM_READY": "DOM Ready", "WINDOW_LOADED": "Window Loaded"}
_MAY_COME_FIRST = frozenset(("CUSTOM_EVENT", "TRIGGER_GROUP", "PAGEVIEW", *_BEFORE))
"""Types of triggers that may fire no later than the page view of a tag on All Pages."""


def list_read_values(use: Use, params: FilledParams) -> Iterator[str]:
    """How the template reads the values of parameters, where it does not take them as given."""
    pack = use.platform.pack
    by_type: dict[str, list[str]] = {}
    for key, source in params.filled.items():
        param = pack.params[key]
        is_given = isinstance(source, dict) and _is_read_as_given(use, param, source["const"])
        if param.type in _AS_TYPE and not is_given:
            by_type.setdefault(param.type, []).append(param.to)
    if by_type:
        read = [
            f"{listing(sorted(by_type[type_]))} {said}"
            for type_, said in _AS_TYPE.items()
            if type_ in by_type
        ]
        yield (
            f"each value is read by its type ({'; '.join(read)}): what cannot be read is not sent, "
            "and the tag fails; nothing empty is sent"
        )
    if "items" in by_type:
        yield (
            "a product's ID is sent as text, its price and quantity as numbers, with a quantity of "
            "1 where it has none"
        )
    if any(one.get("type") == "items" and "path" in one for one in params.data.values()):
        yield (
            "a single product, an object with numbers as its keys, and the same as JSON text count "
            "as a list of products"
        )


def _is_read_as_given(use: Use, param: PackParam, value: object) -> bool:
    """Whether a constant is sent as it was."""
    if not isinstance(value, str):
        return True
    if param.type == "currency":
        return _CODE.fullmatch(value) is not None
    return param.to in use.quoted or not _NUMBER.fullmatch(value)


def list_other_ids(
    source: LiftedContainer, reference: str | None, event_id: Mapping[str, Any] | None
) -> Iterator[str]:
    """Where an event gets another ID than that of the variable that holds it."""
    if event_id is None or reference is None:
        return
    named = reference[reference.index("{{") :]
    variable = find_variable(source, named)
    is_same = (
        variable is not None
        and variable.type == "v"
        and text_of(variable, "name") == MESSAGE_KEY
        and "prefix" not in event_id
    )
    if not is_same:
        yield f"an `{MESSAGE_KEY}` in the event's own message is its ID, whatever `{named}` holds"
    yield (
        f"its ID is text; where `{named}` is neither text nor a number, or empty, an ID is made on "
        "the page"
    )


def list_reached(use: Use) -> Iterator[str]:
    """That a call which names no account reached those of the page, too."""
    if not use.accounts:
        yield f"a {use.platform.account} that only the page itself loads gets it no longer"


def list_told(use: Use) -> Iterator[str]:
    """What becomes of that which is told of the visitor."""
    if use.identify:
        yield (
            f"what it tells of the visitor ({listing(sorted(use.identify))}) is normalised and "
            "hashed on the page; what cannot be read is not passed on"
        )


def list_consent(use: Use, platforms: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """What the template tells the platform of consent, which GTM's own checks do not."""
    observer = use.platform.pack.observer
    asks = any(account["consent"] != "not_required" for account in platforms.values())
    if asks and observer is not None and observer.withdrawal:
        account = use.platform.account
        yield f"the {account} is told when consent is withdrawn (`{observer.withdrawal}`)"


def list_moved_view(source: LiftedContainer, tag: Tag, use: Use) -> Iterator[str]:
    """When the page view is sent, where that is another moment than today."""
    view = use.platform.page_view
    types = {source.sent.type_of(ref) for ref in tag.firing}
    for type_, moment in {**_BEFORE, **_AFTER}.items():
        if type_ in types:
            yield f"{view} is sent on All Pages, and no longer on {moment}"


def list_left_view(use: Use) -> Iterator[str]:
    """That a page which loads the code has its own page view."""
    view = use.platform.page_view
    yield f"where the page itself loads the {use.platform.account}, {view} is left to the page"


def list_moved_setup(
    source: LiftedContainer, tag: Tag, config: Mapping[str, str], data: Mapping[str, Any]
) -> Iterator[str]:
    """That a tag which sets up an account of GA4 fires at another moment, and what it then reads.

    ``config`` are the data keys of its parameters, of which the new ones are ``data``.
    """
    type_ = source.sent.type_of(tag.firing[0])
    if type_ == "CONSENT_INIT":
        yield "it fires on Initialization, after all of Consent Initialization"
    elif type_ != "INIT":
        read = [
            name
            for name, key in sorted(config.items())
            if not isinstance(data.get(key, {}).get("constant"), str)
        ]
        as_of_then = f", and reads {listing(read)} then" if read else ""
        yield f"it fires on Initialization, before the page's other tags{as_of_then}"


def list_moved_event(source: LiftedContainer, tag: Tag, loaders: Sequence[Tag]) -> Iterator[str]:
    """That an event is sent before the page view or after it, or had nobody to take it."""
    loading = {source.sent.type_of(ref) for loader in loaders for ref in loader.firing}
    own = {source.sent.type_of(ref) for ref in tag.firing}
    if tag in loaders:
        if "PAGEVIEW" in own and len(loaders) > 1:
            yield "a page view that is sent at the same moment comes first"
    elif not (own.isdisjoint(_MAY_COME_FIRST) and loading.isdisjoint(_AFTER)):
        yield (
            "an event that happens before the page view, or without it, is sent all the same; "
            "where the code was not loaded, it was lost until now"
        )
