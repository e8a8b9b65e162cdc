"""A failed call, said in one line: method, entity, GTM's own words; never a credential."""

from __future__ import annotations

import re

from gtmgen.errors import ApiError

_SECRETS = re.compile(
    r"ya29\.[\w.-]+"  # access token
    r"|1//[\w-]{10,}"  # refresh token
    r"|(?i:bearer)\s+\S+"
    r"|(?i:access_token|refresh_token|oauth_token|client_secret|assertion|key)=[^&\s\"']+"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
    re.DOTALL,
)
_QUOTA = "the API allows 25 calls in 100 seconds and 10,000 a day; wait, then go on"

_ADVICE = {
    401: "the credentials are not accepted; log in again",
    403: "the account lacks the permission, or the credentials lack the scope",
    404: "check the ID, and that the account may see the container",
    None: "check the network; run the same command again",
}


class CallError(ApiError):
    """One call that failed.

    ``status`` is the HTTP status, ``None`` when no answer came. ``reply`` is the service's own
    message, ``method`` the API method (``tags.create``), ``entity`` the entity's name.
    """

    def __init__(
        self, method: str, reply: str, *, status: int | None = None, entity: str | None = None
    ) -> None:
        self.method = method
        self.entity = entity
        self.status = status
        self.reply = redact(reply)
        what = f"{method} `{entity}`" if entity else method
        outcome = f"failed with {status}" if status else "got no answer"
        super().__init__(f"{what} {outcome}: {self.reply}", hint=self._advice())

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
    def is_not_found(self) -> bool:
        return self.status == 404

    @property
    def is_quota(self) -> bool:
        """429, or the documented 403 that speaks of quota or rate."""
        if self.status == 429:
            return True
        text = self.reply.lower()
        return self.status == 403 and ("quota" in text or "rate limit" in text)

    @property
    def outcome_unknown(self) -> bool:
        """The call may have been carried out: look before repeating it."""
        return self.status is None or (self.status >= 500 and self.status != 501)

    def _advice(self) -> str | None:
        if self.is_quota:
            return _QUOTA
        if self.is_conflict:
            return "it was changed in the meantime; plan again"
        return _ADVICE.get(self.status)


def redact(text: str) -> str:
    """Take out whatever looks like a token or a key."""
    return _SECRETS.sub("[redacted]", text)
