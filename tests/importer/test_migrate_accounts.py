"""GA4 accounts that variables name: replaced where they are always the same, else to be decided."""

from __future__ import annotations

from typing import Any

import pytest

from importer.lifting import boolean, table, template, variable, version
from importer.migrating import Migrated
from importer.test_migrate import ID, TRIGGERS, VARIABLES, ga4_event, google_tag, received

Json = dict[str, Any]
OTHER = "G-STAGING001"
EVENT = {"event": "lead"}


def constant(name: str, value: str, **more: Any) -> Json:
    return variable(name, "c", template("value", value), **more)


def lookup(name: str, *rows: tuple[str, str], default: str | None = None) -> Json:
    cells = [{"key": key, "value": value} for key, value in rows]
    parameters = [
        boolean("setDefaultValue", default is not None),
        *([template("defaultValue", default)] if default is not None else []),
        template("input", "{{Plan}}"),
        table("map", *cells),
    ]
    return variable(name, "smm", *parameters)


def container(account: str, *variables: Json) -> Json:
    """A Google tag and an event tag that both take their account from a text."""
    setup = google_tag()
    setup["parameter"][0] = template("tagId", account)
    event = ga4_event("E", "my_lead", "2", account=template("measurementIdOverride", account))
    return version(
        tags=(setup, event), triggers=TRIGGERS, variables=(*VARIABLES, *variables), built_ins=()
    )


@pytest.mark.parametrize(
    "variables",
    [
        pytest.param((constant("ID", ID),), id="a constant"),
        pytest.param((constant("ID", "{{Real}}"), constant("Real", ID)), id="through another"),
        pytest.param((constant("ID", "G-{{Rest}}"), constant("Rest", ID[2:])), id="in two parts"),
        pytest.param((lookup("ID", ("a", ID), default=ID),), id="a table with one result"),
        pytest.param(
            (
                constant("ID", "{{Table}}"),
                lookup("Table", ("a", "{{Real}}"), default=ID),
                constant("Real", ID),
            ),
            id="a table in a constant",
        ),
    ],
)
def test_an_account_that_is_always_the_same_is_replaced(variables: tuple[Json, ...]) -> None:
    migrated = Migrated(container("{{ID}}", *variables), "ga4")
    assert [item.tag for item in migrated.migration.replaced] == ["Google tag", "E"]
    before, after = (received(one, "ga4", EVENT) for one in (migrated.before, migrated.after))
    assert [one[:2] for one in before] == [one[:2] for one in after]
    assert {one.account for one in after} == {ID}


DECIDE = ": decide on one `measurement_id`, and on that of each of the `environments`."


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        (
            (lookup("ID", ("staging", OTHER), default=ID),),
            f"`{{{{ID}}}}`, a lookup table that gives `{OTHER}`, `{ID}`",
        ),
        ((lookup("ID", ("live", ID)),), f"`{{{{ID}}}}`, a lookup table that gives `{ID}`"),
        (
            (
                constant("ID", "{{Table}}"),
                lookup("Table", ("a", "{{Real}}"), default=OTHER),
                constant("Real", ID),
            ),
            f"`{{{{Table}}}}`, a lookup table that gives `{ID}`, `{OTHER}`",
        ),
        ((constant("ID", "{{Plan}}"),), "`{{Plan}}`, a data layer variable"),
        ((constant("ID", "{{ID}}"),), "`{{ID}}`"),
        (
            (constant("ID", ID.lower(), formatValue={"caseConversionType": "UPPERCASE"}),),
            "`{{ID}}`",
        ),
        ((), "`{{ID}}`"),
    ],
)
def test_a_variable_to_be_decided_on_is_named(variables: tuple[Json, ...], named: str) -> None:
    migrated = Migrated(container("{{ID}}", *variables), "ga4")
    assert migrated.migration.replaced == ()
    stays = f"it stays as it is: its GA4 account is not a constant, but {named}{DECIDE}"
    assert migrated.decisions == [f"each of the tags `Google tag`, `E`: {stays}"]


def test_the_older_event_tag_names_the_variable_of_the_tag_that_it_refers_to() -> None:
    found = container("{{ID}}", lookup("ID", ("staging", OTHER), default=ID))
    setup, event = found["tag"]
    setup.update(type="gaawc", parameter=[template("measurementId", "{{ID}}")])
    reference = {"type": "TAG_REFERENCE", "key": "measurementId", "value": "Google tag"}
    event["parameter"] = [template("eventName", "my_lead"), reference]
    migrated = Migrated(found, "ga4")
    named = f"`{{{{ID}}}}`, a lookup table that gives `{OTHER}`, `{ID}`"
    stays = f"it stays as it is: its GA4 account is not a constant, but {named}{DECIDE}"
    assert migrated.decisions == [f"each of the tags `Google tag`, `E`: {stays}"]


def test_a_google_tag_of_another_product_is_nobody_s_decision() -> None:
    found = container(ID)
    ads = google_tag(name="Ads")
    ads["parameter"][0] = template("tagId", "{{Ads}}")
    found["tag"].append({**ads, "tagId": "9"})
    found["variable"].append({**lookup("Ads", ("a", "AW-1"), default="AW-2"), "variableId": "9"})
    migrated = Migrated(found, "ga4")
    assert [item.tag for item in migrated.migration.replaced] == ["Google tag", "E"]
    assert migrated.decisions == ["tag `E`: it gets a parameter `event_id`."]
