"""The generated module: its types hold under ``--strict``, and what it pushes fires the tags."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from contract.specs import shop, shop_contract
from scenarios.played import Played
from support import load_text

from generate.conftest import Compiled, compile_modules
from gtmgen.contract.build import build_contract
from gtmgen.generate.typescript import typescript
from gtmgen.runtime.browser_process import find_chromium
from gtmgen.spec.load import load

SPECS = Path(__file__).parents[2] / "specs"


def module(text: str | None = None, *, checks: bool = False) -> str:
    spec = shop() if text is None else load_text(text).spec
    return typescript(spec, build_contract(spec), checks=checks)


def function_of(code: str, name: str) -> str:
    """A function, with its comment."""
    found = re.search(rf"/\*\*(?:(?!\*/)[\s\S])*\*/\nexport function {name}\(.*?\n}}", code, re.S)
    assert found is not None
    return found[0]


def test_a_function_pushes_the_message_and_returns_the_id() -> None:
    assert function_of(module(), "pushPurchase") == (
        """\
/**
 * Order paid
 *
 * @returns the event's ID, such as `purchase_7001`: the server sends the same one
 * @example
 * pushPurchase({
 *   ecommerce: {
 *     currency: "EUR",
 *     transaction_id: "7001",
 *     value: 12.5,
 *     items: [
 *       {
 *         item_id: "T1",
 *         item_name: "T",
 *         item_brand: "Leaf",
 *         item_category: "Tea",
 *         price: 12.5,
 *         quantity: 1
 *       }
 *     ]
 *   }
 * });
 */
export function pushPurchase(data: PurchaseMessage): string {
  push({ ecommerce: null });
  push({ event: "purchase", ...data });
  return "purchase_" + data["ecommerce"]["transaction_id"];
}"""
    )


def test_an_id_that_nothing_decides_is_made_for_both_sides() -> None:
    code = function_of(module(), "pushSearch")
    assert code.split("*/\n")[1] == (
        """\
export function pushSearch(data: SearchMessage = {}, eventId: string = newEventId()): string {
  push({ event: "search", ...data, event_id: eventId });
  return eventId;
}"""
    )


USE = """
import { pushPurchase, pushSearch, type PurchaseServerEvent } from "./kiosk";
const items = [{ item_id: "T1", item_name: "Tea", price: 12.5, quantity: 1 }];
const order = { transaction_id: "7001", value: 12.5, currency: "EUR", items };
%s
"""
# What somebody writes, and what the compiler says of it.
LINES = [
    ("const id: string = pushPurchase({ ecommerce: order }); pushSearch(); id;", ""),
    ('pushSearch({ term: "tea" }, "site-1");', ""),
    (
        "pushPurchase({ ecommerce: { ...order, transaction_id: 7001 } });",
        "Type 'number' is not assignable to type 'string'.",
    ),
    (
        'pushPurchase({ ecommerce: { transaction_id: "7001", currency: "EUR", items } });',
        "Property 'value' is missing",
    ),
    (
        "pushPurchase({ ecommerce: order, ecomerce: 1 });",
        "'ecomerce' does not exist in type 'PurchaseMessage'",
    ),
    (
        'pushPurchase({ ecommerce: { ...order, items: [{ item_id: "T1", prise: 1 }] } });',
        "'prise' does not exist in type",
    ),
    (
        "pushPurchase({ ecommerce: { ...order, items: [{ price: 1 }] } });",
        "Property 'item_id' is missing",
    ),
    ("pushPurchase();", "Expected 1 arguments, but got 0."),
    ("pushPurchas({ ecommerce: order });", "Cannot find name 'pushPurchas'"),
    (
        'const event: Partial<PurchaseServerEvent> = { event: "CompletePayment" }; event;',
        "Type '\"CompletePayment\"' is not assignable to type '\"Purchase\"'.",
    ),
    (
        "const event: Partial<PurchaseServerEvent> = { event_id: 7001 }; event;",
        "Type 'number' is not assignable to type 'string'.",
    ),
]
ODD = """
gtmgen: 1
project: odd
container: {gtm: GTM-ODD}
site: {data_layer: myLayer, event_id_key: eid}
platforms:
  tiktok: {pixel_id: CODDPIXEL0000000001, consent: not_required}
  second: {pack: tiktok, pixel_id: CODDPIXEL0000000002, consent: not_required}
