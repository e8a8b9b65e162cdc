"""What consent held back on the page goes out with the values of its own message."""

import json

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.runtime.engine import run_scenario
from gtmgen.spec.load import load

SPEC = """\
gtmgen: 1
project: fixture
container: {gtm: GTM-FIXTURE}
site: {hosts: [shop.example], navigation: spa}
consent: {default: {ad_storage: denied, analytics_storage: denied}, granted_on: given}
triggers: {given: {event: consent_given}}
pages: {product: {path: "/products/*"}}
platforms:
  tiktok:
    pixel_id: CFIXTUREPIXEL0000001
    page_view: "off"
    consent: [ad_storage]
    while_denied: drop
  ga4: {measurement_id: G-FIXTURE001, page_view: "off", consent: [analytics_storage]}
data:
  value: {path: ecommerce.value, type: number}
  items: {path: ecommerce.items, type: items}
  kind: {path: kind, type: string, scope: event}
events:
  product_seen:
    on: {page: product}
    where: {kind: {not_equals: teaser}}
    params: {value: value, items: items, currency: {const: EUR}}
    send: {tiktok: ViewContent, ga4: view_item}
"""
ITEMS = [{"item_id": "A", "price": 12.5}]
ON_PAGE = {"kind": "detail", "ecommerce": {"value": 12.5, "items": ITEMS}}
CONSENT = [
    {"gtag": ["consent", "update", {"ad_storage": "granted", "analytics_storage": "granted"}]},
    {"push": {"event": "consent_given"}},
]


@pytest.fixture(scope="module")
def container(tmp_path_factory):
    return compiled(tmp_path_factory.mktemp("late"), SPEC)


def compiled(folder, text):
    file = folder / "spec.yaml"
    file.write_text(text, encoding="utf-8")
    return json.loads(export_json(compile_spec(load(file, {}))))


def sent(container, data_layer, steps, tag="GA4 - product_seen"):
    """(value, item IDs) of each GA4 event, and the contents' IDs of each of TikTok's."""
    scenario = {"url": "https://shop.example/products/a", "dataLayer": data_layer, "steps": steps}
    run = run_scenario(container, scenario)
    assert (run.stopped, run.unsupported, run.errors) == (None, (), ())
    ga4, tiktok = [], []
    for one in (one for event in run.trace for one in event["tags"] if one["status"] == "fired"):
        fields = one["fields"]
        if one["tag"] == tag:
            table = fields["eventSettingsTable"]
            rows = {row["parameter"]: row.get("parameterValue") for row in table}
            ga4.append((rows.get("value"), item_ids(rows.get("items"))))
        if one["tag"] == "TikTok - product_seen":
            tiktok.append(item_ids(fields.get("items")))
    return ga4, tiktok


def item_ids(items):
    return [one["item_id"] for one in items] if isinstance(items, list) else []


def test_the_page_s_own_data_go_out_late(container):
    later = {"ecommerce": {"value": 99, "items": [{"item_id": "Z"}]}}
    steps = [{"push": {"event": "other", **later}}, *CONSENT]
    assert sent(container, [ON_PAGE], steps) == ([(12.5, ["A"])], [["A"]])


def test_conditions_look_at_the_page_s_own_data(container):
    teaser = {**ON_PAGE, "kind": "teaser"}
    assert sent(container, [teaser], [{"push": {"event": "x", "kind": "detail"}}, *CONSENT]) == (
        [],
        [],
    )


def test_no_variable_is_left_that_nothing_reads(container):
    version = container["containerVersion"]
    text = json.dumps(version)
    unread = [one["name"] for one in version["variable"] if f"{{{{{one['name']}}}}}" not in text]
    assert unread == ["data - items", "data - value"]  # the data keys' own, for work in GTM


def test_the_next_page_has_its_own(container):
    visit = {"pushState": "/products/b"}
    found = sent(container, [ON_PAGE], [*CONSENT, visit])
    nothing = {"$undefined": True}
    assert found == ([(12.5, ["A"]), (nothing, [])], [["A"], []])


@pytest.mark.parametrize(
    "step",
    [
        {"hash": "reviews"},
        {"pushState": "/products/a/"},
        {"pushState": "/products/a?size=41"},
        {"replaceState": "/products/a-blue-shoe"},
    ],
)
def test_history_that_makes_no_other_page_takes_no_turn(container, step):
    """Such an event is none of the tag's own: not its ID, not its values, and not its turn."""
    granted, given = CONSENT
    for steps in ([step, *CONSENT], [granted, step, given]):
        assert sent(container, [ON_PAGE], steps) == ([(12.5, ["A"])], [["A"]])


