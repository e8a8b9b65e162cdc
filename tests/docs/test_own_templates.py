"""Templates of one's own may come with a pull request: what they cannot read, and cannot cost."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from itertools import repeat
from pathlib import Path

import pytest

from gtmgen.cli.main import main
from gtmgen.docs.html.branding import Branding
from gtmgen.docs.html.own_templates import RenderLimits, render_bounded
from gtmgen.docs.output.manifest import NAME
from gtmgen.errors import GtmgenError

from .conftest import documentation, html

SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-TEST}
platforms: {ga4: {measurement_id: G-ABC1234567, consent: not_required}}
events: {login: {on: {event: login}, send: [ga4]}}
"""
SECRET = "CI_TOKEN=hidden"
LINK_HINT = "\n\nhint: templates are files of their folder; put a copy there\n"
Captured = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout with a spec and a folder of templates; the secret lies outside of it."""
    (tmp_path / "outside/html").mkdir(parents=True)
    for file in ("secret.txt", "html/index.html", "html/part.html"):
        (tmp_path / "outside" / file).write_text(SECRET, encoding="utf-8")
    (tmp_path / "project/brand/html").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project")
    Path("shop.yaml").write_text(SPEC, encoding="utf-8")


def docs(*arguments: str, templates: str | None = "brand/html") -> int:
    given = () if templates is None else ("--templates", templates)
    return main(["docs", "shop.yaml", "--out", "out", "--quiet", *given, *arguments])


def index(text: str) -> None:
    Path("brand/html/index.html").write_text(text, encoding="utf-8")


# -- which files are read -----------------------------------------------------------------


def test_regular_files_of_the_folder_are_read(capsys: Captured) -> None:
    index('{% include "parts/one.html" %}{% include "parts/../parts/one.html" ignore missing %}')
    Path("brand/html/parts").mkdir()
    Path("brand/html/parts/one.html").write_text("One.", encoding="utf-8")
    assert docs() == 0
    assert Path("out/index.html").read_text("utf-8") == "One."
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("link", "target", "text"),
    [
        ("index.html", "../../../outside/secret.txt", None),
        ("part.html", "../../../outside/secret.txt", '{% include "part.html" %}'),
        ("part.html", "/proc/self/environ", '{% include "part.html" %}'),
        ("part.html", "inside.html", '{% include "part.html" %}'),
        ("part.html", "missing", '{% include "part.html" ignore missing %}'),
        ("style.css", "../../../outside/secret.txt", '{% extends "ours/base.html" %}'),
        ("parts", "../../../outside/html", '{% include "parts/part.html" %}'),
        ("parts", "../../../outside", '{% include "parts/html/part.html" %}'),
    ],
)
def test_links_below_the_folder_are_refused(
    capsys: Captured, link: str, target: str, text: str | None
) -> None:
    if text is not None:
        index(text)
    Path("brand/html/inside.html").write_text("inside", encoding="utf-8")
    Path("brand/html", link).symlink_to(target)
    assert docs() == 1
    assert capsys.readouterr().err == (
        f"error: the template `brand/html/{link}` is a symbolic link{LINK_HINT}"
    )
    assert not Path("out").exists()


@pytest.mark.parametrize("absolute", [False, True])
@pytest.mark.parametrize(
    ("remove", "link", "target", "which"),
    [
        ("brand/html", "brand/html", "../../outside/html", "is"),
        ("brand", "brand", "../outside", "is below `{above}brand`,"),
    ],
)
def test_a_folder_that_a_link_leads_to_is_refused(
    capsys: Captured, absolute: bool, remove: str, link: str, target: str, which: str
) -> None:
    Path("brand/html").rmdir()
    if remove == "brand":
        Path("brand").rmdir()
    Path(link).symlink_to(target)
    above = f"{Path.cwd()}/" if absolute else ""
    folder = f"{above}brand/html"
    assert docs(templates=folder) == 2
    assert capsys.readouterr().err == (
        f"error: the templates folder `{folder}` {which.format(above=above)} a symbolic link\n\n"
        "hint: name the folder itself\n"
    )
    assert not Path("out").exists()


def test_a_link_elsewhere_in_the_repository_is_refused(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By its whole path, from a folder beside it."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "site").symlink_to("outside")
    folder = tmp_path / "site/html"

    assert docs(templates=str(folder)) == 2

    assert capsys.readouterr().err == (
        f"error: the templates folder `{folder}` is below `{tmp_path}/site`, a symbolic link\n\n"
        "hint: name the folder itself\n"
    )


def test_links_that_lead_to_the_project_are_the_machines_own(tmp_path: Path) -> None:
    index("{{ documentation.gtm }}")
    (tmp_path / "link").symlink_to("project")
    assert docs(templates=str(tmp_path / "link/brand/html")) == 0
    assert Path("out/index.html").read_text("utf-8") == "GTM-TEST"


@pytest.mark.parametrize(
    "name",
    [
        "../../../outside/secret.txt",
        "parts/../../../../outside/secret.txt",
        "/proc/self/environ",
        "./part.html",
        "ours/../../../../pyproject.toml",
        "..\\\\secret.txt",
    ],
)
@pytest.mark.parametrize("way", ['include "{}"', 'extends "{}"', 'import "{}" as x'])
def test_names_that_leave_the_folder_are_of_no_template(
    capsys: Captured, name: str, way: str
) -> None:
    index(f"{{% {way.format(name)} %}}")
    assert docs() == 1
    shown = name.replace("\\\\", "\\")
    assert capsys.readouterr().err == f"error: the template `{shown}` does not exist\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_pipes_are_refused_before_they_are_opened(capsys: Captured) -> None:
    os.mkfifo("brand/html/index.html")
    assert docs() == 1
    assert capsys.readouterr().err == (
        "error: the template `brand/html/index.html` is not a regular file\n"
    )


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_is_no_logo(capsys: Captured) -> None:
    os.mkfifo("logo.svg")
    assert docs("--logo", "logo.svg", templates=None) == 1
    assert capsys.readouterr().err == "error: the logo `logo.svg` is not a regular file\n"


def test_a_large_file_is_refused(capsys: Captured) -> None:
    index("x" * (4 * 1024 * 1024 + 1))
    assert docs() == 1
    assert capsys.readouterr().err == (
        "error: the template `brand/html/index.html` is larger than 4 MiB\n"
    )


# -- who names the paths ------------------------------------------------------------------


def manifest(**options: str) -> None:
    """The folder's manifest, as a pull request could write it."""
    Path("out").mkdir()
    data = {"format": 1, "project": "shop", "options": options, "files": {}}
    Path("out", NAME).write_text(json.dumps(data), encoding="utf-8")


