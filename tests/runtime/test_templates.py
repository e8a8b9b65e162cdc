"""Templates of anybody, as a container carries them: what cannot run is named, never a crash."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.runtime.engine import Run, run_scenario

from .conftest import template_text

TAG = template_text("data.gtmOnSuccess();", {"logging": {"environments": "all"}}, kind="TAG")


def run(template_data: Any) -> Run:
    version = {
        "containerId": "1",
        "container": {"publicId": "GTM-LOCAL"},
        "customTemplate": [
            {"containerId": "1", "templateId": "7", "name": "Ours", "templateData": template_data}
        ],
        "tag": [
            {"tagId": "1", "name": "t", "type": "cvt_1_7", "firingTriggerId": ["2147479553"]},
            {"tagId": "2", "name": "h", "type": "html", "firingTriggerId": ["2147479553"]},
        ],
    }
    return run_scenario({"containerVersion": version}, {"url": "https://shop.example/"})


def tags(result: Run) -> set[str]:
    return {one["tag"] for one in result.observed["fired"]}


@pytest.mark.parametrize(
    "text",
    [
        TAG.replace("\n", "\r\n"),
        "\ufeff" + TAG,
        TAG.split("___TESTS___")[0],
        "___NOTES___\n\nfirst\n\n\n" + TAG,
        TAG.replace("\n[]\n", '\n[3, {"name": "a", "subParams": 5, "radioItems": null}]\n'),
    ],
    ids=["windows", "byte order mark", "no tests", "another order", "odd fields"],
)
def test_an_odd_file_runs(text: str) -> None:
    result = run(text)
    assert result.unsupported == ()
    assert "t" in tags(result)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it has no code for web containers"),
        ("no template", "it has no code for web containers"),
        (TAG.replace("JS_FOR_WEB_TEMPLATE", "JS_FOR_SERVER"), "it has no code for web containers"),
        (TAG.replace('"type": "TAG"', '"type"'), "its section ___INFO___ is not JSON"),
        (
            TAG.replace("\n[]\n", "\n{}\n"),
            "its section ___TEMPLATE_PARAMETERS___ has another shape",
        ),
        (TAG.replace('"type": 1', '"type": 9'), "a permission is not in GTM's encoding"),
        (TAG.replace('[{"instance"', '[5, {"instance"'), "a permission is not in GTM's encoding"),
        (
            TAG.replace("data.gtmOnSuccess();", "(" * 3000 + "1" + ")" * 3000),
            "its code is nested too deeply",
        ),
    ],
)
def test_what_cannot_run_is_named_and_the_other_tags_go_on(text: str, reason: str) -> None:
    result = run(text)
    assert result.unsupported[0] == f"template Ours: {reason}"
    assert "h" in tags(result)
