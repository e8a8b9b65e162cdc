"""How many deletes are too many: more than five, and more than a fifth of what is owned."""

from __future__ import annotations

from pathlib import Path

import pytest

from gtmgen.container.entities import Kind
from gtmgen.errors import GuardError
from gtmgen.plan.guards import check_plan
from gtmgen.plan.live import LiveEntity, LiveState
from gtmgen.plan.model import Action, Change, Plan
from gtmgen.plan.options import PlanOptions
from plan.stage import Stage


def plan_of(deletes: int, owned: int) -> Plan:
    changes = [
        Change(Action.DELETE, Kind.TAG, None, LiveEntity(Kind.TAG, str(n), None, {"name": f"T{n}"}))
        for n in range(deletes)
    ]
    return Plan(
        project="shop",
        gtm="GTM-SHOP1",
        workspace="gtmgen",
        target="local GTM",
        changes=tuple(changes),
        unchanged=0,
        equal=(),
        unmanaged=0,
        owned=owned,
        in_use=(),
        options=PlanOptions(),
        live=LiveState("accounts/1/containers/2", None, (), frozenset()),
    )


@pytest.mark.parametrize(("deletes", "owned"), [(6, 30), (20, 100), (5, 5), (6, 31)])
def test_a_fifth_exactly_is_not_too_many(deletes: int, owned: int) -> None:
    check_plan(plan_of(deletes, owned))


@pytest.mark.parametrize(("deletes", "owned"), [(6, 29), (21, 100), (6, 6)])
def test_one_more_is(deletes: int, owned: int) -> None:
    with pytest.raises(GuardError) as caught:
        check_plan(plan_of(deletes, owned))
    share = f"{deletes / owned:.2%}"
    assert caught.value.message == (f"Too many deletes, {share} is over 20.00% ({deletes}/{owned})")


def test_an_apply_refuses_too_without_a_command_line_that_has(tmp_path: Path) -> None:
    lines = [f"    v{number}: {{type: j, parameters: {{name: v}}}}\n" for number in range(7)]
    head = "gtmgen: 1\nproject: shop\ncontainer: {gtm: GTM-SHOP1, workspace: gtmgen}\ngtm:\n"
    stage = Stage(tmp_path, head + "  variables:\n" + "".join(lines))
    stage.spec(head + "  variables:\n" + lines[0])
    plan = stage.plan()

    with pytest.raises(GuardError) as caught:
        stage.push(plan)

    assert caught.value.message == "Too many deletes, 85.71% is over 20.00% (6/7)"
    assert stage.calls == []
    assert stage.bodies() == stage.before
