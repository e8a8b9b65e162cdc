"""All rules, from their pages: ``pages/<rule>.md``, one each.

A page is what `gtmgen rules RULE` prints and what the generated reference is made of:

    # A title, without a full stop

    severity: warning (or error, or note)
    about: spec
    fix: (what `lint --fix` writes, where there is such a thing)

    Why the rule holds, with its source.

    ## Bad

    (a fenced block of YAML, the part of a spec that matters)

    ## Good

    (another one)

There may be several of each. What no spec can say, since it would be refused, is a block of JSON:
the `containerVersion` of an export, or two of them, `web` and `server`. A whole file, as it stands,
is a block of text, or of hexadecimal digits where it is no text. Every example runs as a test: the
rule strikes in the bad ones and is silent in the good ones.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from gtmgen.diagnostics import Severity
from gtmgen.errors import UsageError
from gtmgen.rules.model import Rule, RuleExample
from gtmgen.text import did_you_mean

ABOUT = {
    "file": "How a file is written",
    "spec": "What a spec says",
    "scenario": "Scenarios",
    "container": "Containers of any origin",
    "halves": "A web container and the server container behind it",
}
"""What rules are about, and the heading of each group, in the order of the reference."""

_HEAD = re.compile(r"# (.+)\n\nseverity: (error|warning|note)\nabout: ([a-z]+)\n(?:fix: (.+)\n)?\n")
_EXAMPLE = re.compile(
    r"^## (Bad|Good)\n\n```(yaml|json|text|hex)\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


@cache
def all_rules() -> dict[str, Rule]:
    """Every rule by its ID, sorted."""
    pages = files("gtmgen.rules").joinpath("pages")
    texts = {
        page.name.removesuffix(".md"): page.read_text(encoding="utf-8")
        for page in pages.iterdir()
        if page.name.endswith(".md")
    }
    return {id_: _read(id_, texts[id_]) for id_ in sorted(texts)}


def find_rule(id_: str) -> Rule:
    """The rule of an ID; raises :class:`UsageError` with the nearest name."""
    rules = all_rules()
    if id_ not in rules:
        hint = did_you_mean(id_, rules) or "`gtmgen rules` lists them"
        raise UsageError(f"there is no rule `{id_}`", hint=hint)
    return rules[id_]


def _read(id_: str, text: str) -> Rule:
    head = _HEAD.match(text)
    if head is None or head.group(3) not in ABOUT:
        raise ValueError(f"the page of the rule {id_} does not begin as it must")
    title, severity, about, fix = head.groups()
    body, mark, rest = text[head.end() :].partition("\n## ")
    examples = tuple(
        RuleExample(example.group(3), example.group(1) == "Good", example.group(2))
        for example in _EXAMPLE.finditer(mark.lstrip("\n") + rest)
    )
    return Rule(id_, title, Severity(severity), about, body.strip(), examples, fix)
