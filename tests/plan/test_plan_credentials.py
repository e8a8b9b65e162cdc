"""A credential that somebody typed into code is a digest wherever a plan is shown."""

from __future__ import annotations

import json

import pytest
from push.harness import Json, Shell, fields

OLD, NEW = "kf93hf8s2hf83hf82hd8s", "aa11bb22cc33dd44ee55f"
SPEC = """
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen}
gtm:
  tags:
    crm:
      {type: html, name: CRM, parameters: {html: "<script>send({api_key: 'SECRET'})</script>"}}
"""


@pytest.fixture
def shop(shell: Shell) -> Shell:
    """A container that holds one credential, and a spec with another one."""
    shell.spec(SPEC.replace("SECRET", OLD))
    shell.pushed()
    shell.spec(SPEC.replace("SECRET", NEW))
    return shell


@pytest.mark.parametrize("format_", ["text", "json", "markdown"])
def test_no_format_shows_it(shop: Shell, format_: str) -> None:
    result = shop.plan("--verbose", "--format", format_)

    assert result.code == 0, result.err
    assert [text in result.out for text in (OLD, NEW)] == [False, False]
    assert "(secret, digest " in result.out


def test_another_one_is_a_change_and_is_pushed(shop: Shell) -> None:
    old, new = fields(shop.only_change())["parameter.html"]
    shop.pushed()

    assert old is not None
    assert new is not None
    assert old != new
    assert [text.partition("api_key: '")[2][:16] for text in (old, new)] == ["(secret, digest "] * 2
    assert NEW in code_of(shop.gtm.get("tag", "CRM"))
    assert shop.is_settled()


def test_a_saved_plan_is_of_what_was_planned(shop: Shell) -> None:
    planned = json.loads(shop.plan("--format", "json", "--out", "saved.plan").out)["plans"][0]
    again = json.loads(shop.plan("--format", "json").out)["plans"][0]

    assert planned["checksum"] == again["checksum"]
    assert shop.run("push", "saved.plan", "--target", "local", "--yes", "-q").code == 0
    assert NEW in code_of(shop.gtm.get("tag", "CRM"))


def code_of(tag: Json) -> str:
    (code,) = (item["value"] for item in tag["parameter"] if item["key"] == "html")
    return str(code)
