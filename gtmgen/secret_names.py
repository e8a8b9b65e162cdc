"""Secrets of the environment: which variables are one, and what stands for a value until a push.

A secret never enters a spec's data. ``${TIKTOK_ACCESS_TOKEN}`` becomes the text
``${secret:TIKTOK_ACCESS_TOKEN}``, which is what every file, plan and page shows; the value takes
its place in the request to GTM alone (:mod:`gtmgen.plan.secrets`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORDS = frozenset(
    (
        "TOKEN",
        "TOKENS",
        "SECRET",
        "SECRETS",
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "KEY",
        "APIKEY",
        "CREDENTIAL",
        "CREDENTIALS",
    )
)
_SHORTEST = 8  # characters; a shorter value could not be told from other text
_STAND_IN = re.compile(r"\$\{secret:([A-Za-z_][A-Za-z0-9_]*)\}")


def is_secret_name(name: str) -> bool:
    """Whether the name of a variable says that its value is a secret: ``CRM_API_KEY``."""
    return not _WORDS.isdisjoint(name.upper().split("_"))


def stand_in(name: str) -> str:
    """The text that stands for the value of a secret, which is also the way to write one."""
    return f"${{secret:{name}}}"


def hide_secrets(text: str, environ: Mapping[str, str]) -> str:
    """A text for others to read, without the value of any variable whose name says secret."""
    for name in sorted(filter(is_secret_name, environ), key=lambda name: -len(environ[name])):
        if len(environ[name]) >= _SHORTEST:
            text = text.replace(environ[name], stand_in(name))
    return text


def names_in(text: str) -> list[str]:
    """The secrets whose stand-ins a text holds, in their order."""
    return _STAND_IN.findall(text) if "${secret:" in text else []


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """The text with values for the stand-ins that are known; all else stays as it is."""
    if "${secret:" not in text:
        return text
    return _STAND_IN.sub(lambda match: values.get(match[1], match[0]), text)
