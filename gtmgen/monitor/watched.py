"""What the spec says that the logs should hold: each event of each platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from gtmgen.monitor.clock import SiteClock
from gtmgen.monitor.record import PARAMS
from gtmgen.packs.model import Pack
from gtmgen.packs.server import load_server_api
from gtmgen.spec.effective import event_name, params
from gtmgen.spec.model import Event, Platform, Send, Spec

DEFAULT_WINDOWS = (300, 172_800)
"""Seconds of merging and of dropping, where no pack says its own: TikTok's."""


@dataclass(frozen=True, slots=True)
class Watched:
    """An event that a platform should receive; ``event`` is the platform's name for it."""

    platform: str
    event: str
    key: str
    title: str
    owner: str
    params: tuple[str, ...]
    both_sides: bool
    deduplicates: bool


class Expectations:
    """The events of a spec by platform (the pack's name) and event name."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self.packs: Mapping[str, Pack] = {
            platform.pack.name: platform.pack for platform in spec.platforms.values()
        }
        self.events: dict[tuple[str, str], Watched] = {}
        for event in spec.events.values():
            for send in event.send:
                self._add(event, send, spec.platforms[send.platform])

    @property
    def merging(self) -> list[str]:
        """The platforms that merge what browser and server send."""
        return sorted(name for name, pack in self.packs.items() if pack.deduplicates)

    @property
    def windows(self) -> tuple[int, int]:
        """Within how many seconds the platform merges both sides, and drops the second."""
        for pack in self.packs.values():
            api = load_server_api(pack)
            if api is not None and api.dropped_within:
                return api.merged_within, api.dropped_within
        return DEFAULT_WINDOWS

    @cached_property
    def clock(self) -> SiteClock:
        """The clocks by which days begin."""
        return SiteClock(self._spec.monitor.timezone)

    def find(self, platform: str, event: str) -> Watched | None:
        """The event of the spec, where it has one of that name."""
        return self.events.get((platform, event))

    def is_page_view(self, platform: str, event: str) -> bool:
        """Whether it is the platform's page view, which has no event of its own in the spec."""
        observer = self.packs[platform].observer
        return observer is not None and observer.page_view == event

    def renamed_to(self, platform: str, event: str) -> str | None:
        """The platform's name of today for an event that is called by an old one."""
        return self.packs[platform].legacy.get(event)

    def _add(self, event: Event, send: Send, platform: Platform) -> None:
        name = event_name(event, send, platform)
        if name is None or send.paused:
            return
        sent = params(event, send, platform, self._spec.site)
        self.events[platform.pack.name, name] = Watched(
            platform=platform.pack.name,
            event=name,
            key=event.key,
            title=event.title or event.key.replace("_", " ").capitalize(),
            owner=event.owner,
            params=tuple(param for param in PARAMS if param in sent),
            both_sides=self._is_sent_by_both(event, platform),
            deduplicates=platform.pack.deduplicates,
        )

    def _is_sent_by_both(self, event: Event, platform: Platform) -> bool:
        if not platform.pack.deduplicates:
            return False
        setting = self._spec.monitor.both_sides
        if setting is not None:
            return event.key in setting
        return event.event_id is not None or platform.name in self._spec.server_accounts
