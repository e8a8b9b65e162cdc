"""Environments: 1 is Live, 2 is Latest (seen), users' own count up from 3 (a guess).

Environments of type ``workspace`` are not emulated.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from gtmgen.emulator.call import WEB, ApiCall
from gtmgen.emulator.messages import DUPLICATE, EMPTY, GENERIC, NOT_FOUND, Json, Refusal

LIVE, LATEST = "1", "2"
_OF_THE_SERVICE = {LIVE: ("Live", "live"), LATEST: ("Latest", "latest")}
# Documented: name and description can be changed on user environments only.
_SETTINGS = ("url", "enableDebug")
_USERS = ("name", "description", "containerVersionId", "workspaceId")


def present(call: ApiCall, environment_id: str) -> Json:
    environment = _find_environment(call, environment_id)
    path = f"{call.container_path}/environments/{environment_id}"
    moment = datetime.fromtimestamp(int(environment["authorized"]) / 1000, UTC)
    fields = {
        key: value for key, value in environment.items() if key not in ("fingerprint", "authorized")
    }
    return {
        "path": path,
        **call.container_ids,
        "environmentId": environment_id,
        **fields,
        "fingerprint": environment["fingerprint"],
        "authorizationCode": make_authorization_code(call, environment_id),
        "authorizationTimestamp": f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z",
        "tagManagerUrl": f"{WEB}/admin/{path}?apiLink=environment",
    }


def make_authorization_code(call: ApiCall, environment_id: str) -> str:
    """Looks like one, and changes when the environment is reauthorized."""
    authorized = _find_environment(call, environment_id)["authorized"]
    text = f"{call.container_path}/{environment_id}/{authorized}"
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).decode()[:22]


def create(call: ApiCall) -> Json:
    fields = _read_fields(call, (*_USERS, *_SETTINGS), None)
    container = call.container
    environment_id = str(container["next_environment"])
    container["next_environment"] += 1
    fingerprint = call.fingerprint()
    fields |= {"type": "user", "fingerprint": fingerprint, "authorized": fingerprint}
    container["environments"][environment_id] = fields
    return present(call, environment_id)


def get(call: ApiCall) -> Json:
    return present(call, call.ids["environments"])


def list_(call: ApiCall) -> Json:
    ids = sorted(call.container["environments"], key=int)
    return call.page("environment", [present(call, environment_id) for environment_id in ids])


def update(call: ApiCall) -> Json:
    environment_id = call.ids["environments"]
    stored = _find_environment(call, environment_id)
    call.check_fingerprint(stored["fingerprint"], "environment")
    if environment_id in _OF_THE_SERVICE:
        fields = {key: call.body[key] for key in _SETTINGS if call.body.get(key)}
    else:
        fields = {**_read_fields(call, (*_USERS, *_SETTINGS), environment_id), "type": "user"}
    fields |= {"fingerprint": call.fingerprint(), "authorized": stored["authorized"]}
    call.container["environments"][environment_id] = fields
    return present(call, environment_id)


def delete(call: ApiCall) -> None:
    """Any but Live and Latest (a guess)."""
    environment_id = call.ids["environments"]
    _find_environment(call, environment_id)
    if environment_id in _OF_THE_SERVICE:
        raise Refusal(GENERIC)
    del call.container["environments"][environment_id]


def reauthorize(call: ApiCall) -> Json:
    """A new code, for any environment; the body is not looked at (guesses)."""
    environment_id = call.ids["environments"]
    _find_environment(call, environment_id)
    fingerprint = call.fingerprint()
    call.container["environments"][environment_id].update(
        fingerprint=fingerprint, authorized=fingerprint
    )
    return present(call, environment_id)


HANDLERS = {
    "containers.environments.create": create,
    "containers.environments.get": get,
    "containers.environments.list": list_,
    "containers.environments.update": update,
    "containers.environments.delete": delete,
    "containers.environments.reauthorize": reauthorize,
}


def _find_environment(call: ApiCall, environment_id: str) -> Json:
    container = call.container
    if environment_id not in container["environments"]:
        raise Refusal(NOT_FOUND, 404)
    kept: Json = container["environments"][environment_id]
    if environment_id not in _OF_THE_SERVICE:
        return kept
    name, kind = _OF_THE_SERVICE[environment_id]
    version_id = container["live" if environment_id == LIVE else "latest"]
    version = {"containerVersionId": version_id} if version_id not in ("", "0") else {}
    return {"name": name, "type": kind, **version, **kept}


def _read_fields(call: ApiCall, keys: Sequence[str], own_id: str | None) -> Json:
    """A name is needed, once per container; what it shows has to exist (guesses)."""
    fields = {key: call.body[key] for key in keys if call.body.get(key)}
    if not fields.get("name", "").strip():
        raise Refusal(f"name: {EMPTY}")
    for environment_id in call.container["environments"]:
        if (
            environment_id != own_id
            and _find_environment(call, environment_id)["name"] == fields["name"]
        ):
            raise Refusal(DUPLICATE)
    for key, folder in (("containerVersionId", "versions"), ("workspaceId", "workspaces")):
        if key in fields and fields[key] not in call.container[folder]:
            raise Refusal(NOT_FOUND, 404)
    return fields
