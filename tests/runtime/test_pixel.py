"""The TikTok pixel template on a page: what ends up in `window.ttq`, and when."""

from __future__ import annotations

import functools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gtmgen.compile.template_text import fill_permissions
from gtmgen.runtime import TemplateFile, load_template, parse_template
from gtmgen.runtime.tokens import words

from .conftest import TEMPLATES
from .sandbox_page import Page as SandboxPage
from .sandbox_page import Script, TagRun

METHODS = list(
    words(
        "page track identify instances debug on off once ready alias group enableCookie "
        "disableCookie holdConsent revokeConsent grantConsent"
    )
)
SDK = "https://analytics.tiktok.com/i18n/pixel/events.js"
#: Golden vectors of TikTok's own normalisation rules.
EMAIL = "848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f"
PHONE = "9f7ec22d72092cd3c0b58726ed9c2d91b92e51a3f29837508fb2948bb22dd2fd"
EXTERNAL = "80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b"
#: What a site's own base code did before pixels had instances: an array queue, and a `load`.
OLD_BASE_CODE = """
  window.ttq = []; ttq._i = {}; ttq._o = {};
  ttq.methods = ['track', 'page', 'identify'];
  ttq.setAndDefer = (queue, name) => {
    queue[name] = (...list) => { queue.push([name, ...list]); };
  };
  ttq.methods.forEach((name) => ttq.setAndDefer(ttq, name));
  ttq.load = (id, options) => { ttq._i[id] = []; ttq._o[id] = options || {}; };
"""
#: Today's: `instance` gives a pixel's own queue its methods.
BASE_CODE = (
    OLD_BASE_CODE
    + """
  ttq.instance = (id) => {
    const queue = ttq._i[id] || [];
    ttq.methods.forEach((name) => ttq.setAndDefer(queue, name));
    return queue;
  };
"""
)
SUCCESS, FAILURE = TagRun("success", None), TagRun("failure", None)


def fields(**changes: Any) -> dict[str, Any]:
    given = {
        "pixel_id": "C4A",
        "command": "track",
        "event": "Purchase",
        "content_id_key": "item_id",
        "content_type": "product",
        "history_observer": False,
        "limited_data_use": False,
        **changes,
    }
    return {key: value for key, value in given.items() if value is not None}


def identify(**values: Any) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in values.items()]


parsed = functools.cache(parse_template)  # most tests fire the same pixel


class Page(SandboxPage):
    """As the compiler does, each pixel's template is allowed to reach that pixel."""

    def fire(self, template: TemplateFile, fields: Any = None, tag_id: int = 1) -> int:
        words = {"PIXEL_ID": str(fields.get("pixel_id"))}
        filled = fill_permissions(template.text, words, ("ad_storage",))
        return super().fire(parsed(filled), fields, tag_id)

    def calls(self, pixel: str = "C4A") -> list[Any]:
        """The calls that wait in the pixel's own queue."""
        queue: list[Any] = self.value(f"ttq._i.{pixel}")
        return queue


def sent(template: TemplateFile, *tags: dict[str, Any], page: Page | None = None) -> list[Any]:
    """The queue of the pixel C4A after these tags have fired and all is settled."""
    page = page or Page()
    for tag in tags:
        page.fire(template, tag)
    page.settle()
    assert page.errors == ()
    return page.calls()


def test_the_base_code_is_an_array_queue_with_all_methods(pixel: TemplateFile) -> None:
    page = Page()
    handle = page.fire(pixel, fields(event_id="e1"))
    assert page.value("[Array.isArray(ttq), TiktokAnalyticsObject, ttq.methods]") == [
        True,
        "ttq",
        METHODS,
    ]
    assert page.value(f"{METHODS!r}.every((name) => typeof ttq[name] === 'function')") is True
    assert page.value("[ttq, ttq._i.C4A._u, ttq._o.C4A]") == [[], SDK, {"historyObserver": False}]
    url = f"{SDK}?sdkid=C4A&lib=ttq"
    assert page.scripts == (Script(url, "pending"),)
    page.load_scripts()
    page.settle()
    assert page.tag(handle) == SUCCESS
    assert page.calls() == [["track", "Purchase", {}, {"event_id": "e1", "pixel_code": "C4A"}]]
    page.run("ttq.holdConsent(); ttq.track('Lead', {a: [1]})")
    assert page.value("ttq") == [["holdConsent"], ["track", "Lead", {"a": [1]}]]


