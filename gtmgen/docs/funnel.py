"""Which step of the way to a sale or a lead an event belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from gtmgen.docs.event_model import Delivery, EventDoc
from gtmgen.docs.model import FunnelStep
from gtmgen.docs.words import Words
from gtmgen.packs.load import templates_directory
from gtmgen.source.yaml_file import read_yaml
from gtmgen.spec.model import Event, Spec

OTHER = "other"


class Funnel:
    """The steps of ``templates/docs/funnel.yaml``, told by canonical event names."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        steps = read_yaml(templates_directory() / "docs/funnel.yaml")
        self.steps = tuple(steps)
        self._of: dict[str, str] = {name: step for step, names in steps.items() for name in names}

    def step(self, event: Event, deliveries: Iterable[Delivery]) -> str:
        """By the event's own key, else by what its platforms' events stand for."""
        if event.key in self._of:
            return self._of[event.key]
        reached: set[str] = set()
        for sent in deliveries:
            pack_event = self._spec.platforms[sent.platform].pack.events.get(sent.event)
            names = pack_event.canonical if pack_event is not None else ()
            reached.update(self._of[name] for name in names if name in self._of)
        return next((step for step in reversed(self.steps) if step in reached), OTHER)


def build_funnel(
    steps: Iterable[str], events: Iterable[EventDoc], words: Words
) -> tuple[FunnelStep, ...]:
    """The steps that have events, the rest last."""
    members: dict[str, list[str]] = {}
    for event in events:
        members.setdefault(event.step, []).append(event.key)
    return tuple(
        FunnelStep(
            step,
            words(f"funnel.{step}.title"),
            words(f"funnel.{step}.description"),
            tuple(members[step]),
        )
        for step in (*steps, OTHER)
        if step in members
    )
