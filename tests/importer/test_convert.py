"""Import of made containers: what is odd, what is hostile, and what a second import does."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gtmgen.container.entities import Kind
from gtmgen.container.export import export_json
from gtmgen.importer.convert import convert
from gtmgen.importer.exact.keep_ids import export_like
from gtmgen.importer.read.container import Imported
from gtmgen.importer.read.source import read_export
from gtmgen.importer.run import run
from gtmgen.importer.verify.prove import compile_files, prove
from gtmgen.importer.write.folder import OutFolder
from gtmgen.importer.write.render import LAYOUT_FILE, SpecSettings, render
from importer.exports import export, imported, keys_of, tag, text, trigger, variable

SETTINGS = SpecSettings("shop")


def files_of(document: Any, *, lift: bool = False) -> dict[str, str]:
    source = imported(document)
    found = convert(source, SETTINGS, keys_of(source), lift=lift).files
    return {path: data.decode("utf-8") for path, data in found.items()}


# -- the files -------------------------------------------------------------------------


def test_the_files_of_a_small_container() -> None:
    firing = ["5", "2147479553", "99"]
    found = files_of(
        export(
            tag=[tag("3", "Pixel", firingTriggerId=firing, paused=True)],
            trigger=[trigger("5", "Ready")],
            variable=[variable("7", "Colour", "blue", parentFolderId="8")],
            folder=[{"folderId": "8", "name": "Bits"}],
            builtInVariable=[{"type": "PAGE_URL", "name": "Page URL"}],
        )
    )

    assert found == {
        "shop.yaml": (
            "# yaml-language-server: $schema=gtmgen.schema.json\n"
            "# Imported from export.json by `gtmgen import`.\n"
            "gtmgen: 1\n"
            "project: shop\n"
            "container: {gtm: GTM-SHOP1}\n"
            "include:\n"
            "  - gtm/built_in_variables.yaml\n"
            "  - gtm/folders.yaml\n"
            "  - gtm/tags.yaml\n"
            "  - gtm/triggers.yaml\n"
            "  - gtm/variables.yaml\n"
        ),
        "gtm/built_in_variables.yaml": "gtm: {built_in_variables: [page_url]}\n",
        "gtm/folders.yaml": "gtm:\n  folders:\n    bits: {name: Bits}\n",
        "gtm/tags.yaml": (
            "gtm:\n"
            "  tags:\n"
            "    # Custom HTML; no trigger of the container has the ID 99\n"
            "    pixel:\n"
            "      name: Pixel\n"
            "      type: html\n"
            "      firing:\n"
            "        - Ready\n"
            "        - All Pages\n"
            '        - {id: "99"}\n'
            "      paused: true\n"
            '      parameters: {html: "<script>Pixel</script>"}\n'
        ),
        "gtm/triggers.yaml": ("gtm:\n  triggers:\n    ready: {name: Ready, type: DOM_READY}\n"),
        "gtm/variables.yaml": (
            "gtm:\n"
            "  variables:\n"
            "    # Constant\n"
            "    colour:\n"
            "      name: Colour\n"
            "      type: c\n"
            "      folder: Bits\n"
            "      parameters: {value: blue}\n"
        ),
    }


def test_code_goes_into_files_of_its_own_byte_for_byte() -> None:
    code = "\ufefffunction() {\r\n  return '${HOME} {{x}}\t';\r\n}"
    html = "<p>\n" + "x" * 500_000 + "\n</p>"
    jsm = {
        "variableId": "1",
        "name": "Code",
        "type": "jsm",
        "parameter": [{"type": "TEMPLATE", "key": "javascript", "value": code}],
    }
    big = tag("2", "Big", parameter=[{"type": "TEMPLATE", "key": "html", "value": html}])
    source = imported(export(variable=[jsm], tag=[big]))

    found = convert(source, SETTINGS, keys_of(source), lift=False).files

    assert found["gtm/variables/code.js"].decode("utf-8") == code
    assert found["gtm/tags/big.html"].decode("utf-8") == html


def test_what_names_do_not_tell() -> None:
    document = export(
        trigger=[
            trigger("5", "All Pages", filter=[]),
            trigger(
                "6",
                "Both",
                "TRIGGER_GROUP",
                parameter=[
                    {
                        "type": "LIST",
                        "key": "triggerIds",
                        "list": [{"type": "TRIGGER_REFERENCE", "value": "5"}],
                    }
                ],
            ),
        ],
        tag=[tag("3", "A", firingTriggerId=["5", "2147479553"])],
    )

    found = files_of(document)

    assert "firing:\n        - {name: All Pages}\n        - All Pages\n" in found["gtm/tags.yaml"]
    assert 'triggerIds: [{"$trigger": All Pages}]' in found["gtm/triggers.yaml"]


@pytest.mark.parametrize("case", ["upper", "lower", "api"])
def test_the_spelling_of_enums_does_not_count(case: str) -> None:
    spell = {"upper": str, "lower": str.lower, "api": lambda _: "template"}[case]
    parameter = [{"type": spell("TEMPLATE"), "key": "html", "value": "x"}]
    document = export(
        tag=[tag("3", "A", parameter=parameter, tagFiringOption=spell("ONCE_PER_LOAD"))]
        if case == "upper"
        else [tag("3", "A", parameter=parameter, tagFiringOption="oncePerLoad")]
    )

    assert "once: page" in files_of(document)["gtm/tags.yaml"]


@pytest.mark.parametrize("project", ["data", "pages", "triggers", "events"])
def test_a_project_may_be_called_like_a_part_of_a_spec(project: str) -> None:
    document = export(variable=[variable("1", "V")], trigger=[trigger("2", "T")])
    source = imported(document)
    found = convert(source, SpecSettings(project), keys_of(source), lift=True)

    assert sorted(lift.section for lift in found.lifts) == ["data", "triggers"]
    assert {f"{project}-spec.yaml", "data.yaml", "triggers.yaml"} < found.files.keys()


@pytest.mark.parametrize(
    ("name", "project"),
    [
        ("My Shop", "my-shop"),
        ("Café & Söhne", "cafe-sohne"),
        ("www.shop.example", "www-shop-example"),
        ("2 shops", "site-2-shops"),
        ("Con", "site-con"),
        ("COM 1", "com-1"),
        ("com1", "site-com1"),
        (" ", "imported"),
    ],
)
def test_the_project_has_the_containers_name(name: str, project: str) -> None:
    document = export()
    document["containerVersion"]["container"]["name"] = name

    assert imported(document).project == project


@pytest.mark.parametrize(("public_id", "told"), [("GTM-AXXX", False), (None, True)])
def test_an_export_may_not_say_where_it_is_from(public_id: str | None, told: bool) -> None:
    document = export()
    version = document["containerVersion"]
    version["container"]["publicId"] = public_id or "YOUR-ID"
    if public_id is None:
        version["accountId"] = version["containerId"] = "YOUR_ID"

    main = files_of(document)["shop.yaml"]

    assert ("does not say which container" in main) is told


# -- what cannot come back -------------------------------------------------------------


def test_what_does_not_come_back_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    source = imported(export(tag=[tag("3", "A"), tag("4", "B")]))
    keys = keys_of(source)
    good = render(source, SETTINGS, keys, ())
    tampered = {
        path: data.replace(b"<script>A</script>", b"<script>a</script>")
        for path, data in good.items()
    }

    assert prove(good, SETTINGS.main, source)
    verdict = prove(tampered, SETTINGS.main, source)
    assert not verdict
    assert verdict.different == {(Kind.TAG, "A")}

    monkeypatch.setattr("gtmgen.importer.convert.render", lambda *_: tampered)
    with pytest.raises(Exception, match="cannot be imported") as refusal:
        convert(source, SETTINGS, keys, lift=False)
    assert str(refusal.value) == (
        "export.json cannot be imported without a change of its meaning\n"
        "  tag `A` does not come back as it was"
    )


def test_a_surplus_entity_is_no_proof() -> None:
    source = imported(export(tag=[tag("3", "A")]))
    more = imported(export(tag=[tag("3", "A"), tag("4", "B")]))

    assert not prove(render(more, SETTINGS, keys_of(more), ()), SETTINGS.main, source)


# -- hostile names and content ---------------------------------------------------------

HOSTILE = [
    "../../etc/passwd",
    "..\\..\\windows\\win.ini",
    "/absolute",
    "C:\\x",
    "NUL",
    "con",
    "- item",
    "key: value",
    "{{braces}}",
    "${HOME}",
    "$${x}",
    "yes",
    "null",
    "1e3",
    "0o17",
    "~",
    "<<",
    "*alias",
    "&anchor",
    "!!python/object/apply:os.system",
    "# comment",
    "'quoted'",
    '"double"',
    "emoji 🎯🧨",
    "日本語",
    " é ü ñ",
    "a\tb",
    "\x00\x07\x1b[31m",
    "x" * 300,
    "\u202eevil",
    "line\nbreak",
    "---",
    "%YAML 1.2",
    "tag:A",
    "file",
    "$tag",
]


def test_hostile_names_stay_in_the_folder_and_come_back(tmp_path: Path) -> None:
    tags = [
        tag(str(place), name, notes=name, firingTriggerId=[str(1000 + place)])
        for place, name in enumerate(HOSTILE, 1)
    ]
    triggers = [trigger(str(1000 + place), name) for place, name in enumerate(HOSTILE, 1)]
    variables = [
        {
            "variableId": str(2000 + place),
            "name": name,
            "type": "jsm",
            "parameter": [{"type": "TEMPLATE", "key": "javascript", "value": f"{name}\n{name}"}],
        }
        for place, name in enumerate(HOSTILE, 1)
    ]
    folders = [
        {"folderId": str(3000 + place), "name": name} for place, name in enumerate(HOSTILE, 1)
    ]
    source = imported(export(tag=tags, trigger=triggers, variable=variables, folder=folders))
    out = tmp_path / "inner" / "out"

    done = run(source, OutFolder(out), SETTINGS, lift=True, keep_ids=False)

    outside = {path for path in tmp_path.rglob("*") if path.is_file()} - {
        path for path in out.rglob("*") if path.is_file()
    }
    assert outside == set()
    assert all(".." not in path and not path.startswith("/") for path in done.converted.files)
    back = read_export(export_json(compile_files(done.converted.files, done.main)), "b")
    assert sorted(item["name"] for item in back.version["tag"]) == sorted(HOSTILE)
    assert Imported(back.version, "").canonical == source.canonical


PARAMETER = st.deferred(
    lambda: st.one_of(
        st.builds(
            lambda key, value: {"type": "TEMPLATE", "key": key, "value": value}, KEYS, st.text()
        ),
        st.builds(
            lambda key, value: {"type": "BOOLEAN", "key": key, "value": value},
            KEYS,
            st.sampled_from(["true", "false", "{{x}}", ""]),
        ),
        st.builds(
            lambda key, value: {"type": "INTEGER", "key": key, "value": value},
            KEYS,
            st.sampled_from(["0", "1", "-5", "007", "{{x}}", "9" * 30]),
        ),
        st.builds(
            lambda key, items: {"type": "LIST", "key": key, "list": items},
            KEYS,
            st.lists(PARAMETER, max_size=3),
        ),
        st.builds(
            lambda key, items: {"type": "MAP", "key": key, "map": items},
            KEYS,
            st.lists(PARAMETER, max_size=3),
        ),
        st.builds(
            lambda key, weak: {
                "type": "TAG_REFERENCE",
                "key": key,
                "value": "A",
                "isWeakReference": weak,
            },
            KEYS,
            st.booleans(),
        ),
    )
)
KEYS = st.sampled_from(["a", "b", "file", "$tag", "", "html", "x y", "é", "triggerIds"])


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
@given(st.lists(PARAMETER, max_size=4), st.text(max_size=20), st.booleans())
def test_any_parameters_come_back(parameters: list[Any], notes: str, lift: bool) -> None:
    document = export(tag=[tag("3", "A", parameter=parameters, notes=notes)])
    try:
        json.dumps(document, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return
    source = imported(document)
    converted = convert(source, SETTINGS, keys_of(source), lift=lift)

    back = read_export(export_json(compile_files(converted.files, SETTINGS.main)), "b")
    assert Imported(back.version, "").canonical == source.canonical


# -- keep-ids --------------------------------------------------------------------------


def keep(tmp_path: Path, data: bytes) -> dict[str, bytes]:
    found = read_export(data, "export.json")
    source = Imported(found.version, "export.json", found.notes)
    done = run(source, OutFolder(tmp_path / "o"), SETTINGS, lift=False, keep_ids=True, export=found)
    return dict(done.converted.files)


def again(files: dict[str, bytes]) -> bytes:
    return export_like(compile_files(files, SETTINGS.main), files[LAYOUT_FILE].decode("utf-8"))


@pytest.mark.parametrize("indent", [None, 2, 4])
@pytest.mark.parametrize("end", ["", "\n"])
def test_the_bytes_come_back(tmp_path: Path, indent: int | None, end: str) -> None:
    document = export(
        variable=[variable("7", "B", "", formatValue={}), variable("3", "A", fingerprint="1")],
        tag=[tag("9", "T", firingTriggerId=["4", "2"], paused=False, notes="")],
        trigger=[trigger("4", "X"), trigger("2", "Y")],
    )
    data = (json.dumps(document, indent=indent, ensure_ascii=False) + end).encode()

    assert again(keep(tmp_path, data)) == data


def test_a_change_of_the_spec_is_the_only_one_in_the_export(tmp_path: Path) -> None:
    document = export(tag=[tag("9", "T", paused=True), tag("4", "S", tagFiringOption="UNLIMITED")])
    data = text(document).encode()
    files = keep(tmp_path, data)

    files["gtm/tags.yaml"] = files["gtm/tags.yaml"].replace(b"<script>T<", b"<script>U<")

    assert again(files) == data.replace(b"<script>T<", b"<script>U<")


def test_a_new_entity_gets_a_new_id_and_stands_last(tmp_path: Path) -> None:
    files = keep(tmp_path, text(export(tag=[tag("9", "T")])).encode())

    files["gtm/tags.yaml"] += b"    new: {name: New, type: html, parameters: {html: x}}\n"

    found = json.loads(again(files))["containerVersion"]["tag"]
    assert [(item["tagId"], item["name"]) for item in found] == [("9", "T"), ("10", "New")]
    assert found[1]["notes"] == "[gtmgen shop tag/gtm/new]"


def test_an_entity_that_left_the_spec_leaves_the_export(tmp_path: Path) -> None:
    files = keep(tmp_path, text(export(tag=[tag("9", "T"), tag("8", "S")])).encode())
    lines = files["gtm/tags.yaml"].decode().split("\n")
    start = lines.index("    t:")
    files["gtm/tags.yaml"] = "\n".join(lines[: start - 1]).encode() + b"\n"

    assert [item["name"] for item in json.loads(again(files))["containerVersion"]["tag"]] == ["S"]


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        ("", "the export layout is damaged (JSONDecodeError)"),
        ("[]", "the export layout is damaged (TypeError)"),
        ("{}", "the export layout is damaged (KeyError)"),
        ('{"format": 2}', "the export layout has the format 2, not 1"),
    ],
)
def test_a_damaged_layout(tmp_path: Path, layout: str, message: str) -> None:
    files = keep(tmp_path, text(export(tag=[tag("9", "T")])).encode())

    with pytest.raises(Exception, match="layout") as refusal:
        export_like(compile_files(files, SETTINGS.main), layout)

    assert str(refusal.value) == message


def test_lists_that_are_null_come_back(tmp_path: Path) -> None:
    document = export(tag=[tag("1", "A")])
    document["containerVersion"].update(variable=None, builtInVariable=None)
    data = text(document).encode()
    found = read_export(data, "export.json")
    source = Imported(found.version, "export.json", found.notes)
    done = run(
        source, OutFolder(tmp_path), SpecSettings("shop"), lift=False, keep_ids=True, export=found
    )
    layout = done.converted.files["gtm/export-layout.json"].decode()
    assert export_like(compile_files(done.converted.files, done.main), layout) == data


def test_half_a_megabyte_of_blanks_comes_back(tmp_path: Path) -> None:
    document = export(tag=[tag("1", "A", notes="<" + " " * 500_000 + ">")])
    found = read_export(text(document).encode(), "export.json")
    assert found.exact
