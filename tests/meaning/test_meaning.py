"""What an edit of a spec does: one fact, with its severity and its risk."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gtmgen.meaning.model import Risk

from .conftest import SPEC, Edit, facts, told

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
            (
                "Events that depend on this value (`sign_up`) may fire in other cases than before. "
                "Where the site does not provide the value there, it is missing."
            ),
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
            "Until the site pushes this message, nothing is counted.",
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

    def needs_it(spec: dict[str, Any]) -> None:
        del spec["data"]["currency"]["default"]

    (fact,) = facts(without_currency)
    assert (fact.severity, fact.risk, fact.events) == (Risk.HARMLESS, "", ())
    (fact,) = facts(without_currency, before=needs_it)
    assert (fact.severity, fact.risk, fact.events) == (Risk.VALUES, "currency", ("purchase",))


def test_a_default_currency_that_is_the_sites_changes_nothing() -> None:
    def without_default(spec: dict[str, Any]) -> None:
        del spec["data"]["currency"]["default"]

    def without_site(spec: dict[str, Any]) -> None:
        del spec["site"]["currency"]

    def elsewhere(spec: dict[str, Any]) -> None:
        spec["site"]["currency"] = "CHF"

    text = "Default of `currency`: removed; it was `EUR`. Affects `purchase`."
    assert told(without_default) == [("harmless", text, "")]
    assert told(without_default, before=elsewhere) == [
        ("values", text, "Amounts without a currency of their own now count in another currency.")
    ]
    assert told(without_default, before=without_site) == [
        (
            "values",
            text,
            (
                "Amounts without a currency of their own are now sent without one; platforms then "
                "count no amount, or assume a currency."
            ),
        )
    ]


def test_a_value_that_is_tested_and_sent_has_both_risks() -> None:
    def tested(spec: dict[str, Any]) -> None:
        spec["events"]["purchase"]["where"] = {"value": {"gt": 0}}

    assert told(data("value", type="any"), before=tested) == [
        (
            "firing",
            "Type of `value`: `any` instead of `number`. Affects `purchase`.",
            (
                "Events that depend on this value (`purchase`) may fire in other cases than "
                "before. The value may now be text, such as `59,90 EUR`: platforms that expect a "
                "number then count a wrong amount, or none."
            ),
        )
    ]


def test_a_value_that_becomes_a_constant_is_one_fact() -> None:
    def constant(spec: dict[str, Any]) -> None:
        spec["data"]["currency"] = {"constant": "EUR", "type": "currency"}

    assert told(constant) == [
        (
            "values",
            (
                "`currency` has a different source. Now: fixed value: `EUR`. Before: data layer: "
                "`ecommerce.currency`. Affects `purchase`."
            ),
            "The same value is now sent every time, whatever the site provides.",
        )
    ]


def test_what_tells_who_the_visitor_is_has_a_risk_without_any_event() -> None:
    def identify(spec: dict[str, Any]) -> None:
        spec["platforms"]["tiktok"]["identify"] = {"email": "email"}

    assert told(data("email", path="visitor.mail"), before=identify) == [
        (
            "values",
            "`email` comes from `visitor.mail` instead of `visitor.email`.",
            "Where the site does not provide the value there, it is missing.",
        )
    ]


def test_a_message_that_the_site_pushes_already_is_no_risk() -> None:
    def on_purchase(spec: dict[str, Any]) -> None:
        spec["events"]["sign_up"]["on"] = {"event": "purchase"}

    assert [fact.risk for fact in facts(on_purchase)] == [""]


MORE = "More events may be counted than before."
FEWER = "Fewer events may be counted than before."


@pytest.mark.parametrize(
    ("edit", "risks"),
    [
        (event("purchase", where={"plan": {"equals": "pro"}}), (FEWER, MORE)),
        (event("purchase", pages=["product"]), (FEWER, MORE)),
        (event("purchase", **{"except": ["signed_up"]}), (FEWER, MORE)),
        (event("purchase", on=[{"event": "purchase"}, {"event": "paid"}]), (MORE, FEWER)),
        (
            event(
                "purchase",
                send={"tiktok": {"where": {"plan": {"equals": "pro"}}}, "ga4": "purchase"},
            ),
            (FEWER, MORE),
        ),
    ],
    ids=["where", "pages", "except", "on", "where of a platform"],
)
def test_more_or_fewer_events(edit: Edit, risks: tuple[str, str]) -> None:
    """There, and back again."""
    there = [risk for severity, _, risk in told(edit) if severity == "firing"]
    plain = copy.deepcopy(SPEC["events"])
    back = told(lambda spec: spec.update(events=plain), before=edit)
    assert (there, [risk for severity, _, risk in back if severity == "firing"]) == (
        [risks[0]], [risks[1]],
    )  # fmt: skip


def test_consent_until_the_choice_is_one_fact() -> None:
    def granted(spec: dict[str, Any]) -> None:
        spec["consent"]["default"]["ad_storage"] = "granted"

    before = (
        "Until the visitor has chosen, these consent types are denied: `ad_storage` and "
        "`analytics_storage`."
    )
    after = (
        "Until the visitor has chosen, these consent types are denied: `analytics_storage`. "
        "Until the visitor has chosen, these consent types are granted: `ad_storage`."
    )
    more = "More is sent before the visitor has chosen."
    assert told(granted) == [("privacy", f"{after} Before: {before}", more)]
    denied = copy.deepcopy(SPEC["consent"])
    assert told(lambda spec: spec.update(consent=denied), before=granted) == [
        ("firing", f"{before} Before: {after}", "Less is sent before the visitor has chosen.")
    ]


def test_a_second_chance_that_is_gone_loses_events() -> None:
    def late(spec: dict[str, Any]) -> None:
        spec["consent"]["granted_on"] = "signed_up"

    def never(spec: dict[str, Any]) -> None:
        del spec["consent"]["granted_on"]

    lost = {fact for fact in told(never, before=late) if fact[0] == "loss"}
    assert lost == {
        (
            "loss",
            (
                f"When the tags of {title} fire has changed. Now: What happens before consent is "
                "given is not sent later. Before: Once consent is given (the site's dataLayer "
                "message `signed_up`), the page view and the events of the page load that were "
                "held back are sent, once. Other earlier events are not sent."
            ),
            "What a visitor does before consenting may no longer be counted.",
        )
        for title in ("TikTok", "GA4")
    }


def test_only_what_changed_of_a_platforms_firing_is_told() -> None:
    narrowed = platform("ga4", where={"plan": {"equals": "pro"}})
    told_now = [text for severity, text, _ in told(narrowed) if severity == "firing"]
    assert told_now == [
        (
            "When the tags of GA4 fire has changed. Now: Everything for this platform is sent only "
            "under this condition: `plan` is `pro`."
        )
    ]


def test_personal_data_that_is_no_longer_marked() -> None:
    def unmarked(spec: dict[str, Any]) -> None:
        del spec["data"]["plan"]["pii"]

    assert told(unmarked, before=data("plan", pii=True)) == [
        (
            "privacy",
            "`plan` no longer counts as personal data.",
            "There is no longer a warning where it is sent as a parameter.",
        )
    ]


def test_a_folder_is_one_line() -> None:
    folder = lambda spec: spec["container"].update(folder="Tracking")  # noqa: E731
    text = "Folder of `shop`: `Tracking`; there was none before."
    assert told(folder) == [("harmless", text, "")]


def test_only_the_message_of_the_banner_is_told() -> None:
    def late(spec: dict[str, Any]) -> None:
        spec["consent"]["granted_on"] = "signed_up"
        spec["platforms"]["ga4"]["where"] = {"plan": {"equals": "pro"}}

    def narrower(spec: dict[str, Any]) -> None:
        spec["platforms"]["ga4"]["where"] = {"plan": {"equals": "basic"}}

    assert [text for _, text, _ in told(narrower, before=late)] == [
        (
            "When the tags of GA4 fire has changed. Now: Everything for this platform is sent "
            "only under this condition: `plan` is `basic`. Before: Everything for this platform "
            "is sent only under this condition: `plan` is `pro`."
        )
    ]


def test_protection() -> None:
    protect = event("purchase", protected=True)
    plain = copy.deepcopy(SPEC["events"])
    assert told(protect) == [
        ("harmless", "`purchase` is now protected: a push deletes it only if it is named.", "")
    ]
    assert told(lambda spec: spec.update(events=plain), before=protect) == [
        ("harmless", "`purchase` is no longer protected: a push may delete it.", "")
    ]
    assert told(data("plan", protected=True)) == [
        ("harmless", "`plan` is now protected: a push deletes it only if it is named.", "")
    ]


def test_another_project_is_another_owner() -> None:
    assert told(lambda spec: spec.update(project="store")) == [
        (
            "loss",
            "Project of `store`: `store` instead of `shop`.",
            (
                "What is in the container still belongs to `shop`: a push stops where it needs "
                "the same names, and creates the rest a second time."
            ),
        )
    ]


def test_the_sites_decimal_sign_is_told_of_amounts_alone() -> None:
    def amounts(spec: dict[str, Any]) -> None:
        spec["site"]["decimal"] = ","

    wrong = "Amounts in any other format are read wrongly, or not at all."
    assert [(severity, risk) for severity, _, risk in told(amounts)] == [
        ("values", ""),
        ("values", wrong),
    ]


def test_what_lint_ignores_is_told_with_its_reason() -> None:
    def ignores(spec: dict[str, Any]) -> None:
        spec["lint"] = {
            "rules": {"unused-page": "error"},
            "ignore": [
                {"rule": "unused-data", "where": "data.plan", "reason": "Kept for the fair."}
            ],
        }

    def not_any_more(spec: dict[str, Any]) -> None:
        del spec["lint"]

    assert told(ignores) == [
        ("harmless", "`lint` now ignores `unused-data` at `data.plan`: “Kept for the fair.”", ""),
        ("harmless", "`lint` reports `unused-page` as `error` instead of `warning`.", ""),
    ]
    assert told(not_any_more, before=ignores) == [
        ("harmless", "`lint` no longer ignores `unused-data` at `data.plan`.", ""),
        ("harmless", "`lint` reports `unused-page` as `warning` instead of `error`.", ""),
    ]


def test_what_a_tag_in_gtms_own_words_gets_is_used() -> None:
    def raw(spec: dict[str, Any]) -> None:
        spec["data"]["price"] = {"path": "shop.price", "type": "number"}
        html = "<script>send({{data - price}})</script>"
        tag = {"name": "Beacon", "type": "html", "on": "signed_up", "parameters": {"html": html}}
        spec["gtm"] = {"tags": {"beacon": tag}}

    def tested(spec: dict[str, Any]) -> None:
        raw(spec)
        spec["triggers"]["paid"] = {"event": "paid", "where": {"price": {"gt": 5}}}
        spec["gtm"]["tags"]["beacon"] |= {"on": "paid", "parameters": {"html": "<b></b>"}}

    text = "`price` comes from `shop.total` instead of `shop.price`. Affects `Beacon`."
    total = data("price", path="shop.total")
    missing = "Where the site does not provide the value there, it is missing."
    assert told(total, before=raw) == [("values", text, missing)]
    fires = "Events that depend on this value (`Beacon`) may fire in other cases than before."
    assert told(total, before=tested) == [("firing", text, fires)]


def test_what_a_platform_excepts_is_told_for_all_of_its_events() -> None:
    def excepts(spec: dict[str, Any]) -> None:
        spec["triggers"]["staff"] = {"event_matches": ".*", "where": {"plan": "staff"}}
        spec["platforms"]["ga4"]["except"] = ["staff"]

    def other(spec: dict[str, Any]) -> None:
        spec["triggers"]["staff"] = {"event_matches": ".*", "pages": ["product"]}

    assert told(other, before=excepts) == [
        (
            "firing",
            (
                "When the tags of GA4 fire has changed. Now: Nothing is sent to this platform on: "
                "any dataLayer message, only on product (`/products/*`). Before: Nothing is sent "
                "to this platform on: any dataLayer message (`plan` is `staff`)."
            ),
            "",
        )
    ]
    ((_, path, risk),) = told(data("plan", path="visitor.tariff"), before=excepts)
    assert path.endswith("Affects `purchase`, `product_seen` and `sign_up`.")
    assert "(`purchase`, `product_seen` and `sign_up`)" in risk


def test_an_exception_names_its_pages() -> None:
    def excepts(spec: dict[str, Any]) -> None:
        spec["triggers"]["staff"] = {"event_matches": ".*", "pages": ["product"]}
        spec["events"]["sign_up"]["except"] = ["staff"]

    assert ("firing", (
        "`sign_up` has a further exception: Blocked by `staff`: any dataLayer message; only on "
        "product (`/products/*`)."
    ), FEWER) in told(excepts)  # fmt: skip
