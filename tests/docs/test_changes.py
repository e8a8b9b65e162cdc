"""What has changed between two specs, in words."""

from __future__ import annotations

import copy
import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from gtmgen.docs.changes.compare import Changes, compare, list_rows, page_data, render
from gtmgen.docs.changes.speaker import Speaker
from gtmgen.docs.html import page as html
from gtmgen.docs.html.branding import Branding
from gtmgen.docs.words import list_languages, load_words
from gtmgen.meaning.model import Fact
from tests.examples.conftest import Example, all_examples

from .conftest import documentation, of_data

SPEC: dict[str, Any] = yaml.safe_load("""
site: {hosts: [shop.example], currency: EUR}
platforms:
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage], page_view: "off"}
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage], page_view: "off"}
data:
  order_id: {path: ecommerce.transaction_id, type: string}
  value: {path: ecommerce.value, type: number}
  price: {path: ecommerce.price, type: number}
  currency: {path: ecommerce.currency, type: currency}
  items: {path: ecommerce.items, type: items}
  query: {query: q, type: string}
pages:
  search: {path: /search}
events:
  view_item:
    "on": {event: view_item}
    params: {value: value, currency: currency, items: items}
    send: {tiktok: ViewContent, ga4: view_item}
  search:
    "on": {page: search}
    params: {search_term: query}
    send: {ga4: search}
  purchase:
    title: Order paid
    owner: growth
    "on": {event: purchase}
    params: {transaction_id: order_id, value: value, currency: currency, items: items}
    send: {ga4: purchase}
""")
Edit = Callable[[dict[str, Any]], object]


def edited(edit: Edit) -> dict[str, Any]:
    spec = copy.deepcopy(SPEC)
    edit(spec)
    return spec


def changes(edit: Edit, *, back: bool = False, language: str = "en") -> Changes:
    """What an edit of the spec changes; ``back``: what undoing it changes."""
    before = of_data(language, **SPEC)
    after = of_data(language, **edited(edit))
    return compare(after, before) if back else compare(before, after)


def told(edit: Edit, *, back: bool = False) -> list[str]:
    return sentences(changes(edit, back=back))


def sentences(found: Changes) -> list[str]:
    speaker = Speaker(load_words())
    return [speaker.sentence(fact) for fact in found.meaning.items]


def event(name: str, **values: Any) -> Edit:
    return lambda spec: spec["events"][name].update(values)


def data(name: str, **values: Any) -> Edit:
    return lambda spec: spec["data"][name].update(values)


# -- nothing ------------------------------------------------------------------------------


@pytest.mark.parametrize("example", all_examples(), ids=lambda example: example.name)
def test_a_spec_has_not_changed_since_itself(example: Example) -> None:
    found = example.documentation
    assert compare(found, found).meaning.items == ()


def test_nothing_to_tell_is_said() -> None:
    found = documentation()
    files = render(compare(found, found, "git:v1"), found, load_words())
    assert files["changes.md"].decode() == (
        "# Tracking for acme-shop: What changed\n\nCompared with `git:v1`. Nothing has changed.\n"
    )
    assert files["changes.csv"].decode("utf-8-sig") == (
        "Part,Key,Change,What changed,For whom,Before,After,Affected events,Effect,Risk\r\n"
    )


def test_the_order_of_keys_is_no_change() -> None:
    def turn(spec: dict[str, Any]) -> None:
        for name in ("events", "data", "platforms"):
            spec[name] = dict(reversed(spec[name].items()))

    assert told(turn) == []


# -- one edit, one sentence ---------------------------------------------------------------

