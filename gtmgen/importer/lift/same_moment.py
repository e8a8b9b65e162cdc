"""What a platform requires for an event and a tag does not send, as another platform's tag of the
same event and moment says it: what that one reads is known to be there."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.entities import Kind, Tag, Variable
from gtmgen.importer.lift.model import LiftedContainer
from gtmgen.importer.lift.send_values import FilledParams, fill_from_reference
from gtmgen.importer.names import make_key
from gtmgen.lint.html import text_of
from gtmgen.lint.uses import EVENT, Use
from gtmgen.text import listing

_ECOMMERCE = "ecommerce"
"""The object of the data layer that GA4's tags read by themselves, with GA4's names (Google's guide
to e-commerce with GTM)."""


def fill_required(source: LiftedContainer, tag: Tag, use: Use, params: FilledParams) -> None:
    """Fill in the required parameters that are missing, where that is known."""
    pack = use.platform.pack
    event = pack.events[pack.legacy.get(str(use.name)) or str(use.name)]
    added: dict[str, list[str]] = {}
    for name in event.requires:
        if name in params.filled:
            continue
        for other_tag, other in _list_same(source, tag, use):
            filled = _find_value(source, other_tag, other, name, params)
            if filled is not None:
                theirs = pack.params[name].to
                params.filled[name] = filled
                params.losses = [lost for lost in params.losses if lost != theirs]
                added.setdefault(other_tag.name, []).append(theirs)
                break
    for other_name, names in added.items():
        params.item_changes.append(
            f"{listing(sorted(names))} will be sent from what `{other_name}` sends"
        )


def _list_same(source: LiftedContainer, tag: Tag, use: Use) -> Iterator[tuple[Tag, Use]]:
    """What other platforms are sent of the same event, whenever the tag fires."""
    event = use.platform.canonical(str(use.name))
    for other_tag, uses in source.sent.tags:
        is_there = {*tag.firing} <= {*other_tag.firing} and {*other_tag.blocking} <= {*tag.blocking}
        for other in uses if is_there else ():
            name = other.platform.canonical(other.name) if other.name else None
            if other.what == EVENT and other.platform is not use.platform and name == event:
                yield other_tag, other


def _find_value(
    source: LiftedContainer, tag: Tag, other: Use, name: str, params: FilledParams
) -> str | dict[str, str] | None:
    param = other.platform.pack.params.get(name)
    given = other.params.get(param.to) if param is not None else None
    if given:
        return fill_from_reference(source, given)
    if param is None or not _reads_ecommerce(tag):
        return None
    path = f"{_ECOMMERCE}.{param.to}"
    for item in source.of_kind(Kind.VARIABLE):
        key = source.keys.get((Kind.VARIABLE, item.name))
        is_read = isinstance(item, Variable) and item.type == "v" and text_of(item, "name") == path
        if is_read and key is not None and not dict(item.extra).get("formatValue"):
            return key
    key = make_key(path, {*source.variable_keys, *params.data}, "value")
    params.data[key] = {"path": path, "scope": "model", "type": param.type}
    return key


def _reads_ecommerce(tag: Tag) -> bool:
    """Whether it is told to send the data layer's e-commerce data."""
    fields = {field.key: field.value for field in tag.parameter}
    return (
        fields.get("sendEcommerceData") == "true"
        and fields.get("getEcommerceDataFrom") == "dataLayer"
    )
