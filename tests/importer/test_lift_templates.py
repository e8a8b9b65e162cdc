"""Variables of custom templates are data keys, and say all that GTM has of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.errors import SpecError
from gtmgen.spec.load import load
from tests.importer.lifting import Json, boolean, converted, table, template, variable, version
from tests.support import write

TEXT = "___INFO___\n\n{}\n\n___SANDBOXED_JS_FOR_WEB_TEMPLATE___\n\nreturn 1;\n"
OWN = {"name": "Join", "containerId": "2", "templateData": TEXT}
GALLERY = {
    **OWN,
    "name": "Unique ID",
    "galleryReference": {
        "host": "github.com", "owner": "a", "repository": "b", "galleryTemplateId": "M63B8",
    },
}  # fmt: skip


def lifted(*variables: Json, built_ins: tuple[str, ...] = ("PAGE_PATH",)) -> dict[str, Json]:
    found = version(variables=variables, templates=(OWN, GALLERY), built_ins=built_ins)
    for item in found["builtInVariable"]:
        item["name"] = item["type"].replace("_", " ").title()
    done = converted(found)
    return {lift.key: lift.data for lift in done.lifts if lift.section == "data"}


def test_fields_are_as_gtm_has_them() -> None:
    joined = variable(
        "Joined",
        "cvt_2_1",
        template("separator", "{{Page Path}}"),
        boolean("trim", True),
        table("parts", {"value": "{{Unique}}"}, {"value": "x"}),
        formatValue={"caseConversionType": "LOWERCASE"},
    )
    assert lifted(joined, variable("Unique", "cvt_M63B8")) == {
        "joined": {
            "template": {
                "of": "Join",
                "fields": {
                    "parts": [{"value": "{{Unique}}"}, {"value": "x"}],
                    "separator": "{{Page Path}}",
                    "trim": True,
                },
            },
            "case": "lower",
            "name": "Joined",
        },
        "unique": {"template": {"of": "Unique ID"}, "name": "Unique"},
    }


def test_a_field_that_is_there_twice_or_needs_a_built_in_variable_that_is_off() -> None:
    twice = variable("Twice", "cvt_2_1", template("a", "1"), template("a", "2"))
    off = variable("Off", "cvt_2_1", template("a", "{{Page URL}}"))
    assert lifted(twice, off) == {}


SPEC = """gtmgen: 1
project: shop
container: {gtm: GTM-TEST1}
data: {joined: {template: %s}}
events: {lead: {on: {event: lead}, params: {method: joined}, send: {ga4: generate_lead}}}
platforms: {ga4: {measurement_id: G-ABC1234567, consent: not_required}}
gtm: {templates: {join: {name: Join, data: "x"}}}
"""


@pytest.mark.parametrize(
    ("value", "rule", "message"),
    [
        (
            "{of: Jion}",
            "unknown-name",
            "there is no template with the name `Jion` in GTM",
        ),
        (
            "{of: Join, fields: {a: {$b: 1}}}",
            "raw-value",
            ("`$b` is none of `$tag`, `$trigger`, `$template`, `$parameter`, `$parameters`"),
        ),
    ],
)
def test_what_no_template_takes(
    value: str, rule: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"spec.yaml": SPEC % value})
    with pytest.raises(SpecError) as raised:
        compile_spec(load("spec.yaml", {}))
    (problem,) = raised.value.diagnostics
    assert (problem.rule, problem.message) == (rule, message)