GONE = "`search` was removed."
NEW = "`search` is new. Fires on a page view of search (`/search`). Sent to GA4 (`search`)."
SENTENCES: list[tuple[str, Edit, list[str], list[str]]] = [
    ("event", lambda spec: spec["events"].pop("search"), [GONE], [NEW]),
    (
        "delivery",
        event("search", send={"ga4": "search", "tiktok": "Search"}),
        ["`search` is now also sent to TikTok as `Search`."],
        ["`search` is no longer sent to TikTok."],
    ),
    (
        "platform's event",
        event("search", send={"ga4": "view_search_results"}),
        ["`search` is sent to GA4 as `view_search_results` instead of `search`."],
        ["`search` is sent to GA4 as `search` instead of `view_search_results`."],
    ),
    (
        "consent",
        event("search", send={"ga4": {"event": "search", "consent": ["ad_storage"]}}),
        [
            (
                "`search` now waits for consent to `ad_storage` before it is sent to GA4. Before: "
                "`analytics_storage`."
            )
        ],
        [
            (
                "`search` now waits for consent to `analytics_storage` before it is sent to GA4. "
                "Before: `ad_storage`."
            )
        ],
    ),
    (
        "no consent",
        event("search", send={"ga4": {"event": "search", "consent": "not_required"}}),
        [("`search` is now sent to GA4 without waiting for consent. Before: `analytics_storage`.")],
        [
            (
                "`search` now waits for consent to `analytics_storage` before it is sent to GA4. "
                "Before: nothing."
            )
        ],
    ),
    (
        "once",
        event("search", send={"ga4": {"event": "search", "once": "page"}}),
        [
            (
                "How often `search` is sent to GA4 has changed. Sent at most once per page "
                "load. Before: Sent once each time it happens."
            )
        ],
        [
            (
                "How often `search` is sent to GA4 has changed. Sent once each time it happens."
                " Before: Sent at most once per page load."
            )
        ],
    ),
    (
        "paused",
        event("search", send={"ga4": {"event": "search", "paused": True}}),
        ["`search` is paused and no longer reaches GA4."],
        ["`search` is no longer paused and reaches GA4 again."],
    ),
    (
        "priority",
        event("search", send={"ga4": {"event": "search", "priority": 5}}),
        ["Priority of `search`: `5`; there was none before."],
        ["Priority of `search`: removed; it was `5`."],
    ),
    (
        "condition of one platform",
        event("search", send={"ga4": {"event": "search", "where": {"query": "shoes"}}}),
        ["`search` is now sent to GA4 only under a further condition: `query` is `shoes`."],
        ["`search` no longer needs this condition to be sent to GA4: `query` is `shoes`."],
    ),
    (
        "condition",
        event("search", where={"query": "shoes"}),
        ["`search` now fires only under a further condition: `query` is `shoes`."],
        ["`search` no longer needs this condition: `query` is `shoes`."],
    ),
    (
        "occasion",
        event("purchase", on={"event": "paid"}),
        [
            (
                "The trigger of `purchase` has changed. Now: The site's dataLayer message "
                "`paid`. Before: The site's dataLayer message `purchase`."
            )
        ],
        [
            (
                "The trigger of `purchase` has changed. Now: The site's dataLayer message "
                "`purchase`. Before: The site's dataLayer message `paid`."
            )
        ],
    ),
    (
        "further occasion",
        event("purchase", on=[{"event": "purchase"}, {"event": "paid"}]),
        ["`purchase` has a further trigger: The site's dataLayer message `paid`."],
        ["`purchase` no longer has this trigger: The site's dataLayer message `paid`."],
    ),
    (
        "value from elsewhere",
        event("view_item", params={"value": "price", "currency": "currency", "items": "items"}),
        [
            "The `value` of `view_item` comes from `ecommerce.price` instead of `ecommerce.value`.",
            "The site's message for `view_item` now also contains `ecommerce.price`.",
            "The site's message for `view_item` no longer needs `ecommerce.value`.",
        ],
        [
            "The `value` of `view_item` comes from `ecommerce.value` instead of `ecommerce.price`.",
            "The site's message for `view_item` now also contains `ecommerce.value`.",
            "The site's message for `view_item` no longer needs `ecommerce.price`.",
        ],
    ),
    (
        "parameter",
        event(
            "purchase",
            params={
                "transaction_id": "order_id",
                "value": "value",
                "currency": "currency",
                "items": "items",
                "coupon": {"const": "X"},
            },
        ),
        ["`purchase` now also sends `coupon` to GA4 (fixed value: `X`)."],
        ["`purchase` no longer sends `coupon` to GA4."],
    ),
    (
        "title",
        event("purchase", title="Paid"),
        ["Title of `purchase`: “Paid” instead of “Order paid”."],
        ["Title of `purchase`: “Order paid” instead of “Paid”."],
    ),
    (
        "owner",
        event("purchase", owner=""),
        ["Owner of `purchase`: removed; it was “growth”."],
        ["Owner of `purchase`: “growth”; there was none before."],
    ),
    (
        "description",
        event("purchase", description="A sale."),
        ["Description of `purchase`: “A sale”; there was none before."],
        ["Description of `purchase`: removed; it was “A sale”."],
    ),
    (
        "path of a data key",
        data("query", query="term"),
        [
            (
                "`query` has a different source. Now: query parameter of the page: `term`. "
                "Before: query parameter of the page: `q`. Affects `search`."
            )
        ],
        [
            (
                "`query` has a different source. Now: query parameter of the page: `q`. Before:"
                " query parameter of the page: `term`. Affects `search`."
            )
        ],
    ),
    (
        "required",
        data("query", required=True),
        ["`query` is now required. Affects `search`."],
        ["`query` is no longer required. Affects `search`."],
    ),
    (
        "personal",
        data("query", pii=True),
        ["`query` now counts as personal data."],
        ["`query` no longer counts as personal data."],
    ),
    (
        "setting",
        lambda spec: spec["platforms"]["ga4"].update(measurement_id="G-XYZ1234567"),
        ["`measurement_id` of GA4 is `G-XYZ1234567` instead of `G-ABC1234567`."],
        ["`measurement_id` of GA4 is `G-ABC1234567` instead of `G-XYZ1234567`."],
    ),
    (
        "consent of a platform",
        lambda spec: spec["platforms"]["ga4"].update(consent=["ad_storage"]),
        [
            (
                "Everything for GA4 now waits for consent to `ad_storage`, unless an event says"
                " otherwise. Before: `analytics_storage`."
            )
        ],
        [
            (
                "Everything for GA4 now waits for consent to `analytics_storage`, unless an "
                "event says otherwise. Before: `ad_storage`."
            )
        ],
    ),
    (
        "identifier",
        lambda spec: spec["platforms"]["tiktok"].update(identify={"external_id": "order_id"}),
        [
            "TikTok now also gets `external_id`, from `order_id`.",
            (
                "The backend's payload of `view_item` for TikTok now also contains "
                "`data.user.external_id`."
            ),
        ],
        [
            "TikTok no longer gets `external_id`.",
            (
                "The backend's payload of `view_item` for TikTok no longer contains "
                "`data.user.external_id`."
            ),
        ],
    ),
    (
        "currency of the site",
        lambda spec: spec["site"].update(currency="CHF"),
        [
            (
                "Values without a currency of their own are in CHF. Before: Values without a "
                "currency of their own are in EUR. Affects `view_item` and `purchase`."
            )
        ],
        [
            (
                "Values without a currency of their own are in EUR. Before: Values without a "
                "currency of their own are in CHF. Affects `view_item` and `purchase`."
            )
        ],
    ),
    (
        "page",
        lambda spec: spec["pages"].update(cart={"path": "/cart"}),
        ["The page `cart` is new: /cart."],
        ["The page `cart` was removed."],
    ),
]


