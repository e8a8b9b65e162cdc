"""What is wrong with a text that is not YAML, and how it is mended."""

from __future__ import annotations

import re
from collections.abc import Sequence

import yaml
from yaml.reader import ReaderError

from gtmgen.diagnostics import Diagnostic, Severity, Span
from gtmgen.source.repair.find import find_repair
from gtmgen.source.syntax_hints import IS_SURE, syntax_hint
from gtmgen.source.yaml_text import locate_end, read_nodes, split_lines

_COMMENT = re.compile(r"[:,\[{] +(#[^\s,\]}#]+)[ ,\]}]")
"""A value, such as a CSS selector, in brackets that it keeps from being closed."""

_CONFLICT = re.compile(r"<{7} |={7}$|>{7} ")
_OTHER_COMMENT = re.compile(r" *(?://|<!--|/\*)")
_FENCE = re.compile(r" *```")
_NEAR = 3


def _find_foreign_line(lines: Sequence[str], number: int) -> tuple[int, str] | None:
    """A line that another program has left, or that another language's comment stands on, up to
    the one of the error; and what to do with it."""
    for at in range(min(number, len(lines)), 0, -1):
        line = lines[at - 1]
        hint = None
        if _CONFLICT.match(line):
            hint = "Git marks a conflict with it: decide what is to stay, and remove the marks"
        elif at > number - _NEAR and _OTHER_COMMENT.match(line):
            hint = "a comment begins with `#`"
        elif _FENCE.match(line):
            hint = "Markdown puts it around code: remove it"
        if hint is not None:
            # In a text of several lines, it is what it is, and something else is wrong.
            return (at, hint) if _is_read_further(lines, at, number) else None
    return None


def _is_read_further(lines: Sequence[str], without: int, number: int) -> bool:
    """Whether the text can be read beyond a line once another one is left out."""
    changed = [*lines[: without - 1], "", *lines[without:]]
    try:
        read_nodes("\n".join(changed))
    except yaml.MarkedYAMLError as error:
        return error.problem_mark is not None and error.problem_mark.line + 1 > number
    except yaml.YAMLError:
        return False
    return True


def explain_yaml_error(error: yaml.YAMLError, text: str, file: str) -> Diagnostic:
    """The parser's error in our words, at the line that is to be changed."""
    if isinstance(error, ReaderError):
        # A character that YAML does not allow: the reader gives only its position, in bytes.
        before = text.encode()[: error.position].decode(errors="ignore")
        code = error.character  # a number, from the C parser
        message = f"the character U+{code:04X} is not allowed in YAML"
        hint = (
            "the file looks like UTF-16; save it as UTF-8"
            if code == 0
            else f'in double quotes it can be written as an escape: "\\x{code:02x}"'
        )
        return Diagnostic(locate_end(before, file), "yaml-syntax", Severity.ERROR, message, hint)
    assert isinstance(error, yaml.MarkedYAMLError)
    mark = error.problem_mark or error.context_mark
    assert mark is not None  # the C parser marks everything
    message = (error.problem or "this is not YAML").strip()
    message = message.replace("but found another document", "the file holds more than one document")
    lines = split_lines(text)
    following = "".join(lines[mark.line :])[mark.column if mark.line < len(lines) else 0 :]
    opened = error.context_mark if "expected ',' or" in message else None
    begun = error.context_mark if "unexpected end of stream" in message else None
    span = Span(file, mark.line + 1, mark.column + 1)
    foreign = _find_foreign_line(lines, span.line)
    if foreign is not None:
        number, hint = foreign
        line = lines[number - 1]
        column = len(line) - len(line.lstrip()) + 1
        span = Span(file, number, column, len(line.strip()))
        return Diagnostic(span, "yaml-syntax", Severity.ERROR, "this line is not YAML", hint)
    comment = _COMMENT.search(lines[opened.line], opened.column) if opened else None
    if opened and comment:
        span = Span(file, opened.line + 1, comment.start(1) + 1, len(comment.group(1)))
        hint = f'put quotes around the value: `"{comment.group(1)}"`'
        return Diagnostic(span, "yaml-syntax", Severity.ERROR, "`#` begins a comment", hint)
    hint_text = syntax_hint(message, lines, span)
    if hint_text is None or not IS_SURE.match(hint_text):
        start = opened or begun
        repair = find_repair(lines, span.line, start.line + 1 if start else None, read_nodes)
        if repair is not None:
            span = Span(file, repair.line, repair.column)
            return Diagnostic(span, repair.rule, Severity.ERROR, repair.message, repair.hint)
    if opened and not following.strip():  # at the end of the file: show what was left open instead
        span = Span(file, opened.line + 1, opened.column + 1)
        return Diagnostic(
            span, "yaml-syntax", Severity.ERROR, "this bracket is not closed", f"{message} after it"
        )
    if begun:
        span = Span(file, begun.line + 1, begun.column + 1)
        hint = "it reaches to the end of the file; put a quote behind the value"
        return Diagnostic(span, "yaml-syntax", Severity.ERROR, "this quote is not closed", hint)
    if hint_text is None and opened:
        hint_text = f"the bracket was opened in line {opened.line + 1}, column {opened.column + 1}"
    return Diagnostic(span, "yaml-syntax", Severity.ERROR, message, hint_text)
