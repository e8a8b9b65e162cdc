"""The SQL for engines that no test can run is SQL in their own dialect."""

from __future__ import annotations

import pytest
import sqlglot

from gtmgen.errors import UsageError
from gtmgen.monitor.explain import explain_sql
from gtmgen.monitor.sources.layout import TableLayout
from gtmgen.monitor.watched import Expectations
from gtmgen.spec.model import Spec
from tests.monitor.conftest import in_berlin

ENGINES = ("bigquery", "clickhouse", "snowflake", "postgres", "duckdb")
LAYOUTS = (TableLayout.RECORDS, TableLayout.SERVER_LOG, TableLayout.GA4_EXPORT)


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("engine", ENGINES)
def test_each_question_is_one_statement_of_the_dialect(
    shop: Spec, engine: str, layout: TableLayout
) -> None:
    shop = in_berlin(shop) if layout is TableLayout.RECORDS else shop
    packs = [platform.pack for platform in shop.platforms.values()]
    questions = dict(explain_sql(engine, "log", layout, packs, Expectations(shop)))
    assert list(questions) == [
        *("volumes", "left_out", "values", "pairs", "twice", "shared_ids", "constant_ids"),
    ]
    for text in questions.values():
        statements = sqlglot.parse(text, dialect=engine, error_level=sqlglot.ErrorLevel.RAISE)
        assert [type(one) for one in statements] == [sqlglot.exp.Select]
        assert {table.name for table in statements[0].find_all(sqlglot.exp.Table)} >= {"log"}


def test_another_engine_is_refused(shop: Spec) -> None:
    with pytest.raises(UsageError) as error:
        list(explain_sql("oracle", "log", TableLayout.RECORDS, [], Expectations(shop)))
    assert error.value.message == "`--explain-sql` has no dialect `oracle`"
    assert error.value.hint == (
        "dialects: `duckdb`, `postgres`, `bigquery`, `clickhouse`, `snowflake`"
    )
