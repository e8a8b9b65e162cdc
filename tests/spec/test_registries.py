"""A trigger form or a data source has all its sides, or cannot be added."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest
from msgspec.structs import fields

from gtmgen.spec import forms, sources
from gtmgen.spec.forms.model import Form
from gtmgen.spec.forms.registry import FORMS
from gtmgen.spec.sources.model import DataSource
from gtmgen.spec.sources.registry import SOURCES


def declared(package: ModuleType, name: str) -> set[str]:
    """The words of what the modules of a package declare under a name."""
    modules = [
        import_module(f"{package.__name__}.{m.name}") for m in iter_modules(package.__path__)
    ]
    return {getattr(module, name).word for module in modules if hasattr(module, name)}


def test_every_module_with_a_form_or_a_source_is_in_its_registry() -> None:
    assert declared(forms, "FORM") == set(FORMS)
    assert declared(sources, "SOURCE") == set(SOURCES)


@pytest.mark.parametrize(("kind", "example"), [(Form, FORMS["timer"]), (DataSource, SOURCES["js"])])
def test_none_can_be_made_without_one_of_its_sides(
    kind: type[Form | DataSource], example: Form | DataSource
) -> None:
    sides = {field.name: getattr(example, field.name) for field in fields(kind) if field.required}
    assert {"word", "schema", "compile", "types", "lift", "describe"} <= sides.keys()
    for missing in sides:
        rest = {name: side for name, side in sides.items() if name != missing}
        with pytest.raises(TypeError, match=f"^Missing required argument '{missing}'$"):
            kind(**rest)