def test_once_per_page_is_not_used_up_by_what_the_conditions_rule_out(tmp_path):
    once = "{tiktok: {event: ViewContent, once: page}, ga4: {event: view_item, once: page}}"
    container = compiled(tmp_path, SPEC.replace("{tiktok: ViewContent, ga4: view_item}", once))
    teaser = {**ON_PAGE, "kind": "teaser"}
    to_detail = [{"push": ON_PAGE}, {"pushState": "/products/b"}]
    for before in ([*CONSENT, *to_detail], [*to_detail, *CONSENT]):
        assert sent(container, [teaser], before) == ([(12.5, ["A"])], [["A"]])


def test_consent_alone_is_no_event_for_once_per_page(tmp_path):
    once = "{tiktok: {event: ViewContent, once: page}, ga4: {event: view_item, once: page}}"
    container = compiled(tmp_path, SPEC.replace("{tiktok: ViewContent, ga4: view_item}", once))
    teaser = {**ON_PAGE, "kind": "teaser"}
    granted, given = CONSENT
    now = {"push": {**given["push"], **ON_PAGE}}
    assert sent(container, [teaser], [granted, now]) == ([], [])


EXCEPTIONS = [
    "{page: product, where: {kind: teaser}}",
    "{lifecycle: page_view, where: {kind: teaser}}",
    "{event_matches: '.*', where: {kind: teaser}}",
]


@pytest.mark.parametrize("exception", EXCEPTIONS)
@pytest.mark.parametrize("place", ["event", "platform"])
def test_an_exception_of_the_page_holds_late_too(tmp_path, exception, place):
    """It blocks on the page's event; the consent message is another event, with no such value."""
    text = SPEC.replace("    where: {kind: {not_equals: teaser}}\n", "")
    text = text.replace(
        "{event: consent_given}}", f"{{event: consent_given}}, teaser: {exception}}}"
    )
    if place == "event":
        text = text.replace("    params:", "    except: [teaser]\n    params:")
    else:
        text = text.replace("[analytics_storage]", "[analytics_storage], except: [teaser]")
        text = text.replace("    while_denied", "    except: [teaser]\n    while_denied")
    container = compiled(tmp_path, text)
    teaser = {**ON_PAGE, "kind": "teaser"}
    assert sent(container, [teaser], CONSENT) == ([], [])
    assert sent(container, [ON_PAGE], CONSENT) == ([(12.5, ["A"])], [["A"]])


@pytest.mark.parametrize("where", ["{kind: detail}", "{kind: {not_equals: teaser}}"])
@pytest.mark.parametrize("once", ["event", "page"])
def test_the_platform_s_conditions_look_at_the_page_s_own_data(tmp_path, where, once):
    text = SPEC.replace("    where: {kind: {not_equals: teaser}}\n", "")
    text = text.replace("[analytics_storage]", f"[analytics_storage], where: {where}")
    text = text.replace("    while_denied", f"    where: {where}\n    while_denied")
    text = text.replace("tiktok: ViewContent", f"tiktok: {{event: ViewContent, once: {once}}}")
    text = text.replace("ga4: view_item", f"ga4: {{event: view_item, once: {once}}}")
    container = compiled(tmp_path, text)
    teaser = {**ON_PAGE, "kind": "teaser"}
    to_detail = [{"push": ON_PAGE}, {"pushState": "/products/b"}]
    assert sent(container, [ON_PAGE], CONSENT) == ([(12.5, ["A"])], [["A"]])
    assert sent(container, [teaser], CONSENT) == ([], [])
    assert sent(container, [teaser], [*CONSENT, *to_detail]) == ([(12.5, ["A"])], [["A"]])


OWN_WHERE = ["{kind: detail}", "{kind: {not_equals: teaser}}"]


def own_tags(container, data_layer, steps):
    """Which of a platform's own tags fired, in their order."""
    scenario = {"url": "https://shop.example/products/a", "dataLayer": data_layer, "steps": steps}
    run = run_scenario(container, scenario)
    assert (run.stopped, run.unsupported, run.errors) == (None, (), ())
    fired = [one for event in run.trace for one in event["tags"] if one["status"] == "fired"]
    return [one["tag"] for one in fired if one["tag"].endswith(("Google tag", "page view"))]


