"""Environment variables without a value: what can be checked without them, and where they show."""

from __future__ import annotations

import pytest
from support import load_text, problems

from gtmgen.errors import SpecError
from gtmgen.source.open import open_source
from gtmgen.spec.load import load_source

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: "${GTM_ID}"}
consent: {default: site}
platforms:
  ga4: {measurement_id: "${STREAM}", consent: [analytics_storage]}
  tiktok: {pixel_id: "${PIXEL:-C4A1B2C3D4E5F6G7H8I0}", consent: [ad_storage]}
events:
  sign_up:
    on: {event: "${EVENT}"}
    send: {ga4: sign_up, tiktok: CompleteRegistration}
"""


def load_without_values(folder, text, environ=None):
    (folder / "spec.yaml").write_text(text)
    source = open_source(folder / "spec.yaml")
    return load_source(source, environ or {}, needs_values=False)


def test_what_needs_values_names_each_one():
    assert [(item.rule, item.message) for item in problems(SPEC)] == [
        ("missing-variable", "the environment variable `GTM_ID` is not set"),
        ("missing-variable", "the environment variable `STREAM` is not set"),
        ("missing-variable", "the environment variable `EVENT` is not set"),
    ]


def test_without_values_the_rest_is_checked(tmp_path):
    loaded = load_without_values(tmp_path, SPEC)
    assert loaded.warnings == ()
    assert dict(loaded.document.unset) == {
        "GTM_ID": [("container", "gtm")],
        "STREAM": [("platforms", "ga4", "measurement_id")],
        "EVENT": [("events", "sign_up", "on", "event")],
    }
    assert loaded.spec.container.gtm == "${GTM_ID}"


def test_a_value_that_is_there_is_checked(tmp_path):
    with pytest.raises(SpecError) as raised:
        load_without_values(tmp_path, SPEC, {"GTM_ID": "nonsense"})
    assert [item.message for item in raised.value.diagnostics] == [
        "the text `nonsense` is not allowed here"
    ]


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("measurement_id:", "measurment_id:", "unknown key `measurment_id` in `ga4`"),
        (
            'pixel_id: "${PIXEL:-C4A1B2C3D4E5F6G7H8I0}"',
            'pixel: "${PIXEL}"',
            "unknown key `pixel` in `tiktok`",
        ),
        ("on: {event:", "on: {evnt:", "unknown key `evnt` in `on`"),
    ],
)
def test_a_key_that_nobody_knows_is_wrong_whatever_its_value(tmp_path, right, wrong, message):
    assert SPEC.count(right) == 1
    with pytest.raises(SpecError) as raised:
        load_without_values(tmp_path, SPEC.replace(right, wrong))
    assert [item.message for item in raised.value.diagnostics] == [message]


def test_the_default_stands_in_for_an_empty_value():
    environ = {"GTM_ID": "GTM-SHOP1234", "STREAM": "G-SHOP123456", "EVENT": "done", "PIXEL": ""}
    spec = load_text(SPEC, environ).spec
    assert spec.platforms["tiktok"].settings["pixel_id"] == "C4A1B2C3D4E5F6G7H8I0"
    assert (
        load_text(SPEC, {**environ, "PIXEL": "C5STAGINGPIXEL000000"})
        .spec.platforms["tiktok"]
        .settings["pixel_id"]
        == "C5STAGINGPIXEL000000"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("tests: ${X}\n", "expected a list, found the text `${X}`"),
        ("pages: ${X}\n", "expected a mapping, found the text `${X}`"),
        ("pages: {home: '${X}'}\n", "expected a mapping, found the text `${X}`"),
        ("data: {x: '${X}'}\n", "expected a mapping, found the text `${X}`"),
        ("gtm: {tags: {t: '${X}'}}\n", "expected a mapping, found the text `${X}`"),
        ("monitor: {drop: '${X}'}\n", "expected a number, found the text `${X}`"),
    ],
)
def test_a_variable_stands_where_no_text_can(tmp_path, text, message):
    """Whatever its value is: so it is told without one."""
    with pytest.raises(SpecError) as raised:
        load_without_values(tmp_path, SPEC + text)
    assert [(item.rule, item.message) for item in raised.value.diagnostics] == [
        ("wrong-type", message)
    ]


def test_a_variable_stands_for_the_one_text_that_there_is(tmp_path):
    text = SPEC.replace("default: site", "default: '${CONSENT}'")
    loaded = load_without_values(tmp_path, text.replace("[ad_storage]", "'${TYPES}'"))
    assert loaded.spec.consent.default == {}
    assert loaded.spec.platforms["tiktok"].consent == ()
    assert loaded.warnings == ()
