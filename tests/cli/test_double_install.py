"""A double install is told by plan, push and doctor, and between specs given together."""

from __future__ import annotations

import json

from push.harness import Shell

SPEC = """\
gtmgen: 1
project: PROJECT
container:
  gtm: GTM-SHOP1
  naming: {tag: "PROJECT {platform} {event}", variable: "PROJECT {key}", trigger: "PROJECT {key}"}
consent: {default: site}
platforms:
  tiktok: {pixel_id: PIXEL, consent: [ad_storage], page_view: "VIEW"}
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
events:
  sign_up:
    on: {event: sign_up}
    send: {tiktok: CompleteRegistration, ga4: sign_up}
"""
PIXEL = "C4A1B2C3D4E5F6G7H8I0"
OTHER_PIXEL = "C5STAGINGPIXEL000000"


def spec(project: str, *, pixel: str = PIXEL, view: str = "manual") -> str:
    return SPEC.replace("PROJECT", project).replace("PIXEL", pixel).replace("VIEW", view)


def add_html(shell: Shell, name: str, code: str) -> None:
    html = {"type": "template", "key": "html", "value": f"<script>{code}</script>"}
    shell.gtm.create("tag", name=name, type="html", parameter=[html])


def warnings(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("warning: double install")]


def test_foreign_tags(shell: Shell) -> None:
    shell.spec(spec("shop"))
    shell.pushed()
    add_html(shell, "Old pixel", f"ttq.load('{PIXEL}'); ttq.page();")
    add_html(shell, "Old sign-up", "ttq.track('CompleteRegistration', {});")
    add_html(shell, "Other pixel", f"ttq.load('{OTHER_PIXEL}');")
    add_html(shell, "Other event", "ttq.track('Contact', {});")
    told = [
        (
            "warning: double install: the tag `Old pixel`, which is not gtmgen's, loads TikTok's "
            f"code ({PIXEL}), as the spec does"
        ),
        (
            "warning: double install: the tag `Old pixel`, which is not gtmgen's, sends `Pageview` "
            "to TikTok, as the spec does"
        ),
        (
            "warning: double install: the tag `Old sign-up`, which is not gtmgen's, sends "
            "`CompleteRegistration` to TikTok, as the spec does"
        ),
    ]

    assert sorted(warnings(shell.plan().err)) == told
    doctor = shell.run("doctor", "spec.yaml", "--target", "local")
    assert sorted(warnings(doctor.err)) == told
    assert shell.plan("--quiet").err == ""
    listed = json.loads(shell.plan("--format", "json").out)["plans"][0]["double_installs"]
    assert sorted(f"warning: double install: {item['message']}" for item in listed) == told
    assert {(item["tag"], item["project"]) for item in listed} == {
        ("Old pixel", None),
        ("Old sign-up", None),
    }
    comment = shell.plan("--format", "markdown").out.replace("\\", "")
    marked = [line for line in comment.splitlines() if line.startswith("**Double install**: ")]
    assert (
        sorted(line.replace("**Double", "warning: double").replace("**", "") for line in marked)
        == told
    )
    shell.spec(spec("shop").replace("CompleteRegistration", "Contact"))
    pushed = sorted(warnings(shell.run("push", "spec.yaml", "--target", "local", "--yes").err))
    assert pushed[:2] == told[:2]
    assert pushed[2:] == [
        (
            "warning: double install: the tag `Other event`, which is not gtmgen's, sends "
            "`Contact` to TikTok, as the spec does"
        )
    ]


def test_tags_of_another_spec(shell: Shell) -> None:
    shell.spec(spec("brand"), "brand.yaml")
    shell.pushed(spec="brand.yaml")
    shell.spec(spec("shop", view="off"))

    assert sorted(warnings(shell.plan().err)) == [
        (
            "warning: double install: the tag `brand GA4 Google tag` of the project `brand` sets "
            "up Google's tag (G-ABC1234567), as the spec does"
        ),
        (
            "warning: double install: the tag `brand GA4 sign_up` of the project `brand` sends "
            "`sign_up` to GA4 (G-ABC1234567), as the spec does"
        ),
        (
            "warning: double install: the tag `brand TikTok sign_up` of the project `brand` sends "
            f"`CompleteRegistration` to TikTok ({PIXEL}), as the spec does"
        ),
    ]
    assert "hint: pause or delete one of the two" in shell.plan().err


def test_another_account_is_none(shell: Shell) -> None:
    shell.spec(spec("brand", pixel=OTHER_PIXEL).replace("G-ABC1234567", "G-XYZ1234567"), "b.yaml")
    shell.pushed(spec="b.yaml")
    shell.spec(spec("shop"))

    assert warnings(shell.plan().err) == []


def test_what_a_plan_takes_over_is_the_specs_own(shell: Shell) -> None:
    shell.spec(spec("shop"))
    shell.pushed()

    assert warnings(shell.plan().err) == []


def test_specs_that_are_given_together(shell: Shell) -> None:
    shell.spec(spec("shop"), "a.yaml")
    shell.spec(spec("brand"), "b.yaml")

    told = warnings(shell.run("plan", "a.yaml", "b.yaml", "--target", "local").err)
    assert warnings(shell.run("lint", "a.yaml", "b.yaml").err) == told
    assert [line for line in told if "Pageview" in line] == [
        (
            "warning: double install: the tag `shop TikTok page view` of the project `shop` sends "
            f"`Pageview` to TikTok ({PIXEL}), as the spec does"
        )
    ]


def test_names_of_specs_that_are_given_together(shell: Shell) -> None:
    shell.spec(spec("shop"), "a.yaml")
    shell.spec(spec("brand").replace("brand {key}", "shop {key}"), "b.yaml")

    result = shell.run("lint", "a.yaml", "b.yaml")
    assert result.code == 1
    assert "error: the specs give the same names in one container:\n" in result.err
