"""Items without the field that the catalogue knows them by."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.model import DataKey

SETTING = "content_id"
"""The setting of a platform that names the field of an item which equals the catalogue's ID."""


def check(view: SpecView) -> Iterator[Remark]:
    """As far as the `example` of a data key shows what its items hold."""
    reported = set()
    for delivery in view.deliveries:
        platform = delivery.platform
        field = platform.setting(SETTING)
        source = delivery.params.get("items")
        data = view.spec.data.get(source) if isinstance(source, str) else None
        if not isinstance(field, str) or data is None or (data.key, platform.name) in reported:
            continue
        reported.add((data.key, platform.name))
        name = data.fields.get(field, field)
        if _lacks(data, name):
            yield Remark(
                ("data", data.key, "example"),
                f"the items of `{data.key}` have no `{name}`, which {platform.title} finds them "
                "in the catalogue by",
                f"set `{SETTING}` of `platforms.{platform.name}` to the field that equals the "
                f"catalogue's ID, or map it: `fields: {{{field}: ...}}`",
            )


def _lacks(data: DataKey, name: str) -> bool:
    items = data.example if isinstance(data.example, list) else [data.example]
    mappings = [item for item in items if isinstance(item, dict)]
    return bool(mappings) and "." not in name and not any(name in item for item in mappings)
