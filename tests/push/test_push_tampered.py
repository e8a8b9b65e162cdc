"""A saved plan that somebody has changed: what the checksums tell, and what the types do."""

from __future__ import annotations

import copy
import json
import os
import random
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gtmgen.errors import GtmgenError
from gtmgen.plan import saved
from gtmgen.plan.checksum import compute_approval_checksum, compute_checksum, compute_spec_checksum
from gtmgen.plan.options import PlanOptions
from gtmgen.plan.saved_values import decode_container
from push.harness import EVERYTHING, SPEC, Json, Result, Shell

MISSING = (
    "error: the spec `{}` of the saved plan is missing, so it cannot be checked whether the plan "
    "still matches it; nothing was written\n\n"
    "hint: bring the spec along; `--without-spec` trusts the plan alone\n"
)


def damaged(why: str) -> str:
    return (
        f"error: `plan.json` is a saved plan that is damaged: {why}\n\n"
        "hint: make it again with `plan --out`\n"
    )


FORM = damaged("something is missing or has another form")
SHOWN = damaged("it differs from what was shown")


@pytest.fixture
def planned(shell: Shell) -> Path:
    """A plan of a change to a container that was pushed before."""
    shell.spec()
    shell.pushed()
    shell.spec(SPEC.replace("purchase_done", "paid"))
    assert shell.plan("--out", "plan.json").code == 0
    return shell.folder / "plan.json"


def tamper(file: Path, change: Callable[[Json], object]) -> None:
    """Change the first plan of the file, and make the checksum of the file again."""
    data = json.loads(file.read_text())
    change(data["plans"][0])
    data["content_checksum"] = compute_checksum(data["plans"])
    file.write_text(json.dumps(data))


def forge_spec(plan: Json) -> None:
    container = decode_container(plan["container"])
    plan["spec_checksum"] = compute_spec_checksum(container, plan["workspace"])


