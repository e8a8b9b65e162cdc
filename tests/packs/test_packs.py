"""A platform is a folder: nothing in gtmgen knows one by name."""

from __future__ import annotations

import ast
import copy
import re
from pathlib import Path
from typing import Any

import pytest
from compile.specs import (
    ROOT,
    TIKTOK,
    by_name,
    compact,
    compiled,
    exported,
    parameters,
    spec,
    to_yaml,
)

from gtmgen.container.ownership import owner_in
from gtmgen.errors import GtmgenError, SpecError
from gtmgen.packs.load import find_packs, load_pack, templates_directory

TEMPLATE = """___INFO___

{
  "type": "TAG",
  "id": "cvt_temp_public_id",
  "displayName": "Beacon",
  "containerContexts": ["WEB"]
}


___TEMPLATE_PARAMETERS___

[]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

data.gtmOnSuccess();


___NOTES___

By hand.
"""
PACK: dict[str, Any] = {
    "title": "Beacon",
    "verified": "2026-11-22",
    "settings": {
        "required": ["account"],
        "properties": {
            "account": {"type": "string"},
            "mode": {"enum": ["fast", "safe"], "default": "safe"},
            "ratio": {"type": "number"},
            "hosts": {"type": "array", "items": {"type": "string"}},
            "debug": {"type": "boolean", "default": False},
            "visitor": {"type": "object", "x-data-keys": True},
        },
    },
    "params": {
        "value": {"to": "amount", "type": "number"},
        "currency": {"type": "currency"},
        "search_term": "q",
    },
    "events": {"Buy": {"canonical": ["purchase"], "requires": ["value"]}, "Look": None},
    "templates": {"beacon": {"file": "beacon.tpl", "name": "Beacon tag"}},
    "tags": {
        "base": {
            "per": "platform",
            "type": {"template": "beacon"},
            "on": "init",
            "title": "base",
            "firing_option": "ONCE_PER_LOAD",
            "fields": [{"key": "account", "setting": "account"}, {"key": "command", "const": "go"}],
        },
        "event": {
            "per": "event",
            "type": {"template": "beacon"},
            "fields": [
                {"key": "account", "setting": "account"},
                {"key": "speed", "const": 2, "when": {"mode": "fast"}},
                {"key": "speed", "const": 1, "when": {"mode": ["safe"]}},
                {"key": "ratio", "setting": "ratio"},
                {"key": "hosts", "setting": "hosts"},
                {"key": "debug", "setting_is": {"debug": True, "mode": "safe"}},
                {"key": "name", "event": "name"},
                {"key": "id", "event": "id"},
                {"key": "amount", "param": "value"},
                {
                    "key": "rows",
                    "table": "params",
                    "columns": ["k", "v"],
                    "except": ["value"],
                    "rows": [
                        {"name": "event", "event": "name"},
                        {"name": "account", "setting": "account"},
                        {"name": "on", "const": True, "when": {"debug": True}},
                    ],
                },
                {"key": "visitor", "table": "setting.visitor", "columns": ["name", "value"]},
                {"key": "types", "table": "params", "columns": ["k", "v", "t"]},
                {"key": "nothing", "table": "none", "columns": ["k", "v"]},
            ],
        },
        "pixel": {
            "per": "event",
            "type": "img",
            "title": "image",
            "when": {"debug": [True]},
            "fields": [{"key": "url", "const": "https://b.example/{{x}}"}],
        },
    },
}


def write_pack(folder: Path, pack: Any = PACK, name: str = "beacon", tpl: str = TEMPLATE) -> Path:
    directory = folder / "packs" / name
    directory.mkdir(parents=True)
    (directory / "pack.yaml").write_text(pack if isinstance(pack, str) else to_yaml(pack))
    (directory / "beacon.tpl").write_text(tpl)
    return directory


