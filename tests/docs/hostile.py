"""A spec whose every text tries to be something else: markup, a link, a formula, a diagram."""

from __future__ import annotations

from functools import cache

from gtmgen.docs.model import Documentation

from .conftest import of_data

MARKUP = (
    "<script>alert(1)</script>",
    "'><img src=x onerror=alert(4)>",
    "</summary></details><b>b</b>",
    "<!-- comment",
    "--> <a id=x>",
    "&lt;b&gt; &#60;i&#62; &copy",
    "*a* **b** _c_ __d__ ~e~ ~~f~~",
    "[x](javascript:alert(1))",
    "![x](https://evil.example/x.png)",
    "[x]: https://evil.example",
    "[[Wiki]] [^1] [ ] [x]",
    "<https://evil.example>",
    "see https://evil.example/a?b=c, now",
    "(http://evil.example)",
    "www.evil.example",
    "write to me@evil.example.",
    "mailto:me@evil.example",
    "a://b\\|c|d",
    "a | b | c",
    "a \\| b \\\\| c",
    "`a|b` `c\\|d` `` e | f",
    "ends with \\",
    "```js",
    "~~~ x",
    "`<b>`",
    "``a`",
    "# head #",
    "> quote",
    "1. one",
    "12) one",
    "- [ ] item",
    "+ item",
    "---",
    "===",
    "a\n# b",
    "a\n---",
    "a\n===",
    "a\n| - | - |",
    "a\n> b",
    "a\r\n- b",
    "    indented",
    "$a_1$ $$b$$ :tada: @team #12",
)
DIAGRAM = (
    '"]\n  click trigger_1 "javascript:alert(1)"',
    '"] --> x["x',
    "%%{init: {'theme': 'dark'}}%%",
    "end",
    "`**a**`",
    "a; style page_1 fill:#f00; classDef x:a#b;",
    "#quot;]#35;",
    "A --> B{c}|d|",
    "1. one #59;",
    "x" * 200,
)
FORMULAS = (
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    " =1",
    "\r=1",
    "\n=1",
    '=HYPERLINK("http://evil.example")',
    "=cmd|' /C calc'!A0",
    "{=1}",
    "\uff1d1+1",
    "a;=1+1;b",
    'a\n"=1+1',
    "_x0041_",
    "http://evil.example",
    "internal:Sheet1!A1",
    "'=1",
    'say "x", y',
)
TEXTS = (*MARKUP, *DIAGRAM, *FORMULAS)

PLAIN = ("plain",) * len(TEXTS)
"""As many texts, none of which tries anything: what a hostile spec must look like."""


@cache
def hostile(texts: tuple[str, ...] = TEXTS) -> Documentation:
    """For each text an event, a page, a data key and a trigger that say it wherever they can."""
    numbered = list(enumerate(texts))
    return of_data(
        platforms={
            "ga4": {"measurement_id": "G-ABC1234567", "consent": ["ad_storage"]},
            "tiktok": {"pixel_id": "C4A1B2C3D4E5F6G7H8I0", "consent": ["ad_storage"]},
        },
        data={"items": {"path": "items", "type": "items"}}
        | {
            f"data_{place}": {
                "path": f"a{place}.b",
                "type": "string",
                "description": text,
                "default": text,
                "example": text,
            }
            for place, text in numbered
        },
        pages={
            f"page_{place}": {"path": f"/{place}", "title": text, "description": text}
            for place, text in numbered
        },
        triggers={
            f"trigger_{place}": {"click": f"a{text}", "description": text}
            for place, text in numbered
        },
        events={
            f"event_{place}": {
                "title": text,
                "description": text,
                "owner": text,
                "on": [{"event": f"e{text}"}, {"page": f"page_{place}"}, f"trigger_{place}"],
                "where": {f"data_{place}": {"contains": f"v{text}"}},
                "event_id": {"from": f"data_{place}", "prefix": f"p{text}"},
                "params": {
                    "items": "items",
                    "item_name": f"data_{place}",
                    "item_brand": {"const": f"c{text}"},
                },
                "send": {"ga4": f"event_{place}", "tiktok": "AddToCart"},
            }
            for place, text in numbered
        },
    )
