"""The table of kinds is whole: no kind and no field lacks one of its sides."""

from __future__ import annotations

import pytest

from gtmgen.container.entities import KIND_OF, BuiltIn, Entity, Folder, Kind
from gtmgen.container.kinds.entries import Extra
from gtmgen.container.kinds.fields import Field
from gtmgen.container.kinds.kind_table import KindTable
from gtmgen.container.kinds.table import KINDS, SECTION
from gtmgen.spec.raw_schema import raw_definitions

# The section of a spec has these where it makes triggers of the spec's own words.
WORDS_OF_THE_SPEC = {Kind.TAG: {"on"}}
# What is no field of an entity in GTM, but how gtmgen keeps it.
KEPT_BESIDE = {"owner", "origin", "raw", "extra", "protected"}


def test_every_kind_has_a_table_and_every_table_a_kind() -> None:
    made = {table.make: kind for kind, table in KINDS.items()}
    assert made == {make: kind for make, kind in KIND_OF.items() if make is not BuiltIn}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.value)
def test_the_schema_knows_the_words_of_the_table(kind: Kind) -> None:
    sections = raw_definitions(lambda entity, _: entity, on={}, consent={})["properties"]
    entity = sections[SECTION[kind]]
    words = {word for entry in KINDS[kind].entries for word in entry.words()}
    # A line of the notes says that an entity is protected; a template has it in its text.
    is_protectable = "notes" in words or kind is Kind.TEMPLATE
    beside = {"more", "protected"} if is_protectable else {"more"}
    assert {*entity["properties"]} == words | beside | WORDS_OF_THE_SPEC.get(kind, set())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.value)
def test_the_table_knows_the_attributes_of_the_class(kind: Kind) -> None:
    table = KINDS[kind]
    own = {*table.make.__struct_fields__} - {*Entity.__struct_fields__}
    # The members of a group of triggers stand in a parameter.
    filled = {name for entry in table.entries for name in entry.attributes()}
    assert own - {"members"} <= filled <= {*table.make.__struct_fields__} - KEPT_BESIDE


def test_a_word_without_a_place() -> None:
    with pytest.raises(TypeError, match=r"\Afolders: colour: not in YAML_ORDER\Z"):
        KindTable("folders", Folder, (Extra("colour", "colour"),))


def test_a_field_without_an_attribute() -> None:
    with pytest.raises(TypeError, match=r"\Afolders: paused: no such attribute\Z"):
        KindTable("folders", Folder, (Field("paused", "paused", None),))
