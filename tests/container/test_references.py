"""What an entity refers to, and how references are rewritten."""

from __future__ import annotations

from typing import Any

from gtmgen.container.entities import Kind
from gtmgen.container.references import Converters, map_references, references

BODY: dict[str, Any] = {
    "name": "{{No reference}}",
    "notes": "as in {{No reference}}",
    "type": "cvt_1_7",
    "templateData": "const x = '{{No reference}}';",
    "parentFolderId": "3",
    "firingTriggerId": ["11", "12"],
    "blockingTriggerId": ["13"],
    "setupTag": [{"tagName": "Before", "stopOnSetupFailure": True}],
    "parameter": [
        {"type": "TEMPLATE", "key": "html", "value": "{{A}} and {{B}}"},
        {"type": "tagReference", "key": "config", "value": "Config"},
        {
            "type": "LIST",
            "key": "triggerIds",
            "list": [{"type": "TRIGGER_REFERENCE", "value": "14"}],
        },
    ],
    "boundary": {"customEvaluationTriggerId": ["15"]},
    "typeRestriction": {"whitelistedTypeId": ["html", "cvt_1_8"]},
}


def test_every_reference_with_its_path() -> None:
    assert list(references(BODY)) == [
        (("type",), Kind.TEMPLATE, "cvt_1_7"),
        (("parentFolderId",), Kind.FOLDER, "3"),
        (("firingTriggerId", 0), Kind.TRIGGER, "11"),
        (("firingTriggerId", 1), Kind.TRIGGER, "12"),
        (("blockingTriggerId", 0), Kind.TRIGGER, "13"),
        (("setupTag", 0, "tagName"), Kind.TAG, "Before"),
        (("parameter", 0, "value"), Kind.VARIABLE, "A"),
        (("parameter", 0, "value"), Kind.VARIABLE, "B"),
        (("parameter", 1, "value"), Kind.TAG, "Config"),
        (("parameter", 2, "list", 0, "value"), Kind.TRIGGER, "14"),
        (("boundary", "customEvaluationTriggerId", 0), Kind.TRIGGER, "15"),
        (("typeRestriction", "whitelistedTypeId", 1), Kind.TEMPLATE, "cvt_1_8"),
    ]


def test_numbers_of_hand_made_exports_are_ids() -> None:
    assert list(references({"parentFolderId": 3})) == [(("parentFolderId",), Kind.FOLDER, "3")]


def test_only_references_are_rewritten() -> None:
    convert = Converters(
        trigger=lambda id_: f"trigger {id_}",
        type=lambda type_: f"type {type_}",
        parameter=lambda item: {**item, "seen": True},
    )
    value = {
        "childContainer": [{"publicId": "GTM-A"}],
        "boundary": {"customEvaluationTriggerId": ["15"]},
        "typeRestriction": {"whitelistedTypeId": ["html"]},
        "parameter": [{"type": "TEMPLATE", "value": "x"}],
        "enablingTriggerId": ("16",),
    }

    assert map_references("", value, convert) == {
        "childContainer": [{"publicId": "GTM-A"}],
        "boundary": {"customEvaluationTriggerId": ["trigger 15"]},
        "typeRestriction": {"whitelistedTypeId": ["type html"]},
        "parameter": [{"type": "TEMPLATE", "value": "x", "seen": True}],
        "enablingTriggerId": ["trigger 16"],
    }
