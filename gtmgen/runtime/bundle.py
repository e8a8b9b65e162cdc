"""The runtime's JavaScript as one script, for either host.

The same files run in QuickJS and in a page; only the host's file differs. In a page the script is
the answer to the request for gtm.js, so it needs no eval and a Content-Security-Policy holds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final, Literal

Host = Literal["page", "browser", "server"]

_BEFORE_HOST: Final = ("base", "url")
_OF_A_PAGE: Final = (
    "data_layer",
    "consent",
    "conditions",
    "templates",
    "variables",
    "container",
    "firing",
    "tags",
    "triggers",
    "dom_triggers",
    "sandbox",
    "sandbox_values",
    "sandbox_api",
    "testing",
    "boot",
    "driver",
)
_OF_A_SERVER: Final = (
    "consent",
    "conditions",
    "templates",
    "variables",
    "server_variables",
    "container",
    "firing",
    "tags",
    "sandbox",
    "sandbox_values",
    "server_permissions",
    "server_promises",
    "server_cookies",
    "server_api",
    "server_api_clients",
    "gtag_hits",
    "clients",
    "testing",
    "server_driver",
)
_HOSTS: Final[dict[Host, tuple[str, ...]]] = {
    "page": ("clock", "sha256", "host_scripts", "host_page", *_OF_A_PAGE),
    "browser": ("host_browser", *_OF_A_PAGE),
    "server": ("clock", "sha256", "host_server", *_OF_A_SERVER),
}


@cache
def realm_script() -> str:
    """An expression: a function that makes QuickJS's globals what they were before a page ran."""
    return (resources.files("gtmgen.runtime") / "js" / "realm.js").read_text(encoding="utf-8")


@cache
def runtime_script(host: Host) -> str:
    """An expression: a function that makes the runtime and gives it: `rt`, with `rt.boot`."""
    names = (*_BEFORE_HOST, *_HOSTS[host])
    folder = resources.files("gtmgen.runtime") / "js"
    files = [folder / f"{name}.js" for name in names]
    modules = ",\n".join(file.read_text(encoding="utf-8") for file in files if file.is_file())
    return (
        "(function () { const rt = {}; "
        f"for (const module of [{modules}]) module(rt); return rt; }})"
    )


def templates_literal(templates: Mapping[str, Mapping[str, Any]]) -> str:
    """A JavaScript object literal of translated templates, by type: `code` becomes a function."""
    parts = []
    for type_, template in templates.items():
        members = ", ".join(
            f"{json.dumps(key)}: {value if key == 'code' else json.dumps(value)}"
            for key, value in template.items()
        )
        parts.append(f"{json.dumps(type_)}: {{{members}}}")
    return "{" + ",\n".join(parts) + "}"


def boot_call(version: Mapping[str, Any], templates: str, options: Mapping[str, Any]) -> str:
    """The arguments of `rt.boot`: a container version, its templates as a literal, options."""
    return f"{script_json(version)}, {templates}, {script_json(options)}"


def script_json(value: Any) -> str:
    """JSON that may stand in a script: no line separators of JavaScript's, no end of a script."""
    return json.dumps(value).replace("</", "<\\/").replace("<!--", "<\\!--")
