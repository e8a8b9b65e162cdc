"""Lists of products in other words than the platforms read, as far as an `example` shows them."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.diagnostics import Problem, Severity
from gtmgen.spec.effective import params
from gtmgen.spec.model import DataKey, Spec
from gtmgen.text import listing

_ID_SETTING = "content_id"
_READ = {"price": ("price",), "quantity": ("quantity", "qty")}
"""What the platforms read of an item, and what the names that shops give it contain."""
_ID_NAMES = frozenset(
    ("id", "sku", "item_id", "product_id", "productid", "variant_id", "content_id", "article")
)


def check_items(spec: Spec) -> Iterator[Problem]:
    """One problem for each data key whose items say a field by another name and do not map it, or
    map the one that a platform needs away."""
    for key, id_fields in sorted(_sent_items(spec).items()):
        data = spec.data[key]
        field_names = _shown_fields(data)
        renamed = {
            field: own
            for field in (*sorted(id_fields), *_READ)
            if field not in field_names and field not in data.fields
            for own in [_other_name(field, field_names - set(data.fields.values()))]
            if own is not None
        }
        if renamed:
            yield _problem(data, renamed)
        yield from _ids_renamed(data, id_fields)


def _ids_renamed(data: DataKey, id_fields: set[str]) -> Iterator[Problem]:
    """The platform's setting names the site's own field, which `fields` has given another name."""
    for field, own in sorted(data.fields.items()):
        if own in id_fields and own not in data.fields:
            yield Problem(
                "items-shape",
                ("data", data.key, "fields", field),
                f"`fields` renames `{own}`, by which `{_ID_SETTING}` finds the products: no item "
                "has it any more",
                f"use its new name: `{_ID_SETTING}: {field}`",
                Severity.WARNING,
            )


def _sent_items(spec: Spec) -> dict[str, set[str]]:
    """The data keys that are sent as `items`, with the fields that hold the product ID."""
    id_fields: dict[str, set[str]] = {}
    for event in spec.events.values():
        for send in event.send:
            platform = spec.platforms.get(send.platform)
            source = params(event, send, platform, spec.site).get("items") if platform else None
            if platform is None or not isinstance(source, str) or source not in spec.data:
                continue
            id_field = platform.setting(_ID_SETTING)
            id_fields.setdefault(source, set()).update(
                [id_field] if isinstance(id_field, str) and "." not in id_field else []
            )
    return id_fields


def _shown_fields(data: DataKey) -> set[str]:
    """The fields that any item of the example has; none where there is no example of a list."""
    items = data.example if isinstance(data.example, list) else [data.example]
    return {str(name) for item in items if isinstance(item, dict) for name in item}


def _other_name(field: str, shown: set[str]) -> str | None:
    """The only field that looks as if it were the one that is missing, or None."""
    if field in _READ:
        names = [name for name in shown if any(part in name.lower() for part in _READ[field])]
    else:
        names = [name for name in shown if name.lower() in _ID_NAMES]
    return names[0] if len(names) == 1 else None


def _problem(data: DataKey, renamed: dict[str, str]) -> Problem:
    mapped = ", ".join(f"{field}: {own}" for field, own in renamed.items())
    return Problem(
        "items-shape",
        ("data", data.key, "example"),
        f"the items of `{data.key}` have no {listing(list(renamed))}, which the platforms read, "
        f"but {listing(list(renamed.values()))}",
        f"say so: `fields: {{{mapped}}}` in `data.{data.key}`",
        Severity.WARNING,
    )
