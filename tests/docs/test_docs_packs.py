"""What a pack's ``docs.yaml`` adds, for a pack of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from gtmgen.docs.build import build
from gtmgen.docs.event_model import EventDoc
from gtmgen.docs.words import load_words
from gtmgen.errors import GtmgenError
from gtmgen.spec.load import load

PACK = """\
title: Acme Ads
verified: 2026-11-22
links: {help: "https://ads.example/help", bad: "javascript:alert(1)"}
settings: {properties: {account: {type: string}, ids: {type: object, x-data-keys: true}}}
params: {value: {to: amount, type: number}, items: {to: lines, type: items}}
events: {Buy: {canonical: [purchase]}}
tags: {event: {per: event, type: img, fields: [{key: url, const: "https://ads.example/p.gif"}]}}
"""
SPEC = """\
gtmgen: 1
project: shop
container: {gtm: GTM-TEST}
site: {hosts: [www.shop.example]}
packs: [./packs]
platforms: {acme: {account: A1, ids: {mail: mail}, consent: not_required}}
data:
  value: {path: value, type: number, example: "12.5"}
  mail: {path: mail, type: email, example: " Ada@Example.com"}
  order: {path: order, type: string, example: "7"}
pages: {thanks: {path: "/thanks/{order}"}}
events:
  purchase:
    on: {event: buy}
    pages: [thanks]
    event_id: {from: order, prefix: o-}
    params: {value: value}
    send: [acme]
"""
SERVER = """\
server:
  title: {en: Server API, de: Server-API}
  method: POST
  url: https://api.example/v1
  payload: %s
"""


def purchase(folder: Path, docs: str | None, language: str = "en") -> EventDoc:
    pack = folder / "packs/acme"
    pack.mkdir(parents=True)
    (pack / "pack.yaml").write_text(PACK)
    if docs is not None:
        (pack / "docs.yaml").write_text(docs)
    (folder / "spec.yaml").write_text(SPEC)
    found = build(load(folder / "spec.yaml", {}), words=load_words(language))
    return found.events[0]


def payload(folder: Path, template: str) -> object:
    server = purchase(folder, SERVER % template).deliveries[0].server
    assert server is not None
    return server.payload


def test_a_pack_needs_no_such_file(tmp_path: Path) -> None:
    (sent,) = purchase(tmp_path, None).deliveries
    assert (sent.server, sent.deduplication, sent.checklist) == (None, (), ())


def test_only_web_links_are_shown(tmp_path: Path) -> None:
    (sent,) = purchase(tmp_path, None).deliveries
    assert sent.links == (("help", "https://ads.example/help"),)


def test_texts_are_of_the_language_and_know_the_event(tmp_path: Path) -> None:
    docs = (
        'checklist: [{en: "See {event}", de: "Suche {event} mit {event_id}"}, "{title}, {tag}"]\n'
    )
    (sent,) = purchase(tmp_path, docs, "de").deliveries
    assert sent.checklist == ("Suche Buy mit o-7", "purchase, Acme Ads - purchase")


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (
            '{e: "{event}", i: "{event_id}", p: "{page_url}"}',
            {"e": "Buy", "i": "o-7", "p": "https://www.shop.example/thanks/order"},
        ),
        ('{a: "id {setting.account}", b: {$setting: account}}', {"a": "id A1", "b": "A1"}),
        ("{a: {$setting: nothing}, b: [{$param: items}], c: 1}", {"b": [], "c": 1}),
        ("{a: {$param: value}, b: {$params: []}}", {"a": 12.5, "b": {"amount": 12.5}}),
        ("{a: {$params: [value]}}", {"a": {}}),
        ("{a: {$items: {id: item_id}}, b: {$with: items, then: x}}", {}),
        ("{a: {$with: value, then: {b: {$param: value}}}}", {"a": {"b": 12.5}}),
        (
            "{a: {$sha256: ids.mail, as: email}, b: {$sha256: ids.phone}}",
            {"a": ["b5fc85e55755f9e0d030a10ab4429b6b2944855f9a0d60077fe832becbc41d72"]},
        ),
    ],
)
def test_a_payload_is_filled(tmp_path: Path, template: str, expected: object) -> None:
    assert payload(tmp_path, template) == expected


@pytest.mark.parametrize(
    ("docs", "message"),
    [
        ("servr: {}", "Additional properties are not allowed ('servr' was unexpected)"),
        ("notes: [1]", "docs.yaml`: notes.0: 1 is not of types"),
        ("server: {title: x, method: POST, payload: {}}", '"url" is a required property'),
        (
            'server: {title: x, method: POST, url: "http://x", payload: {}}',
            'docs.yaml`: server.url: "http://x" does not match "^https://"',
        ),
        ("notes: [", "docs.yaml`:"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, docs: str, message: str) -> None:
    with pytest.raises(GtmgenError) as error:
        purchase(tmp_path, docs)
    assert message in error.value.message
