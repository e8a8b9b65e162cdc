"""Several files as one spec."""

import os
from pathlib import Path

import pytest
from support import HEAD, load_text, problems, rendered, rules, write

from gtmgen.errors import SpecError
from gtmgen.spec.load import load


def test_sections_and_lists_are_merged():
    one, two = ({"name": name, "steps": [{"load": "/"}], "expect": []} for name in ("one", "two"))
    loaded = load_text(
        HEAD + f"include: [a.yaml, sub/*.yaml]\ndata: {{x: {{path: x}}}}\ntests: [{one}]\n",
        files={
            "a.yaml": f"data: {{y: {{path: y}}}}\ntests: [{two}]\n",
            "sub/b.yaml": "gtmgen: 1\ninclude: c.yaml\ndata: {z: {path: z}}\n",
            "sub/c.yaml": "site: {currency: EUR}\n",
        },
    )
    assert sorted(loaded.spec.data) == ["x", "y", "z"]
    assert loaded.document.data["tests"] == [one, two]
    assert str(loaded.spec.data["z"].origin) == "sub/b.yaml:3:8"


def test_raw_entities_may_be_spread_over_files():
    loaded = load_text(
        HEAD + "include: a.yaml\ngtm: {tags: {one: {type: html}}}\n",
        files={"a.yaml": "gtm: {tags: {two: {type: html}}}\n"},
    )
    assert sorted(loaded.spec.raw_tags) == ["one", "two"]


def test_one_file_by_two_ways_is_taken_once():
    text = HEAD + "include: [a.yaml, b.yaml, a.yaml]\n"
    assert rules(text, files={"a.yaml": "site: {}\n", "b.yaml": "include: a.yaml\n"}) == []


def test_a_pattern_leaves_out_the_file_that_it_stands_in():
    loaded = load_text(HEAD + "include: '*.yaml'\n", files={"a.yaml": "site: {currency: EUR}\n"})
    assert loaded.spec.site.currency == "EUR"


def test_folders_with_brackets_in_their_names():
    text = HEAD + "include: 'a[1]/x.yaml'\n"
    files = {"a[1]/x.yaml": "include: '*.yaml'\n", "a[1]/y.yaml": "site: {currency: EUR}\n"}
    found = problems(text, files=files)
    assert [problem.message for problem in found] == ["`a[1]/x.yaml` matches no file"]
    loaded = load_text(HEAD + "include: 'a?1]/x.yaml'\n", files=files)
    assert loaded.spec.site.currency == "EUR"


def test_the_same_key_in_two_files_names_both_places():
    text = HEAD + "include: a.yaml\ndata:\n  x: {path: x}\n"
    found = problems(text, files={"a.yaml": "data: {x: {path: y}}\nproject: other\n"})
    assert [(str(p.span), p.rule, p.message, p.hint) for p in found] == [
        ("a.yaml:1:8", "duplicate-key", "the key `x` is set in two files",
         "first set at spec.yaml:6:3"),
        ("a.yaml:2:1", "duplicate-key", "the key `project` is set in two files",
         "first set at spec.yaml:2:1"),
    ]  # fmt: skip


@pytest.mark.parametrize("other", ["tests: 5\n", "tests: {a: b}\n", "data: [x]\n", "data: 1\n"])
def test_sections_of_two_kinds_are_not_merged(other):
    text = HEAD + "include: a.yaml\ntests: []\ndata: {}\n"
    assert rules(text, files={"a.yaml": other}) == ["duplicate-key"]


MESSAGES = {
    "missing": ("no.yaml", "include", "the file `no.yaml` does not exist"),
    "a folder": ("sub", "include", "`sub` is a directory"),
    "no match": ("'x/*.yaml'", "include", "`x/*.yaml` matches no file"),
    "up": ("../a.yaml", "include-outside", "`../a.yaml` lies outside the spec's folder"),
    "up and a pattern": (
        "'../*.yaml'",
        "include-outside",
        "`../*.yaml` lies outside the spec's folder",
    ),
    "absolute": ("/etc/passwd", "include-outside", "`/etc/passwd` lies outside the spec's folder"),
    "home": ("~/a.yaml", "include-outside", "`~/a.yaml` lies outside the spec's folder"),
    "Windows": ("'..\\a.yaml'", "include-outside", "`..\\a.yaml` lies outside the spec's folder"),
    "NUL": ('"a\\0.yaml"', "include-outside", "`a\\u0000.yaml` lies outside the spec's folder"),
    "two stars": (
        "'a**b'",
        "include",
        ("`a**b` is not a pattern: Invalid pattern: '**' can only be an entire path component"),
    ),
    "a mapping": ("{a: b}", "include", "`include` is a list of file names"),
    "nothing": ("", "include", "`include` is a list of file names"),
    "a list in a list": ("[[a]]", "include", "`include` is a list of file names"),
    "itself": (
        "spec.yaml",
        "include-cycle",
        "the files include each other: spec.yaml -> spec.yaml",
    ),
}


@pytest.mark.parametrize("name", MESSAGES)
def test_an_include_that_cannot_be(name):
    entry, rule, message = MESSAGES[name]
    text = rendered(f"{HEAD}include: {entry}\n", files={"sub/x.yaml": "a: 1\n"})
    assert text.startswith(f"spec.yaml:4:{10 if entry else 9}: error[{rule}]: {message}\n")


def test_a_long_name_is_no_traceback():
    (problem,) = problems(f"{HEAD}include: {'x' * 5000}\n")
    assert problem.message.endswith("cannot be read: File name too long")


