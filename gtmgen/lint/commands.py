"""Calls of a global function in Custom HTML: ``gtag('config', ID)``, ``fbq('init', ID)``.

They are told apart by their first argument, the command.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gtmgen.container.values import REFERENCE
from gtmgen.lint.code import Code, Text, Value, arguments_of
from gtmgen.lint.code_tokens import split_at_commas, split_tokens, unquote
from gtmgen.lint.html import inline_scripts


def commands_in(
    html: str, function: str, command: str, *, only_at_once: bool = False
) -> Iterator[Sequence[Value]]:
    """The arguments behind the command, for each call that spells the command out.

    With ``only_at_once``, calls in functions that something else may call later are left out, and
    those that may not be made.
    """
    if function not in html or command not in html:
        return
    for code, _ in inline_scripts(html):
        for arguments in arguments_of(code, function, only_at_once=only_at_once):
            if arguments and arguments[0] == Text(command):
                yield arguments[1:]


def written_list(value: Value | None) -> list[str]:
    """:func:`written` of a value, or of each entry of a list that is spelled out: ``send_to``."""
    one = written(value)
    if one or not isinstance(value, Code) or not value.source.startswith("["):
        return [one] if one else []
    tokens = split_tokens(value.source)[1:-1]
    entries = split_at_commas(tokens)
    return [
        unquote(entry[0].text) if entry[0].kind == "text" else entry[0].text
        for entry in entries
        if len(entry) == 1 and entry[0].kind in ("text", "reference")
    ]


def written(value: Value | None) -> str:
    """A text, or a reference by itself, as the container writes it; else an empty text."""
    if isinstance(value, Text):
        return value.value
    is_reference = isinstance(value, Code) and REFERENCE.fullmatch(value.source)
    return value.source if isinstance(value, Code) and is_reference else ""
