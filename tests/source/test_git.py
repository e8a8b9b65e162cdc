"""Specs and exports at a Git revision, from repositories that these tests make."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from support import GA4, HEAD

from gtmgen.errors import GtmgenError, SpecError, UsageError
from gtmgen.files import git
from gtmgen.files.git import GitPlace, checkout
from gtmgen.source.open import open_source

SPEC = f"{HEAD}include: [more/*.yaml]\n"
MORE = f"platforms:\n{GA4}"


class Repo:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.git("init", "-q", "-b", "main")

    def git(self, *arguments: str, data: bytes = b"") -> str:
        environ = {
            **os.environ,
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "a@b.example"
               for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
        }  # fmt: skip
        done = subprocess.run(
            ["git", *arguments], cwd=self.root, input=data, capture_output=True, env=environ
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.decode().strip()

    def write(self, name: str, content: str | bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def commit(self) -> str:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "fix: it")
        return self.git("rev-parse", "HEAD")

    def tree(self, *lines: str) -> str:
        """A commit of a tree that Git itself would not make."""
        tree = self.git("mktree", "--missing", data="".join(f"{x}\n" for x in lines).encode())
        return self.git("commit-tree", "-m", "x", tree)


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repo:
    (tmp_path / "repo").mkdir()
    repo = Repo(tmp_path / "repo")
    monkeypatch.chdir(repo.root)
    return repo


@pytest.fixture
def spec(repo: Repo) -> Repo:
    repo.write("specs/spec.yaml", SPEC)
    repo.write("specs/more/data.yaml", MORE)
    repo.write("other/secret.txt", "x")
    repo.commit()
    return repo


def refused(revision: str, path: str) -> GtmgenError:
    with pytest.raises(GtmgenError) as caught, checkout(revision, path):
        raise AssertionError
    return caught.value


# -- refused ---------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["git:", "git:HEAD", "git:HEAD:", "git::x.yaml", "git:a{b:c"])
def test_a_place_has_a_revision_and_a_path(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        GitPlace.read(text)

    assert caught.value.message == f"`{text}` does not have the form `git:REV:path`"


def test_where_git_is_missing(spec: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")

    assert refused("HEAD", "specs/spec.yaml").message == (
        "`git` is not installed, or not on the PATH"
    )


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)

    error = refused("HEAD", "spec.yaml")

    assert error.message == "the current directory is not in a Git repository"
    assert error.hint is not None
    assert error.hint.startswith("git says: ")


@pytest.mark.parametrize("revision", ["nope", "^main", "main..main", "HEAD:specs", "a b"])
def test_no_such_revision(spec: Repo, revision: str) -> None:
    error = refused(revision, "specs/spec.yaml")

    assert error.message == f"there is no revision `{revision}` in this Git repository"
    assert error.hint is None


@pytest.mark.parametrize("revision", ["--all", "-h", "--output=x", "a\0b", "a\nb"])
def test_what_could_be_an_option_reaches_no_git(spec: Repo, revision: str) -> None:
    assert refused(revision, "specs/spec.yaml").message == f"`{revision}` is not a Git revision"
    assert not Path("x").exists()


def test_a_shallow_clone_says_so(spec: Repo, tmp_path: Path, monkeypatch) -> None:
    spec.commit()
    spec.git("clone", "-q", "--depth=1", f"file://{spec.root}", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")

    error = refused("HEAD~1", "specs/spec.yaml")

    assert error.hint is not None
    assert error.hint.startswith("the clone is shallow")


def test_no_such_path(spec: Repo) -> None:
    spec.write("specs/new.yaml", "x")

    error = refused("HEAD", "specs/spek.yaml")
    assert error.message == "there is no `specs/spek.yaml` in the revision `HEAD`"
    assert error.hint == "did you mean `spec.yaml`?"
    assert refused("HEAD", "specs/new.yaml").hint == (
        "the file is there now, but not in that revision"
    )
    assert refused("HEAD", "nowhere/spec.yaml").hint is None


@pytest.mark.parametrize("path", ["../spec.yaml", "..", "specs/../../x.yaml", "/etc/passwd"])
def test_outside_of_the_repository(spec: Repo, path: str) -> None:
    assert refused("HEAD", path).message == f"`{path}` lies outside the Git repository"


def test_what_is_no_file(spec: Repo) -> None:
    os.symlink("/etc/passwd", "specs/link.yaml")
    spec.commit()

    for path, what in (("specs", "a folder"), ("specs/link.yaml", "a symbolic link")):
        assert refused("HEAD", path).message == f"`git:HEAD:{path}` is {what}, not a file"


@pytest.mark.parametrize("name", ["..", "."])
def test_names_that_lead_out_of_the_folder(repo: Repo, name: str) -> None:
    blob = repo.git("hash-object", "-w", "--stdin", data=b"x")
    tree = repo.git("rev-parse", repo.tree(f"100644 blob {blob}\tb") + "^{tree}")
    commit = repo.tree(f"100644 blob {blob}\tspec.yaml", f"040000 tree {tree}\t{name}")

    error = refused(commit, "spec.yaml")

    assert error.message == (
        f"the folder of `git:{commit}:spec.yaml` cannot be copied: "
        f"it holds a file of the name `{name}/b`"
    )


def test_a_file_that_is_a_folder_too(repo: Repo) -> None:
    blob = repo.git("hash-object", "-w", "--stdin", data=b"x")
    inner = repo.git("rev-parse", repo.tree(f"100644 blob {blob}\tb") + "^{tree}")
    lines = [f"100644 blob {blob}\ta", f"100644 blob {blob}\tspec.yaml", f"040000 tree {inner}\ta"]

    assert "cannot be copied: " in refused(repo.tree(*lines), "spec.yaml").message


def test_a_lost_object(repo: Repo) -> None:
    commit = repo.tree(f"100644 blob {'1' * 40}\tspec.yaml")

    with pytest.raises(GtmgenError), checkout(commit, "spec.yaml"):
        raise AssertionError


def test_folders_that_are_too_large(spec: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "MAX_FILES", 1)
    message = "the folder of `git:HEAD:specs/spec.yaml` is too large to be copied: 2 files"
    assert refused("HEAD", "specs/spec.yaml").message == message

    monkeypatch.setattr(git, "MAX_FILES", 9)
    monkeypatch.setattr(git, "MAX_TOTAL", 9)
    assert refused("HEAD", "specs/spec.yaml").message == message


# -- read ------------------------------------------------------------------------------


def test_includes_as_they_were_and_nothing_but_the_folder(spec: Repo) -> None:
    spec.write("specs/more/data.yaml", "broken: [")
    spec.write("specs/more/later.yaml", "data: {}")

    with checkout("HEAD", "specs/spec.yaml") as path:
        source = open_source(path)
        assert sorted(path.name for path in path.parent.rglob("*")) == [
            "data.yaml",
            "more",
            "spec.yaml",
        ]
        assert "platforms" in [key.value for key, _ in source.root.value]
    assert not path.parent.exists()


@pytest.mark.parametrize("revision", ["HEAD", "main", "@", "HEAD^{/fix: it}", "HEAD^{tree}~0"])
def test_revisions(spec: Repo, revision: str) -> None:
    place = GitPlace.read(f"git:{revision}:specs/spec.yaml")

    assert place == (revision, "specs/spec.yaml")
    assert str(place) == f"git:{revision}:specs/spec.yaml"
    if "tree" not in revision:
        with checkout(*place) as path:
            assert path.read_text() == SPEC


def test_paths_are_those_of_the_current_directory(
    spec: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir("other")

    for path in ("../specs/spec.yaml", "./../specs/spec.yaml", str(spec.root / "specs/spec.yaml")):
        with checkout("HEAD", path) as found:
            assert found.read_text() == SPEC
    assert refused("HEAD", "specs/spec.yaml").message.startswith("there is no ")


def test_a_spec_at_the_top(repo: Repo) -> None:
    repo.write("spec.yaml", SPEC)
    repo.write("more/data.yaml", MORE)
    repo.commit()

    with checkout("HEAD", "spec.yaml") as path:
        data = open_source(path).document({}).data
    assert [*data["platforms"]] == ["ga4"]


def test_of_an_export_only_itself_is_read(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a.json", "b.json", "c.txt"):
        repo.write(name, "{}\r\n")
    repo.commit()
    monkeypatch.setattr(git, "MAX_FILES", 1)

    with checkout("HEAD", "a.json") as path:
        assert [item.name for item in path.parent.iterdir()] == ["a.json"]
        assert path.read_bytes() == b"{}\r\n"


def test_files_of_any_size_and_name(repo: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git, "MAX_BYTES", 10)
    contents = {"spec.yaml": b"", "ä b\n.yaml": b"\n\n\0", "huge": b"x" * 11, "ten": b"x" * 10}
    for name, content in contents.items():
        repo.write(name, content)
    repo.commit()

    with checkout("HEAD", "spec.yaml") as path:
        found = {item.name: item.read_bytes() for item in path.parent.iterdir()}
    # Who reads it says that it is too large, so only its size is there.
    assert found == contents | {"huge": b"\0" * 11}


def test_links_and_submodules_are_left_out(spec: Repo) -> None:
    os.symlink("/etc", "specs/etc")
    os.symlink("more/data.yaml", "specs/inside.yaml")
    spec.commit()
    commit = spec.git("rev-parse", "HEAD")
    spec.git("update-index", "--add", "--cacheinfo", f"160000,{commit},specs/sub")
    spec.git("commit", "-q", "-m", "sub")

    with checkout("HEAD", "specs/spec.yaml") as path:
        assert sorted(item.name for item in path.parent.iterdir()) == ["more", "spec.yaml"]
    assert refused("HEAD", "specs/sub").message.endswith(" is a submodule, not a file")


def test_filters_and_hooks_do_not_run(spec: Repo) -> None:
    spec.git("config", "filter.evil.smudge", "touch evil; cat")
    spec.git("config", "diff.evil.textconv", "touch evil; cat")
    spec.write(".gitattributes", "* filter=evil diff=evil\n")
    spec.commit()

    with checkout("HEAD", "specs/spec.yaml") as path:
        assert path.read_text() == SPEC
    assert not list(spec.root.rglob("evil"))


def test_problems_name_the_revision(spec: Repo) -> None:
    spec.write("specs/more/data.yaml", "a: [\n")
    spec.commit()

    with pytest.raises(SpecError) as caught, checkout("HEAD", "specs/spec.yaml") as path:
        open_source(path)

    assert [item.span.file for item in caught.value.diagnostics] == [
        "git:HEAD:specs/more/data.yaml"
    ]

    with pytest.raises(UsageError) as missing, checkout("HEAD", "specs/spec.yaml") as path:
        open_source(path.parent / "none.yaml")
    assert missing.value.message == "`git:HEAD:specs/none.yaml` does not exist"
