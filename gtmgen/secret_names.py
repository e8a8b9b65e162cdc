"""Secrets of the environment: which variables are one, and what stands for a value until a push.

A secret never enters a spec's data. ``${TIKTOK_ACCESS_TOKEN}`` becomes the text
``${secret:TIKTOK_ACCESS_TOKEN}``, which is what every file, plan and page shows; the value takes
its place in the request to GTM alone (:mod:`gtmgen.plan.secrets`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# Of the words of a variable's name, run together or not: `API_KEY`, `DBPASSWORD`, `TOKEN2`.
_WORD = re.compile(
    r"(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PWD|CREDENTIAL|^(?:DB|PG)?PASS|^CRED|^JWT"
    r"|(?:^|API|ACCESS|AUTH|PRIVATE|SECRET)KEY)S?[0-9]*$"
)
_FOLDERS = frozenset(("PWD", "OLDPWD"))  # of the shell, which every command gets
# As text, which `re` compiles when it is first needed, and keeps: most runs need none of these.
# Parameters of tags that hold a credential, by the ends of their names without signs: access_token,
# apiAccessToken, conversionToken, Authorization (templates of TikTok, Meta, Snap, LinkedIn and of
# Stape; headers of the HTTP request tag).
_FIELD = (
    r"(?:^|access|api|auth|bearer|refresh|conversions?|secret|private)token$"
    r"|(?:api|access|private|secret)key$"
    r"|(?:secret|password|passwd|passphrase|authorization)$"
)
_SIGNS = r"[^a-z]"
# Of a line of YAML or JSON: a key, and a value that is neither a variable nor begins a collection.
_WRITTEN = r"([\w-]+)([\"']?\s*:\s*)([\"']?)([^\s\"'$&*{\[|>,}\]][^\"',}\]]*)"
_VARIABLE = r"[A-Z][A-Z0-9_]*"
_SHORTEST = 8  # characters; a shorter value could not be told from other text
UNMISTAKABLE = (
    # Tokens, secrets and keys of Google's, and of others' services
    r"(?-i:ya29\.[\w.-]+|1//[\w-]{10,}|GOCSPX-[\w-]+|AIza[\w-]{35}|\b4/0[\w-]{20,})",
    r"(?-i:gh[pousr]_\w{16,}|github_pat_\w+|glpat-[\w-]+|xox[a-z]-[\w-]+|[sr]k_(?:live|test)_\w+)",
    r"(?-i:sk-[\w-]{16,}|SG\.[\w-]+\.[\w-]+|A[KS]IA[0-9A-Z]{16}|xapp-\d-[\w-]+)",
    # Registries, hosts and tools, as their scanners for leaked secrets know them (November 2026).
    (
        r"(?-i:(?<![\w+/-])(?:npm_\w{20,}|pypi-[\w-]{16,}|rubygems_[0-9a-f]{32,}|dckr_[a-z]+_[\w-]+"
        r"|gl(?:agent|cbt|dt|ft|imt|oas|ptt|rt|soat)-[\w-]{16,}|hf_[A-Za-z]{20,}"
        r"|do[opr]_v1_[0-9a-f]{32,}|shp(?:at|ca|pa|ss)_[0-9a-f]{32}|whsec_[\w+/=]{16,}"
        r"|sq0[a-z]{3}-[\w-]{20,}|lin_api_\w{16,}|ntn_\w{20,}|secret_[A-Za-z0-9]{40,}"
        r"|PMAK-[0-9a-f-]{24,}|hv[bs]\.[\w-]{20,}|AGE-SECRET-KEY-1[0-9A-Z]+|AT[AC]TT3[\w=-]{20,}"
        r"|figd_[\w-]{20,}|sntry[su]_[\w+/=]{16,}|nfp_\w{20,}|gl(?:sa|c)_[\w=]{20,}|NRAK-[0-9A-Z]{20,}"
        r"|dapi[0-9a-f]{32}|key-[0-9a-f]{32}|SK[0-9a-f]{32}\b|[0-9a-f]{32}-us\d{1,2}\b"
        r"|EAA[0-9A-Za-z]{60,}|[\w-]{11}:APA91[\w-]{20,}))"
    ),
    # Addresses that whoever knows them may post to: Slack, Discord, Teams, Telegram, Zapier, IFTTT
    (
        r"(?:hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)|discord(?:app)?\.com/api/webhooks"
        r"|hooks\.zapier\.com/hooks/catch|webhook\.office\.com/webhookb2|outlook\.office\.com/webhook"
        r"|maker\.ifttt\.com/trigger)/[\w/@.-]+"
    ),
    r"(?:api\.telegram\.org/bot|(?<![\w+/-]))\d{6,}:[\w-]{30,}",
    r"(?-i:eyJ[\w-]+(?:\.[\w-]*){2,4})",  # signed or encrypted tokens
    (
        r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----.*?"
        r"(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)"
    ),
)
"""Regular expressions of credentials that give themselves away; ``.`` is any character."""
_STAND_IN = r"\$\{secret:([A-Za-z_][A-Za-z0-9_]*)\}"


def is_secret_name(name: str) -> bool:
    """Whether the name of a variable says that its value is a secret: ``CRM_API_KEY``."""
    if name.upper() in _FOLDERS:
        return False
    return any(_WORD.search(word) for word in name.upper().split("_"))


def is_secret_field(name: str) -> bool:
    """Whether a parameter, or a header, of this name holds a credential."""
    return re.search(_FIELD, re.sub(_SIGNS, "", name.lower())) is not None


def hide_written(line: str) -> str:
    """A line of a file with stars for what a credential's key has as its value."""
    return re.sub(
        _WRITTEN,
        lambda match: (
            "".join((match[1], match[2], match[3], "*" * len(match[4])))
            if is_secret_field(match[1]) and not re.fullmatch(_VARIABLE, match[4])
            else match[0]
        ),
        line,
    )


def stand_in(name: str) -> str:
    """The text that stands for the value of a secret, which is also the way to write one."""
    return f"${{secret:{name}}}"


def is_stand_in(value: object) -> bool:
    """Whether a value is the text that stands for one secret, and nothing beside it."""
    return isinstance(value, str) and re.fullmatch(_STAND_IN, value) is not None


def hide_secrets(text: str, environ: Mapping[str, str]) -> str:
    """A text for others to read, without the value of any variable whose name says secret."""
    for name in sorted(filter(is_secret_name, environ), key=lambda name: -len(environ[name])):
        if len(environ[name]) >= _SHORTEST:
            text = text.replace(environ[name], stand_in(name))
    return text


def names_in(text: str) -> list[str]:
    """The secrets whose stand-ins a text holds, in their order."""
    return re.findall(_STAND_IN, text) if "${secret:" in text else []


def fill_in(text: str, values: Mapping[str, str]) -> str:
    """The text with values for the stand-ins that are known; all else stays as it is."""
    if "${secret:" not in text:
        return text
    return re.sub(_STAND_IN, lambda match: values.get(match[1], match[0]), text)
