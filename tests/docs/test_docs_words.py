"""Catalogs: the same words in every language, and languages of one's own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gtmgen.docs.markdown.page import MarkdownPage, Places
from gtmgen.docs.words import PLACEHOLDER, Words, fill, list_languages, load_words
from gtmgen.errors import GtmgenError, UsageError


def placeholders(words: Words) -> dict[str, list[str]]:
    return {key: sorted(set(PLACEHOLDER.findall(text))) for key, text in words.catalog.items()}


def test_the_shipped_languages() -> None:
    assert list_languages() == ("de", "en", "es", "fr")


@pytest.mark.parametrize("language", list_languages())
def test_every_catalog_has_the_same_keys_and_placeholders(language: str) -> None:
    assert placeholders(load_words(language)) == placeholders(load_words("en"))


@pytest.mark.parametrize("language", list_languages())
def test_no_text_is_empty(language: str) -> None:
    assert all(text.strip() for text in load_words(language).catalog.values())


def test_a_file_is_a_language_and_english_stands_in_for_what_it_lacks(tmp_path: Path) -> None:
    file = tmp_path / "nl.yaml"
    file.write_text('overview: {platforms: "Ze gaan naar {platforms}."}\n', encoding="utf-8")
    words = load_words(str(file))
    assert words.language == "nl"
    assert words("overview.platforms", platforms="GA4") == "Ze gaan naar GA4."
    assert words("label.events") == "Events"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("label: {evnts: x}", "there is no text `label.evnts`"),
        ('label: {events: "{count} x"}', "`label.events` cannot hold `{count}`"),
        ("label: [1]", "`label` is not a text"),
        ("label: {events: x", "1: "),
        ("language: {tag: '\"><script>'}", "is not the tag of a language, such as `pl`"),
    ],
)
def test_a_file_that_is_wrong_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "xx.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(GtmgenError) as error:
        load_words(str(file))
    assert message in error.value.message
    assert str(file) in error.value.message


def test_an_unknown_language_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="there is no language `xx`"):
        load_words("xx")


def test_a_value_is_never_filled_a_second_time() -> None:
    assert fill("{a} {b}", {"a": "{b}", "b": "x"}) == "{b} x"


def test_lists_read_as_sentences() -> None:
    words = load_words("de")
    assert words.join_and(["a"]) == "a"
    assert words.join_and(["a", "b", "c"]) == "a, b und c"
    assert words.join_or(["a", "b"]) == "a oder b"
    assert words.join_and([]) == ""
    assert words.percent(25) == "25 %"
    assert load_words("en").percent(25) == "25%"


@pytest.mark.parametrize(
    ("last", "joined_and", "joined_or"),
    [
        ("`items`", "e", "o"),
        ("Historial", "e", "o"),
        ("hielo", "y", "o"),
        ("otro", "y", "u"),
        ("`hotel`", "y", "u"),
        ("80 %", "y", "u"),
        ("11", "y", "u"),
        ("110", "y", "o"),
        ("valor", "y", "o"),
    ],
)
def test_spanish_conjunctions_keep_apart_from_the_sound_that_follows(
    last: str, joined_and: str, joined_or: str
) -> None:
    words = load_words("es")
    assert words.join_and(["`a`", last]) == f"`a` {joined_and} {last}"
    assert words.join_or(["`a`", last]) == f"`a` {joined_or} {last}"


def test_other_languages_have_one_conjunction() -> None:
    assert load_words("fr").join_and(["a", "`items`"]) == "a et `items`"
    assert load_words("de").join_or(["a", "otto"]) == "a oder otto"


@pytest.mark.parametrize(
    ("language", "fact"),
    [("en", "**Purpose:** Revenue"), ("fr", "**Objectif\N{NO-BREAK SPACE}:** Revenue")],
)
def test_a_label_has_the_colon_of_its_language(language: str, fact: str) -> None:
    places = Places(single=True)
    assert MarkdownPage(load_words(language), places).fact("label.purpose", "Revenue") == fact


def test_every_french_colon_follows_a_space_that_does_not_break() -> None:
    texts = {key: re.sub("`.*?`", "", text) for key, text in load_words("fr").catalog.items()}
    wrong = {
        key for key, text in texts.items() if re.search(r"(?<!\N{NO-BREAK SPACE}):(?!//)", text)
    }
    assert wrong == set()
