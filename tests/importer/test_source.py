"""Odd export files are read in the one way they can mean, or refused; never bent."""

import codecs
import json
from pathlib import Path

import pytest
from container.corpus import FOLDER, needs_corpus
from hypothesis import given, settings
from hypothesis import strategies as st

from gtmgen.errors import ExportError, GtmgenError, UsageError
from gtmgen.importer.exact.layout import write_like
from gtmgen.importer.read import json_text
from gtmgen.importer.read.container import Imported
from gtmgen.importer.read.source import open_export, read_export

HOW = "in GTM, *Admin > Export Container* makes such a file; `gtmgen import GTM-XXXX` asks the API"
FIX = "put it right in the file, or in GTM and export the container again"
UNCLOSED = "a string is not closed; does the file end too early?"
IDS = {"accountId": "1", "containerId": "2"}


def tag(number=1, **fields):
    return {**IDS, "tagId": str(number), "name": f"Tag {number}", "type": "html", **fields}


def trigger(number=1, **fields):
    return {**IDS, "triggerId": str(number), "name": f"T {number}", "type": "CLICK", **fields}


def variable(number=1, **fields):
    return {**IDS, "variableId": str(number), "name": f"V {number}", "type": "c", **fields}


def export(**version):
    container = {"path": "accounts/1/containers/2", **IDS, "publicId": "GTM-A1"}
    head = {**IDS, "containerVersionId": "0", "container": container}
    return {"exportFormatVersion": 2, "containerVersion": {**head, **version}}


def read(document):
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return read_export(data, "x.json")


def refusal(document):
    with pytest.raises(ExportError) as caught:
        read(document)
    assert caught.value.exit_code == 1
    return caught.value.message, caught.value.hint


# -- no JSON ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message", "hint"),
    [
        (b"", "`x.json` is empty", json_text._EXPORT_AGAIN),
        (b" \n", "`x.json` is empty", json_text._EXPORT_AGAIN),
        (
            b"gtmgen: 1\n",
            "`x.json` is not a GTM export",
            f"this is not JSON at all; {json_text._EXPORT_AGAIN}",
        ),
        (
            b"<!doctype html>",
            "`x.json` is not a GTM export",
            f"this looks like HTML or XML; {json_text._EXPORT_AGAIN}",
        ),
        (
            b'{\n  "containerVersion": {\n',
            "`x.json` is not valid JSON: line 3, column 1: it ends in the middle",
            "copy the whole file again, or export the container again",
        ),
        (
            b'{\n  "containerVers',
            f"`x.json` is not valid JSON: line 2, column 3: {UNCLOSED}",
            "copy the whole file again, or export the container again",
        ),
        (
            b'{"a": 1,}',
            "`x.json` is not valid JSON: line 1, column 8: a trailing comma",
            "copy the whole file again, or export the container again",
        ),
        (
            b'{"a": 1}\n<<<<<<< HEAD',
            "`x.json` is not valid JSON: line 2, column 1: Extra data",
            "copy the whole file again, or export the container again",
        ),
        (b'{"a": NaN}', "`x.json`: `NaN` is not JSON", "write it as a string"),
        (b'{"a": -Infinity}', "`x.json`: `-Infinity` is not JSON", "write it as a string"),
        (b'{"a": 1e999}', "`x.json`: the number `1e999` is out of range", "write it as a string"),
        (
            b'{"a": ' + b"1" * 5000 + b"}",
            "`x.json`: a number of 5000 digits is none of GTM's",
            "write it as a string",
        ),
        (
            b'{\n"a": "\xe4"}',
            "`x.json`, line 2: byte 0xe4 is not UTF-8",
            "save it as UTF-8, or export it again: GTM's own files are UTF-8",
        ),
        (
            '{"a": 1}'.encode("utf-16-le"),
            "`x.json` is not UTF-8",
            "it looks like UTF-16 without a byte order mark; save it as UTF-8",
        ),
        (
            codecs.BOM_UTF16_LE + b"{\x00\x00",
            "`x.json` begins as UTF-16, and is not",
            "save it as UTF-8, or export it again: GTM's own files are UTF-8",
        ),
        (
            b"[" * 101 + b"]" * 101,
            "`x.json` is nested deeper than 64 levels",
            "no export of GTM is; is it the right file?",
        ),
        (
            b'{"a":' * 100_000,
            "`x.json` is nested deeper than 64 levels",
            "no export of GTM is; is it the right file?",
        ),
    ],
)
def test_no_json(data, message, hint):
    found = refusal(data)
    if "trailing comma" in message:  # newer Pythons say it in these words
        assert found[0].startswith("`x.json` is not valid JSON: line 1, column ")
        assert found[1] == hint
    else:
        assert found == (message, hint)