def beacon_spec(**settings: Any) -> dict[str, Any]:
    return spec(
        packs=["./packs"],
        platforms={"beacon": {"account": "a{{1}}", "consent": ["ad_storage"], **settings}},
        data={"value": {"path": "v"}, "user": {"path": "u"}},
        events={
            "purchase": {
                "on": {"event": "p"},
                "params": {
                    "value": "value",
                    "currency": {"const": "EUR"},
                    "search_term": "user",
                    "other": "user",
                },
                "send": ["beacon"],
            },
            "look": {"on": {"event": "l"}, "send": {"beacon": "Look"}},
        },
    )


def test_a_pack_of_the_users_own(tmp_path: Path) -> None:
    write_pack(tmp_path)
    version = exported(beacon_spec(visitor={"id": "user"}), tmp_path)
    templates = by_name(version["customTemplate"])
    beacon = templates["Beacon tag (shop)"]
    assert '"displayName": "Beacon tag (shop)"' in beacon["templateData"]
    assert owner_in(beacon["templateData"]) == ("shop", "template/beacon.beacon")
    assert "By hand.\n\n[gtmgen" in beacon["templateData"]
    tags = {name: compact(tag) for name, tag in by_name(version["tag"]).items()}
    type_ = f"cvt_0_{beacon['templateId']}"
    account = "a{{text - open brace}}{1}}"
    assert tags["Beacon - base"]["firingTriggerId"] == ["2147479573"]
    assert tags["Beacon - base"]["tagFiringOption"] == "ONCE_PER_LOAD"
    assert tags["Beacon - base"]["parameter"] == {"account": account, "command": "go"}
    assert tags["Beacon - purchase"]["type"] == type_
    assert tags["Beacon - purchase"]["parameter"] == {
        "account": account,
        "speed": "INTEGER 1",
        "debug": "BOOLEAN false",
        "name": "Buy",
        "id": "{{event ID - generated}}",
        "amount": "{{data - value}}",
        "rows": [
            {"k": "currency", "v": "EUR"},
            {"k": "q", "v": "{{data - user}}"},
            {"k": "event", "v": "Buy"},
            {"k": "account", "v": account},
        ],
        "visitor": [{"name": "id", "value": "{{data - user}}"}],
        "types": [
            {"k": "amount", "v": "{{data - value}}", "t": "number"},
            {"k": "currency", "v": "EUR", "t": "currency"},
            {"k": "q", "v": "{{data - user}}", "t": "any"},
        ],
    }
    assert tags["Beacon - look"]["parameter"]["rows"][0] == {"k": "event", "v": "Look"}
    assert "types" not in tags["Beacon - look"]["parameter"]
    assert tags.keys() == {"Beacon - base", "Beacon - purchase", "Beacon - look"}


def test_settings_of_every_type_and_several_tags_for_one_event(tmp_path: Path) -> None:
    write_pack(tmp_path)
    data = beacon_spec(mode="fast", ratio=0.5, hosts=["a", "{{b}}"], debug=True)
    tags = by_name(exported(data, tmp_path)["tag"])
    given = parameters(tags["Beacon - look"]["parameter"])
    assert given["speed"] == "INTEGER 2"
    assert given["ratio"] == "0.5"
    assert given["hosts"] == ["a", "{{text - open brace}}{b}}"]
    assert given["debug"] == "BOOLEAN false"
    assert {"k": "on", "v": "true"} in given["rows"]
    assert [item["key"] for item in tags["Beacon - look"]["parameter"]].count("speed") == 1
    image = tags["Beacon - look (image)"]
    assert image["type"] == "img"
    assert parameters(image["parameter"])["url"] == "https://b.example/{{text - open brace}}{x}}"


def test_events_with_the_same_parameters_keep_their_own_names(tmp_path: Path) -> None:
    write_pack(tmp_path)
    data = beacon_spec()
    data["events"] |= {"look2": {"on": {"event": "m"}, "send": {"beacon": "Buy"}}}
    params = {"value": "value", "currency": {"const": "EUR"}}
    data["events"]["look2"]["params"] = params
    data["events"]["look3"] = {
        "on": {"event": "n"},
        "params": params,
        "send": {"beacon": "Look"},
    }
    tags = by_name(exported(data, tmp_path)["tag"])
    names = {
        key: parameters(tags[f"Beacon - {key}"]["parameter"])["rows"][1]["v"]
        for key in ("look2", "look3")
    }
    assert names == {"look2": "Buy", "look3": "Look"}


