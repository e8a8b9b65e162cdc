"""``request_query``: a query parameter of the request, in a server container."""

from __future__ import annotations

from gtmgen.spec.schema_parts import TEXT
from gtmgen.spec.sources.model import (
    DataSource,
    check_nothing,
    compile_argument,
    describe_argument,
    is_always_native,
    lift_argument,
    read_nothing,
    read_untyped,
)

SOURCE = DataSource(
    word="request_query",
    schema={
        **TEXT,
        "description": "In a server container: a query parameter of the request, `gclid`.",
    },
    is_for_servers=True,
    says_null=False,
    is_common=False,
    inputs=read_nothing,
    check=check_nothing,
    is_native=is_always_native,
    compile=compile_argument("qp", "queryParamName"),
    compile_read=read_untyped,
    types=("qp",),
    lift=lift_argument("request_query", "queryParamName"),
    describe=describe_argument("request_query"),
)
