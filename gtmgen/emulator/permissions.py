"""Who may do what in an account. Kept and answered; the emulator asks nobody who he is."""

from __future__ import annotations

from gtmgen.emulator.call import ApiCall
from gtmgen.emulator.messages import DUPLICATE, EMPTY, NOT_FOUND, Json, Refusal, copy_json

_FIELDS = ("emailAddress", "accountAccess", "containerAccess")


def create(call: ApiCall) -> Json:
    fields = _read_fields(call, None)
    permissions = _list_permissions(call)
    permission_id = str(permissions["next"])
    permissions["next"] += 1
    permissions["items"][permission_id] = fields
    call.state.data["user_permissions"][call.ids["accounts"]] = permissions
    return _show_permission(call, permission_id)


def get(call: ApiCall) -> Json:
    return _show_permission(call, call.ids["user_permissions"])


def list_(call: ApiCall) -> Json:
    items = _list_permissions(call)["items"]
    return call.page("userPermission", [_show_permission(call, item) for item in items])


def update(call: ApiCall) -> Json:
    permission_id = call.ids["user_permissions"]
    _find_permission(call, permission_id)
    _list_permissions(call)["items"][permission_id] = _read_fields(call, permission_id)
    return _show_permission(call, permission_id)


def delete(call: ApiCall) -> None:
    permission_id = call.ids["user_permissions"]
    _find_permission(call, permission_id)
    del _list_permissions(call)["items"][permission_id]


HANDLERS = {
    "user_permissions.create": create,
    "user_permissions.get": get,
    "user_permissions.list": list_,
    "user_permissions.update": update,
    "user_permissions.delete": delete,
}


def _list_permissions(call: ApiCall) -> Json:
    """The account's own; a new, unkept object while it has none."""
    account_id = call.ids["accounts"]
    call.state.account(account_id)
    permissions: Json = call.state.data["user_permissions"].get(
        account_id, {"next": 1, "items": {}}
    )
    return permissions


def _find_permission(call: ApiCall, permission_id: str) -> Json:
    items: Json = _list_permissions(call)["items"]
    if permission_id not in items:
        raise Refusal(NOT_FOUND, 404)
    permission: Json = items[permission_id]
    return permission


def _show_permission(call: ApiCall, permission_id: str) -> Json:
    account_id = call.ids["accounts"]
    return {
        "path": f"accounts/{account_id}/user_permissions/{permission_id}",
        "accountId": account_id,
        **copy_json(_find_permission(call, permission_id)),
    }


def _read_fields(call: ApiCall, own_id: str | None) -> Json:
    """An address is needed, once per account (guesses)."""
    fields = {key: call.body[key] for key in _FIELDS if call.body.get(key)}
    if not fields.get("emailAddress"):
        raise Refusal(f"emailAddress: {EMPTY}")
    for permission_id, other in _list_permissions(call)["items"].items():
        if permission_id != own_id and other["emailAddress"] == fields["emailAddress"]:
            raise Refusal(DUPLICATE)
    return fields