def test_too_large(monkeypatch, tmp_path):
    monkeypatch.setattr(json_text, "MAX_BYTES", 1024 * 1024)
    hint = "GTM takes export files of up to 10 MB"
    assert refusal(b" " * (1024 * 1024 + 1)) == ("`x.json` is larger than 1 MB", hint)


def test_half_a_character():
    message, hint = refusal(export(tag=[tag(notes="a\ud83d")]))
    assert message == (
        "`x.json`: containerVersion.tag[0].notes: half of a character (a lone surrogate)"
    )
    assert hint == "a text was cut within an emoji, perhaps; write the character whole"
    message, _ = refusal(export(tag=[tag(**{"\udc00": 1})]))
    assert message == (
        '`x.json`: containerVersion.tag[0]."\\udc00": half of a character (a lone surrogate)'
    )


def test_files_that_cannot_be_read(tmp_path):
    missing = tmp_path / "missing.json"
    with pytest.raises(UsageError) as caught:
        open_export(missing)
    assert caught.value.message == f"`{missing}` does not exist"
    with pytest.raises(UsageError) as caught:
        open_export(tmp_path)
    assert caught.value.message == f"`{tmp_path}` is a directory, not an export"
    with pytest.raises(GtmgenError) as caught_other:
        open_export("a\0b")
    assert caught_other.value.message == "`a\0b` cannot be read: Invalid argument"


# -- keys that stand twice -------------------------------------------------------------


def with_twice(first, second):
    text = json.dumps(export(tag=[tag()]))
    return text.replace('"type": "html"', f'"type": "html", "notes": {first}, "notes": {second}')


def test_a_key_twice_with_two_values():
    message, hint = refusal(with_twice('"A"', '"B"').encode())
    assert message == (
        "`x.json`: containerVersion.tag[0]: the key `notes` is there twice, "
        'with `"A"` and with `"B"`'
    )
    assert hint == "remove the one that is wrong"
    message, _ = refusal(with_twice("1", "true").encode())  # Python takes them for equal
    assert message.endswith("with `1` and with `true`")
    message, _ = refusal(with_twice("1", json.dumps("x" * 100)).encode())
    assert message.endswith(f'with `"{"x" * 56}...`')


def test_a_key_twice_with_the_same_value():
    found = read(with_twice('"A"', '"A"').encode())
    assert found.notes == (
        "containerVersion.tag[0]: the key `notes` is there 2 times, always the same",
    )
    assert found.version["tag"][0]["notes"] == "A"
    assert not found.exact


def test_a_key_twice_within_what_stands_twice():
    twice = '{"a": 1, "a": 2}'
    message, _ = refusal(f'{{"x": {twice}, "x": {{"a": 2}}}}'.encode())
    assert message == "`x.json`: the key `a` is there twice, with `1` and with `2`"
    message, _ = refusal(b'{"a": 1, "a": 2}')
    assert message == "`x.json`: the top: the key `a` is there twice, with `1` and with `2`"