def forge(plan: Json) -> None:
    """Make all the checksums of a plan again, as far as it has the right types."""
    try:
        forge_spec(plan)
        options = plan["options"]
        words = (frozenset(options["adopt"]), frozenset(options["allow_delete"]))
        allowed = PlanOptions(*words, options["allow_all"])
        plan["checksum"] = compute_approval_checksum(
            plan["spec_checksum"], plan["live_checksum"], allowed
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return


def push(shell: Shell, *more: str) -> Result:
    return shell.run("push", "plan.json", "--yes", "-q", *more)


# -- what the checksums tell --------------------------------------------------------------


def without_tags(plan: Json) -> None:
    plan["container"]["tags"] = []


def allowing_deletes(plan: Json) -> None:
    plan["options"]["allow_all"] = 13


def adopting(plan: Json) -> None:
    plan["options"]["adopt"] = ["equal"]


def taking_over(plan: Json) -> None:
    theirs = {"_": "Owner", "project": "theirs", "key": "tag/a"}
    ours = plan["container"]["tags"][0]["owner"]
    plan["container"]["former_owners"] = {"_": "dict", "items": [[ours, [theirs]]]}


def on_a_server(plan: Json) -> None:
    plan["container"]["context"] = "SERVER"


def elsewhere(plan: Json) -> None:
    plan["workspace"] = "Default Workspace"


def another_state(plan: Json) -> None:
    plan["live_checksum"] = "0" * 64


CHANGES = [
    without_tags, allowing_deletes, adopting, taking_over, on_a_server, elsewhere, another_state
]  # fmt: skip


@pytest.mark.parametrize("flags", [(), ("--without-spec",)])
@pytest.mark.parametrize("forge_more", [False, True])
@pytest.mark.parametrize("change", CHANGES)
def test_what_was_shown_is_what_is_applied(
    shell: Shell,
    planned: Path,
    change: Callable[[Json], None],
    forge_more: bool,
    flags: tuple[str, ...],
) -> None:
    tamper(planned, change)
    if forge_more:
        tamper(planned, forge_spec)
    tamper(planned, lambda plan: plan["spec"].update(given="no.yaml", absolute="/no", beside="no"))
    before = shell.gtm.save()

    assert push(shell, *flags) == Result(1, "", SHOWN)
    assert shell.gtm.save() == before


def test_the_checksum_is_the_one_that_was_shown(shell: Shell, planned: Path) -> None:
    shown = json.loads(shell.plan("--format", "json").out)["plans"][0]["checksum"]
    (plan,) = saved.read(planned.read_text(), "plan.json")
    assert plan.checksum == shown


def test_without_its_spec_a_plan_needs_a_word(shell: Shell, planned: Path) -> None:
    """With all the checksums forged, the spec alone could tell."""
    tamper(planned, without_tags)
    tamper(planned, forge)
    tamper(planned, lambda plan: plan["spec"].update(given="no.yaml", absolute="/no", beside="no"))
    before = shell.gtm.save()

    assert push(shell) == Result(4, "", MISSING.format("no.yaml"))
    assert shell.gtm.save() == before


def test_with_its_spec_the_word_checks_it_all_the_same(shell: Shell, planned: Path) -> None:
    tamper(planned, without_tags)
    tamper(planned, forge)

    result = push(shell, "--without-spec")

    stale = "error: the saved plan is stale: `spec.yaml` compiles to something else now; "
    hint = "plan again, and look at what has changed"
    assert result == Result(4, "", f"{stale}nothing was written\n\nhint: {hint}\n")


def test_one_spec_of_two_that_is_missing(shell: Shell) -> None:
    shell.spec(SPEC, "a.yaml")
    shell.spec(SPEC.replace("project: shop", "project: blog").replace("SHOP1", "BLOG1"), "b.yaml")
    shell.run("plan", "a.yaml", "b.yaml", "--target", "local", "--out", "plan.json", "-q")
    (shell.folder / "b.yaml").unlink()

    assert push(shell) == Result(4, "", MISSING.format("b.yaml"))
    assert not shell.gtm.writes
    assert push(shell, "--without-spec").code == 0


def test_the_word_is_for_saved_plans(shell: Shell) -> None:
    shell.spec()

    assert shell.push("--without-spec") == Result(
        2,
        "",
        "error: `--without-spec` is for a saved plan\n\n"
        "hint: `gtmgen plan --out FILE` saves one, `gtmgen push FILE` pushes it\n",
    )


# -- who may read it ----------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize("mode", [None, 0o644, 0o666])
def test_only_its_owner_reads_a_plan(shell: Shell, mode: int | None) -> None:
    file = shell.folder / "plan.json"
    if mode is not None:
        file.write_text("")
        file.chmod(mode)
    shell.spec()
    assert shell.plan("--out", "plan.json").code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_another_host_is_named_on_the_command_line(shell: Shell, planned: Path) -> None:
    """With the secrets of a push, a changed target would get them."""
    urls: list[str] = []
    gtm = shell.gtm.manager
    shell.monkeypatch.setattr("gtmgen.api.connect.connect_url", lambda url: urls.append(url) or gtm)
    tamper(planned, lambda plan: plan.update(target="https://gtm.example", state=None))

    assert push(shell) == Result(
        4,
        "",
        "error: the saved plan is for `https://gtm.example`, which is not this machine; nothing "
        "was called\n\nhint: to push there, name it: `--target https://gtm.example`\n",
    )
    assert urls == []
    assert push(shell, "--target", "https://gtm.example").code == 0
    assert urls == ["https://gtm.example"]


# -- values of other types ----------------------------------------------------------------

WRONG: list[Any] = [
    None, True, 5, 1.5, "x", [], {}, ["x"], [["a", "b"]], {"x": 1}, {"_": "Tag"}, {"_": "Origin"},
    {"_": "list", "items": 5}, {"_": "dict", "items": [["a", 1]]}, {"_": "dict", "items": 5},
    {"_": "TemplateRef", "template": 5}, {"_": "Owner", "project": "a", "key": "b"}, {"_": ["x"]},
    {"_": "BuiltInTrigger", "value": "1"}, {"_": "Template", "name": "x", "data": None},
]  # fmt: skip


#: What of WRONG is of the right type there, as JSON.
RIGHT: dict[tuple[str | int, ...], set[str]] = {
    ("spec",): set(),
    ("spec", "given"): {'"x"'},
    ("spec", "absolute"): {'"x"'},
    ("env",): {'"x"', "null"},
    ("target",): {'"x"'},
    ("state",): {"null", "[]", "{}"},
    ("workspace",): {'"x"'},
    ("options",): set(),
    ("options", "adopt"): {"[]", '["x"]'},
    ("options", "allow_delete"): {"[]", '["x"]'},
    ("options", "allow_all"): {"null", "5"},
    ("live_checksum",): {'"x"'},
    ("container",): set(),
    ("container", "project"): {'"x"'},
    ("container", "gtm"): {'"x"'},
    ("container", "tags"): {"[]"},
    ("container", "tags", 0): set(),
    ("container", "tags", 0, "name"): {'"x"'},
    ("container", "tags", 0, "paused"): {"true"},
    ("container", "tags", 0, "priority"): {"null", "5"},
    ("container", "tags", 0, "owner"): {"null", '{"_": "Owner", "project": "a", "key": "b"}'},
    ("container", "tags", 0, "origin"): {"null"},
    ("container", "tags", 0, "parameter"): {"[]"},
    ("container", "tags", 0, "parameter", 0): set(),
    ("container", "tags", 0, "parameter", 0, "key"): {"null", '"x"'},
    ("container", "former_owners"): set(),
    ("container", "built_ins"): {"[]"},
    ("container", "triggers", 0, "filter"): {"[]"},
}


@pytest.mark.parametrize("path", RIGHT, ids=lambda path: ".".join(map(str, path)))
def test_another_type_is_an_error_of_the_file(
    shell: Shell, planned: Path, path: tuple[str | int, ...]
) -> None:
    """Each with the checksums forged, so that nothing but the types can tell."""
    original = planned.read_text()
    *above, last = path

    def put(plan: Json) -> None:
        at: Any = plan
        for key in above:
            at = at[key]
        at[last] = value
        forge(plan)

    for value in WRONG:
        if json.dumps(value) in RIGHT[path]:
            continue
        planned.write_text(original)
        tamper(planned, put)
        assert push(shell, "--without-spec") == Result(1, "", FORM), value


@pytest.mark.parametrize("path", ["given", "absolute", "beside"])
@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_paths_that_cannot_be(shell: Shell, planned: Path, path: str, text: str) -> None:
    tamper(planned, lambda plan: plan["spec"].update({path: text}))
    assert push(shell) == Result(1, "", FORM)


@pytest.mark.parametrize("target", ["local", "local:elsewhere.json", "local:/etc/hosts"])
def test_a_local_target_is_not_without_its_file(shell: Shell, planned: Path, target: str) -> None:
    """It would be another one than the spec's: any that the target names."""
    tamper(planned, lambda plan: plan.update(state=None, target=target))
    assert push(shell) == Result(1, "", FORM)
    assert push(shell, "--target", target) == Result(1, "", FORM)


FAKED = "x\nerror: all is well\nhint: go on"
ONE_LINE = "x\\u000aerror: all is well\\u000ahint: go on"


def names_another(what: str, **values: str) -> Callable[[Json], object]:
    return lambda plan: plan[what].update(values)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (names_another("spec", given=FAKED, absolute="/x", beside="x"), "the spec `{}` of the"),
        (names_another("state", absolute=f"/{FAKED}"), "the local GTM in `/{}`, which is not"),
        (lambda plan: plan.update(env=FAKED), "the spec has no environment `{}`\n"),
        (lambda plan: plan.update(state=None, target=f"http://h/{FAKED}"), "for `http://h/{}`"),
        (lambda plan: plan.update(state=None, target=FAKED), "or a URL, not `{}`\n"),
    ],
)
def test_no_text_of_a_plan_passes_for_a_line_of_gtmgens_own(
    shell: Shell, planned: Path, change: Callable[[Json], object], said: str
) -> None:
    tamper(planned, change)
    result = push(shell)
    assert said.format(ONE_LINE) in result.err
    assert result.code in (2, 4)
    assert shell.gtm.writes == []
    assert not any(line.startswith(("error: all", "hint: go")) for line in result.err.split("\n"))


