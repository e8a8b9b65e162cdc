"""The composed files of one spec: opened once, made a document for each environment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path as FilePath
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any

import yaml
from msgspec import Struct, field

from gtmgen.diagnostics import Diagnostic, Path, Severity, Span, drop_repeated
from gtmgen.errors import GtmgenError, SpecError, UsageError
from gtmgen.files.reading import read_limited
from gtmgen.source.document import Document
from gtmgen.source.folder import SpecFolder
from gtmgen.source.include import Includer
from gtmgen.source.nodes import has_empty_key, pairs, paths_of, section, without
from gtmgen.source.nodes import overlay as laid_over
from gtmgen.source.unfinished_import import refuse_unfinished_import
from gtmgen.source.values import Builder
from gtmgen.source.yaml_file import SUFFIXES
from gtmgen.source.yaml_text import (
    UnreadableError,
    compose,
    decode,
    is_null,
    node_span,
    read_nodes,
    split_lines,
)
from gtmgen.text import did_you_mean, quoted

_NOT_IN_ENVIRONMENTS = ("environments", "include")
NO_VALUES: Mapping[str, str] = MappingProxyType({})
"""An environment without variables: each stays as it is written, or has the spec's default."""
_MOST_MENDED = 5


class Source(Struct):
    """The composed files of one spec, from which a document is made for each environment."""

    folder: SpecFolder
    file: str
    root: yaml.MappingNode
    files: tuple[str, ...] = ()
    """The names of the spec's own file and of all that it includes, as messages give them."""
    sections: dict[int, tuple[yaml.Node, object]] = field(default_factory=dict)
    """The data of sections that is the same in all environments (see ``Builder.build_top``)."""
    found: dict[str, Any] = field(default_factory=dict)
    """What was found out about the text, which is the same in all environments."""
    made: dict[tuple[str, object], tuple[object, Any]] = field(default_factory=dict)
    """What was made of such data (see ``Document.make_once``)."""

    @property
    def environments(self) -> list[str]:
        """The names under ``environments``, sorted."""
        return sorted(key.value for key, _ in pairs(section(self.root, "environments")))

    @property
    def has_empty_environments(self) -> bool:
        """Whether an environment, or anything in one, is a key with nothing below it."""
        # Asked of each environment, and more than once, of all their nodes.
        if "empty" not in self.found:
            self.found["empty"] = has_empty_key(section(self.root, "environments"))
        return bool(self.found["empty"])

    def forget(self) -> None:
        """Let go of what was made of its data, which refers to the documents, and they to it.

        A command does not collect garbage: without this, the memory of a spec that has been dealt
        with is not used again for the next one.
        """
        self.made.clear()

    def document(
        self, environ: Mapping[str, str], env: str | None = None, *, needs_values: bool = True
    ) -> Document:
        """Data with ``${NAME}`` filled in; raises :class:`SpecError` with every problem.

        Without ``needs_values``, a variable that is not set stays as it is written.
        """
        builder = Builder(environ, needs_values=needs_values, sections=self.sections)
        builder.check_keys(self.root)
        environments = self._check_environments(builder)
        overlay = None
        if env is not None:
            if env not in self.environments:
                message, hint = unknown_environment(env, self.environments)
                raise UsageError(message, hint=hint)
            overlay = environments.get(env)
        root = without(self.root, _NOT_IN_ENVIRONMENTS)
        if overlay is not None:
            builder.build(overlay)  # for its own problems: laid over, a key set twice is one key
            builder.diagnostics.extend(_misplaced(overlay))
            root = laid_over(root, without(overlay, _NOT_IN_ENVIRONMENTS))
        data = builder.build_top(root)
        if builder.diagnostics:
            paths = dict(paths_of(root))
            located = [
                problem._replace(path=paths.get(problem.span, ()))
                for problem in drop_repeated(self._mended(builder.diagnostics))
            ]
            raise SpecError(sorted(located, key=Diagnostic.sort_key))
        return Document(
            root,
            data,
            self.folder,
            _paths_of_variables(root, builder.unset),
            _paths_of_variables(root, builder.secrets),
            self.made,
        )

    def _mended(self, diagnostics: list[Diagnostic]) -> list[Diagnostic]:
        """With one line for the keys that are set twice since it stands too deep."""
        if len(diagnostics) > _MOST_MENDED:  # each takes some readings of the whole text
            return diagnostics
        return [self._mended_one(diagnostic) for diagnostic in diagnostics]

    def _mended_one(self, diagnostic: Diagnostic) -> Diagnostic:
        text = self.folder.texts.get(diagnostic.span.file)
        if diagnostic.rule not in ("indentation", "duplicate-key") or text is None:
            return diagnostic
        from gtmgen.source.repair.find import find_outdent  # which a sound file spares

        only_items = diagnostic.rule == "duplicate-key"
        lines = split_lines(text)
        repair = find_outdent(lines, diagnostic.span.line, read_nodes, only_items=only_items)
        if repair is None:
            return diagnostic
        span = Span(diagnostic.span.file, repair.line, repair.column)
        return Diagnostic(span, "indentation", Severity.ERROR, repair.message, repair.hint)

    def _check_environments(self, builder: Builder) -> dict[str, yaml.MappingNode]:
        """The environments by name; what is wrong with the section goes to the builder."""
        listed = section(self.root, "environments")
        if listed is None or (is_null(listed) and _count_keys(self.root)["environments"] > 1):
            return {}  # that it is empty is no second mistake
        wrong = [listed]
        mappings: dict[str, yaml.MappingNode] = {}
        if isinstance(listed, yaml.MappingNode):
            builder.check_keys(listed)
            wrong = []
            counts = _count_keys(listed)
            for key, value in pairs(listed):
                if isinstance(value, yaml.MappingNode):
                    mappings.setdefault(key.value, value)
                elif not is_null(value) or counts[key.value] == 1:
                    wrong.append(value)
        message = "an environment is a mapping that is laid over the spec"
        hint = "for example `environments: {staging: {container: {gtm: GTM-STAGING}}}`"
        builder.diagnostics.extend(
            Diagnostic(node_span(node), "wrong-type", Severity.ERROR, message, hint)
            for node in wrong
        )
        return mappings


