"""Every rule that the source can report stands in a test."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
REPORTERS = {
    "Problem", "Diagnostic", "_report", "report", "_refuse", "_refuse_at", "_unknown", "_cycle",
    "_problem", "_warning",
}  # fmt: skip
RULE = re.compile(r"[a-z]+(?:-[a-z]+)*")
ELSEWHERE = {
    "schema": "what no other rule has words for; the tests of wrong shapes assert that none is",
    "bad-name": "names that GTM would refuse are the compiler's",
    "duplicate-name": "names that GTM would refuse are the compiler's",
}


def rules_in(path):
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
            if name in REPORTERS and texts and RULE.fullmatch(str(texts[0])):
                yield texts[0]


def test_every_rule_is_exercised():
    sources = [
        path
        for folder in ("source", "spec", "compile")
        for path in (ROOT / "gtmgen" / folder).glob("*.py")
    ]
    found = {rule for path in sources for rule in rules_in(path)}
    assert len(found) > 40
    tests = "".join(
        path.read_text()
        for folder in ("source", "spec")
        for path in (ROOT / "tests" / folder).glob("test_*.py")
        if path != Path(__file__)
    )
    assert {
        rule for rule in found if not re.search(rf"[\"\[]{rule}[\"\]]", tests)
    } - ELSEWHERE.keys() == set()
