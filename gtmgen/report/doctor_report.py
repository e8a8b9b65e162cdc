"""What the doctor found, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from gtmgen.api.diagnose import Diagnosis
from gtmgen.report.visible import json_text
from gtmgen.text import printable

FORMAT_VERSION = "1.0"


@dataclass(frozen=True)
class Examined:
    """One container, as a spec wants it, and everything that was looked at."""

    gtm: str
    workspace: str
    target: str
    found: tuple[Diagnosis, ...]

    @property
    def is_fine(self) -> bool:
        return all(diagnosis.ok for diagnosis in self.found)


def render_doctor_text(examined: Sequence[Examined]) -> str:
    """One block a container, one line for each thing that was looked at."""
    return "\n\n".join("\n".join(map(printable, _write_lines(one))) for one in examined)


def render_doctor_json(examined: Sequence[Examined]) -> str:
    """``format_version`` changes when the shape does."""
    return json_text(
        {
            "format_version": FORMAT_VERSION,
            "ok": all(one.is_fine for one in examined),
            "containers": [_build_data(one) for one in examined],
        }
    )


def _build_data(one: Examined) -> dict[str, Any]:
    return {
        "container": one.gtm,
        "workspace": one.workspace,
        "target": one.target,
        "ok": one.is_fine,
        "checks": [
            {"name": item.name, "ok": item.ok, "detail": item.detail, "hint": item.hint}
            for item in one.found
        ],
    }


def _write_lines(one: Examined) -> Iterator[str]:
    yield f"{one.gtm}, workspace {one.workspace} ({one.target})"
    yield ""
    for diagnosis in one.found:
        mark = "ok" if diagnosis.ok else "not ok"
        yield f"  {mark:<6}  {diagnosis.name:<11}  {diagnosis.detail}"
        if diagnosis.hint:
            yield f"          hint: {diagnosis.hint}"