data:
  plan: {path: "user-plan", type: string, description: "Ends a comment: */ and\\nbegins a line"}
  list: {path: lines, type: items, fields: {item_id: sku, item_name: product.title}}
  order: {path: order.id, type: integer, default: 0}
events:
  a_b: {on: {event: a b}, params: {plan: plan}, send: {tiktok: Contact}}
  a__b: {on: [{event: a}, {event: "b\\"c"}], send: {tiktok: Download}}
  any: {on: {event_matches: "^x_.*"}, send: {tiktok: Search}}
  viewed:
    on: {event: viewed}
    params: {items: list}
    send: {tiktok: ViewContent, second: ViewContent}
  load: {on: {lifecycle: page_view}, send: {tiktok: Schedule}}
"""
ODD_USE = """
import { pushAB, pushAB_2, pushAny, pushViewed, type ViewedServerEventForSecond } from "./odd";
pushAB();
pushAB_2("b\\"c");
pushAny("x_1", "server-1");
pushViewed({ lines: [{ sku: "1", product: { title: "Tea" }, price: 1 }] });
const name: ViewedServerEventForSecond["event"] = "ViewContent";
name;
"""
EXAMPLES = ("acme-shop", "lead-gen", "woocommerce", "split/shop", "everything/everything")
FIXTURE = """
gtmgen: 1
project: fixture
container: {gtm: GTM-FIXTURE}
site: {currency: EUR}
platforms:
  tiktok: {pixel_id: CFIXTUREPIXEL0000001, page_view: "off", consent: not_required}
  ga4: {measurement_id: G-FIXTURE001, page_view: "off", consent: not_required}
"""
BODY = """
data:
  order: {path: ecommerce.transaction_id, type: string, required: true, scope: event}
  value: {path: ecommerce.value, type: number, scope: event}
  items: {path: ecommerce.items, type: items}
events:
  view_item: {on: {event: view_item}, params: {value: value, items: items}, send: [tiktok, ga4]}
  purchase:
    on: {event: purchase}
    event_id: {from: order, prefix: purchase_}
    params: {transaction_id: order, value: value, items: items}
    send: [tiktok, ga4]
"""


def _modules() -> dict[str, str]:
    modules = {"kiosk": module(), "checked": module(checks=True)}
    modules |= {"odd": module(ODD, checks=True), "use_odd": ODD_USE}
    modules |= {"fixture": module(FIXTURE + BODY)}
    modules |= {f"use_{number}": USE % line for number, (line, _) in enumerate(LINES)}
    for name in EXAMPLES:
        spec = load(SPECS / f"{name}.yaml", {}).spec
        modules[f"example_{name.split('/')[0]}"] = typescript(spec, build_contract(spec))
    return modules


@pytest.fixture(scope="module")
def compiled(node: str, tsc: Path, tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    return compile_modules(node, tsc, tmp_path_factory.mktemp("modules"), _modules())


@pytest.mark.parametrize("number", range(len(LINES)))
def test_the_compiler_finds_what_is_wrong(compiled: Compiled, number: int) -> None:
    told, complaint = compiled.of(f"use_{number}"), LINES[number][1]
    assert (told == "") == (complaint == "")
    assert complaint in told


def test_the_modules_themselves_compile(compiled: Compiled) -> None:
    wrong = [name for name in compiled.complaints if not re.match(r"use_[0-9]", name)]
    assert wrong == []
    assert (compiled.folder / "example_everything.js").is_file()


def test_odd_names_stay_apart() -> None:
    code = module(ODD, checks=True)
    assert 'page["myLayer"]' in code
    assert "pushLoad" not in code


def run(folder: Path, node: str, compiled: Compiled, name: str, script: str) -> tuple[Any, str]:
    """What a script prints as JSON beside a compiled module, and what it warns of."""
    (folder / "use.mjs").write_text(script, encoding="utf-8")
    (folder / "tracking.mjs").write_text((compiled.folder / f"{name}.js").read_text())
    command = [node, "use.mjs"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder)
    return json.loads(done.stdout), done.stderr


PUSHES = """
import * as tracking from "./tracking.mjs";
const items = [{ item_id: "T1", price: 12.5, quantity: 2 }];
const ids = [
  tracking.pushViewItem({ ecommerce: { value: 25, items } }),
  tracking.pushViewItem({ ecommerce: { value: 25, items } }, "server-1"),
  tracking.pushPurchase({ ecommerce: { transaction_id: "7001", value: 0, items } }),
];
console.log(JSON.stringify({ ids, pushed: globalThis.dataLayer }));
"""


def test_what_it_pushes_reaches_the_pixel_with_the_id_it_returned(
    compiled: Compiled, node: str, tmp_path: Path
) -> None:
    found, _ = run(tmp_path, node, compiled, "fixture", PUSHES)
    played = Played(tmp_path, BODY, [{"push": message} for message in found["pushed"]])
    assert [(name, event_id) for name, _, event_id in played.tracked] == [
        ("ViewContent", found["ids"][0]),
        ("ViewContent", "server-1"),
        ("Purchase", "purchase_7001"),
    ]
    assert found["ids"][1:] == ["server-1", "purchase_7001"]
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found["ids"][0])
    contents = [params["contents"][0]["content_id"] for _, params, _ in played.tracked]
    assert contents == ["T1", "T1", "T1"]
    assert played.tracked[2][1]["value"] == 0


PAGE = """
const items = [{ item_id: "T1", price: 12.5, quantity: 2 }];
window.ids = [
  pushViewItem({ ecommerce: { value: 25, items } }),
  pushPurchase({ ecommerce: { transaction_id: "7001", value: 0, items } }),
];
"""


def test_on_a_page_in_chromium_the_pixel_gets_the_ids_that_were_returned(
    compiled: Compiled, tmp_path: Path
) -> None:
    if find_chromium() is None:
        pytest.skip("there is no Chromium")
    code = (compiled.folder / "fixture.js").read_text(encoding="utf-8").replace("</", "<\\/")
    page = f'<body><script type="module">{code}\n{PAGE}</script></body>'
    ids = {"eval": "JSON.stringify(window.ids)"}
    played = Played(tmp_path, BODY, [ids], engine="browser", html=page)
    returned = json.loads(played.evals[0])
    assert [(name, event_id) for name, _, event_id in played.tracked] == [
        ("ViewContent", returned[0]),
        ("Purchase", "purchase_7001"),
    ]
    assert returned[1] == "purchase_7001"
    assert played.tracked[1][1]["value"] == 0


def test_messages_are_checked_at_run_time_on_request(
    compiled: Compiled, node: str, tmp_path: Path
) -> None:
    script = """
import { checkMessages, pushPurchase } from "./tracking.mjs";
const wrong = { ecommerce: { transaction_id: 7001, value: "12.50", currency: "EUR" } };
pushPurchase(wrong);
checkMessages();
pushPurchase(wrong);
checkMessages(false);
pushPurchase({});
console.log(JSON.stringify(globalThis.dataLayer.length));
""".replace("pushPurchase({})", "pushPurchase({ ecommerce: {} })")
    count, warned = run(tmp_path, node, compiled, "checked", script)
    assert count == 6
    assert warned.splitlines() == [
        "purchase: ecommerce.transaction_id is number, not string",
        "purchase: ecommerce.value is string, not number",
        "purchase: ecommerce.items is missing",
    ]


def test_nothing_happens_when_it_is_loaded(compiled: Compiled, node: str, tmp_path: Path) -> None:
    script = 'import "./tracking.mjs"; console.log(JSON.stringify(typeof globalThis.dataLayer));'
    assert run(tmp_path, node, compiled, "checked", script)[0] == "undefined"
    assert not re.search(r"^import\b|\brequire\(", module(), re.M)


def test_the_contract_of_the_shop_is_the_same_however_often() -> None:
    assert typescript(shop(), shop_contract()) == module()
