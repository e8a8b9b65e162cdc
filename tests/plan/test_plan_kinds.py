"""All kinds in one plan: what it reads, in which order it writes and deletes, and whose things."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from push.harness import Json

from gtmgen.api import connect_local
from gtmgen.emulator import Behaviour
from gtmgen.errors import GuardError
from gtmgen.plan import saved
from gtmgen.plan.cost import count_singly
from gtmgen.plan.guards import check_plan
from gtmgen.plan.model import Action, Drift, Plan
from gtmgen.plan.options import PlanOptions
from gtmgen.push.apply import Bulk
from plan.full_specs import SERVER, WEB
from plan.stage import STRATEGIES, Stage, only

HEAD = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1, workspace: gtmgen}
"""
NOTHING = f"{HEAD}data: {{x: {{path: x}}}}\n"
PLAIN = f"{HEAD}gtm: {{tags: {{a: {{type: img, parameters: {{url: x}}}}}}}}\n"
FILED = PLAIN.replace("workspace: gtmgen", "workspace: gtmgen, folder: Tracking")
PLAIN_SERVER = SERVER[: SERVER.index("  clients:")]
LOOKUP = 1  # of the container's public ID, which needs no call where GTM is local
ALL = PlanOptions(allow_all=13)


def order(plan: Plan) -> list[str]:
    return [change.name for change in plan.changes]


@pytest.mark.parametrize(
    ("text", "calls"),
    [(PLAIN, 8), (FILED, 8), (WEB, 10), (PLAIN_SERVER, 11), (SERVER, 10)],
    ids=["web", "folder", "web with a zone and a Google tag", "server", "server with its kinds"],
)
def test_a_plan_without_changes_reads_only_the_kinds_that_may_be_there(
    tmp_path: Path, text: str, calls: int
) -> None:
    stage = Stage(tmp_path, text)

    plan = stage.plan()

    assert plan.is_empty
    assert len(stage.calls) == count_singly(plan).calls == calls - LOOKUP


def test_a_folder_of_the_version_below_is_read_from_the_list(tmp_path: Path) -> None:
    stage = Stage(tmp_path, FILED)
    path = stage.plan().live.workspace_path
    assert path is not None
    stage.manager.create_version(path, "v1")
    stage.spec(FILED.replace("url: x", "url: y"))
    stage.push(stage.plan())
    stage.calls.clear()

    plan = stage.plan()

    assert plan.is_empty
    assert len(stage.calls) == 9 - LOOKUP
    assert stage.calls[-2].path.endswith("/folders")


def test_a_folder_that_was_renamed_is_seen_where_the_status_tells_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path, FILED)
    (folder,) = stage.stored["entities"]["folder"].values()
    folder["name"] = "Mine"

    plan = stage.plan()

    assert [(change.action, change.name) for change in plan.changes] == [
        (Action.RENAME, "Tracking"),
    ]


@pytest.mark.parametrize("bulk", STRATEGIES)
def test_a_folder_that_the_spec_has_no_word_about_any_more_goes(tmp_path: Path, bulk: Bulk) -> None:
    stage = Stage(tmp_path, FILED)
    stage.spec(PLAIN)

    plan = stage.plan()
    stage.push(plan, bulk)

    assert order(plan) == ["a", "Tracking"]
    assert stage.stored["entities"]["folder"] == {}
    assert "parentFolderId" not in next(iter(stage.stored["entities"]["tag"].values()))


def test_a_version_shows_all_kinds_for_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    path = stage.plan().live.workspace_path
    assert path is not None
    stage.manager.create_version(path, "v1")
    stage.spec(PLAIN)

    plan = stage.plan(options=ALL)
    calls = len(stage.calls) + LOOKUP
    rest = stage.push(plan)

    assert calls == 4
    assert plan.count(Action.DELETE) == 13
    assert "Full zone" in order(plan)
    assert [held.name for held in rest.live.entities if held.owner] == ["a"]


@pytest.mark.parametrize("bulk", STRATEGIES)
def test_everything_is_deleted_users_first(tmp_path: Path, bulk: Bulk) -> None:
    """GTM refuses to delete what is in use; the emulator does so, too."""
    stage = Stage(tmp_path, WEB)
    stage.spec(NOTHING)

    plan = stage.plan(options=ALL)
    stage.push(plan, bulk)

    places = {name: place for place, name in enumerate(order(plan))}
    for user, used in (
        ("A full tag", "Z before"), ("A full tag", "Z after"), ("A full tag", "Full trigger"),
        ("A group", "Go"), ("Full variable", "Go"), ("Full zone", "Go"), ("Z made", "Own"),
        ("Full zone", "Own"), ("Full trigger", "Main"), ("Z made of the gallery", "A group"),
    ):  # fmt: skip
        assert places[user] < places[used], (user, used)
    held = {kind for kind, items in stage.stored["entities"].items() if items}
    # The gallery's and the Google tag's configuration are nobody's; the variable is new.
    assert held == {"template", "gtag_config", "variable"}


@pytest.mark.parametrize("bulk", STRATEGIES)
def test_clients_and_transformations_are_deleted_too(tmp_path: Path, bulk: Bulk) -> None:
    stage = Stage(tmp_path, SERVER)
    stage.spec(PLAIN_SERVER)

    plan = stage.plan()
    stage.push(plan, bulk)

    assert order(plan) == ["Full transformation", "Full client"]
    assert not stage.stored["entities"]["client"]


