"""Keys of a spec that are words of the compiler's own: nothing that it generates is lost."""

import json

import pytest

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.runtime.engine import run_scenario
from gtmgen.spec.load import load

SPEC = """\
gtmgen: 1
project: fixture
container: {gtm: GTM-FIXTURE}
site: {hosts: [shop.example], navigation: spa}
consent: {default: {ad_storage: denied, analytics_storage: denied}, granted_on: given}
triggers:
  given: {event: consent_given}
  %(exception)s: {event_matches: '.*', where: {kind: staff}}
pages: {product: {path: "/products/*"}}
platforms:
  %(tiktok)s:
    pack: tiktok
    pixel_id: CFIXTUREPIXEL0000001
    consent: [ad_storage]
    while_denied: drop
    except: [%(exception)s]
  %(ga4)s: {pack: ga4, measurement_id: G-FIXTURE001, consent: [analytics_storage]}
data:
  kind: {path: kind, type: string}
events:
  %(event)s:
    on: [{page: product}, {event: seen}]
    except: [%(exception)s]
    send:
      %(tiktok)s: Contact
      %(ga4)s: {event: seen, where: {kind: {not_equals: teaser}}}
"""
ORDINARY = {"tiktok": "pixel", "ga4": "analytics", "event": "product", "exception": "staff"}
GRANT = {"gtag": ["consent", "update", {"ad_storage": "granted", "analytics_storage": "granted"}]}
STEPS = [{"push": {"event": "seen"}}, GRANT, {"push": {"event": "consent_given"}}]


def compiled(folder, **words):
    """The container, and how often each type of tag fires on a landing page."""
    file = folder / "spec.yaml"
    file.write_text(SPEC % {**ORDINARY, **words}, encoding="utf-8")
    container = json.loads(export_json(compile_spec(load(file, {}))))
    scenario = {"url": "https://shop.example/products/a", "steps": STEPS}
    run = run_scenario(container, scenario)
    fired = [
        (one["event"], tag["type"].split("_")[0])
        for one in run.trace
        for tag in one["tags"]
        if tag["status"] == "fired"
    ]
    version = container["containerVersion"]
    return {kind: len(version[kind]) for kind in ("tag", "trigger", "variable")}, sorted(fired)


@pytest.mark.parametrize(
    "words",
    [
        {"tiktok": "except", "exception": "page_view"},
        {"tiktok": "except", "exception": "first_page_view"},
        {"ga4": "history"},
        {"event": "consent", "ga4": "default"},
        {"event": "except", "tiktok": "page_view"},
        {"event": "platform", "ga4": "config"},
        {"event": "page_view", "ga4": "page_view", "tiktok": "tiktok"},
        {"event": "analytics", "tiktok": "config"},
        {"event": "pixel", "ga4": "page_view"},
    ],
    ids=lambda words: " ".join(words.values()),
)
def test_a_key_that_is_a_word_of_the_compiler(words, tmp_path):
    assert compiled(tmp_path, **words) == compiled(tmp_path)
