"""What nothing uses, what only unused things use, and what is there twice."""

from __future__ import annotations

import time

import pytest
from importer.lifting import (
    ALL_PAGES,
    boolean,
    custom_event,
    data_layer,
    html,
    table,
    template,
    variable,
    version,
)

from .containers import told

A = custom_event("A", "a")
TEMPLATE = {"name": "T", "containerId": "9", "templateData": "x"}


def container(**fields):
    """A container version without built-in variables, unless they are given."""
    return version(**{"built_ins": (), **fields})


def only(users):
    return f"Nothing that can run needs it: only {users} to it."


def image(name, url, *firing, **more):
    parameters = [template("url", url)]
    return {
        "name": name,
        "type": "img",
        "parameter": parameters,
        "firingTriggerId": [*firing],
    } | more


def test_a_chain_from_a_paused_tag_is_told_link_by_link():
    found = container(
        tags=(image("X", "{{V}}", "1", paused=True),),
        triggers=(A,),
        variables=(variable("V", "c", template("value", "{{W}}")), data_layer("W", "w")),
    )
    assert told(found, "unreachable") == [
        ("V", only("the tag `X` refers")),
        ("W", only("the variable `V` refers")),
        ("A", only("the tag `X` refers")),
    ]


def test_one_user_that_can_run_is_enough():
    found = container(
        tags=(image("X", "{{V}}", "1", paused=True), image("Y", "{{V}}", "1")),
        triggers=(A,),
        variables=(data_layer("V", "v"),),
    )
    assert told(found, "unreachable") == []


def test_many_users_are_cut():
    paused = tuple(image(name, "{{V}}", paused=True) for name in "PQRSTU")
    found = container(tags=paused, variables=(data_layer("V", "v"),))
    users = "the tag `P`, the tag `Q`, the tag `R` and 3 more refer"
    assert told(found, "unreachable") == [("V", only(users))]


def test_variables_that_only_name_each_other():
    found = container(
        variables=(
            variable("V", "c", template("value", "{{W}}")),
            variable("W", "c", template("value", "{{V}}")),
        )
    )
    assert told(found, "unreachable") == [
        ("V", only("the variable `W` refers")),
        ("W", only("the variable `V` refers")),
    ]


def test_a_setup_tag_of_a_paused_tag():
    setup = image("S", "https://x.example/")
    main = image("X", "https://x.example/", "1", setupTag=[{"tagName": "S"}])
    assert told(container(tags=(setup, main), triggers=(A,)), "unreachable") == []
    paused = container(tags=(setup, {**main, "paused": True}), triggers=(A,))
    assert told(paused, "unreachable") == [
        ("A", only("the tag `X` refers")),
        ("S", only("the tag `X` refers")),
    ]


@pytest.mark.parametrize(
    "user",
    [
        image("X", "https://x.example/", "1", type="cvt_9_1"),
        image("X", "https://x.example/", "1", type="cvt_UNKNOWN"),
    ],
    ids=["its own", "one that is not there"],
)
def test_templates_that_are_or_may_be_in_use(user):
    found = container(tags=(user,), triggers=(A,), templates=(TEMPLATE,))
    assert told(found, "unreachable") == []


def test_a_template_without_use():
    found = container(templates=(TEMPLATE,))
    assert told(found, "unreachable") == [("T", "Nothing is made from the template.")]


def test_folders():
    found = container(
        tags=(image("X", "https://x.example/", "1", parentFolderId="1"),), triggers=(A,)
    )
    found["folder"] = [{"folderId": "1", "name": "Full"}, {"folderId": "2", "name": "Empty"}]
    assert told(found, "unreachable") == [("Empty", "The folder is empty.")]


def test_built_in_variables_are_told_together_and_those_of_every_container_are_not():
    enabled = ("PAGE_URL", "PAGE_PATH", "PAGE_HOSTNAME", "REFERRER", "EVENT", "CLICK_ID", "FORM_ID")
    tags = (image("X", "https://x.example/?{{Click ID}}", "1"),)
    found = container(tags=tags, triggers=(A,), built_ins=(*enabled, "CLICK_TEXT"))
    text = "These are enabled, but nothing refers to them: `Click Text`, `Form ID`."
    assert told(found, "unreachable") == [("Built-in variables", text)]
    server = container(tags=tags, triggers=(A,), built_ins=("CLIENT_NAME",), context="SERVER")
    assert told(server, "unreachable") == []