@pytest.mark.parametrize(
    ("edit", "there", "back"), [case[1:] for case in SENTENCES], ids=[case[0] for case in SENTENCES]
)
def test_an_edit_in_words_and_back(edit: Edit, there: list[str], back: list[str]) -> None:
    assert told(edit) == there
    assert told(edit, back=True) == back


def test_the_event_id_is_for_everybody() -> None:
    edit = event("purchase", event_id={"from": "order_id", "prefix": "p_"})
    (found, *_) = changes(edit).meaning.items
    assert Speaker(load_words()).sentence(found) == (
        "The event ID of `purchase` is now built from the data: `p_{order_id}`."
    )
    assert (found.before, found.after) == ("", "p_{order_id}")
    assert found.who == ("marketing", "developers", "backend", "qa")
    (lost, *_) = changes(edit, back=True).meaning.items
    assert Speaker(load_words()).sentence(lost) == (
        "The event ID of `purchase` is no longer built from the data but generated in the browser."
    )


def test_a_path_is_told_once_and_not_for_each_event() -> None:
    found = changes(data("value", path="ecommerce.total"))
    assert sentences(found) == [
        (
            "`value` comes from `ecommerce.total` instead of `ecommerce.value`. Affects "
            "`view_item` and `purchase`."
        )
    ]
    assert found.meaning.events() == {"view_item": "changed", "purchase": "changed"}


