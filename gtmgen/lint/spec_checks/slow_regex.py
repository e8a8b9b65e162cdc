"""Regular expressions that take for ever on a text that almost matches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gtmgen.diagnostics import Path
from gtmgen.lint.spec_view import Remark, SpecView
from gtmgen.spec.texts import is_text

_TOKEN = re.compile(
    r"(?s)(?P<atom>\\.|\[(?:\\.|[^\]\\])*\]|[^()|*+?{\\[])|(?P<open>\((?:\?(?:[:=!]|<[=!]|<\w+>))?)"
    r"|(?P<close>\))|(?P<either>\|)|(?P<repeat>(?:[*+?]|\{[0-9]*,?[0-9]*\})\??)|(?P<other>.)"
)
_ENDLESS = re.compile(r"[*+]\??|\{[0-9]+,\}\??")
_OPTIONAL = re.compile(r"[*?]\??|\{0?,[0-9]*\}\??")
_ANY = (".", r"[\s\S]", r"[^]")


def check(view: SpecView) -> Iterator[Remark]:
    """Wherever the spec holds one."""
    for pattern, path in _patterns(view):
        if is_slow(pattern):
            yield Remark(
                path,
                f"`{pattern}` repeats what is repeated already: on a long text that almost "
                "matches, it stops the page",
                "leave out one of the two repeats, or put a character between them that the "
                "inner one cannot match",
            )


def _patterns(view: SpecView) -> Iterator[tuple[str, Path]]:
    for trigger in view.triggers:
        if trigger.form == "event_matches":
            yield str(trigger.argument), (*trigger.path, "event_matches")
    for test, path in view.conditions:
        if test.operator == "matches":
            yield from ((value, path) for value in test.values)
    for data in view.spec.data.values():
        if data.source == "regex":
            path = ("data", data.key, "regex", "map")
            for row in data.argument["map"]:
                pattern = row["pattern"] if isinstance(row, dict) else row
                if not is_text(pattern):
                    yield pattern, path


@dataclass
class _Group:
    """What has been read of a group.

    ``separators`` counts what stands in the present alternative once and must be there: it keeps
    two rounds of a repeat apart. ``counted`` is what the last atom or group has added to it.
    """

    repeats: bool = False
    repeats_any: bool = False
    separators: int = 0
    counted: int = 0
    all_separated: bool = True
    last_atom: str = ""

    def add(self, atom: str, count: int) -> None:
        """An atom or a group, before a repeat of it is seen."""
        self.last_atom, self.counted = atom, count
        self.separators += count

    def repeat(self, text: str) -> None:
        """The last atom or group is repeated."""
        if _ENDLESS.fullmatch(text):
            self.repeats = True
            self.repeats_any = self.repeats_any or self.last_atom in _ANY
        if _ENDLESS.fullmatch(text) or _OPTIONAL.fullmatch(text):
            self.separators -= self.counted
        self.counted = 0

    def end_alternative(self) -> None:
        """What follows is another way through the group."""
        self.all_separated = self.all_separated and self.separators > 0
        self.separators = self.counted = 0

    @property
    def is_ambiguous(self) -> bool:
        """Whether a repeat of the group can match a text in several ways."""
        return self.repeats_any or (self.repeats and not self.all_separated)


def is_slow(pattern: str) -> bool:
    """Whether an endless repeat holds another one that can match the same text in several ways.

    Neither `(a|a)*` nor `.*.*.*` is seen: this finds the common mistake and nothing else.
    """
    groups = [_Group()]
    closed: _Group | None = None
    for match in _TOKEN.finditer(pattern):
        kind, text = match.lastgroup, match.group()
        if kind == "repeat":
            if closed is not None and _ENDLESS.fullmatch(text) and closed.is_ambiguous:
                return True
            groups[-1].repeat(text)
        elif kind == "open":
            groups.append(_Group())
        elif kind == "either":
            groups[-1].end_alternative()
        elif kind == "atom":
            groups[-1].add(text, text not in "^$")
        closed = None
        if kind == "close" and len(groups) > 1:
            closed = groups.pop()
            closed.end_alternative()
            groups[-1].repeats |= closed.repeats
            groups[-1].repeats_any |= closed.repeats_any
            groups[-1].add("()", closed.all_separated)
    return False