# -- no export -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "why"),
    [
        ([], "it is a list, an export is an object"),
        (5, "it is a single value, an export is an object"),
        ({}, "it is empty"),
        (
            {"name": "x", "version": "1", "private": True, "scripts": {}},
            "it has no `containerVersion`, but `name`, `version`, `private`, ...",
        ),
        ({"a": 1}, "it has no `containerVersion`, but `a`"),
        (
            {"tag": [tag()], "nextPageToken": "x"},
            "it is a list of the API (`tag`), and one kind alone is not a container",
        ),
        (
            {"template": []},
            "it is a list of the API (`template`), and one kind alone is not a container",
        ),
        (tag(), "it is a single tag"),
        ({"containerVersionHeader": []}, "it tells of versions, not what is in them"),
        (
            {"path": "x", **IDS, "usageContext": ["web"]},
            "it describes a container or workspace, not what is in it",
        ),
        ({"gtmgen": 1}, "it looks like a spec of gtmgen"),
        (
            {"resource": {"version": "1", "macros": []}, "runtime": []},
            "it is what gtm.js holds, the compiled container",
        ),
    ],
)
def test_other_json(document, why):
    assert refusal(document) == (f"`x.json` is not a GTM export: {why}", HOW)


def test_a_container_version_that_is_none():
    message = "`x.json`: containerVersion: an object belongs here"
    assert refusal({"containerVersion": []}) == (message, HOW)


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        (
            3,
            "`x.json` is of export format 3; this gtmgen knows format 2",
            "is there a newer gtmgen?",
        ),
        ("two", "`x.json`: exportFormatVersion: a number belongs here, such as 2", HOW),
        (True, "`x.json`: exportFormatVersion: a number belongs here, such as 2", HOW),
        ([2], "`x.json`: exportFormatVersion: a number belongs here, such as 2", HOW),
    ],
)
def test_formats_that_are_refused(value, message, hint):
    assert refusal({**export(), "exportFormatVersion": value}) == (message, hint)


def test_the_old_format():
    document = {**export(macro=[]), "exportFormatVersion": "1.3"}
    assert refusal(document) == (
        "`x.json` is of the old export format 1.3: containerVersion has `macro`",
        "import it into a container in GTM and export that one",
    )


@pytest.mark.parametrize(
    ("value", "notes"),
    [
        (2, ()),
        ("2", ("exportFormatVersion is written in another way than `2`: '2'",)),
        (2.0, ("exportFormatVersion is written in another way than `2`: 2.0",)),
        (1, ("exportFormatVersion is 1; nothing of the old format is in it, read as 2",)),
        ("1.3", ("exportFormatVersion is 1.3; nothing of the old format is in it, read as 2",)),
        (None, ("exportFormatVersion is missing; read as format 2",)),
    ],
)
def test_formats_that_are_read(value, notes):
    found = read({**export(tag=[tag()]), "exportFormatVersion": value})
    assert found.notes == notes
    assert found.version is found.document["containerVersion"]


def test_a_container_version_of_the_api():
    version = export(tag=[tag(tagFiringOption="oncePerEvent")])["containerVersion"]
    found = read(version)
    assert found.version == version
    assert found.notes == ("this is a container version of the API, not an export; read as one",)
    answer = read({"containerVersion": version, "compilerError": False})
    assert answer.notes == ("exportFormatVersion is missing; read as format 2",)


