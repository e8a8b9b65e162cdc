"""A folder in which an import was killed: every verb refuses it until the import is repeated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from importer.exports import export, tag, text, trigger
from push.harness import Shell

from gtmgen.source.unfinished_import import LOCK_NAME

OTHER = "gtmgen: 1\nproject: other\ncontainer: {gtm: GTM-OTHER}\n"


def refusal(folder: str) -> str:
    return (
        f"error: an import into `{folder}` ended half-way: some of its files are the old ones, "
        f"some the new\n\nhint: import once more with `--out {folder}`; it goes on from there\n"
    )


@pytest.fixture
def spec(shell: Shell) -> str:
    """An imported spec; the import into its folder is as if it had been killed."""
    document = export(
        tag=[tag("3", "Pixel", firingTriggerId=["5"])], trigger=[trigger("5", "Ready")]
    )
    Path("export.json").write_text(text(document), encoding="utf-8")
    assert shell.run("import", "export.json", "--out", "specs/shop", "-q").code == 0
    (file,) = [
        path for path in Path("specs/shop").glob("*.yaml") if "gtmgen: 1" in path.read_text()
    ]
    lock = file.with_name(LOCK_NAME)
    data = json.loads(lock.read_text())
    lock.write_text(json.dumps(data | {"pending": data["files"]}))
    Path("other.yaml").write_text(OTHER)
    return str(file)


@pytest.mark.parametrize(
    "arguments",
    [
        ("validate", "SPEC"),
        ("validate", "specs"),
        ("validate", "specs/shop"),
        ("lint", "SPEC"),
        ("compile", "SPEC"),
        ("compile", "SPEC", "--format", "summary"),
        ("plan", "SPEC", "--target", "local"),
        ("plan", "specs", "--target", "local"),
        ("push", "SPEC", "--target", "local", "--yes"),
        ("push", "other.yaml", "SPEC", "--target", "local", "--yes"),
        ("diff", "SPEC", "other.yaml"),
        ("diff", "other.yaml", "SPEC"),
        ("docs", "SPEC", "--out", "docs"),
        ("test", "SPEC"),
        ("test", "SPEC", "--explore"),
        ("versions", "SPEC", "--target", "local"),
        ("publish", "SPEC", "--target", "local", "--yes"),
        ("rollback", "SPEC", "1", "--target", "local", "--yes"),
    ],
    ids=" ".join,
)
def test_every_verb_refuses_it(shell: Shell, spec: str, arguments: tuple[str, ...]) -> None:
    result = shell.run(*(spec if word == "SPEC" else word for word in arguments))
    assert (result.code, result.out, result.err) == (1, "", refusal("specs/shop"))
    assert not shell.gtm.writes


def test_a_saved_plan_of_it_is_not_pushed(shell: Shell, spec: str) -> None:
    lock = Path("specs/shop", LOCK_NAME)
    unfinished = lock.read_text()
    lock.write_text(unfinished.replace('"pending"', '"done"'))
    assert shell.plan("--out", "plan.json", spec=spec).code == 0
    lock.write_text(unfinished)
    result = shell.run("push", "plan.json", "--yes", "-q")
    assert (result.code, result.err.split(":")[1]) == (4, " the saved plan is stale")
    assert not shell.gtm.writes


@pytest.mark.parametrize("include", ["shop/*.yaml", "shop/parts/tags.yaml"])
def test_a_spec_that_includes_files_of_it_is_refused(shell: Shell, spec: str, include: str) -> None:
    """Whatever is wrong with the files: half of them are of another import."""
    Path("specs/shop/parts").mkdir()
    Path("specs/shop/parts/tags.yaml").write_text("events: [\n")
    Path("specs/all.yaml").write_text(f"{OTHER}include: [{include}]\n")
    assert Path(spec).exists()
    assert shell.run("validate", "specs/all.yaml").err == refusal("specs/shop")


def test_without_its_main_file_it_is_not_called_empty(shell: Shell, spec: str) -> None:
    Path(spec).unlink()
    for path in (spec, "specs/shop"):
        assert shell.run("validate", path).err == refusal("specs/shop")


def test_other_specs_are_none_of_its_business(shell: Shell, spec: str) -> None:
    assert Path(spec).exists()
    assert shell.run("validate", "other.yaml").code == 0


def test_the_import_once_more_ends_it(shell: Shell, spec: str) -> None:
    assert shell.run("import", "export.json", "--out", "specs/shop", "-q").code == 0
    assert shell.run("validate", spec).code == 0


@pytest.mark.parametrize("lock", ["", "[1]", "{", '"pending"', "[" * 100_000, '{"pending": {}}'])
def test_a_lock_that_says_nothing_stops_nobody(shell: Shell, spec: str, lock: str) -> None:
    """The next import says what is wrong with it."""
    Path("specs/shop", LOCK_NAME).write_text(lock)
    assert shell.run("validate", spec).code == 0
