"""What the visitor had agreed to, at each moment of a visit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gtmgen.spec.model import Spec
from gtmgen.verify.model import At, Consent, Entry

GRANTED = "granted"


class ConsentHistory:
    """The consent commands of a visit, and the spec's own default before them."""

    def __init__(self, spec: Spec, entries: Iterable[Entry]) -> None:
        self._default = dict(spec.consent.default or {})
        self._commands = [one for one in entries if isinstance(one, Consent)]

    def is_granted(self, types: Sequence[str], at: At) -> bool:
        """Whether all types were granted; one that nobody has said anything about is."""
        state = dict(self._default)
        for one in self._commands:
            # A document begins anew: what a visitor chose is told again by the page.
            if one.at.order < at.order and one.at.document == at.document:
                state.update(one.types)
        return all(state.get(name, GRANTED) == GRANTED for name in types)

    def is_granted_later(self, types: Sequence[str], at: At) -> bool:
        """Whether all types were granted in the rest of the document."""
        later = [one.at for one in self._commands if one.at.document == at.document]
        moments = [at, *(one._replace(order=one.order + 1) for one in later if one > at)]
        return any(self.is_granted(types, moment) for moment in moments)