# -- entities --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "problem"),
    [
        ({"tag": {}}, "tag: a list belongs here, not an object"),
        ({"tag": [5]}, "tag[0]: an object belongs here, not a number"),
        ({"tag": [tag(name="")]}, "tag[0]: has no `name`"),
        ({"tag": [tag(type=None)]}, "tag[0] (`Tag 1`): has no `type`"),
        ({"tag": [tag(tagId="")]}, "tag[0] (`Tag 1`): has no `tagId`"),
        ({"folder": [{"name": "F"}]}, "folder[0] (`F`): has no `folderId`"),
        ({"builtInVariable": [{"name": "X"}]}, "builtInVariable[0] (`X`): has no `type`"),
        (
            {"customTemplate": [{"templateId": "1", "name": "T"}]},
            "customTemplate[0] (`T`): has no `templateData`",
        ),
        (
            {"tag": [tag(1), tag(2), tag(1, name="x")]},
            "tag[2]: the tagId `1` is already that of containerVersion.tag[0]",
        ),
        (
            {"tag": [tag(1), tag(2, name="Tag 1")]},
            "tag[1]: the name `Tag 1` is already that of containerVersion.tag[0]",
        ),
        ({"tag": [tag(name=["x"])]}, "tag[0].name: a text belongs here, not a list"),
        ({"tag": [tag(paused="no")]}, "tag[0].paused: true or false belongs here, not a text"),
        ({"tag": [tag(parameter={})]}, "tag[0].parameter: a list belongs here, not an object"),
        (
            {"tag": [tag(parameter=[{"key": "a"}])]},
            "tag[0].parameter[0]: has no `type`",
        ),
        (
            {"tag": [tag(parameter=[{"type": "LIST", "key": "a", "list": [None]}])]},
            "tag[0].parameter[0].list[0]: an object belongs here, not nothing",
        ),
        (
            {"tag": [tag(parameter=[{"type": "TEMPLATE", "key": "a", "value": {}}])]},
            "tag[0].parameter[0].value: a text belongs here, not an object",
        ),
        (
            {"tag": [tag(parameter=[{"type": "TEMPLATE", "key": "a", "value": 1.5}])]},
            "tag[0].parameter[0].value: a number with a point where a text belongs: quote it",
        ),
        (
            {"tag": [tag(firingTriggerId="5")]},
            "tag[0].firingTriggerId: a list belongs here, not a text",
        ),
        (
            {"trigger": [trigger(filter=[{"type": "EQUALS", "parameter": [1]}])]},
            "trigger[0].filter[0].parameter[0]: an object belongs here, not a number",
        ),
        (
            {"trigger": [trigger(interval=5)]},
            "trigger[0].interval: an object belongs here, not a number",
        ),
        (
            {"tag": [tag(firingTriggerId=["5", ""])]},
            "tag[0].firingTriggerId[1]: an empty text is not a trigger's ID",
        ),
        ({"container": "x"}, "container: an object belongs here, not a text"),
        (
            {"container": {"publicId": {}}},
            "container.publicId: a text belongs here, not an object",
        ),
        (
            {"container": {"usageContext": "WEB"}},
            "container.usageContext: a list belongs here, not a text",
        ),
        (
            {"container": {"usageContext": [None]}},
            "container.usageContext[0]: a text belongs here, not nothing",
        ),
        (
            {"container": {"usageContext": ["TV"]}},
            "container.usageContext[0]: `TV` is not a kind of container in GTM",
        ),
        (
            {"builtInVariable": [{"type": "PAGE_URL"}, {"type": "{{x}}"}]},
            "builtInVariable[1].type: `{{x}}` is not a built-in variable",
        ),
    ],
)
def test_entities_that_are_refused(version, problem):
    assert refusal(export(**version)) == (f"`x.json`: containerVersion.{problem}", FIX)


def test_all_problems_at_once():
    message, _ = refusal(export(tag=[tag(n, name="") for n in range(25)]))
    lines = message.splitlines()
    assert lines[0] == "`x.json` has 25 problems"
    assert lines[1] == "  containerVersion.tag[0]: has no `name`"
    assert lines[-1] == "  and 5 more"
    assert len(lines) == 22


