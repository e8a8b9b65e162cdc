"""`while_denied: hold` with a server: what waited on the page reaches both sides, as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gtmgen.compile.compiler import compile_both
from gtmgen.scenarios.accounts import accounts_of
from gtmgen.scenarios.halves import Halves, halves_of
from gtmgen.scenarios.load import scenarios_of_spec
from gtmgen.scenarios.model import Result, Status
from gtmgen.scenarios.run import Runner, ScenarioSetting
from gtmgen.scenarios.server_rules import payload_check
from gtmgen.spec.load import Loaded, load
from scenarios.both_sides import SPEC

HOLDING = SPEC.replace("while_denied: drop", "while_denied: hold").replace(
    "events:\n",
    "pages: {product: {path: /products/*}}\n"
    "events:\n"
    "  view_item: {on: {page: product}, send: {tiktok: ViewContent}}\n",
)
TESTS = """\
tests:
  - name: Held
    steps:
      - load: /products/a
      - push:
          event: purchase
          user: {phone: "+4915112345678"}
          ecommerce: {transaction_id: 1, value: 9, currency: EUR, items: [{item_id: A, price: 4, item_brand: X}, {item_id: B, price: 5}]}
      - push:
          event: purchase
          user: {phone: null}
          ecommerce: {transaction_id: 2, value: 0, currency: EUR, items: [{item_id: C, price: 0}]}
        expect: [none: tiktok, none: tiktok.server]
      - consent: {ad_storage: granted}
        expect:
          - {tiktok: ViewContent}
          - {tiktok: Purchase, event_id: purchase_1}
          - {tiktok: Purchase, event_id: purchase_2}
          - {tiktok.server: ViewContent}
          - tiktok.server: Purchase
            event_id: purchase_1
            params: {value: 9, contents: [{content_id: A, price: 4, brand: X}, {content_id: B, price: 5}]}
            identify: {phone: [{sha256: "+4915112345678"}]}
          - tiktok.server: Purchase
            event_id: purchase_2
            params: {value: 0, contents: [{content_id: C, price: 0}]}
          - same_event_id: [tiktok, tiktok.server]
      - push:
          event: purchase
          ecommerce: {transaction_id: 3, value: 1, currency: EUR, items: [{item_id: D, price: 1}]}
        expect:
          - {tiktok: Purchase, event_id: purchase_3}
          - {tiktok.server: Purchase, event_id: purchase_3, params: {contents: [{content_id: D}]}}
      - consent: {ad_storage: denied}
      - consent: {ad_storage: granted}
        expect: [none: tiktok.server]
"""  # noqa: E501


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> tuple[Loaded, Halves]:
    file = tmp_path_factory.mktemp("held") / "spec.yaml"
    file.write_text(HOLDING + TESTS, encoding="utf-8")
    loaded = load(file, {})
    return loaded, halves_of(compile_both(loaded))


def play(loaded: Loaded, web: Any, server: Any) -> Result:
    setting = ScenarioSetting(payload_check=payload_check(loaded.spec)).at_site(loaded.spec)
    file = scenarios_of_spec(loaded)
    [result] = Runner(web, accounts_of(loaded.spec), setting, file.locate, server).run_all(
        file.scenarios
    )
    return result


def test_what_was_held_reaches_both_sides_with_its_own_values(held: tuple[Loaded, Halves]) -> None:
    loaded, (web, server) = held
    result = play(loaded, web, server)
    assert result.failures == ()
    assert result.server is not None
    sent = [json.loads(one["body"])["data"][0] for one in result.server.run.observed["http"]]
    assert [one["event_id"] for one in sent][1:] == ["purchase_1", "purchase_2", "purchase_3"]
    assert "phone" not in sent[2]["user"]
    [content] = sent[2]["properties"]["contents"]
    assert "brand" not in content


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("gtmgen_hit: hit, _clear: true", "gtmgen_hit: hit"),
        ("if (!isGranted()) types", "types"),
        ("if (!isWaiting || !isGranted()) return;", ""),
        ("if (row.value !== undefined) hit", "if (row.value) hit"),
    ],
)
def test_a_mutation_makes_it_fail(held: tuple[Loaded, Halves], old: str, new: str) -> None:
    loaded, (web, server) = held
    text, wanted = json.dumps(web), json.dumps(old)[1:-1]
    assert text.count(wanted) == 1
    changed = json.loads(text.replace(wanted, json.dumps(new)[1:-1]))
    assert play(loaded, changed, server).status is Status.FAILED