def test_a_tag_that_has_the_name_of_its_variable():
    found = container(
        tags=(image("V", "https://x.example/?{{V}}", "1"),),
        triggers=(A,),
        variables=(data_layer("V", "v"),),
    )
    assert told(found, "unused-entity") == []


def test_a_variable_that_only_names_itself_is_unused():
    found = container(variables=(variable("V", "c", template("value", "{{V}}")),))
    text = "Nothing in the container refers to the variable."
    assert told(found, "unused-entity") == [("V", text)]
    assert told(found, "unreachable") == []


# -- duplicate tags ----------------------------------------------------------------------------

TWICE = ("Y", "It does what `X` does, on the same triggers: everything happens twice.")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, [TWICE]),
        ({"notes": "a copy", "parentFolderId": "3"}, [TWICE]),
        ({"paused": True}, []),
        ({"firingTriggerId": ["2"]}, []),
        ({"firingTriggerId": []}, []),
        ({"blockingTriggerId": ["2"]}, []),
        ({"priority": {"type": "INTEGER", "value": "3"}}, []),
        ({"parameter": [template("url", "https://y.example/")]}, []),
    ],
)
def test_duplicate_tags(change, expected):
    tags = (image("X", "https://x.example/", "1"), image("Y", "https://x.example/", "1", **change))
    found = container(tags=tags, triggers=(A, custom_event("B", "b")))
    assert told(found, "duplicate-tag") == expected


def test_a_duplicate_that_another_rule_tells_is_not_told_twice():
    code = "<script>ttq.track('Purchase', {}, {event_id: 'a'});</script>"
    events = [template("eventName", "e"), template("measurementIdOverride", "G-A")]
    event = {"type": "gaawe", "parameter": events, "firingTriggerId": ["1"]}
    found = container(tags=({"name": "X", **event}, {"name": "Y", **event}), triggers=(A,))
    assert told(found, "duplicate-tag") == []
    assert [name for name, _ in told(found, "event-sent-twice")] == ["Y"]
    # Two triggers that do the same are one; B is another.
    other = [
        {"name": name, **event, "firingTriggerId": [at]} for name, at in (("Y", "3"), ("Z", "2"))
    ]
    triggers = (A, custom_event("B", "b"), custom_event("A again", "a"))
    found = container(tags=({"name": "X", **event}, *other), triggers=triggers)
    assert [name for name, _ in told(found, "event-sent-twice")] == ["Y"]
    # Without a pixel, the rule about events cannot tell that it is the same one.
    found = container(tags=(html("X", code, "1"), html("Y", code, "1")), triggers=(A,))
    assert told(found, "duplicate-tag") == [TWICE]


# -- the same account ----------------------------------------------------------------------------

STAPE = {
    "name": "Stape",
    "containerId": "9",
    "templateData": "x",
    "galleryReference": {"owner": "stape-io", "repository": "tiktok-web-tag"},
}
LOADED = "It loads the pixel C1 of TikTok on every page, and so does `%s`."


def stape(name, pixels, *firing):
    parameters = [template("pixelIds", pixels), template("eventNameStandard", "ViewContent")]
    return {
        "name": name,
        "type": "cvt_9_1",
        "parameter": parameters,
        "firingTriggerId": [*firing],
    }


BASE = html("Base", "<script>ttq.load('C1');</script>", ALL_PAGES)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ((BASE, stape("S", "C1", ALL_PAGES)), [("S", LOADED % "Base")]),
        ((stape("S", "C0, C1", ALL_PAGES), BASE), [("Base", LOADED % "S")]),
        ((BASE, stape("S", "C2", ALL_PAGES)), []),
        ((BASE, stape("S", "C1", "1")), []),
        ((stape("R", "C1", ALL_PAGES), stape("S", "C1", ALL_PAGES)), []),
        (({**BASE, "paused": True}, stape("S", "C1", ALL_PAGES)), []),
    ],
    ids=["code first", "template first", "other pixel", "on an event", "templates", "paused"],
)
def test_an_account_that_code_and_a_template_load(tags, expected):
    found = container(tags=tags, triggers=(A,), templates=(STAPE,))
    assert told(found, "loaded-twice") == expected


