"""Triggers in GTM's own words, narrowed by what gtmgen asks of them."""

from __future__ import annotations

from msgspec.structs import replace

from gtmgen.compile.context import Context
from gtmgen.container.entities import Trigger
from gtmgen.container.plain import PlainError, Read
from gtmgen.container.raw import from_data
from gtmgen.spec.forms.model import Conditions


class RawTriggers:
    """Reads what ``gtm.triggers`` says; ``read`` gives the text of the files that it names."""

    def __init__(self, context: Context, read: Read) -> None:
        self._context = context
        self._read = read

    def narrow(self, key: str, name: str, owner: str, conditions: Conditions) -> Trigger | None:
        """A copy with further conditions, called ``name``; the trigger itself stays as it is.

        None for one that cannot be read, which the compiler tells elsewhere.
        """
        trigger = self.read(key, owner)
        if trigger is None:
            return None
        return replace(
            trigger,
            name=name,
            folder=self._context.folder,
            filter=trigger.filter + conditions,
            raw=False,
            protected=False,
        )

    def read(self, key: str, owner: str = "") -> Trigger | None:
        """The trigger under this key; None for one that cannot be read."""
        raw = self._context.spec.raw_triggers[key]
        try:
            trigger = from_data(
                raw.kind, key, raw.data, self._context.owner(owner), raw.origin, self._read
            )
        except PlainError:
            return None
        assert isinstance(trigger, Trigger)  # its kind is that of `gtm.triggers`
        return trigger
