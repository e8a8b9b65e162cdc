"""What the browser is given: values as JavaScript, pages with GTM's snippet, the init script."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

from gtmgen.runtime.bundle import boot_call, runtime_script
from gtmgen.runtime.engine import PreparedContainer, RunOptions

#: The function by which a page that is left tells what it recorded; gone before page code runs.
BINDING: Final = "__gtmgenReport"
#: The expression under which the driver reaches the page's part, js/browser_page.js.
CONTROLLER: Final = f"globalThis[Symbol.for({json.dumps(BINDING)})]"
SCRIPT_HOST: Final = "https://www.googletagmanager.com/gtm.js"

_ARGUMENTS: Final = "(function () { return arguments; })"


def js_source(value: Any) -> str:
    """A JavaScript expression for a scenario's value; `$js`, `$date` and the like become real."""
    if isinstance(value, list):
        return "[" + "".join(f"{_item(one)}," for one in value) + "]"
    if not isinstance(value, Mapping):
        return _literal(value)
    if len(value) == 1:
        ((kind, inner),) = value.items()
        if (special := _special(kind, inner)) is not None:
            return special
    members = (f"[{_literal(str(key))}]: {js_source(one)}" for key, one in value.items())
    return "({" + ", ".join(members) + "})"


def _special(kind: str, inner: Any) -> str | None:
    match kind:
        case "$js":
            return f"({inner}\n)"
        case "$undefined":
            return "undefined"
        case "$function":
            return "(function () {})"
        case "$number":
            return f"Number({_literal(inner)})"
        case "$date":
            return f"new Date({_literal(inner)})"
        case "$window":
            return "window"
        case "$element":
            return f"document.querySelector({_literal(inner)})"
        case "$arguments":
            return f"{_ARGUMENTS}({', '.join(js_source(one) for one in inner)})"
        case _:
            return None


def _item(value: Any) -> str:
    return "" if isinstance(value, Mapping) and value.get("$hole") else js_source(value)


def _literal(value: Any) -> str:
    return json.dumps(value)


def push_source(entries: list[str], data_layer: str) -> str:
    """Statements that push entries, given as expressions, to the page's data layer."""
    name = f"window[{_literal(data_layer)}]"
    pushes = "".join(f"{name}.push({entry});" for entry in entries)
    return f"{name} = {name} || [];{pushes}"


def gtag_source(arguments: list[Any]) -> str:
    """An `arguments` object, as `gtag` pushes it."""
    return f"{_ARGUMENTS}({', '.join(js_source(one) for one in arguments)})"


@cache
def _module(name: str) -> str:
    return (resources.files("gtmgen.runtime") / "js" / f"{name}.js").read_text(encoding="utf-8")


def init_script(scenario: Mapping[str, Any], options: RunOptions) -> str:
    """What runs in each page before its own scripts: clock, recorders, messages before GTM."""
    entries = [js_source(one) for one in scenario.get("dataLayer") or ()]
    if default := scenario.get("consentDefault"):
        entries.insert(0, gtag_source(["consent", "default", default]))
    record = [name for name in scenario.get("record") or () if ":" not in name]
    before = push_source(entries, options.data_layer) if entries else ""
    setup = (
        f"{{binding: {_literal(BINDING)}, now: {options.now}, record: {_literal(record)}, "
        f"dataLayer: {_literal(options.data_layer)}, before: function (window) {{ {before} }}}}"
    )
    return f"{_module('browser_page')}([{_module('base')}], {setup});"


def gtm_script(container: PreparedContainer, options: RunOptions, step: int) -> str:
    """The answer to the request for gtm.js: the runtime, started once per document."""
    boot = boot_call(container.version, container.templates, options.for_page())
    return (
        f"(function () {{ const controller = {CONTROLLER};\n"
        f"const rt = {runtime_script('browser')}();\n"
        f"if (controller.attach(rt, {step})) rt.boot({boot}); }})();"
    )


def page_html(scenario: Mapping[str, Any], path: str, public_id: str, data_layer: str) -> str:
    """A page of the scenario's site, with GTM's snippet where the scenario wants it.

    The snippet's scripts carry the nonce of the page's Content-Security-Policy, if it has one.
    """
    html = _page_of(scenario, path)
    snippet = _snippet(public_id, data_layer, nonce_of(str(scenario.get("csp") or "")))
    if "<html" not in html and "<head" not in html:
        head, body = ("", html) if "<!--GTM-->" in html else (snippet, html)
        html = f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"
    elif "<!--GTM-->" not in html:
        start_tag = re.search(r"<head[^>]*>", html) or re.search(r"<html[^>]*>", html)
        at = start_tag.end() if start_tag else 0
        return html[:at] + snippet + html[at:]
    return html.replace("<!--GTM-->", snippet, 1)


def _page_of(scenario: Mapping[str, Any], path: str) -> str:
    """The HTML for a path: its own page, else `html`; `*` stands for all but the first page."""
    pages: Mapping[str, str] = scenario.get("pages") or {}
    html = str(scenario.get("html") or "")
    first = urlsplit(str(scenario.get("url") or "https://shop.example/")).path
    return str(pages.get(path, html if path == first else pages.get("*", html)))


def _snippet(public_id: str, data_layer: str, nonce: str) -> str:
    mark = f' nonce="{nonce}"' if nonce else ""
    name = f"window[{_literal(data_layer)}]"
    layer = "" if data_layer == "dataLayer" else f"&amp;l={data_layer}"
    return (
        f'<script{mark}>{name}={name}||[];{name}.push({{"gtm.start":new Date().getTime(),'
        f'event:"gtm.js"}});</script>'
        f'<script async src="{SCRIPT_HOST}?id={public_id}{layer}"{mark}></script>'
    )


def nonce_of(policy: str) -> str:
    """The nonce of a Content-Security-Policy; empty when it has none."""
    match = re.search(r"'nonce-([^']+)'", policy)
    return match[1] if match else ""
