"""The folder of an import: nothing of a person's is lost, and nothing is left half done."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from processes import run

from gtmgen.errors import GtmgenError, GuardError, UsageError
from gtmgen.files.safe_paths import unsafe
from gtmgen.importer.keys import assign_keys
from gtmgen.importer.names import make_file_name, make_key
from gtmgen.importer.write.folder import FolderChanges, OutFolder
from gtmgen.importer.write.lock import EntityKey
from gtmgen.source.open import open_source
from gtmgen.source.unfinished_import import LOCK_NAME

FIRST = {"tracking.yaml": b"gtmgen: 1\n", "tags/pixel.html": b"<b>\n", "tags/old.html": b"old\n"}
SECOND = {"tracking.yaml": b"gtmgen: 2\n", "tags/pixel.html": b"<b>\n", "new/a.js": b"new\n"}
KEYS = [EntityKey("tag", "1", "Pixel", "pixel")]


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def write(out, files, **options):
    return OutFolder(out).write(files, KEYS, source="GTM-A1", **options)


def held(out):
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != LOCK_NAME
    }


def refusal(error, out, call):
    with pytest.raises(error) as caught:
        call()
    hint = caught.value.hint or ""
    return caught.value.message.replace(str(out), "DIR"), hint.replace(str(out), "DIR")


# -- what a person did is not lost -----------------------------------------------------


def test_edited_and_foreign_files_are_refused_by_name(out):
    write(out, FIRST)
    (out / "tracking.yaml").write_bytes(b"mine\n")
    (out / "tags/old.html").write_bytes(b"mine\n")
    (out / "new").mkdir()
    (out / "new/a.js").write_bytes(b"mine\n")
    before = held(out)
    message, hint = refusal(GuardError, out, lambda: write(out, SECOND))
    assert message == (
        "3 files in `DIR` would be overwritten or removed\n"
        "  new/a.js  (not written by an import)\n"
        "  tags/old.html  (edited since the last import; the import would remove it)\n"
        "  tracking.yaml  (edited since the last import)"
    )
    assert hint == (
        "`--overwrite new/a.js` allows it for that file, and can be given several times; "
        "or import into another folder and compare"
    )
    assert held(out) == before


def test_one_file_and_many(out):
    write(out, {"a.js": b"1"})
    (out / "a.js").write_bytes(b"2")
    message, _ = refusal(GuardError, out, lambda: OutFolder(out).check({"a.js": b"3"}))
    assert message == (
        "1 file in `DIR` would be overwritten or removed\n  a.js  (edited since the last import)"
    )
    many = {f"f{number:02}.js": b"1" for number in range(25)}
    for name in many:
        (out / name).write_bytes(b"mine")
    message, _ = refusal(GuardError, out, lambda: OutFolder(out).check({**many, "a.js": b"2"}))
    assert message.splitlines()[-1] == "  and 5 more"


def test_overwrite_is_named_and_scoped(out):
    write(out, FIRST)
    (out / "tracking.yaml").write_bytes(b"mine\n")
    (out / "tags/old.html").write_bytes(b"mine\n")
    message, _ = refusal(GuardError, out, lambda: write(out, SECOND, overwrite=["tracking.yaml"]))
    assert "tags/old.html" in message
    assert "tracking.yaml" not in message
    changes = write(out, SECOND, overwrite=["tracking.yaml", "tags/old.html"])
    assert changes == FolderChanges(
        ("new/a.js",), ("tracking.yaml",), ("tags/old.html",), ("tags/pixel.html",)
    )
    assert held(out) == SECOND


def test_overwrite_of_a_file_that_is_not_concerned(out):
    write(out, FIRST)
    (out / "mine.txt").write_bytes(b"mine")
    message, hint = refusal(UsageError, out, lambda: write(out, FIRST, overwrite=["mine.txt"]))
    assert message == "`--overwrite mine.txt`: the import neither writes nor removes that file"
    assert hint == "name it as it stands below the folder, for example `tags/pixel.html`"


def test_files_of_others_stay(out):
    out.mkdir()
    (out / "README.md").write_bytes(b"mine")
    write(out, FIRST)
    write(out, SECOND)
    assert held(out) == {**SECOND, "README.md": b"mine"}


def test_the_same_content_is_no_edit(out):
    out.mkdir()
    (out / "tracking.yaml").write_bytes(FIRST["tracking.yaml"])
    assert write(out, FIRST).unchanged == ("tracking.yaml",)
    (out / "tracking.yaml").write_bytes(SECOND["tracking.yaml"])
    assert "tracking.yaml" in write(out, SECOND).unchanged


def test_line_ends_of_git_are_no_edit(out):
    write(out, FIRST)
    (out / "tracking.yaml").write_bytes(b"gtmgen: 1\r\n")
    assert write(out, SECOND).changed == ("tracking.yaml",)


def test_a_file_that_somebody_deleted_comes_back(out):
    write(out, FIRST)
    (out / "tracking.yaml").unlink()
    assert write(out, FIRST).added == ("tracking.yaml",)


# -- paths -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("../a", "it leaves the folder"),
        ("a/../../b", "it leaves the folder"),
        ("/etc/passwd", "it is not a path below the folder"),
        ("a//b", "it leaves the folder"),
        ("./a", "it leaves the folder"),
        ("", "it is not a path below the folder"),
        ("a/", "it is not a path below the folder"),
        ("C:/a", "it has a character that not every file system takes"),
        ("a\\b", "it has a character that not every file system takes"),
        ("a\0b", "it has a character that not every file system takes"),
        ("a\nb", "it has a character that not every file system takes"),
        ("\ud800", "it has a character that not every file system takes"),
        ("tags/CON.html", "Windows has no such file names"),
        ("lpt1", "Windows has no such file names"),
        ("a.", "Windows has no such file names"),
        ("a ", "Windows has no such file names"),
        ("a" * 256, "it is too long"),
    ],
)
def test_paths_that_are_not_written(out, path, why):
    message, _ = refusal(GtmgenError, out, lambda: write(out, {path: b""}))
    assert message == f"`{path}` cannot be written: {why}"
    assert not out.exists()


def test_two_paths_that_are_one(out):
    message, _ = refusal(GtmgenError, out, lambda: write(out, {"a/B.js": b"", "A/b.js": b""}))
    assert message == "`A/b.js` and `a/B.js` are one file where case does not count"
    message, _ = refusal(GtmgenError, out, lambda: write(out, {"a": b"", "a/b": b""}))
    assert message == "`a` is to be both a file and a folder"
    message, _ = refusal(GtmgenError, out, lambda: write(out, {LOCK_NAME.upper(): b""}))
    assert message.endswith("are one file where case does not count")


def test_a_file_of_another_case_is_there(out):
    (out / "Tags").mkdir(parents=True)
    message, hint = refusal(GuardError, out, lambda: write(out, FIRST))
    assert message == (
        "`DIR/Tags` and `DIR/tags`, which is to be written, are one file where case does not count"
    )
    assert hint == "rename yours, or import into another folder"


@pytest.mark.parametrize("link", ["tags", "tracking.yaml", LOCK_NAME])
def test_links_are_not_followed(out, tmp_path, link):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").write_bytes(b"mine")
    out.mkdir()
    (out / link).symlink_to(elsewhere if link == "tags" else elsewhere / "file")
    message, hint = refusal(GtmgenError, out, lambda: write(out, FIRST))
    assert message == (
        f"`DIR/{link}` is a symbolic link; nothing is written through links below `DIR`"
    )
    assert hint == "replace it by what it leads to, or choose another folder"
    assert held(elsewhere) == {"file": b"mine"}


def test_a_removal_does_not_follow_a_link(out, tmp_path):
    write(out, FIRST)
    elsewhere = tmp_path / "elsewhere"
    (out / "tags").rename(elsewhere)
    (out / "tags").symlink_to(elsewhere)
    assert write(out, {"tracking.yaml": b"gtmgen: 1\n"}).removed == ()
    assert (elsewhere / "old.html").exists()


def test_what_stands_in_the_way(out):
    out.mkdir()
    (out / "tags").write_bytes(b"")
    message, hint = refusal(GtmgenError, out, lambda: write(out, FIRST))
    assert (message, hint) == ("`DIR/tags` is a file, and a folder is needed there", "move it away")
    (out / "tags").unlink()
    (out / "tracking.yaml").mkdir()
    message, _ = refusal(GtmgenError, out, lambda: write(out, FIRST))
    assert message == "`DIR/tracking.yaml` is not a file, and one is to be written there"


def test_the_folder_is_a_file(out):
    out.write_bytes(b"")
    message, _ = refusal(UsageError, out, lambda: OutFolder(out))
    assert message == "`DIR` is a file; `--out` names a folder"


# -- the lock file ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "<<<<<<< HEAD\n{}",
        "[" * 100_000,
        '{"format": 1, "source": 5, "files": {}, "entities": []}',
        '{"format": 1, "source": null, "files": [], "entities": []}',
        '{"format": 1, "source": null, "files": {"a": 1}, "entities": []}',
        '{"format": 1, "source": null, "files": {"../a": "x"}, "entities": []}',
        '{"format": 1, "source": null, "files": {"/etc/passwd": "x"}, "entities": []}',
        '{"format": 1, "source": null, "files": {}, "entities": [["tag", "1"]]}',
        '{"format": 1, "source": null, "files": {}, "entities": [["tag", 1, "a", "b"]]}',
        '{"format": 1, "source": null, "files": {}, "entities": [["tag", "1", "a", "../b"]]}',
        '{"format": 1, "source": "", "files": {}, "entities": [["a","1","","b"],["a","","","b"]]}',
    ],
)
def test_a_damaged_lock(out, text):
    out.mkdir()
    (out / LOCK_NAME).write_text(text)
    message, hint = refusal(GtmgenError, out, lambda: OutFolder(out))
    assert message == f"`DIR/{LOCK_NAME}` is damaged"
    assert hint == (
        "bring it back from Git; or delete it, and name with `--overwrite` the files that may "
        "be written over"
    )


def test_a_lock_of_another_gtmgen(out):
    out.mkdir()
    (out / LOCK_NAME).write_text('{"format": 2}')
    message, hint = refusal(GtmgenError, out, lambda: OutFolder(out))
    assert message == f"`DIR/{LOCK_NAME}` was written by another gtmgen (format 2)"
    assert hint == "is there a newer gtmgen?"


def test_the_lock(out):
    write(out, {"b.js": b"b\r\n", "a.yaml": b""})
    assert json.loads((out / LOCK_NAME).read_text()) == {
        "format": 1,
        "source": "GTM-A1",
        "files": {
            "a.yaml": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "b.js": "0263829989b6fd954f72baaf2fc64bc2e2f01d692d4de72986ea808f6e99813f",
        },
        "entities": [["tag", "1", "Pixel", "pixel"]],
    }
    assert OutFolder(out).source == "GTM-A1"


def test_a_second_import_of_the_same_writes_nothing(out):
    write(out, FIRST)
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    assert write(out, FIRST) == FolderChanges((), (), (), tuple(sorted(FIRST)))
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_empty_folders_go(out):
    write(out, FIRST)
    write(out, {"tracking.yaml": b""})
    assert sorted(path.name for path in out.iterdir()) == [LOCK_NAME, "tracking.yaml"]


def test_modes(out):
    write(out, FIRST)
    mask = os.umask(0)
    os.umask(mask)
    assert (out / "tracking.yaml").stat().st_mode & 0o777 == 0o666 & ~mask
    (out / "tracking.yaml").chmod(0o640)
    write(out, SECOND)
    assert (out / "tracking.yaml").stat().st_mode & 0o777 == 0o640


# -- failures and kills ----------------------------------------------------------------


def failing(monkeypatch, name, count):
    """The nth call of a file operation fails, as on a full disk."""
    original = getattr(Path, name) if hasattr(Path, name) else getattr(os, name)
    owner = Path if hasattr(Path, name) else os
    calls = iter(range(1000))

    def call(*arguments, **named):
        if next(calls) == count:
            raise OSError(28, "No space left on device")
        return original(*arguments, **named)

    monkeypatch.setattr(owner, name, call)


@pytest.mark.parametrize(
    ("operation", "count"),
    [
        *(("fsync", number) for number in range(4)),
        *(("replace", number) for number in range(4)),
        ("unlink", 0),
        ("chmod", 1),
    ],
)
def test_after_a_failure_all_is_as_it_was(out, monkeypatch, operation, count):
    write(out, FIRST)
    before, lock = held(out), (out / LOCK_NAME).read_bytes()
    with monkeypatch.context() as patch:
        failing(patch, operation, count)
        message, hint = refusal(GtmgenError, out, lambda: write(out, SECOND))
    assert message.endswith("cannot be written: No space left on device")
    assert hint == "`DIR` is as it was; put that right and import again"
    assert held(out) == before
    assert (out / LOCK_NAME).read_bytes() == lock
    assert not list(out.glob(".gtmgen-import-*"))
    write(out, SECOND)
    assert held(out) == SECOND


def test_a_failure_of_a_first_import_leaves_no_files(out, monkeypatch):
    with monkeypatch.context() as patch:
        failing(patch, "replace", 2)
        refusal(GtmgenError, out, lambda: write(out, FIRST))
    assert list(out.iterdir()) == []


def test_what_cannot_be_taken_back(out, monkeypatch):
    write(out, FIRST)
    with monkeypatch.context() as patch:
        calls = iter(range(1000))
        original = Path.replace

        def replace(self, target):
            if next(calls) >= 3:  # a disk that goes and does not come back
                raise OSError(5, "Input/output error")
            return original(self, target)

        patch.setattr(Path, "replace", replace)
        _, hint = refusal(GtmgenError, out, lambda: write(out, SECOND))
    assert hint == "`DIR` was written in part; put that right and import again"
    write(out, SECOND)
    assert held(out) == SECOND


KILLED = """
import os, sys
from pathlib import Path
from gtmgen.importer.write.folder import OutFolder
left = int(sys.argv[2])
def dying(original):
    def call(*arguments, **named):
        global left
        left -= 1
        if left < 0:
            os._exit(9)
        return original(*arguments, **named)
    return call
