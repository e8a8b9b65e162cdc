"""Explores a spec: each event, each variant, each rule."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from gtmgen.diagnostics import Path, Span
from gtmgen.explore.fault import BrokenInvariant
from gtmgen.explore.invariants import Invariants
from gtmgen.explore.model import Exploration, ExploreFinding, Variant
from gtmgen.explore.stimulus import IS_HASH, Stimuli
from gtmgen.explore.variants import Variants
from gtmgen.runtime.engine import Json
from gtmgen.scenarios.accounts import accounts_of
from gtmgen.scenarios.model import Result, Status
from gtmgen.scenarios.parallel import run_parallel
from gtmgen.scenarios.parse import parse_scenario
from gtmgen.scenarios.run import Runner, ScenarioSetting
from gtmgen.spec.load import Loaded
from gtmgen.spec.model import Event
from gtmgen.spec.texts import to_text


def explore(
    loaded: Loaded,
    export: Mapping[str, Any],
    setting: ScenarioSetting | None = None,
    keyword: str = "",
    server: Mapping[str, Any] | None = None,
) -> Exploration:
    """Explore the events of a spec in its container, or in another that is to do the same.

    With the ``server`` container that its hits go to, both sides are compared.
    """
    explorer = _Explorer(loaded, export, setting, server)
    for event in loaded.spec.events.values():
        if keyword.casefold() in event.key.casefold():
            explorer.explore(event)
    return explorer.result()


class _Explorer:
    def __init__(
        self,
        loaded: Loaded,
        export: Mapping[str, Any],
        setting: ScenarioSetting | None,
        server: Mapping[str, Any] | None,
    ) -> None:
        self._spec = loaded.spec
        self._document = loaded.document
        self._accounts = {
            one.name: one
            for one in accounts_of(loaded.spec)
            if one.endpoint is None or server is not None
        }
        base = (setting or ScenarioSetting()).at_site(loaded.spec)
        # A hundred pages in a browser take minutes: only where that is asked for.
        engine = "quickjs" if base.engine == "auto" else base.engine
        # What happens in the scenarios needs no element of the page.
        base = replace(base, engine=engine, empty_page=True)
        self._runner = Runner(export, list(self._accounts.values()), base, self._place, server)
        self._stimuli = Stimuli(loaded.spec)
        self._personal = {
            to_text(value): self._stimuli.packs_in_clear(key)
            for key in self._stimuli.personal()
            if key.pii
            and isinstance(value := self._stimuli.examples.of(key.key), str)
            and len(value) > 4
            and not IS_HASH(value)
        }
        self._findings: dict[tuple[str, str, str], ExploreFinding] = {}
        self._not_tested: list[tuple[str, str]] = []
        self._count = 0

    def _place(self, path: Path) -> Span:
        return self._document.span(path, on_key=True)

    def result(self) -> Exploration:
        return Exploration(tuple(self._findings.values()), tuple(self._not_tested), self._count)

    def explore(self, event: Event) -> None:
        """All variants of an event, if its happy path can be walked."""
        variants = Variants(self._stimuli, event, {})
        deliveries = self._stimuli.deliveries(event)
        if variants.stimulus.unknown:
            self._not_tested.append((event.key, variants.stimulus.unknown))
            return
        if not deliveries:
            return
        invariants = Invariants(self._spec, event, deliveries, self._accounts, self._personal)
        if not self._find_happy_variant(event, variants.happy(), invariants):
            return
        other_variants = list(variants.others())
        scenarios = [parse_scenario(variant.raw, ("events",)) for variant in other_variants]
        self._count += len(other_variants)
        for variant, result in zip(
            other_variants, run_parallel(self._runner, scenarios), strict=True
        ):
            if result.status is Status.NOT_TESTED:
                self._not_tested.append((event.key, f"{variant.title}: {result.reason}"))
            else:
                self._keep(event, variant, invariants.check(variant, result))

    def _find_happy_variant(self, event: Event, variant: Variant, invariants: Invariants) -> bool:
        result = self._run(variant)
        if result.status is Status.NOT_TESTED:
            self._not_tested.append((event.key, result.reason))
            return False
        faults = list(invariants.check(variant, result))
        built_in = [
            test.left
            for test in self._stimuli.tests(event)
            if test.left not in self._spec.data
            or self._spec.data[test.left].source not in ("path", "query", "cookie")
        ]
        if built_in and any(fault.code == "lost" for fault in faults):
            reason = f"its conditions on `{'`, `'.join(built_in)}` are not met by an example"
            self._not_tested.append((event.key, reason))
            return False
        self._keep(event, variant, faults)
        return True

    def _run(self, variant: Variant) -> Result:
        self._count += 1
        return self._runner.run(parse_scenario(variant.raw, ("events",)))

    def _keep(
        self,
        event: Event,
        variant: Variant,
        faults: Iterator[BrokenInvariant] | list[BrokenInvariant],
    ) -> None:
        for fault in faults:
            subject = " ".join(fault.message.split()[:3])
            owner = "" if fault.path[0] == "platforms" else event.key
            key = (owner, fault.code, subject)
            earlier = self._findings.get(key)
            if earlier is not None:
                if variant.title not in (earlier.variant, *earlier.also):
                    also = (*earlier.also, variant.title)
                    self._findings[key] = replace(earlier, also=also)
                continue
            self._findings[key] = ExploreFinding(
                fault.code,
                fault.severity,
                event.key,
                fault.message,
                self._place(fault.path),
                variant.title,
                _build_reproduction(variant, fault),
            )


def _build_reproduction(variant: Variant, fault: BrokenInvariant) -> Json:
    """An entry of `tests` that fails today and passes once the fault is mended."""
    raw = copy.deepcopy(variant.raw)
    if fault.quiet:
        for index, step in enumerate(raw["steps"]):
            if index in variant.quiet:
                step["expect"] = [{"none": fault.quiet}]
    if fault.right:
        raw["expect"] = [dict(one) for one in fault.right]
        if any("none" not in one and "same_event_id" not in one for one in fault.right):
            raw["expect"].append({"others": "all"})
    return raw
