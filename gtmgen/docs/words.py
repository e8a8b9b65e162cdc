"""Every human word of the documentation: a catalog for each language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from gtmgen.errors import GtmgenError, UsageError
from gtmgen.packs.load import templates_directory
from gtmgen.source.yaml_file import read_yaml
from gtmgen.text import PLACEHOLDER, fill, quoted

FALLBACK = "en"
# Spanish says `e` before the sound of i and `u` before that of o, also of 8 (ocho) and 11 (once).
_BEFORE_ITS_OWN_SOUND = {
    "es": {
        "y": (re.compile(r"\W*h?[ií](?![aeou])", re.IGNORECASE), "e"),
        "o": (re.compile(r"\W*(?:h?[oó]|8|11(?!\d))", re.IGNORECASE), "u"),
    }
}
_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*\Z")


class Words:
    """The catalog of one language: ``words("trigger.event", name="purchase")``."""

    def __init__(self, language: str, catalog: Mapping[str, str]) -> None:
        self.language = language
        self._catalog = catalog

    def __call__(self, key: str, /, **values: object) -> str:
        text = self._catalog[key]
        return fill(text, values) if values else text

    def count(self, key: str, number: int, /, **values: object) -> str:
        """``key.one`` or ``key.other``, with the number as ``{count}``."""
        return self(f"{key}.{'one' if number == 1 else 'other'}", count=number, **values)

    def percent(self, number: object) -> str:
        """``25%``, or ``25 %`` where the language wants a blank."""
        return self("list.percent", number=number)

    def join_or(self, items: Iterable[str]) -> str:
        """``a, b or c``."""
        return self._join(list(items), "list.or")

    def join_and(self, items: Iterable[str]) -> str:
        """``a, b and c``."""
        return self._join(list(items), "list.and")

    def section(self, prefix: str) -> dict[str, str]:
        """All words below a key, by the rest of their keys, in the catalog's order."""
        start = f"{prefix}."
        texts = self._catalog.items()
        return {key[len(start) :]: text for key, text in texts if key.startswith(start)}

    @property
    def catalog(self) -> Mapping[str, str]:
        """Every word by its key."""
        return self._catalog

    def own(self, text: Any) -> str:
        """A pack's text: a string, or one for each language."""
        if isinstance(text, Mapping):
            short = self.language.split("-")[0]
            text = text.get(self.language, text.get(short, text.get(FALLBACK, "")))
        return "" if text is None else str(text)

    def _join(self, items: list[str], last: str) -> str:
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self._choose_conjunction(last, items[-1])} {items[-1]}"

    def _choose_conjunction(self, key: str, following: str) -> str:
        """The word before the last item, in the form that its first sound asks for."""
        word = self(key)
        forms = _BEFORE_ITS_OWN_SOUND.get(self.language.split("-")[0], {})
        sound, other = forms.get(word, (None, word))
        return other if sound is not None and sound.match(following) else word


def sentence_case(text: str) -> str:
    """The text with a capital first, unless it begins with code."""
    return text[:1].upper() + text[1:]


def plain(text: str) -> str:
    """A sentence without its code marks."""
    return text.replace("`", "")


def list_languages() -> tuple[str, ...]:
    """The languages that are shipped."""
    return tuple(sorted(path.stem for path in _locate_folder().glob("*.yaml")))


@lru_cache(maxsize=16)
def load_words(language: str = FALLBACK) -> Words:
    """A shipped language, or a file ``*.yaml``; what a file leaves out is said in English."""
    if language in list_languages():
        return Words(language, _read(_locate_folder() / f"{language}.yaml"))
    if not language.endswith((".yaml", ".yml")):
        languages = ", ".join(list_languages())
        hint = f"one of {languages}, or a file: `--language pl.yaml`"
        raise UsageError(f"there is no language {quoted(language)}", hint=hint)
    own_words = _read(Path(language))
    english = _read(_locate_folder() / f"{FALLBACK}.yaml")
    for key, text in own_words.items():
        unknown = set(PLACEHOLDER.findall(text)) - set(PLACEHOLDER.findall(english.get(key, "")))
        if key not in english:
            raise GtmgenError(
                f"`{language}`: there is no text `{key}`", hint=f"see {FALLBACK}.yaml"
            )
        if unknown:
            names = ", ".join(f"`{{{name}}}`" for name in sorted(unknown))
            raise GtmgenError(f"`{language}`: `{key}` cannot hold {names}")
    tag = own_words.get("language.tag", Path(language).stem)
    if not _TAG.match(tag):
        raise GtmgenError(f"`{language}`: `{tag}` is not the tag of a language, such as `pl`")
    return Words(tag, {**english, **own_words})


def _locate_folder() -> Path:
    return templates_directory() / "docs/languages"


def _read(path: Path) -> dict[str, str]:
    return dict(_flatten(read_yaml(path), "", str(path)))


def _flatten(value: Any, prefix: str, file: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _flatten(item, f"{prefix}.{key}" if prefix else str(key), file)
    elif isinstance(value, str):
        yield prefix, value
    else:
        raise GtmgenError(f"`{file}`: `{prefix}` is not a text")
