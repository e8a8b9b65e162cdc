"""``js``: a global JavaScript variable."""

from __future__ import annotations

from gtmgen.spec.schema_parts import TEXT
from gtmgen.spec.sources.model import (
    DataSource,
    compile_argument,
    describe_argument,
    is_native_untyped,
    lift_argument,
    read_nothing,
)

SOURCE = DataSource(
    word="js",
    schema={**TEXT, "description": "A global JavaScript variable: `app.user.id`."},
    is_common=True,
    inputs=read_nothing,
    is_native=is_native_untyped,
    compile=compile_argument("j", "name"),
    types=("j",),
    lift=lift_argument("js", "name"),
    describe=describe_argument("js"),
)
