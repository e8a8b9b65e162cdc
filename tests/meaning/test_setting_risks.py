"""What a setting leads to, which its new value decides: each with its own words."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.meaning.model import Risk
from gtmgen.meaning.roles import Role, find_shape

from .conftest import Edit, facts, told

PAGE_VIEWS_TWICE = "If anything else sends page views to this account, each counts twice."
PAGE_VIEWS_GONE = (
    "Page views are no longer sent from here: reports and audiences built on them receive none, "
    "unless something else sends them."
)
THROUGH_SERVER = "Hits now go to this server container first: whatever it does not forward is lost."
PAST_SERVER = (
    "Hits now go straight to the platform: whatever the server container sent on to others from "
    "them no longer arrives there."
)
NO_LIMIT = (
    "The platform may use the data without this limit again. Check that consent and the privacy "
    "notice cover it."
)


def platform(name: str, **values: Any) -> Edit:
    return lambda spec: spec["platforms"][name].update(values)


def items(**fields: str) -> Edit:
    return lambda spec: spec["data"]["items"].update(fields=fields)


def hosts(*names: str) -> Edit:
    return lambda spec: spec["site"].update(hosts=list(names))


CASES: list[tuple[str, Edit | None, Edit, str, str]] = [
    (
        "through a server container",
        None,
        platform("ga4", server_container_url="https://sgtm.shop.example"),
        "loss",
        THROUGH_SERVER,
    ),
    (
        "through another one",
        platform("ga4", server_container_url="https://sgtm.shop.example"),
        platform("ga4", server_container_url="https://data.shop.example"),
        "loss",
        THROUGH_SERVER,
    ),
    (
        "no longer through one",
        platform("ga4", server_container_url="https://sgtm.shop.example"),
        lambda spec: spec["platforms"]["ga4"].pop("server_container_url"),
        "loss",
        PAST_SERVER,
    ),
    (
        "page views by the platform's own script",
        None,
        platform("tiktok", page_view="auto"),
        "loss",
        PAGE_VIEWS_TWICE,
    ),
    (
        "page views by nobody",
        platform("tiktok", page_view="auto"),
        platform("tiktok", page_view="off"),
        "loss",
        PAGE_VIEWS_GONE,
    ),
    (
        "events wait for consent",
        None,
        platform("tiktok", while_denied="hold"),
        "loss",
        (
            "What a visitor does before consenting is now sent as well, once consent is given on "
            "the same page: more events are counted."
        ),
    ),
    (
        "events no longer wait for consent",
        platform("tiktok", while_denied="hold"),
        platform("tiktok", while_denied="drop"),
        "loss",
        "What a visitor does before consenting may no longer be counted.",
    ),
    (
        "limited use of the data",
        None,
        platform("tiktok", limited_data_use=True),
        "values",
        "The platform uses less of the data: reports and audiences may cover fewer visitors.",
    ),
    (
        "use of the data that is no longer limited",
        platform("tiktok", limited_data_use=True),
        platform("tiktok", limited_data_use=False),
        "privacy",
        NO_LIMIT,
    ),
    (
        "a limit that is removed",
        platform("tiktok", limited_data_use=True),
        lambda spec: spec["platforms"]["tiktok"].pop("limited_data_use"),
        "privacy",
        NO_LIMIT,
    ),
    (
        "the items' fields",
        items(item_id="sku"),
        items(item_id="article"),
        "values",
        "Items whose fields the site names differently are sent without them.",
    ),
    (
        "fewer hosts",
        hosts("shop.example", "m.shop.example"),
        hosts("shop.example"),
        "firing",
        "Pages on any other host send nothing.",
    ),
    (
        "any host",
        None,
        lambda spec: spec["site"].pop("hosts"),
        "firing",
        "Copies of the site, such as staging or a preview, now send data too.",
    ),
]


@pytest.mark.parametrize(
    ("before", "edit", "severity", "risk"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_what_a_setting_leads_to(before: Edit | None, edit: Edit, severity: str, risk: str) -> None:
    assert (severity, risk) in [
        (told_severity, text) for told_severity, _, text in told(edit, before)
    ]


def test_no_limit_is_the_same_as_one_that_is_off() -> None:
    assert facts(platform("tiktok", limited_data_use=False)) == []


def test_a_server_container_is_no_account() -> None:
    """It sends to the same stream: nothing about it says that reports lose their data."""
    url = platform("ga4", server_container_url="https://sgtm.shop.example")
    assert [fact.risk for fact in facts(url)] == ["server_container"]


def test_a_server_containers_tags_are_known_as_the_websites_are() -> None:
    shape = find_shape("template TikTok Events API (shop)", {})
    assert shape is not None
    roles = {key: shape.role(key) for key in ("pixel_id", "event", "params", "access_token")}
    assert roles == {
        "pixel_id": Role.ACCOUNT,
        "event": Role.EVENT,
        "params": Role.PARAM,
        "access_token": Role.SETTING,
    }
    # What carries it is counted as a test, and not for campaigns.
    assert shape.severities["test_event_code"] is Risk.LOSS


def test_another_server_container_is_told() -> None:
    def with_server(gtm: str) -> Edit:
        def edit(spec: dict[str, Any]) -> None:
            spec["server"] = {
                "transport": "server",
                "gtm": gtm,
                "url": "https://s.shop.example",
                "accounts": {"tiktok": {"access_token": {"secret": "TOKEN"}}},
            }

        return edit

    assert told(with_server("GTM-SERVER2"), before=with_server("GTM-SERVER1")) == [
        (
            "account",
            "Server container of `shop`: `GTM-SERVER2` instead of `GTM-SERVER1`.",
            (
                "Hits keep going to the server's address: the change takes effect once that "
                "server runs the other container."
            ),
        )
    ]