@pytest.mark.parametrize("where", OWN_WHERE)
@pytest.mark.parametrize("navigation", ["spa", "pages"])
def test_the_platform_s_own_tags_are_judged_by_what_their_own_event_saw(
    tmp_path, where, navigation
):
    """The banner's message has no such value, or another one."""
    text = SPEC.replace("navigation: spa", f"navigation: {navigation}")
    text = text.replace('page_view: "off"', "page_view: manual")
    text = text.replace("[analytics_storage]", f"[analytics_storage], where: {where}")
    text = text.replace("    while_denied", f"    where: {where}\n    while_denied")
    container = compiled(tmp_path, text)
    everything = ["GA4 - Google tag", "GA4 - page view", "TikTok - page view"]
    granted, given = CONSENT
    teaser, detail = {**ON_PAGE, "kind": "teaser"}, ON_PAGE
    for kind in ({}, {"kind": "teaser"}, {"kind": "detail"}):
        banner = {"push": {**given["push"], **kind}}
        for steps in ([granted, banner], [banner, granted]):
            assert own_tags(container, [detail], steps) == everything
            assert own_tags(container, [teaser], steps) == []
    if navigation == "spa":
        steps = [{"push": detail}, {"pushState": "/products/b"}, *CONSENT]
        assert own_tags(container, [teaser], steps) == everything[1:]
        steps = [{"push": teaser}, {"pushState": "/products/b"}, *CONSENT]
        assert own_tags(container, [detail], steps) == everything[:1]


def test_the_platform_s_own_tags_send_what_their_own_event_saw(tmp_path):
    text = SPEC.replace('G-FIXTURE001, page_view: "off"', "G-FIXTURE001, page_view: manual")
    text = text.replace("page_view: manual,", "page_view: manual, config: {kind: kind},")
    container = compiled(tmp_path, text)
    run = run_scenario(
        container,
        {"url": "https://shop.example/products/a", "dataLayer": [ON_PAGE], "steps": CONSENT},
    )
    [load] = [
        one["fields"]
        for event in run.trace
        for one in event["tags"]
        if one["status"] == "fired" and one["tag"] == "GA4 - Google tag"
    ]
    rows = {row["parameter"]: row["parameterValue"] for row in load["configSettingsTable"]}
    assert rows["kind"] == "detail"


def test_data_that_stay_are_those_of_the_event_s_own_time(tmp_path):
    """What a later message has put in their place is another event's."""
    text = SPEC.replace("type: string, scope: event", "type: string")
    text = text.replace("path: ecommerce.value, type: number", "path: price, type: number")
    container = compiled(tmp_path, text)
    detail, teaser = {**ON_PAGE, "price": 5}, {"price": 99, "kind": "teaser"}
    assert sent(container, [detail], [{"push": teaser}, *CONSENT]) == ([(5, ["A"])], [["A"]])
    assert sent(container, [teaser], [{"push": detail}, *CONSENT]) == ([], [])


def test_who_the_visitor_is_may_become_known_before_consent(tmp_path):
    text = SPEC.replace("data:\n", "data:\n  customer: {path: customer}\n")
    text = text.replace(
        '"off", consent: [analytics', '"off", user_id: customer, consent: [analytics'
    )
    container = compiled(tmp_path, text)
    steps = [{"push": {"customer": "c-2"}}, *CONSENT]
    scenario = {"url": "https://shop.example/products/a", "dataLayer": [ON_PAGE], "steps": steps}
    fired = [
        one["fields"]["eventSettingsTable"]
        for event in run_scenario(container, scenario).trace
        for one in event["tags"]
        if one["status"] == "fired" and one["tag"] == "GA4 - product_seen"
    ]
    assert [row["parameterValue"] for row in fired[0] if row["parameter"] == "user_id"] == ["c-2"]


def test_a_page_view_s_own_parameters_go_out_late(tmp_path):
    view = "{on: {page: product}, params: {value: value, currency: {const: EUR}}}"
    text = SPEC.replace('G-FIXTURE001, page_view: "off"', f"G-FIXTURE001, page_view: {view}")
    container = compiled(tmp_path, text)
    assert sent(container, [ON_PAGE], CONSENT, tag="GA4 - page view")[0] == [(12.5, [])]


