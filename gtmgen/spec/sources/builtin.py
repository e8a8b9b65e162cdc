"""``builtin``: one of GTM's built-in variables; it is enabled, and nothing is made."""

from __future__ import annotations

from gtmgen.container.builtins import SERVER_KEYS, WEB_KEYS
from gtmgen.spec.schema_parts import make_enum
from gtmgen.spec.sources.model import (
    DataSource,
    compile_nothing,
    describe_argument,
    is_always_native,
    lift_nothing,
    read_nothing,
)

SOURCE = DataSource(
    word="builtin",
    schema=make_enum((*WEB_KEYS, *SERVER_KEYS), "One of GTM's built-in variables."),
    is_common=True,
    inputs=read_nothing,
    is_native=is_always_native,
    compile=compile_nothing,
    compile_read=compile_nothing,
    types=(),
    lift=lift_nothing,
    describe=describe_argument("builtin"),
)
