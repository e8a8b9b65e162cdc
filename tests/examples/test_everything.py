"""``specs/everything`` uses every word of the language: a new word fails here until it does.

What only a server container has is in ``specs/server``, what both halves need in
``specs/acme-both.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from gtmgen.container.builtins import SERVER_KEYS
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.source.open import open_source
from gtmgen.spec.schema_of_packs import schema_for

from .conftest import BOTH, EVERYTHING, SERVER, all_examples

Pointer = tuple[str, ...]

PACKS = {name: load_pack(folder) for name, folder in find_packs().items()}
# With the second account of a platform that the example has.
SCHEMA = schema_for({**PACKS, "tiktok_agency": PACKS["tiktok"]})
EXAMPLES = [example for example in all_examples() if example.path == EVERYTHING]

# Parts of the schema by the place where the example fills them.
PARTS = [
    "container",
    "site",
    "data",
    "page",
    "trigger",
    "where",
    "on",
    "event",
    "param",
    "consent",
    "send_tiktok",
    "gtm",
    "server",
]
# Forms that several kinds of raw entities share, by a word that only they have: shown once.
SHARED = {"negate": "condition", "id": "trigger reference"}
EXCUSED = {
    # What a server container alone has: specs/server shows them.
    ("data", "event_data"),
    ("data", "request_header"),
    ("data", "request_query"),
    ("trigger", "always"),
    *(("data", "builtin", f"={key}") for key in SERVER_KEYS),
    # What `import --keep-ids` writes.
    ("container", "export_layout"),
    # A trigger that only its ID tells is one that is gone.
    ("gtm", "trigger reference", "id"),
    # Where a backend sends, nothing else is said about it.
    ("server", "transport", "=backend"),
    # A second account has the words of the first.
    ("server", "accounts", "tiktok_agency"),
    ("server", "accounts", "tiktok_agency", "access_token"),
    ("server", "accounts", "tiktok_agency", "test_event_code"),
}


def resolve(schema: dict[str, Any], at: Pointer) -> tuple[dict[str, Any], Pointer]:
    while "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        # Platforms share one form of `send`: what one of them shows, the others need not.
        name = "send_tiktok" if name.startswith("send_") else name
        schema, at = SCHEMA["$defs"][name], (name,)
    return schema, at


def shared(schema: dict[str, Any], at: Pointer) -> Pointer:
    words = schema.get("properties", {}).keys()
    found = [("gtm", form) for word, form in SHARED.items() if word in words and at[0] == "gtm"]
    return found[0] if found else at


def choice(at: Pointer, value: Any) -> Pointer:
    """A value of an enum. The parts of a URL are the same three times over: once is enough."""
    if at[:2] in {("data", "url"), ("data", "referrer"), ("data", "element")}:
        at = ("data", "url")
    return (*at, f"={value}")


def words(schema: Any, at: Pointer) -> Iterator[Pointer]:
    """Every property, and every value of an enum, that the schema knows below a place."""
    if not isinstance(schema, dict) or "$ref" in schema:
        return
    at = shared(schema, at)
    for key, below in schema.get("properties", {}).items():
        yield (*at, key)
        yield from words(below, (*at, key))
    for value in schema.get("enum", ()):
        yield choice(at, value)
    for keyword in ("items", "additionalProperties", "then", "else"):
        yield from words(schema.get(keyword), (*at, keyword))


def used(data: Any, schema: Any, at: Pointer) -> Iterator[Pointer]:
    """The same words, as far as the data uses them."""
    if not isinstance(schema, dict):
        return
    schema, at = resolve(schema, at)
    at = shared(schema, at)
    properties = schema.get("properties", {})
    if isinstance(data, dict):
        for key, value in data.items():
            if key in properties:
                yield (*at, key)
                yield from used(value, properties[key], (*at, key))
            else:
                below = (*at, "additionalProperties")
                yield from used(value, schema.get("additionalProperties"), below)
    if isinstance(data, list):
        for item in data:
            yield from used(item, schema.get("items"), (*at, "items"))
    if data in schema.get("enum", ()):
        yield choice(at, data)
    if "if" in schema:
        branch = "then" if jsonschema.Draft202012Validator(schema["if"]).is_valid(data) else "else"
        yield (*at, f"?{branch}")
        yield from used(data, schema.get(branch), (*at, branch))


@pytest.fixture(scope="module")
def found() -> set[Pointer]:
    """What the example uses, without an environment and in each of them."""
    others = [example for example in all_examples() if example.path in (SERVER, BOTH)]
    return {
        word
        for example in (*EXAMPLES, *others)
        for word in used(example.loaded.document.data, SCHEMA, ())
    }


def is_excused(word: Pointer) -> bool:
    """Words that need not stand in an example."""
    built_in = word[:2] == ("data", "builtin") and word[-1].startswith("=")
    # Of what a container can be for, the two that people have are shown.
    context = word[:2] == ("container", "context") and word[-1] not in ("=web", "=server")
    # `more` and `protected` are the same in all kinds.
    more = word[0] == "gtm" and word[-1] == "more" and word[1] not in ("tags", "variables", "zones")
    protected = word[0] == "gtm" and word[-1] == "protected" and word[1] != "tags"
    # Without its data, a template of the gallery comes from the internet.
    gallery = word[:5] == ("gtm", "templates", "additionalProperties", "then", "else")
    # GTM makes these from its own types only.
    template = word[1:2] in (("gtag_configs",), ("transformations",)) and word[-1] == "template"
    excused = built_in or more or protected or gallery or template or word in EXCUSED
    return excused or (context and len(word) > 2)


@pytest.mark.parametrize("part", PARTS)
def test_it_uses_every_word_of(part: str, found: set[Pointer]) -> None:
    known = {word for word in words(SCHEMA["$defs"][part], (part,)) if not is_excused(word)}
    assert sorted(known - found) == []


def test_it_fills_every_section(found: set[Pointer]) -> None:
    missing = {name for name in SCHEMA["properties"] if (name,) not in found}
    # `include` and `environments` are gone when the files are read (they are checked below);
    # `packs` needs a folder with a pack in it.
    assert missing == {"environments", "include", "packs"}
    assert open_source(EVERYTHING).environments == [
        "classic",
        "hash_routes",
        "path_routes",
        "staging",
    ]


def test_it_uses_every_setting_of_its_platforms(found: set[Pointer]) -> None:
    platforms = SCHEMA["properties"]["platforms"]["properties"]
    assert sorted(platforms) == sorted(EXAMPLES[0].loaded.spec.platforms)
    for name in PACKS:
        # `pack` is for a second account, which has the settings of the first.
        known = {("platforms", name, key) for key in platforms[name]["properties"]}
        assert known - {("platforms", name, "pack")} <= found
    assert ("platforms", "tiktok_agency", "pack") in found


@pytest.mark.parametrize(
    "part",
    ["on", "param", "consent", "send_tiktok"],
)
def test_it_shows_every_alternative_of(part: str, found: set[Pointer]) -> None:
    def forks(schema: Any, at: Pointer) -> Iterator[Pointer]:
        if isinstance(schema, dict):
            if "if" in schema:
                yield from ((*at, "?then"), (*at, "?else"))
            for keyword in ("then", "else", "items"):
                yield from forks(schema.get(keyword), (*at, keyword))

    assert set(forks(SCHEMA["$defs"][part], (part,))) <= found


def test_a_new_word_would_be_missed(found: set[Pointer]) -> None:
    """The walk sees words at any depth: the test above can fail."""
    grown = {"if": {}, "then": {"items": {"properties": {"brand_new": {"enum": ["a"]}}}}}
    assert sorted(set(words(grown, ("trigger",))) - found) == [
        ("trigger", "then", "items", "brand_new"),
        ("trigger", "then", "items", "brand_new", "=a"),
    ]