for owner, name in ((os, "fsync"), (os, "mkdir"), (os, "unlink"), (os, "rmdir"), (os, "replace")):
    setattr(owner, name, dying(getattr(owner, name)))
for name in ("replace", "unlink", "chmod"):
    setattr(Path, name, dying(getattr(Path, name)))
files = eval(sys.argv[3])
OutFolder(sys.argv[1]).write(files, [], source="GTM-A1")
"""


def test_killed_anywhere_a_second_import_mends_it(tmp_path):
    steps, ended = 0, False
    while not ended:
        out = tmp_path / str(steps)
        write(out, FIRST)
        command = ("-c", KILLED, str(out), str(steps), repr(SECOND))
        ended = run(*command, cwd=tmp_path).returncode == 0
        other = {"tracking.yaml": b"gtmgen: 3\n"}  # not what was begun
        write(out, other if steps % 2 else SECOND)
        assert held(out) == (other if steps % 2 else SECOND)
        assert not list(out.glob(".gtmgen-import-*"))
        steps += 1
    assert steps > 12


def test_killed_anywhere_no_half_is_read(tmp_path):
    seen, steps = set(), 0
    while "new" not in seen:
        out = tmp_path / str(steps)
        write(out, FIRST)
        run("-c", KILLED, str(out), str(steps), repr(SECOND), cwd=tmp_path)
        files = {path: data for path, data in held(out).items() if "gtmgen-" not in path}
        try:
            open_source(out / "tracking.yaml")
        except GtmgenError as error:
            seen.add(error.message.rpartition(" ended ")[2])
        else:
            assert files in (FIRST, SECOND)
            seen.add("new" if files == SECOND else "old")
        steps += 1
    half_way = "half-way: some of its files are the old ones, some the new"
    assert seen == {"old", half_way, "new"}


# -- keys ------------------------------------------------------------------------------


def keys(entities, last=()):
    return {(item.id, item.name): item.key for item in assign_keys(entities, last)}


def test_keys_stay():
    last = assign_keys([("tag", "1", "A"), ("tag", "2", "B"), ("tag", "3", "C")], ())
    assert [item.key for item in last] == ["a", "b", "c"]
    now = [("tag", "1", "A"), ("tag", "2", "Renamed"), ("tag", "9", "C"), ("tag", "4", "B")]
    assert keys(now, last) == {
        ("1", "A"): "a",
        ("2", "Renamed"): "b",  # by its ID
        ("9", "C"): "c",  # made anew: by its name
        ("4", "B"): "b_2",  # the name of one that still has its key
    }


def test_swapped_names_keep_their_ids():
    last = assign_keys([("tag", str(n), name) for n, name in enumerate("ABCD")], ())
    now = [("tag", "0", "B"), ("tag", "1", "A"), ("tag", "2", "C"), ("tag", "3", "D")]
    assert keys(now, last) == {
        ("0", "B"): "a",
        ("1", "A"): "b",
        ("2", "C"): "c",
        ("3", "D"): "d",
    }


def test_in_another_container_names_count():
    last = assign_keys([("tag", "1", "A"), ("tag", "2", "B"), ("tag", "3", "C")], ())
    now = [("tag", "1", "B"), ("tag", "2", "C"), ("tag", "3", "D")]
    assert keys(now, last) == {("1", "B"): "b", ("2", "C"): "c", ("3", "D"): "d"}


def test_kinds_are_apart():
    found = assign_keys([("tag", "1", "A"), ("trigger", "1", "A")], ())
    assert [(item.kind, item.key) for item in found] == [("tag", "a"), ("trigger", "a")]


@pytest.mark.parametrize("keys", [["A"], ["../a"], [""], ["a", "a"]])
def test_keys_that_are_none(out, keys):
    entities = [EntityKey("tag", str(number), "x", key) for number, key in enumerate(keys)]
    with pytest.raises(ValueError, match="key"):
        OutFolder(out).write(FIRST, entities, source="x")
    assert not out.exists()


def test_keys_come_back_from_the_folder(out):
    folder = OutFolder(out)
    folder.write(FIRST, folder.keys([("tag", "7", "Ünï 😀")]), source="x.json")
    assert OutFolder(out).keys([("tag", "7", "Other")])[0].key == "uni"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("GA4 - Purchase", "ga4_purchase"),
        ("DLV - ecommerce.transactionId", "dlv_ecommerce_transaction_id"),
        ("TikTok | Pixel (v2)", "tiktok_pixel_v2"),
        ("Größe & Übergröße", "grosse_ubergrosse"),
        ("🔥 Purchase", "purchase"),
        ("3rd Pageview", "tag_3rd_pageview"),
        ("on", "tag_on"),
        ("../../etc/passwd", "etc_passwd"),
        ("", "tag_e3b0"),
        ("😀", "tag_f044"),
        ("注文完了", "tag_1228"),
        ("注文 GA4", "ga4_665f"),
        ("\ud800", "tag_91a6"),
        ("x" * 80, "x" * 55 + "_d929"),
    ],
)
def test_keys(name, key):
    assert make_key(name, (), "tag") == key


def keys_of(names):
    """The key that an import gives to each tag of these names."""
    tags = [("tag", str(number), name) for number, name in enumerate(dict.fromkeys(names))]
    return {item.name: item.key for item in assign_keys(tags, ())}


def test_taken_keys():
    assert make_key("A", {"a"}) == "a_2"
    assert make_key("A", {"a", "a_2"}) == "a_3"
    long = "a" * 60
    assert make_key(long, {long}) == "a" * 58 + "_2"
    assert keys_of(["a!", "a", "A"]) == {"A": "a", "a": "a_2", "a!": "a_3"}
    assert keys_of(["A", "a", "a!"]) == keys_of(["a!", "A", "a"])


def test_file_names():
    assert make_file_name("Pixel: all", set(), ".html") == "pixel_all.html"
    assert make_file_name("Pixel: all", {"pixel_all.html"}, ".html") == "pixel_all_2.html"
    assert make_file_name("CON", set(), ".js", "tag") == "tag_con.js"
    assert make_file_name("NUL.x", set(), ".js", "tag") == "nul_x.js"


@settings(max_examples=300)
@given(st.lists(st.text(st.characters(), max_size=80), max_size=20))
def test_any_names(names):
    found = keys_of(names)
    assert len(set(found.values())) == len(set(names))
    for key in found.values():
        assert key.isascii()
        assert key[0].isalpha()
        assert key == key.lower()
        assert key.replace("_", "").isalnum()
        assert len(key) <= 60
    taken = set()
    for name in names:
        taken.add(make_file_name(name, taken, ".html"))
    assert len(taken) == len(names)
    assert all(unsafe(name) is None and "/" not in name for name in taken)
