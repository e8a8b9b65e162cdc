"""References between raw and compiled entities, in both directions, as the export has them."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.builtins import BUILT_IN_TRIGGER_IDS
from gtmgen.container.entities import Trigger
from gtmgen.errors import SpecError

from .specs import by_name, compiled, exported, loaded, spec, trigger_names

Version = dict[str, Any]
CLICKED = {"type": "CLICK", "name": "Clicked"}
SEEN = {"type": "JS_ERROR", "name": "Broken"}
TEMPLATE = "___INFO___\n\n{}\n"


def made(**sections: Any) -> Version:
    gtm = sections.pop("gtm")
    return exported(spec(gtm=gtm, **sections))


def event(**fields: Any) -> dict[str, Any]:
    return {"e": {"on": {"event": "x"}, "send": {"ga4": "login"}, **fields}}


def firing(version: Version, name: str, field: str = "firingTriggerId") -> list[str]:
    tag = by_name(version["tag"])[name]
    return [
        BUILT_IN_TRIGGER_IDS[id_].label
        if id_ in BUILT_IN_TRIGGER_IDS
        else trigger_names(version, [id_])[0]
        for id_ in tag.get(field, ())
    ]


def test_an_event_fires_on_a_raw_trigger() -> None:
    version = made(gtm={"triggers": {"clicked": CLICKED}}, events=event(on="clicked"))
    assert firing(version, "GA4 - e") == ["Clicked"]


def test_an_event_is_blocked_by_a_raw_trigger() -> None:
    version = made(gtm={"triggers": {"clicked": CLICKED}}, events=event(**{"except": ["clicked"]}))
    assert firing(version, "GA4 - e", "blockingTriggerId") == ["Clicked"]


def test_a_group_of_raw_and_compiled_triggers() -> None:
    version = made(
        gtm={"triggers": {"clicked": CLICKED}},
        triggers={"both": {"group": ["clicked", "other"]}, "other": {"event": "y"}},
        events=event(on="both"),
    )
    group = by_name(version["trigger"])["group - both"]
    (members,) = group["parameter"]
    assert {item["type"] for item in members["list"]} == {"TRIGGER_REFERENCE"}
    ids = [item["value"] for item in members["list"]]
    assert trigger_names(version, ids) == ["Clicked", "event - other"]


def test_a_raw_group_of_a_compiled_trigger() -> None:
    parameters = {"triggerIds": [{"$trigger": "event - other"}, {"$trigger": "Clicked"}]}
    raw = {"clicked": CLICKED, "a_group": {"type": "TRIGGER_GROUP", "parameters": parameters}}
    data = spec(triggers={"other": {"event": "y"}}, gtm={"triggers": raw})
    version = exported(data)
    (members,) = by_name(version["trigger"])["a_group"]["parameter"]
    ids = [item["value"] for item in members["list"]]
    assert trigger_names(version, ids) == ["event - other", "Clicked"]
    assert members["list"][0] == {"type": "TRIGGER_REFERENCE", "value": ids[0]}


def test_params_where_identify_and_lookups_read_a_raw_variable() -> None:
    platforms = {
        "ga4": {"measurement_id": "G-ABC1234567", "consent": ["ad_storage"]},
        "tiktok": {
            "pixel_id": "C4A1B2C3D4E5F6G7H8I0",
            "page_view": "off",
            "consent": ["ad_storage"],
            "identify": {"email": "address"},
        },
    }
    data = {"looked_up": {"lookup": {"input": "address", "map": {"a": "b"}}}}
    send = {"ga4": {"event": "login", "params": {"seen": "looked_up"}}, "tiktok": "Lead"}
    version = made(
        platforms=platforms,
        data=data,
        gtm={"variables": {"address": {"type": "v", "name": "Address: raw", "parameters": {}}}},
        events=event(params={"method": "address"}, where={"address": "x"}, send=send),
    )
    found = by_name([*version["tag"], *version["trigger"], *version["variable"]])
    for name in ("GA4 - e", "TikTok - e", "event - e", "data - looked_up"):
        assert "{{Address: raw}}" in str(found[name]), name
    assert by_name(version["variable"])["Address: raw"]["type"] == "v"


def test_a_raw_tag_fires_on_compiled_raw_and_built_in_triggers() -> None:
    tag = {
        "type": "html",
        "firing": ["event - bought", "Clicked", "All Pages"],
        "blocking": ["Broken", {"name": "event - bought"}],
        "on": ["other", "broken"],
    }
    version = made(
        triggers={"bought": {"event": "buy"}, "other": {"event": "y"}},
        gtm={"tags": {"raw": tag}, "triggers": {"clicked": CLICKED, "broken": SEEN}},
    )
    assert firing(version, "raw") == ["event - bought", "Clicked", "All Pages", "event - other", "Broken"]  # fmt: skip # noqa: E501
    assert firing(version, "raw", "blockingTriggerId") == ["Broken", "event - bought"]


def test_a_trigger_that_is_called_like_a_built_in_one() -> None:
    tags = {
        "one": {"type": "html", "firing": ["All Pages"]},
        "other": {"type": "html", "firing": [{"name": "All Pages"}]},
        "gone": {"type": "html", "firing": [{"id": "2147479572"}]},
    }
    own = {"type": "CLICK", "name": "All Pages"}
    version = made(gtm={"tags": tags, "triggers": {"own": own}})
    (trigger,) = version["trigger"]
    found = by_name(version["tag"])
    assert found["one"]["firingTriggerId"] == ["2147479553"]
    assert found["other"]["firingTriggerId"] == [trigger["triggerId"]]
    assert found["gone"]["firingTriggerId"] == ["2147479572"]


def test_raw_text_that_names_a_data_key_uses_it() -> None:
    data = spec(
        data={"value": {"path": "v"}, "other": {"path": "o", "name": "Other value"}},
        gtm={
            "tags": {"raw": {"type": "html", "parameters": {"html": "{{data - value}}"}}},
            "variables": {"v": {"type": "smm", "parameters": {"input": "{{Other value}}"}}},
        },
    )
    assert loaded(data).warnings == ()
    assert set(by_name(exported(data)["variable"])) == {"data - value", "Other value", "v"}


def test_folders_of_raw_and_compiled_entities() -> None:
    tags: dict[str, Any] = {
        "one": {"type": "html"},
        "two": {"type": "html", "folder": "Ads"},
        "three": {"type": "html", "folder": "Acme"},
    }
    version = made(
        container={"gtm": "GTM-A1", "folder": "Acme"},
        data={"seen": {"path": "v", "folder": "Ads"}},
        gtm={"tags": tags, "folders": {"ads": {"name": "Ads"}}},
        events=event(params={"status": "seen"}),
    )
    ids = {item["folderId"]: item["name"] for item in version["folder"]}
    folders = {
        name: ids[item["parentFolderId"]]
        for name, item in by_name([*version["tag"], *version["variable"]]).items()
    }
    for name, folder in (
        ("one", "Acme"),
        ("two", "Ads"),
        ("three", "Acme"),
        ("data - seen", "Ads"),
    ):
        assert folders[name] == folder


def test_without_a_container_folder_raw_entities_have_none() -> None:
    (tag,) = made(platforms={}, gtm={"tags": {"one": {"type": "html"}}})["tag"]
    assert "parentFolderId" not in tag


def test_what_is_made_from_a_raw_template() -> None:
    gallery = {"host": "github.com", "galleryTemplateId": "G1"}
    own = {"type": {"template": "Mine"}, "parameters": {"pick": {"$template": "Theirs"}}}
    version = made(
        gtm={
            "templates": {
                "mine": {"name": "Mine", "data": TEMPLATE},
                "theirs": {"name": "Theirs", "data": TEMPLATE, "gallery": gallery},
            },
            "variables": {"v": own, "w": {"type": {"template": "Theirs"}}},
        },
    )
    mine, theirs = version["customTemplate"]
    variables = by_name(version["variable"])
    assert variables["v"]["type"] == f"cvt_0_{mine['templateId']}"
    assert variables["v"]["parameter"] == [{"type": "TEMPLATE", "key": "pick", "value": "cvt_G1"}]
    assert variables["w"]["type"] == "cvt_G1"
    # gtmgen's line would cut it off from the gallery's updates.
    assert theirs["templateData"] == TEMPLATE
    assert mine["templateData"].endswith("[gtmgen shop template/gtm/mine]\n")


def test_a_raw_tag_from_a_pack_s_template() -> None:
    platforms = {"tiktok": {"pixel_id": "C4A1B2C3D4E5F6G7H8I0", "consent": ["ad_storage"]}}
    version = made(
        platforms=platforms,
        events={},
        gtm={"tags": {"t": {"type": {"template": "TikTok Pixel (shop)"}, "firing": ["All Pages"]}}},
    )
    template = by_name(version["customTemplate"])["TikTok Pixel (shop)"]
    assert by_name(version["tag"])["t"]["type"] == f"cvt_0_{template['templateId']}"


def test_several_raw_tags_of_one_event_and_several_events_of_one_raw_tag() -> None:
    both = {"custom": {"tag": ["a", "b"]}}
    version = made(
        gtm={"tags": {"a": {"type": "html"}, "b": {"type": "html", "firing": ["Clicked"]}},
             "triggers": {"clicked": CLICKED}},
        events={
            "one": {"on": {"event": "x"}, "send": both},
            "two": {"on": "clicked", "send": both},
        },
    )  # fmt: skip
    assert firing(version, "a") == ["event - one", "Clicked"]
    assert firing(version, "b") == ["Clicked", "event - one"]


def test_built_ins_that_raw_text_refers_to() -> None:
    html = {"type": "html", "parameters": {"html": "{{Page Path}} {{Click URL}} {{Nobody}}"}}
    version = made(platforms={}, gtm={"tags": {"a": html}})
    assert [item["type"] for item in version["builtInVariable"]] == ["PAGE_PATH", "CLICK_URL"]
    listed = made(platforms={}, gtm={"tags": {"a": html}, "built_in_variables": ["client_name"]})
    assert [item["type"] for item in listed["builtInVariable"]] == ["CLIENT_NAME"]
    shadowed = made(
        platforms={},
        gtm={"tags": {"a": html}, "variables": {"p": {"type": "v", "name": "Page Path"}}},
    )
    assert [item["type"] for item in shadowed["builtInVariable"]] == ["CLICK_URL"]


def test_events_with_different_blocking_triggers_share_no_raw_tag() -> None:
    custom = {"custom": {"tag": "a"}}
    events = {
        "one": {"on": {"event": "x"}, "except": ["clicked"], "send": custom},
        "two": {"on": {"event": "y"}, "send": custom},
    }
    gtm = {"tags": {"a": {"type": "html"}}, "triggers": {"clicked": CLICKED}}
    with pytest.raises(SpecError) as caught:
        compiled(spec(gtm=gtm, events=events))
    assert [item.rule for item in caught.value.diagnostics] == ["except-in-list"]


def test_two_entities_of_one_name() -> None:
    gtm = {"triggers": {"a": {"type": "CLICK", "name": "event - b"}}}
    with pytest.raises(SpecError) as caught:
        compiled(spec(gtm=gtm, triggers={"b": {"event": "x"}}))
    (problem,) = caught.value.diagnostics
    assert (problem.rule, problem.message) == (
        "duplicate-name",
        "two triggers have the name `event - b`",
    )


def test_raw_entities_come_after_compiled_ones_and_are_owned() -> None:
    gtm = {"triggers": {"a": CLICKED}}
    container = compile_spec(loaded(spec(gtm=gtm, triggers={"z": {"event": "x"}})))
    owners = [str(item.owner) for item in container.triggers if isinstance(item, Trigger)]
    assert owners == ["[gtmgen shop trigger/z]", "[gtmgen shop trigger/gtm/a]"]
