"""How the hits are called that bring events of the spec to the server container."""

from __future__ import annotations

from gtmgen.spec.model import Platform

CARRIER_PREFIX = "server_"
"""How all of their names begin: what else arrives is the carrying platform's own."""

_LONGEST = 40  # GA4's names of events


def carrier_name(key: str, platform: Platform) -> str:
    """The GA4 event name under which an event travels: ``server_tiktok_purchase``."""
    name = f"{CARRIER_PREFIX}{platform.name}_{key}"
    if len(name) <= _LONGEST:
        return name
    import hashlib  # 4 ms, and only long names need it

    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{name[: _LONGEST - 7]}_{digest}"
