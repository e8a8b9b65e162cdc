"""What a visit is allowed to do, and how long it may take."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import unquote, urlsplit, urlunsplit

from gtmgen.packs.server import load_server_api
from gtmgen.runtime.engine import PreparedContainer
from gtmgen.scenarios.model import Account
from gtmgen.spec.model import Spec
from gtmgen.verify.model import ContainerSource

GOOGLE: Final = "www.googletagmanager.com"


@dataclass(frozen=True, slots=True)
class VisitedSite:
    """The site that is visited: ``url`` is where journeys begin, ``hosts`` are the names, or
    patterns such as ``*.example.com``, that may be visited beside that of ``url``. ``login`` are
    the name and the password that the site's server asks for (HTTP authentication)."""

    url: str
    hosts: tuple[str, ...] = ()
    data_layer: str = "dataLayer"
    login: tuple[str, str] | None = field(default=None, repr=False)

    @classmethod
    def at(
        cls, address: str, hosts: Sequence[str] = (), data_layer: str = "dataLayer"
    ) -> VisitedSite:
        """The site at an address, which may hold a login: ``https://name:password@host/``."""
        url = urlsplit(address)
        host = write_in_ascii(url.netloc.rpartition("@")[2])
        login = (unquote(url.username), unquote(url.password or "")) if url.username else None
        names = tuple(map(write_in_ascii, hosts))
        return cls(urlunsplit(url._replace(netloc=host)), names, data_layer, login)

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every name and pattern of a host that may be visited."""
        return (urlsplit(self.url).hostname or "", *self.hosts)

    def allows(self, host: str) -> bool:
        """Whether a host may be visited."""
        return matches(write_in_ascii(host), self.allowed)


@dataclass(frozen=True, slots=True)
class VisitSetting:
    """How a visit is made.

    ``environment`` are the parameters by which gtm.js serves a workspace or an environment,
    ``gtm_auth=...&gtm_preview=...``. ``quiet`` is how many seconds nothing must happen until a
    step is over, ``longest`` how many a step may take at all. ``insecure`` accepts any certificate
    of any host, as a staging site has that has signed its own.
    """

    source: ContainerSource = "compiled"
    environment: str = ""
    send: bool = False
    pictures: bool = False
    executable: str | None = None
    quiet: float = 0.4
    longest: float = 15.0
    insecure: bool = False


@dataclass(frozen=True, slots=True)
class VerifiedSpec:
    """What a site is verified against: the spec, its container, and who receives its events."""

    spec: Spec
    container: PreparedContainer
    accounts: tuple[Account, ...]

    @property
    def container_id(self) -> str:
        """``GTM-...``"""
        return str(self.container.version.get("container", {}).get("publicId", ""))

    def platform_hosts(self) -> tuple[str, ...]:
        """Hosts that the platforms' own requests go to."""
        return tuple(
            dict.fromkeys(host for one in self.accounts for host in one.observer.requests.hosts)
        )

    def pixel_paths(self) -> dict[str, dict[str, str]]:
        """By pack, the path of the pixel's own requests and the places in their body."""
        pixel_paths = {}
        for account in self.accounts:
            pack = self.spec.platforms[account.name].pack
            api = load_server_api(pack)
            if api is not None and api.browser:
                pixel_paths[pack.name] = dict(api.browser)
        return pixel_paths


def write_in_ascii(host: str) -> str:
    """A host as browsers ask for it: ``bücher.example`` is ``xn--bcher-kva.example``."""
    try:
        labels = (one if one.isascii() else one.encode("idna").decode() for one in host.split("."))
        return ".".join(labels)
    except UnicodeError:  # no name of a host
        return host


def matches(host: str, patterns: Sequence[str]) -> bool:
    """Whether a host is one of those that are named."""
    return any(fnmatchcase(host.lower(), pattern.lower()) for pattern in patterns)
