"""A platform whose page view nobody sends."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.lint.spec_view import Remark, SpecView


def check(view: SpecView) -> Iterator[Remark]:
    """`page_view: off`, and no event of the spec is the page view."""
    sent = {(delivery.platform.name, delivery.name) for delivery in view.deliveries}
    for platform in view.spec.platforms.values():
        names = {
            one.event for one in platform.pack.blueprints if one.per == "platform" and one.event
        }
        if platform.setting("page_view") != "off" or platform.page_view is not None:
            continue
        for name in sorted(names):
            if (platform.name, name) not in sent:
                yield Remark(
                    ("platforms", platform.name, "page_view"),
                    f"nothing sends {platform.title} its `{name}`: `page_view` is `off`",
                    "`manual` lets a tag of the spec send it, `auto` the platform's own code; if "
                    "the site does, say so under `lint.ignore`",
                )
