"""Where an ID is of a kind that its place does not take; where it may be right."""

from __future__ import annotations

import pytest
from importer.lifting import ALL_PAGES, html, template, variable, version

from .containers import told

CONSTANTS = (
    variable("UA", "c", template("value", "UA-12345678-1")),
    variable("By environment", "smm"),
)

THROUGH_CONSTANT = (
    "`UA-12345678-1`, which `UA` holds, is the ID of a property of Universal Analytics, and"
)


def tag(type_, key, value):
    return {
        "name": "X",
        "type": type_,
        "parameter": [template(key, value)],
        "firingTriggerId": [ALL_PAGES],
    }


def found(tag_):
    return told(version(tags=(tag_,), variables=CONSTANTS), "id-of-another-kind")


@pytest.mark.parametrize(
    ("tag_", "text"),
    [
        (
            tag("googtag", "tagId", "GTM-ABC123"),
            "`GTM-ABC123` is the ID of a GTM container, and GA4's measurement ID belongs there",
        ),
        (
            tag("gaawe", "measurementIdOverride", "{{UA}}"),
            f"{THROUGH_CONSTANT} GA4's measurement ID belongs there",
        ),
        (
            tag("awct", "conversionId", "G-ABC1234567"),
            "`G-ABC1234567` is GA4's measurement ID, and an ID of Google Ads belongs there",
        ),
        (
            html("X", "<script>fbq('init', {{UA}})</script>", ALL_PAGES),
            f"{THROUGH_CONSTANT} the ID of a pixel of Meta belongs there",
        ),
    ],
)
def test_of_another_kind(tag_, text):
    assert found(tag_) == [("X", f"{text}: nothing arrives.")]
    assert found({**tag_, "paused": True}) == []


@pytest.mark.parametrize(
    "tag_",
    [
        tag("googtag", "tagId", "AW-123456789"),
        tag("googtag", "tagId", "GT-ABC12345"),
        tag("googtag", "tagId", "{{By environment}}"),
        tag("googtag", "tagId", "{{Not there}}"),
        tag("googtag", "tagId", ""),
        tag("googtag", "tagId", "G-XXX"),
        tag("gaawe", "measurementIdOverride", "G-ABC1234567"),
        tag("awct", "conversionId", "123456789"),
        tag("awct", "conversionId", "12345678901234"),
        tag("awct", "conversionId", "AW-123456789"),
        html("X", "<script>gtag('config', 'UA-12345678-1')</script>", ALL_PAGES),
        html("X", "<script>fbq('init', '123456789012345')</script>", ALL_PAGES),
        html("X", "<script>fbq('track', 'G-ABC1234567')</script>", ALL_PAGES),
        html("X", "<script>fbq('init')</script>", ALL_PAGES),
    ],
)
def test_of_the_kind_that_belongs_there_or_of_none(tag_):
    assert found(tag_) == []


def test_tags_that_are_alike_are_told_each_in_their_order():
    wrong, right = tag("googtag", "tagId", "GTM-ABC123"), tag("googtag", "tagId", "G-ABC1234567")
    tags = (
        {**wrong, "name": "A"},
        {**tag("awct", "conversionId", "G-ABC1234567"), "name": "B"},
        {**right, "name": "C"},
        {**wrong, "name": "D", "paused": True},
        {**wrong, "name": "E"},
    )
    listed = told(version(tags=tags, variables=CONSTANTS), "id-of-another-kind")
    assert [name for name, _ in listed] == ["A", "B", "E"]
