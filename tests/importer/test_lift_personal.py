"""Which variables of a container are marked as personal data: what is told of the visitor."""

from __future__ import annotations

import pytest

from tests.importer.lifting import (
    ALL_PAGES,
    Json,
    converted,
    data_layer,
    html,
    lifts,
    table,
    template,
    variable,
    version,
)

MAIL = data_layer("Mail", "user_data.email")
OTHER = data_layer("Other", "user_data.email_shown")


def google(type_: str, field: str, columns: tuple[str, str], name: str) -> Json:
    row = dict(zip(columns, (name, "{{Mail}}"), strict=True))
    rows = [row, dict(zip(columns, ("page_type", "{{Other}}"), strict=True))]
    parameters = [template("tagId", "G-ABC1234567"), table(field, *rows)]
    return {"name": "T", "type": type_, "firingTriggerId": [ALL_PAGES], "parameter": parameters}


def marked(*tags: Json, variables: tuple[Json, ...] = ()) -> set[str]:
    found = version(tags=tags, variables=(MAIL, OTHER, *variables))
    return {key for (section, key), lift in lifts(found).items() if lift.data.get("pii") is True}


IDENTIFY = "<script>ttq.identify({email: {{%s}}}); ttq.track('Lead', {query: {{Other}}});</script>"
MODERN, OLDER = ("parameter", "parameterValue"), ("name", "value")


@pytest.mark.parametrize(
    "tag",
    [
        html("T", IDENTIFY % "Mail", ALL_PAGES),
        html("T", IDENTIFY % "Mail", ALL_PAGES, paused=True),
        google("googtag", "configSettingsTable", MODERN, "user_id"),
        google("gaawe", "eventSettingsTable", MODERN, "user_data"),
        google("gaawc", "fieldsToSet", OLDER, "user_id"),
    ],
    ids=["identify", "paused", "Google tag", "event tag", "older tag"],
)
def test_what_a_tag_tells_of_the_visitor_is_personal(tag: Json) -> None:
    assert marked(tag) == {"mail"}
    found = converted(version(tags=(tag,), variables=(MAIL, OTHER)))
    assert not found.undone
    assert (
        b"mail: {path: user_data.email, scope: model, pii: true, name: Mail}"
        in found.files["data.yaml"]
    )


def test_what_google_s_variables_take_of_the_visitor_is_personal() -> None:
    fields = (template("mode", "MANUAL"), template("email", "{{Mail}}"))
    assert marked(variables=(variable("User", "awec", *fields),)) == {"mail"}
    settings = variable("Settings", "gtcs", table("configSettingsTable", *(
        {"parameter": "user_id", "parameterValue": "{{Mail}}"},
    )))  # fmt: skip
    assert marked(variables=(settings,)) == {"mail"}


def test_a_constant_that_names_another_variable_hands_the_mark_on() -> None:
    alias = variable("Alias", "c", template("value", "{{Mail}}"))
    assert marked(html("T", IDENTIFY % "Alias", ALL_PAGES), variables=(alias,)) == {"alias", "mail"}


def test_constants_that_name_each_other_end() -> None:
    pair = (
        variable("A", "c", template("value", "{{B}}")),
        variable("B", "c", template("value", "{{A}}")),
    )
    assert marked(html("T", IDENTIFY % "A", ALL_PAGES), variables=pair) == {"a", "b"}


@pytest.mark.parametrize(
    "tag",
    [
        html("T", "<script>ttq.track('Lead', {query: {{Mail}}});</script>", ALL_PAGES),
        google("googtag", "configSettingsTable", MODERN, "email_shown"),
        google("googtag", "configSettingsTable", MODERN, "user_id_kind"),
    ],
)
def test_no_name_is_taken_for_a_proof(tag: Json) -> None:
    assert marked(tag) == set()


@pytest.mark.parametrize(
    ("path", "is_personal"),
    [
        ("user_data", True),
        ("user_data.email_address", True),
        ("user_id", True),
        ("user_data_shown", False),
        ("event_name", False),
    ],
)
def test_what_event_data_say_of_the_visitor_is_personal(path: str, is_personal: bool) -> None:
    found = version(
        variables=(variable("X", "ed", template("keyPath", path)),), context="SERVER", built_ins=()
    )
    assert not converted(found).undone
    ((_, lift),) = lifts(found).items()
    assert lift.data.get("pii", False) is is_personal
