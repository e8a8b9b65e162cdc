"""Which personal data goes where: the page that a privacy officer reads."""

from typing import Any

from gtmgen.docs.markdown.files import render
from gtmgen.docs.words import load_words

from .conftest import documentation, of_data

TIKTOK = {"pixel_id": "C4A1B2C3D4E5F6G7H8I0", "consent": ["ad_storage"], "page_view": "off"}
GA4 = {"measurement_id": "G-ABC1234567", "consent": "not_required", "page_view": "off"}
HASHED = "normalised and hashed (SHA-256) before it leaves the page"
WITH_ADS = "Sent only after the visitor has granted `ad_storage`."
DATA = {
    "mail": {"path": "mail", "type": "email"},
    "town": {"path": "town", "type": "string"},
    "plan": {"path": "plan", "type": "string"},
    "note": {"path": "note", "type": "string", "pii": True},
}


def rows(**spec: Any) -> list[tuple[str, ...]]:
    spec.setdefault("events", {"lead": {"on": {"event": "lead"}, "send": {"ga4": "generate_lead"}}})
    found = of_data(data=DATA, consent={"default": "site"}, **spec).privacy
    return [
        (row.data, row.receiver, row.sent_as, row.form, row.consent_text, ",".join(row.events))
        for row in found.rows
    ]


def test_identifiers_go_with_every_event_hashed_or_not() -> None:
    platforms = {
        "tiktok": {**TIKTOK, "identify": {"email": "mail", "city": "town"}},
        "ga4": {**GA4, "user_properties": {"plan": "plan", "note": "note"}},
    }
    assert rows(platforms=platforms) == [
        ("note", "GA4", "note", "unchanged", "Sent without waiting for consent.", ""),
        ("town", "TikTok", "city", "unchanged", WITH_ADS, ""),
        ("mail", "TikTok", "email", HASHED, WITH_ADS, ""),
    ]


def test_a_parameter_with_personal_data_names_its_events() -> None:
    events = {
        key: {"on": {"event": key}, "params": {"contact": "mail"}, "send": {"ga4": key}}
        for key in ("asked", "called")
    }
    assert rows(platforms={"ga4": GA4}, events=events) == [
        ("mail", "GA4", "contact", "unchanged", "Sent without waiting for consent.", "asked,called")
    ]


def test_a_raw_tag_that_reads_it_is_named() -> None:
    tag = {
        "name": "Own image",
        "type": "img",
        "parameters": {"url": "https://a.example/?m={{data - mail}}"},
    }
    events = {"lead": {"on": {"event": "lead"}, "send": {"custom": {"tag": "own"}}}}
    assert rows(platforms={"ga4": GA4}, events=events, gtm={"tags": {"own": tag}}) == [
        ("mail", "Own image", "url", "decided by the tag", "decided by the tag", "lead")
    ]


def test_what_is_personal_and_goes_nowhere_is_told() -> None:
    events = {"lead": {"on": {"event": "lead"}, "send": {"ga4": "generate_lead"}}}
    found = of_data(data=DATA, consent={"default": "site"}, platforms={"ga4": GA4}, events=events)
    assert (found.privacy.rows, found.privacy.unsent) == ((), ("mail", "note"))


def test_the_example_shop() -> None:
    found = documentation().privacy
    assert [(row.data, row.receiver, row.form) for row in found.rows] == [
        ("customer_email", "TikTok", HASHED),
        ("customer_id", "TikTok", HASHED),
        ("customer_phone", "TikTok", HASHED),
    ]


def test_what_tags_in_gtms_own_terms_send_is_not_claimed_to_be_known() -> None:
    """An imported container says nothing of what its own tags send."""
    tag = {"name": "Pixel", "type": "html", "parameters": {"html": "<script>send(form)</script>"}}
    gtm = {"tags": {"pixel": {**tag, "firing": ["All Pages"]}}}
    for spec, is_told in (({"gtm": gtm}, True), ({}, False)):
        page = render(of_data(**spec), load_words("en"))["privacy.md"].decode()
        assert "No data key is marked as personal" in page
        text = "Tags that the specification describes in GTM's own terms are not examined"
        assert (text in page) is is_told
