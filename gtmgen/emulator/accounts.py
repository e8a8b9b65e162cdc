"""Accounts and containers themselves."""

from __future__ import annotations

import base64

from gtmgen.emulator import environments
from gtmgen.emulator.call import WEB, ApiCall
from gtmgen.emulator.kinds import WEB_BUILT_INS
from gtmgen.emulator.messages import DUPLICATE, EMPTY, NOT_FOUND, Json, Refusal, copy_json

_CONTAINER_FIELDS = ("name", "domainName", "notes", "taggingServerUrls")
_SNIPPET = """\
<!-- Google Tag Manager -->
<script>(function(w,d,s,l,i){w[l]=w[l]||[];w[l].push({'gtm.start':
new Date().getTime(),event:'gtm.js'});var f=d.getElementsByTagName(s)[0],
j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;j.src=
'https://www.googletagmanager.com/gtm.js?id='+i+dl;f.parentNode.insertBefore(j,f);
})(window,document,'script','dataLayer','GTM-XXXX');</script>
<!-- End Google Tag Manager -->

<!-- Google Tag Manager (noscript) -->
<noscript><iframe src="https://www.googletagmanager.com/ns.html?id=GTM-XXXX"
height="0" width="0" style="display:none;visibility:hidden"></iframe></noscript>
<!-- End Google Tag Manager (noscript) -->
"""


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
        **copy_json(container["fields"]),
        "tagManagerUrl": f"{WEB}/container/{path}/workspaces?apiLink=container",
    }


def get_account(call: ApiCall) -> Json:
    account_id = call.ids["accounts"]
    return present_account(account_id, call.state.account(account_id))


def list_accounts(call: ApiCall) -> Json:
    accounts = call.state.data["accounts"].items()
    return call.page("account", [present_account(*account) for account in accounts])


def get_container(call: ApiCall) -> Json:
    return present_container(call.ids["containers"], call.container)


def list_containers(call: ApiCall) -> Json:
    account_id = call.ids["accounts"]
    call.state.account(account_id)
    containers = call.state.containers(account_id)
    return call.page("container", [present_container(*container) for container in containers])


def lookup_container(call: ApiCall) -> Json:
    """By tag ID (``GTM-...``); destinations are not emulated, so none is ever found."""
    tag_id = call.query("tagId")
    for container_id, container in call.state.containers():
        if tag_id is not None and tag_id in container["fields"]["tagIds"]:
            return present_container(container_id, container)
    raise Refusal(NOT_FOUND, 404)


def update_account(call: ApiCall) -> Json:
    """Name and whether data is shared; a name is needed (a guess)."""
    account_id = call.ids["accounts"]
    account = call.state.account(account_id)
    call.check_fingerprint(account["fingerprint"], "account")
    fields = {key: call.body[key] for key in ("name", "shareData") if call.body.get(key)}
    if not fields.get("name", "").strip():
        raise Refusal(f"name: {EMPTY}")
    call.state.data["accounts"][account_id] = {**fields, "fingerprint": call.fingerprint()}
    return get_account(call)


def create_container(call: ApiCall) -> Json:
    """The public ID is the emulator's own invention; only web containers get built-ins."""
    call.state.account(call.ids["accounts"])
    fields = _read_container_fields(call, None)
    contexts = call.body.get("usageContext") or []
    if not contexts or "usageContextUnspecified" in contexts:
        raise Refusal(f"usageContext: {EMPTY}")  # guess
    container_id = call.state.add_container(
        call.ids["accounts"],
        fields=fields,
        usage_context=contexts,
        built_ins=WEB_BUILT_INS if "web" in contexts else (),
    )
    return present_container(container_id, call.state.data["containers"][container_id])


def update_container(call: ApiCall) -> Json:
    """PUT of what its owner can set; IDs and usageContext stay what they are (a guess)."""
    container = call.container
    call.check_fingerprint(container["fields"]["fingerprint"], "container")
    fields = _read_container_fields(call, call.ids["containers"])
    kept = {key: container["fields"][key] for key in ("publicId", "tagIds", "usageContext")}
    container["fields"] = {**kept, **fields, "fingerprint": call.fingerprint()}
    return get_container(call)


def delete_container(call: ApiCall) -> None:
    """Gone at once, whatever it holds (a guess: Google keeps a trash)."""
    _ = call.container
    del call.state.data["containers"][call.ids["containers"]]


def snippet(call: ApiCall) -> Json:
    """The public installation snippet, or a tagging server's ``CONTAINER_CONFIG``."""
    fields = call.container["fields"]
    if "server" in fields["usageContext"]:
        code = environments.make_authorization_code(call, environments.LIVE)
        config = f"id={fields['publicId']}&env={environments.LIVE}&auth={code}"
        return {"containerConfig": base64.b64encode(config.encode()).decode()}
    return {"snippet": _SNIPPET.replace("GTM-XXXX", fields["publicId"])}


HANDLERS = {
    "get": get_account,
    "list": list_accounts,
    "update": update_account,
    "containers.create": create_container,
    "containers.get": get_container,
    "containers.list": list_containers,
    "containers.lookup": lookup_container,
    "containers.update": update_container,
    "containers.delete": delete_container,
    "containers.snippet": snippet,
}


def _read_container_fields(call: ApiCall, own_id: str | None) -> Json:
    """Two containers of one name in an account are refused (seen; the text is a guess)."""
    fields = {key: call.body[key] for key in _CONTAINER_FIELDS if call.body.get(key)}
    if not fields.get("name", "").strip():
        raise Refusal(f"name: {EMPTY}")  # guess
    for container_id, container in call.state.containers(call.ids["accounts"]):
        if container_id != own_id and container["fields"]["name"] == fields["name"]:
            raise Refusal(DUPLICATE)
    copied: Json = copy_json(fields)
    return copied