def test_many_concerned_events_are_counted() -> None:
    fact = Fact("changed", "data", "x", "x", "data_pii", events=tuple("abcdefgh"))
    assert Speaker(load_words()).sentence(fact) == (
        "`x` now counts as personal data. Affects `a`, `b`, `c`, `d`, `e` and 3 more events."
    )


def test_the_backend_learns_what_its_payload_gains() -> None:
    edit = event(
        "view_item",
        params={"value": "value", "currency": "currency", "items": "items", "search_term": "query"},
    )
    found = [fact for fact in changes(edit).meaning.items if fact.who == ("backend",)]
    assert [Speaker(load_words()).sentence(fact) for fact in found] == [
        (
            "The backend's payload of `view_item` for TikTok now also contains "
            "`data.properties.search_string`."
        )
    ]


# -- renames ------------------------------------------------------------------------------


def renamed(section: str, old: str, new: str) -> Edit:
    def edit(spec: dict[str, Any]) -> None:
        spec[section] = {new if key == old else key: v for key, v in spec[section].items()}

    return edit


def test_an_event_with_the_same_content_is_renamed() -> None:
    assert told(renamed("events", "search", "find")) == ["`search` is now called `find`."]


def test_a_rename_may_change_the_name_at_the_platform() -> None:
    def edit(spec: dict[str, Any]) -> None:
        renamed("events", "search", "find")(spec)
        spec["events"]["find"]["send"] = {"ga4": "find"}

    assert told(edit)[:2] == [
        "`search` is now called `find`.",
        "`find` is sent to GA4 as `find` instead of `search`.",
    ]


def test_a_renamed_data_key_changes_no_event() -> None:
    def edit(spec: dict[str, Any]) -> None:
        renamed("data", "query", "term")(spec)
        spec["events"]["search"].update(params={"search_term": "term"}, where={"term": "shoes"})

    before = of_data(**edited(event("search", where={"query": "shoes"})))
    found = compare(before, of_data(**edited(edit)))
    assert sentences(found) == ["`query` is now called `term`."]


def test_a_renamed_page_changes_no_event() -> None:
    def edit(spec: dict[str, Any]) -> None:
        renamed("pages", "search", "find_it")(spec)
        spec["events"]["search"]["on"] = {"page": "find_it"}

    assert told(edit) == ["`search` is now called `find_it`."]


def test_two_candidates_are_no_rename() -> None:
    def edit(spec: dict[str, Any]) -> None:
        search = spec["events"].pop("search")
        spec["events"].update(find=search, look=copy.deepcopy(search))

    assert [fact.about for fact in changes(edit).meaning.items] == [
        "event_new", "event_new", "event_gone",
    ]  # fmt: skip


# -- formats and languages ----------------------------------------------------------------


def everything_at_once(spec: dict[str, Any]) -> None:
    for _, edit, _, _ in SENTENCES[1:]:
        edit(spec)


def test_markdown_is_grouped_and_names_who_is_concerned() -> None:
    edit = SENTENCES[1][1]
    found = compare(of_data(**SPEC), of_data(**edited(edit)), "git:v1.2")
    text = render(found, of_data(**SPEC), load_words())["changes.md"].decode()
    assert text == (
        "# Tracking for shop: What changed\n\n"
        "Compared with `git:v1.2`. 1 new.\n\n"
        "## Events\n\n"
        "### Search (`search`)\n\n"
        "- **new**: `search` is now also sent to TikTok as `Search`. "
        "*(Marketing, Developers, Backend, QA)*\n"
    )


def test_the_table_has_before_and_after_as_plain_text() -> None:
    found = list(list_rows(changes(data("value", path="ecommerce.total")), load_words()))
    assert found[1] == (
        "Data layer",
        "value",
        "changed",
        (
            "value comes from ecommerce.total instead of ecommerce.value. Affects view_item "
            "and purchase."
        ),
        "Marketing, Developers, QA",
        "ecommerce.value",
        "ecommerce.total",
        "view_item, purchase",
        "changes values",
        "Where the site does not provide the value there, it is missing.",
    )


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_no_cell_of_the_csv_is_a_formula(text: str) -> None:
    found = compare(of_data(**SPEC), of_data(**edited(event("purchase", owner=text))))
    content = render(found, of_data(**SPEC), load_words())["changes.csv"].decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(content)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_what_the_spec_says_is_no_markup() -> None:
    hostile = "<script>alert(1)</script> | [x](javascript:1)\n# head"
    found = compare(of_data(**SPEC), of_data(**edited(event("purchase", title=hostile))))
    text = render(found, of_data(**SPEC), load_words())["changes.md"].decode()
    assert "<script>" not in text.replace("\\<script", "")
    assert not [line for line in text.split("\n") if line.startswith("# head")]