def test_the_pixel_is_loaded_once(pixel: TemplateFile) -> None:
    page = Page()
    for _ in range(3):
        page.fire(pixel, fields())
        page.load_scripts()
    assert [script.state for script in page.scripts] == ["loaded"]


@pytest.mark.parametrize(
    ("changes", "options"),
    [
        ({"history_observer": True}, {}),
        ({"limited_data_use": True}, {"historyObserver": False, "limited_data_use": True}),
        ({"history_observer": True, "limited_data_use": True}, {"limited_data_use": True}),
    ],
)
def test_load_options(
    pixel: TemplateFile, changes: dict[str, Any], options: dict[str, Any]
) -> None:
    page = Page()
    page.fire(pixel, fields(**changes))
    assert page.value("ttq._o") == {"C4A": options}


def test_a_page_with_its_own_base_code_keeps_it(pixel: TemplateFile) -> None:
    page = Page()
    page.run(
        BASE_CODE
        + "ttq.load('OWN'); ttq.page(); window.mine = [ttq, ttq.track, ttq._i, ttq._i.OWN];"
    )
    call = ["track", "Purchase", {}, {"pixel_code": "C4A"}]
    assert sent(pixel, fields(), fields(), page=page) == [call] * 2
    assert page.value("[ttq, ttq._i.OWN]") == [[["page"]], []]
    assert page.value("mine.every((x, i) => x === [ttq, ttq.track, ttq._i, ttq._i.OWN][i])") is True
    assert page.value("ttq._o") == {"OWN": {}, "C4A": {"historyObserver": False}}
    assert page.scripts == ()


def test_a_base_code_without_instances_names_the_pixel_with_each_call(pixel: TemplateFile) -> None:
    page = Page()
    page.run(OLD_BASE_CODE + "ttq.load('OWN');")
    who = identify(external_id="a")
    for tag in (fields(identify=who), fields(command="page", event=None)):
        page.fire(pixel, tag)
    page.settle()
    assert page.value("ttq") == [
        ["track", "Purchase", {}, {"pixel_code": "C4A"}],
        ["track", "Pageview", {}, {"pixel_code": "C4A"}],
    ]


def test_a_pixel_that_the_page_has_loaded_is_not_loaded_again(pixel: TemplateFile) -> None:
    page = Page()
    page.run(BASE_CODE + "ttq.load('C4A', {own: 1});")
    view = fields(command="page", event=None)
    assert [call[0] for call in sent(pixel, view, fields(), page=page)] == ["track"]
    assert (page.value("ttq._o"), page.scripts) == ({"C4A": {"own": 1}}, ())


def test_an_empty_array_of_the_page_is_made_into_the_queue(pixel: TemplateFile) -> None:
    page = Page()
    page.run("window.ttq = [['page']]; window.mine = ttq;")
    assert len(sent(pixel, fields(), page=page)) == 1
    assert page.value("[mine === ttq, ttq[0]]") == [True, ["page"]]


def test_a_second_pixel_leaves_the_first_alone(pixel: TemplateFile) -> None:
    page = Page()
    sent(pixel, fields(), page=page)
    page.run("ttq._i.C4A.push(['kept']); ttq._i.C4A.extra = 1;")
    sent(pixel, fields(pixel_id="C4B", history_observer=True), page=page)
    assert page.value("[ttq._i.C4A.extra, ttq._i.C4A._u, ttq._i.C4B._u]") == [1, SDK, SDK]
    assert [[call[0] for call in page.calls(one)] for one in ("C4A", "C4B")] == [
        ["track", "kept"],
        ["track"],
    ]
    assert page.value("ttq._o") == {"C4A": {"historyObserver": False}, "C4B": {}}
    assert [page.calls(one)[0][3] for one in ("C4A", "C4B")] == [
        {"pixel_code": "C4A"},
        {"pixel_code": "C4B"},
    ]


@pytest.mark.parametrize("live", ["new (class Live {})()", "Object.assign([], {track() {}})"])
def test_entries_that_the_script_has_taken_over_are_not_touched(
    pixel: TemplateFile, live: str
) -> None:
    page = Page()
    sent(pixel, fields(), page=page)
    page.run(f"ttq._i.C4A = {live}; window.live = ttq._i.C4A;")
    sent(pixel, fields(pixel_id="C4B"), page=page)
    assert page.value("ttq._i.C4A === live") is True
    assert [script.url for script in page.scripts] == [
        f"{SDK}?sdkid={one}&lib=ttq" for one in ("C4A", "C4B")
    ]


