"""The page as text: what it allows, what it hides nothing behind, and templates of one's own."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from gtmgen.docs.html.branding import MAX_LOGO, Branding
from gtmgen.docs.html.embed import embed_json, escape_script
from gtmgen.errors import GtmgenError, UsageError

from .conftest import build_documentation, documentation, html, of_data

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
SVG = b'<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg"/>'


def restored(text: str) -> Any:
    """What the page's script makes of the embedded data."""
    stored = json.loads(text)

    def whole(value: Any) -> Any:
        if isinstance(value, list):
            return [whole(item) for item in value]
        if not isinstance(value, dict):
            return value
        if isinstance(value.get("$"), int):
            return whole(stored["shared"][value["$"]])
        return {key: whole(item) for key, item in value.get("$$", value.items())}

    return whole(stored["data"])


# -- embedded data -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {"a": [1, 2.5, True, None, "text"]},
        [{"long enough to be shared": "x" * 40}] * 3,
        {"$": 3, "$$": [["a", 1]], "$x": "y"},
        ["</script><script>alert(1)</script>", "<!--", "\u2028\u2029", "&amp;"],
        {"</script>": {"<!--": "a" * 50}, "b": {"<!--": "a" * 50}},
    ],
)
def test_embedded_data_reads_back_and_holds_no_markup(value: object) -> None:
    text = embed_json(value)
    assert restored(text) == value
    assert not re.search("[<>&\u2028\u2029]", text)


def test_what_repeats_is_kept_once() -> None:
    assert embed_json(["a text that is long enough to be shared"] * 50).count("a text") == 1


def test_escapes_read_back_as_what_they_stand_for() -> None:
    assert json.loads(escape_script('"<a>&\u2028"')) == "<a>&\u2028"


# -- the page ------------------------------------------------------------------------------


def test_the_page_allows_its_own_scripts_and_styles_only() -> None:
    page = html(documentation())
    (policy,) = re.findall('Content-Security-Policy" content="([^"]+)"', page)
    assert policy.startswith("default-src 'none'; img-src data:; base-uri 'none'; form-action")
    assert "unsafe" not in policy
    assert "http" not in policy


def test_the_page_refers_to_nothing_outside_but_links() -> None:
    page = html(documentation())
    assert not re.search(r"<(?:link|script|img|iframe)[^>]+(?:src|href)=\"(?!data:)", page)
    assert "@import" not in page
    assert not re.search(r"url\(", page)


def test_the_same_spec_gives_the_same_bytes() -> None:
    assert html(build_documentation()) == html(documentation())


def test_scripts_never_read_markup_from_strings() -> None:
    page = html(documentation())
    for word in (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "eval(",
        "srcdoc",
    ):
        assert word not in page


def test_the_shell_escapes_title_and_words() -> None:
    found = of_data()
    page = html(type(found)(**{**_fields(found), "title": '</title><script>alert("1")</script>'}))
    assert "<title>&lt;/title&gt;&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;</title>" in page
    assert page.count("<script") == 2


def _fields(found: object) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__dataclass_fields__}  # type: ignore[attr-defined]


# -- branding ------------------------------------------------------------------------------


@pytest.mark.parametrize("color", ["red", "#12", "#1234567", "#fff;}", "url(x)", "#ggg", ""])
def test_a_colour_that_is_none_is_refused(color: str) -> None:
    with pytest.raises(UsageError, match="is not a colour"):
        Branding.read(color=color)


@pytest.mark.parametrize("color", ["#ffff00", "#fff", "#000000", "#2457d6"])
def test_a_colour_is_made_readable_on_light_and_dark(color: str) -> None:
    from gtmgen.docs.html.branding import _measure_contrast, _parse_color

    look = Branding.read(color=color)
    assert _measure_contrast(_parse_color(look.on_light), (255, 255, 255)) >= 4.5
    assert _measure_contrast(_parse_color(look.on_dark), (34, 39, 51)) >= 4.5


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (SVG, "image/svg+xml")],
)
def test_a_logo_is_part_of_the_page(tmp_path: Path, content: bytes, kind: str) -> None:
    file = tmp_path / "logo"
    file.write_bytes(content)
    assert f'<img src="data:{kind};base64,' in html(of_data(), Branding.read(logo=file))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html><script>alert(1)</script>", "is not a picture that fits"),
        (b"GIF89a", "is not a picture that fits"),
        (PNG + b"\0" * MAX_LOGO, "is larger than 256 KiB"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_a_logo_that_does_not_fit_is_refused(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    file = tmp_path / "logo"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(GtmgenError, match=message):
        Branding.read(logo=file)


# -- own templates -------------------------------------------------------------------------


def own(folder: Path, **templates: str) -> Branding:
    for name, text in templates.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return Branding.read(templates=folder)


def test_own_templates_extend_ours(tmp_path: Path) -> None:
    text = (
        '{% extends "ours/base.html" %}{% block footer %}<p>Acme, {{ documentation.gtm }}</p>'
        "<script>document.title</script>{% endblock %}"
    )
    page = html(documentation(), own(tmp_path, index__html=text))
    assert "<p>Acme, GTM-ACME42</p>" in page
    (policy,) = re.findall('Content-Security-Policy" content="([^"]+)"', page)
    assert policy.count("'sha256-") == 4  # two styles, our script and their own


def test_own_style_replaces_ours(tmp_path: Path) -> None:
    page = html(documentation(), own(tmp_path, style__css="body { color: {{ red }}; }"))
    assert "<style>body { color: {{ red }}; }</style>" in page


def test_own_templates_escape_what_they_show(tmp_path: Path) -> None:
    found = of_data(
        platforms={"ga4": {"measurement_id": "G-ABC1234567", "consent": "not_required"}},
        events={"a": {"title": "<b>{{ 7 * 7 }}", "on": {"event": "a"}, "send": {"ga4": "a"}}},
    )
    text = "{% for event in documentation.events %}{{ event.title }}{% endfor %}"
    assert html(found, own(tmp_path, index__html=text)) == "&lt;b&gt;{{ 7 * 7 }}"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ words.__class__.__init__.__globals__ }}", "a template is wrong: access to attribute"),
        ("{{ missing }}", "a template is wrong: 'missing' is undefined"),
        ("{% if %}", "the template `index.html` is wrong in line 1: "),
        ('{% extends "nothing.html" %}', "the template `nothing.html` does not exist"),
        ('{% include "../../pyproject.toml" %}', "the template `../../pyproject.toml` does not"),
    ],
)
def test_own_templates_that_are_wrong_say_where(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(GtmgenError) as error:
        html(documentation(), own(tmp_path, index__html=text))
    assert error.value.message.startswith(message)


def test_a_folder_of_templates_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        Branding.read(templates=tmp_path / "none")