@pytest.mark.parametrize("more", [(), ("--check",), ("--format", "all")])
@pytest.mark.parametrize(
    ("option", "value", "seen"),
    [
        ("templates", "../../outside/html", "../outside/html"),
        ("templates", "../brand/html", "brand/html"),
        ("logo", "../my logo.svg", "'my logo.svg'"),
        ("language", "../../outside/words.yaml", "../outside/words.yaml"),
    ],
)
def test_the_folders_manifest_names_no_paths(
    capsys: Captured, more: tuple[str, ...], option: str, value: str, seen: str
) -> None:
    manifest(**{option: value})
    assert docs(*more, templates=None) == 2
    assert capsys.readouterr().err == (
        f"error: `out/{NAME}` says `--{option} {seen}`; paths are taken from the command line "
        f"alone\n\nhint: give `--{option} {seen}`, or `--{option} ''` to do without\n"
    )
    assert [file.name for file in Path("out").iterdir()] == [NAME]


def test_all_paths_are_told_at_once(capsys: Captured) -> None:
    manifest(templates="../brand/html", logo="../logo.svg", language="de")
    assert docs(templates=None) == 2
    assert capsys.readouterr().err == (
        f"error: `out/{NAME}` says `--logo logo.svg --templates brand/html`; paths are taken from "
        "the command line alone\n\nhint: give `--logo logo.svg --templates brand/html`, or "
        "`--logo '' --templates ''` to do without\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        '{% include "x\\n::add-path::y" %}',
        '{{ documentation["x\\n::add-path::y"] }}',
        '{{ {}["x\\n::add-path::y"] }}',
        '{{ "x"|attr("x\\n::add-path::y") }}',
        "{{ '{0[x\\n::add-path::y]}'.format(1) }}",
        '{% include "x\\0::add-path::y" %}',
    ],
)
def test_no_text_of_a_template_passes_for_a_line_of_gtmgens_own(
    capsys: Captured, text: str
) -> None:
    index(text)
    assert docs() == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("language", "there is no language `{}`\n"),
        ("color", "`{}` is not a colour\n"),
        ("env", "the spec has no environment `{}`\n"),
        ("logo", "says `--logo 'out/{}'`; paths are taken from the command line alone\n"),
    ],
)
def test_no_text_of_the_manifest_passes_for_a_line_of_gtmgens_own(
    capsys: Captured, option: str, said: str
) -> None:
    """Nor for a command to the CI, which reads them at the beginning of lines."""
    manifest(**{option: "x\n::add-path::y"})
    assert docs(templates=None) in (1, 2)
    error = capsys.readouterr().err
    assert said.format("x\\u000a::add-path::y") in error
    assert "\n::" not in error


