"""The platforms that scenarios can name: those of a spec, or all packs for any container."""

from __future__ import annotations

from collections.abc import Iterable

from gtmgen.packs.load import find_packs, load_pack
from gtmgen.scenarios.model import Account
from gtmgen.spec.model import Spec


def accounts_of(spec: Spec) -> tuple[Account, ...]:
    """The spec's platforms whose packs can be observed."""
    return tuple(
        Account(
            name=name,
            pack=platform.pack.name,
            observer=platform.pack.observer,
            id=str(platform.setting(platform.pack.observer.account)),
            events=frozenset(platform.pack.events),
        )
        for name, platform in spec.platforms.items()
        if platform.pack.observer is not None
    )


def accounts_of_packs(names: Iterable[str] | None = None) -> tuple[Account, ...]:
    """Every shipped pack under its own name, whatever the account."""
    packs = [load_pack(folder) for name, folder in sorted(find_packs().items())]
    return tuple(
        Account(pack.name, pack.name, pack.observer, events=frozenset(pack.events))
        for pack in packs
        if pack.observer is not None and (names is None or pack.name in names)
    )
