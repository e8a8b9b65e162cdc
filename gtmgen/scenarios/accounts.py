"""The platforms that scenarios can name: those of a spec, or all packs for any container."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from gtmgen.packs.docs import load_pack_docs
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.packs.model import Observer, Pack
from gtmgen.packs.server import load_server_api
from gtmgen.scenarios.model import SERVER, Account, Endpoint
from gtmgen.spec.model import Spec


def accounts_of(spec: Spec, of_server: Collection[str] | None = None) -> tuple[Account, ...]:
    """The spec's platforms whose packs can be observed, each followed by its server side.

    ``of_server`` are those that a server container sends to: by itself, as the spec says.
    """
    of_server = spec.server_accounts if of_server is None else of_server
    accounts: list[Account] = []
    for name, platform in spec.platforms.items():
        observer = platform.pack.observer
        if observer is not None:
            account = str(platform.setting(observer.account))
            accounts += _list_sides(
                name, platform.pack, observer, account, server=name in of_server
            )
    return tuple(accounts)


def accounts_of_packs(*, server: bool = False) -> tuple[Account, ...]:
    """Every shipped pack under its own name, whatever the account."""
    packs = [load_pack(folder) for name, folder in sorted(find_packs().items())]
    return tuple(
        account
        for pack in packs
        if pack.observer is not None
        for account in _list_sides(pack.name, pack, pack.observer, None, server=server)
    )


def _list_sides(
    name: str, pack: Pack, observer: Observer, account: str | None, *, server: bool
) -> Iterator[Account]:
    yield Account(name, pack.name, observer, account, frozenset(pack.events))
    endpoint = endpoint_of(pack) if server else None
    if endpoint is not None:
        # Its calls are requests: no script stands in, no tag of the page is read.
        plain = Observer(observer.account, observer.page_view)
        yield Account(
            name + SERVER, pack.name + SERVER, plain, account, frozenset(pack.events), endpoint
        )


def endpoint_of(pack: Pack) -> Endpoint | None:
    """Where a platform takes events from servers; None where the pack does not say."""
    api, docs = load_server_api(pack), load_pack_docs(pack).server
    return Endpoint(str(docs["url"]), api.places) if api and docs else None
