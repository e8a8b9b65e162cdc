"""Writes a variant of one event: its steps, its page and what is expected of it."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

from gtmgen.explore.model import RawStep, Stimulus, Variant
from gtmgen.explore.stimulus import Stimuli
from gtmgen.runtime.engine import Json
from gtmgen.spec.model import Event
from gtmgen.spec.texts import to_text

#: What the visitor agreed to before: neither the page's default nor GTM's holds anything back.
_TYPES = ("ad_storage", "ad_user_data", "ad_personalization", "analytics_storage")
AGREED: Mapping[str, Any] = {
    "consent_default": dict.fromkeys(_TYPES, "granted"),
    "consent": "granted",
}
ELSEWHERE = "/somewhere-else"
"""A page that the site does not name."""


class VariantWriter:
    """What all variants of one event share."""

    def __init__(
        self, stimuli: Stimuli, event: Event, other_stimuli: Mapping[str, Stimulus]
    ) -> None:
        self._stimuli = stimuli
        self._spec = stimuli.spec
        self._event = event
        self._others = other_stimuli
        self._stimulus = stimuli.stimulus(event)
        self._keys = stimuli.keys(event)
        self._path_keys = [key for key in self._keys if key.source == "path"]
        self._tests = stimuli.tests(event)
        self._from = event.event_id.source if event.event_id is not None else None
        self._deliveries = stimuli.deliveries(event)
        waits = any(one.consent for one in self._deliveries)
        waits = waits or any(one.consent for one in self._spec.platforms.values())
        self._agreed = AGREED if waits else {}

    @property
    def stimulus(self) -> Stimulus:
        """How the event happens."""
        return self._stimulus

    def _values(self) -> dict[str, Any]:
        """What the platforms are to receive of the examples."""
        return {
            key.key: self._stimuli.examples.matching(key.key, self._tests)
            for key in self._keys
            if key.source in ("path", "cookie", "query")
            and key.type != "any"
            and not (key.replace or key.case)
        }

    def _id_from_data(self) -> str | None:
        """The event ID that the examples make, or None where the ID is not made of them."""
        key = self._spec.data.get(self._from) if self._from else None
        if key is None or key.source not in ("path", "cookie", "query") or key.replace or key.case:
            return None
        if not self._reads or any(
            str(one.argument) == self._spec.site.event_id_key for one in self._path_keys
        ):
            return None
        prefix = self._event.event_id.prefix if self._event.event_id else ""
        return f"{prefix}{to_text(self._stimuli.examples.matching(key.key, self._tests))}"

    def _load(self) -> list[RawStep]:
        return [{"load": self._stimulus.url}]

    def _steps(self) -> list[RawStep]:
        return copy.deepcopy(list(self._stimulus.steps))

    def _variant(
        self,
        title: str,
        *parts: list[RawStep],
        setup: Mapping[str, Any] | None = None,
        **right: Any,
    ) -> Variant:
        setup = self._agreed if setup is None else setup
        steps = [step for part in parts for step in part]
        raw: Json = {"name": f"{self._event.key}: {title}", **copy.deepcopy(dict(setup))}
        if self._stimulus.page and "data_layer" not in raw:
            raw["data_layer"] = copy.deepcopy(list(self._stimulus.page))
        if self._stimulus.cookies:
            raw["cookies"] = dict(self._stimulus.cookies)
        raw["steps"] = steps
        return Variant(title, raw, **right)

    def _with(self, change: Any) -> tuple[list[RawStep], list[Json]]:
        """The steps and the page's messages with their data changed."""
        steps, page = self._steps(), copy.deepcopy(list(self._stimulus.page))
        for step in steps:
            if "push" in step:
                change(step["push"])
        if self._stimulus.is_load:
            for message in page:
                change(message)
        return steps, page

    def _changed(self, title: str, change: Any, **right: Any) -> Variant:
        steps, page = self._with(change)
        setup = {**self._agreed, "data_layer": page} if page else self._agreed
        return self._variant(title, self._load(), steps, setup=setup, **right)

    @property
    def _reads(self) -> bool:
        """Whether GTM has read the page's own messages when the event happens."""
        trigger = self._stimuli.triggers(self._event)[0]
        return trigger.form != "lifecycle" or not str(trigger.argument).endswith("init")

    @property
    def _is_load(self) -> bool:
        return self._stimulus.is_load

    @property
    def _is_repeatable(self) -> bool:
        return any("event" in step.get("push", ()) for step in self._stimulus.steps[:1])