def test_numbers_flags_and_nulls():
    document = export(
        accountId=1,
        client=None,
        tag=[
            tag(
                tagId=7,
                notes=None,
                paused="true",
                firingTriggerId=[2147479553],
                parameter=[
                    {"type": "BOOLEAN", "key": "a", "value": True},
                    {"type": "LIST", "key": "b", "list": [{"type": "INTEGER", "value": 5}]},
                ],
            )
        ],
    )
    before = json.dumps(document)
    found = read(document)
    assert json.dumps(found.document) == before
    assert found.version["accountId"] == "1"
    assert found.version["client"] == []
    cleaned = tag(
        tagId="7",
        paused=True,
        firingTriggerId=["2147479553"],
        parameter=[
            {"type": "BOOLEAN", "key": "a", "value": "true"},
            {"type": "LIST", "key": "b", "list": [{"type": "INTEGER", "value": "5"}]},
        ],
    )
    assert found.version["tag"] == [cleaned]
    place = "containerVersion.tag[0]"
    listed = f"{place}.parameter[1].list[0].value"
    numbers = "a number where GTM has a text; read as its digits"
    flags = "`true` or `false` in the other spelling than GTM's; read as what it says"
    assert found.notes == (
        f"{place}.tagId, {place}.firingTriggerId[0], {listed} and 1 more: {numbers}",
        f"{place}.paused, {place}.parameter[0].value: {flags}",
        f"containerVersion.client, {place}.notes: `null`; read as not there",
    )
    assert found.exact


CLIENT = {**IDS, "clientId": "1", "name": "C", "type": "gaaw_client"}


@pytest.mark.parametrize(
    ("contexts", "content", "context"),
    [
        (["WEB", "SERVER"], {}, "WEB"),
        (["SERVER", "WEB"], {}, "WEB"),
        (["SERVER", "WEB"], {"client": []}, "WEB"),
        (["web", "server"], {"client": [CLIENT]}, "SERVER"),
        (["AMP", "WEB"], {}, "AMP"),
        (["AMP", "WEB"], {"client": [CLIENT]}, "AMP"),
    ],
)
def test_a_container_of_two_sorts_is_of_the_one_that_its_content_fits(contexts, content, context):
    found = read(export(container={"usageContext": contexts}, **content))
    assert found.notes == (
        f"containerVersion.container.usageContext: a container has one; read as `{context}`",
    )
    assert Imported(found.version, "x.json").context == context


def test_a_container_without_description():
    found = read(export(container=None))
    assert found.version["container"] == {}
    assert found.notes == ("containerVersion.container: `null`; read as not there",)


def test_what_is_not_known():
    found = read(export(tag=[tag(novelty={"a": [1, None]})], gadget=[{}]))
    assert found.notes == ("containerVersion.gadget: gtmgen does not know it and leaves it out",)
    assert found.version["tag"] == [tag(novelty={"a": [1, None]})]


def test_other_spellings_of_enums_pass():
    version = {
        "tag": [tag(tagFiringOption="oncePerEvent", parameter=[{"type": "template", "key": "a"}])],
        "trigger": [trigger(type="linkClick")],
        "builtInVariable": [{"type": "pageUrl", "name": "Page URL"}],
    }
    found = read(export(**version))
    assert found.notes == ()
    assert found.version["tag"] == version["tag"]


# -- references that lead nowhere ------------------------------------------------------


def test_references_that_lead_nowhere():
    value = {"type": "TEMPLATE", "key": "a", "value": "{{V 1}} {{Gone}} {{_event}} {{Page URL}}"}
    found = read(
        export(
            tag=[
                tag(
                    1,
                    firingTriggerId=["1", "9", "2147479553"],
                    blockingTriggerId=["8"],
                    parentFolderId="5",
                    setupTag=[{"tagName": "Nobody"}],
                    teardownTag=[{"tagName": "Tag 1"}],
                    parameter=[value],
                    notes="{{Text}}",
                )
            ],
            trigger=[trigger(1, filter=[{"type": "EQUALS", "parameter": [value]}])],
            variable=[variable(1)],
            builtInVariable=[{"type": "PAGE_URL", "name": "Page URL"}],
        )
    )
    assert found.notes == (
        "tag `Tag 1` fires on trigger 9, which is not there",
        "tag `Tag 1` is blocked on trigger 8, which is not there",
        "tag `Tag 1` is in folder 5, which is not there",
        "tag `Tag 1` has `Nobody` run before it, which is not there",
        "tag `Tag 1` and 1 more: the variable `{{Gone}}` is not there",
    )


