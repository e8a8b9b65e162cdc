"""Where the findings about a container stand: in its spec, or in its export."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from gtmgen.cli.exports import open_for_reading
from gtmgen.cli.stdin import STDIN, STDIN_NAME, read_stdin
from gtmgen.container.entities import KIND_OF, Container
from gtmgen.diagnostics import Diagnostic, Span
from gtmgen.diagnostics import Path as SpecPath
from gtmgen.files.reading import read_limited
from gtmgen.importer.read.json_text import MAX_BYTES
from gtmgen.importer.read.positions import locate_entities
from gtmgen.lint.engine import lint_container
from gtmgen.lint.view import ContainerView, Finding
from gtmgen.rules.registry import all_rules


class Place(NamedTuple):
    """A place in a file, and what stands there in the spec."""

    span: Span
    path: SpecPath = ()


def find_places(container: Container) -> dict[tuple[str, str], Place]:
    """Where the spec says what became an entity, by the entity's kind and name."""
    return {
        (KIND_OF[type(entity)].value, entity.name): Place(entity.origin.span, entity.origin.path)
        for entity in container.entities()
        if entity.origin is not None
    }


class Export(NamedTuple):
    """An export of a container, and where each entity stands in the file."""

    view: ContainerView
    places: dict[tuple[str, str], Place]
    whole: Place

    def locate(self, finding: Finding) -> Diagnostic:
        """A finding at its entity's line."""
        return make_diagnostic(finding, self.places, self.whole)


def open_named_export(path: Path) -> Export:
    """``-`` is stdin."""
    data = read_stdin(MAX_BYTES) if path == STDIN else None
    name = str(path) if data is None else STDIN_NAME
    source = open_for_reading(path, name, data)
    view = ContainerView(source.entities, source.built_ins, source.context, needed=source.needed)
    text = (read_limited(path, MAX_BYTES) if data is None else data).decode("utf-8", "replace")
    places = {key: Place(Span(name, line, 1)) for key, line in locate_entities(text).items()}
    return Export(view, places, Place(Span(name, 1, 1)))


def list_problems(export: Export) -> list[Diagnostic]:
    """Everything that the rules have to say about an export."""
    return [export.locate(item) for item in lint_container(export.view)]


def make_diagnostic(
    finding: Finding, places: dict[tuple[str, str], Place], otherwise: Place
) -> Diagnostic:
    """A finding at its entity's place, or at ``otherwise``."""
    kind = finding.kind.value if finding.kind is not None else ""
    span, path = places.get((kind, finding.name), otherwise)
    who = f"{kind.replace('_', ' ')} `{finding.name}`" if kind else finding.name
    severity = all_rules()[finding.rule].severity
    return Diagnostic(span, finding.rule, severity, f"{who}: {finding.text}", path=path)
