"""Events of one pixel that need other consent than the pixel: each waits for its own."""

import pytest

from scenarios.played import Played

BODY = """\
events:
  both: {on: {event: a}, send: {tiktok: {event: Search, consent: [ad_storage, analytics_storage]}}}
  ads: {on: {event: b}, send: {tiktok: Lead}}
  statistics: {on: {event: c}, send: {tiktok: {event: Contact, consent: [analytics_storage]}}}
  free: {on: {event: d}, send: {tiktok: {event: Subscribe, consent: not_required}}}
"""
PLATFORMS = """\
platforms:
  tiktok:
    {pixel_id: CFIXTUREPIXEL0000001, page_view: "off", consent: [ad_storage], while_denied: %s}
"""
DEFAULT = "{default: {ad_storage: denied, analytics_storage: denied}}"


def update(**types):
    return {"gtag": ["consent", "update", types]}


ADS, NO_ADS = update(ad_storage="granted"), update(ad_storage="denied")
STATISTICS = update(analytics_storage="granted")
NO_STATISTICS = update(analytics_storage="denied")
PUSHED = [{"push": {"event": name}} for name in "abcd"]


def calls(folder, steps, while_denied="hold", engine="quickjs"):
    """The pixel's events, by name, and what it was told of consent."""
    played = Played(
        folder, BODY, steps, platforms=PLATFORMS % while_denied, consent=DEFAULT, engine=engine
    )
    return [call[1] if call[0] == "track" else call[0] for call in played.calls]


@pytest.mark.parametrize("engine", ["quickjs", "browser"])
@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], ["Subscribe"]),
        ([ADS], ["Subscribe", "Lead"]),
        ([STATISTICS], ["Subscribe", "Contact"]),
        ([ADS, STATISTICS], ["Subscribe", "Lead", "Search", "Contact"]),
        ([STATISTICS, ADS], ["Subscribe", "Contact", "Search", "Lead"]),
        ([update(ad_storage="granted", analytics_storage="granted")], None),
    ],
)
def test_each_event_waits_for_its_own_consent(tmp_path, steps, expected, engine):
    sent = calls(tmp_path, [*PUSHED, *steps], engine=engine)
    if expected is None:
        assert sorted(sent) == ["Contact", "Lead", "Search", "Subscribe"]
    else:
        assert sent == expected


@pytest.mark.parametrize("while_denied", ["hold", "drop"])
def test_the_pixel_hears_of_its_own_types_alone(tmp_path, while_denied):
    granted = [ADS, STATISTICS, *PUSHED]
    sent = calls(tmp_path, [*granted, NO_STATISTICS, STATISTICS], while_denied)
    assert sent == ["Search", "Lead", "Contact", "Subscribe"]
    sent = calls(tmp_path, [*granted, NO_STATISTICS, NO_ADS, ADS], while_denied)
    assert sent[4:] == ["revokeConsent", "grantConsent"]
