"""Words that only a server container has a meaning for, and what is no word of its."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.container.builtins import SERVER_KEYS
from gtmgen.diagnostics import Path, Problem
from gtmgen.spec.effective import all_triggers
from gtmgen.spec.forms.registry import FORMS
from gtmgen.spec.model import DataKey, Spec
from gtmgen.spec.sources.model import CONVERTED
from gtmgen.spec.sources.registry import SOURCES

_HINT = "the spec of a server container says `container: {context: server}`"
_WITHOUT_DEFAULT = {"request_header": "a header", "request_query": "a query parameter"}


def check_context(spec: Spec) -> Iterator[Problem]:
    """What the container's context has no variable or trigger for."""
    is_server = spec.container.context == "server"
    for data in spec.data.values():
        yield from _check_data(data, is_server=is_server)
    if not is_server:
        for trigger in all_triggers(spec):
            if FORMS[trigger.form].is_for_servers:
                message = f"`{trigger.form}` is a trigger of server containers"
                path = (*trigger.path, trigger.form)
                yield Problem("trigger-form", path, message, _HINT, on_key=True)


def _check_data(data: DataKey, *, is_server: bool) -> Iterator[Problem]:
    path: Path = ("data", data.key)
    if data.source == "builtin" and data.argument in SERVER_KEYS and not is_server:
        message = f"`{data.argument}` is a built-in variable of server containers"
        yield Problem("data-source", (*path, "builtin"), message, _HINT)
    if not SOURCES[data.source].is_for_servers:
        return
    if not is_server:
        message = f"`{data.source}` is a source of server containers"
        yield Problem("data-source", (*path, data.source), message, _HINT, on_key=True)
    if data.type in CONVERTED:  # a server container has no template that could make them
        message = f"nothing makes a `{data.type}` of a value of `{data.source}`"
        yield Problem("data-source", (*path, "type"), message, "leave `type` out")
    if data.source in _WITHOUT_DEFAULT and data.default is not None:
        hint = "write `replace: {undefined: ...}`"
        message = f"GTM's variable of {_WITHOUT_DEFAULT[data.source]} has no `default`"
        yield Problem("data-source", (*path, "default"), message, hint, on_key=True)
