"""A spec compiled and played in the engine: what GA4 and the pixel received, step by step."""

import json

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.export import export_json
from gtmgen.runtime.engine import RunOptions, run_scenario
from gtmgen.spec.load import load

PIXEL = "CFIXTUREPIXEL0000001"
HEAD = """\
gtmgen: 1
project: fixture
container: {gtm: GTM-FIXTURE}
site: {hosts: [shop.example], currency: EUR%s}
consent: {default: site}
"""
PLATFORMS = """\
platforms:
  tiktok: {pixel_id: CFIXTUREPIXEL0000001, page_view: "off", consent: not_required}
  ga4: {measurement_id: G-FIXTURE001, page_view: "off", consent: not_required}
"""


class Played:
    """`ga4` has one (step, tag, params) per tag, `calls` are the pixel's, and
    `tracked` its events (name, params, event ID). `failing` are the variables that GTM gives up."""

    def __init__(
        self,
        folder,
        body,
        steps,
        *,
        site="",
        platforms=PLATFORMS,
        consent="{default: site}",
        layer="dataLayer",
        engine="quickjs",
        failing=(),
        **scenario,
    ):
        file = folder / "spec.yaml"
        head = (HEAD % site).replace("{default: site}", consent)
        file.write_text(head + platforms + body, encoding="utf-8")
        container = json.loads(export_json(compile_spec(load(file, {}))))
        look = {"eval": f"JSON.stringify(((window.ttq || {{}})._i || {{}})['{PIXEL}'] || [])"}
        scenario = {"url": "https://shop.example/", **scenario, "steps": [*steps, look]}
        run = run_scenario(container, scenario, engine=engine, options=RunOptions(data_layer=layer))
        assert (run.skipped, run.stopped, run.unsupported) == (None, None, ())
        assert {error["where"] for error in run.errors} == set(failing)
        self.evals = [record["value"] for record in run.observed["evals"]]
        self.ga4 = [
            (record["step"], record["tag"].removeprefix("GA4 - "), _params(record["params"]))
            for record in run.observed["fired"]
            if record["tag"].startswith("GA4 - ") and "params" in record
        ]
        self.calls = json.loads(self.evals.pop())
        self.tracked = [
            (call[1], call[2], call[3].get("event_id")) for call in self.calls if call[0] == "track"
        ]

    def params(self, step):
        """The parameters of the one GA4 event of a step."""
        [params] = [params for at, _, params in self.ga4 if at == step]
        return params

    def fired(self, step=0):
        return sorted(tag for at, tag, _ in self.ga4 if at == step)

    @property
    def ids(self):
        return [event_id for _, _, event_id in self.tracked]


def _params(params):
    missing = {"$undefined": True}
    return {k: v for k, v in params.items() if k != "event_id" and v != missing}
