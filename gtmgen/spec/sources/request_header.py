"""``request_header``: a header of the request, in a server container."""

from __future__ import annotations

from gtmgen.spec.schema_parts import TEXT
from gtmgen.spec.sources.model import (
    DataSource,
    compile_argument,
    describe_argument,
    is_always_native,
    lift_argument,
    read_nothing,
)

SOURCE = DataSource(
    word="request_header",
    schema={**TEXT, "description": "In a server container: a header of the request, `user-agent`."},
    is_for_servers=True,
    is_common=False,
    inputs=read_nothing,
    is_native=is_always_native,
    compile=compile_argument("rh", "headerName"),
    types=("rh",),
    lift=lift_argument("request_header", "headerName"),
    describe=describe_argument("request_header"),
)
