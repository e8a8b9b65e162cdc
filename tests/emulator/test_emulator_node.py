"""A client that shares no line with ours: Google's package for Node."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from gtmgen.emulator import Store
from gtmgen.emulator.server import serve

PACKAGE = "@googleapis/tagmanager@15"
SCRIPT = Path(__file__).with_name("node_client.js")
UNREACHABLE = re.compile(r"\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|E403|E401)\b")


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package installed."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("Node and npm are not installed")
    folder = tmp_path_factory.mktemp("node")
    options = ["--no-audit", "--no-fund", "--ignore-scripts", "--fetch-retries=1"]
    command = [npm, "install", "--prefix", str(folder), *options, PACKAGE]
    try:
        result = subprocess.run(
            command, capture_output=True, text=True, timeout=180, check=False, cwd=folder
        )
    except subprocess.TimeoutExpired:
        pytest.skip("the npm registry did not answer within three minutes")
    if result.returncode and (reason := UNREACHABLE.search(result.stderr)):
        pytest.skip(f"the npm registry cannot be reached ({reason[0]})")
    assert result.returncode == 0, result.stderr
    return folder


def test_the_node_client_creates_lists_updates_and_deletes(node_folder: Path) -> None:
    script = shutil.copy(SCRIPT, node_folder)
    store = Store()
    container = store.ensure_container("GTM-ACME42")
    with serve(store) as server:
        result = subprocess.run(
            ["node", script, server.url, container],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            encoding="utf-8",
            env={**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"},
        )
    assert (result.returncode, result.stderr) == (0, "")
    assert json.loads(result.stdout) == {
        "listed": ["Größe"],
        "paused": True,
        "stale": [
            409,
            "The provided fingerprint does not match the fingerprint of the tag in storage.",
            "conflict",
        ],
        "duplicate": [400, "Found entity with duplicate name.", "badRequest"],
        "missing": [404, "Not found or permission denied.", "notFound"],
        "enabled": ["Click URL", "Click Text"],
        "bulk": ["added", "updated"],
        "deleted": 204,
        "left": {},
        "live": "From Node",
    }
    (version,) = store.state.data["containers"]["180000001"]["versions"].values()
    assert [item["name"] for item in version["entities"]["folder"].values()] == ["F"]