def test_what_the_command_line_names_wins_over_the_manifest() -> None:
    index("{{ documentation.gtm }}")
    manifest(templates="../../outside/html")
    assert docs() == 0
    assert Path("out/index.html").read_text("utf-8") == "GTM-TEST"
    assert docs("--check") == 0


def test_an_empty_option_does_without() -> None:
    manifest(templates="../../outside/html")
    assert docs("--title", "Ours", templates="") == 0
    assert "<title>Ours</title>" in Path("out/index.html").read_text("utf-8")
    assert docs("--check", templates=None) == 0


# -- what they cost -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        '{{ "x" * 3000000000 }}',
        '{% set x = "x" * (documentation.gtm|length * 400000000) %}{{ x }}',
        '{% set x = ("x" * 30000) %}{{ x * 100000 }}',
        '{% for i in range(100000) %}{{ "x" * 30000 }}{% endfor %}',
        '{% set n = namespace(x="x") %}{% for _ in range(32) %}{% set n.x = n.x * 2 %}{% endfor %}',
        "{{ '%3000000000d' % 1 }}",
        "{{ [0] * 3000000000 }}",
    ],
)
def test_three_gigabytes_of_text_are_stopped(capsys: Captured, text: str) -> None:
    index(text)
    start = time.monotonic()
    assert docs() == 1
    assert time.monotonic() - start < 20
    assert capsys.readouterr().err == (
        "error: the templates in `brand/html` make too much text: a page has 64 MiB at most\n"
    )
    assert not Path("out").exists()


def fail(_: Exception) -> GtmgenError:
    return GtmgenError("explained")


def bounded(pieces: Callable[[], Iterator[str]], limits: RenderLimits) -> str:
    return render_bounded(pieces, Path("brand"), fail, limits)


def sleeping() -> Iterator[str]:
    time.sleep(60)
    yield ""


def counting() -> Iterator[str]:
    yield str(sum(1 for _ in repeat(None)))


def multiplying() -> Iterator[str]:
    yield str(len(str(7 ** (10**9))))


@pytest.mark.parametrize("endless", [sleeping, counting, multiplying])
def test_what_takes_too_long_is_stopped(endless: Callable[[], Iterator[str]]) -> None:
    start = time.monotonic()
    with pytest.raises(GtmgenError) as error:
        bounded(endless, RenderLimits(seconds=0.3))
    assert error.value.message == "the templates in `brand` take longer than 0.3 s"
    assert time.monotonic() - start < 5


def test_a_template_that_loops_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    index("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}")

    def soon(*arguments: object) -> str:
        return render_bounded(*arguments, RenderLimits(seconds=0.5))  # type: ignore[arg-type]

    monkeypatch.setattr("gtmgen.docs.html.page.render_bounded", soon)
    with pytest.raises(GtmgenError) as error:
        html(documentation(), Branding.read(templates=Path("brand/html")))
    assert error.value.message == "the templates in `brand/html` take longer than 0.5 s"


def test_a_renderer_that_dies_is_told() -> None:
    def dying() -> Iterator[str]:
        os._exit(3)
        yield ""

    with pytest.raises(GtmgenError) as error:
        bounded(dying, RenderLimits())
    assert error.value.message == "the templates in `brand` ended the process that rendered them"


def test_a_renderers_text_and_errors_come_back_whole() -> None:
    text = "ä \U0001f6d2 \ud800 \0" + "x" * 200_000
    assert bounded(lambda: iter([text, "end"]), RenderLimits()) == f"{text}end"

    def refusing() -> Iterator[str]:
        yield "a"
        raise GtmgenError("no", hint="yes")

    with pytest.raises(GtmgenError) as error:
        bounded(refusing, RenderLimits())
    assert (error.value.message, error.value.hint) == ("no", "yes")
    with pytest.raises(GtmgenError, match="explained"):
        bounded(lambda: iter([1 / 0]), RenderLimits())  # type: ignore[list-item]


def test_no_process_is_left_behind() -> None:
    children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    if not children.exists():
        pytest.skip("no list of processes here")
    before = children.read_text().split()
    assert bounded(lambda: iter(["x"]), RenderLimits()) == "x"
    with pytest.raises(GtmgenError, match="take longer"):
        bounded(sleeping, RenderLimits(seconds=0.2))
    assert children.read_text().split() == before
