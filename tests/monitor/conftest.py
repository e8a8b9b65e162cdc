"""Records of the example shop in an engine of our own, and what the monitor says of them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ibis
import pytest
from ibis.expr.types import Table
from msgspec import structs

from gtmgen.monitor.judge import Judge
from gtmgen.monitor.layouts.records import read_records
from gtmgen.monitor.model import MonitorFinding, MonitorReport
from gtmgen.monitor.run import measure
from gtmgen.monitor.watched import Expectations
from gtmgen.spec.load import load
from gtmgen.spec.model import Spec
from tests.support import load_script

SHOP = Path(__file__).parents[2] / "specs/acme-shop.yaml"
example = load_script("monitor_example")


@pytest.fixture(scope="session")
def shop() -> Spec:
    return load(SHOP, os.environ).spec


def in_berlin(spec: Spec) -> Spec:
    """The spec of a shop whose days begin in Berlin."""
    return structs.replace(spec, monitor=structs.replace(spec.monitor, timezone="Europe/Berlin"))


def records_in_duckdb(records: Any, name: str = "records") -> tuple[ibis.BaseBackend, Table]:
    backend = ibis.duckdb.connect()
    backend.con.register(name, records)
    return backend, read_records(backend.table(name))


def judge(spec: Spec, records: Any, products: list[str] | None = None) -> MonitorReport:
    backend, table = records_in_duckdb(records)
    known = None
    if products is not None:
        import pandas as pd

        backend.con.register("products", pd.DataFrame({"item_id": products}))
        known = backend.table("products")
    measures = measure(table, backend, Expectations(spec), products=known)
    return Judge(spec, measures).report()


@pytest.fixture(scope="session")
def findings_of(shop: Spec) -> Callable[..., tuple[MonitorFinding, ...]]:
    """The findings with faults planted in the traffic of a seed."""

    def run(*faults: Any, seed: int = 7, days: int = 35) -> tuple[MonitorFinding, ...]:
        records = example.make_records(seed, days, faults, scale=0.6)
        return judge(shop, records, example.PRODUCTS).findings

    return run
