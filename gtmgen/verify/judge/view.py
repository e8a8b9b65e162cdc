"""A recording as its judges look at it, and what they have explained already."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from gtmgen.diagnostics import Path, Span
from gtmgen.verify.consent import ConsentHistory
from gtmgen.verify.model import (
    At,
    Level,
    Move,
    RecordedMessage,
    Recording,
    SentCall,
    Start,
    Trouble,
    TroubleKind,
    VisitFinding,
)
from gtmgen.verify.personal import hide_addresses
from gtmgen.verify.platform_calls import PlatformCalls


class View:
    """One recording.

    ``explained`` are the numbers of messages that have a finding of their own: what comes of them
    is no second finding. So is a call in it. ``kept_away`` are the accounts, and ``GTM``, that the
    page's policy does not let in, which has a finding, too.
    """

    def __init__(
        self, recording: Recording, expected: PlatformCalls, locate: Callable[[Path], Span]
    ) -> None:
        self.recording = recording
        self.expected = expected
        self.locate = locate
        self.consent = ConsentHistory(expected.spec, recording.entries)
        self.explained: set[int] = set()
        self.kept_away: set[str] = set()

    @cached_property
    def messages(self) -> list[RecordedMessage]:
        """The page's messages that are events, without GTM's own."""
        return [
            one
            for one in self.recording.entries
            if isinstance(one, RecordedMessage) and one.event and not one.event.startswith("gtm.")
        ]

    @cached_property
    def all_messages(self) -> list[RecordedMessage]:
        """Every message."""
        return [one for one in self.recording.entries if isinstance(one, RecordedMessage)]

    @cached_property
    def calls(self) -> list[SentCall]:
        """The calls that are events."""
        return [
            one for one in self.recording.entries if isinstance(one, SentCall) and one.call.is_event
        ]

    @cached_property
    def moves(self) -> list[Move]:
        """The addresses that were shown."""
        return [one for one in self.recording.entries if isinstance(one, Move)]

    @cached_property
    def started(self) -> frozenset[int]:
        """The documents in which the container ran."""
        return frozenset(
            one.at.document for one in self.recording.entries if isinstance(one, Start)
        )

    @cached_property
    def last_step(self) -> int:
        """The last step that came to its end."""
        return max((one.number for one in self.recording.steps), default=-2)

    @cached_property
    def refusal(self) -> str:
        """What the site answered last in place of a page; empty where it answered with pages."""
        return self._find_last_trouble("page")

    @cached_property
    def opened_window(self) -> str:
        """The last window that the page opened: a journey does not go on in it."""
        return self._find_last_trouble("window")

    def _find_last_trouble(self, kind: TroubleKind) -> str:
        troubles = (one for one in reversed(self.recording.entries) if isinstance(one, Trouble))
        return next((one.text for one in troubles if one.kind == kind), "")

    def finding(
        self,
        kind: str,
        message: str,
        span: Span,
        at: At | None = None,
        *,
        level: Level = "error",
        hint: str = "",
        platform: str = "",
    ) -> VisitFinding:
        """A finding about what was seen at a moment; it names nobody's e-mail address."""
        message = str(hide_addresses(message))
        if at is None:
            return VisitFinding(kind, level, message, span, hint, platform=platform)
        return VisitFinding(
            kind, level, message, span, hint, at.step, at.seconds, at.order, platform=platform
        )
