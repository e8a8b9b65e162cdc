"""The same event on a site that navigates, names and loads things in other ways."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gtmgen.explore.messages import put, take_out
from gtmgen.explore.model import RawStep, Variant
from gtmgen.explore.variant_writer import ELSEWHERE, VariantWriter
from gtmgen.runtime.engine import Json


class SiteVariants(VariantWriter):
    """Writes the variants whose page differs."""

    def _list_navigation(self) -> Iterator[Variant]:
        trigger = self._stimuli.triggers(self._event)[0]
        if not self._spec.site.is_spa or trigger.form != "page" or "://" in self._stimulus.url:
            return  # no app goes on to another host
        start: list[RawStep] = [{"load": ELSEWHERE}]
        go: list[RawStep] = [{"navigate": self._stimulus.url}]
        same: list[RawStep] = [{"replace": self._stimulus.url}]
        right: Mapping[str, Any] = {"page_views": True}
        yield self._variant("by in-app navigation", start, go, **right)
        yield self._variant("with the router's replaceState", start, go, same, same, **right)
        yield self._variant("with a replaceState after the load", self._load(), same, **right)
        yield from self._list_pushed_before(go)
        sign = "&" if "?" in self._stimulus.url else "?"
        clicked: list[RawStep] = [{"load": f"{self._stimulus.url}{sign}ttclid=abc&utm_source=x"}]
        yield self._variant("with click IDs that the page strips", clicked, same, **right)

    def _list_pushed_before(self, go: list[RawStep]) -> Iterator[Variant]:
        """The page's data, then what the router notes of the page that is left, then the page."""
        data = self._stimuli.message(self._event)
        if not data or self._stimuli.happens_at(self._event, ELSEWHERE):
            return
        setup = {**self._agreed, "data_layer": [one for one in self._stimulus.page if one != data]}
        yield self._variant(
            "with data that the app pushes before it navigates",
            [{"load": ELSEWHERE}, {"push": data}, {"replace": ELSEWHERE}],
            go,
            setup=setup,
            values=self._values(),
            event_id=self._id_from_data(),
        )

    def _list_id_sources(self) -> Iterator[Variant]:
        key = self._spec.data.get(self._from) if self._from else None
        is_free = all(test.left != self._from for test in self._tests)
        # Where a condition looks at the ID, an event without it in its message is another matter.
        if key is not None and key.source == "path" and (is_free or key.scope == "model"):
            value = "T-1234" if is_free else self._stimuli.examples.matching(key.key, self._tests)
            message: Json = {}
            put(message, str(key.argument), value)
            steps, page = self._with(lambda one: take_out(one, str(key.argument)))
            page = [one for one in page if one]
            prefix = self._event.event_id.prefix if self._event.event_id else ""
            yield self._variant(
                "with the ID in the data layer before GTM",
                self._load(),
                steps,
                setup={**self._agreed, "data_layer": [*page, message]},
                event_id=f"{prefix}{value}" if key.scope == "model" and self._reads else None,
            )
        if self._is_repeatable:
            site_id = {**copy.deepcopy(self._stimulus.steps[0]["push"])}
            put(site_id, self._spec.site.event_id_key, "server-77")
            yield self._variant(
                "with an ID of the site's own",
                self._load(),
                [{"push": site_id}],
                event_id="server-77",
            )
            lingering = self._steps()
            if self._from is None:
                yield self._variant(
                    "after an event with an ID of the site's own",
                    self._load(),
                    [{"push": site_id}],
                    lingering,
                    times=2,
                    occurrences=2,
                )
            yield self._list_by_gtag()

    def _list_by_gtag(self) -> Variant:
        message = self._stimulus.steps[0]["push"]
        one = {"gtag": ["event", message["event"], {"value": 1}]}
        steps: list[RawStep] = [copy.deepcopy(one), copy.deepcopy(one)]
        keys = frozenset(key.key for key in self._path_keys)
        return self._variant(
            "by gtag()", self._load(), steps, times=None, occurrences=2, missing=keys, may_fail=True
        )

    def _list_surroundings(self) -> Iterator[Variant]:
        packs = {one.platform: self._spec.platforms[one.platform].pack for one in self._deliveries}
        scripts = frozenset(
            name for name, pack in packs.items() if pack.observer and pack.observer.script
        )
        if scripts:
            yield self._variant(
                "with the platforms' scripts blocked",
                self._load(),
                self._steps(),
                setup={**self._agreed, "block": sorted(scripts)},
                state="queued",
                only=scripts,
                may_fail=True,
            )
        for name in sorted(scripts):
            observer = packs[name].observer
            if observer is not None and observer.neighbour is not None:
                account, file = observer.neighbour
                yield self._variant(
                    "beside a pixel of the page's own",
                    self._load(),
                    self._steps(),
                    setup={**self._agreed, "html": _read(file)},
                    neighbour=account,
                )
                account_id = str(self._spec.platforms[name].setting(observer.account))
                yield self._variant(
                    "on a page that has loaded the same pixel",
                    self._load(),
                    self._steps(),
                    setup={**self._agreed, "html": _read(file).replace(account, account_id)},
                    loaded_by_page=name,
                    only=frozenset({name}),
                )
        yield self._variant(
            "under another name of the data layer",
            self._load(),
            self._steps(),
            self._steps() if self._is_repeatable else [{"reload": True}],
            setup={**self._agreed, "data_layer_name": "gtmLayer"},
            times=None,
            occurrences=2,
            # GTM's own model is another one's, too; there it keeps what gtag() brings.
            missing=frozenset(
                key.key
                for key in self._path_keys
                if key.scope != "model" and not str(key.argument).startswith("eventModel.")
            ),
            may_fail=True,
        )


def _read(file: Path) -> str:
    return file.read_text(encoding="utf-8")
