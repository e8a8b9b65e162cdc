"""What every check of a variant's calls knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gtmgen.diagnostics import Path, Severity
from gtmgen.explore.model import ExpectedDelivery
from gtmgen.scenarios.model import Account, Result
from gtmgen.spec.model import Event, Spec

ERROR, WARNING = Severity.ERROR, Severity.WARNING


class CallChecks:
    """The spec's side of the calls; ``personal`` are texts that must not leave in clear.

    Each with the packs that the spec sends it to as it is, by a setting that hashes nothing.
    """

    def __init__(
        self,
        spec: Spec,
        event: Event,
        deliveries: Sequence[ExpectedDelivery],
        accounts: Mapping[str, Account],
        personal: Mapping[str, frozenset[str]],
    ) -> None:
        self._spec = spec
        self._event = event
        self._deliveries = deliveries
        self._accounts = accounts
        self._personal = personal
        self._path: Path = ("events", event.key)


def has_failed(result: Result) -> bool:
    """Whether a tag told GTM that it failed, which shows in GTM's preview."""
    return any(tag["outcome"] == "failure" for event in result.run.trace for tag in event["tags"])
