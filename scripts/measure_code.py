# ruff: noqa: SIM905, E501 (a script prints; lists of words read best as text)
"""Measures the shape of the code: sizes, names, comments, and how often one thing is said.

Run `python scripts/measure_code.py`, or with `--json`; from the root of the repository.
"""

from __future__ import annotations

import argparse
import ast
import io
import json
import re
import statistics
import tokenize
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent / "gtmgen"

# Verbs that function names usually begin with, counted in octodns, check-jsonschema, pre-commit,
# structlog, httpx and click.
VERBS = frozenset(
    """
    add adopt append apply ask assert attach begin bind build call capture change check choose clean
    clear close collect combine compare compile compute configure confirm connect convert copy count
    create cut decide decode delete describe detect diff discover dispatch do drop dump emit enable
    encode ensure enter escape evaluate exclude execute exit expand expect explain export extend
    extract fail fetch fill filter find finish fire fix flatten fold follow force format generate get
    give group guess handle has hash hide identify ignore import include index infer init insert
    inspect install interpolate invoke is iter join keep lift limit list load locate log look loop
    lower make map mark match measure merge migrate mock move name normalise normalize note notify
    number observe open order pack pair parse pass patch pick place plan pop post prepare print process
    propose prove prune publish pull push put quote raise rank read receive recognise record recover
    refer refuse register reject release reload remove rename render repeat replace report request
    require reset resolve respond restore retry return revive rewrite roll run sanitize save scan
    search see seed select send serialize set setup shift shorten should show skip sort split start
    stop store strip submit suggest sum swap sync take tell test to track translate trim try turn
    unwrap update upgrade use validate verify visit wait walk want warn watch wrap write yield
    """.split()
)
# Names that say that there is something, but not what.
VAGUE = frozenset(
    """
    found held place made wanted given known shown left right there here leaving going own ours
    others rest thing item_ stuff what which told said seen taken gone asked needed
    """.split()
)
VAGUE_OF_REVIEW = frozenset(("found", "held", "place", "made", "wanted"))
KIND_WORDS = re.compile(
    r"Kind\.[A-Z_]+|\b(?:customTemplate|gtagConfig|GtagConfig|gtag_config|Transformation)\b"
)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="for machines")
    arguments = parser.parse_args()
    figures = measure()
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        if isinstance(value, dict):
            value = ", ".join(f"{key} {number}" for key, number in value.items())
        print(f"{name:<38} {value}")


def measure() -> dict[str, Any]:
    """Every figure by its name."""
    texts = {path: path.read_text("utf-8") for path in sorted(ROOT.rglob("*.py"))}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    functions = [node for tree in trees.values() for node in _functions(tree)]
    lengths = sorted(node.end_lineno - node.lineno + 1 for node in functions if node.end_lineno)
    lines = {path: text.count("\n") for path, text in texts.items()}
    total = sum(lines.values())
    per_package: Counter[str] = Counter()
    for path, count in lines.items():
        per_package[path.relative_to(ROOT).parts[0].removesuffix(".py")] += count
    names = [node.name for node in functions if not node.name.startswith("__")]
    vague = _vague_names(texts.values())
    return {
        "lines": total,
        "lines per package": dict(per_package),
        "modules": len(texts),
        "modules over 300 lines": sum(count > 300 for count in lines.values()),
        "module median": int(statistics.median(lines.values())),
        "functions": len(functions),
        "function lines: median": int(statistics.median(lengths)),
        "function lines: 90th percentile": lengths[int(len(lengths) * 0.9)],
        "function lines: maximum": lengths[-1],
        "functions that begin with a verb, %": _share(sum(map(_is_verb, names)), len(names)),
        "vague names per 1,000 lines": round(1000 * sum(vague.values()) / total, 1),
        "of these found/held/place/made/wanted": round(
            1000 * sum(vague[name] for name in VAGUE_OF_REVIEW) / total, 1
        ),
        "comment lines, %": _share(sum(map(_comments, texts.values())), total),
        "modules that name a kind": sum(bool(KIND_WORDS.search(text)) for text in texts.values()),
        "tables by kind": sum(map(_tables_by_kind, trees.values())),
        "walkers over references": _walkers(texts),
        "differs": sum(
            "SequenceMatcher" in text
            for path, text in texts.items()
            if "field_lines" not in path.name and "changes" not in path.name
        )
        + sum("def differences" in text for text in texts.values()),
        "atomic writers": sum("os.fsync(" in text for text in texts.values()),
    }


def _share(part: int, whole: int) -> float:
    return round(100 * part / whole, 1)


def _functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def _is_verb(name: str) -> bool:
    return name.lstrip("_").split("_")[0] in VERBS


def _vague_names(texts: Any) -> Counter[str]:
    counts: Counter[str] = Counter()
    for text in texts:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.NAME and token.string in VAGUE:
                counts[token.string] += 1
    return counts


def _comments(text: str) -> int:
    return sum(line.lstrip().startswith("#") for line in text.splitlines())


def _tables_by_kind(tree: ast.AST) -> int:
    """Mappings with three or more kinds (or their classes) as keys."""
    return sum(
        isinstance(node, ast.Dict) and sum(map(_is_kind, filter(None, node.keys))) >= 3
        for node in ast.walk(tree)
    )


CLASSES = frozenset(
    (
        "Tag",
        "Trigger",
        "Variable",
        "Folder",
        "Template",
        "Client",
        "Transformation",
        "Zone",
        "GtagConfig",
    )
)


def _is_kind(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return node.value.id == "Kind"
    return isinstance(node, ast.Name) and node.id in CLASSES


def _walkers(texts: dict[Path, str]) -> int:
    """Modules that know which fields or parameters hold references, and call themselves."""
    words = re.compile(
        r"TRIGGER_LISTS|_REFERENCE\b|TRIGGER_NAME|customEvaluationTriggerId|REFERENCE\.(?:sub|find)"
    )
    return sum(
        bool(words.search(text)) and _is_recursive(ast.parse(text)) for text in texts.values()
    )


def _is_recursive(tree: ast.AST) -> bool:
    return any(
        isinstance(call, ast.Call)
        and (
            (isinstance(call.func, ast.Name) and call.func.id == node.name)
            or (isinstance(call.func, ast.Attribute) and call.func.attr == node.name)
        )
        for node in _functions(tree)
        for call in ast.walk(node)
    )


if __name__ == "__main__":
    main()
