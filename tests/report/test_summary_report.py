"""The summary of what a spec was compiled into."""

from __future__ import annotations

from compile.specs import compiled, spec

from gtmgen.container.entities import Kind
from gtmgen.plan.words import LISTED
from gtmgen.report.summary_report import render_container_summary


def test_a_server_containers_own_kinds() -> None:
    clients = {"ga4": {"name": "GA4", "type": "gaaw_client"}}
    transformations = {"augment": {"name": "Augment", "type": "tf_augment_event"}}
    data = spec(
        container={"gtm": "GTM-ACME42", "context": "server"},
        platforms={},
        gtm={"clients": clients, "transformations": transformations},
    )

    lines = render_container_summary(compiled(data)).splitlines()

    assert [line.partition("  /")[0].rstrip() for line in lines] == [
        "Clients (1)",
        "  GA4  gaaw_client",
        "",
        "Transformations (1)",
        "  Augment  tf_augment_event",
    ]


def test_zones_and_google_tag_configurations() -> None:
    configs = {"web": {"type": "googtag", "parameters": {"tagId": "G-ABC"}}}
    data = spec(platforms={}, gtm={"zones": {"other": {"name": "Other"}}, "gtag_configs": configs})

    lines = render_container_summary(compiled(data)).splitlines()

    assert [line.partition("  /")[0].rstrip() for line in lines] == [
        "Zones (1)",
        "  Other",
        "",
        "Google tag configurations (1)",
        "  googtag G-ABC  googtag",
    ]


def test_every_kind_is_listed_once() -> None:
    # Built-in variables stand in a line of their own.
    assert sorted(LISTED, key=str) == sorted(set(Kind) - {Kind.BUILT_IN_VARIABLE}, key=str)
