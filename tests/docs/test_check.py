"""Documentation that is written whole, knows its own files, and is checked."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from gtmgen.docs.output.check import check
from gtmgen.docs.output.folder import Written, write
from gtmgen.docs.output.manifest import NAME, Manifest, read_manifest
from gtmgen.errors import GtmgenError, GuardError, UsageError

FILES = {"index.html": b"<p>\none\n", "events/a.md": b"# a\n\ntext\n", "shop.xlsx": b"PK\0\r\n1"}


def generate(out: Path, files: dict[str, bytes], project: str = "shop") -> Written:
    return write(out, files, Manifest.of(project, {"format": "all"}, files))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    found = tmp_path / "docs"
    generate(found, FILES)
    return found


def there(out: Path) -> set[str]:
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}


# -- checking -----------------------------------------------------------------------------


def test_what_was_just_written_is_up_to_date(out: Path) -> None:
    assert check(FILES, out) == ()


def test_a_folder_that_is_not_there_misses_every_file(tmp_path: Path) -> None:
    assert check(FILES, tmp_path / "docs") == (
        f"{tmp_path}/docs/events/a.md: missing",
        f"{tmp_path}/docs/index.html: missing",
        f"{tmp_path}/docs/shop.xlsx: missing",
    )


def test_the_first_line_that_differs_is_shown(out: Path) -> None:
    new = {**FILES, "events/a.md": b"# a\n\nother\n"}
    assert check(new, out) == (f"{out}/events/a.md:3: differs\n  there:  text\n  wanted: other",)


def test_a_file_that_ends_too_early_is_told_from_one_with_an_empty_line(out: Path) -> None:
    assert check({**FILES, "events/a.md": b"# a\n\ntext\nmore\n"}, out) == (
        f"{out}/events/a.md:4: differs\n  there:  \n  wanted: more",
    )
    assert check({**FILES, "events/a.md": b"# a"}, out) == (
        f"{out}/events/a.md:2: differs\n  there:  \n  wanted: (the end of the file)",
    )


def test_of_a_very_long_line_only_the_difference_is_shown(tmp_path: Path) -> None:
    old, new = b"x" * 5000 + b"old" + b"y" * 5000, b"x" * 5000 + b"new" + b"y" * 5000
    generate(tmp_path, {"index.html": old})
    assert check({"index.html": new}, tmp_path) == (
        (
            f"{tmp_path}/index.html:1: differs\n"
            f"  there:  …{'x' * 30}old{'y' * 57}…\n"
            f"  wanted: …{'x' * 30}new{'y' * 57}…"
        ),
    )


def test_a_workbook_differs_without_a_line(out: Path) -> None:
    assert check({**FILES, "shop.xlsx": b"PK\0\r\n2"}, out) == (f"{out}/shop.xlsx: differs",)


def test_a_workbook_may_be_compressed_in_another_way(tmp_path: Path) -> None:
    def workbook(text: str, compression: int) -> bytes:
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", compression) as found:
            found.writestr("xl/sheet1.xml", text)
        return stream.getvalue()

    generate(tmp_path, {"shop.xlsx": workbook("a" * 99, zipfile.ZIP_STORED)})
    assert check({"shop.xlsx": workbook("a" * 99, zipfile.ZIP_DEFLATED)}, tmp_path) == ()
    assert check({"shop.xlsx": workbook("b" * 99, zipfile.ZIP_DEFLATED)}, tmp_path) == (
        f"{tmp_path}/shop.xlsx: differs",
    )


def test_line_ends_of_a_checkout_make_no_text_out_of_date(out: Path) -> None:
    for name in ("index.html", "events/a.md", NAME):
        data = (out / name).read_bytes()
        (out / name).write_bytes(data.replace(b"\n", b"\r\n"))
    assert check(FILES, out) == ()
    (out / "shop.xlsx").write_bytes(b"PK\0\n1")  # in a workbook they are no line ends
    assert check(FILES, out) == (f"{out}/shop.xlsx: differs",)


def test_text_that_cannot_be_decoded_differs(out: Path) -> None:
    (out / "events/a.md").write_bytes(b"# a\n\n\xff\n")
    assert check({**FILES, "events/a.md": b"# a\n\n\xfe\n"}, out) == (
        f"{out}/events/a.md: differs",
    )


def test_what_an_earlier_generation_left_is_named_and_a_persons_file_is_not(out: Path) -> None:
    (out / "notes.md").write_text("mine")
    new = {name: data for name, data in FILES.items() if name != "events/a.md"}
    assert check(new, out) == (f"{out}/events/a.md: left over from an earlier generation",)
    (out / "events/a.md").unlink()
    assert check(new, out) == ()


def test_a_link_in_place_of_a_file_is_no_file_of_ours(out: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(FILES["index.html"])
    (out / "index.html").unlink()
    (out / "index.html").symlink_to(tmp_path / "elsewhere")
    assert check(FILES, out) == (f"{out}/index.html: missing",)


# -- writing ------------------------------------------------------------------------------


def test_writing_removes_what_it_wrote_and_no_longer_makes(out: Path) -> None:
    (out / "notes.md").write_text("mine")
    new = {"index.html": FILES["index.html"], "b.md": b"b"}
    assert generate(out, new) == Written(("b.md",), ("events/a.md", "shop.xlsx"), ())
    assert there(out) == {"b.md", "index.html", "notes.md", NAME}
    assert not (out / "events").exists()


def test_a_left_over_that_somebody_edited_stays(out: Path) -> None:
    (out / "events/a.md").write_text("edited")
    assert generate(out, {"index.html": b"x"}).kept == ("events/a.md",)
    assert (out / "events/a.md").read_text() == "edited"
    assert generate(out, {"index.html": b"x"}) == Written()  # it is theirs from now on


def test_a_file_of_ours_that_somebody_edited_is_written_anew(out: Path) -> None:
    (out / "index.html").write_text("edited")
    assert generate(out, FILES).changed == ("index.html",)
    assert (out / "index.html").read_bytes() == FILES["index.html"]


def test_a_persons_file_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(GuardError) as error:
        generate(tmp_path, {"README.md": b"ours", "index.html": b"ours"})
    assert error.value.message == (
        f"1 file in `{tmp_path}` would be overwritten that gtmgen did not write\n  README.md"
    )
    assert error.value.hint == "move them away, or choose another folder"
    assert there(tmp_path) == {"README.md"}
    assert (tmp_path / "README.md").read_text() == "mine"


def test_many_files_of_others_are_counted(tmp_path: Path) -> None:
    files = {f"f{number:02}.md": b"ours" for number in range(23)}
    for name in files:
        (tmp_path / name).write_text("mine")
    with pytest.raises(GuardError, match=r"^23 files in ") as error:
        generate(tmp_path, files)
    assert error.value.message.endswith("\n  f19.md\n  and 3 more")


def test_the_same_file_may_be_there_already(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("same")
    assert generate(tmp_path, {"README.md": b"same"}) == Written()
    assert read_manifest(tmp_path).files.keys() == {"README.md"}


def test_nothing_is_written_when_nothing_changes(out: Path) -> None:
    before = {path: os.stat(path).st_mtime_ns for path in out.rglob("*") if path.is_file()}
    assert generate(out, FILES) == Written()
    assert {path: os.stat(path).st_mtime_ns for path in before} == before


def test_another_projects_folder_is_refused(out: Path) -> None:
    with pytest.raises(GuardError) as error:
        generate(out, FILES, project="other")
    assert error.value.message == f"`{out}` holds the documentation of another project, `shop`"
    assert error.value.hint == (
        "give every project a folder of its own; if it was renamed, change `project` in "
        f"`{out / NAME}`"
    )


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "docs").write_text("x")
    with pytest.raises(UsageError, match=r"is a file; `--out` names a folder$"):
        generate(tmp_path / "docs", FILES)


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/events").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(GtmgenError, match="is a symbolic link; nothing is written through links"):
        generate(tmp_path / "docs", FILES)
    assert there(tmp_path / "elsewhere") == set()


def test_a_failure_half_way_leaves_everything_as_it_was(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if Path(target).name == "z.md":
            raise OSError(28, "No space left on device", str(target))
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(GtmgenError) as error:
        generate(out, {"a.md": b"new", "index.html": b"new", "z.md": b"new"})
    assert error.value.message == f"`{out}/z.md` cannot be written: No space left on device"
    assert error.value.hint == f"`{out}` is as it was"
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before


LEFT = ("events/a.md", "index.html", "shop.xlsx")


@pytest.mark.parametrize(
    ("step", "left", "removed"),
    [
        ("remove", {"a.md", *LEFT}, LEFT),
        ("publish", {"a.md"}, ()),
        ("keep", {"a.md"}, ()),
    ],
)
def test_killed_half_way_the_next_generation_goes_on(
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    step: str,
    left: set[str],
    removed: tuple[str, ...],
) -> None:
    generate(out, {**FILES, "a.md": b"zeroth"})
    monkeypatch.setattr(f"gtmgen.files.staging.Staging.{step}", _killed)
    monkeypatch.setattr("gtmgen.files.staging.Staging._take_back", lambda self: None)
    with pytest.raises(KeyboardInterrupt):
        generate(out, {"a.md": b"first"})
    monkeypatch.undo()
    assert there(out) == {*left, NAME}
    assert (out / "a.md").read_bytes() == (b"first" if step == "keep" else b"zeroth")
    assert generate(out, {"a.md": b"second"}).removed == removed
    assert there(out) == {"a.md", NAME}
    assert (out / "a.md").read_bytes() == b"second"


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


# -- the manifest -------------------------------------------------------------------------


def test_the_manifest_reads_and_merges_well(out: Path) -> None:
    lines = (out / NAME).read_text().split("\n")
    assert lines[:6] == [
        "{",
        '  "format": 1,',
        '  "project": "shop",',
        '  "options": {',
        '    "format": "all"',
        "  },",
    ]
    assert [line.split('"')[1] for line in lines[7:10]] == [
        "events/a.md",
        "index.html",
        "shop.xlsx",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "{",
        "[" * 100_000,
        '{"format": 1}',
        '{"format": 1, "project": 1, "options": {}, "files": {}}',
        '{"format": 1, "project": "a", "options": {"colour": "x"}, "files": {}}',
        '{"format": 1, "project": "a", "options": {"format": 1}, "files": {}}',
        '{"format": 1, "project": "a", "options": {"format": "pdf"}, "files": {}}',
        '{"format": 1, "project": "a", "options": {}, "files": {"../x": "1"}}',
        '{"format": 1, "project": "a", "options": {}, "files": {"/etc/passwd": "1"}}',
        '{"format": 1, "project": "a", "options": {}, "files": {"a": null}}',
        '{"format": 1, "project": "a", "options": {}, "files": ["a"]}',
    ],
)
def test_a_damaged_manifest_is_not_trusted(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    for work in (lambda: check(FILES, tmp_path), lambda: generate(tmp_path, FILES)):
        with pytest.raises(GtmgenError) as error:
            work()
        assert error.value.message == f"`{tmp_path / NAME}` is damaged"
        assert error.value.hint == (
            "bring it back from Git; or delete it together with the files that were generated"
        )
    assert there(tmp_path) == {NAME}


def test_a_manifest_of_a_newer_gtmgen_is_named(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(json.dumps({"format": 2}))
    with pytest.raises(GtmgenError) as error:
        read_manifest(tmp_path)
    assert error.value.message == f"`{tmp_path / NAME}` was written by another gtmgen (format 2)"
