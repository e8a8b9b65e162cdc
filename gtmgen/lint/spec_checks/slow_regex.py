"""Regular expressions that take for ever on a text that almost matches."""

from __future__ import annotations

from collections.abc import Iterator

from gtmgen.diagnostics import Path
from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.regex.ambiguity import slow_text
from gtmgen.spec.texts import is_text


def check(view: SpecView) -> Iterator[Remark]:
    """Wherever the spec holds one."""
    for pattern, path, is_whole in _patterns(view):
        text = slow_text(f"^(?:{pattern})$" if is_whole else pattern)
        if text is not None:
            yield Remark(
                path,
                f"`{pattern}` stops the page on a text such as `{text}`: with each round of its "
                "repeat, the ways to match it double",
                "let one repeat or alternative alone match a character, or put one between them "
                "that neither can match",
            )


def _patterns(view: SpecView) -> Iterator[tuple[str, Path, bool]]:
    """The patterns with their places, and whether they have to match a text as a whole."""
    for trigger in view.triggers:
        if trigger.form == "event_matches":
            yield str(trigger.argument), (*trigger.path, "event_matches"), False
    for test, path in view.conditions:
        if test.operator == "matches":
            yield from ((value, path, False) for value in test.values)
    for data in view.spec.data.values():
        if data.source == "regex":
            path = ("data", data.key, "regex", "map")
            is_whole = bool(data.argument.get("full_match"))
            for row in data.argument["map"]:
                pattern = row["pattern"] if isinstance(row, dict) else row
                if not is_text(pattern):
                    yield pattern, path, is_whole
