"""Specs as text to problems, and problems as a user sees them."""

import contextlib
import functools
import importlib.util
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from gtmgen.diagnostics import Diagnostic, render
from gtmgen.errors import SpecError
from gtmgen.spec.load import Loaded, load

HEAD = "gtmgen: 1\nproject: shop\ncontainer: {gtm: GTM-TEST}\n"
TIKTOK = "  tiktok: {pixel_id: C4A1B2C3D4E5F6G7H8I0, consent: [ad_storage]}\n"
GA4 = "  ga4: {measurement_id: G-ABC1234567, consent: [analytics_storage]}\n"
PLATFORMS = f"platforms:\n{TIKTOK}{GA4}consent: {{default: site}}\n"

Files = Mapping[str, str | bytes]


def write(folder: Path, files: Files) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def load_text(
    text: str | bytes,
    environ: Mapping[str, str] | None = None,
    env: str | None = None,
    files: Files | None = None,
) -> Loaded:
    """Load a spec that is called spec.yaml, beside other files."""
    if files:
        with tempfile.TemporaryDirectory() as folder:
            return _load_in(folder, {**files, "spec.yaml": text}, environ, env)
    return _load_in(_folder_of_one_file().name, {"spec.yaml": text}, environ, env)


@functools.cache
def _folder_of_one_file() -> tempfile.TemporaryDirectory[str]:
    """For one spec after the other: thousands are alone in their folder."""
    return tempfile.TemporaryDirectory()


def _load_in(
    folder: str, files: Files, environ: Mapping[str, str] | None, env: str | None
) -> Loaded:
    with contextlib.chdir(folder):
        write(Path(), files)
        return load("spec.yaml", environ or {}, env)


def problems(text: str | bytes, **options: object) -> list[Diagnostic]:
    """Errors and warnings of a spec."""
    try:
        return list(load_text(text, **options).warnings)  # type: ignore[arg-type]
    except SpecError as error:
        return list(error.diagnostics)


def rules(text: str | bytes, **options: object) -> list[str]:
    return [diagnostic.rule for diagnostic in problems(text, **options)]


def rendered(text: str | bytes, **options: object) -> str:
    """The problems as the terminal shows them."""
    files: Files = {**(options.get("files") or {}), "spec.yaml": text}  # type: ignore[dict-item]
    return render(problems(text, **options), lambda file, line: line_of(files[file], line))


def line_of(content: str | bytes, line: int) -> str | None:
    data = content.encode() if isinstance(content, str) else content
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    return lines[line - 1] if 0 < line <= len(lines) else None


def marked(text: str, diagnostic: Diagnostic) -> str:
    """What stands above the caret."""
    span = diagnostic.span
    line = line_of(text, span.line) or ""
    return line[span.col - 1 : span.col - 1 + span.width]


def load_script(name: str) -> ModuleType:
    """A script of the folder `scripts`, as a module."""
    if name not in sys.modules:
        path = Path(__file__).resolve().parent.parent / "scripts" / f"{name}.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None
        assert spec.loader is not None
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


def without_annotations(node: Any) -> Any:
    """A schema's own words: no descriptions, examples, or keys that only repeat what any has."""
    if isinstance(node, list):
        return [without_annotations(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {
        name: {key: {} if one is True else without_annotations(one) for key, one in value.items()}
        if name in ("properties", "$defs")
        else without_annotations(value)
        for name, value in node.items()
        if name not in ("description", "examples")
    }
    any_key = kept.get("additionalProperties")
    if isinstance(any_key, dict):
        own = {key: one for key, one in kept.get("properties", {}).items() if one != any_key}
        kept.pop("properties", None)
        kept |= {"properties": own} if own else {}
    return kept