def _count_keys(mapping: yaml.MappingNode) -> Counter[str]:
    return Counter(key.value for key, _ in pairs(mapping))


def _paths_of_variables(
    root: yaml.Node, variables: Mapping[str, Sequence[Span]]
) -> dict[str, list[Path]]:
    if not variables:
        return {}
    paths: dict[Span, list[Path]] = {}
    for span, path in paths_of(root):
        paths.setdefault(span, []).append(path)
    return {
        name: [path for span in spans for path in paths.get(span, ())]
        for name, spans in variables.items()
    }


def _misplaced(overlay: yaml.MappingNode) -> Iterator[Diagnostic]:
    for key, _ in pairs(overlay):
        if key.value in _NOT_IN_ENVIRONMENTS:
            message = f"`{key.value}` cannot stand in an environment"
            hint = "it stands at the top of the file"
            yield Diagnostic(node_span(key), "unknown-key", Severity.ERROR, message, hint)


def open_source(path: FilePath | str, data: bytes | None = None) -> Source:
    """Read a spec and all that it includes; ``data`` is read in place of the spec's own file.

    Raises :class:`SpecError` for what can be pointed at in a file and
    :class:`GtmgenError` for a path that cannot be read at all.
    """
    name = str(path)
    file = FilePath(path)
    real_folder = file.parent.resolve()
    refuse_unfinished_import([real_folder])
    try:
        if data is None and file.is_dir():
            hint = "name the YAML file in it"
            raise UsageError(f"`{name}` is a directory, not a spec", hint=hint)
        parent = "" if str(file.parent) == "." else str(file.parent)
        folder = SpecFolder(real_folder, parent)
        text = decode(read_limited(file) if data is None else data, name)
        folder.texts[name] = text
        root = compose(text, name)
    except FileNotFoundError:
        raise UsageError(
            f"`{name}` does not exist",
            hint="`gtmgen init` writes a first spec" if file.suffix in SUFFIXES else None,
        ) from None
    except OSError as error:
        raise GtmgenError(f"`{name}` cannot be read: {error.strerror}") from None
    except UnreadableError as error:
        raise SpecError([error.diagnostic]) from None
    return _include_all(folder, name, root)


def open_with(source: Source, file: str, text: str) -> Source:
    """The spec with another text in one of its files; raises :class:`SpecError`."""
    folder = SpecFolder(source.folder.root, source.folder.name)
    folder.texts.update({name: source.folder.texts[name] for name in source.files} | {file: text})
    try:
        root = compose(folder.texts[source.file], source.file)
    except UnreadableError as error:
        raise SpecError([error.diagnostic]) from None
    return _include_all(folder, source.file, root)


def _include_all(folder: SpecFolder, name: str, root: yaml.MappingNode) -> Source:
    loader = Includer(folder)
    loader.follow(root, name, PurePosixPath(), (FilePath(name).resolve(),))
    # Before what is wrong with them is told: half of an import is no fault of the spec's.
    refuse_unfinished_import(_folders_of(loader.files, folder.root))
    if loader.diagnostics:
        raise SpecError(sorted(loader.diagnostics, key=Diagnostic.sort_key))
    return Source(folder, name, root, tuple(folder.texts))


def _folders_of(files: Iterable[FilePath], root: FilePath) -> Iterator[FilePath]:
    """The folders below ``root`` in which the files lie, at any depth."""
    for file in files:
        if file.parent == root:  # as most are; of a long path, the others cost much more
            yield root
        else:
            yield from (folder for folder in file.parents if folder.is_relative_to(root))


def files_of(path: FilePath) -> frozenset[FilePath]:
    """The real paths of a spec's own file and of all that it includes, as far as they can be told.

    What is wrong with them is for :func:`open_source` to say.
    """
    folder = SpecFolder(path.parent.resolve(), str(path.parent))
    try:
        root = compose(decode(read_limited(path), str(path)), str(path))
    except (OSError, UnreadableError):
        return frozenset((path.resolve(),))
    loader = Includer(folder)
    loader.follow(root, str(path), PurePosixPath(), (path.resolve(),))
    return loader.files


def unknown_environment(name: str, known: list[str]) -> tuple[str, str | None]:
    """Message and hint for an ``--env`` that the spec does not have."""
    if not known:
        return f"the spec has no environment {quoted(name)}", "it has no `environments` section"
    return f"the spec has no environment {quoted(name)}", did_you_mean(name, known)
