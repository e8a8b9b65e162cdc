"""What is called a secret and looks like one, and what is one by its shape, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gtmgen.container.entities import AnyEntity, Kind, Tag, Variable
from gtmgen.container.veil import is_called_secret, looks_secret
from gtmgen.lint.view import ContainerView, Finding

_SERVER = (
    "It holds what looks like {}, which everybody who can read the container or an export of "
    "it has: in a spec, write `${{secret:NAME}}` instead."
)
_PUBLIC = (
    "It holds what looks like {}, and every visitor of the site can read the container: take "
    "it out, and send what needs it from a server."
)
_ANY = "a secret"
# By what their makers begin them with; keys that belong in a browser (`AIza`, `pk_live_`) are none.
_SHAPES = (
    (re.compile(r"\bEAA[A-Za-z0-9]{60,}"), "an access token of Meta"),
    (re.compile(r"\b[sr]k_live_[A-Za-z0-9]{16,}"), "a secret key of Stripe"),
    (re.compile(r"\bshp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}\b"), "an access token of Shopify"),
    (re.compile(r"\bSG\.[\w-]{16,32}\.[\w-]{32,64}"), "an API key of SendGrid"),
    (re.compile(r"\b[0-9a-f]{32}-us[0-9]{1,2}\b"), "an API key of Mailchimp"),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), "an access key of AWS"),
    (re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})"), "a token of GitHub"),
    (re.compile(r"\bxox[abprs]-[A-Za-z0-9-]{20,}"), "a token of Slack"),
    (re.compile(r"hooks\.slack\.com/services/T\w{6,}/B\w{6,}/\w{16,}"), "a webhook of Slack"),
    (re.compile(r"\bGOCSPX-[\w-]{20,}"), "a client secret of Google"),
    (re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"), "a private key"),
)
_BEGINNINGS = re.compile(
    r"EAA|k_live_|shp[a-z]{2}_|SG\.|-us[0-9]|AKIA|ASIA|gh[pousr]_|github_pat_|xox[abprs]-|"
    r"hooks\.slack|GOCSPX-|PRIVATE KEY"
)
"""One look at most texts, which hold none of them."""
_SHORTEST = 20
_NAMED_IN_CODE = re.compile(
    r"""(?:access[_-]?token|api[_-]?secret|client[_-]?secret|auth[_-]?token)"""
    r"""(?:["']?\s*[:=,]\s*["']|=)(?=[\w./+=-]*[0-9])(?=[\w./+=-]*[A-Za-z])([\w./+-]{20,})""",
    re.IGNORECASE,
)


def check(view: ContainerView) -> Iterator[Finding]:
    """A constant or a tag's field that is called a secret and looks like one; and any text."""
    template = _SERVER if view.context == "SERVER" else _PUBLIC
    told = set()
    for kind, entity in _find_named(view):
        told.add(id(entity))
        yield Finding(kind, entity.name, template.format(_ANY))
    found = {
        text: what
        for text in view.distinct_texts
        if len(text) >= _SHORTEST and (what := _find_shape(text)) is not None
    }
    for kind in (Kind.TAG, Kind.VARIABLE) if found else ():
        for entity in view.of_kind(kind):
            first = next((found[text] for text in view.texts(entity) if text in found), None)
            if first is not None and id(entity) not in told:
                yield Finding(kind, entity.name, template.format(first))


def _find_shape(text: str) -> str | None:
    if _BEGINNINGS.search(text):
        for shape, what in _SHAPES:
            if shape.search(text):
                return what
    return _ANY if _NAMED_IN_CODE.search(text) else None


def _find_named(view: ContainerView) -> Iterator[tuple[Kind, AnyEntity]]:
    named = {
        id(entity)
        for group in view.alike
        if any(
            item.key == "value" or is_called_secret(str(item.key)) for item in group[0].parameter
        )
        for entity in group
    }
    for kind in (Kind.TAG, Kind.VARIABLE) if named else ():
        for entity in view.of_kind(kind):
            if id(entity) not in named or not isinstance(entity, Tag | Variable):
                continue
            for item in entity.parameter:
                name = entity.name if item.key == "value" else str(item.key)
                if isinstance(item.value, str) and looks_secret(name, item.value):
                    yield kind, entity
                    break
