"""Recorded values as reports may show them: without personal data."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from gtmgen.contract.model import Contract
from gtmgen.spec.model import Spec

HIDDEN: Final = "***"
#: An e-mail address, also in an address of a page: nobody has to mark it as personal.
_ADDRESS = re.compile(r"[^\s@\"'<>=&/?#;,:]+(?:@|%40)[^\s@\"'<>=&/?#;,:]+\.[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Personal:
    """What the spec marks as personal data: paths of messages, and parameters of calls."""

    paths: frozenset[str] = frozenset()
    params: frozenset[str] = frozenset()

    def hide_in_message(self, body: Mapping[str, Any], base: str = "") -> dict[str, Any]:
        """A message whose personal data are stars."""
        hidden: dict[str, Any] = {}
        for key, value in body.items():
            path = f"{base}{key}"
            if path in self.paths:
                hidden[key] = HIDDEN if value not in (None, "") else value
            elif isinstance(value, dict):
                hidden[key] = self.hide_in_message(value, f"{path}.")
            else:
                hidden[key] = hide_addresses(value)
        return hidden

    def hide_in_params(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """A call's parameters whose personal data are stars."""
        return {
            name: HIDDEN if name in self.params else hide_addresses(value)
            for name, value in params.items()
        }


NOTHING_PERSONAL: Final = Personal()


def collect_personal(spec: Spec, contract: Contract) -> Personal:
    """What the spec marks with `pii: true`."""
    marked = {one.key: one for one in spec.data.values() if one.pii}
    return Personal(
        frozenset(str(one.argument) for one in marked.values() if one.source == "path"),
        frozenset(
            param.name
            for event in contract.events.values()
            for params in event.params.values()
            for param in params
            if param.data in marked
        ),
    )


def hide_addresses(value: Any) -> Any:
    """The same value with stars for every e-mail address in its texts."""
    if isinstance(value, str):
        return _ADDRESS.sub(HIDDEN, value)
    if isinstance(value, list):
        return [hide_addresses(one) for one in value]
    if isinstance(value, dict):
        return {key: hide_addresses(one) for key, one in value.items()}
    return value