def test_a_script_replacing_ttq_gets_what_follows(pixel: TemplateFile) -> None:
    page = Page()
    sent(pixel, fields(), page=page)
    page.run("""window.got = [];
        class Live { constructor() { this._i = {C4A: this}; } track(...list) { got.push(list); } }
        window.ttq = new Live();""")
    page.load_scripts()
    page.fire(pixel, fields(event="Lead"))
    page.settle()
    assert page.value("got") == [["Lead", {}, {"pixel_code": "C4A"}]]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("srv-1", "srv-1"),
        (1001, "1001"),
        (0, "0"),
        ("", None),
        (None, None),
        (False, None),
        (" ", None),
    ],
)
def test_the_event_id_is_a_string_or_not_there(
    pixel: TemplateFile, given: Any, expected: str | None
) -> None:
    (call,) = sent(pixel, fields(event_id=given))
    assert call[3] == {"pixel_code": "C4A"} | ({"event_id": expected} if expected else {})


@pytest.mark.parametrize(
    ("kind", "given", "expected"),
    [
        ("number", "199", 199),
        ("number", "0", 0),
        ("number", 0, 0),
        ("number", " 5.50 ", 5.5),
        ("number", "12,50", None),
        ("number", "EUR 5", None),
        ("number", "", None),
        ("number", " ", None),
        ("number", False, None),
        ("number", [5], None),
        ("number", "Infinity", None),
        ("integer", "2", 2),
        ("integer", 2.6, 3),
        ("integer", "x", None),
        ("string", 1001, "1001"),
        ("string", "x", "x"),
        ("string", 0, "0"),
        ("string", "", None),
        ("string", False, None),
        ("string", {"a": 1}, None),
        ("boolean", True, True),
        ("boolean", "false", False),
        ("boolean", "1", True),
        ("boolean", "maybe", None),
        ("any", [1], [1]),
        ("any", False, False),
        ("any", 0, 0),
        ("any", "", None),
    ],
)
def test_parameters_are_cast_or_dropped(
    pixel: TemplateFile, kind: str, given: Any, expected: Any
) -> None:
    row = {"name": "p", "value": given, "type": kind}
    (call,) = sent(
        pixel,
        fields(
            params=[
                row,
                {"name": "null", "value": None, "type": kind},
                {"name": "gone", "type": kind},
            ]
        ),
    )
    assert call[2] == ({} if expected is None else {"p": expected})


def test_contents(pixel: TemplateFile) -> None:
    items = [
        {
            "item_id": 7,
            "item_name": "Cup",
            "item_brand": "Acme",
            "item_category": "Kitchen",
            "price": "199",
            "quantity": "2",
        },
        {"item_id": "B", "price": "free", "quantity": "many"},
        {"item_id": "D", "quantity": "1.6"},
        {"item_id": "C", "price": 0, "quantity": 0},
        {"item_name": "no ID"},
        {"item_id": ""},
        None,
        "text",
    ]
    (call,) = sent(pixel, fields(items=items))
    assert call[2] == {
        "contents": [
            {
                "content_id": "7",
                "content_type": "product",
                "content_name": "Cup",
                "content_category": "Kitchen",
                "brand": "Acme",
                "price": 199,
                "quantity": 2,
            },
            {"content_id": "B", "content_type": "product", "quantity": 1},
            {"content_id": "D", "content_type": "product", "quantity": 2},
            {"content_id": "C", "content_type": "product", "price": 0, "quantity": 0},
        ],
        "content_type": "product",
    }


@pytest.mark.parametrize("items", [None, False, [], {}, "x", [{"item_id": None}]])
def test_without_items_there_are_no_contents(pixel: TemplateFile, items: Any) -> None:
    (call,) = sent(pixel, fields(items=items, content_type="product_group"))
    assert call[2] == {}


def test_identify_comes_before_track_with_the_golden_hashes(pixel: TemplateFile) -> None:
    person = identify(
        email=" Alice_ABC@gmail.com", phone_number="+1 (213) 373-4253", external_id=" user_123 "
    )
    user = {"sha256_email": EMAIL, "sha256_phone_number": PHONE, "external_id": EXTERNAL}
    queue = sent(pixel, fields(identify=person), fields(event="Lead", identify=person))
    assert queue[0] == ["identify", user]
    assert [call[:2] for call in queue[1:]] == [["track", "Purchase"], ["track", "Lead"]]


