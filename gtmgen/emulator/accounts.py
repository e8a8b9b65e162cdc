"""Accounts and containers: get, list and lookup."""

from __future__ import annotations

import copy

from gtmgen.emulator.call import WEB, Call
from gtmgen.emulator.messages import NOT_FOUND, Json, Refusal


def present_account(account_id: str, fields: Json) -> Json:
    path = f"accounts/{account_id}"
    return {
        "path": path,
        "accountId": account_id,
        **fields,
        "tagManagerUrl": f"{WEB}/{path}?apiLink=account",
    }


def present_container(container_id: str, container: Json) -> Json:
    path = f"accounts/{container['accountId']}/containers/{container_id}"
    return {
        "path": path,
        "accountId": container["accountId"],
        "containerId": container_id,
        **copy.deepcopy(container["fields"]),
        "tagManagerUrl": f"{WEB}/container/{path}/workspaces?apiLink=container",
    }


def get_account(call: Call) -> Json:
    account_id = call.ids["accounts"]
    return present_account(account_id, call.state.account(account_id))


def list_accounts(call: Call) -> Json:
    accounts = call.state.data["accounts"].items()
    return call.page("account", [present_account(*account) for account in accounts])


def get_container(call: Call) -> Json:
    return present_container(call.ids["containers"], call.container)


def list_containers(call: Call) -> Json:
    account_id = call.ids["accounts"]
    call.state.account(account_id)
    containers = call.state.containers(account_id)
    return call.page("container", [present_container(*container) for container in containers])


def lookup_container(call: Call) -> Json:
    """By tag ID (``GTM-...``); destinations are not emulated, so none is ever found."""
    tag_id = call.query("tagId")
    for container_id, container in call.state.containers():
        if tag_id is not None and tag_id in container["fields"]["tagIds"]:
            return present_container(container_id, container)
    raise Refusal(NOT_FOUND, 404)


HANDLERS = {
    "get": get_account,
    "list": list_accounts,
    "containers.get": get_container,
    "containers.list": list_containers,
    "containers.lookup": lookup_container,
}