IMAGE = html("I", '<img src="https://www.facebook.com/tr?id=1&ev=PageView">', ALL_PAGES)


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        ("<script>fbq('init', '1'); fbq('track', 'PageView');</script>", True),
        ("<script><!--\nfbq('init', '1'); fbq('track', 'PageView');\n//--></script>", True),
        ("<script>fbq('init', '1'); fbq('track', 'PageView'); x = '<noscript>';</script>", True),
        ("<!-- <script>fbq('init', '1'); fbq('track', 'PageView');</script> -->", False),
        ("<!-- <script>fbq('init', '1'); fbq('track', 'PageView');</script>", False),
        (
            "<noscript><script>fbq('init', '1'); fbq('track', 'PageView');</script></noscript>",
            False,
        ),
        ("<script>fbq('init', '1');</script>", False),
        ("<script>fbq('init', '1'); fbq('trackSingle', '1', 'PageView');</script>", True),
        ("<script>fbq('init', '1'); fbq('trackSingle', '2', 'PageView');</script>", False),
        ("<script>fbq('init', '1'); fbq('track', 'Lead');</script>", False),
        ("<script>fbq('init', '2'); fbq('track', 'PageView');</script>", False),
    ],
    ids=[
        "script",
        "hidden from old browsers",
        "noscript as text",
        "comment",
        "open",
        "noscript",
        "no page view",
        "of one pixel",
        "of another",
        "a lead",
        "another pixel",
    ],
)
def test_a_pixel_that_an_image_and_a_script_load(code, is_told):
    found = container(tags=(IMAGE, html("S", code, ALL_PAGES)))
    text = "It loads the pixel 1 of Meta on every page, and so does the image of `I`."
    assert told(found, "loaded-twice") == ([("S", text)] if is_told else [])


META = "<script>fbq('init', '1'); fbq('track', 'PageView');</script>"
PIXEL = '<img src="https://www.facebook.com/tr?id=1&ev=%s">'
OWN = "Its image calls the pixel 1 of Meta on every page, and so does its script."


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        (META + PIXEL % "PageView", True),
        (f"{META}<noscript>{PIXEL % 'PageView'}</noscript>", False),
        (META + PIXEL % "Lead", False),
        ("<script>fbq('init', '1');</script>" + PIXEL % "PageView", False),
        (META, False),
    ],
    ids=["beside it", "in noscript", "of a lead", "the image alone reports", "the script alone"],
)
def test_a_pixel_whose_image_stands_beside_its_script(code, is_told):
    found = told(container(tags=(html("S", code, ALL_PAGES),)), "loaded-twice")
    assert found == ([("S", OWN)] if is_told else [])
    elsewhere = container(tags=(html("S", code, "1"),), triggers=(A,))
    assert told(elsewhere, "loaded-twice") == []


@pytest.mark.parametrize(("firing", "is_told"), [(ALL_PAGES, True), ("1", False)])
def test_an_image_beside_a_script_counts_where_both_fire(firing, is_told):
    tags = (html("S", META, ALL_PAGES), html("I", PIXEL % "PageView", firing))
    text = "Its image calls the pixel 1 of Meta on every page, and so does the script of `S`."
    found = told(container(tags=tags, triggers=(A,)), "loaded-twice")
    assert found == ([("I", text)] if is_told else [])


def test_an_image_and_a_call_in_another_tag_are_a_page_view_twice():
    tags = (
        html("S", "<script>fbq('init', '1');</script>", ALL_PAGES),
        html("P", "<script>fbq('track', 'PageView');</script>", ALL_PAGES),
        IMAGE,
    )
    text = (
        "On every page it reports a page view to Meta, and so does `P`: each page view is "
        "counted twice."
    )
    found = container(tags=tags)
    assert told(found, "loaded-twice") == []
    assert told(found, "page-view-twice") == [("I", text)]


@pytest.mark.parametrize("piece", ["<!--", "<noscript ", "<script>\\'"])
def test_long_code_that_closes_nothing_is_read_at_once(piece):
    code = "<script>fbq('init', '1');</script>" + piece * (120_000 // len(piece))
    started = time.process_time()
    assert told(container(tags=(html("S", code, ALL_PAGES),)), "loaded-twice") == []
    assert time.process_time() - started < 5


def google(name, id_, *firing, type_="googtag"):
    key = {"googtag": "tagId", "gaawc": "measurementId"}[type_]
    parameters = [template(key, id_)]
    return {"name": name, "type": type_, "parameter": parameters, "firingTriggerId": [*firing]}


def gtag(call, *firing):
    return html("C", f"<script>{call}</script>", *firing)


GOOGLE = google("G", "G-A", ALL_PAGES)
SET_UP = "It sets up Google's tag `%s` on every page, and so does `G`."


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (google("C", "G-A", "2147479573", type_="gaawc"), [("C", SET_UP % "G-A")]),
        (gtag("gtag('config', \"G-A\", {a: 1})", ALL_PAGES), [("C", SET_UP % "G-A")]),
        (gtag("window.gtag('config', 'G-A')", ALL_PAGES), [("C", SET_UP % "G-A")]),
        (gtag("gtag('config', 'AW-1')", ALL_PAGES), []),
        (gtag("gtag('event', 'G-A')", ALL_PAGES), []),
        (gtag("// gtag('config', 'G-A')", ALL_PAGES), []),
        (gtag("gtag('config', id)", ALL_PAGES), []),
        (gtag("gtag('config', 'G-A')", "1"), []),
        (google("C", "G-B", ALL_PAGES), []),
        (google("C", "", ALL_PAGES), []),
    ],
)
def test_a_google_tag_that_two_tags_set_up(other, expected):
    found = container(tags=(GOOGLE, other), triggers=(A,))
    assert told(found, "loaded-twice") == expected


