"""What an edit of a spec does: one fact, with its severity and its risk."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.meaning.model import Risk

from .conftest import Edit, facts, told

EVENT_ID = (
    "The server has to build the same ID. Until it does, every event that both browser and "
    "server send is counted twice."
)


def event(name: str, **values: Any) -> Edit:
    return lambda spec: spec["events"][name].update(values)


def data(name: str, **values: Any) -> Edit:
    return lambda spec: spec["data"][name].update(values)


def platform(name: str, **values: Any) -> Edit:
    return lambda spec: spec["platforms"][name].update(values)


def rename(section: str, old: str, new: str, **values: Any) -> Edit:
    def edit(spec: dict[str, Any]) -> None:
        spec[section] = {new if key == old else key: item for key, item in spec[section].items()}
        spec[section][new].update(values)

    return edit


ONE_FACT: list[tuple[str, Edit, tuple[str, str, str]]] = [
    (
        "prefix of the event ID",
        event("purchase", event_id={"from": "order_id", "prefix": "order_"}),
        (
            "deduplication",
            ("The event ID of `purchase` is `order_{order_id}` instead of `purchase_{order_id}`."),
            EVENT_ID,
        ),
    ),
    (
        "no event ID from the data",
        lambda spec: spec["events"]["purchase"].pop("event_id"),
        (
            "deduplication",
            (
                "The event ID of `purchase` is no longer built from the data but generated in "
                "the browser."
            ),
            (
                "The server can no longer build the same ID: every event that both browser and "
                "server send is counted twice."
            ),
        ),
    ),
    (
        "source of the event ID",
        data("order_id", path="ecommerce.order_id"),
        (
            "deduplication",
            (
                "`order_id` comes from `ecommerce.order_id` instead of "
                "`ecommerce.transaction_id`. Affects `purchase`."
            ),
            EVENT_ID,
        ),
    ),
    (
        "key of the site's own IDs",
        lambda spec: spec["site"].update(event_id_key="id"),
        (
            "deduplication",
            (
                "The site can set an event's ID in the message itself, as `id`. Before: The "
                "site can set an event's ID in the message itself, as `event_id`."
            ),
            (
                "IDs that the site still sends under the old key are ignored, so that browser "
                "and server no longer agree."
            ),
        ),
    ),
    (
        "name at a platform that merges with the server",
        event("sign_up", send={"tiktok": "Lead", "ga4": "sign_up"}),
        (
            "deduplication",
            "`sign_up` is sent to TikTok as `Lead` instead of `CompleteRegistration`.",
            (
                "Until the server uses the same name, events that both send are counted twice; "
                "campaigns that optimise for `CompleteRegistration` no longer receive data."
            ),
        ),
    ),
    (
        "name at a platform that does not",
        event("sign_up", send={"tiktok": "CompleteRegistration", "ga4": "login"}),
        (
            "loss",
            "`sign_up` is sent to GA4 as `login` instead of `sign_up`.",
            "Reports, key events and audiences in GA4 that use `sign_up` no longer receive data.",
        ),
    ),
    (
        "an event that is gone",
        lambda spec: spec["events"].pop("product_seen"),
        ("loss", "`product_seen` was removed.", "No platform counts it any more."),
    ),
    (
        "a delivery that is gone",
        event("sign_up", send=["ga4"]),
        ("loss", "`sign_up` is no longer sent to TikTok.", "TikTok no longer counts it."),
    ),
    (
        "who owns the page view",
        platform("tiktok", page_view="off"),
        (
            "loss",
            "`page_view` of TikTok is `off` instead of `manual`.",
            (
                "Page views are no longer sent from here: reports and audiences built on them "
                "receive none, unless something else sends them."
            ),
        ),
    ),
    (
        "a page",
        lambda spec: spec["pages"]["product"].update(path="/products/**"),
        (
            "firing",
            ("Path of `product`: `/products/**` instead of `/products/*`. Affects `product_seen`."),
            (
                "In a path, `*` stands for one part and `**` for any number of parts. Pages that "
                "match only now start to send; pages that no longer match stop."
            ),
        ),
    ),
    (
        "a value that a condition tests",
        data("plan", path="visitor.tariff"),
        (
            "firing",
            ("`plan` comes from `visitor.tariff` instead of `visitor.plan`. Affects `sign_up`."),
            "Events that depend on this value may fire in other cases than before.",
        ),
    ),
    (
        "a named trigger",
        lambda spec: spec["triggers"]["signed_up"].update(event="registered"),
        (
            "firing",
            (
                "The trigger of `sign_up` has changed. Now: The site's dataLayer message "
                "`registered`. Before: The site's dataLayer message `signed_up`."
            ),
            "",
        ),
    ),
    (
        "hosts",
        lambda spec: spec["site"].update(hosts=["shop.example", "m.shop.example"]),
        (
            "firing",
            (
                "Tags fire on `shop.example` and `m.shop.example` only; a copy of the site "
                "elsewhere sends nothing. Before: Tags fire on `shop.example` only; a copy of "
                "the site elsewhere sends nothing."
            ),
            "Pages on any other host send nothing.",
        ),
    ),
    (
        "more consent",
        platform("ga4", consent=["analytics_storage", "ad_storage"]),
        (
            "firing",
            (
                "Everything for GA4 now waits for consent to `analytics_storage` and "
                "`ad_storage`, unless an event says otherwise. Before: `analytics_storage`."
            ),
            "Visitors who have not granted all of these are no longer counted.",
        ),
    ),
    (
        "less consent",
        platform("ga4", consent="not_required"),
        (
            "privacy",
            (
                "Everything for GA4 is now sent without waiting for consent, unless an event "
                "says otherwise. Before: `analytics_storage`."
            ),
            ("Events are now also sent for visitors who refused `analytics_storage`."),
        ),
    ),
    (
        "an address as a parameter",
        event("sign_up", params={"method": "plan", "contact": "email"}),
        (
            "privacy",
            "`sign_up` now also sends `contact` to GA4 (data layer: `visitor.email`).",
            (
                "Check that the platform may receive it, and that consent and the privacy "
                "notice cover it."
            ),
        ),
    ),
    (
        "a pixel",
        platform("tiktok", pixel_id="C0000000000000000002"),
        (
            "account",
            "`pixel_id` of TikTok is `C0000000000000000002` instead of `C4A1B2C3D4E5F6G7H8I0`.",
            "Campaigns, audiences and reports of the old account no longer receive data.",
        ),
    ),
    (
        "an amount that may be text",
        data("value", type="any"),
        (
            "values",
            "Type of `value`: `any` instead of `number`. Affects `purchase`.",
            (
                "The value may now be text, such as `59,90 EUR`: platforms that expect a number"
                " then count a wrong amount, or none."
            ),
        ),
    ),
    (
        "a default",
        data("currency", default="CHF"),
        (
            "values",
            "Default of `currency`: `CHF` instead of `EUR`. Affects `purchase`.",
            "Amounts without a currency of their own now count in another currency.",
        ),
    ),
    (
        "the name of a parameter",
        event("sign_up", params={"plan_name": "plan"}),
        (
            "values",
            "The parameter `method` of `sign_up` is now called `plan_name` (GA4).",
            "Reports and audiences that use `method` no longer receive data.",
        ),
    ),
    (
        "a description",
        event("sign_up", description="A visitor signs up."),
        (
            "harmless",
            "Description of `sign_up`: “A visitor signs up”; there was none before.",
            "",
        ),
    ),
    (
        "the key of an event",
        rename("events", "sign_up", "registration", send=["ga4"], renamed_from="sign_up"),
        ("harmless", "`sign_up` is now called `registration`.", ""),
    ),
]


@pytest.mark.parametrize(
    ("edit", "expected"), [case[1:] for case in ONE_FACT], ids=[case[0] for case in ONE_FACT]
)
def test_an_edit_and_what_it_does(edit: Edit, expected: tuple[str, str, str]) -> None:
    assert expected in told(edit)


def test_most_edits_are_one_fact() -> None:
    """A tag of the page view goes, too, and GA4 names an event after its key."""
    several = [name for name, edit, _ in ONE_FACT if len(told(edit)) != 1]
    assert several == ["who owns the page view", "the key of an event"]


def test_every_severity_has_an_edit() -> None:
    assert {case[2][0] for case in ONE_FACT} == {severity.value for severity in Risk}


def test_a_new_event_with_an_address_is_personal() -> None:
    new = {"on": {"event": "lead"}, "params": {"contact": "email"}, "send": {"ga4": "lead"}}
    (fact,) = facts(lambda spec: spec["events"].update(lead=new))
    assert (fact.about, fact.severity) == ("event_new", Risk.PRIVACY)


def test_a_value_made_of_an_address_is_personal() -> None:
    def edit(spec: dict[str, Any]) -> None:
        spec["data"]["contact"] = {"first_of": ["email", "plan"]}
        spec["events"]["sign_up"]["params"]["contact"] = "contact"

    assert [fact.severity for fact in facts(edit) if fact.about == "param_new"] == [Risk.PRIVACY]


def test_renamed_data_pages_and_triggers_are_one_line_each() -> None:
    def edit(spec: dict[str, Any]) -> None:
        rename("data", "plan", "tariff", renamed_from="plan")(spec)
        rename("pages", "product", "article", renamed_from="product")(spec)
        rename("triggers", "signed_up", "registered", renamed_from="signed_up")(spec)
        spec["events"]["product_seen"]["on"] = {"page": "article"}
        spec["events"]["sign_up"].update(
            on="registered", where={"tariff": {"equals": "pro"}}, params={"method": "tariff"}
        )

    assert [text for _, text, _ in told(edit)] == [
        "`product` is now called `article`.",
        "`plan` is now called `tariff`.",
    ]


def test_a_renamed_key_may_read_another_place() -> None:
    def edit(spec: dict[str, Any]) -> None:
        rename("data", "plan", "tariff", renamed_from="plan", path="visitor.tariff")(spec)
        spec["events"]["sign_up"].update(
            where={"tariff": {"equals": "pro"}}, params={"method": "tariff"}
        )

    assert [text for _, text, _ in told(edit)] == [
        "`plan` is now called `tariff`.",
        "`tariff` comes from `visitor.tariff` instead of `visitor.plan`. Affects `sign_up`.",
    ]


def test_the_sites_currency_concerns_only_what_has_no_other() -> None:
    def without_currency(spec: dict[str, Any]) -> None:
        spec["site"]["currency"] = "CHF"

    (fact,) = facts(without_currency)
    assert (fact.severity, fact.events) == (Risk.VALUES, ())