def test_another_person_is_identified_again(pixel: TemplateFile) -> None:
    people = ("a@b.example", "c@d.example", "a@b.example")
    queue = sent(pixel, *(fields(identify=identify(email=email)) for email in people))
    assert [call[0] for call in queue] == ["identify", "track"] * 3
    assert queue[0] == queue[4] != queue[2]


def test_each_pixel_is_told_who_it_is(pixel: TemplateFile) -> None:
    person = identify(email="a@b.example")
    page = Page()
    sent(pixel, fields(identify=person), fields(pixel_id="C4B", identify=person), page=page)
    for one in ("C4A", "C4B"):
        assert [call[0] for call in page.calls(one)] == ["identify", "track"]


@pytest.mark.parametrize(
    ("number", "country", "dialled"),
    [
        ("+12133734253", None, "+12133734253"),
        ("0151 / 123-456.78", "+49", "+4915112345678"),
        ("(0151) 12345678", "0049", "+4915112345678"),
        ("+49 (0) 151 12345678", None, "+4915112345678"),
        ("0049 (0)151 12345678", "49", "+4915112345678"),
        ("06 1234 5678", "+39", "+390612345678"),
        ("0151\u00a012345678", "+49", "+4915112345678"),
        ("0151 12345678", None, None),
        ("0151 12345678", "none", None),
        ("15112345678", "+49", None),
        ("(213) 373-4253", "+1", "+12133734253"),
        (12133734253, "+1", "+12133734253"),
        ("22133734253", "+1", None),
        ("22 33 44 55", "+45", "+4522334455"),
        ("45 22 33 44 55", "0045", "+4522334455"),
        (4915112345678, "+49", None),
        ("+0151123456", "+49", None),
        ("+49151123456789012", None, None),
        ("+49", None, None),
        ("call me", "+49", None),
        ("", "+49", None),
        (False, "+49", None),
    ],
)
def test_phone_numbers(
    pixel: TemplateFile, number: Any, country: str | None, dialled: str | None
) -> None:
    rows = identify(phone_number=number)
    queue = sent(pixel, fields(identify=rows, phone_country_code=country))
    expected = sent(pixel, fields(identify=identify(external_id=dialled)))
    hashes = [call[1].get("sha256_phone_number") for call in queue[:-1]]
    assert hashes == [call[1]["external_id"] for call in expected[:-1]]
    assert len(hashes) == (dialled is not None)


@pytest.mark.parametrize("email", ["", " ", "guest", "@x", False, None, ["a@b.example"]])
def test_what_is_no_email_is_not_sent(pixel: TemplateFile, email: Any) -> None:
    assert [call[0] for call in sent(pixel, fields(identify=identify(email=email)))] == ["track"]


def test_hashes_pass_through_in_lower_case(pixel: TemplateFile) -> None:
    rows = identify(email=EMAIL.upper(), phone_number=f" {PHONE} ", external_id=EXTERNAL)
    user = {"sha256_email": EMAIL, "sha256_phone_number": PHONE, "external_id": EXTERNAL}
    page = Page("http://shop.example/")
    assert sent(pixel, fields(identify=rows), page=page)[0] == ["identify", user]


def test_a_page_without_https_tracks_without_identify(pixel: TemplateFile) -> None:
    page = Page("http://shop.example/")
    handle = page.fire(pixel, fields(identify=identify(email="a@b.example")))
    page.load_scripts()
    page.settle()
    assert (page.tag(handle), [call[0] for call in page.calls()]) == (SUCCESS, ["track"])


def test_nothing_personal_is_on_the_page_in_plain_text(pixel: TemplateFile) -> None:
    page = Page()
    rows = identify(email="alice@b.example", phone_number="+12133734253", external_id="user_123")
    text = str(sent(pixel, fields(identify=rows), page=page))
    assert not any(secret in text for secret in ("alice", "12133734253", "user_123"))


def test_events_keep_their_order_while_hashing(pixel: TemplateFile) -> None:
    page = Page()
    person = identify(email="a@b.example", external_id="1")
    for event, who in (("A", person), ("B", None), ("C", person), ("D", None)):
        page.fire(pixel, fields(event=event, identify=who))
    page.fire(pixel, fields(event="other pixel", pixel_id="C4B"))
    assert (page.calls(), [call[1] for call in page.calls("C4B")]) == ([], ["other pixel"])
    page.settle()
    assert [call[1] for call in page.calls() if call[0] == "track"] == [*"ABCD"]


