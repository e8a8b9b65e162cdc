"""GTM's environments as text and as JSON, and the snippet that shows one."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from urllib.parse import urlencode

from gtmgen.push.environments import GtmEnvironment
from gtmgen.report.visible import json_text
from gtmgen.text import printable

FORMAT_VERSION = "2.0"
_SCRIPT = """\
<!-- Google Tag Manager: {comment} -->
<script>(function(w,d,s,l,i){{w[l]=w[l]||[];w[l].push({{'gtm.start':
new Date().getTime(),event:'gtm.js'}});var f=d.getElementsByTagName(s)[0],
j=d.createElement(s),dl=l!='dataLayer'?'&l='+l:'';j.async=true;j.src=
'https://www.googletagmanager.com/gtm.js?id='+i+dl+'{query}';
f.parentNode.insertBefore(j,f);
}})(window,document,'script',{layer},{id});</script>
<!-- End Google Tag Manager -->"""
_FRAME = """\
<noscript><iframe src="https://www.googletagmanager.com/ns.html?id={id}{query}"
height="0" width="0" style="display:none;visibility:hidden"></iframe></noscript>"""


def render_environments_text(gtm: str, target: str, environments: Sequence[GtmEnvironment]) -> str:
    """One line an environment; authorization codes are left out, as no log should hold them."""
    lines = [f"{gtm} ({target})", ""]
    names = [printable(item.name) for item in environments]
    width = max(map(len, names), default=0)
    for item, name in zip(environments, names, strict=True):
        shows = f"version {item.version}" if item.version is not None else "nothing"
        url = f"  {printable(item.url)}" if item.url else ""
        lines.append(f"  {name:<{width}}  {item.type:<9}  {shows:<12}{url}".rstrip())
    return "\n".join(lines)


def render_environments_json(
    listed: Sequence[tuple[str, Sequence[GtmEnvironment]]], target: str
) -> str:
    """One shape, however many containers, without authorization codes.

    ``format_version`` changes when the shape does.
    """
    containers = [
        {
            "container": gtm,
            "target": target,
            "environments": [_build_data(item) for item in environments],
        }
        for gtm, environments in listed
    ]
    return json_text({"format_version": FORMAT_VERSION, "containers": containers})


def _build_data(item: GtmEnvironment) -> dict[str, object]:
    return {
        "id": item.id,
        "name": item.name,
        "type": item.type,
        "version": item.version,
        "url": item.url,
    }


def render_snippet(
    public_id: str, environment: GtmEnvironment, data_layer: str = "dataLayer"
) -> str:
    """What the site's pages carry to get this environment: for the head, and for the body.

    ``gtm_cookies_win=x`` has the parameters win over a preview that the browser remembers.
    """
    query = ""
    if not environment.is_live:
        parameters = {
            "gtm_auth": environment.code or "",
            "gtm_preview": f"env-{environment.id}",
            "gtm_cookies_win": "x",
        }
        query = "&" + urlencode(parameters)
    script = _SCRIPT.format(
        comment=html.escape(printable(environment.name)).replace("--", "- -"),
        query=query,
        layer=_quote_js(data_layer),
        id=_quote_js(public_id),
    )
    frame = _FRAME.format(id=public_id, query=html.escape(query))
    return (
        f"As high in the <head> as possible:\n\n{script}\n\n"
        f"Directly behind the opening <body>:\n\n{frame}"
    )


def _quote_js(text: str) -> str:
    return "'" + json.dumps(text)[1:-1].replace("'", "\\'").replace("<", "\\u003c") + "'"
