"""Template files: sections, permissions in GTM's encoding, and what makes a file unusable."""

from __future__ import annotations

import pytest

from gtmgen.runtime import TemplateError, TemplateFile, check_template, parse_template

from .conftest import MakeTemplate, template_text


def problems(text: str) -> list[str]:
    with pytest.raises(TemplateError) as error:
        parse_template(text)
    return [str(problem) for problem in error.value.problems]


def test_reads_permissions_as_plain_values(make: MakeTemplate) -> None:
    permissions = {
        "access_globals": {"keys": [{"key": "a", "read": True, "write": False, "execute": False}]},
        "read_data_layer": {"allowedKeys": "specific", "keyPatterns": ["a.*"]},
        "access_template_storage": {},
    }
    assert make("return 1;", permissions).permissions == permissions


def test_reads_windows_line_ends_and_a_byte_order_mark() -> None:
    template = parse_template(
        "\ufeff" + template_text("return 1;\nreturn 2;").replace("\n", "\r\n")
    )
    assert template.code == "return 1;\nreturn 2;"


def test_reads_an_export_without_security_groups() -> None:
    text = template_text("return 1;").replace('"securityGroups": [], ', "")
    assert "securityGroups" not in parse_template(text).info


def test_lists_fields_out_of_their_groups(make: MakeTemplate) -> None:
    radio = {
        "type": "RADIO",
        "name": "b",
        "radioItems": [{"subParams": [{"type": "TEXT", "name": "c"}]}],
    }
    group = {"type": "GROUP", "name": "g", "subParams": [{"type": "TEXT", "name": "a"}, radio]}
    template = make("return 1;", parameters=[group])
    assert [field["name"] for field in template.fields()] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("___NOTES___", "", ["Section `___NOTES___` is missing."]),
        ("___NOTES___", "___OTHER___", None),
        ("___NOTES___", "___INFO___", None),
        ('"MACRO"', '"VARIABLE"', ["3:1: INFO type is `VARIABLE`, not `TAG` or `MACRO`."]),
        ('["WEB"]', '["SERVER"]', ['3:1: INFO containerContexts is not `["WEB"]`.']),
        ('"version": 1, ', "", ["3:1: INFO has no `version`."]),
        (
            '{"type": "MACRO"',
            '{"type" "MACRO"',
            ["3:9: `___INFO___` is not JSON: Expecting ':' delimiter."],
        ),
        ("\n[]\n", "\n{}\n", ["8:1: `___TEMPLATE_PARAMETERS___` must be a list."]),
        (
            "\n[]\n",
            '\n[{"type": "TEXT", "name": "a"}, {"type": "TEXT", "name": "a"}]\n',
            ["8:1: Parameter `a` stands twice."],
        ),
        (
            "\n[]\n",
            '\n[{"type": "NUMBER", "name": "a"}]\n',
            ["8:1: Parameter `a` has the unknown type `NUMBER`."],
        ),
        ("scenarios: []", "// comment", None),
        ("scenarios: []", "tests: []", ["18:1: `___TESTS___` has no list of `scenarios`."]),
        (
            "scenarios: []",
            "scenarios: [{name: x}]",
            ["18:1: Scenario 1 is not a `name` and a `code`."],
        ),
    ],
)
def test_refuses(old: str, new: str, expected: list[str] | None) -> None:
    found = problems(template_text("return 1;").replace(old, new))
    assert found == expected if expected else found


def test_refuses_unknown_permissions_and_other_encodings() -> None:
    text = template_text("return 1;", {"access_moon": {}})
    assert problems(text) == ["18:1: Unknown permission `access_moon`."]
    text = template_text("return 1;", {"logging": {"environments": "all"}}).replace(
        '"type": 1', '"type": 9'
    )
    assert problems(text) == ["18:1: A permission is not in GTM's encoding: unknown value type 9."]


def test_names_the_line_of_the_file(make: MakeTemplate) -> None:
    tests = (
        "scenarios:\n- name: x\n  code: |-\n    runCode({});\n    nope();\n"
        "setup: |-\n  const a = 1;\n  noway();"
    )
    template = make("const a = 1;\nreturn `x`;", tests=tests)
    lines = template.text.split("\n")
    found = check_template(template)
    assert [lines[problem.line - 1].strip() for problem in found] == [
        "return `x`;",
        "nope();",
        "noway();",
    ]


def test_a_tag_must_report_back(make: MakeTemplate) -> None:
    (problem,) = check_template(make("const a = 1;", kind="TAG"))
    assert problem.message == "Tag code must invoke data.gtmOnSuccess() or data.gtmOnFailure()"


def test_the_shipped_templates_are_typed_as_their_users_expect(
    pixel: TemplateFile, event_data: TemplateFile, value: TemplateFile
) -> None:
    assert {field["name"] for field in pixel.fields()} == {
        "pixel_id",
        "account_consent",
        "command",
        "event",
        "event_id",
        "items",
        "content_id_key",
        "content_type",
        "params",
        "identify",
        "phone_country_code",
        "history_observer",
        "consent",
        "while_denied",
        "limited_data_use",
    }
    assert {field["name"] for field in event_data.fields()} == {
        *("read", "path", "type", "decimal", "fields", "default", "turn", "key", "from", "prefix"),
    }
    assert {field["name"] for field in value.fields()} == {
        *("read", "value", "values", "path", "type", "decimal", "fields", "null_text", "readable"),
        "default",
    }
    assert (pixel.type, event_data.type, value.type) == ("TAG", "MACRO", "MACRO")
    assert pixel.permissions["inject_script"] == {
        "urls": ["https://analytics.tiktok.com/i18n/pixel/*"]
    }


def values_part(template: TemplateFile) -> str:
    _, _, after = template.code.partition("// --- values ---")
    part, end, _ = after.partition("// --- the answer ---")
    assert end
    return part


def test_both_readers_type_values_by_the_same_code(
    event_data: TemplateFile, value: TemplateFile
) -> None:
    """A template cannot import code, so the part stands in both files."""
    assert values_part(event_data) == values_part(value)


def test_a_value_is_typed_without_any_permission(value: TemplateFile) -> None:
    assert value.permissions == {}
