"""A plan in a file: it applies exactly as it was shown, or not at all."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from push.harness import EVERYTHING, SPEC, Json, Result, Shell

CHANGED = SPEC.replace("purchase_done", "paid")
HTML = [{"type": "template", "key": "html", "value": "<b>"}]


def planned(shell: Shell, text: str = SPEC, *more: str) -> str:
    shell.spec(text)
    result = shell.plan("--out", "plan.json", *more)
    assert result.code == 0, result.err
    assert result.err.endswith("saved to plan.json: `gtmgen push plan.json` applies exactly this\n")
    return result.out


def push_plan(shell: Shell, *more: str):
    return shell.run("push", "plan.json", "--yes", "-q", *more)


@pytest.mark.parametrize("text", [SPEC, EVERYTHING], ids=["small", "everything"])
@pytest.mark.parametrize("with_spec", [True, False])
def test_a_saved_plan_applies_what_was_shown(shell: Shell, text: str, with_spec: bool) -> None:
    shown = planned(shell, text)
    if not with_spec:
        (shell.folder / "spec.yaml").rename(shell.folder / "elsewhere.yaml")

    more = () if with_spec else ("--without-spec",)
    result = shell.run("push", "plan.json", "--yes", *more)

    assert result.code == 0
    assert result.out.startswith(shown)
    assert shell.is_settled("spec.yaml" if with_spec else "elsewhere.yaml")


def test_its_options_come_with_it(shell: Shell) -> None:
    shell.gtm.create("tag", name="GA4 - buy", type="html", parameter=HTML)
    planned(shell, SPEC, "--adopt", "tag:GA4 - buy")

    assert push_plan(shell).code == 0
    assert shell.is_settled()


def test_several_plans_in_one_file(shell: Shell) -> None:
    other = SPEC.replace("project: shop", "project: blog").replace("SHOP1", "BLOG1")
    shell.spec(SPEC, "a.yaml")
    shell.spec(other, "b.yaml")
    shell.run("plan", "a.yaml", "b.yaml", "--target", "local", "--out", "plan.json", "-q")

    result = push_plan(shell)

    assert (result.code, result.out.count("Pushed.")) == (0, 2)


OTHER = (
    SPEC.replace("project: shop", "project: blog")
    .replace("folder: Shop", 'folder: Blog, naming: {tag: "B {event}", variable: "B {key}", '
             'trigger: "B {key}", template: "B {key}"}')
    .replace("name: internal visitors", "name: other visitors")
    .replace("name: GA4 - buy", "name: B buy")
)  # fmt: skip


@pytest.mark.parametrize("meddle", [False, True])
def test_several_plans_for_one_container(shell: Shell, meddle: bool) -> None:
    """The first one's writes are no reason to refuse the second; somebody else's are."""
    for name, text in (("a.yaml", SPEC), ("b.yaml", OTHER)):
        shell.spec(text, name)
        shell.pushed(spec=name)
        shell.spec(text.replace("purchase_done", "paid"), name)
    shell.run("plan", "a.yaml", "b.yaml", "--target", "local", "--out", "plan.json", "-q")

    def fault(request, send):
        if meddle and request.method == "PUT":
            shell.gtm.edit("tag", "B buy", paused=True)
        return send(request)

    shell.gtm.fault = fault
    result = push_plan(shell)

    assert result.out.count("Pushed.") == (1 if meddle else 2)
    assert result.code == (6 if meddle else 0)
    if meddle:
        assert result.err.startswith(
            "error: 1 of 2 specs were pushed, then: the saved plan is stale"
        )
    assert shell.gtm.get("tag", "B buy").get("paused", False) is meddle


def edited(shell: Shell) -> None:
    shell.gtm.edit("tag", "GA4 - buy", paused=True)


def unmanaged_added(shell: Shell) -> None:
    shell.gtm.create("tag", name="Theirs", type="html", parameter=HTML)


def pushed_by_another(shell: Shell) -> None:
    shell.pushed()


LIVE = "error: the saved plan is stale: the container GTM-SHOP1 has changed since it was made; "


@pytest.mark.parametrize("move", [edited, unmanaged_added, pushed_by_another])
@pytest.mark.parametrize(
    "flags", [(), ("--allow-delete", "all:3"), ("--adopt", "tag:GA4 - buy"), ("--bulk", "always")]
)
def test_it_is_refused_when_the_container_has_moved(
    shell: Shell, move: Callable[[Shell], None], flags: tuple[str, ...]
) -> None:
    shell.spec()
    shell.pushed()
    planned(shell, CHANGED)
    move(shell)
    before = shell.gtm.save()

    result = push_plan(shell, *flags)

    assert result.code == 4
    assert result.err == (
        f"{LIVE}nothing was written\n\nhint: plan again, and look at what has changed\n"
    )
    assert result.out == ""
    assert shell.gtm.save() == before


@pytest.mark.parametrize("flags", [(), ("--allow-delete", "all:3"), ("--bulk", "never")])
def test_it_is_refused_when_the_spec_has_moved(shell: Shell, flags: tuple[str, ...]) -> None:
    planned(shell)
    shell.spec(CHANGED)

    result = push_plan(shell, *flags)

    assert result.code == 4
    assert result.err == (
        "error: the saved plan is stale: `spec.yaml` compiles to something else now; nothing was "
        "written\n\nhint: plan again, and look at what has changed\n"
    )
    assert not shell.gtm.writes


def test_a_comment_in_the_spec_moves_nothing(shell: Shell) -> None:
    planned(shell)
    shell.spec(f"# a comment\n{SPEC}")

    assert push_plan(shell).code == 0


def test_it_is_refused_when_the_spec_is_no_longer_valid(shell: Shell) -> None:
    planned(shell)
    shell.spec("gtmgen: 1\n")

    result = push_plan(shell)

    assert result.code == 4
    assert result.err == (
        "error: the saved plan is stale: `spec.yaml` is not valid any more; nothing was written\n"
        "\nhint: `gtmgen validate spec.yaml` shows them; then plan again\n"
    )


def test_pushed_twice_it_is_stale(shell: Shell) -> None:
    planned(shell)

    assert push_plan(shell).code == 0
    assert push_plan(shell).code == 4


def test_options_belong_to_the_plan(shell: Shell) -> None:
    planned(shell)

    result = push_plan(shell, "--adopt", "tag:GA4 - buy")

    assert result.code == 2
    assert "belong to the plan" in result.err
    assert not shell.gtm.writes


def test_it_is_for_its_target_only(shell: Shell) -> None:
    planned(shell)

    assert push_plan(shell, "--target", "local").code == 0
    result = push_plan(shell, "--target", "api")

    assert result.code == 4
    assert result.err == (
        "error: the saved plan is for the target `local`, not `api`\n\n"
        "hint: leave `--target` out, or plan again for the other target\n"
    )


def test_it_holds_no_token_of_the_target(shell: Shell) -> None:
    shell.spec()
    shell.monkeypatch.setattr("gtmgen.api.connect.connect_url", lambda _url: shell.gtm.manager)
    url = "http://127.0.0.1:9/x?token=SECRET"
    shell.run("plan", "spec.yaml", "--target", url, "--out", "plan.json")
    text = (shell.folder / "plan.json").read_text()

    assert "SECRET" not in text
    assert '"target": "http://127.0.0.1:9/x"' in text


def broken(text: str, change: Callable[[Json], object]) -> str:
    data = json.loads(text)
    change(data)
    return json.dumps(data)


DAMAGE: dict[str, tuple[Callable[[str], str], str]] = {
    "half": (lambda text: text[: len(text) // 2], "it ends too early or is not JSON"),
    "a fifth": (lambda text: text[: len(text) // 5], "it ends too early or is not JSON"),
    "changed": (
        lambda text: text.replace("purchase_done", "purchase_gone"),
        "its checksum does not match what it holds",
    ),
    "no plans": (
        lambda text: broken(text, lambda data: data.pop("plans")),
        "its checksum does not match what it holds",
    ),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_file_is_refused(shell: Shell, name: str) -> None:
    planned(shell)
    path = shell.folder / "plan.json"
    spoil, why = DAMAGE[name]
    path.write_text(spoil(path.read_text()))

    result = push_plan(shell)

    assert result.code == 1
    assert result.err == (
        f"error: `plan.json` is a saved plan that is damaged: {why}\n\n"
        "hint: make it again with `plan --out`\n"
    )
    assert not shell.gtm.writes


@pytest.mark.parametrize("version", ["2.0", None, {}])
def test_another_version_is_refused(shell: Shell, version: object) -> None:
    planned(shell)
    path = shell.folder / "plan.json"
    path.write_text(broken(path.read_text(), lambda data: data.update(gtmgen_plan=version)))

    result = push_plan(shell)

    assert result.code == 1
    assert result.err.startswith(f"error: `plan.json` is a saved plan of format {version}; ")


def test_a_saved_plan_is_pushed_alone(shell: Shell) -> None:
    planned(shell)

    result = shell.run("push", "plan.json", "spec.yaml", "--yes")

    assert result.code == 2
    assert "error: `plan.json` is a saved plan, which is pushed alone\n" in result.err


def test_it_is_written_whole_or_not_at_all(shell: Shell) -> None:
    planned(shell)
    before = (shell.folder / "plan.json").read_text()

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    shell.spec(CHANGED)
    shell.monkeypatch.setattr(os, "fsync", fail)
    result = shell.plan("--out", "plan.json")

    assert (result.code, result.err) == (
        1,
        "error: `plan.json` cannot be written: No space left on device\n",
    )
    assert (shell.folder / "plan.json").read_text() == before
    assert sorted(os.listdir(shell.folder)) == ["plan.json", "spec.yaml"]


def test_the_spec_is_not_overwritten(shell: Shell) -> None:
    shell.spec()

    result = shell.plan("--out", "./spec.yaml")

    assert (result.code, result.err) == (2, "error: `--out spec.yaml` would overwrite the spec\n")
    assert (shell.folder / "spec.yaml").read_text() == SPEC


@pytest.mark.parametrize("verb", [("push", "--yes"), ("plan", "--out", "saved.plan")])
def test_two_specs_of_one_project_would_undo_each_other(
    shell: Shell, verb: tuple[str, ...]
) -> None:
    shell.spec(SPEC, "a.yaml")
    shell.spec(SPEC.replace("purchase_done", "paid"), "b.yaml")
    result = shell.run(*verb, "a.yaml", "b.yaml", "--target", "local", "-q")
    assert (result.code, bool(result.out)) == (4, verb[0] == "plan")
    assert not (shell.folder / "saved.plan").exists()
    assert result.err == (
        "error: two of the specs are the project `shop` in GTM-SHOP1, and each would undo the "
        "other's\n\n"
        "hint: give one of them another `project`, or make one of both with `include`\n"
    )


# -- another folder, another machine ------------------------------------------------------


@pytest.fixture
def project(shell: Shell, tmp_path: Path) -> Path:
    """A checkout with a spec and a saved plan; the local GTM is a real file."""
    shell.monkeypatch.undo()
    shell.monkeypatch.chdir(tmp_path)
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    shell.monkeypatch.chdir(folder)
    result = shell.run("plan", "spec.yaml", "--target", "local:./own.json", "--out", "plan.json")
    assert result.code == 0, result.err
    assert sorted(os.listdir(folder)) == ["plan.json", "spec.yaml"]  # a plan writes nothing else
    return folder


def elsewhere(shell: Shell, tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir(exist_ok=True)
    shell.monkeypatch.chdir(folder)
    return folder


def test_it_is_pushed_from_another_folder(shell: Shell, project: Path, tmp_path: Path) -> None:
    other = elsewhere(shell, tmp_path)

    result = shell.run(
        "push", "../project/plan.json", "--target", f"local:{project / 'own.json'}", "--yes", "-q"
    )

    assert (result.code, result.err) == (0, "")
    assert (project / "own.json").is_file()
    assert list(other.iterdir()) == []


def test_from_another_folder_a_changed_spec_is_seen(
    shell: Shell, project: Path, tmp_path: Path
) -> None:
    (project / "spec.yaml").write_text(CHANGED, encoding="utf-8")
    other = elsewhere(shell, tmp_path)
    (other / "spec.yaml").write_text(SPEC, encoding="utf-8")  # another one of that name

    result = shell.run(
        "push", "../project/plan.json", "--target", f"local:{project / 'own.json'}", "--yes", "-q"
    )

    assert (result.code, result.err) == (
        4,
        (
            f"error: the saved plan is stale: `{project / 'spec.yaml'}` compiles to something else "
            "now; nothing was written\n\nhint: plan again, and look at what has changed\n"
        ),
    )


def test_a_plan_that_was_moved_finds_what_it_was_made_of(
    shell: Shell, project: Path, tmp_path: Path
) -> None:
    shell.run("push", "spec.yaml", "--target", "local:own.json", "--yes", "-q")
    (project / "spec.yaml").write_text(CHANGED, encoding="utf-8")
    shell.run("plan", "spec.yaml", "--target", "local:own.json", "--out", "plan.json")
    other = elsewhere(shell, tmp_path)
    (project / "plan.json").rename(other / "moved.json")

    target = f"local:{project / 'own.json'}"
    result = shell.run("push", "moved.json", "--target", target, "--yes", "-q")

    assert (result.code, result.err) == (0, "")
    assert [path.name for path in other.iterdir()] == ["moved.json"]


def test_on_another_machine_the_files_beside_it_count(
    shell: Shell, project: Path, tmp_path: Path
) -> None:
    shell.run("push", "spec.yaml", "--target", "local:own.json", "--yes", "-q")
    (project / "spec.yaml").write_text(CHANGED, encoding="utf-8")
    shell.run("plan", "spec.yaml", "--target", "local:own.json", "--out", "plan.json")
    shell.monkeypatch.chdir(tmp_path)
    project.rename(tmp_path / "checkout")

    target = "local:checkout/own.json"
    result = shell.run("push", "checkout/plan.json", "--target", target, "--yes", "-q")

    assert (result.code, result.err) == (0, "")
    assert not project.exists()


def test_a_local_gtm_that_did_not_come_along(shell: Shell, project: Path, tmp_path: Path) -> None:
    shell.monkeypatch.chdir(tmp_path)
    project.rename(tmp_path / "checkout")

    result = shell.run("push", "checkout/plan.json", "--yes", "-q")

    assert (result.code, result.err) == (
        4,
        (
            f"error: the saved plan is for the local GTM in `{project / 'own.json'}`, which is not "
            "there\n\nhint: move its file along with the plan, or plan again here\n"
        ),
    )


def test_a_local_gtm_of_another_place_is_named_on_the_command_line(
    shell: Shell, project: Path
) -> None:
    """Somebody may have put it into the file; it stays as it was."""
    assert shell.run("push", "plan.json", "--yes", "-q") == Result(
        4,
        "",
        "error: the saved plan is for the local GTM in `own.json`, which is not the one beside its "
        "spec; nothing was written\n\n"
        "hint: to push there, name it: `--target local:own.json`\n",
    )
    assert sorted(os.listdir(project)) == ["plan.json", "spec.yaml"]


def test_the_local_gtm_beside_the_spec_needs_no_name(
    shell: Shell, project: Path, tmp_path: Path
) -> None:
    shell.run("plan", "spec.yaml", "--target", "local", "--out", "plan.json")
    elsewhere(shell, tmp_path)

    result = shell.run("push", "../project/plan.json", "--yes", "-q")

    assert (result.code, result.err) == (0, "")
    assert (project / ".gtmgen" / "local-gtm.json").is_file()


@pytest.mark.parametrize(
    "target", ["local:own.json", "local:./own.json", "local:../project/own.json"]
)
def test_targets_are_compared_by_what_they_mean(shell: Shell, project: Path, target: str) -> None:
    assert project
    assert shell.run("push", "plan.json", "--target", target, "--yes", "-q").code == 0


def test_another_local_gtm_is_another_target(shell: Shell, project: Path) -> None:
    assert project
    assert shell.run("push", "plan.json", "--target", "local", "--yes", "-q") == Result(
        4,
        "",
        "error: the saved plan is for the local GTM in `own.json`, not in "
        "`.gtmgen/local-gtm.json`\n\n"
        "hint: leave `--target` out, or plan again for the other target\n",
    )


# -- where a spec is wanted ----------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        ("plan",),
        ("versions",),
        ("publish",),
        ("rollback", "1"),
        ("doctor",),
        ("compile",),
        ("validate",),
    ],
    ids=lambda words: words[0],
)
def test_it_is_no_spec(shell: Shell, arguments: tuple[str, ...]) -> None:
    planned(shell)
    verb, *more = arguments

    assert shell.run(verb, "plan.json", *more) == Result(
        2,
        "",
        "error: `plan.json` is a saved plan, not a spec\n\n"
        "hint: push it with `gtmgen push plan.json`\n",
    )
