"""What GTM would refuse in a file made by hand: the import names it with its place."""

from __future__ import annotations

from typing import Any

import pytest

from gtmgen.importer.convert import convert
from gtmgen.importer.write.render import SpecSettings

from .exports import export, imported, keys_of, tag, trigger, variable

CASES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "a tag that is not there": (
        {
            "tag": [
                {
                    **tag("1", "sent"),
                    "type": "gaawe",
                    "parameter": [
                        {"type": "TEMPLATE", "key": "eventName", "value": "x"},
                        {"type": "TAG_REFERENCE", "key": "measurementId", "value": "nobody"},
                    ],
                }
            ]
        },
        [
            (
                "gtm/tags.yaml:8:24",
                "there is no tag with the name `nobody` in GTM [unknown-name]",
            )
        ],
    ),
    "a constant without a value": (
        {"variable": [variable("1", "hollow", "")]},
        [
            (
                "gtm/variables.yaml:6:27",
                (
                    "the variable `hollow` has an empty `value`: GTM refuses a `c` without it "
                    "[required-parameter]"
                ),
            )
        ],
    ),
    "an enum that GTM does not know": (
        {"tag": [tag("1", "often", tagFiringOption="TWICE")]},
        [
            (
                "gtm/tags.yaml:7:31",
                "`TWICE` is not a `tagFiringOption` that GTM knows [unknown-enum]",
            )
        ],
    ),
    "a custom event without its filter": (
        {"trigger": [trigger("1", "any", "CUSTOM_EVENT")]},
        [
            (
                "gtm/triggers.yaml:3:10",
                (
                    "the trigger `any` names no event: GTM takes a custom event with exactly one "
                    "[event-filter]"
                ),
            )
        ],
    ),
    "nothing": ({"trigger": [trigger("1", "ready")]}, []),
}


@pytest.mark.parametrize(("entities", "told"), CASES.values(), ids=CASES.keys())
def test_what_gtm_would_refuse_is_told(
    entities: dict[str, Any], told: list[tuple[str, str]]
) -> None:
    source = imported(export(**entities))

    converted = convert(source, SpecSettings("shop"), keys_of(source), lift=True)

    refused = [(item.name, item.text) for item in converted.findings if item.sort == "refused"]
    assert refused == told
    assert converted.source.left_out == frozenset()