def test_a_google_tag_whose_id_is_in_a_variable():
    tags = (google("G", "{{ID}}", ALL_PAGES), gtag("gtag('config', {{ID}})", ALL_PAGES))
    found = container(tags=tags, variables=(variable("ID", "c", template("value", "G-A")),))
    assert told(found, "loaded-twice") == [("C", SET_UP % "{{ID}}")]


# -- conversions ---------------------------------------------------------------------------------


def conversion(name, label="abc", order=None, **more):
    parameters = [template("conversionId", "1"), template("conversionLabel", label)]
    parameters += [template("orderId", order)] if order is not None else []
    made = {"name": name, "type": "awct", "parameter": parameters, "firingTriggerId": ["1"]}
    return {**made, **more}


REPORTED = (
    "It reports the conversion `abc` to Google Ads on a trigger on which `X` reports it, too, and "
    "no order ID tells that they are one."
)


@pytest.mark.parametrize(
    ("one", "other", "is_told"),
    [
        ({}, {"priority": {"type": "INTEGER", "value": "3"}}, True),
        ({"order": "{{O}}"}, {}, True),
        ({"order": "{{O}}"}, {"order": "{{P}}"}, True),
        ({"order": ""}, {"order": ""}, True),
        ({"order": "{{O}}"}, {"order": "{{O}}"}, False),
        ({}, {"label": "xyz"}, False),
        ({"label": ""}, {"label": ""}, False),
        ({}, {"paused": True}, False),
        ({}, {"firingTriggerId": ["2"]}, False),
        ({}, {"firingTriggerId": ["2", "1"]}, True),
        ({}, {"blockingTriggerId": ["2"]}, False),
    ],
)
def test_a_conversion_that_two_tags_report(one, other, is_told):
    found = container(
        tags=(conversion("X", **one), conversion("Y", **other)),
        triggers=(A, custom_event("B", "b")),
    )
    assert told(found, "conversion-counted-twice") == ([("Y", REPORTED)] if is_told else [])


REPORT = "gtag('event', 'conversion', {send_to: 'AW-1/abc'});"


@pytest.mark.parametrize(
    ("code", "is_told"),
    [
        (REPORT, True),
        (f"(function () {{ {REPORT} }})();", True),
        (f"(function () {{ {REPORT} }}());", True),
        (f"!function (w) {{ {REPORT} }}(window);", True),
        (f"(() => {{ {REPORT} }})();", True),
        (f"(function () {{ {REPORT} }}).call(window);", True),
        (f"if (window.gtag) {{ {REPORT} }}", True),
        (f"function f() {{ return 1; }} {REPORT}", True),
        ("gtag('event', 'conversion', {send_to: {{To}}});", True),
        # As Google's snippet for clicks has it.
        (f"function gtag_report_conversion(url) {{ {REPORT} return false; }}", False),
        (f"b.addEventListener('click', function () {{ {REPORT} }});", False),
        (f"b.addEventListener('click', () => {{ {REPORT} }});", False),
        (f"(function () {{ b.onclick = function () {{ {REPORT} }}; }})();", False),
        ("gtag('event');", False),
        ("gtag('event', 'conversion');", False),
    ],
)
def test_a_conversion_that_code_reports_at_once(code, is_told):
    found = container(
        tags=(conversion("X"), html("Y", f"<script>{code}</script>", "1")),
        triggers=(A,),
        variables=(variable("To", "c", template("value", "AW-1/abc")),),
    )
    assert told(found, "conversion-counted-twice") == ([("Y", REPORTED)] if is_told else [])


