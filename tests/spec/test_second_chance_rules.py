"""What is told of second chances after a denial, and of exceptions that block nothing."""

import pytest
from support import GA4, HEAD, TIKTOK, problems

PLATFORMS = f"platforms:\n{TIKTOK}{GA4}"
CONSENT = "consent: {default: {ad_storage: denied, analytics_storage: denied}, granted_on: given}\n"
PAGES = "pages: {product: {path: /p}}\n"
GROUP = "  group: {group: [given, loaded]}\n  loaded: {lifecycle: dom_ready}\n"
RAW_GROUP = "gtm: {triggers: {group: {type: TRIGGER_GROUP, parameters: {triggerIds: []}}}}\n"
TRIGGERS = "triggers:\n  given: {event: consent_given}\n"


def told(text, *rules):
    return [
        (one.rule, one.severity, one.message, one.hint)
        for one in problems(HEAD + PAGES + text)
        if one.rule in rules
    ]


def event(on, send="{tiktok: Contact, ga4: seen}"):
    return f"events: {{seen: {{on: {on}, send: {send}}}}}\n"


BOTH = "[{page: product}, {event: seen}]"


def few(platform, hint):
    message = (
        f"of what happens before the visitor has agreed, {platform} receives at most 2 of `seen`, "
        "one for each trigger: the first ones"
    )
    return ("few-second-chances", "note", message, hint)


HOLD = few("TikTok", "`while_denied: hold` in `platforms.tiktok` loses none")
LATER = few("GA4", "push what happens more often only after the banner's answer")


@pytest.mark.parametrize(
    ("setting", "on", "expected"),
    [
        ("", BOTH, [LATER, HOLD]),
        (", while_denied: hold", BOTH, [LATER]),
        (", while_denied: drop", BOTH, [LATER]),
        ("", "{page: product}", []),
        ("", "[{page: product}, {lifecycle: dom_ready}]", []),
    ],
)
def test_messages_that_outnumber_the_second_chances(setting, on, expected):
    platforms = PLATFORMS.replace("[ad_storage]", f"[ad_storage]{setting}")
    text = platforms + CONSENT + TRIGGERS + event(on)
    assert told(text, "few-second-chances") == expected


def test_once_per_page_has_one_chance_and_needs_no_more():
    once = "{ga4: {event: seen, once: page}}"
    text = PLATFORMS + CONSENT + TRIGGERS + event(BOTH, once)
    assert told(text, "few-second-chances") == []


@pytest.mark.parametrize(
    ("on", "is_told"),
    [
        ("[{page: product}, given]", True),
        ("[{page: product}, {event: consent_given}]", True),
        ("[{page: product}, {event: consent_given, where: {page_path: /p}}]", False),
        ("{page: product}", False),
        ("given", False),
    ],
)
def test_the_banner_s_message_that_fires_an_event_of_the_page(on, is_told):
    message = (
        "`seen` is an event of its own on `given`: one more for a visitor who has agreed before, "
        "with the values of that message"
    )
    hint = "what a denial held back goes out on `given` anyway; remove it from `on`"
    expected = [("fires-on-consent", "note", message, hint)] if is_told else []
    assert told(PLATFORMS + CONSENT + TRIGGERS + event(on), "fires-on-consent") == expected
    holding = PLATFORMS.replace("[ad_storage]", "[ad_storage], while_denied: hold")
    always = "`seen` is an event of its own on `given`: one more, with the values of that message"
    expected = [("fires-on-consent", "note", always, hint)] if is_told else []
    assert told(holding + CONSENT + TRIGGERS + event(on), "fires-on-consent") == expected


