"""Takes credentials out of text that somebody else wrote: answers, their errors, logs.

Whoever answers may quote what it was sent, in whatever form that had on its way: a header, a query,
a form, JSON inside of JSON. What is taken out too much costs a word of a message; the other way
round it costs a key.
"""

from __future__ import annotations

import re

from gtmgen.secret_names import UNMISTAKABLE

# What a name ends with that holds a credential: `client_secret`, `apiToken`, `X-Auth-Token`.
_WORDS = (
    r"(?:token|secret|password|passwd|passphrase|pwd|credential|signature|assertion"
    r"|api[ _-]?key|code[_-]?verifier"
    r"|(?:access|account|auth|master|private|secret|service|signing)[_-]?key(?:[_-]?id)?)s?"
)
_START = r"(?<![\w-])"  # where a name begins; anywhere else, long words would be tried n² times
_NAME = rf"[\w-]*{_WORDS}"
# Too common a word to count anywhere but in a query or a form.
_SHORT = r"(?:code|key|sig|(?:[\w-]*[_-])?pass)"
_LOGIN = r"(?:[\w-]+-)?authorization"
_HEADER = r"[\w-]+-(?:token|key|secret|signature)"
_COOKIE = r"(?:set-)?cookie2?"
_ESCAPED = r"\\+u003[aAdD]|%(?:25)*3[aAdD]"  # a colon or a sign of equality, escaped once or more
_IS = rf"\s*(?::|=|{_ESCAPED})(?:\s|%20|\+)*"
_BLANK = r"(?:\s|%20|\+)+"
_QUOTE = r"\\*[\"']"  # in JSON inside of a JSON text, quotes are escaped, and escapes, too


def _quoted(name: str, group: str, between: str = ":") -> str:
    """A quoted name and its value; ``group`` tells the quotes apart, whose escapes must agree."""
    end = rf"(?<!\\)(?P={group})"
    value = rf"(?P<{group}>{_QUOTE})(?:(?!{end}).)*(?:{end}|$)"
    is_ = rf"(?:{between}|{_ESCAPED})" if between == ":" else between
    apart = rf"\s*{is_}\s*(?:\{{\s*)?(?:{_QUOTE}value{_QUOTE}\s*:\s*)?(?:b(?=[\"']))?"
    return rf"(?<!\\){_QUOTE}(?:{name}){_QUOTE}{apart}(?:{value}|\[[^\]]*\]?|[\w.+/=-]+)"


_FORMS = (
    *UNMISTAKABLE,
    # Headers, whole; a login has a scheme, and perhaps parameters
    _quoted(rf"{_LOGIN}|{_HEADER}|{_COOKIE}", "header", "[:,]"),
    rf"{_START}{_COOKIE}{_IS}[^\s;]+(?:;\s*[^\s;]+)*",
    (
        rf"{_START}{_LOGIN}{_IS}[\"']?(?:(?!{_NAME}=)[a-z][\w-]*{_BLANK})?"
        r"[^\s,]+(?:,\s*[\w-]+=(?:\"[^\"]*\"|[^\s,]+))*"
    ),
    rf"{_START}{_HEADER}{_IS}\S+",
    rf"\bbearer(?::\s*|{_BLANK})\S+",
    rf"\bbasic{_BLANK}(?=\S*[\d=])[\w+/=-]{{6,}}",
    # The user and the password of a URL
    r"(?<=://)[^\s/?#\"'<>]+(?=@)",
    r"(?<=//)[^\s/:@]+:[^\s/@]+(?=@)",
    r"(?<=2F)[^\s%]+%(?:25)*3A(?:(?!%(?:25)*2F)\S){1,200}?(?=%(?:25)*40)",
    # Names with values: JSON, queries and forms, options, and `name: value`
    _quoted(rf"{_NAME}|{_SHORT}", "field"),
    _quoted(_NAME, "item", ","),
    rf"{_START}(?:{_NAME}|{_SHORT})(?:=|{_ESCAPED})(?:(?!%26)[^&\s\"'`])+",
    # Code: a name without quotes, its value in some
    rf"{_START}{_NAME}\s*(?:[=-]>|[:=])\s*(?P<code>[\"'])(?!\$\{{)(?:(?!(?P=code))[^\r\n])+(?:(?P=code)|$)",
    rf"name=[\"']?{_NAME}[\"']?[^\r\n]*[\r\n]+\S+",
    rf"{_START}--{_NAME}\s+[^\s-]\S*",
    # Command lines and their files: curl, sshpass, docker, .netrc, .npmrc
    (
        rf"(?<![\w-])(?:-[a-z]{{0,4}}u\s*|--(?:proxy-)?user(?:\s+|=))(?:(?P<login>{_QUOTE})"
        r"(?:(?!(?P=login))[^:])+:(?:(?!(?P=login)).)+|[^\s:\"'<>\\]+:(?!//)[^\s\"'\\]+)"
    ),
    r"\bsshpass\s+-p\s*\S+",
    r"\bdocker\s+login\b[^\r\n]{0,100}?\s-p\s*\S+",
    r"\blogin\s+\S+\s+password\s+\S+",
    r"(?<![\w-])_auth\s*=\s*\S+",
    # Lists of settings, XML, and sentences; a value has a digit, as most words have none
    rf"{_START}{_NAME}(?:\s+=|\s*[=-]>)\s*(?=[^\s\"'<]*\d)[^\s\"'<]+",
    (
        rf"{_START}{_NAME}\s+(?:is\s+)?(?!(?-i:[A-Z]+_[A-Z0-9_]+)\b)(?=[\w.+/=-]*\d)"
        r"(?=[\w.+/=-]*[a-z])[\w.+/=-]{12,}"
    ),
    rf"<(?P<tag>{_NAME})>[^<]+</(?P=tag)>",
    rf"{_START}{_NAME}\s+(?P<said>{_QUOTE})(?=[^\s\"'\\]*\d)[^\s\"'\\]{{8,}}(?P=said)",
    (
        # Not `${secret:NAME}`, which stands for a value; GTM's own fields have a dot before them.
        rf"(?<![\w.-])(?<!\$\{{){_NAME}:\s*(?!(?-i:[A-Z]+_[A-Z0-9_]+)\b)"
        r"(?:(?=\S*\d)[^\s\"'`,;{}]{4,}|[^\s\"'`,;{}]{4,}(?=\s*(?:$|[,;}])))"
    ),
)
_SECRETS = re.compile("|".join(_FORMS), re.DOTALL | re.IGNORECASE)


def redact(text: str) -> str:
    """The text with ``[redacted]`` for whatever looks like a token, a key or a password."""
    return _SECRETS.sub("[redacted]", text)
