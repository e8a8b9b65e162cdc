"""Which scope each call needs, and the least that a piece of work needs.

From the API's discovery document, revision 20260826; a test compares them with the one that
google-api-python-client ships.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from types import MappingProxyType

from gtmgen.api.port import RESOURCES

_PREFIX = "https://www.googleapis.com/auth/tagmanager."
READ = f"{_PREFIX}readonly"
EDIT = f"{_PREFIX}edit.containers"
DELETE_WORKSPACES = f"{_PREFIX}delete.containers"
VERSIONS = f"{_PREFIX}edit.containerversions"
PUBLISH = f"{_PREFIX}publish"

_ALL = (READ, EDIT, VERSIONS, DELETE_WORKSPACES, PUBLISH)
_READING = (READ, EDIT)
_WRITING = (EDIT,)
_ENTITIES = tuple(name for kind, name in RESOURCES.items() if kind != "built_in_variable")

#: API method, as :attr:`CallError.method` names it -> the scopes of which one is enough, the
#: least powerful first.
METHODS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "accounts.list": _READING,
        "containers.lookup": _READING,
        "containers.list": _READING,
        "containers.get": _READING,
        "workspaces.list": _READING,
        "workspaces.getStatus": _READING,
        "workspaces.create": _WRITING,
        "workspaces.sync": _WRITING,
        "workspaces.bulk_update": _WRITING,
        "workspaces.delete": (DELETE_WORKSPACES,),
        "workspaces.create_version": (VERSIONS,),
        "workspaces.quick_preview": (VERSIONS,),
        "version_headers.list": (READ, EDIT, VERSIONS),
        "versions.get": (READ, EDIT, VERSIONS),
        "versions.live": _READING,
        "versions.set_latest": _WRITING,
        "versions.publish": (PUBLISH,),
        "environments.list": _READING,
        "environments.create": _WRITING,
        "environments.update": _WRITING,
        "environments.reauthorize": (PUBLISH,),
        "templates.import_from_gallery": _WRITING,
        "built_in_variables.list": _READING,
        "built_in_variables.create": _WRITING,
        "built_in_variables.delete": _WRITING,
        **{f"{name}.{verb}": _READING for name in _ENTITIES for verb in ("list", "get")},
        **{
            f"{name}.{verb}": _WRITING
            for name in _ENTITIES
            for verb in ("create", "update", "delete")
        },
    }
)

_READ_LIVE = ("containers.lookup", "workspaces.list", "tags.list", "versions.get")
_PUSH = (*_READ_LIVE, "workspaces.create", "tags.create", "tags.update", "tags.delete")

#: A piece of work, named as the command line names it -> the methods that it calls, one for each
#: of their kind. ``version`` is what ``push --version`` does in addition to ``push``.
VERBS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "plan": _READ_LIVE,
        "diff": _READ_LIVE,
        "import": _READ_LIVE,
        "versions": (
            "containers.lookup",
            "version_headers.list",
            "versions.live",
            "versions.get",
        ),
        "doctor": ("accounts.list", "containers.lookup", "containers.get", "workspaces.list"),
        "push": _PUSH,
        "bulk": ("workspaces.bulk_update",),
        "sync": ("workspaces.sync",),
        "preview": ("containers.lookup", "workspaces.quick_preview"),
        "version": ("workspaces.create_version",),
        "publish": ("containers.lookup", "versions.get", "versions.publish"),
        "environments": ("containers.lookup", "containers.get", "environments.list"),
        "create-environment": ("environments.create",),
        "reauthorize": ("environments.reauthorize",),
        "show-version": ("containers.lookup", "environments.list", "environments.update"),
        "rollback": ("containers.lookup", "version_headers.list", "versions.publish"),
        "set-latest": ("versions.set_latest",),
        "delete-workspace": ("workspaces.delete",),
    }
)


def least_scopes(verbs: Iterable[str]) -> tuple[str, ...]:
    """The least powerful set of scopes that lets all of ``verbs`` (keys of :data:`VERBS`) run.

    ``least_scopes(["push", "version", "publish"])`` for ``push --version --publish``.
    """
    needs = {METHODS[method] for verb in verbs for method in VERBS[verb]}
    sets = (scopes for size in range(len(_ALL) + 1) for scopes in combinations(_ALL, size))
    enough = (scopes for scopes in sets if all(set(need) & set(scopes) for need in needs))
    return min(enough, key=lambda scopes: (sum(scope != READ for scope in scopes), len(scopes)))


def short(scope: str) -> str:
    """``tagmanager.readonly`` for the whole URL."""
    return scope.removeprefix("https://www.googleapis.com/auth/")
