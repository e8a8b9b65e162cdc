"""Which values of a spec a verb uses; of all others, no variable of the environment need be set."""

from __future__ import annotations

from gtmgen.catalogue.accounts import find_catalogue_accounts
from gtmgen.cli.spec import NeedsValue
from gtmgen.diagnostics import Path as SpecPath
from gtmgen.diagnostics import Problem
from gtmgen.errors import SpecError
from gtmgen.packs.server import load_server_api
from gtmgen.spec.load import Loaded
from gtmgen.spec.model import Spec


def needs_target(_: Spec, path: SpecPath) -> bool:
    """For what is done with GTM's containers as they are: which they are."""
    return path[0] == "container" or path[:2] in (("server", "gtm"), ("server", "workspace"))


def needs_backend(spec: Spec, path: SpecPath) -> bool:
    """For what backends send: no container, and of the accounts those that take it."""
    takers = {key for key, one in spec.platforms.items() if load_server_api(one.pack) is not None}
    return _is_contract(path, takers)


def needs_catalogue(spec: Spec, path: SpecPath) -> bool:
    """The same, of the accounts that have a product feed."""
    return _is_contract(path, {account.name for account in find_catalogue_accounts(spec)})


def needs_events(_: Spec, path: SpecPath) -> bool:
    """For what is counted by the events' names: neither containers nor accounts."""
    return _is_contract(path, set())


def _is_contract(path: SpecPath, accounts: set[str]) -> bool:
    if path[0] == "platforms":
        return path[1] in accounts
    return path[0] not in ("container", "server", "gtm", "consent", "environments")


def require_values(loaded: Loaded, needs: NeedsValue) -> None:
    """Raise :class:`SpecError` for variables without a value that are needed."""
    problems = [
        Problem(
            "missing-variable",
            path,
            f"the environment variable `{name}` is not set",
            f"set it, or give a default: `${{{name}:-default}}`",
        )
        for name, paths in loaded.document.unset.items()
        for path in paths
        if needs(loaded.spec, path)
    ]
    if problems:
        raise SpecError(loaded.document.locate_all(problems))
