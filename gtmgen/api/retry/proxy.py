"""The proxy that HTTPS_PROXY and HTTP_PROXY name, and the hosts that NO_PROXY excepts.

``httplib2`` (version 0.32.1, read 2026-11-29) takes what it cannot read for no proxy at all, and
goes direct in silence.
"""

from __future__ import annotations

import os
import re
from urllib.parse import SplitResult, unquote, urlsplit

import httplib2  # type: ignore[import-untyped, unused-ignore]

from gtmgen.errors import ApiError
from gtmgen.text import clip, printable

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_HTTP, _SOCKS4, _SOCKS5 = 3, 1, 2
"""What ``httplib2.socks`` calls them; in its name, too, names are looked up by the proxy."""
_TYPES = {
    "http": _HTTP,
    "https": _HTTP,
    "socks": _SOCKS5,
    "socks4": _SOCKS4,
    "socks4a": _SOCKS4,
    "socks5": _SOCKS5,
    "socks5h": _SOCKS5,
}
_HOST = re.compile(r"\[[0-9A-Fa-f:.]*\]?|[^:]*")
_PORT = re.compile(r"(?::[0-9]*)?(?:/.*)?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Proxy(httplib2.ProxyInfo):  # type: ignore[misc, unused-ignore]
    """A proxy; one with a ``flaw`` ends the first request that would go through it."""

    variable = ""
    flaw: ApiError | None = None

    def applies_to(self, hostname: str) -> bool:
        applies = bool(super().applies_to(hostname))
        if applies and self.flaw is not None:
            raise self.flaw
        return applies


def find_proxy(scheme: str = "http") -> Proxy | None:
    """What the environment says for requests of a scheme; this machine itself needs no proxy."""
    name = f"{scheme}_proxy"
    if name not in os.environ:
        name = name.upper()
    text = os.environ.get(name, "").strip()
    if not text:
        return None
    proxy = _read_proxy(name, text, _DEFAULT_PORTS[scheme])
    proxy.variable = name
    excepted = os.environ.get("no_proxy", os.environ.get("NO_PROXY", "")).split(",")
    hosts = tuple(host.strip() for host in excepted if host.strip())
    proxy.bypass_hosts = httplib2.AllHosts if hosts == ("*",) else (*hosts, *_THIS_MACHINE)
    return proxy


def _read_proxy(name: str, text: str, default_port: int) -> Proxy:
    # As everywhere else, `proxy.example:3128` alone is an HTTP proxy.
    url = text if "://" in text else f"http://{text}"
    try:
        parts: SplitResult | None = urlsplit(url)
        host = parts.hostname if parts else None
    except ValueError:  # half of an IPv6 address
        parts, host = None, None
    flaw = port = None
    if parts is None or not host or not _can_be_looked_up(host):
        flaw = "has no host that can be one"
    elif parts.scheme not in _TYPES:
        flaw = f"begins with `{clip(parts.scheme)}`, which is not a kind of proxy that can be used"
    else:
        try:
            port = parts.port
        except ValueError:
            flaw = "has a port that is not a number up to 65535"
    if parts is None or flaw is not None:
        proxy = Proxy(_HTTP, "proxy.invalid", default_port)
        proxy.flaw = ApiError(
            f"`{name}` names no proxy: `{_hide_login(text)}` {flaw}",
            hint="write `http://HOST:PORT` (`socks5://` for SOCKS), or unset the variable",
        )
        return proxy
    return Proxy(
        _TYPES[parts.scheme],
        host,
        port or default_port,
        proxy_user=unquote(parts.username) if parts.username else None,
        proxy_pass=unquote(parts.password) if parts.password else None,
    )


def _can_be_looked_up(host: str) -> bool:
    if any(letter.isspace() or not letter.isprintable() for letter in host):
        return False
    try:
        host.encode("idna")  # as the system's resolver is asked
    except UnicodeError:  # a part between dots is empty, or longer than 63 characters
        return False
    return True


def _hide_login(text: str) -> str:
    """Without user and password, which stand before the last ``@``, or where a port should."""
    scheme, separator, rest = ("", "", text) if "://" not in text else text.partition("://")
    _, at, host = rest.rpartition("@")
    name = _HOST.match(host)
    if not at and name is not None and not _PORT.fullmatch(host, name.end()):
        host = f"{name.group()}:***"
    return clip(printable(f"{scheme}{separator}{'***@' if at else ''}{host}"))
