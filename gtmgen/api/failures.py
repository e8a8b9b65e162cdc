"""A failed call, said in one line: method, entity, GTM's own words; never a credential."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from gtmgen.api.advice import advise
from gtmgen.api.redaction import redact
from gtmgen.errors import ApiError
from gtmgen.text import printable, quoted

Trouble = Literal[
    "dns",
    "refused",
    "unreachable",
    "certificate",
    "proxy",
    "proxied",
    "login",
    "token",
    "timeout",
    "answer",
    "other",
]
"""Why there is no answer of the service. ``unreachable``: no connection came about; ``proxied``: a
proxy lets nothing through; ``login``: no usable credentials; ``token``: whoever gives out tokens
had a problem; ``answer``: it is no JSON."""

_UNSENT = ("dns", "refused", "unreachable", "certificate", "proxy", "proxied", "login", "token")
_RATE_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})
_DAY_REASONS = frozenset({"dailyLimitExceeded", "dailyLimitExceededUnreg"})


class CallError(ApiError):
    """One call that failed.

    ``status`` is the HTTP status, ``None`` when no answer came: then ``trouble`` says why.
    ``reply`` is the service's own message, ``reasons`` its machine-readable words for it,
    ``retry_after`` that header as it came, ``method`` the API method (``tags.create``),
    ``entity`` the entity's name. ``account`` is the e-mail address that the call was made for;
    it serves the hint.
    """

    def __init__(
        self,
        method: str,
        reply: str,
        *,
        status: int | None = None,
        entity: str | None = None,
        reasons: Iterable[str] = (),
        retry_after: str | None = None,
        trouble: Trouble | None = None,
        account: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.method = method
        self.entity = entity
        self.status = status
        self.reply = redact(reply).rstrip()
        self.reasons = frozenset(reasons)
        self.retry_after = retry_after
        self.trouble = trouble
        call = f"{method} {quoted(entity)}" if entity else method
        outcome = f"failed with {status}" if status else "got no answer"
        # One line: what comes after a line break could pass for a line of gtmgen's own.
        super().__init__(f"{call} {outcome}: {printable(self.reply)}", hint=hint)
        self.hint = hint or advise(self, account)

    @property
    def is_conflict(self) -> bool:
        """Someone else wrote first. Which status says so is not documented: 400, 409 or 412."""
        if self.status in (409, 412):
            return True
        return self.status == 400 and "fingerprint" in self.reply.lower()

    @property
    def is_duplicate_name(self) -> bool:
        return self.status == 400 and "duplicate name" in self.reply

    @property
    def is_refusal(self) -> bool:
        """The service does not take what was sent, whenever it is sent and whoever else writes."""
        return self.status == 400 and not self.is_conflict and not self.is_duplicate_name

    @property
    def is_not_found(self) -> bool:
        return self.status == 404

    @property
    def is_quota(self) -> bool:
        """429, or a 403 that speaks of quota or rate, in its reasons or in its text."""
        # 429 is what Google answers today; 403 is what its documentation of the quota says.
        if self.status == 429:
            return True
        if self.status != 403:
            return False
        if self.reasons & (_RATE_REASONS | _DAY_REASONS | {"RESOURCE_EXHAUSTED"}):
            return True
        text = self.reply.lower()
        return "quota" in text or "rate limit" in text

    @property
    def is_day_quota(self) -> bool:
        """The calls of the day are used up: no wait of minutes will help."""
        if not self.is_quota or self.reasons & _RATE_REASONS - {"quotaExceeded"}:
            return False
        return bool(self.reasons & _DAY_REASONS) or "per day" in self.reply.lower()

    @property
    def is_scope(self) -> bool:
        """The credentials were given too little; the account may well be allowed to do it."""
        word, text = "ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficient authentication scopes"
        return self.status == 403 and (word in self.reasons or text in self.reply)

    @property
    def is_disabled(self) -> bool:
        """The Tag Manager API is not switched on in the Google project of the credentials."""
        words = {"accessNotConfigured", "SERVICE_DISABLED"}
        return self.status == 403 and bool(self.reasons & words)

    @property
    def outcome_unknown(self) -> bool:
        """The call may have been carried out: look before repeating it."""
        if self.status is None:
            return self.trouble not in _UNSENT
        # A 5xx may come from what stands before the service, when the service has written: creates
        # that were repeated after one were refused for their own name. Behind a 501 nothing knows
        # the method.
        return self.status == 408 or (self.status >= 500 and self.status != 501)

    @property
    def is_transient(self) -> bool:
        """The same call may well succeed in a while. Says nothing about its outcome."""
        if self.is_quota:
            return not self.is_day_quota
        if self.status is None:
            return self.trouble in ("dns", "refused", "unreachable", "token", "timeout", "other")
        return self.outcome_unknown