def test_a_pack_of_the_users_hides_one_of_ours(tmp_path: Path) -> None:
    write_pack(tmp_path, name="ga4")
    found = find_packs([tmp_path / "packs"])
    assert found["ga4"] == tmp_path / "packs" / "ga4"
    assert found["tiktok"] == templates_directory() / "tiktok"


@pytest.mark.parametrize("name", sorted(find_packs()))
def test_the_packs_that_gtmgen_ships(name: str) -> None:
    pack = load_pack(find_packs()[name])
    assert pack.events
    assert pack.links
    for event in pack.events.values():
        for param in (*event.requires, *event.recommends):
            assert pack.passes_unknown_params or param in pack.params, (event.name, param)
        assert all(pack.event_for(alias) == event.name for alias in event.canonical)
    assert set(filter(None, pack.legacy.values())) <= pack.events.keys()
    assert not pack.legacy.keys() & pack.events.keys()


# A log has the name that everybody calls it by, and this one holds one platform's events.
LAYOUT_OF_LOGS = re.compile(r"(?:_?[a-z]+_)?ga4[-_]export", re.IGNORECASE)
MODULE_OF_LAYOUT = "gtmgen/monitor/layouts/ga4_export.py"


def test_no_module_names_a_platform() -> None:
    """Prose may (a docstring, a hint with an example); names and values may not."""
    found = []
    for file in sorted((ROOT / "gtmgen").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            texts = [getattr(node, field, None) for field in ("value", "id", "attr", "name", "arg")]
            for text in texts:
                if isinstance(text, str) and re.search("tiktok|ga4", text, re.IGNORECASE):
                    prose = isinstance(node, ast.Constant) and " " in text
                    module = file.relative_to(ROOT).as_posix()
                    log = LAYOUT_OF_LOGS.fullmatch(text) or module == MODULE_OF_LAYOUT
                    if not prose and not log:
                        found.append(f"{module}:{node.lineno}: {text}")
    assert found == []


# -- broken packs ----------------------------------------------------------------------


def changed(path: str, value: Any) -> dict[str, Any]:
    """The pack with another value at a dotted path; None takes the key away."""
    pack: Any = copy.deepcopy(PACK)
    *outer, last = path.split(".")
    target = pack
    for step in outer:
        target = target[int(step) if isinstance(target, list) else step]
    if value is None:
        del target[last]
    else:
        target[int(last) if isinstance(target, list) else last] = value
    return pack


CARRIER = {
    "url": "account",
    "account": "account",
    "client": {"name": "C", "type": "c_client", "parameters": {}},
    "forward": {"type": "c_tag", "parameters": {}},
}


def server_half(**changes: Any) -> dict[str, Any]:
    """A server half that is right, with something else in it."""
    half = {"settings": {}, "template": {"file": "beacon.tpl", "name": "API"}, "fields": []}
    return half | changes


BROKEN: list[tuple[str, Any, str]] = [
    ("title", None, '"title" is a required property'),
    ("title", 5, 'title: 5 is not of type "string"'),
    ("settings", None, '"settings" is a required property'),
    ("settings", [], 'settings: [] is not of type "object"'),
    (
        "settings.properties.consent",
        {},
        "every platform has `consent`",
    ),
    ("settings.properties.account", 3, 'settings.properties.account: 3 is not of type "object"'),
    ("settings.required", ["nope"], "settings.required: there is no setting `nope`"),
    ("params.value", None, "tags.event.fields.8.param: there is no parameter `value`"),
    ("params.value", {"kind": "x"}, "params.value: Additional properties are not allowed"),
    ("params.value", {"type": "money"}, 'params.value.type: "money" is not one of'),
    ("events.Buy", "x", 'events.Buy: "x" is not of types'),
    ("events.Look", {"canonical": ["purchase"]}, "`purchase` stands for `Buy` already"),
    ("custom_events", "(", "custom_events: not a regular expression: "),
    (
        "templates.beacon.file",
        "no.tpl",
        "the template `no.tpl` does not exist",
    ),
    (
        "templates.beacon.file",
        "../../secret.tpl",
        "templates.beacon.file: the template `../../secret.tpl` lies outside the pack",
    ),
    (
        "observe",
        {
            "account": "account",
            "page_view": "view",
            "script": {"url": "https://a.example/a.js", "file": "../secret.tpl"},
        },
        "observe.script.file: the file `../secret.tpl` lies outside the pack",
    ),
    (
        "observe",
        {
            "account": "account",
            "page_view": "view",
            "neighbour": {"account": "X", "file": "no.html"},
        },
        "observe.neighbour.file: the file `no.html` does not exist",
    ),
    ("templates.beacon", None, "tags.base.type.template: there is no template `beacon`"),
    ("tags", None, '"tags" is a required property'),
    ("tags", {}, "tags: {} has less than 1 property"),
    ("tags.event.per", "page", 'tags.event.per: "page" is not one of'),
    ("tags.base.on", "load", 'tags.base.on: "load" is not one of'),
    ("tags.base.firing_option", "ONCE", 'tags.base.firing_option: "ONCE" is not one of'),
    ("tags.event.fields", {}, 'tags.event.fields: {} is not of type "array"'),
    (
        "tags.event.fields.0",
        {"key": "x"},
        "tags.event.fields.0: the field `x` needs one of const, ",
    ),
    (
        "tags.event.fields.0",
        {"key": "x", "const": 1, "event": "id"},
        "tags.event.fields.0: the field `x` needs one of const, ",
    ),
    ("tags.event.fields.0.setting", "acount", "there is no setting `acount`"),
    ("tags.event.fields.1.when", {"nope": 1}, "fields.1.when: there is no setting `nope`"),
    ("tags.event.fields.5.setting_is", {"nope": 1}, "fields.5.setting_is: there is no setting"),
    ("tags.event.fields.6.event", "key", 'fields.6.event: "key" is not one of'),
    ("tags.event.fields.9.columns", None, "fields.9: "),
    ("tags.event.fields.9.columns", ["a"], "fields.9.columns: "),
    ("tags.event.fields.9.columns", ["a", "b", "c", "d"], "fields.9.columns: "),
    ("tags.event.fields.9.rows.0", {"name": "x"}, "fields.9.rows.0: the row `x` needs one of"),
    ("tags.event.fields.9.table", "setting.account", "must say `x-data-keys: true`"),
    ("tags.event.fields.9.table", "all", 'fields.9.table: "all" does not match'),
    ("carrier", {"url": "account"}, 'carrier: "account" is a required property'),
    ("carrier", CARRIER | {"url": "adress"}, "carrier.url: there is no setting `adress`"),
    ("server", {}, 'server: "settings" is a required property'),
    (
        "server",
        server_half(template={"file": "no.tpl", "name": "X"}),
        "server.template.file: the template `no.tpl` does not exist",
    ),
    (
        "server",
        server_half(settings={"properties": {"mode": {"type": "string"}}}),
        "server.settings.properties.mode: `mode` is a setting of the platform already",
    ),
    (
        "server",
        server_half(settings={"required": ["token"]}),
        "server.settings.required: there is no setting `token`",
    ),
    (
        "server",
        server_half(fields=[{"key": "x", "setting": "tokn"}]),
        "server.fields.0.setting: there is no setting `tokn`",
    ),
    (
        "server",
        server_half(identifiers="mode"),
        "server.identifiers: the setting `mode` must say `x-data-keys: true`",
    ),
]


@pytest.mark.parametrize(("path", "value", "message"), BROKEN)
def test_a_broken_pack_says_what_and_where(
    tmp_path: Path, path: str, value: Any, message: str
) -> None:
    (tmp_path / "secret.tpl").write_text(TEMPLATE)
    directory = write_pack(tmp_path, changed(path, value))
    with pytest.raises(SpecError) as caught:
        load_pack(directory)
    assert any(message in problem.message for problem in caught.value.diagnostics), [
        problem.message for problem in caught.value.diagnostics
    ]
    for problem in caught.value.diagnostics:
        assert problem.rule == "pack"
        assert problem.span.file == str(directory / "pack.yaml")
        assert problem.span.line == 1


def test_the_place_is_that_of_the_value(tmp_path: Path) -> None:
    directory = write_pack(
        tmp_path,
        "title: X\nverified: today\nsettings: {}\ntags:\n"
        "  event:\n    per: event\n    type: img\n    fields:\n      - {key: a, setting: b}\n",
    )
    with pytest.raises(SpecError) as caught:
        load_pack(directory)
    (problem,) = caught.value.diagnostics
    assert str(problem.span) == f"{directory}/pack.yaml:9:27"
    assert problem.message == "tags.event.fields.0.setting: there is no setting `b`"


def test_settings_that_are_no_schema(tmp_path: Path) -> None:
    directory = write_pack(tmp_path, changed("settings.properties.account.type", "strng"))
    with pytest.raises(SpecError, match="1 problem"):
        load_pack(directory)


@pytest.mark.parametrize("text", ["", "[]", "a: b: c", "title: [", "- x", "title: x\ntitle: y"])
def test_a_pack_that_is_not_even_a_mapping(tmp_path: Path, text: str) -> None:
    with pytest.raises(SpecError) as caught:
        load_pack(write_pack(tmp_path, text))
    assert all(str(tmp_path) in str(problem.span) for problem in caught.value.diagnostics)


def test_a_pack_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x" / "pack.yaml").mkdir(parents=True)
    with pytest.raises(GtmgenError, match=r"pack\.yaml` cannot be read: Is a directory"):
        load_pack(tmp_path / "x")


@pytest.mark.parametrize("name", ["my pack", "Beacon", "custom", "b.c"])
def test_a_folder_that_cannot_name_a_platform(tmp_path: Path, name: str) -> None:
    write_pack(tmp_path, name=name)
    with pytest.raises(GtmgenError, match="cannot be the name of a pack"):
        find_packs([tmp_path / "packs"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "the template has no ___INFO___ section"),
        (TEMPLATE.replace('"TAG",', '"TAG"'), "Expecting ',' delimiter"),
        ("___INFO___\n\n[]\n\n___NOTES___\n", "the ___INFO___ section is not a JSON object"),
        (b"\xff\xfe", "'utf-8' codec can't decode"),
    ],
)
def test_a_template_that_is_none(tmp_path: Path, text: str | bytes, message: str) -> None:
    directory = write_pack(tmp_path)
    file = directory / "beacon.tpl"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(GtmgenError) as caught:
        compiled(beacon_spec(), tmp_path)
    assert caught.value.message.startswith(f"the template `{file}` is not a custom template: ")
    assert message in caught.value.message


def test_a_template_without_notes_gets_them(tmp_path: Path) -> None:
    write_pack(tmp_path, tpl=TEMPLATE.split("___NOTES___")[0].replace("\n", "\r\n"))
    templates = by_name(exported(beacon_spec(), tmp_path)["customTemplate"])
    beacon = templates["Beacon tag (shop)"]["templateData"]
    assert beacon.endswith("\n\n\n___NOTES___\n\n[gtmgen shop template/beacon.beacon]\n")
    assert "\r" not in beacon


def test_a_platform_that_nothing_is_sent_to_brings_no_template() -> None:
    version = exported(spec(platforms={"tiktok": TIKTOK}))
    assert "customTemplate" not in version
    assert "tag" not in version
