"""Whether code is JavaScript at all; nothing of it is run."""

from __future__ import annotations

import re
from typing import NamedTuple

import quickjs

_REFERENCE = re.compile(r"\{\{[^{}]+\}\}")
_CALL = "_()"
"""What GTM writes in place of a reference is a call, which stands where a value may stand."""
_STOP = "throw 0;"
"""In front of a script, which is read whole and then ends here."""
_STACK = 256 * 1024
_PLACE = re.compile(r"\n\s+at .*?<input>:(\d+)")


class CodeProblem(NamedTuple):
    """What is wrong, as the interpreter says it, and on which line; None where it does not say."""

    message: str
    line: int | None


def find_syntax_error(code: str) -> CodeProblem | None:
    """The first syntax error of a script with GTM's references; ECMAScript 2020 and what QuickJS
    knows beyond."""
    script = _REFERENCE.sub(_CALL, code).replace("\0", "\ufffd")
    context = quickjs.Context()
    context.set_max_stack_size(_STACK)
    try:
        context.eval(_STOP + script.encode(errors="replace").decode())
    except quickjs.StackOverflow:
        return CodeProblem("too deeply nested", None)
    except quickjs.JSException as error:
        kind, _, message = str(error).partition("SyntaxError: ")
        if kind or not message:
            return None
        place = _PLACE.search(message)
        first_line = message.partition("\n")[0]
        return CodeProblem(first_line, int(place.group(1)) if place else None)
    return None
