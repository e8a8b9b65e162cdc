"""The IDs that the source reports, read from the source."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
EMITTERS = ("spec", "source", "packs", "compile", "scenarios", "container", "refusals")
REPORTERS = {
    "Problem", "Diagnostic", "_report", "report", "_refuse", "_refuse_at", "_unknown", "_cycle",
    "_problem", "_warning", "refused",
}  # fmt: skip
RULE = re.compile(r"[a-z]+(?:-[a-z]+)*")


def rules_in(text: str) -> Iterator[str]:
    """The IDs that calls of a reporter name, in place or as `rule=`, and defaults of `rule`."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            positional = node.args.args[len(node.args.args) - len(node.args.defaults) :]
            for argument, default in zip(positional, node.args.defaults, strict=True):
                if argument.arg == "rule" and isinstance(default, ast.Constant):
                    yield str(default.value)
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            values = [word.value for word in node.keywords if word.arg == "rule"]
            if name in REPORTERS:
                values += node.args[: 3 if name == "_refuse_at" else 2]
            for value in values:
                is_text = isinstance(value, ast.Constant) and isinstance(value.value, str)
                if is_text and RULE.fullmatch(value.value):
                    yield value.value
                    break


def emitted_rules() -> set[str]:
    return {
        rule
        for folder in EMITTERS
        for path in (ROOT / "gtmgen" / folder).rglob("*.py")
        for rule in rules_in(path.read_text(encoding="utf-8"))
    }
