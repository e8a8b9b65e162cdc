"""What can be deleted from a container, as text, JSON and Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gtmgen.diagnostics import Span
from gtmgen.lint.prune import Unused
from gtmgen.report.visible import cell, json_text
from gtmgen.text import plural, quoted

FORMAT_VERSION = "1.0"


def prune_text(label: str, unused: Sequence[Unused], places: Mapping[Unused, Span]) -> str:
    """One line for each, with its place in the spec where it has one."""
    lines = [_format_line(one, places.get(one)) for one in unused]
    return "\n".join([*lines, count_line(label, unused)])


def _format_line(one: Unused, span: Span | None) -> str:
    where = f"{span.file}:{span.line}: " if span else ""
    return f"{where}{_format_kind(one)} {quoted(one.name)}: {one.reason}"


def _format_kind(one: Unused) -> str:
    return one.kind.value.replace("_", " ")


def count_line(label: str, unused: Sequence[Unused]) -> str:
    """``shop.yaml: 3 entities can go``."""
    many = plural(len(unused), "entity").replace("entitys", "entities")
    return f"{label}: {many} can go" if unused else f"{label}: everything is needed"


def prune_json(label: str, unused: Sequence[Unused], places: Mapping[Unused, Span]) -> str:
    """Everything, in one document."""
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "source": label,
            "unused": [
                {
                    "kind": one.kind.value,
                    "name": one.name,
                    "reason": one.reason,
                    "file": places[one].file if one in places else None,
                    "line": places[one].line if one in places else None,
                }
                for one in unused
            ],
        }
    )


def prune_markdown(label: str, unused: Sequence[Unused], places: Mapping[Unused, Span]) -> str:
    """A table, for a pull request."""
    lines = [f"**{cell(count_line(label, unused))}**", ""]
    if unused:
        lines += ["| What | Name | Why |", "|---|---|---|"]
        lines += [f"| {_format_kind(one)} | {cell(one.name)} | {one.reason} |" for one in unused]
    return "\n".join(lines).rstrip()
