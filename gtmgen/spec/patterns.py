"""Regular expressions of the spec, which GTM hands to JavaScript as they stand."""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

# As text, which `re` compiles when it is first needed, and keeps: most runs need none of these.
_FLAGS = r"\(\?[aiLmsux-]+\)"
_NOT_JAVASCRIPT = (
    (r"\(\?P[<=]", "JavaScript writes a named group `(?<name>...)`"),
    (r"\(\?#", "JavaScript has no comments in patterns"),
    (r"\(\?>|[*+?}]\+", "JavaScript has neither atomic groups nor possessive repeats"),
    (r"(?<!\\)(?:\\\\)*\\[AZz]", "JavaScript has no `\\A` and `\\Z`; use `^` and `$`"),
)
_TO_PYTHON = (
    (r"\(\?<(?![=!])", "(?P<"),
    (r"\\k<(\w+)>", r"(?P=\1)"),
    (r"\[\^\]", r"[\\s\\S]"),
)
# A class that nothing closes goes to the end: to look for its end from each bracket takes for ever.
_ESCAPED_OR_CLASS = r"(?s)\\[^AZz]|\[(?:\\.|[^\]\\])*+(?:\]|\\?\Z)"


@lru_cache(maxsize=4096)
def pattern_problem(pattern: str) -> tuple[str, str | None] | None:
    """What is wrong with a pattern and a hint, or None.

    Python's engine stands in for JavaScript's: close, but not the same, hence only a guess.
    """
    if re.search(_FLAGS, pattern):
        return "JavaScript has no flags inside a pattern", "use `ignore_case: true` instead"
    bare = re.sub(_ESCAPED_OR_CLASS, "", pattern)
    for foreign, message in _NOT_JAVASCRIPT:
        if re.search(foreign, bare):
            return message, None
    for theirs, ours in _TO_PYTHON:
        pattern = re.sub(theirs, ours, pattern)
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
