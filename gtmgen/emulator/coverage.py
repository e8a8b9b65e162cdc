"""The page that says what the emulator can do; ``python -m gtmgen.emulator.coverage`` writes it."""

from __future__ import annotations

import dataclasses
import inspect
import json
import re
import sys
from collections.abc import Sequence
from typing import Any, get_type_hints

from gtmgen.emulator.behaviour import Behaviour
from gtmgen.emulator.core import HANDLERS, explain_missing
from gtmgen.emulator.discovery import Method, load
from gtmgen.emulator.faults import Fault
from gtmgen.emulator.options import describe_type
from gtmgen.emulator.quota import EmulatedQuota

_PAGE = """\
<!-- Made by `python -m gtmgen.emulator.coverage`; a test compares it. -->

# The emulator

A local Google Tag Manager: the API v2 of the discovery document, without Google. It runs in process
behind `google-api-python-client`, or over HTTP for any client. Its state is one JSON file, on disk
before a write is answered.

```sh
gtmgen emulator --port 8080 --container GTM-ACME42 &
gtmgen push specs/acme-shop.yaml --target http://127.0.0.1:8080
```

Of the document's {total} methods it answers {count}; the others answer 501 and say why.

- Bodies, query parameters and enum values are checked against the document's schemas.
- Whose permission a call would need is not checked: there are no credentials and no scopes.
- `fields` (partial answers) is ignored, `alt` may only be `json`, batch requests answer 501.
- Compiling knows two errors: a variable and a trigger that are not there.
- The gallery holds what the emulator was told of (`--gallery`): the real one is on the internet.
- Not emulated: environments of type `workspace`, the container's `features`, size limits, Google
  tags and destinations.

## Switches

What Google does not document has a switch; every default is a guess, on the strict side.
In Python `Behaviour(page_size=5)`, in JSON `{{"page_size": 5}}`; values are shown as JSON.

{behaviour}

## Quota

Off unless asked for. `Quota(...)` and `Meter(quota, clock)`; the clock is virtual in tests.

{quota}

## Faults

Failures on demand, by the number of the call: `Faults([Fault(...), ...])`, in JSON
`[{{"do": "500 after", "at": 3}}]`.

{faults}

## Methods

`W` is `accounts/{{a}}/containers/{{c}}/workspaces/{{w}}`, `C` is `accounts/{{a}}/containers/{{c}}`.

{methods}
"""
_WORKSPACE = re.compile(r"accounts/\{\w+\}/containers/\{\w+\}/workspaces/\{\w+\}")
_CONTAINER = re.compile(r"accounts/\{\w+\}/containers/\{\w+\}")
_FIELD = re.compile(r"((?: {4}#:.*\n)+) {4}(\w+): ")


def render() -> str:
    """The page, as Markdown."""
    discovery = load()
    methods = [discovery.methods[method_id] for method_id in sorted(discovery.methods, key=_place)]
    return _PAGE.format(
        total=len(methods),
        count=len(HANDLERS),
        behaviour=_list_options(Behaviour),
        quota=_list_options(EmulatedQuota),
        faults=_list_options(Fault),
        methods=_render_table(
            ("method", "call", "answered"),
            [
                (method.full_id.partition(".")[2], _call(method), _describe_support(method))
                for method in methods
            ],
        ),
    )


def _describe_support(method: Method) -> str:
    return "yes" if method.id in HANDLERS else f"501: {explain_missing(method)}"


def _call(method: Method) -> str:
    path = method.flat_path.removeprefix("/tagmanager/v2/")
    path = _CONTAINER.sub("C", _WORKSPACE.sub("W", path)).replace("Id}", "}")
    return f"`{method.http_method} {path}`"


def _place(method_id: str) -> tuple[str, str]:
    """Methods of a resource together, its sub-resources after it."""
    resource, _, verb = method_id.rpartition(".")
    return resource, verb


def _list_options(kind: type[Any]) -> str:
    """The fields of a dataclass and the ``#:`` comments above them."""
    hints = get_type_hints(kind)
    defaults = {field.name: field.default for field in dataclasses.fields(kind)}
    rows = []
    for comment, name in _FIELD.findall(inspect.getsource(kind)):
        text = " ".join(line.strip().removeprefix("#:").strip() for line in comment.splitlines())
        default = defaults[name]
        default_text = "(needed)" if default is dataclasses.MISSING else _show_value(default)
        rows.append(
            (
                f"`{name}`",
                default_text,
                describe_type(hints[name], _show_value),
                text.replace("``", "`"),
            )
        )
    return _render_table(("name", "default", "allowed", "meaning"), rows)


def _show_value(value: Any) -> str:
    return f"`{json.dumps(value)}`"


def _render_table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    sys.stdout.write(render())
