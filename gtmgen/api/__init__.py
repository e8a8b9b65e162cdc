"""Google Tag Manager as gtmgen sees it: one port, Google or the local emulator behind it."""

from gtmgen.api.connect import (
    LocalTagManager,
    connect_identity,
    connect_local,
    connect_url,
    plain_http,
)
from gtmgen.api.diagnose import Diagnosis, DiagnosisTarget, Probes, diagnose
from gtmgen.api.failures import CallError
from gtmgen.api.google import GoogleTagManager
from gtmgen.api.login.browser import OAuthClient, login, logout
from gtmgen.api.login.identity import CredentialSettings, Identity, find_identity
from gtmgen.api.login.scopes import (
    DELETE_WORKSPACES,
    EDIT,
    PUBLISH,
    READ,
    VERBS,
    VERSIONS,
    least_scopes,
)
from gtmgen.api.login.token_info import granted_scopes
from gtmgen.api.login.token_store import AccessToken, TokenStore
from gtmgen.api.port import RESOURCES, Json, TagManager
from gtmgen.api.quota.ledger import DayUsedUp, Limits, Quota
from gtmgen.api.retry.policy import Retrier, RetryPolicy
from gtmgen.api.retry.port import RetryingTagManager

__all__ = [
    "DELETE_WORKSPACES",
    "EDIT",
    "PUBLISH",
    "READ",
    "RESOURCES",
    "VERBS",
    "VERSIONS",
    "AccessToken",
    "CallError",
    "CredentialSettings",
    "DayUsedUp",
    "Diagnosis",
    "DiagnosisTarget",
    "GoogleTagManager",
    "Identity",
    "Json",
    "Limits",
    "LocalTagManager",
    "OAuthClient",
    "Probes",
    "Quota",
    "Retrier",
    "RetryPolicy",
    "RetryingTagManager",
    "TagManager",
    "TokenStore",
    "connect_identity",
    "connect_local",
    "connect_url",
    "diagnose",
    "find_identity",
    "granted_scopes",
    "least_scopes",
    "login",
    "logout",
    "plain_http",
]
