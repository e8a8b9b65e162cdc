"""The value that a variable always has, however many others it goes through."""

from __future__ import annotations

import pytest
from importer.lifting import boolean, table, template, variable, version

from gtmgen.lint.constants import constant_of

from .containers import view_of_export


def constant(name: str, value: str) -> dict[str, object]:
    return variable(name, "c", template("value", value))


def lookup(name: str, result: str) -> dict[str, object]:
    """A table with the same result in two rows and by default."""
    rows = table("map", *({"key": key, "value": result} for key in "ab"))
    default = (boolean("setDefaultValue", True), template("defaultValue", result))
    return variable(name, "smm", template("input", "{{Page URL}}"), *default, rows)


def value_of(*variables: dict[str, object]) -> str:
    return constant_of(view_of_export(version(variables=variables)), "{{v0}}")


@pytest.mark.parametrize(
    ("values", "value"),
    [
        (["G-1"], "G-1"),
        (["{{v1}}", "G-1"], "G-1"),
        (["G-{{v1}}", "{{v2}}", "1"], "G-1"),
        (["G-{{v1}}{{v1}}", "1"], "G-11"),
        (["{{v1}}"], "{{v1}}"),
        (["{{v0}}"], "{{v0}}"),
        (["{{v1}}", "{{v0}}"], "{{v0}}"),
        (["a{{v1}}", "b{{v0}}"], "a{{v1}}"),
    ],
)
def test_constants(values: list[str], value: str) -> None:
    variables = [constant(f"v{number}", text) for number, text in enumerate(values)]
    assert value_of(*variables) == value


def test_a_value_that_nobody_means_is_not_written_out() -> None:
    """Each constant holds the next a hundred times: the first would have 10^20 characters."""
    variables = [constant(f"v{number}", f"{{{{v{number + 1}}}}}" * 100) for number in range(10)]
    assert value_of(*variables, constant("v10", "x")) == "{{v1}}" * 100


@pytest.mark.parametrize(("last", "value"), [("G-1", "G-1"), ("{{v0}}", "{{v0}}")])
def test_tables_of_tables(last: str, value: str) -> None:
    """There are 3^15 ways to the last, and from there perhaps to the first."""
    variables = [lookup(f"v{number}", f"{{{{v{number + 1}}}}}") for number in range(15)]
    assert value_of(*variables, constant("v15", last)) == value
