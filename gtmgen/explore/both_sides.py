"""What always holds of the two sides of an event: the server's call is the browser's again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gtmgen.diagnostics import Path, Severity
from gtmgen.explore.fault import BrokenInvariant
from gtmgen.explore.model import ExpectedDelivery, Variant
from gtmgen.scenarios.judge import belongs, times_text
from gtmgen.scenarios.model import SERVER, Account, Call


class BothSides:
    """Compares, for each delivery with a server side, what the browser and the server sent."""

    def __init__(
        self, deliveries: Sequence[ExpectedDelivery], accounts: Mapping[str, Account], path: Path
    ) -> None:
        self._pairs = [
            (one, accounts[one.platform + SERVER])
            for one in deliveries
            if one.platform + SERVER in accounts
        ]
        self._path = path

    def check(
        self, variant: Variant, calls: Sequence[Call], browser: Mapping[str, Sequence[Call]]
    ) -> Iterator[BrokenInvariant]:
        """``browser`` are the browser's calls of the event, by platform."""
        for one, account in self._pairs:
            if one.platform not in browser:
                continue
            received = [
                call for call in calls if belongs(call, account, None) and call.event == one.event
            ]
            yield from self._check_quiet(variant, account.name, received)
            loud = [call for call in received if call.step not in variant.quiet]
            yield from self._check_pairing(one, account.name, browser[one.platform], loud)

    def _check_quiet(
        self, variant: Variant, name: str, received: Sequence[Call]
    ) -> Iterator[BrokenInvariant]:
        early = [call for call in received if call.step in variant.quiet]
        if early and variant.only is not None:
            message = f"{name} receives `{early[0].event}` without consent"
            path = ("platforms", name.removesuffix(SERVER), "consent")
            yield BrokenInvariant("before-consent", Severity.ERROR, message, path, quiet=name)

    def _check_pairing(
        self, one: ExpectedDelivery, name: str, browser: Sequence[Call], server: Sequence[Call]
    ) -> Iterator[BrokenInvariant]:
        """As often, and under the same IDs; a call that waits in the page counts as sent."""
        ids = [str(call.event_id) for call in browser]
        right: list[Mapping[str, Any]] = [
            {one.platform: one.event, "times": len(ids)},
            {name: one.event, "times": len(ids)},
        ]
        pairing_text = (
            f"{name} receives `{one.event}` {times_text(len(server))}, "
            f"{one.platform} {times_text(len(ids))}"
        )
        if len(server) < len(ids):
            yield BrokenInvariant("lost-on-server", Severity.ERROR, pairing_text, self._path, right)
        elif len(server) > len(ids):
            yield BrokenInvariant(
                "doubled-on-server", Severity.ERROR, pairing_text, self._path, right
            )
        elif sorted(ids) != sorted(str(call.event_id) for call in server):
            listed = ", ".join(str(call.event_id) for call in server)
            message = (
                f"{name} receives `{one.event}` with other event IDs than {one.platform} "
                f"({listed} instead of {', '.join(ids)})"
            )
            same = [*right, {"same_event_id": [one.platform, name]}]
            yield BrokenInvariant("event-ids-differ", Severity.ERROR, message, self._path, same)
