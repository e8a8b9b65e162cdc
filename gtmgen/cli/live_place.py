"""A container in GTM, as ``diff`` and ``import`` name it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from gtmgen.api.port import TagManager
    from gtmgen.importer.read.live_source import LiveRead

_LIVE = re.compile(
    r"(?P<container>GTM-[A-Za-z0-9]+|accounts/\d+/containers/\d+)"
    r"(?:/workspaces/(?P<workspace>.+)|/versions/(?P<version>[^/]+))?"
)


class LiveSource(NamedTuple):
    """A container in GTM, and which state of it; neither is what is published."""

    container: str
    workspace: str | None = None
    version: str | None = None


def is_live(text: str) -> bool:
    """Whether it names a container in GTM."""
    return _LIVE.fullmatch(text) is not None


def live_place(text: str) -> LiveSource:
    """What a text that :func:`is_live` holds for names."""
    match = _LIVE.fullmatch(text)
    assert match is not None
    return LiveSource(match["container"], match["workspace"], match["version"])


def read_live(manager: TagManager, live: LiveSource) -> LiveRead:
    """What is published, or else the latest version; or the workspace or version that is named."""
    from gtmgen.importer.read.live_source import NothingPublishedError, read_container

    if live.workspace is not None or live.version is not None:
        return read_container(manager, *live)
    try:
        return read_container(manager, live.container)
    except NothingPublishedError:
        return read_container(manager, live.container, version="latest")
