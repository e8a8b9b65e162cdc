"""Templates of the Community Gallery: named, installed by the call for that, pinned."""

from __future__ import annotations

from pathlib import Path

import pytest

from gtmgen.emulator import ApiRequest, Response, make_error_response
from gtmgen.emulator.transport import Send
from push.harness import Shell

TEMPLATE = """\
___INFO___

{{"type": "TAG", "id": "cvt_AB1CD", "displayName": "{name}"}}

___TEMPLATE_PARAMETERS___

[]

___SANDBOXED_JS_FOR_WEB_TEMPLATE___

// {code}
data.gtmOnSuccess();
"""
SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen}
gtm:
  templates:
    pixel: {name: Pixel, gallery: %s}
  tags:
    base: {name: Base, type: {template: Pixel}, firing: [All Pages]}
"""
ANY = "{owner: acme, repository: pixel}"
FIRST = "{owner: acme, repository: pixel, version: aaa}"
SECOND = "{owner: acme, repository: pixel, version: bbb}"
ACKNOWLEDGED = "a push acknowledges its permissions"


@pytest.fixture
def shop(shell: Shell) -> Shell:
    """A gallery that offers two versions of one template."""
    for version, code in (("aaa", "one"), ("bbb", "two")):
        text = TEMPLATE.format(name="Acme Pixel", code=code)
        shell.gtm.manager.store.list_in_gallery("acme", "pixel", version, text)
    return shell


def text_of(shop: Shell) -> tuple[str, str]:
    """The version that is installed, and the comment in its code."""
    held = shop.gtm.get("template", "Pixel")
    return held["galleryReference"]["version"], held["templateData"].partition("// ")[2][:3]


@pytest.mark.parametrize("bulk", ["never", "always"])
def test_owner_and_repository_are_enough(shop: Shell, bulk: str) -> None:
    shop.spec(SPEC % ANY)

    planned = shop.plan()
    shop.pushed("--bulk", bulk)

    assert f"from the gallery: acme/pixel, its latest version; {ACKNOWLEDGED}\n" in planned.out
    assert text_of(shop) == ("bbb", "two")
    assert shop.gtm.get("tag", "Base")["type"] == "cvt_AB1CD"
    (call,) = [call for call in shop.gtm.writes if "import_from_gallery" in call.path]
    assert call.query["acknowledgePermissions"] == ("true",)
    # Then it gets the spec's name, and what is made from it comes last.
    assert [call.path.rsplit("/", 1)[1] for call in shop.gtm.writes] == [
        "workspaces",
        "templates:import_from_gallery",
        shop.gtm.get("template", "Pixel")["templateId"],
        "bulk_update" if bulk == "always" else "tags",
    ]
    assert shop.is_settled()


def test_a_pinned_version_stays_what_it_is(shop: Shell) -> None:
    shop.spec(SPEC % FIRST)
    shop.pushed()

    assert text_of(shop) == ("aaa", "one")
    shop.spec(SPEC % ANY)
    assert shop.plan("--exit-code").code == 0


def test_another_version_is_an_update(shop: Shell) -> None:
    shop.spec(SPEC % FIRST)
    shop.pushed()
    before = shop.gtm.get("template", "Pixel")["templateId"]
    shop.spec(SPEC % SECOND)

    planned = shop.plan("--verbose")
    shop.pushed()

    assert f"      from the gallery: acme/pixel@bbb; {ACKNOWLEDGED}\n" in planned.out
    assert '      ~ galleryReference.version: "aaa" -> "bbb"\n' in planned.out
    assert text_of(shop) == ("bbb", "two")
    assert shop.gtm.get("template", "Pixel")["templateId"] == before
    assert shop.is_settled()


def install(shop: Shell) -> None:
    """As somebody does in GTM, which names the template as its text does."""
    gtm = shop.gtm
    gtm.manager.import_from_gallery(gtm.workspace(), "acme", "pixel", "bbb")


def test_one_under_the_gallerys_name_gets_the_specs(shop: Shell) -> None:
    """A push may have stopped between the two."""
    install(shop)
    shop.spec(SPEC % ANY)

    assert "rename" in [item["action"] for item in shop.changes()]
    shop.pushed()

    assert shop.gtm.names("template") == ["Pixel"]
    assert shop.is_settled()


def test_one_under_a_name_that_somebody_gave_it_is_theirs(shop: Shell) -> None:
    install(shop)
    shop.gtm.edit("template", "Acme Pixel", name="Their pixel")
    shop.spec(SPEC % ANY)

    result = shop.push()

    assert (result.code, shop.gtm.writes) == (4, [])
    assert result.err == (
        "error: names that the spec gives are taken in the container:\n"
        "  template `Their pixel`, not gtmgen's (wanted at spec.yaml:6:5)\n\n"
        "hint: give yours another `name` or `container.naming`, rename the other in GTM, or take "
        "it over with `--adopt template:Pixel`\n"
    )


def test_a_template_that_was_edited_in_gtm_is_put_back(shop: Shell) -> None:
    shop.spec(SPEC % SECOND)
    shop.pushed()

    def edit(item: dict[str, object]) -> None:
        item["templateData"] = str(item["templateData"]).replace("two", "bad")
        item["galleryReference"] = {**item["galleryReference"], "isModified": True}  # type: ignore[dict-item]

    shop.gtm.edit("template", "Pixel", edit)

    assert '- galleryReference.isModified: "true"' in shop.plan("--verbose").out
    shop.pushed()
    assert text_of(shop) == ("bbb", "two")


def test_the_text_beside_it_is_what_a_local_gallery_offers(shell: Shell) -> None:
    text = TEMPLATE.format(name="Pixel", code="own")
    (shell.folder / "pixel.tpl").write_text(text, encoding="utf-8")
    shell.spec((SPEC % FIRST).replace("gallery:", "data: {file: pixel.tpl}, gallery:"))

    shell.pushed()

    assert text_of(shell) == ("aaa", "own")
    assert shell.is_settled()


def test_what_the_gallery_does_not_list(shop: Shell) -> None:
    shop.spec(SPEC % "{owner: acme, repository: pixl}")

    result = shop.push()

    assert result.code == 5
    assert result.err == (
        "error: templates.import_from_gallery `acme/pixl` failed with 404: Not found or permission "
        "denied.\n\n"
        "hint: the gallery does not list that owner, repository and version; a local target knows "
        "only the templates whose text the spec has, as `data` beside `gallery`\n"
    )


def test_a_lost_answer_is_looked_up_by_the_next_push(shop: Shell) -> None:
    shop.spec(SPEC % FIRST)

    def fault(request: ApiRequest, send: Send) -> Response:
        answer = send(request)
        if "import_from_gallery" in request.path:
            return make_error_response("oops", 500)
        return answer

    shop.gtm.fault = fault
    assert shop.push().code == 6
    shop.gtm.fault = None

    shop.pushed()

    assert shop.gtm.names("template") == ["Pixel"]
    assert shop.is_settled()


def test_an_export_needs_the_text(shop: Shell) -> None:
    shop.spec(SPEC % FIRST)

    result = shop.run("compile", "spec.yaml")

    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "error: the text of the template `Pixel` is in the gallery alone, and an export needs it\n"
        "\nhint: give it as `data: {file: NAME.tpl}` beside `gallery`; a push needs none\n"
    )


def test_a_create_with_a_reference_is_refused(shop: Shell) -> None:
    """Which is what a public report says of the real one."""
    from gtmgen.api import CallError

    with pytest.raises(CallError) as raised:
        shop.gtm.create(
            "template",
            name="Pixel",
            templateData=TEMPLATE.format(name="Pixel", code="own"),
            galleryReference={"owner": "acme", "repository": "pixel"},
        )

    assert (raised.value.status, raised.value.reply) == (
        400,
        "Returned an error response for your request.",
    )


@pytest.mark.parametrize(
    ("gallery", "error"),
    [
        ("{owner: acme}", "spec.yaml:6:26: error[missing-key]: `repository` is missing in "),
        ("{repository: pixel}", "spec.yaml:6:26: error[missing-key]: `owner` is missing in "),
    ],
)
def test_half_a_place_is_none(shop: Shell, gallery: str, error: str) -> None:
    shop.spec(SPEC % gallery)

    result = shop.run("validate", "spec.yaml")

    assert result.code == 1
    assert result.err.startswith(error)


def test_a_served_gallery(tmp_path: Path) -> None:
    from gtmgen.cli.emulator import _fill_gallery
    from gtmgen.emulator import Store

    folder = tmp_path / "acme" / "pixel"
    folder.mkdir(parents=True)
    for version in ("1", "2"):
        text = TEMPLATE.format(name="Pixel", code=version)
        (folder / f"{version}.tpl").write_text(text, encoding="utf-8")
    store = Store()

    _fill_gallery(store, tmp_path)

    offered = store.state.data["gallery"]["acme/pixel"]
    assert [item["reference"]["version"] for item in offered] == ["1", "2"]
    assert {item["reference"]["galleryTemplateId"] for item in offered} == {"AB1CD"}