def test_a_conversion_whose_account_is_in_a_constant():
    other = conversion("Y")
    other["parameter"][0] = template("conversionId", "{{ID}}")
    found = container(
        tags=(conversion("X"), other),
        triggers=(A,),
        variables=(variable("ID", "c", template("value", "1")),),
    )
    assert told(found, "conversion-counted-twice") == [("Y", REPORTED)]


# -- settings ------------------------------------------------------------------------------------


def settings(*values):
    rows = ({"parameter": "user_id", "parameterValue": value} for value in values)
    return table("configSettingsTable", *rows)


def test_a_setting_that_is_empty():
    tag = {**GOOGLE, "parameter": [*GOOGLE["parameter"], settings("", "{{U}}")]}
    text = (
        "`user_id` stands in its table several times, as nothing and as `{{U}}`: only one is sent."
    )
    assert told(container(tags=(tag,)), "setting-twice") == [("G", text)]
    tag = {**GOOGLE, "parameter": [template("configSettingsVariable", "{{S}}")]}
    found = container(tags=(tag,), variables=(variable("S", "gtcs", settings("")),))
    text = (
        "It sets `user_id` to nothing. The tags that take settings from it do not show that: `G`."
    )
    assert told(found, "hidden-setting") == [("S", text)]


# -- personal data -------------------------------------------------------------------------------


def event(value):
    row = {"parameter": "p", "parameterValue": value}
    parameters = [
        template("eventName", "lead"),
        template("measurementIdOverride", "G-A"),
        table("eventSettingsTable", row),
    ]
    return {"name": "X", "type": "gaawe", "parameter": parameters, "firingTriggerId": ["1"]}


@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("user.email", "an e-mail address"),
        ("customerEmail", "an e-mail address"),
        ("user.phone_number", "a phone number"),
        ("user.email_consent", None),
        ("email.subject", None),
        ("user.sha256_email", None),
        ("phoneClicks", None),
    ],
)
def test_personal_data_in_a_parameter(path, what):
    found = container(tags=(event("a {{V}}"),), triggers=(A,), variables=(data_layer("V", path),))
    text = (
        f"It sends GA4 `{{{{V}}}}` as the parameter `p` of an event, which is not made for {what}."
    )
    assert told(found, "personal-data-sent") == ([("X", text)] if what else [])


def test_personal_data_in_the_address_of_an_image():
    url = "https://x.example/?m={{V}}&n={{V}}"
    found = container(
        tags=(image("X", url, "1"), image("P", url, "1", paused=True)),
        triggers=(A,),
        variables=(data_layer("V", "user.email"),),
    )
    text = (
        "It writes `{{V}}`, an e-mail address, into the address of an image, where it stays in the "
        "logs of servers."
    )
    assert told(found, "personal-data-sent") == [("X", text)]


def test_personal_data_where_it_belongs():
    code = "<script>ttq.identify({email: {{V}}}); ttq.track('Lead', {value: 1});</script>"
    found = container(
        tags=(html("X", code, "1"),), triggers=(A,), variables=(data_layer("V", "user.email"),)
    )
    assert told(found, "personal-data-sent") == []


# -- parameters that a template declares -----------------------------------------------------------


@pytest.mark.parametrize(
    "fields",
    [
        '[{"name": "g", "type": "GROUP", "subParams": [{"name": "f", "type": "TEXT"}]}]',
        (
            '[{"name": "r", "type": "RADIO", "radioItems": [{"value": "a", "subParams": '
            '[{"name": "f", "type": "TEXT"}]}]}]'
        ),
        "no JSON",
        "{}",
    ],
)
def test_fields_at_any_depth_count_and_what_cannot_be_read_is_not_judged(fields):
    data = f"___TEMPLATE_PARAMETERS___\n\n{fields}\n\n___SANDBOXED_JS_FOR_WEB_TEMPLATE___\n\nx\n"
    made = image("X", "", "1", type="cvt_9_1", parameter=[boolean("f", True)])
    found = container(tags=(made,), triggers=(A,), templates=({**TEMPLATE, "templateData": data},))
    assert told(found, "undeclared-parameter") == []


def test_a_field_like_no_other_gets_no_hint():
    data = '___TEMPLATE_PARAMETERS___\n\n[{"name": "address", "type": "TEXT"}]\n'
    made = image("X", "", "1", type="cvt_9_1", parameter=[boolean("zzz", True)])
    found = container(tags=(made,), triggers=(A,), templates=({**TEMPLATE, "templateData": data},))
    text = "Its template has no field `zzz`."
    assert told(found, "undeclared-parameter") == [("X", text)]