@pytest.mark.parametrize("language", list_languages())
def test_every_sentence_is_in_every_language(language: str) -> None:
    words = load_words(language)
    for back in (False, True):
        for _, edit, _, _ in SENTENCES:
            for fact in changes(edit, back=back, language=language).meaning.items:
                text = Speaker(words).sentence(fact) + Speaker(words).risk(fact)
                assert text
                assert not set("{}") & set(text)


@pytest.mark.parametrize("language", list_languages())
def test_every_change_has_a_text_and_no_text_is_left_over(language: str) -> None:
    source = "".join(
        path.read_text(encoding="utf-8")
        for path in (*Path("gtmgen/meaning").glob("*.py"), Path("gtmgen/docs/changes/message.py"))
    )
    endings = ("", "_new", "_gone")
    for name in load_words(language).section("changes.text"):
        stems = {name.removesuffix(ending) for ending in endings}
        used = any(f'"{stem}"' in source for stem in (name, *stems))
        assert used or name.startswith("event_id_"), name


def test_what_a_change_does_at_worst_is_named_beside_it() -> None:
    def edit(spec: dict[str, Any]) -> None:
        spec["platforms"]["ga4"]["measurement_id"] = "G-OTHER12345"

    found = compare(of_data(**SPEC), of_data(**edited(edit)), "git:v1.2")

    lines = render(found, of_data(**SPEC), load_words("de"))["changes.md"].decode().splitlines()
    assert lines[2] == "Verglichen mit `git:v1.2`. 1 geändert."
    assert lines[-1].startswith("- **geändert**: **Sendet an ein anderes Konto.** `measurement_id`")
    page = page_data(found, load_words())
    assert page["lead"] == "Compared with git:v1.2. 1 changed."
    (item,) = page["groups"][0]["parts"][0]["items"]
    assert (item["severity"], item["effect"]) == ("account", "Sends to another account")


def test_the_page_gets_badges_and_sentences() -> None:
    found = page_data(changes(SENTENCES[1][1]), load_words())
    assert found["events"] == {"search": "changed"}
    assert found["groups"][0]["parts"] == [
        {
            "key": "search",
            "title": "Search",
            "items": [
                {
                    "sort": "new",
                    "text": "`search` is now also sent to TikTok as `Search`.",
                    "risk": "",
                    "severity": "harmless",
                    "effect": "",
                    "who": "Marketing, Developers, Backend, QA",
                }
            ],
        }
    ]


def test_a_new_event_has_the_badge_new_and_a_gone_one_none() -> None:
    assert changes(SENTENCES[0][1], back=True).meaning.events() == {"search": "new"}
    assert changes(SENTENCES[0][1]).meaning.events() == {}


def test_any_spec_can_be_compared_with_another() -> None:
    found = [example.documentation for example in all_examples()]
    words = load_words()
    for before, after in zip(found, [*found[1:], found[0]], strict=True):
        files = render(compare(before, after), after, words)
        assert {"changes.md", "changes.csv"} <= files.keys()


def test_everything_at_once() -> None:
    found = changes(everything_at_once)
    assert {fact.group for fact in found.meaning.items} == {
        "event",
        "platform",
        "page",
        "data",
        "site",
    }


def test_the_page_shows_what_has_changed_as_text(show: Any) -> None:
    hostile = "<img src=x onerror=alert(1)>"

    def edit(spec: dict[str, Any]) -> None:
        spec["events"]["purchase"].update(title=hostile)
        spec["events"]["find"] = {"on": {"event": "find"}, "send": {"ga4": "find"}}

    after = of_data(**edited(edit))
    found = compare(of_data(**SPEC), after, "git:v1")
    page = html.render(after, load_words(), Branding(), found).decode()
    opened = show(page, "#/changes")
    text = opened.text()
    assert "What changed" in text
    assert "Compared with git:v1. 1 new, 1 changed." in text
    assert f"Title of purchase: “{hostile}” instead of “Order paid”." in text
    assert "find is new." in text
    opened.go("#/event/find")
    assert opened.text(".badge.new") == "new"
