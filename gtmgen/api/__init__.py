"""Google Tag Manager as gtmgen sees it: one port, Google or the local emulator behind it."""

from gtmgen.api.connect import (
    DELETE_WORKSPACES,
    EDIT,
    PUBLISH,
    READ,
    VERSIONS,
    LocalTagManager,
    connect_api,
    connect_local,
    connect_url,
)
from gtmgen.api.failures import CallError
from gtmgen.api.google import GoogleTagManager
from gtmgen.api.pacing import Pacer
from gtmgen.api.port import RESOURCES, Json, TagManager

__all__ = [
    "DELETE_WORKSPACES",
    "EDIT",
    "PUBLISH",
    "READ",
    "RESOURCES",
    "VERSIONS",
    "CallError",
    "GoogleTagManager",
    "Json",
    "LocalTagManager",
    "Pacer",
    "TagManager",
    "connect_api",
    "connect_local",
    "connect_url",
]
