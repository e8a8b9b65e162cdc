"""`renamed_from`: the entities of an event, data key, trigger or page go on under the new key."""

from __future__ import annotations

from pathlib import Path

import pytest

from gtmgen.errors import SpecError
from gtmgen.plan.model import Action
from plan.stage import Stage

BEFORE = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1}
site: {navigation: spa, page_identity: path_query, currency: EUR, hosts: [shop.example]}
platforms: {ga4: {measurement_id: G-ABC1234567, consent: not_required}}
data:
  order: {path: ecommerce.transaction_id,
     type: string, required: true, default: none}
  level: {cookie: level, type: number}
pages:
  thanks: {path: /thanks, query: {step: done}}
triggers:
  paid: {event: purchase}
  staff: {event: purchase, where: {level: {gt: 1}}}
events:
  buy:
    on: [paid, {page: [thanks]}]
    except: [staff]
    event_id: {from: order, prefix: order_}
    params: {transaction_id: order}
    send: {ga4: {event: sign_up, where: {level: {gt: 2}}}}
"""
AFTER = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1}
site: {navigation: spa, page_identity: path_query, currency: EUR, hosts: [shop.example]}
platforms: {ga4: {measurement_id: G-ABC1234567, consent: not_required}}
data:
  order_number:
    {renamed_from: order, path: ecommerce.transaction_id,
     type: string, required: true, default: none}
  tier: {renamed_from: [level, rank], cookie: level, type: number}
pages:
  thank_you: {renamed_from: thanks, path: /thanks, query: {step: done}}
triggers:
  done: {renamed_from: paid, event: purchase}
  colleagues: {renamed_from: staff, event: purchase, where: {tier: {gt: 1}}}
events:
  bought:
    renamed_from: buy
    on: [done, {page: [thank_you]}]
    except: [colleagues]
    event_id: {from: order_number, prefix: order_}
    params: {transaction_id: order_number}
    send: {ga4: {event: sign_up, where: {tier: {gt: 2}}}}
"""


# What goes out late has gates and values of its own, as has what is blocked, and an amount that is
# the first of several.
CONSENTED_BEFORE = """\
gtmgen: 1
project: shop
container: {gtm: GTM-SHOP1}
site: {navigation: spa, currency: EUR}
consent: {default: {analytics_storage: denied, ad_storage: denied}, granted_on: agreed}
platforms:
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
  tiktok:
    pixel_id: C4A1B2C3D4E5F6G7H8I0
    consent: [ad_storage]
    identify: {external_id: [user, guest]}
data:
  value: {path: ecommerce.value, type: number}
  currency: {path: ecommerce.currency, type: currency}
  user: {path: user, type: string}
  guest: {path: guest, type: string}
pages: {product: {path: "/p/*"}}
triggers:
  agreed: {event: consent_given}
  staff: {page: product, where: {user: staff}}
events:
  seen:
    on: {page: product}
    except: [staff]
    where: {user: {not_equals: ""}}
    params: {value: value, currency: currency}
    send: {ga4: view_x, tiktok: ViewContent}
  called: {on: {event: call}, send: {tiktok: {event: Contact, once: page}}}
"""
CONSENTED_AFTER = (
    CONSENTED_BEFORE.replace("value: {path", "amount: {renamed_from: value, path")
    .replace("value: value", "value: amount")
    .replace("  currency: {path", "  money: {renamed_from: currency, path")
    .replace("currency: currency", "currency: money")
    .replace("user: {path", "customer: {renamed_from: user, path")
    .replace("where: {user:", "where: {customer:")
    .replace("[user, guest]", "[customer, guest]")
    .replace("product: {path", "item: {renamed_from: product, path")
    .replace("page: product", "page: item")
    .replace("staff: {page", "colleagues: {renamed_from: staff, page")
    .replace("[staff]", "[colleagues]")
    .replace("agreed: {event", "consented: {renamed_from: agreed, event")
    .replace("granted_on: agreed", "granted_on: consented")
    .replace("  seen:\n", "  viewed:\n    renamed_from: seen\n")
    .replace("  called: {on", "  contacted: {renamed_from: called, on")
)


def ids(stage: Stage) -> set[tuple[str, str]]:
    """Kind and ID of every entity."""
    return set(stage.bodies())


def test_every_entity_keeps_its_id(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BEFORE)
    before = ids(stage)
    stage.spec(AFTER)

    plan = stage.plan()
    stage.push(plan)

    assert {change.action for change in plan.changes} == {Action.RENAME}
    assert len(plan.changes) == 11
    assert ids(stage) == before
    assert stage.plan().is_empty


def test_what_is_made_for_consent_and_exceptions_keeps_its_id(tmp_path: Path) -> None:
    stage = Stage(tmp_path, CONSENTED_BEFORE)
    before = ids(stage)
    stage.spec(CONSENTED_AFTER)

    plan = stage.plan()
    stage.push(plan)

    assert {change.action for change in plan.changes} == {Action.RENAME, Action.UPDATE}
    renamed = " ".join(c.name for c in plan.changes if c.action is Action.RENAME)
    for name in ("viewed.ga4 turn", "except.colleagues", "(late viewed.ga4)", "customer or guest"):
        assert name in renamed
    assert ids(stage) == before
    assert stage.plan().is_empty


def test_without_it_they_are_deleted_and_made_anew(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BEFORE)
    lines = AFTER.replace("renamed_from: [level, rank], ", "")
    for former in ("order", "thanks", "paid", "staff"):
        lines = lines.replace(f"renamed_from: {former}, ", "")
    stage.spec(lines.replace("    renamed_from: buy\n", ""))

    actions = {change.action for change in stage.plan().changes}

    assert {Action.CREATE, Action.DELETE} <= actions


def test_it_may_stay_and_the_next_name_is_added(tmp_path: Path) -> None:
    stage = Stage(tmp_path, BEFORE)
    before = ids(stage)
    stage.spec(AFTER)
    stage.push(stage.plan())
    stage.spec(
        AFTER.replace(
            "  bought:\n    renamed_from: buy", "  sold:\n    renamed_from: [buy, bought]"
        )
    )

    stage.push(stage.plan())

    assert ids(stage) == before


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "renamed_from: paid,",
            "renamed_from: colleagues,",
            (
                "renamed-from",
                "`colleagues` is still a key of `triggers`",
                "`renamed_from` names a key that is gone",
            ),
        ),
        (
            "renamed_from: [level, rank]",
            "renamed_from: [level, order]",
            (
                "renamed-from",
                "`order_number` was renamed from `order`, too",
                "only one of them can be what it was",
            ),
        ),
        (
            "{page: [thank_you]}",
            "{page: [thank_you], renamed_from: page_done}",
            (
                "renamed-from",
                "a trigger inside an `on` has no key that could have changed",
                "put `renamed_from` beside the event's `on`",
            ),
        ),
    ],
    ids=["a key that is there", "claimed twice", "an inline trigger"],
)
def test_what_cannot_have_been_renamed_is_told(
    tmp_path: Path, old: str, new: str, problem: tuple[str, str, str]
) -> None:
    stage = Stage(tmp_path, BEFORE)
    with pytest.raises(SpecError) as caught:
        stage.spec(AFTER.replace(old, new))

    assert [(d.rule, d.message, d.hint) for d in caught.value.diagnostics] == [problem]
