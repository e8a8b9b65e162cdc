"""The table of scopes against the discovery document; the least for a verb."""

from __future__ import annotations

import inspect
import re

import pytest

from gtmgen.api import (
    DELETE_WORKSPACES,
    EDIT,
    PUBLISH,
    READ,
    VERBS,
    VERSIONS,
    GoogleTagManager,
    google,
    least_scopes,
)
from gtmgen.api.login.scopes import METHODS

_FULL = {
    "accounts.list": "list",
    **{
        name: f"containers.{name}"
        for name in METHODS
        if name.startswith(("workspaces.", "versions.", "version_headers.", "environments."))
    },
    "containers.get": "containers.get",
    "containers.lookup": "containers.lookup",
    "containers.list": "containers.list",
}


def scopes_in_the_document() -> dict[str, set[str]]:
    import json
    from importlib import resources

    folder = resources.files("googleapiclient.discovery_cache.documents")
    document = json.loads(folder.joinpath("tagmanager.v2.json").read_text("utf-8"))
    found: dict[str, set[str]] = {}

    def walk(node: dict) -> None:  # type: ignore[type-arg]
        for method in node.get("methods", {}).values():
            found[method["id"].removeprefix("tagmanager.accounts.")] = set(method["scopes"])
        for child in node.get("resources", {}).values():
            walk(child)

    walk(document)
    return found


@pytest.mark.parametrize("method", METHODS)
def test_the_table_is_the_documents(method: str) -> None:
    full = _FULL.get(method, f"containers.workspaces.{method}")
    known = {READ, EDIT, DELETE_WORKSPACES, VERSIONS, PUBLISH}
    assert set(METHODS[method]) == scopes_in_the_document()[full] & known


def test_every_method_that_is_called_is_in_the_table() -> None:
    source = inspect.getsource(GoogleTagManager) + inspect.getsource(google)
    called = set(re.findall(r'_calls\.\w+\(\s*"([\w.]+)"', source))
    assert len(called) == 24
    assert called <= set(METHODS)


@pytest.mark.parametrize(
    ("verbs", "scopes"),
    [
        ([], ()),
        (["plan"], (READ,)),
        (["doctor", "versions", "diff", "import"], (READ,)),
        (["push"], (EDIT,)),
        (["push", "bulk", "sync"], (EDIT,)),
        (["push", "version"], (EDIT, VERSIONS)),
        (["push", "version", "publish"], (EDIT, VERSIONS, PUBLISH)),
        (["publish"], (READ, PUBLISH)),
        (["rollback"], (READ, PUBLISH)),
        (["preview"], (READ, VERSIONS)),
        (["environments"], (READ,)),
        (["environments", "create-environment"], (EDIT,)),
        (["environments", "reauthorize"], (READ, PUBLISH)),
        (["versions", "show-version"], (EDIT,)),
        (["delete-workspace"], (DELETE_WORKSPACES,)),
    ],
)
def test_the_least_scopes(verbs: list[str], scopes: tuple[str, ...]) -> None:
    assert least_scopes(verbs) == scopes
    for verb in verbs:
        assert all(set(METHODS[method]) & set(scopes) for method in VERBS[verb])