def test_an_exception_keeps_a_page_view_from_going_out_late(tmp_path):
    text = SPEC.replace('G-FIXTURE001, page_view: "off"', "G-FIXTURE001, page_view: manual")
    container = compiled(tmp_path, text)
    view = {"tag": "GA4 - page view"}
    assert sent(container, [ON_PAGE], CONSENT, **view)[0] == [(None, [])]
    text = text.replace("{event: consent_given}}", "{event: consent_given}, own: {page: product}}")
    text = text.replace("[analytics_storage]", "[analytics_storage], except: [own]")
    container = compiled(tmp_path, text)
    assert sent(container, [ON_PAGE], CONSENT, **view)[0] == []


SERVER = SPEC.replace(
    "platforms:\n",
    """server:
  gtm: GTM-SERVER1
  url: https://sgtm.shop.example
  accounts: {tiktok: {access_token: {secret: TIKTOK_ACCESS_TOKEN}}}
platforms:
""",
)


@pytest.mark.parametrize("while_denied", ["drop", "hold"])
def test_the_server_gets_the_late_event_under_the_browsers_id(tmp_path, while_denied):
    file = tmp_path / "spec.yaml"
    text = SERVER.replace("while_denied: drop", f"while_denied: {while_denied}")
    file.write_text(text, encoding="utf-8")
    container = json.loads(export_json(compile_spec(load(file, {}))))
    scenario = {"url": "https://shop.example/products/a", "dataLayer": [ON_PAGE], "steps": CONSENT}
    run = run_scenario(container, scenario)
    assert (run.stopped, run.unsupported, run.errors) == (None, (), ())
    fired = [
        tag["fields"]
        for event in run.trace
        for tag in event["tags"]
        if tag["status"] == "fired" and tag["tag"].startswith("TikTok - product_seen")
    ]
    pixel = next(fields for fields in fired if "pixel_id" in fields)
    [carrier] = [fields for fields in fired if "eventSettingsTable" in fields]
    rows = {row["parameter"]: row.get("parameterValue") for row in carrier["eventSettingsTable"]}
    assert rows["event_id"] == pixel["event_id"]
    assert (rows["value"], item_ids(rows["items"])) == (12.5, ["A"])


CONTACT = """\
  contact:
    on: {event: contact}
    params: {value: value, items: items, currency: {const: EUR}}
    send: {tiktok: Contact, ga4: contact}
"""


@pytest.mark.parametrize("while_denied", ["drop", "hold"])
@pytest.mark.parametrize("is_late", [False, True], ids=["update first", "message first"])
@pytest.mark.parametrize("with_server", [False, True])
@pytest.mark.parametrize("parts", [1, 2])
def test_what_we_push_takes_no_data_from_the_event_behind_it(
    tmp_path, while_denied, is_late, with_server, parts
):
    """Our own events, of consent and of hits to the server, are none of the site's."""
    text = (SERVER if with_server else SPEC) + CONTACT
    text = text.replace("while_denied: drop", f"while_denied: {while_denied}")
    container = compiled(tmp_path, text)
    granted, given = CONSENT
    updates = [granted]
    if parts == 2:
        updates = [{"gtag": ["consent", "update", {f"{name}_storage": "granted"}]}
                   for name in ("analytics", "ad")]  # fmt: skip
    data = {"push": {"ecommerce": {"value": 7, "items": [{"item_id": "B"}]}}}
    before = [given] if is_late else []
    steps = [*before, data, *updates, {"push": {"event": "contact"}}, given]
    scenario = {"url": "https://shop.example/products/a", "dataLayer": [ON_PAGE], "steps": steps}
    run = run_scenario(container, scenario)
    assert (run.stopped, run.unsupported, run.errors) == (None, (), ())
    fired = [one for event in run.trace for one in event["tags"] if one["status"] == "fired"]
    contacts = {one["tag"]: one["fields"] for one in fired if " - contact" in one["tag"]}
    tables = {
        tag: {row["parameter"]: row.get("parameterValue") for row in fields["eventSettingsTable"]}
        for tag, fields in contacts.items()
        if "eventSettingsTable" in fields
    }
    sent_to = ["GA4 - contact", "TikTok - contact (to the server)"][: 1 + with_server]
    assert {tag: (table["value"], item_ids(table["items"])) for tag, table in tables.items()} == (
        dict.fromkeys(sent_to, (7, ["B"]))
    )
    assert item_ids(contacts["TikTok - contact"]["items"]) == ["B"]