def test_the_format_of_a_plan_is_told_in_one_line(shell: Shell, planned: Path) -> None:
    data = json.loads(planned.read_text())
    planned.write_text(json.dumps(data | {"gtmgen_plan": FAKED}))
    assert push(shell).err == (
        f"error: `plan.json` is a saved plan of format {ONE_LINE}; this gtmgen reads "
        f"{saved.FORMAT_VERSION}\n\nhint: plan again with this version\n"
    )


@pytest.mark.parametrize("key", ["", "Page URL", "\ud800", "../a"])
def test_built_in_variables_that_cannot_be(shell: Shell, planned: Path, key: str) -> None:
    def put(plan: Json) -> None:
        plan["container"]["built_ins"] = [{"_": "BuiltIn", "key": key, "name": "x"}]
        forge(plan)

    tamper(planned, put)
    assert push(shell, "--without-spec") == Result(1, "", FORM)


def test_no_change_to_a_plan_is_a_bug_of_ours(shell: Shell) -> None:
    shell.spec(EVERYTHING)
    shell.plan("--out", "plan.json")
    file = shell.folder / "plan.json"
    original = json.loads(file.read_text())
    places = [path for path in _paths(original["plans"]) if path]
    chance, codes = random.Random(17), set()
    untouched = shell.gtm.save()
    for number in range(400):
        data = copy.deepcopy(original)
        *above, last = chance.choice(places)
        at = data["plans"]
        for key in above:
            at = at[key]
        at[last] = chance.choice([*WRONG, "\ud800", "DELETE", "{{nope}}"])
        for plan in data["plans"]:
            if isinstance(plan, dict):
                forge(plan)
        data["content_checksum"] = compute_checksum(data["plans"])
        try:
            saved.read(json.dumps(data), "plan.json")
        except GtmgenError as error:
            codes.add(error.exit_code)
            continue
        if number % 4 == 0:
            file.write_text(json.dumps(data))
            codes.add(push(shell, "--without-spec").code)
            shell.gtm.restore(untouched)
    assert {0, 1} <= codes <= {0, 1, 2, 4, 5, 6}


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield from _paths(item, (*path, key))


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("nested", "it ends too early or is not JSON"),
        ("deeper", "it ends too early or is not JSON"),
        ("NaN", "it ends too early or is not JSON"),
        ("-Infinity", "it ends too early or is not JSON"),
        ("1" * 5000, "it ends too early or is not JSON"),
        ("5", "something is missing or has another form"),
        ('"x"', "something is missing or has another form"),
        ("[5]", "something is missing or has another form"),
        ('{"a": 1}', "something is missing or has another form"),
        ("[]", "it holds no plan"),
        ("{}", "it holds no plan"),
    ],
)
def test_what_is_no_list_of_plans(shell: Shell, name: str, why: str) -> None:
    levels = {"nested": 600, "deeper": 200_000}.get(name)
    plans = name if levels is None else "[" * levels + "]" * levels
    try:
        total = compute_checksum(json.loads(plans))
    except (ValueError, RecursionError):
        total = ""
    text = f'{{"gtmgen_plan": "{saved.FORMAT_VERSION}", "content_checksum": "{total}", '
    (shell.folder / "plan.json").write_text(f'{text}"plans": {plans}}}')
    assert push(shell) == Result(1, "", damaged(why))
