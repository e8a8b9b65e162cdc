from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api.harness import Endpoint, endpoint


@pytest.fixture
def tokens() -> Iterator[Endpoint]:
    with endpoint() as served:
        yield served


@pytest.fixture(scope="session")
def private_key() -> str:
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


KeyFile = Callable[..., Path]


@pytest.fixture
def key_file(tmp_path: Path, private_key: str, tokens: Endpoint) -> KeyFile:
    """A service account's key whose tokens come from the loopback endpoint."""

    def make(**changes: Any) -> Path:
        key = {
            "type": "service_account",
            "project_id": "acme-tags",
            "private_key_id": "MARKER-KEY-ID",
            "private_key": private_key,
            "client_email": "ci@acme-tags.iam.gserviceaccount.com",
            "token_uri": f"{tokens.uri}/token",
            **changes,
        }
        path = tmp_path / "key.json"
        path.write_text(json.dumps(key))
        return path

    return make


@pytest.fixture(autouse=True)
def no_background_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    """google-auth asks in a thread where a service account may be used; there is no network."""
    from google.auth import _regional_access_boundary_utils as utils

    manager = utils._RegionalAccessBoundaryManager
    monkeypatch.setattr(manager, "maybe_start_refresh", lambda *_: None)