def test_a_folder_hints_at_a_pattern():
    (problem,) = problems(HEAD + "include: sub\n", files={"sub/x.yaml": ""})
    assert problem.hint == "to take its files: `sub/*.yaml`"


def test_a_cycle_of_three():
    files = {"a.yaml": "include: b.yaml\n", "b.yaml": "include: [a.yaml]\n"}
    assert rendered(HEAD + "include: a.yaml\n", files=files) == (
        "b.yaml:1:11: error[include-cycle]: the files include each other: a.yaml -> b.yaml -> "
        "a.yaml\n"
        "    1 | include: [a.yaml]\n"
        "      |           ^^^^^^"
    )


def test_a_chain_without_an_end():
    files = {f"f{number}.yaml": f"include: f{number + 1}.yaml\n" for number in range(600)}
    (problem,) = problems(HEAD + "include: f0.yaml\n", files=files)
    assert problem.message == "files include each other more than 16 levels deep"


def test_include_set_twice():
    text = HEAD + "include: a.yaml\ninclude: b.yaml\n"
    (problem,) = problems(text, files={"a.yaml": "site: {}\n", "b.yaml": "data: {}\n"})
    assert (problem.rule, problem.span.line, problem.hint) == (
        "duplicate-key", 5, "first set at spec.yaml:4:1",
    )  # fmt: skip


def test_problems_of_all_files_at_once():
    text = HEAD + "include: [a.yaml, no.yaml, b.yaml]\n"
    found = problems(text, files={"a.yaml": "x: [b\n", "b.yaml": b"\xff"})
    assert [(str(p.span), p.rule) for p in found] == [
        ("a.yaml:1:4", "yaml-syntax"),
        ("b.yaml:1:1", "encoding"),
        ("spec.yaml:4:19", "include"),
    ]


def links(folder: Path) -> Path:
    (folder / "outside").mkdir()
    (folder / "outside" / "a.yaml").write_text("site: {currency: EUR}\n")
    inside = folder / "inside"
    inside.mkdir()
    os.symlink(folder / "outside" / "a.yaml", inside / "link.yaml")
    os.symlink(folder / "outside", inside / "folder")
    os.symlink("loop", inside / "loop")
    os.symlink("spec.yaml", inside / "same.yaml")
    return inside


@pytest.mark.parametrize(
    ("entry", "rule"),
    [
        ("link.yaml", "include-outside"),
        ("folder/a.yaml", "include-outside"),
        ("'folder/*.yaml'", "include-outside"),
        ("'link*.yaml'", "include-outside"),
        ("same.yaml", "include-cycle"),
        ("loop", "include"),
        ("loop/a.yaml", "include"),
    ],
)
def test_symbolic_links(tmp_path, entry, rule):
    folder = links(tmp_path)
    write(folder, {"spec.yaml": f"{HEAD}include: {entry}\n"})
    with pytest.raises(SpecError) as raised:
        load(folder / "spec.yaml", {})
    assert [problem.rule for problem in raised.value.diagnostics] == [rule]


@pytest.mark.parametrize("folder", ["no", "..", "loop", '"a\\0"', "5", "spec.yaml"])
def test_packs_folders_that_cannot_be(tmp_path, folder):
    inside = links(tmp_path)
    write(inside, {"spec.yaml": f"{HEAD}packs: [{folder}]\n"})
    with pytest.raises(SpecError) as raised:
        load(inside / "spec.yaml", {})
    (problem,) = raised.value.diagnostics
    assert (problem.rule, problem.span.line, problem.span.col) == ("packs", 4, 9)
    assert problem.message.endswith("does not exist below the spec's folder")


def test_a_spec_in_another_folder_names_its_files_in_full(tmp_path):
    write(tmp_path, {"s/spec.yaml": HEAD + "include: a/b.yaml\n", "s/a/b.yaml": "x: 1\n"})
    with pytest.raises(SpecError) as raised:
        load(tmp_path / "s" / "spec.yaml", {})
    assert str(raised.value.diagnostics[0].span) == f"{tmp_path}/s/a/b.yaml:1:1"


def test_all_files_together_have_a_limit(monkeypatch):
    monkeypatch.setattr("gtmgen.source.include.MAX_TOTAL_BYTES", 1_048_576)
    files = {f"{name}.yaml": "# " + "x" * 400_000 + "\n{}\n" for name in "abc"}
    (problem,) = problems(HEAD + "include: '*.yaml'\n", files=files)
    assert (problem.rule, problem.message) == ("include", "more than 1 MB are included in all")
    del files["c.yaml"]
    assert problems(HEAD + "include: '*.yaml'\n", files=files) == []


def test_any_depth_is_walked_once_however_often_it_is_written():
    files = {"a/b/c/x.yaml": "site: {currency: EUR}\n"}
    loaded = load_text(HEAD + f"include: '{'**/' * 500}x.yaml'\n", files=files)
    assert loaded.spec.site.currency == "EUR"


def test_any_depth_twice_is_enough():
    files = {"a/b/c/x.yaml": "site: {currency: EUR}\n"}
    loaded = load_text(HEAD + "include: 'a/**/c/**/x.yaml'\n", files=files)
    assert loaded.spec.site.currency == "EUR"
    (problem,) = problems(HEAD + "include: '**/b/**/c/**/*.yaml'\n", files=files)
    assert problem.message == "`**/b/**/c/**/*.yaml` has more than 2 times `**`"
