"""A credential that somebody typed into code is a digest in a diff."""

from __future__ import annotations

import json
from typing import Any

import pytest
from push.harness import Shell

OLD, NEW = "kf93hf8s2hf83hf82hd8s", "aa11bb22cc33dd44ee55f"
KEY = "AIza" + "Sy0123456789abcdefghijklmnopqrstu-_"
SPEC = """
gtmgen: 1
project: shop
container: {{gtm: GTM-SHOP1, workspace: gtmgen}}
gtm:
  tags:
    crm:
      type: html
      name: CRM
      parameters:
        html: |
          <script>
          fetch('https://crm.example/lead?api_key={secret}&v={version}', {{
            headers: {{Authorization: 'Bearer {secret}', Mode: 'a1b2c3d4e5f6a7b8c9d0e1f2'}}
          }});
          maps('{key}');
          </script>
"""


def spec(secret: str = OLD, version: int = 1) -> str:
    return SPEC.format(secret=secret, version=version, key=KEY)


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.spec(spec(), "old.yaml")
    shell.spec(spec(NEW), "new.yaml")
    for name in ("old", "new"):
        result = shell.run("compile", f"{name}.yaml", "-q", "-o", f"{name}.json")
        assert result.code == 0, result.err
    return shell


SIDES = [("old.yaml", "new.yaml"), ("old.json", "new.json"), ("old.yaml", "new.json")]


@pytest.mark.parametrize("sides", SIDES, ids=["specs", "exports", "both"])
@pytest.mark.parametrize("format_", ["text", "json", "markdown", "comment"])
def test_no_format_shows_it(shop: Shell, sides: tuple[str, str], format_: str) -> None:
    result = shop.run("diff", *sides, "--verbose", "--format", format_)

    assert result.code == 0, result.err
    assert [text in result.out for text in (OLD, NEW, KEY)] == [False, False, False]


@pytest.mark.parametrize("sides", SIDES, ids=["specs", "exports", "both"])
def test_another_one_is_a_difference(shop: Shell, sides: tuple[str, str]) -> None:
    (change,) = changes(shop, *sides)
    (field,) = change["fields"]

    assert (change["kind"], change["name"], field["path"]) == ("tag", "CRM", "parameter.html")
    code = SPEC.partition("html: |\n")[2].replace("          ", "")
    for text, digest in (
        (field["old"], "(secret, digest da858375)"),
        (field["new"], "(secret, digest d33e7d95)"),
    ):
        assert text == code.format(secret=digest, version=1, key="(secret, digest 16e3da44)")


@pytest.mark.parametrize("sides", [("old.yaml", "old.json"), ("new.json", "new.yaml")])
def test_the_same_one_is_none(shop: Shell, sides: tuple[str, str]) -> None:
    assert changes(shop, *sides) == []


def test_what_else_changes_in_the_code_is_shown(shop: Shell) -> None:
    shop.spec(spec(version=2), "new.yaml")

    (change,) = changes(shop, "old.yaml", "new.yaml")
    (field,) = change["fields"]

    assert field["new"] == field["old"].replace("&v=1", "&v=2")
    assert "Mode: 'a1b2c3d4e5f6a7b8c9d0e1f2'" in field["new"]


def changes(shell: Shell, old: str, new: str) -> Any:
    result = shell.run("diff", old, new, "--format", "json")
    assert result.code == 0, result.err
    return json.loads(result.out)["diffs"][0]["changes"]
