"""What a push costs in calls, and in minutes at the documented quota of 25 calls in 100 s.

    python benchmarks/push.py

A spec of 100 new events (300 entities) goes into an empty local Tag Manager, once in bulk and
once entity by entity; then the same spec is planned again, which changes nothing. Every request
is counted and waits its turn on a virtual clock. Lists have pages of 1,000, and of 50 for the
second figure: how long Google's are is not documented. Google's service needs one call more than
the local one, to look up the container.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from gtmgen.api.connect import connect_local
from gtmgen.api.quota.ledger import Limits, Quota
from gtmgen.compile.compiler import compile_spec
from gtmgen.container.entities import Container
from gtmgen.emulator import ApiRequest, Behaviour, Response
from gtmgen.emulator.transport import Send
from gtmgen.plan.cost import count_in_bulk, count_singly
from gtmgen.plan.make import make_plan
from gtmgen.push.apply import Bulk, apply
from gtmgen.spec.load import load

SPEC = """\
gtmgen: 1
project: benchmark
container: {gtm: GTM-BENCH1}
platforms:
  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, page_view: "off", consent: [ad_storage]}
  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}
data:
  value: {path: ecommerce.value, type: number}
  currency: {path: ecommerce.currency, type: currency}
events:
"""
EVENT = """\
  event_{n}:
    on: {{event: event_{n}}}
    params: {{value: value, currency: currency}}
    send: {{tiktok: Subscribe, ga4: event_{n}}}
"""


START = 1_800_000_000.0  # seconds since the epoch: the quota knows days


class Counter:
    """The embedded Tag Manager, its calls counted, its clock virtual."""

    def __init__(self, page_size: int = 1_000) -> None:
        self.calls = 0
        self.seconds = 0.0
        self._quota = self._fresh_quota()
        behaviour = Behaviour(page_size=page_size)
        self.manager = connect_local(None, behaviour=behaviour, middleware=self._count)

    def _fresh_quota(self) -> Quota:
        limits = Limits(window=100.0)
        return Quota(None, "benchmark", lambda: START + self.seconds, self._sleep, limits=limits)

    def _sleep(self, seconds: float) -> None:
        self.seconds += seconds

    def _count(self, request: ApiRequest, send: Send) -> Response:
        self._quota.wait()
        self.calls += 1
        return send(request)

    def figures(self) -> str:
        text = f"{self.calls} calls, {self.seconds / 60:.1f} virtual minutes"
        self.calls, self.seconds = 0, 0.0
        self._quota = self._fresh_quota()
        return text


def compiled(events: int) -> Container:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "spec.yaml")
        text = SPEC + "".join(EVENT.format(n=number) for number in range(events))
        path.write_text(text, encoding="utf-8")
        return compile_spec(load(path, {}))


def push(counter: Counter, container: Container, bulk: Bulk) -> int:
    """Plan and apply as the command does; how many changes were made."""
    plan = make_plan(counter.manager, container, "gtmgen", "local GTM")
    cost = count_in_bulk(plan) if bulk == "always" else count_singly(plan)
    print(f"  the plan foretells {cost.calls} calls, {cost.minutes:.1f} minutes")
    rest = apply(counter.manager, container, plan, lambda _step: None, bulk)
    assert rest.is_empty
    return len(plan.changes)


def main() -> None:
    container = compiled(100)
    entities = len(container.entities())
    print(f"100 new events, {entities} entities, into an empty container:")
    ways: tuple[tuple[Bulk, str], ...] = (("always", "6"), ("never", f"{entities + 10}"))
    for bulk, most in ways:
        counter = Counter()
        changes = push(counter, container, bulk)
        print(f"  --bulk {bulk}: {changes} changes, {counter.figures()} (at most {most} calls)")
    print("the same again, nothing to change:")
    for page_size in (1_000, 50):
        counter = Counter(page_size)
        push(counter, container, "always")
        counter.figures()
        assert make_plan(counter.manager, container, "gtmgen", "local GTM").is_empty
        print(f"  pages of {page_size}: {counter.figures()} (at most 9 calls)")


if __name__ == "__main__":
    main()
