"""Regular expressions of the spec, which GTM hands to JavaScript as they stand."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

_FLAGS = re.compile(r"\(\?[aiLmsux-]+\)")
_NOT_JAVASCRIPT = (
    (re.compile(r"\(\?P[<=]"), "JavaScript writes a named group `(?<name>...)`"),
    (re.compile(r"\(\?#"), "JavaScript has no comments in patterns"),
    (re.compile(r"\(\?>|[*+?}]\+"), "JavaScript has neither atomic groups nor possessive repeats"),
    (re.compile(r"(?<!\\)(?:\\\\)*\\[AZz]"), "JavaScript has no `\\A` and `\\Z`; use `^` and `$`"),
)
_TO_PYTHON = (
    (re.compile(r"\(\?<(?![=!])"), "(?P<"),
    (re.compile(r"\\k<(\w+)>"), r"(?P=\1)"),
    (re.compile(r"\[\^\]"), r"[\\s\\S]"),
)
# A class that nothing closes goes to the end: to look for its end from each bracket takes for ever.
_ESCAPED_OR_CLASS = re.compile(r"(?s)\\[^AZz]|\[(?:\\.|[^\]\\])*+(?:\]|\\?\Z)")


@lru_cache(maxsize=4096)
def pattern_problem(pattern: str) -> tuple[str, str | None] | None:
    """What is wrong with a pattern and a hint, or None.

    Python's engine stands in for JavaScript's: close, but not the same, hence only a guess.
    """
    if _FLAGS.search(pattern):
        return "JavaScript has no flags inside a pattern", "use `ignore_case: true` instead"
    bare = _ESCAPED_OR_CLASS.sub("", pattern)
    for foreign, message in _NOT_JAVASCRIPT:
        if foreign.search(bare):
            return message, None
    for theirs, ours in _TO_PYTHON:
        pattern = theirs.sub(ours, pattern)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sets within sets, which JavaScript does not have
            re.compile(pattern)
    except (re.error, OverflowError) as error:
        if "look-behind" in str(error):  # of any length in JavaScript
            return None
        return f"it cannot be read: {error}", "to match such a character itself, put `\\` before it"
    except RecursionError:
        return None
    return None
