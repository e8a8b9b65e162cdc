"""References in quotes in scripts, where code takes the text for the value."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from gtmgen.container.entities import KIND_OF, Kind, Variable
from gtmgen.lint.code_tokens import CodeToken, split_tokens
from gtmgen.lint.html import own_scripts, text_of
from gtmgen.lint.view import ContainerView, Finding

_QUOTED = re.compile(r"""(["'])\{\{([^{}\n]+)\}\}\1""")
_NOTHING = frozenset(("undefined", "null"))
_NO_TEXT = frozenset(("true", "false"))
# Where an expression begins: what stands before the text, if it is the whole operand.
_BEGINS = frozenset(("(", ",", ":", "[", "{", "}", ";", "?", "return", "!"))


def check(view: ContainerView) -> Iterator[Finding]:
    """Comparisons that cannot come true, and tests that a missing value passes."""
    may_miss = _list_may_miss(view)
    for entity, code, _ in own_scripts(view):
        reported: dict[str, None] = {}
        tokens = split_tokens(code)
        for index, token in enumerate(tokens):
            quoted = _QUOTED.fullmatch(token.text) if token.kind == "text" else None
            if quoted is not None:
                text = _find_fault(tokens, index, quoted.group(2), may_miss)
                if text is not None:
                    reported[text] = None
        yield from (Finding(KIND_OF[type(entity)], entity.name, text) for text in reported)


def _list_may_miss(view: ContainerView) -> frozenset[str]:
    """Variables that are undefined where there is no value: nothing stands in for one."""
    return frozenset(
        variable.name
        for variable in view.of_kind(Kind.VARIABLE)
        if isinstance(variable, Variable)
        and variable.type in ("v", "k", "j")
        and text_of(variable, "setDefaultValue") != "true"
        and variable.undefined_value is None
        and not dict(variable.extra).get("formatValue")
    )


def _find_fault(
    tokens: Sequence[CodeToken], index: int, name: str, may_miss: frozenset[str]
) -> str | None:
    quoted = f"'{{{{{name}}}}}'"
    other = _find_compared(tokens, index)
    if index and tokens[index - 1].text == "typeof":
        fault = f'`typeof {quoted}` is "string" whatever the value is'
    elif other is not None:
        fault = f"`{quoted}` never equals {other}, with which it is compared"
    elif name in may_miss and _is_tested(tokens, index):
        fault = f'`{quoted}` is the text "undefined" where there is no value, which counts as true'
    else:
        return None
    return f"{fault}: in quotes GTM fills in text. Without quotes it is the value itself."


def _find_compared(tokens: Sequence[CodeToken], index: int) -> str | None:
    """What the text is compared with, where no text can equal it."""
    for step in (1, -1):
        signs, at = 0, index + step
        while 0 <= at < len(tokens) and tokens[at].text in ("=", "!") and signs < 3:
            signs += 1
            at += step
        if signs < 2 or not 0 <= at < len(tokens):
            continue
        other = tokens[at]
        is_strict = signs == 3
        if other.text in _NOTHING or (is_strict and _is_no_text(other)):
            beyond = tokens[at + step].text if 0 <= at + step < len(tokens) else ""
            if beyond not in (".", "(", "["):
                return other.text
    return None


def _is_no_text(token: CodeToken) -> bool:
    return token.text in _NO_TEXT or token.kind == "number"


def _is_tested(tokens: Sequence[CodeToken], index: int) -> bool:
    """Whether only being empty or not is asked of the text."""
    before = tokens[index - 1].text if index else ""
    after = "".join(token.text for token in tokens[index + 1 : index + 3])
    is_assigned = before == "=" and index > 1 and tokens[index - 2].kind == "name"
    if before not in _BEGINS and not is_assigned:
        return False
    in_condition = (
        before == "(" and after[:1] == ")" and index > 1 and tokens[index - 2].text == "if"
    )
    return in_condition or after in ("||", "&&")
