"""Whether files are a spec that compiles to what was imported: read, compiled and compared."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gtmgen.compile.compiler import compile_spec
from gtmgen.container.canonical import canonical
from gtmgen.container.entities import KIND_OF, AnyEntity, Container
from gtmgen.container.ownership import without_owner
from gtmgen.diagnostics import Diagnostic
from gtmgen.diagnostics import Path as SpecPath
from gtmgen.errors import SpecError
from gtmgen.importer.read.container import Imported, Place
from gtmgen.refusals.find import find_refusals
from gtmgen.spec.load import load

SpecPlace = tuple[str, str]
"""Section and key."""


@dataclass
class Verdict:
    """What differs: entities of the source by place, what the spec made beside them, problems.

    ``broken`` are keys of the spec with the problem of each, a raw entity's under ``gtm.SECTION``.

    Everything empty is the proof. ``refusals`` are no part of it: what GTM itself would refuse, as
    hand-made files hold it, with places in the files.
    """

    different: set[Place] = field(default_factory=set)
    surplus: set[SpecPlace] = field(default_factory=set)
    broken: dict[SpecPlace, Diagnostic] = field(default_factory=dict)
    problems: tuple[Diagnostic, ...] = ()
    refusals: tuple[Diagnostic, ...] = ()
    built_ins: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return not (
            self.different or self.surplus or self.broken or self.problems or self.built_ins
        )


def prove(files: Mapping[str, bytes], main: str, source: Imported) -> Verdict:
    """Write the files to a temporary folder, and go the way that every verb goes."""
    with _write_files(files) as folder:
        try:
            loaded = load(folder / main, {})
            container = compile_spec(loaded)
        except SpecError as error:
            errors = tuple(item for item in error.diagnostics if item.severity.value == "error")
            broken = {_find_broken_place(item.path): item for item in errors}
            return Verdict(broken=broken, problems=errors)
        # Both ways: one more that is enabled would be a change in GTM, too.
        verdict = Verdict(built_ins=source.built_ins ^ {item.key for item in container.built_ins})
        made_places = set()
        for entity in container.entities():
            entity_key = (KIND_OF[type(entity)], entity.name)
            made_places.add(entity_key)
            expected = source.canonical.get(entity_key)
            if expected is None:
                verdict.surplus.add(_find_origin(entity))
            # In canonical form: what GTM itself does not tell apart, such as the order of
            # parameters, is the same.
            elif without_owner(entity_key[0], canonical(entity)) != expected:
                verdict.different.add(entity_key)
        # What came out differently, and what did not come out at all.
        verdict.different |= source.canonical.keys() - made_places
        if verdict:
            refusals = map(loaded.document.locate, find_refusals(container))
            verdict.refusals = tuple(
                _move_to_folder(item, folder) for item in dict.fromkeys(refusals)
            )
        return verdict


def _move_to_folder(item: Diagnostic, folder: Path) -> Diagnostic:
    """With the name of the file as it is below the spec's folder."""
    path = Path(item.span.file).resolve()
    if not path.is_relative_to(folder.resolve()):
        return item
    file = path.relative_to(folder.resolve()).as_posix()
    return item._replace(span=item.span._replace(file=file))


def compile_files(files: Mapping[str, bytes], main: str) -> Container:
    """What the files compile to."""
    with _write_files(files) as folder:
        return compile_spec(load(folder / main, {}))


@contextlib.contextmanager
def _write_files(files: Mapping[str, bytes]) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="gtmgen-import-") as name:
        folder = Path(name)
        for directory in sorted({(folder / path).parent for path in files}):
            directory.mkdir(parents=True, exist_ok=True)
        for path, data in files.items():
            (folder / path).write_bytes(data)
        yield folder


def _find_origin(entity: AnyEntity) -> SpecPlace:
    return _find_spec_place(entity.origin.path if entity.origin is not None else ())


def _find_spec_place(path: SpecPath) -> SpecPlace:
    """The section and the key that a path leads into."""
    return (str(path[0]), str(path[1])) if len(path) > 1 else ("", "")


def _find_broken_place(path: SpecPath) -> SpecPlace:
    if path[:1] == ("gtm",) and len(path) > 2:
        return f"gtm.{path[1]}", str(path[2])
    return _find_spec_place(path)