USERS: dict[str, tuple[str, Json]] = {
    "a variable that the trigger enables": (
        "variable", {"type": "c", "enablingTriggerId": ["{Go}"]},
    ),
    "a zone": ("zone", {"boundary": {"customEvaluationTriggerId": ["{Go}"]}}),
    "a group": (
        "trigger",
        {"type": "triggerGroup", "parameter": [
            {"type": "list", "key": "triggerIds", "list": [
                {"type": "triggerReference", "value": "{Go}"}]}]},
    ),
    "a tag that sends what another tag configures": (
        "tag",
        {"type": "img", "parameter": [{"type": "tagReference", "key": "k", "value": "Z after"}]},
    ),
    "what a template of ours is a value of": (
        "tag", {"type": "img", "parameter": [{"type": "template", "key": "k", "value": "{Own}"}]},
    ),
    "a zone that allows a template of ours": (
        "zone", {"typeRestriction": {"enable": True, "whitelistedTypeId": ["{Own}"]}},
    ),
}  # fmt: skip
USED = {
    "{Go}": "trigger `Go`",
    "Z after": "tag `Z after`",
    "{Own}": "template `Own`",
}


@pytest.mark.parametrize(("kind", "body"), USERS.values(), ids=USERS)
def test_what_somebody_elses_entity_uses_is_not_deleted(
    tmp_path: Path, kind: str, body: Json
) -> None:
    stage = Stage(tmp_path, WEB)
    (trigger,) = (
        id_ for id_, item in stage.stored["entities"]["trigger"].items() if item["name"] == "Go"
    )
    template = stage.named("tag", "Z made")["type"]
    word = next(word for word in USED if word in repr(body))
    text = repr(body).replace("{Go}", trigger).replace("{Own}", template)
    items = stage.stored["entities"][kind]
    items["999"] = {"name": "Theirs", "fingerprint": "1", **ast.literal_eval(text)}
    stage.spec(NOTHING)
    if kind == "zone":  # a spec without zones does not look at those of others
        stage.spec(f"{HEAD}gtm: {{zones: {{z: {{name: Z}}}}}}\n")

    plan = stage.plan(options=ALL)

    in_use = [f"{held.kind.value} `{held.name}`" for held, users in plan.in_use if users]
    assert in_use == [USED[word]]
    assert plan.in_use[0].users == (f"{kind} `Theirs`",)
    with pytest.raises(GuardError, match="still in use"):
        check_plan(plan)


CYCLE = f"""\
{HEAD}gtm:
  tags:
    a: {{name: A, type: img, parameters: {{url: x, other: {{$tag: B}}}}}}
    b: {{name: B, type: img, parameters: {{url: x}}, setup: {{tag: A}}}}
"""


@pytest.mark.parametrize("bulk", STRATEGIES)
def test_tags_may_refer_to_each_other_where_gtm_takes_that(tmp_path: Path, bulk: Bulk) -> None:
    class Tolerant(Stage):
        def _connect(self) -> None:
            behaviour = Behaviour(unknown_reference="allow")
            self.manager = connect_local(None, behaviour=behaviour, middleware=self._count)

    stage = Tolerant(tmp_path, CYCLE, bulk)

    assert stage.plan().is_empty
    stage.spec(NOTHING)
    assert {change.name for change in stage.plan().changes} >= {"A", "B"}


OTHER = f"""\
{HEAD.replace("project: shop", "project: blog")}gtm:
  triggers: {{go: {{name: Blog go, type: PAGEVIEW}}}}
  tags: {{a: {{name: Blog tag, type: img, parameters: {{url: x}}, firing: [Blog go]}}}}
  zones: {{z: {{name: Blog zone, evaluation: [Blog go]}}}}
"""


def test_several_specs_share_a_container(tmp_path: Path) -> None:
    stage = Stage(tmp_path, WEB)
    first = stage.container
    stage.spec(OTHER)
    stage.push(stage.plan())
    stage.named("tag", "Blog tag")["paused"] = True
    stage.named("tag", "Z made")["paused"] = True
    blog = stage.plan()
    stage.container = first
    shop = stage.plan()
    stage.push(shop)
    stage.spec(NOTHING)
    gone = stage.plan(options=ALL)
    stage.push(gone)

    assert (only(blog).name, only(blog).drift) == ("Blog tag", Drift.OUTSIDE)
    assert (only(shop).name, only(shop).drift) == ("Z made", Drift.OUTSIDE)
    assert not any(name.startswith("Blog") for name in order(gone))
    assert stage.named("zone", "Blog zone")
    assert stage.named("tag", "Blog tag")["paused"]


@pytest.mark.parametrize("lines", [slice(-2, None), slice(-1, None)], ids=["both", "owner's"])
def test_a_copy_is_refused_whether_it_holds_the_state_or_not(tmp_path: Path, lines: slice) -> None:
    stage = Stage(tmp_path, SERVER)
    for kind in ("client", "transformation"):
        (body,) = stage.stored["entities"][kind].values()
        notes = "\n".join(body["notes"].split("\n")[lines])
        stage.stored["entities"][kind]["999"] = {**body, "name": f"Copy {kind}", "notes": notes}

    with pytest.raises(GuardError) as refused:
        stage.plan()

    assert refused.value.message == (
        "entities in the container have the same owner line in their notes:\n"
        "  client `Full client` and `Copy client`: [gtmgen shop client/gtm/full]\n"
        "  transformation `Full transformation` and `Copy transformation`: "
        "[gtmgen shop transformation/gtm/full]"
    )


@pytest.mark.parametrize("text", [WEB, SERVER], ids=["web", "server"])
def test_a_saved_plan_holds_every_kind(tmp_path: Path, text: str) -> None:
    stage = Stage(tmp_path, text)
    place = saved.StatePath("spec.yaml", str(tmp_path / "spec.yaml"), "spec.yaml")
    plan = saved.save(
        stage.plan("equal"), stage.container, spec=place, env=None, target="api", state=None
    )

    (read,) = saved.read(saved.write([plan]), "x.plan")

    assert read.container == stage.container
    assert read.options.adopts_equal
