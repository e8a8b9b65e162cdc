"""One entity that a spec cannot hold never stops a container; a layout never stops `--keep-ids`."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from gtmgen.compare.snapshot import of_container, of_version
from gtmgen.container.canonical import canonical_json
from gtmgen.container.entities import Kind, Owner
from gtmgen.container.export import export_json
from gtmgen.container.ownership import owner_of, with_owner_line, without_owner
from gtmgen.container.version import bodies_of, names_of
from gtmgen.errors import ExportError
from gtmgen.importer.exact.keep_ids import export_like
from gtmgen.importer.read.container import Imported
from gtmgen.importer.read.source import open_export, read_export
from gtmgen.importer.run import Done, run
from gtmgen.importer.verify.prove import compile_files
from gtmgen.importer.write.folder import OutFolder
from gtmgen.importer.write.render import LAYOUT_FILE, LEFT_OUT_FILE, SpecSettings
from gtmgen.report.import_report import import_json, import_text

from .exports import export, tag, text, trigger

BODY = '___INFO___\n\n{"type": "TAG", "id": "cvt_temp_public_id"}\n'
OWNER = Owner("shop", "template/gtm/reader")
OTHER_LAYOUT = (
    "the file is laid out in a way that cannot be repeated byte for byte (a list or object on one "
    "line among others that are not, a blank line, ...): IDs, order and values are kept, and "
    "`compile` lays the file out as GTM does"
)


def imported(folder: Path, data: bytes, *, keep_ids: bool = False) -> tuple[Imported, Done]:
    file = folder / "export.json"
    file.write_bytes(data)
    found = open_export(file, leaves_out=True)
    source = Imported(found.version, file.name, found.notes, malformed=found.malformed)
    done = run(
        source,
        OutFolder(folder / "out"),
        SpecSettings("shop"),
        lift=True,
        keep_ids=keep_ids,
        export=found,
    )
    return source, done


def compiled_again(done: Done) -> bytes:
    layout = done.converted.files[LAYOUT_FILE].decode("utf-8")
    return export_like(compile_files(done.converted.files, done.main), layout)


# -- templates and their notes ---------------------------------------------------------


NOTES = {
    "none": "\n",
    "no line break at the end": "",
    "empty": "\n\n\n___NOTES___\n\n\n\n\n",
    "heading alone": "\n\n\n___NOTES___",
    "blanks behind the heading": "\n\n\n___NOTES___  \n",
    "blanks": "\n\n\n___NOTES___\n\n \t \n",
    "two empty sections": "\n\n\n___NOTES___\n\n\n___NOTES___\n\n",
    "an empty section behind one with text": "\n\n\n___NOTES___\n\nMade\n\n___NOTES___\n",
    "text": "\n\n\n___NOTES___\n\nCreated on 1/1/2024\n\n\n",
    "Windows": "\r\n\r\n\r\n___NOTES___\r\n\r\n\r\n",
    "another section behind them": "\n\n\n___NOTES___\n\n\n\n___TESTS___\n\nscenarios: []\n",
    "a line that looks like a state": "\n\n\n___NOTES___\n\n[gtmgen-state 3f9a1c20]\n",
    "somebody's owner's line": "\n\n\n___NOTES___\n\n[gtmgen other template/x]\n\nMore\n",
    "a line separator": "\n\n\n___NOTES___\n\na\u2028b\x85c\n",
}


@pytest.mark.parametrize("ending", NOTES.values(), ids=NOTES.keys())
def test_a_template_comes_back_whatever_its_notes_hold(tmp_path: Path, ending: str) -> None:
    template = {"templateId": "41", "name": "Reader", "templateData": BODY + ending}
    document = export(customTemplate=[template], tag=[tag("1", "html")])
    data = text(document).encode()

    source, done = imported(tmp_path, data, keep_ids=True)

    assert source.left_out == done.converted.source.left_out == frozenset()
    assert compiled_again(done) == data
    container = compile_files(done.converted.files, done.main)
    back = read_export(export_json(container), "back.json").version
    assert Imported(back, "").canonical == source.canonical
    ours, theirs = of_container(container), of_version(document["containerVersion"])
    assert [entry.form for entry in ours.entries] == [entry.form for entry in theirs.entries]


@pytest.mark.parametrize("ending", NOTES.values(), ids=NOTES.keys())
def test_the_owner_of_a_template_is_known_by_its_line(ending: str) -> None:
    owned = {"name": "Reader", "templateData": with_owner_line(BODY + ending, OWNER)}
    plain = {"name": "Reader", "templateData": BODY + ending}

    assert owner_of(Kind.TEMPLATE, owned) == OWNER
    sections = [body["templateData"].count("___NOTES___") for body in (owned, plain)]
    assert sections[0] == max(sections[1], 1)  # the line needs one, and no second
    forms = [
        without_owner(Kind.TEMPLATE, canonical_json(Kind.TEMPLATE, body, names_of({})))
        for body in (owned, plain)
    ]
    assert forms[0] == forms[1]


# -- entities that a spec cannot hold --------------------------------------------------


ODD = {"folderId": "8", "name": "Odd", "type": "html"}


def with_odd_folder() -> dict[str, Any]:
    """An export with a folder that has a field which only tags and variables have."""
    return export(
        folder=[{"folderId": "7", "name": "Fine"}, ODD],
        tag=[
            tag("1", "in it", parentFolderId="8", firingTriggerId=["5"]),
            tag("2", "beside it", parentFolderId="7"),
        ],
        trigger=[trigger("5", "ready")],
    )


def test_what_a_spec_cannot_hold_is_left_out_and_told(tmp_path: Path) -> None:
    source, done = imported(tmp_path, text(with_odd_folder()).encode())

    assert done.converted.source.left_out == {(Kind.FOLDER, "Odd")}
    shown = import_text(source, done, "out/shop.yaml", verbose=False).split("\n")
    assert shown[:8] == [
        "export.json -> out/shop.yaml",
        "",
        (
            "2 folders, 1 trigger, 2 tags, 0 built-in variables. The spec compiles to the same "
            "container, but for 1 entity that it cannot hold."
        ),
        "Lifted 1 of 5 entities into 1 trigger; the rest is under `gtm`.",
        "Of each kind: 0 of 2 tags on events (0%), 1 of 1 trigger lifted (100%).",
        "",
        "Left out of the spec (in gtm/left-out.json, as it was; no verb touches it) (1):",
        "  folder `Odd`: `type` cannot stand under `more`: gtmgen sets it [raw-value]",
    ]
    kept = json.loads((tmp_path / "out" / LEFT_OUT_FILE).read_text(encoding="utf-8"))
    assert kept == {"folder": [{"accountId": "1", "containerId": "2", **ODD}]}
    found = {item.name: item for item in compile_files(done.converted.files, done.main).tags}
    assert found["in it"].folder is None
    assert dict(found["in it"].extra)["parentFolderId"] == "8"
    assert found["beside it"].folder == "Fine"
    assert json.loads(import_json(source, done, "x"))["findings"][0] == {
        "sort": "left-out",
        "kind": "folder",
        "name": "Odd",
        "text": "`type` cannot stand under `more`: gtmgen sets it [raw-value]",
    }


def test_with_ids_what_is_left_out_stands_in_the_compiled_file(tmp_path: Path) -> None:
    data = text(with_odd_folder()).encode()

    _, done = imported(tmp_path, data, keep_ids=True)

    assert compiled_again(done) == data


def test_a_consent_type_that_is_asked_for_twice_comes_back(tmp_path: Path) -> None:
    asked = [{"type": "TEMPLATE", "value": "ad_storage"}] * 2
    consent = {"consentStatus": "NEEDED", "consentType": {"type": "LIST", "list": asked}}
    data = text(export(tag=[tag("1", "html", consentSettings=consent)])).encode()

    source, done = imported(tmp_path, data, keep_ids=True)

    assert done.converted.source.left_out == source.left_out == frozenset()
    assert compiled_again(done) == data


# -- types of templates -----------------------------------------------------------------


def template(**fields: Any) -> dict[str, Any]:
    return {"name": "Reader", "templateData": BODY, **fields}


def types_of(data: bytes, *, keep_ids: bool, folder: Path) -> list[str]:
    """The types of the tags that an import compiles to, by the names of templates."""
    _, done = imported(folder, data, keep_ids=keep_ids)
    if keep_ids:
        back = read_export(compiled_again(done), "back.json").version
    else:
        container = compile_files(done.converted.files, done.main)
        back = read_export(export_json(container), "back.json").version
    return [str(form["type"]) for form in forms_of_tags(back)]


def forms_of_tags(version: dict[str, Any]) -> list[dict[str, Any]]:
    names = names_of(bodies_of(version))
    return [canonical_json(Kind.TAG, item, names) for item in version["tag"]]


@pytest.mark.parametrize("keep_ids", [False, True])
def test_a_template_that_names_no_container_is_of_the_file_s(
    tmp_path: Path, keep_ids: bool
) -> None:
    document = export(tag=[tag("1", "Reads", type="cvt_2_41")])
    document["containerVersion"]["customTemplate"] = [template(templateId="41")]
    data = text(document).encode()

    assert types_of(data, keep_ids=keep_ids, folder=tmp_path) == ["template Reader"]
    if keep_ids:
        assert compiled_again(imported(tmp_path, data, keep_ids=True)[1]) == data


@pytest.mark.parametrize("number", range(1, 5))
def test_a_type_that_no_template_makes_stays_one(tmp_path: Path, number: int) -> None:
    odd = f"cvt_0_{number}"  # compiled files count the templates of the container 0
    document = export(
        tag=[tag("1", "Reads", type="cvt_2_41"), tag("2", "Lost", type=odd)],
        customTemplate=[template(templateId="41")],
    )

    found = types_of(text(document).encode(), keep_ids=False, folder=tmp_path)

    assert sorted(found) == [odd, "template Reader"]


# -- files that are laid out in another way ---------------------------------------------


WEB = '[\n                "WEB"\n            ]'
LAYOUTS = {
    "an inline list": (WEB, '["WEB"]'),
    "a blank line": ('    "containerVersion"', '\n    "containerVersion"'),
    "blanks behind a colon": ('"name": "html",', '"name":   "html",'),
}


@pytest.mark.parametrize(("old", "new"), LAYOUTS.values(), ids=LAYOUTS.keys())
def test_a_layout_that_cannot_be_repeated_is_told(tmp_path: Path, old: str, new: str) -> None:
    document = export(
        tag=[tag("12", "html", firingTriggerId=["34"])], trigger=[trigger("34", "ready")]
    )
    data = text(document).replace(old, new, 1).encode()
    assert data != text(document).encode()

    source, done = imported(tmp_path, data, keep_ids=True)

    assert done.notes == (OTHER_LAYOUT,)
    assert compiled_again(done) == text(document).encode()
    assert f"  {OTHER_LAYOUT}" in import_text(source, done, "x", verbose=False).split("\n")


def test_what_is_not_kept_is_told_before_what_the_file_lacks(tmp_path: Path) -> None:
    missing = [trigger(str(at), f"on {at}", filter=[about(f"Gone {at}")]) for at in range(40)]
    data = text(export(trigger=missing)).replace(WEB, '["WEB"]', 1).encode()

    source, done = imported(tmp_path, data, keep_ids=True)

    assert len(source.notes) > 10
    shown = import_text(source, done, "x", verbose=False).split("\n")
    start = next(at for at, line in enumerate(shown) if line.startswith("About the source"))
    assert shown[start + 1] == f"  {OTHER_LAYOUT}"
    assert json.loads(import_json(source, done, "x"))["notes"][0] == OTHER_LAYOUT


def about(variable: str) -> dict[str, Any]:
    """A condition on a variable."""
    sides = {"arg0": f"{{{{{variable}}}}}", "arg1": "x"}
    parameters = [{"type": "TEMPLATE", "key": key, "value": side} for key, side in sides.items()]
    return {"type": "EQUALS", "parameter": parameters}


def test_a_known_layout_is_repeated_and_nothing_is_told(tmp_path: Path) -> None:
    data = json.dumps(export(tag=[tag("12", "html")]), indent=2).encode()

    _, done = imported(tmp_path, data, keep_ids=True)

    assert done.notes == ()
    assert compiled_again(done) == data


# -- archives --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"PK\x03\x04\x14\x00", "a ZIP archive"),
        (b"PK\x05\x06" + bytes(18), "an empty ZIP archive"),
        (gzip.compress(b"{}", mtime=0), "compressed by gzip"),
    ],
)
def test_an_archive_is_told_to_be_unpacked(data: bytes, what: str) -> None:
    with pytest.raises(ExportError) as caught:
        read_export(data, "export.zip")

    assert caught.value.message == f"`export.zip` is {what}, not an export"
    assert caught.value.hint == "unpack it and name the JSON file that was in it"


def test_a_type_that_looks_like_a_name_of_ours_is_data(tmp_path: Path) -> None:
    odd = {"type": "$TRIGGER"}
    document = export(tag=[tag("1", "html", priority=odd)], trigger=[trigger("2", "ready")])
    data = text(document).encode()

    source, done = imported(tmp_path, data, keep_ids=True)

    assert done.converted.source.left_out == source.left_out
    assert compiled_again(done) == data


# -- what is no entity of GTM's --------------------------------------------------------

SOUND = {"tagId": "1", "name": "Sound", "type": "html"}
MALFORMED = [
    ("tag", {"tagId": "2", "name": "T"}, "T", "containerVersion.tag[0] (`T`): has no `type`"),
    (
        "tag",
        {"tagId": "2", "name": "T", "type": "html", "firingTriggerId": "3"},
        "T",
        "containerVersion.tag[0].firingTriggerId: a list belongs here, not a text",
    ),
    ("tag", None, "tag[0]", "containerVersion.tag[0]: an object belongs here, not nothing"),
    ("tag", "x", "tag[0]", "containerVersion.tag[0]: an object belongs here, not a text"),
    (
        "variable",
        {"name": "V", "type": "c"},
        "V",
        "containerVersion.variable[0] (`V`): has no `variableId`",
    ),
    (
        "trigger",
        {"triggerId": "2", "type": "pageview"},
        "trigger[0]",
        "containerVersion.trigger[0]: has no `name`",
    ),
    (
        "customTemplate",
        {"templateId": "2", "name": "T"},
        "T",
        "containerVersion.customTemplate[0] (`T`): has no `templateData`",
    ),
    (
        "builtInVariable",
        {"name": "Page URL"},
        "Page URL",
        "containerVersion.builtInVariable[0] (`Page URL`): has no `type`",
    ),
]


def with_malformed(field: str, item: Any) -> bytes:
    """An export with a sound tag that has another entity before it."""
    html = [{"type": "TEMPLATE", "key": "html", "value": "<script>a()</script>"}]
    document = export(tag=[{**SOUND, "parameter": html}])
    lists = document["containerVersion"]
    lists[field] = [item, *lists.get(field, ())]
    return text(document).encode(errors="backslashreplace")


@pytest.mark.parametrize(("field", "item", "name", "reason"), MALFORMED)
def test_what_is_no_entity_is_left_out_and_told(
    tmp_path: Path, field: str, item: Any, name: str, reason: str
) -> None:
    data = with_malformed(field, item)
    _, done = imported(tmp_path, data, keep_ids=True)
    told = [(one.name, one.text) for one in done.converted.findings if one.sort == "left-out"]
    assert told == [(name, reason)]
    assert [one.name for one in done.converted.source.entities[Kind.TAG]] == ["Sound"]
    kept = json.loads((tmp_path / "out" / LEFT_OUT_FILE).read_text(encoding="utf-8"))
    assert kept == {field: [item]}
    assert compiled_again(done) == data


def test_the_second_of_two_with_one_name_or_id_is_left_out(tmp_path: Path) -> None:
    tags = [SOUND, {**SOUND, "tagId": "2"}, {**SOUND, "name": "Other"}, {**SOUND, "tagId": "3"}]
    html = [{"type": "TEMPLATE", "key": "html", "value": "<script>a()</script>"}]
    data = text(export(tag=[{**item, "parameter": html} for item in tags])).encode()
    _, done = imported(tmp_path, data, keep_ids=True)
    left_out = [one for one in done.converted.findings if one.sort == "left-out"]
    name = "the name `Sound` is already that of containerVersion.tag[0]"
    id_ = "the tagId `1` is already that of containerVersion.tag[0]"
    assert [(one.name, one.text) for one in left_out] == [
        ("Sound", f"containerVersion.tag[1]: {name}"),
        ("Other", f"containerVersion.tag[2]: {id_}"),
        ("Sound", f"containerVersion.tag[3]: {name}"),
    ]
    assert compiled_again(done) == data
    assert "but for 3 entities that it cannot hold." in import_text(
        done.converted.source, done, "out/shop.yaml", verbose=False
    )


def test_no_credential_of_what_is_left_out_is_written(tmp_path: Path) -> None:
    token = "s3cr3t0123456789abcdef"
    item = {
        "tagId": "2",
        "name": "T",
        "parameter": [{"type": "TEMPLATE", "key": "apiAccessToken", "value": token}],
    }
    imported(tmp_path, with_malformed("tag", item), keep_ids=True)
    written = [path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*.*")]
    assert len(written) > 3
    assert not [text for text in written if token in text]


def test_a_file_without_a_sound_entity_is_refused() -> None:
    data = text(export(tag=[{"tagId": "2", "name": "T"}])).encode()
    with pytest.raises(ExportError) as caught:
        read_export(data, "x.json", leaves_out=True)
    assert str(caught.value) == "`x.json`: containerVersion.tag[0] (`T`): has no `type`"


def test_half_of_a_character_stops_its_entity_alone(tmp_path: Path) -> None:
    item = {
        "tagId": "2",
        "name": "Half \ud83d",
        "type": "html",
        "parameter": [{"type": "TEMPLATE", "key": "html", "value": "<b>\ude00</b>"}],
    }
    data = with_malformed("tag", item)
    source, done = imported(tmp_path, data, keep_ids=True)
    place = "containerVersion.tag[0].name: half of a character (a lone surrogate)"
    shown = import_text(source, done, "out/shop.yaml", verbose=False)
    assert f"  tag `Half \\ud83d`: {place}" in shown.split("\n")
    assert import_json(source, done, "x").encode()
    kept = json.loads((tmp_path / "out" / LEFT_OUT_FILE).read_text(encoding="utf-8"))
    assert kept == {"tag": [item]}
    assert compiled_again(done) == data


def test_half_of_a_character_beside_the_entities_is_refused() -> None:
    document = export(tag=[{"tagId": "1", "name": "T", "type": "html"}])
    document["containerVersion"]["container"]["name"] = "\ud83d"
    with pytest.raises(ExportError) as caught:
        read_export(text(document).encode(errors="backslashreplace"), "x.json", leaves_out=True)
    assert str(caught.value) == (
        "`x.json`: containerVersion.container.name: half of a character (a lone surrogate)"
    )