def test_page_sends_a_page_view_only(pixel: TemplateFile) -> None:
    assert sent(pixel, fields(command="page", event=None, event_id="x")) == [["page"]]
    queue = sent(pixel, fields(command="page", identify=identify(email="a@b.example")))
    assert [call[0] for call in queue] == ["identify", "page"]


def test_the_event_does_not_wait_for_the_script_but_success_does(pixel: TemplateFile) -> None:
    page = Page()
    handle = page.fire(pixel, fields())
    page.settle()
    assert (page.tag(handle).status, page.scripts[0].state, len(page.calls())) == (
        "running",
        "pending",
        1,
    )
    page.load_scripts()
    page.settle()
    assert page.tag(handle) == SUCCESS
    again = page.fire(pixel, fields())
    page.settle()
    assert (page.tag(again), len(page.scripts)) == (SUCCESS, 1)


@pytest.mark.parametrize("who", [None, identify(email="a@b.example")])
def test_a_script_that_fails_fails_the_tag_and_is_tried_again(
    pixel: TemplateFile, who: list[dict[str, Any]] | None
) -> None:
    page = Page()
    handle = page.fire(pixel, fields(identify=who))
    page.settle()
    page.fail_scripts()
    page.settle()
    assert (page.tag(handle), page.calls().pop()[1]) == (FAILURE, "Purchase")
    again = page.fire(pixel, fields())
    page.load_scripts()
    page.settle()
    assert page.tag(again) == SUCCESS
    assert [script.state for script in page.scripts] == ["failed", "loaded"]
    assert [call[1] for call in page.calls() if call[0] == "track"] == ["Purchase"] * 2


def test_two_people_on_one_page_are_told_apart_whatever_pixel_they_reach(
    pixel: TemplateFile,
) -> None:
    a, b = identify(external_id="a"), identify(external_id="b")
    page = Page()
    tags = fields(identify=a), fields(pixel_id="C4B", identify=b), fields(identify=a)
    sent(pixel, *tags, page=page)
    # A pixel's own identify does not reach the others: whom it knows is told once.
    assert [call[0] for call in page.calls()] == ["identify", "track", "track"]
    assert [call[0] for call in page.calls("C4B")] == ["identify", "track"]


@pytest.mark.parametrize(
    "changes",
    [{"pixel_id": ""}, {"pixel_id": None}, {"pixel_id": False}, {"event": ""}, {"event": None}],
)
def test_without_pixel_or_event_the_tag_fails(pixel: TemplateFile, changes: dict[str, Any]) -> None:
    page = Page()
    handle = page.fire(pixel, fields(**changes))
    page.settle()
    assert (page.tag(handle), page.value("typeof ttq"), page.scripts) == (FAILURE, "undefined", ())


def test_a_ttq_that_is_no_queue_is_left_alone(pixel: TemplateFile) -> None:
    page = Page()
    page.run("window.ttq = {mine: 1}")
    handle = page.fire(pixel, fields())
    page.settle()
    assert (page.tag(handle), page.value("ttq"), page.scripts) == (FAILURE, {"mine": 1}, ())


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["item_id", "price", "quantity", "x"]), inner)
    ),
    max_leaves=8,
)
PIXEL = load_template(TEMPLATES / "tiktok/pixel.tpl")


@settings(max_examples=60, deadline=None)
@given(items=ANYTHING, value=ANYTHING, event_id=ANYTHING, email=ANYTHING, phone=ANYTHING)
def test_whatever_the_variables_give_the_event_is_sent_and_well_formed(
    items: Any, value: Any, event_id: Any, email: Any, phone: Any
) -> None:
    page = Page()
    row = {"name": "value", "value": value, "type": "number"}
    who = identify(email=email, phone_number=phone)
    handle = page.fire(
        PIXEL,
        fields(
            items=items, event_id=event_id, params=[row], identify=who, phone_country_code="+49"
        ),
    )
    page.load_scripts()
    page.settle()
    # What is there and cannot be read makes the tag fail; the rest of the event is sent.
    assert page.tag(handle).status in ("success", "failure")
    assert page.tag(handle).error is None
    call = page.calls().pop()
    assert call[:2] == ["track", "Purchase"]
    assert isinstance(call[2].get("value", 0), int | float)
    assert call[3].get("event_id", "x").strip()
    for content in call[2].get("contents", ()):
        assert content["content_id"].strip()
        assert isinstance(content.get("price", 0), int | float)
        # Whole, however large: beyond 2^53 it comes back in exponent notation, as a float.
        assert float(content["quantity"]).is_integer()
