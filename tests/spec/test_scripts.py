"""Code that a spec names in a file of its own."""

import contextlib
import os

import pytest
from support import HEAD, write

from gtmgen.compile.compiler import compile_spec
from gtmgen.errors import SpecError
from gtmgen.spec.load import load


def compiled(folder, file, **files):
    write(folder, {"spec.yaml": f"{HEAD}data: {{a: {{script: {{file: {file}}}}}}}\n", **files})
    with contextlib.chdir(folder):
        return compile_spec(load("spec.yaml", {}))


def test_a_script_is_read(tmp_path):
    container = compiled(tmp_path, "x.js", **{"x.js": "function() { return 1; }"})
    assert any("return 1" in str(variable.parameter) for variable in container.variables)


@pytest.mark.parametrize(
    "file", ["no.js", "../up.js", "/etc/passwd", "sub", '"a\\0b"', "loop", "latin.js"]
)
def test_a_script_that_cannot_be_read(tmp_path, file):
    (tmp_path / "sub").mkdir()
    os.symlink("loop", tmp_path / "loop")
    with pytest.raises(SpecError) as raised:
        compiled(tmp_path, file, **{"latin.js": b"\xe4"})
    (problem,) = raised.value.diagnostics
    if file == "latin.js":
        assert (str(problem.span), problem.rule) == ("latin.js:1:1", "encoding")
    else:
        assert problem.rule == "script-file"
        assert (problem.span.file, problem.span.line) == ("spec.yaml", 4)