def test_many_variables_are_counted():
    text = "".join(f"{{{{X{number}}}}}" for number in range(12))
    value = {"type": "TEMPLATE", "key": "a", "value": text}
    found = read(export(tag=[tag(parameter=[value])]))
    assert len(found.notes) == 11
    assert found.notes[-1] == "2 more variables that are used are not there"


# -- layouts ---------------------------------------------------------------------------

PRETTY = json.dumps(
    export(tag=[tag(notes="é \\/ [] 😀", x=[], y={})]), indent=4, ensure_ascii=False
)
LAYOUTS = {
    "indent 4": PRETTY.encode(),
    "indent 4, line at the end": f"{PRETTY}\n".encode(),
    "indent 4, lines at the end": f"{PRETTY}\n \n\t".encode(),
    "indent 4, CRLF": f"{PRETTY}\n".replace("\n", "\r\n").encode(),
    "indent 4, BOM": codecs.BOM_UTF8 + PRETTY.encode(),
    "indent 4, ascii": json.dumps(json.loads(PRETTY), indent=4).encode(),
    "indent 4, slashes": PRETTY.replace("/", "\\/").encode(),
    "indent 4, hollow": PRETTY.replace(
        "[],", "[\n                    \n                ],"
    ).encode(),
    "indent 2": json.dumps(json.loads(PRETTY), indent=2, ensure_ascii=False).encode(),
    "indent tab": json.dumps(json.loads(PRETTY), indent="\t", ensure_ascii=False).encode(),
    "minified": json.dumps(json.loads(PRETTY), separators=(",", ":")).encode(),
    "minified, blanks": json.dumps(json.loads(PRETTY), ensure_ascii=False).encode(),
    "indent 4, UTF-16": codecs.BOM_UTF16_LE + PRETTY.encode("utf-16-le"),
    "indent 4, UTF-16 BE": codecs.BOM_UTF16_BE + f"{PRETTY}\n".encode("utf-16-be"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_layouts_come_back(name):
    found = read(LAYOUTS[name])
    assert found.layout.name == name.partition(",")[0]
    assert found.exact
    assert write_like(found.document, found.layout) == LAYOUTS[name]
    wide = ("the file is UTF-16; UTF-8 is what GTM writes",)
    assert found.notes == (wide if "UTF-16" in name else ())


@pytest.mark.parametrize(
    "data",
    [
        PRETTY.replace("\n", "\r\n", 1).encode(),
        PRETTY.replace("é", "\\u00E9").encode(),
        PRETTY.replace(": ", " : ").encode(),
        b"\n" + PRETTY.encode(),
        PRETTY.replace(
            '"exportFormatVersion": 2,', '"exportFormatVersion": 2, "x": 1.50,'
        ).encode(),
    ],
)
def test_other_layouts_keep_the_content(data):
    found = read(data)
    assert not found.exact
    written = write_like(found.document, found.layout)
    assert written != data
    assert json.loads(written) == json.loads(data)


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=10)),
        lambda inner: st.one_of(
            st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=5), inner, max_size=4)
        ),
        max_leaves=15,
    ),
    st.sampled_from([None, 1, 2, 4, "\t"]),
    st.booleans(),
)
def test_any_content_comes_back(content, indent, ascii_only):
    document = export(tag=[tag(x=content)])
    data = json.dumps(document, indent=indent, ensure_ascii=ascii_only).encode()
    found = read(data)
    assert found.document == document
    assert found.exact
    assert write_like(found.document, found.layout) == data


# -- real exports ----------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.json")), ids=lambda file: file.stem[:40])
class TestCorpus:
    pytestmark = needs_corpus

    def test_it_is_read_and_written_back(self, file: Path):
        data = file.read_bytes()
        found = open_export(file)
        assert found.layout.name == "indent 4"
        assert found.exact
        assert write_like(found.document, found.layout) == data
        assert found.version is found.document["containerVersion"]
        assert all("the variable `{{" in note for note in found.notes)
