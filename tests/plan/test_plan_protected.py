"""`protected: true`: what nobody deletes in passing."""

from __future__ import annotations

import pytest
from push.harness import Shell

HEAD = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen}
consent: {default: site}
platforms:
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
"""
EVENT = """\
events:
  buy: {on: {event: buy}, send: {ga4: {event: bought, name: Purchase}}, protected: true}
"""
DATA = "data:\n  order: {path: order, name: Order, protected: true, description: The order.}\n"
RAW = """\
gtm:
  tags:
    pixel:
      name: Pixel
      type: %s
      firing: [All Pages]
      protected: true
      parameters: {html: <b></b>, url: https://pixel.example}
"""
ALL = HEAD + EVENT + DATA + RAW % "html"
LINE = "[gtmgen-protected]"
TEMPLATE = """\
___INFO___

{"type": "TAG", "id": "cvt_temp_public_id", "displayName": "A"}

___TEMPLATE_PARAMETERS___

[]

___SANDBOXED_JS_FOR_WEB_TEMPLATE___

data.gtmOnSuccess();
"""


@pytest.fixture
def shop(shell: Shell) -> Shell:
    shell.spec(ALL)
    shell.pushed()
    return shell


def test_it_stands_in_the_notes_above_the_owner(shop: Shell) -> None:
    for kind, name in (("tag", "Purchase"), ("tag", "Pixel"), ("variable", "Order")):
        lines = shop.gtm.get(kind, name)["notes"].split("\n")
        assert lines[-3] == LINE
        assert lines[-1].startswith("[gtmgen shop ")
    assert shop.gtm.get("variable", "Order")["notes"].startswith("The order.\n")
    others = [item for kind in ("tag", "trigger", "variable") for item in shop.gtm.all(kind)]
    # What is made for them is not what somebody has called protected.
    assert {item["name"] for item in others if LINE in item.get("notes", "")} == {
        "Purchase",
        "Pixel",
        "Order",
    }
    assert {"event - buy", "event ID - generated"} <= {item["name"] for item in others}
    assert shop.is_settled()


def test_a_spec_that_has_lost_them_deletes_none(shop: Shell) -> None:
    shop.spec(HEAD + EVENT.replace("buy:", "see:").replace("Purchase", "See"))

    result = shop.push("--allow-delete", "all:4")

    assert (result.code, shop.gtm.writes) == (4, [])
    assert result.err == (
        "error: the plan removes what is protected:\n"
        "  tag `Purchase`, which would be deleted\n"
        "  tag `Pixel`, which would be deleted\n"
        "  variable `Order`, which would be deleted\n\n"
        "hint: keep it in the spec, or give `--allow-delete tag:Purchase --allow-delete tag:Pixel "
        "--allow-delete variable:Order`\n"
    )


KINDS = {
    "trigger": "{name: A, type: PAGEVIEW, protected: true}",
    "folder": "{name: A, protected: true}",
    "variable": "{name: A, type: u, protected: true}",
    "template": "{name: A, data: {file: a.tpl}, protected: true}",
    "zone": "{name: A, protected: true}",
    "client": "{name: A, type: gaaw_client, protected: true}",
}
"""Of each kind that a raw entity may be, one; tags are above."""


@pytest.mark.parametrize("kind", KINDS)
def test_a_raw_entity_of_any_kind(shell: Shell, kind: str) -> None:
    head = HEAD.partition("consent:")[0]
    (shell.folder / "a.tpl").write_text(TEMPLATE)
    shell.spec(f"{head}gtm: {{{kind}s: {{a: {KINDS[kind]}}}}}\n")
    shell.pushed()
    assert shell.is_settled()
    shell.spec(f"{head}gtm: {{tags: {{z: {{name: Z, type: img, parameters: {{url: x}}}}}}}}\n")

    result = shell.push("--allow-delete", "all:9")

    assert (result.code, shell.gtm.writes) == (4, [])
    assert result.err == (
        "error: the plan removes what is protected:\n"
        f"  {kind} `A`, which would be deleted\n\n"
        f"hint: keep it in the spec, or give `--allow-delete {kind}:A`\n"
    )
    shell.pushed("--allow-delete", f"{kind}:A")


def test_each_is_deleted_by_its_name(shop: Shell) -> None:
    shop.spec(HEAD + DATA + RAW % "html")

    assert shop.push().code == 4
    shop.pushed("--allow-delete", "tag:Purchase")

    assert shop.gtm.names("tag") == ["GA4 - Google tag", "Pixel"]


def test_another_type_is_a_replacement(shop: Shell) -> None:
    shop.spec(HEAD + EVENT + DATA + RAW % "img")

    result = shop.push()

    assert result.code == 4
    assert result.err.startswith(
        "error: the plan removes what is protected:\n"
        "  tag `Pixel`, which would be replaced by another type\n"
    )
    shop.pushed("--allow-delete", "tag:Pixel")
    assert shop.gtm.get("tag", "Pixel")["type"] == "img"


def test_protection_is_taken_back_by_the_spec_first(shop: Shell) -> None:
    shop.spec((HEAD + EVENT + DATA).replace(", protected: true", "") + RAW % "html")
    shop.pushed()
    assert LINE not in shop.gtm.get("tag", "Purchase")["notes"]

    shop.spec(HEAD + RAW % "html")

    shop.pushed()
    assert shop.gtm.names("tag") == ["GA4 - Google tag", "Pixel"]


def test_other_changes_need_no_word(shop: Shell) -> None:
    shop.spec(ALL.replace("event: bought", "event: buy_it").replace("<b>", "<i>"))

    shop.pushed()

    assert shop.is_settled()


def test_a_template_of_the_gallery_cannot_be(shell: Shell) -> None:
    gallery = "{owner: acme, repository: pixel}"
    shell.spec(
        HEAD.partition("consent:")[0]
        + f"gtm: {{templates: {{a: {{name: A, gallery: {gallery}, protected: true}}}}}}\n"
    )

    result = shell.push()

    assert (result.code, shell.gtm.calls) == (1, [])
    assert result.err.startswith(
        "spec.yaml:4:86: error[raw-value]: a template of the gallery cannot be protected: gtmgen "
        "writes nothing into it\n"
    )


@pytest.mark.parametrize(
    "edited",
    [f"{LINE} ask Ann first", f"* {LINE}", f"Ann: {LINE}", LINE.upper(), f"\u00a0{LINE}\r"],
)
def test_who_writes_beside_the_words_in_gtm_takes_no_protection_away(
    shop: Shell, edited: str
) -> None:
    notes = shop.gtm.get("tag", "Pixel")["notes"]
    shop.gtm.edit("tag", "Pixel", notes=notes.replace(LINE, edited))
    shop.spec(HEAD + EVENT + DATA)

    result = shop.push("--allow-delete", "all:1")

    assert (result.code, shop.gtm.writes) == (4, [])
    assert result.err.startswith(
        "error: the plan removes what is protected:\n  tag `Pixel`, which would be deleted\n"
    )


def test_what_the_spec_calls_protected_is_not_replaced_where_gtm_has_lost_the_words(
    shop: Shell,
) -> None:
    notes = shop.gtm.get("tag", "Pixel")["notes"]
    shop.gtm.edit("tag", "Pixel", notes=notes.replace(f"{LINE}\n", ""))
    shop.spec(HEAD + EVENT + DATA + RAW % "img")

    result = shop.push()

    assert (result.code, shop.gtm.writes) == (4, [])
    assert result.err == (
        "error: the plan removes what is protected:\n"
        "  tag `Pixel`, which would be replaced by another type\n\n"
        "hint: keep it in the spec, or give `--allow-delete tag:Pixel`\n"
    )
    shop.pushed("--allow-delete", "tag:Pixel")
    assert LINE in shop.gtm.get("tag", "Pixel")["notes"]


@pytest.mark.parametrize(("kind", "name"), [("tag", "Pixel"), ("variable", "Order")])
def test_taking_the_words_out_in_gtm_lifts_no_protection(shop: Shell, kind: str, name: str) -> None:
    """Neither of what the spec has lost: the digits tell that they have been there."""
    notes = shop.gtm.get(kind, name)["notes"]
    shop.gtm.edit(kind, name, notes=notes.replace(f"{LINE}\n", ""))
    shop.spec(HEAD + EVENT + (RAW % "html" if kind == "variable" else DATA))

    result = shop.push("--allow-delete", "all:1")

    assert (result.code, shop.gtm.writes) == (4, [])
    assert result.err == (
        "error: the plan removes what is protected:\n"
        f"  {kind} `{name}`, which would be deleted\n\n"
        f"hint: keep it in the spec, or give `--allow-delete {kind}:{name}`\n"
    )
    shop.pushed("--allow-delete", f"{kind}:{name}")


def test_what_was_not_protected_and_changed_in_gtm_is_deleted_as_ever(shell: Shell) -> None:
    shell.spec((HEAD + RAW % "html").replace("      protected: true\n", ""))
    shell.pushed()
    notes = shell.gtm.get("tag", "Pixel")["notes"]
    shell.gtm.edit("tag", "Pixel", notes=f"Mine.\n{notes}")
    shell.spec(HEAD)

    shell.pushed()

    assert shell.gtm.names("tag") == ["GA4 - Google tag"]


def test_the_hint_names_every_one(shell: Shell) -> None:
    tag = "{name: T%d, type: img, firing: [All Pages], protected: true, parameters: {url: x}}"
    tags = "".join(f"    t{number}: {tag % number}\n" for number in range(7))
    shell.spec(f"{HEAD}gtm:\n  tags:\n{tags}")
    shell.pushed()
    shell.spec(HEAD)

    hint = shell.push().err.partition("or give `")[2].partition("`")[0]

    assert hint == " ".join(f"--allow-delete tag:T{number}" for number in range(7))
    shell.pushed(*hint.split())


def test_an_import_keeps_it(shop: Shell) -> None:
    arguments = ("--target", "local", "--out", "new", "-q")
    assert shop.run("import", "GTM-SHOP1/workspaces/gtmgen", *arguments).code == 0

    data = (shop.folder / "new" / "data.yaml").read_text()
    assert "    description: The order.\n    protected: true\n" in data
    tags = (shop.folder / "new" / "gtm" / "tags.yaml").read_text()
    assert tags.count("protected: true") == 2
    assert "gtmgen-protected" not in data + tags


def test_an_imported_trigger_that_is_protected_stays_raw(shell: Shell) -> None:
    shell.spec(
        HEAD + "gtm: {triggers: {a: {name: A, type: PAGEVIEW, notes: Mine, protected: true}}}\n"
    )
    shell.pushed()

    arguments = ("--target", "local", "--out", "new", "--verbose")
    result = shell.run("import", "GTM-SHOP1/workspaces/gtmgen", *arguments)

    assert result.code == 0
    assert "under `triggers`, the language has no word for `protected`" in result.out
    text = (shell.folder / "new" / "gtm" / "triggers.yaml").read_text()
    assert "a: {name: A, type: PAGEVIEW, notes: Mine, protected: true}\n" in text
