"""What two containers mean of which no spec tells: tags, triggers and variables alone."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.compare.changes import compare
from gtmgen.compare.snapshot import of_version
from gtmgen.meaning.compare import compare_containers
from gtmgen.report.english import load_english

Json = dict[str, Any]


def parameter(**values: str) -> list[Json]:
    return [{"type": "TEMPLATE", "key": key, "value": value} for key, value in values.items()]


def tag(name: str = "GA4 - buy", type_: str = "gaawe", **fields: Any) -> Json:
    return {
        "name": name, "tagId": "1", "type": type_, "firingTriggerId": ["7"],
        "parameter": parameter(eventName="purchase", measurementIdOverride="G-OLD1"), **fields,
    }  # fmt: skip


def trigger(path: str = "^/thanks$") -> Json:
    condition = {"type": "MATCH_REGEX", "parameter": parameter(arg0="{{Page Path}}", arg1=path)}
    return {"name": "Thanks", "triggerId": "7", "type": "PAGEVIEW", "filter": [condition]}


def variable(path: str = "order.total", **fields: Any) -> Json:
    return {
        "name": "Total", "variableId": "9", "type": "v", "parameter": parameter(name=path), **fields
    }  # fmt: skip


def container(*tags: Json, **sections: Any) -> Json:
    base = {"containerId": "5", "tag": list(tags), "trigger": [trigger()], "variable": [variable()]}
    return {**base, **sections}


def told(old: Json, new: Json) -> list[tuple[str, str]]:
    before, after = of_version(old), of_version(new)
    meaning = compare_containers(before, after, compare(before, after))
    return [(fact.severity.value, load_english().sentence(fact)) for fact in meaning.items]


ROW = "{{Total}}"


def with_row(name: str, value: str) -> Json:
    cells = parameter(parameter=name, parameterValue=value)
    table = {"type": "LIST", "key": "eventSettingsTable", "list": [{"type": "MAP", "map": cells}]}
    fields = parameter(eventName="purchase", measurementIdOverride="G-OLD1")
    return tag(parameter=[*fields, table])


TAG_CHANGES: list[tuple[Json, Json, list[tuple[str, str]]]] = [
    (
        tag(),
        tag(parameter=parameter(eventName="order", measurementIdOverride="G-OLD1")),
        [("loss", "Event of `GA4 - buy`: `order` instead of `purchase`.")],
    ),
    (
        tag(),
        tag(parameter=parameter(eventName="purchase", measurementIdOverride="G-NEW1")),
        [("account", "Account of `GA4 - buy`: `G-NEW1` instead of `G-OLD1`.")],
    ),
    (tag(), tag(paused=True), [("loss", "Paused: `GA4 - buy`.")]),
    (tag(paused=True), tag(), [("firing", "No longer paused: `GA4 - buy`.")]),
    (
        tag(),
        tag(firingTriggerId=["7", "2147479553"]),
        [("firing", "`GA4 - buy` now also fires on `All Pages`.")],
    ),
    (
        tag(),
        tag(firingTriggerId=["2147479553"]),
        [("firing", "Triggers of `GA4 - buy`: `All Pages` instead of `Thanks`.")],
    ),
    (
        tag(),
        tag(tagFiringOption="UNLIMITED"),
        [("loss", "Firing of `GA4 - buy`: `UNLIMITED` instead of `ONCE_PER_EVENT`.")],
    ),
    (
        with_row("value", ROW),
        with_row("revenue", ROW),
        [("values", "Parameter `value` of `GA4 - buy`: now called `revenue`.")],
    ),
    (
        tag(),
        with_row("value", ROW),
        [("values", "Parameter added to `GA4 - buy`: `value` is `{{Total}}`.")],
    ),
    (
        tag(),
        tag(notes="Sent by the shop."),
        [("harmless", "The notes of the tag `GA4 - buy` changed.")],
    ),
    (
        tag(),
        tag(name="GA4 - order"),
        [("harmless", "The tag `GA4 - buy` is now called `GA4 - order`.")],
    ),
    (
        tag("Pixel", "html", parameter=parameter(html="<script>a()</script>")),
        tag("Pixel", "html", parameter=parameter(html="<script>b()</script>")),
        [("values", "The code of `Pixel` changed.")],
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), TAG_CHANGES)
def test_a_changed_tag(old: Json, new: Json, expected: list[tuple[str, str]]) -> None:
    assert told(container(old), container(new)) == expected


def test_a_tag_that_comes_and_goes() -> None:
    sends = "sends `purchase` to GA4 `G-OLD1`, on `Thanks`."
    with_one = container(tag())
    assert told(container(), with_one) == [("harmless", f"The tag `GA4 - buy` is new: {sends}")]
    assert told(with_one, container()) == [("loss", f"The tag `GA4 - buy` is deleted: {sends}")]


def test_a_paused_tag_that_goes_sent_nothing() -> None:
    ((severity, _),) = told(container(tag(paused=True)), container())
    assert severity == "harmless"


def test_consent() -> None:
    def with_consent(*types: str) -> Json:
        listed = [{"type": "TEMPLATE", "value": name} for name in types]
        settings = {"consentStatus": "NEEDED", "consentType": {"type": "LIST", "list": listed}}
        return container(tag(consentSettings=settings))

    both, one = with_consent("ad_storage", "ad_user_data"), with_consent("ad_storage")
    sentence = "Consent for `GA4 - buy`: {} instead of {}."
    types = "`ad_storage`", "`ad_storage` and `ad_user_data`"
    assert told(both, one) == [("privacy", sentence.format(*types))]
    assert told(one, both) == [("firing", sentence.format(*reversed(types)))]


def test_an_address_that_a_parameter_gets() -> None:
    mail = variable("user.email")
    old, new = container(tag(), variable=[mail]), container(with_row("id", ROW), variable=[mail])
    ((severity, _),) = told(old, new)
    assert severity == "privacy"


def test_a_trigger_and_a_variable_name_the_tags_that_use_them() -> None:
    old = container(with_row("value", ROW))
    new = container(
        with_row("value", ROW), trigger=[trigger("^/done$")], variable=[variable("order.sum")]
    )
    assert told(old, new) == [
        (
            "values",
            ("`name` of `Total`: `order.sum` instead of `order.total`. Affects `GA4 - buy`."),
        ),
        (
            "firing",
            (
                "The trigger `Thanks` fires when `{{Page Path}}` matches the regular expression "
                "`^/done$`. Before: `{{Page Path}}` matches the regular expression `^/thanks$`. "
                "Affects `GA4 - buy`."
            ),
        ),
    ]


def test_what_nobody_uses_is_harmless() -> None:
    old, new = container(), container(variable=[variable("order.sum")])
    ((severity, _),) = told(old, new)
    assert severity == "harmless"


def test_the_same_change_of_many_tags_is_told_once() -> None:
    def tags(account: str) -> list[Json]:
        fields = parameter(eventName="purchase", measurementIdOverride=account)
        return [tag(f"T{n}", parameter=fields, tagId=str(n)) for n in range(1, 4)]

    assert told(container(*tags("G-OLD1")), container(*tags("G-NEW1"))) == [
        ("account", "Account of `T1`, `T2` and `T3`: `G-NEW1` instead of `G-OLD1`.")
    ]


def test_odd_entities_are_told_of_somehow() -> None:
    odd = {
        "name": "Odd", "tagId": "3", "type": "weird", "parameter": [],
        "setupTag": [{"tagName": "GA4 - buy"}], "scheduleStartMs": "1",
    }  # fmt: skip
    conditions = [{"type": "SOMETHING_NEW", "parameter": parameter(arg0="a", arg1="b")}]
    old = container(tag(), {**odd, "setupTag": []})
    new = container(tag(), odd, trigger=[{**trigger(), "filter": conditions}])
    assert told(old, new) == [
        (
            "firing",
            (
                "The trigger `Thanks` fires when `a` something_new `b`. Before: `{{Page Path}}` "
                "matches the regular expression `^/thanks$`. Affects `GA4 - buy`."
            ),
        ),
        ("firing", "`setupTag` of `Odd`: `GA4 - buy`; there was none before."),
    ]


def test_a_renamed_trigger_changes_no_tag_that_names_it() -> None:
    old = container(tag())
    new = container(tag(paused=True), trigger=[{**trigger(), "name": "Paid"}])
    assert told(old, new) == [
        ("harmless", "The trigger `Thanks` is now called `Paid`."),
        ("loss", "Paused: `GA4 - buy`."),
    ]


def test_the_case_of_a_condition_counts() -> None:
    condition = trigger()["filter"][0]
    flag = {"type": "BOOLEAN", "key": "ignore_case", "value": "true"}
    loose = {**condition, "parameter": [*condition["parameter"], flag]}
    ((_, sentence),) = told(
        container(tag()), container(tag(), trigger=[{**trigger(), "filter": [loose]}])
    )
    assert sentence == (
        "The trigger `Thanks` fires when `{{Page Path}}` matches the regular expression "
        "`^/thanks$`, ignoring case. Before: `{{Page Path}}` matches the regular "
        "expression `^/thanks$`. Affects `GA4 - buy`."
    )


def test_a_further_column_of_a_table_is_told() -> None:
    def with_type(type_: str) -> Json:
        cells = parameter(name="value", value=ROW, type=type_)
        table = {"type": "LIST", "key": "params", "list": [{"type": "MAP", "map": cells}]}
        return container(tag("Pixel", "html", parameter=[table]))

    assert told(with_type("number"), with_type("string")) == [
        ("values", "`params.value.type` of `Pixel`: `string` instead of `number`.")
    ]


def test_a_limit_of_what_a_platform_may_do_is_no_risk_to_privacy_but_its_removal_is() -> None:
    def with_limit(value: str) -> Json:
        field = {"type": "BOOLEAN", "key": "limited_data_use", "value": value}
        template = {"name": "TikTok Pixel", "templateId": "8", "containerId": "5"}
        pixel = tag("Pixel", "cvt_5_8", parameter=[field])
        return container(pixel, customTemplate=[{**template, "templateData": "x"}])

    on, off = with_limit("true"), with_limit("false")
    assert told(off, on) == [
        ("values", "`limited_data_use` of `Pixel`: `true` instead of `false`.")
    ]
    assert told(on, off) == [
        ("privacy", "`limited_data_use` of `Pixel`: `false` instead of `true`.")
    ]


def test_the_same_tag_under_another_name_loses_nothing() -> None:
    """As it is where an event is called otherwise without `renamed_from`."""
    old, new = [{**tag(name), "tagId": id_} for name, id_ in (("A", "1"), ("B", "2"))]
    assert told(container(old), container({**new, "notes": "Its events are paid for."})) == [
        ("harmless", "The tag `A` is deleted, and `B`, which does the same, is new.")
    ]


def test_of_several_tags_alike_nobody_knows_which_became_which() -> None:
    old, new = [tag("A"), tag("B", tagId="2")], tag("C", tagId="3", notes="One of them.")
    severities = [severity for severity, _ in told(container(*old), container(new))]
    assert sorted(severities) == ["harmless", "loss", "loss"]


def test_triggers_of_a_tag_are_one_line() -> None:
    further = [{**trigger(), "name": f"T{n}", "triggerId": str(n)} for n in (11, 12)]
    triggers = {"trigger": [trigger(), *further]}
    few = container(tag(), **triggers)
    many = container(tag(firingTriggerId=["7", "11", "12"]), **triggers)
    others = container(tag(firingTriggerId=["11", "12"]), **triggers)
    assert told(few, many) == [("firing", "`GA4 - buy` now also fires on `T11` and `T12`.")]
    assert told(many, few) == [("firing", "`GA4 - buy` no longer fires on `T11` and `T12`.")]
    assert told(few, others) == [
        ("firing", "Triggers of `GA4 - buy`: `T11` and `T12` instead of `Thanks`.")
    ]


def test_a_value_that_a_trigger_tests_decides_what_fires() -> None:
    tests = {"type": "EQUALS", "parameter": parameter(arg0="{{Total}}", arg1="5")}
    own = [{**trigger(), "filter": [tests]}]
    old = container(tag(), trigger=own)
    new = container(tag(), trigger=own, variable=[variable("order.sum")])
    before, after = of_version(old), of_version(new)
    (fact,) = compare_containers(before, after, compare(before, after)).items
    assert (fact.severity.value, load_english().risk(fact)) == (
        "firing",
        "Events that depend on this value (`GA4 - buy`) may fire in other cases than before.",
    )


def test_one_condition_of_many_triggers_is_told_once_for_all_of_their_tags() -> None:
    def with_triggers(path: str) -> Json:
        triggers = [{**trigger(path), "name": f"T{n}", "triggerId": str(n)} for n in (1, 2, 3)]
        tags = [tag(f"A{n}", tagId=str(n), firingTriggerId=[str(n)]) for n in (1, 2, 3)]
        return container(*tags, trigger=triggers)

    assert told(with_triggers("^/thanks$"), with_triggers("^/done$")) == [
        (
            "firing",
            (
                "These triggers fire when `{{Page Path}}` matches the regular expression "
                "`^/done$`: `T1`, `T2` and `T3`. Before: `{{Page Path}}` matches the regular "
                "expression `^/thanks$`. Affects `A1`, `A2` and `A3`."
            ),
        )
    ]


def test_what_is_only_deleted_or_noted_is_told_once_for_each_kind() -> None:
    unused = [{**variable(), "name": f"V{n}", "variableId": str(n)} for n in (1, 2, 3)]
    without = container(variable=[])
    assert told(container(variable=unused), without) == [
        ("harmless", "These variables are deleted: `V1`, `V2` and `V3`.")
    ]
    noted = [{**item, "notes": "Unused."} for item in unused]
    assert told(container(variable=unused), container(variable=noted)) == [
        ("harmless", "The notes of these variables changed: `V1`, `V2` and `V3`.")
    ]


def test_a_variable_under_another_name_is_no_other_value() -> None:
    total = variable()
    old = container(with_row("value", ROW), variable=[total])
    sum_ = {**variable(), "name": "Sum", "variableId": "10"}
    # Beside the first, so that it is not the first one renamed.
    new = container(with_row("value", "{{Sum}}"), variable=[total, sum_])
    assert ("harmless", "Variables of `GA4 - buy`: the same, under other names.") in told(old, new)
    other = {**sum_, "parameter": parameter(name="order.sum")}
    assert (
        "values",
        "Parameter `value` of `GA4 - buy`: `{{Sum}}` instead of `{{Total}}`.",
    ) in told(old, container(with_row("value", "{{Sum}}"), variable=[total, other]))


def test_variables_that_refer_to_each_other_come_to_an_end() -> None:
    def loop(first: str, second: str) -> Json:
        both = [
            {**variable(f"{{{{{second}}}}}"), "name": first},
            {**variable(f"{{{{{first}}}}}"), "name": second, "variableId": "10"},
        ]
        return container(with_row("value", f"{{{{{first}}}}}"), variable=both)

    assert [severity for severity, _ in told(loop("A", "B"), loop("C", "D"))]
