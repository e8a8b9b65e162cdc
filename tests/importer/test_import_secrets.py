"""Credentials of an imported container: no file has them, and the spec says where they go."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from push.harness import Shell

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.container.veil import Veil
from gtmgen.spec.load import load

TOKEN = "f00dfeed1234567890abcdef1234567890abcdef"
API_KEY = "sk-9a8b7c6d5e4f3a2b1c0d"
SECRETS = (TOKEN, API_KEY, "hunter2-and-more")


@pytest.fixture
def shell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shell:
    return Shell(tmp_path, monkeypatch, capsys)


def text(key: str, value: str) -> dict[str, Any]:
    return {"type": "TEMPLATE", "key": key, "value": value}


def tag(number: int, name: str, *parameters: dict[str, Any]) -> dict[str, Any]:
    return {
        "accountId": "1", "containerId": "2", "tagId": str(number), "name": name,
        "type": "http_request", "parameter": [*parameters], "fingerprint": "1",
    }  # fmt: skip


def variable(number: int, name: str, value: str) -> dict[str, Any]:
    return {
        "accountId": "1", "containerId": "2", "variableId": str(number), "name": name,
        "type": "c", "parameter": [text("value", value)], "fingerprint": "1",
    }  # fmt: skip


HEADER = {
    "type": "LIST",
    "key": "headers",
    "list": [{"type": "MAP", "map": [text("key", "Authorization"), text("value", API_KEY)]}],
}
EXPORT = {
    "exportFormatVersion": 2,
    "exportTime": "2026-01-01 00:00:00",
    "containerVersion": {
        "accountId": "1", "containerId": "2", "containerVersionId": "0",
        "container": {
            "accountId": "1", "containerId": "2", "name": "S", "publicId": "GTM-SRV1",
            "usageContext": ["SERVER"],
        },
        "tag": [
            tag(1, "TikTok", text("access_token", TOKEN), text("pixel_code", "C4A1B2C3")),
            tag(2, "CRM", HEADER, text("note", "$${secret:HOME}")),
            tag(3, "Meta", text("apiAccessToken", "{{Meta value}}")),
            tag(4, "Snap", text("accessToken", "REPLACE_ME")),
        ],
        "variable": [
            variable(5, "Meta value", "hunter2-and-more"),
            variable(6, "Copy", TOKEN),
            variable(7, "Plain", "purchase"),
        ],
    },
}  # fmt: skip


def files_of(folder: Path) -> str:
    return "\n".join(
        path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*")) if path.is_file()
    )


@pytest.mark.parametrize("options", [(), ("--no-lift",), ("--keep-ids",)])
def test_no_file_has_them_and_the_spec_compiles_to_the_rest(
    shell: Shell, options: tuple[str, ...]
) -> None:
    (shell.folder / "export.json").write_text(json.dumps(EXPORT, indent=4))

    result = shell.run("import", "export.json", "--out", "out", *options)

    assert result.code == 0, result.err
    written = files_of(shell.folder / "out") + result.out + result.err
    assert [secret for secret in SECRETS if secret in written] == []
    assert written.count("${secret:TIKTOK_ACCESS_TOKEN}") == 3  # tag, copy and report
    assert "$${secret:TIKTOK" not in written
    assert "$${secret:HOME}" in written  # text of theirs, which stays text
    compiled = shell.run("compile", "out/s.yaml", "-q")
    assert compiled.code == 0, compiled.err
    assert [secret for secret in SECRETS if secret in compiled.out] == []
    assert '"${secret:TIKTOK_ACCESS_TOKEN}"' in compiled.out
    assert '"purchase"' in compiled.out
    assert '"REPLACE_ME"' in compiled.out


def test_the_report_names_where_they_go(shell: Shell) -> None:
    (shell.folder / "export.json").write_text(json.dumps(EXPORT, indent=4))

    result = shell.run("import", "export.json", "--out", "out", "--format", "json")

    found = [item for item in json.loads(result.out)["findings"] if item["sort"] == "secret"]
    assert [(item["name"], item["text"]) for item in found] == [
        ("CRM", _goes("value", "CRM_SECRET")),
        ("Meta value", _goes("value", "META_VALUE_SECRET")),
        ("TikTok", _goes("access_token", "TIKTOK_ACCESS_TOKEN")),
    ]


def test_a_web_container_that_has_one_already_says_so(shell: Shell) -> None:
    web = json.loads(json.dumps(EXPORT))
    web["containerVersion"]["container"]["usageContext"] = ["WEB"]
    web["containerVersion"]["tag"] = [
        {**tag(1, "Partner", text("url", "https://a.example"), text("accessToken", TOKEN)),
         "type": "img"},
    ]  # fmt: skip
    web["containerVersion"]["variable"] = []
    (shell.folder / "export.json").write_text(json.dumps(web, indent=4))

    result = shell.run("import", "export.json", "--out", "out", "--format", "json")

    assert result.code == 0, result.err
    (found,) = [item for item in json.loads(result.out)["findings"] if item["sort"] == "secret"]
    assert found["text"] == (
        f"{_goes('accessToken', 'PARTNER_ACCESS_TOKEN')}; the container is a public file, so "
        "everybody can read it there"
    )
    written = files_of(shell.folder / "out")
    assert "public_secrets: [PARTNER_ACCESS_TOKEN]" in written
    assert TOKEN not in written + result.out
    assert shell.run("validate", "out/s.yaml", "-q").code == 0


def _goes(key: str, name: str) -> str:
    return f"`{key}` is `${{secret:{name}}}`: give `{name}` to `plan` and `push`"


def test_a_container_without_any_says_nothing_of_them(shell: Shell) -> None:
    plain = json.loads(json.dumps(EXPORT))
    plain["containerVersion"]["tag"] = [tag(3, "Other", text("url", "https://a.example"))]
    plain["containerVersion"]["variable"] = []
    (shell.folder / "export.json").write_text(json.dumps(plain, indent=4))

    result = shell.run("import", "export.json", "--out", "out")

    assert result.code == 0, result.err
    assert "Credentials" not in result.out


HTML = f"""<script>
  // tell the shop's own service
  fetch('https://crm.example/lead?api_key=kf93hf8s2hf83hf82hd8s&v=2', {{
    headers: {{"Access-Token": "{TOKEN}", Authorization: 'Bearer abcd1234efgh5678ijkl', Mode: 'x'}}
  }});
  request.setRequestHeader('X-Api-Key', '{API_KEY}0123456789');
  var token = 'short'; var colour = 'a1b2c3d4e5f6a7b8c9d0e1f2';
