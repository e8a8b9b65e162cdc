"""Who uses a data key or a trigger by its name in GTM uses it, too."""

from __future__ import annotations

import pytest
from support import HEAD, problems

DATA = "data: {x: {path: x, name: The X}}\n"
TRIGGER = "triggers: {t: {event: t, name: The T}}\n"


def unused(text: str, **files: str) -> list[str]:
    found = problems(
        HEAD + text, files={name.replace("__", "."): text for name, text in files.items()}
    )
    return [item.rule for item in found if item.rule.startswith("unused")]


@pytest.mark.parametrize(
    "text",
    [
        "gtm: {tags: {h: {type: html, parameters: {html: 'a {{The X}}'}}}}\n",
        "gtm: {tags: {h: {type: html, parameters: {html: {file: h__html}}}}}\n",
        "gtm: {variables: {v: {type: jsm, parameters: {javascript: {file: h__html}}}}}\n",
    ],
)
def test_a_data_key(text: str) -> None:
    text = text.replace("__", ".")
    assert unused(DATA) == ["unused-data"]
    assert unused(DATA + text, h__html="b {{The X}}") == []
    other = DATA.replace("The X", "Another one")
    assert unused(other + text, h__html="b {{The X}}") == ["unused-data"]


@pytest.mark.parametrize("code", ["'() => {{data - x}}'", "{file: h.html}"])
def test_a_script(code: str) -> None:
    data = f"data: {{x: {{path: x}}, y: {{script: {code}}}}}\n"
    event = "gtm: {tags: {h: {type: html, parameters: {html: '{{data - y}}'}}}}\n"
    assert unused(data + event, h__html="{{data - x}}") == []


def test_a_file_that_is_not_there_says_nothing_here() -> None:
    text = "gtm: {tags: {h: {type: html, parameters: {html: {file: h.html}}}}}\n"
    assert unused(DATA + text) == ["unused-data"]


@pytest.mark.parametrize(
    "text",
    [
        "gtm: {tags: {h: {type: html, firing: [The T]}}}\n",
        "gtm: {tags: {h: {type: html, blocking: [The T]}}}\n",
        "gtm: {triggers: {g: {type: TRIGGER_GROUP, parameters: {x: [{$trigger: The T}]}}}}\n",
    ],
)
def test_a_trigger(text: str) -> None:
    assert unused(TRIGGER) == ["unused-trigger"]
    assert unused(TRIGGER + text) == []
    assert unused(TRIGGER.replace("The T", "Another one") + text) == ["unused-trigger"]