@pytest.mark.parametrize("group", [TRIGGERS + GROUP, TRIGGERS + RAW_GROUP])
def test_consent_that_a_group_reports(group):
    message = (
        "`group` is a trigger group, and whether GTM looks at conditions of a group has not been "
        "seen: a tag's second chance is one"
    )
    hint = "name a trigger of the event that the banner pushes: `{event: ...}`"
    expected = ("granted-on-group", "warning", message, hint)
    on = event("{page: product}")
    consent = CONSENT.replace("on: given", "on: group")
    assert told(PLATFORMS + consent + group + on, "granted-on-group") == [expected]
    after = PLATFORMS.replace("[ad_storage]", "[ad_storage], after_consent: group")
    assert told(after + CONSENT + group + on, "granted-on-group") == [expected]
    assert told(PLATFORMS + CONSENT + group + on, "granted-on-group") == []


def never(blocked, exception="group"):
    message = f"`{exception}` can never block {blocked}: a trigger group blocks only its own event"
    hint = "name triggers of the form that fires, with conditions that tell when to block"
    return ("except-never", "warning", message, hint)


@pytest.mark.parametrize("group", [TRIGGERS + GROUP, TRIGGERS + RAW_GROUP])
def test_a_group_blocks_its_own_event_alone(group):
    on = "on: {page: product}, except: [group]"
    own = f"events: {{seen: {{{on}, send: {{ga4: seen}}}}}}\n"
    assert told(PLATFORMS + CONSENT + group + own, "except-never") == [never("`seen`")]
    of_platform = PLATFORMS.replace("[analytics_storage]", "[analytics_storage], except: [group]")
    text = of_platform + CONSENT + group + event(BOTH)
    assert told(text, "except-never") == [never("`ga4`")]
    page_view = PLATFORMS.replace(
        "[analytics_storage]", f"[analytics_storage], page_view: {{{on}}}"
    )
    text = page_view + CONSENT + group + event(BOTH)
    assert told(text, "except-never") == [never("the page view of `ga4`")]
    inline = event("{event: seen, except: [group]}")
    assert told(PLATFORMS + CONSENT + group + inline, "except-never") == [never("its trigger")]


def test_another_group_has_an_event_of_its_own():
    others = TRIGGERS + GROUP + "  other: {group: [loaded, given]}\n"
    spec = PLATFORMS + CONSENT + others
    on = "events: {seen: {on: other, except: [%s], send: {ga4: seen}}}\n"
    assert told(spec + on % "group", "except-never") == [never("`seen`")]
    always = "`other` blocks the tags of `seen` whenever it fires them"
    hint = "name another trigger, or remove it"
    expected = [("except-always", "warning", always, hint)]
    assert told(spec + on % "other", "except-never", "except-always") == expected


def test_a_trigger_of_a_platform_may_block_any_of_its_events():
    loads = PLATFORMS.replace("[analytics_storage]", "[analytics_storage], except: [loaded]")
    triggers = "triggers:\n  given: {event: consent_given}\n  loaded: {lifecycle: %s}\n"
    for moment, is_told in (("dom_ready", True), ("page_view", False), ("init", False)):
        text = loads + CONSENT + triggers % moment + event("{event: seen}")
        assert bool(told(text, "except-never")) is is_told


def test_an_event_of_messages_that_fires_on_the_banner_s_message_too():
    on = "[{event: consent_given}, {event: seen}]"
    text = PLATFORMS + CONSENT + TRIGGERS + event(on)
    message = (
        "`seen` is an event of its own on `given`: one more for a visitor who has agreed before, "
        "with the values of that message"
    )
    hint = "`given` in `on` is what sends an event that a denial held back"
    assert told(text, "fires-on-consent") == [("fires-on-consent", "note", message, hint)]
    assert told(text, "few-second-chances") == [LATER, HOLD]
    assert told(text, "lost-before-consent") == []


def test_once_per_page_does_not_keep_a_message_that_came_too_early():
    once = "{ga4: {event: seen, once: page}, tiktok: {event: Contact, once: page}}"
    text = PLATFORMS + CONSENT + TRIGGERS + event("{event: seen}", once)
    [(_, severity, message, _)] = told(text, "lost-before-consent")
    assert severity == "warning"
    assert message == (
        "on the first page of a visit, `seen` can happen before the visitor has agreed, and "
        "TikTok never receives it"
    )
