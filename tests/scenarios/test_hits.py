"""GA4's requests of a page, which the server container's client reads back."""

from __future__ import annotations

from typing import Any

import pytest
from runtime.server_containers import server_container

from gtmgen.runtime.server_engine import run_requests
from gtmgen.scenarios.hits import Hit, consent_signal, encode_item


def arrive(hit: Hit, cookies: dict[str, str] | None = None) -> dict[str, Any]:
    """The event data that a server container makes of a hit."""
    run = run_requests(server_container(), [hit.request(cookies)])
    [response] = run.observed["responses"]
    data: dict[str, Any] = response["events"][0]
    return data


def test_what_is_sent_arrives() -> None:
    items = [
        {"item_id": "A&B", "item_name": "50 % ~off~", "price": 0, "quantity": 2, "size": "XL"},
        {"item_id": "17", "price": 9.5, "index": 1, "deep": {"left": "out"}, "none": None},
    ]
    params = {
        "event_id": "purchase_1001",
        "transaction_id": "0017",
        "value": 10.0,
        "big": 1e21,
        "currency": "EUR",
        "user_id": "u+1",
        "is_gift": True,
        "nothing": None,
        "items": items,
        "user_data": {"email_address": "ada@example.com", "address": [{"city": "Bonn"}]},
        "send_page_view": "false",
        "server_container_url": "https://sgtm.shop.example",
    }
    hit = Hit(
        "https://sgtm.shop.example/metrics", "G-TEST1", "purchase", params,
        "https://shop.example/thanks?a=1&b=2", "https://pay.example/", "Thank you & goodbye",
        {"ad_storage": True, "analytics_storage": False}, 1_780_000_000_000,
    )  # fmt: skip
    assert arrive(hit) == {
        "x-ga-protocol_version": "2",
        "x-ga-measurement_id": "G-TEST1",
        "client_id": "1000000000.1700000000",
        "x-ga-gcs": "G110",
        "page_location": "https://shop.example/thanks?a=1&b=2",
        "page_referrer": "https://pay.example/",
        "page_title": "Thank you & goodbye",
        "page_hostname": "shop.example",
        "page_path": "/thanks",
        "event_name": "purchase",
        "event_id": "purchase_1001",
        "transaction_id": "0017",
        "value": 10,
        "big": 1e21,
        "currency": "EUR",
        "user_id": "u+1",
        "is_gift": "true",
        "items": [
            {"item_id": "A&B", "item_name": "50 % ~off~", "price": 0, "quantity": 2, "size": "XL"},
            {"item_id": "17", "price": 9.5, "index": 1},
        ],
        "user_data": {"email_address": "ada@example.com", "address": [{"city": "Bonn"}]},
        "ip_override": "203.0.113.1",
        "user_agent": "Mozilla/5.0 (X11; Linux x86_64) gtmgen",
    }


@pytest.mark.parametrize(
    ("consent", "signal"),
    [
        ({}, ""),
        ({"ad_user_data": False}, ""),
        ({"ad_storage": False, "analytics_storage": False}, "G100"),
        ({"ad_storage": True}, "G111"),
        ({"analytics_storage": False}, "G110"),
    ],
)
def test_the_signal_of_consent(consent: dict[str, bool], signal: str) -> None:
    assert consent_signal(consent) == signal


def test_an_item_has_ten_parameters_of_its_own() -> None:
    item = {f"own{number}": number for number in range(12)}
    assert encode_item(item).count("~") == 19