</script>"""
SCRIPT = "function() {\n  return {secret: 's3cr3t-of-somebody-else', id: '${secret:NONE}'};\n}"
TEMPLATE = """___INFO___

{"type": "TAG", "id": "cvt_temp_public_id", "displayName": "CRM", "containerContexts": ["WEB"]}


___TEMPLATE_PARAMETERS___

[]


___SANDBOXED_JS_FOR_WEB_TEMPLATE___

const accessToken = 'a0b1c2d3e4f5a6b7c8d9e0f1';
data.gtmOnSuccess();


___TESTS___

scenarios:
- name: A token of a test
  code: "const token = 'a-token-of-a-test-1234567890';"
"""
IN_CODE = (
    "kf93hf8s2hf83hf82hd8s",
    TOKEN,
    "abcd1234efgh5678ijkl",
    f"{API_KEY}0123456789",
    "s3cr3t-of-somebody-else",
    "a0b1c2d3e4f5a6b7c8d9e0f1",
)


def export_with_code() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(EXPORT))
    version = document["containerVersion"]
    version["container"]["usageContext"] = ["WEB"]
    version["tag"] = [{**tag(1, "Lead", text("html", HTML)), "type": "html"}]
    script = {**variable(2, "Keys", ""), "type": "jsm", "parameter": [text("javascript", SCRIPT)]}
    version["variable"] = [script]
    template = {
        "accountId": "1", "containerId": "2", "templateId": "3", "name": "CRM", "fingerprint": "1",
        "templateData": TEMPLATE,
    }  # fmt: skip
    theirs = {
        **template,
        "templateId": "4",
        "name": "CRM of the gallery",
        "galleryReference": {"host": "github.com", "owner": "a", "repository": "b"},
    }
    version["customTemplate"] = [template, theirs]
    return document


@pytest.mark.parametrize("options", [(), ("--no-lift",), ("--keep-ids",)])
def test_credentials_in_code_are_variables_too(shell: Shell, options: tuple[str, ...]) -> None:
    document = export_with_code()
    (shell.folder / "export.json").write_text(json.dumps(document, indent=4))

    result = shell.run("import", "export.json", "--out", "out", *options)

    assert result.code == 0, result.err
    written = files_of(shell.folder / "out") + result.out + result.err
    gallery = TEMPLATE.count(IN_CODE[-1])
    assert [written.count(secret) for secret in IN_CODE] == [0, 0, 0, 0, 0, gallery]
    assert "a1b2c3d4e5f6a7b8c9d0e1f2" in written
    assert "a-token-of-a-test-1234567890" in written
    assert (
        "  `Lead`: `api_key` is `${secret:LEAD_API_KEY}`: give `LEAD_API_KEY` to `plan` and `push`"
    ) in result.out

    compiled = shell.run("compile", "out/s.yaml", "-q", "--output", "back.json")
    assert compiled.code == 0, compiled.err
    back = json.loads((shell.folder / "back.json").read_text())["containerVersion"]
    names = dict(zip(IN_CODE, NAMES, strict=True))
    for kind, field in (("tag", "html"), ("variable", "javascript")):
        for before, after in zip(document["containerVersion"][kind], back[kind], strict=True):
            assert value_of(after, field) == masked(value_of(before, field), names)
    mine = next(item for item in back["customTemplate"] if item["name"] == "CRM")
    assert mine["templateData"].startswith(masked(TEMPLATE, names).rstrip())


def test_the_code_of_a_template_with_crlf_line_ends_is_read(shell: Shell) -> None:
    document = export_with_code()
    for template in document["containerVersion"]["customTemplate"]:
        template["templateData"] = TEMPLATE.replace("\n", "\r\n")
    del document["containerVersion"]["customTemplate"][1]
    (shell.folder / "export.json").write_text(json.dumps(document))

    result = shell.run("import", "export.json", "--out", "out")

    assert result.code == 0, result.err
    written = files_of(shell.folder / "out")
    assert IN_CODE[-1] not in written
    assert "a-token-of-a-test-1234567890" in written


def test_a_push_fills_them_in(shell: Shell) -> None:
    (shell.folder / "export.json").write_text(json.dumps(export_with_code(), indent=4))
    shell.run("import", "export.json", "--out", "out")
    values = dict(zip(NAMES, IN_CODE, strict=True))
    container = compile_spec(load(shell.folder / "out" / "s.yaml", {}))
    assert container.secrets == tuple(sorted(NAMES))
    veil = Veil("GTM-SRV1", container, values)

    version = json.loads(export_json(container))["containerVersion"]
    revealed = veil.reveal(version)

    assert IN_CODE[-1] in revealed["customTemplate"][0]["templateData"]
    assert all(secret in value_of(revealed["tag"][0], "html") for secret in IN_CODE[:4])
    hidden = veil.hide(revealed)
    assert hidden["tag"] == version["tag"]
    assert hidden["customTemplate"][0] == version["customTemplate"][0]


NAMES = (
    "LEAD_API_KEY",
    "LEAD_ACCESS_TOKEN",
    "LEAD_AUTHORIZATION_SECRET",
    "LEAD_X_API_KEY",
    "KEYS_SECRET",
    "CRM_ACCESS_TOKEN",
)


def value_of(entity: dict[str, Any], key: str) -> str:
    return next(item["value"] for item in entity["parameter"] if item["key"] == key)


def masked(code: str, names: dict[str, str]) -> str:
    for secret, name in names.items():
        code = code.replace(secret, f"${{secret:{name}}}")
    return code