def test_a_script_that_refers_to_itself_compiles(tmp_path):
    text = SPEC.replace(
        "  kind: {", '  loop: {script: "function() { return {{data - loop}}; }"}\n  kind: {', 1
    ).replace("params: {value: value,", "params: {loop: loop, value: value,", 1)
    names = [one["name"] for one in compiled(tmp_path, text)["containerVersion"]["variable"]]
    assert "data - loop" in names


@pytest.mark.parametrize(
    "written", ["builtin: event", "script: 'function() { return {{_event}}; }'"]
)
def test_the_event_s_name_is_its_own(tmp_path, written):
    text = SPEC.replace("  kind: {", f"  name: {{{written}}}\n  kind: {{", 1)
    text = text.replace("value: value, items", "value: name, items", 1)
    ga4, _ = sent(compiled(tmp_path, text), [ON_PAGE], CONSENT)
    assert [value for value, _ in ga4] == ["gtm.js"]


OWN_TEMPLATE = """\
___INFO___

{"type": "MACRO", "id": "cvt_own", "version": 1, "displayName": "Reader"}

___TEMPLATE_PARAMETERS___

[{"type": "TEXT", "name": "read", "displayName": "What", "simpleValueType": true}]

___SANDBOXED_JS_FOR_WEB_TEMPLATE___

return data.read;
"""


def test_a_template_of_the_user_s_gets_no_field_that_it_has_not(tmp_path):
    (tmp_path / "reader.tpl").write_text(OWN_TEMPLATE, encoding="utf-8")
    own = "  own: {template: {of: Reader, fields: {read: event}}}\n"
    text = SPEC.replace("events:\n", own + "events:\n").replace("value: value", "value: own")
    text += "gtm: {templates: {reader: {name: Reader, data: {file: reader.tpl}}}}\n"
    version = compiled(tmp_path, text)["containerVersion"]
    fields = {
        item["key"]: one["name"]
        for one in version["variable"]
        if "own" in one["name"]
        for item in one["parameter"]
        if item["key"] in ("read", "turn")
    }
    assert fields == {"read": "data - own"}


COUNT_READS = """
(function () {
  var layer = window.dataLayer;
  window.reads = 0;
  Object.defineProperty(window, 'dataLayer', {
    configurable: true, set: function () {}, get: function () { window.reads++; return layer; }
  });
  return 1;
})()
"""
MORE = "".join(
    f"""\
  more_{moment}:
    on: {{lifecycle: {moment}}}
    params: {{value: value, items: items, currency: {{const: EUR}}}}
    send: {{tiktok: ViewContent, ga4: view_item}}
"""
    for moment in ("page_view", "dom_ready", "window_loaded")
)


def test_however_many_events_go_out_late_they_read_the_data_layer_once(container, tmp_path):
    def reads(of):
        steps = [{"eval": COUNT_READS}, *CONSENT[:1], {"eval": "reads"}, CONSENT[1]]
        steps.append({"eval": "reads"})
        scenario = {
            "url": "https://shop.example/products/a",
            "dataLayer": [ON_PAGE],
            "steps": steps,
        }
        run = run_scenario(of, scenario)
        assert run.errors == ()
        fired = [one for one in run.observed["fired"] if one["step"] == 3 and "params" in one]
        _, before, after = (record["value"] for record in run.observed["evals"])
        return len(fired), after - before

    one, several = reads(container), reads(compiled(tmp_path, SPEC + MORE))
    assert (one[0], several[0]) == (1, 4)
    assert one[1] == several[1]


def test_what_goes_out_late_has_its_values_when_gtm_has_cut_its_message_off(container):
    # GTM keeps the last 300 messages.
    many = {"eval": "for (var i = 0; i < 400; i++) dataLayer.push({event: 'tick'})"}
    assert sent(container, [ON_PAGE], [many, *CONSENT]) == ([(12.5, ["A"])], [["A"]])
    navigated = [
        {"push": {"kind": "detail", "ecommerce": {"value": 3}}},
        {"pushState": "/products/b"},
    ]
    noise = [{"replaceState": f"/products/b?scroll={place}"} for place in range(20)]
    late, _ = sent(container, [ON_PAGE], [*navigated, *noise, many, *CONSENT])
    assert [value for value, _ in late] == [3]
