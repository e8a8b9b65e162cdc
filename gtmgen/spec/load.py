"""A spec file to its model: the one door for every verb."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path as FilePath

from msgspec import Struct

from gtmgen.diagnostics import Diagnostic, Path, Problem, Severity, Span
from gtmgen.errors import SpecError
from gtmgen.packs.load import find_packs, load_pack
from gtmgen.rules.settings import Ignored
from gtmgen.source.document import Document
from gtmgen.source.folder import SpecFolder
from gtmgen.source.nodes import pairs
from gtmgen.source.open import Source, open_source, open_with
from gtmgen.source.values import Data
from gtmgen.source.yaml_text import split_lines
from gtmgen.spec.alike import find_changed_accounts
from gtmgen.spec.broken_entries import without_broken
from gtmgen.spec.checks import REFERENCE_RULES, check
from gtmgen.spec.indentation import mend_indentation
from gtmgen.spec.lint_settings import check_ignored_errors, check_unused_ignores
from gtmgen.spec.model import Spec
from gtmgen.spec.parse import parse
from gtmgen.spec.platform_checks import check_accounts
from gtmgen.spec.schema_of_packs import (
    check_shape,
    find_account_folders,
    find_pack_folders,
    schema_for,
)
from gtmgen.spec.secret_checks import check_public_secrets, check_secrets
from gtmgen.spec.shape import MOST
from gtmgen.spec.structure import check_structure
from gtmgen.spec.unknown_values import drop_about_values, find_unknown_values
from gtmgen.spec.unused import UNUSED, without_mentioned

_ABOUT_KEYS = ("unknown-key", "bad-key", "missing-key")
"""What lines in a wrong column are told as."""
_MOST_SLIPS = 20
"""Keys of an environment that may have slipped: where hundreds are wrong, that is not why."""


class Loaded(Struct, frozen=True):
    """A valid spec, its warnings, and the files it came from."""

    spec: Spec
    document: Document
    warnings: tuple[Diagnostic, ...]
    unused: frozenset[tuple[str, str]] = frozenset()
    """Section and key of what nobody uses."""
    ignored: tuple[Ignored, ...] = ()
    """Warnings that the spec says it knows."""
    accounts: Mapping[str, str] | None = None
    """Its accounts by those in their place, where it differs from the environment that it was
    compared with in nothing else."""

    def unused_ignores(
        self, ignored: Iterable[Ignored], unchecked: Collection[str] = ()
    ) -> list[Diagnostic]:
        """A warning for each entry of ``lint.ignore`` that covers none of the findings; of rules
        that are ``unchecked`` nobody can say."""
        unused = check_unused_ignores(self.spec.lint, ignored, unchecked)
        return self.document.locate_all(unused)

    @property
    def has_findings(self) -> bool:
        """Whether anything was found, told or not."""
        return bool(self.warnings or self.ignored)

    @property
    def folder(self) -> SpecFolder:
        """The files, for excerpts and for code that the spec names."""
        return self.document.folder


def load(path: FilePath | str, environ: Mapping[str, str], env: str | None = None) -> Loaded:
    """Read and validate a spec; raises :class:`SpecError` with every problem at once."""
    return load_source(open_source(path), environ, env)


def load_source(
    source: Source,
    environ: Mapping[str, str],
    env: str | None = None,
    *,
    needs_values: bool = True,
    known: Loaded | None = None,
) -> Loaded:
    """Validate one environment of a spec whose files are read already.

    Without ``needs_values``, a variable that is not set is no problem, and nothing is said about
    the value that it stands for (``Loaded.document.unset``). ``known`` is another environment, with
    which this one is compared: what they have in common is not checked again.
    """
    refuse_shifted = partial(
        _refuse_shifted_header, source, environ=environ, env=env, needs_values=needs_values
    )
    if source.has_empty_environments:
        told = _find_slip(source, environ, env, needs_values=needs_values)
        if told is not None:
            # A section that has slipped into them explains the same, and as well.
            refuse_shifted((), len(told), only_to_top=True)
            raise SpecError(sorted(told, key=Diagnostic.sort_key))
    try:
        document = source.document(environ, env, needs_values=needs_values)
    except SpecError as error:
        if source.has_empty_environments:
            refuse_shifted({item.span.file for item in error.diagnostics}, len(error.diagnostics))
        raise
    available = find_packs(find_pack_folders(document))
    packs = {
        key: load_pack(folder) for key, folder in find_account_folders(document.data, available)
    }
    unknown = find_unknown_values(document, packs)
    check_data = partial(check_shape, available)
    problems = shape = check_data(document.data)
    is_all = len(problems) < MOST  # beyond that, more may follow
    if problems:
        problems = _explain_lost_signs(problems, document, check_data)
    indentation = mend_indentation(document, problems, check_data) if problems else []
    if problems:
        # What moves one line is the better explanation only if it leaves less to be told.
        located = document.locate_all(drop_about_values(unknown, problems))
        most = len(indentation) - 1 if indentation else len(located)
        refuse_shifted({item.span.file for item in located}, most)
        keys = [item.span for item in located if item.rule in _ABOUT_KEYS]
        if env is not None and keys and len(keys) <= _MOST_SLIPS and not indentation:
            told = _find_slip(source, environ, env, needs_values=needs_values, wrong=keys)
            if told is not None:
                raise SpecError(sorted(told, key=Diagnostic.sort_key))
    elif source.has_empty_environments:  # what has slipped into them is nowhere else
        refuse_shifted((), 1, only_to_top=True)
    problems = [*drop_about_values(unknown, indentation or problems)]
    problems += check_secrets(document)
    accounts = None
    if known is not None and not problems:
        accounts = find_changed_accounts(known.document.data, document.data, packs)
        if accounts is not None and not known.has_findings:
            spec = parse(document, packs, env)
            if not any((*check_accounts(spec.platforms), *check_public_secrets(document))):
                return Loaded(spec, document, (), known.unused, accounts=accounts)
    # What is explained by something else is not told, and broken all the same.
    broken = [*problems, *drop_about_values(unknown, shape)]
    sound = without_broken(document, broken) if is_all and not indentation else None
    if sound is not None:
        structure = check_structure(sound)
        problems += structure
        sound = without_broken(sound, structure)
    if sound is None:
        raise SpecError(document.locate_all(problems))
    spec = parse(sound, packs, env)
    findings = without_mentioned(check(spec), spec, document.folder.read)
    # What was left out may well be referred to, or refer to something, by what is left.
    left_out = {step for problem in problems for step in _sections(problem.path)}
    findings = [
        item for item in findings if left_out.isdisjoint(REFERENCE_RULES.get(item.rule, ()))
    ]
    problems += check_public_secrets(document)
    reported = [*problems, *drop_about_values(unknown, _without_consequences(findings))]
    judged = spec.lint.judge(document.locate_all(reported))
    diagnostics = judged.told
    if any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics):
        vain = document.locate_all(check_ignored_errors(spec.lint, diagnostics))
        raise SpecError(sorted([*diagnostics, *vain], key=Diagnostic.sort_key))
    unused = frozenset(
        (str(item.path[0]), str(item.path[1])) for item in findings if item.rule in UNUSED
    )
    return Loaded(spec, document, tuple(diagnostics), unused, tuple(judged.ignored), accounts)


def _explain_lost_signs(
    problems: list[Problem], document: Document, check_data: Callable[[Data], list[Problem]]
) -> list[Problem]:
    from gtmgen.spec.lost_colons import (  # which a sound spec spares
        explain_comments,
        explain_lost_colons,
    )
    from gtmgen.spec.lost_dashes import explain_lost_dashes

    problems = explain_comments(explain_lost_colons(problems, document.data), document)
    return explain_lost_dashes(problems, document, check_data)


def _refuse_shifted_header(
    source: Source,
    wrong_files: Collection[str],
    most: int,
    environ: Mapping[str, str],
    env: str | None,
    *,
    needs_values: bool,
    only_to_top: bool = False,
) -> None:
    """Raise what is wrong with the spec if one line that stands too deep explains most of it."""
    from gtmgen.spec.headers import (  # which a sound spec spares
        find_outdent_of_header,
        replace_line,
    )

    def read(file: str, text: str) -> tuple[Document, list[Problem]] | None:
        try:
            moved = open_with(source, file, text)
            # What has slipped into `environments` was taken for the name of one.
            name = env if env in moved.environments else None
            changed = moved.document(environ, name, needs_values=needs_values)
            available = find_packs(find_pack_folders(changed))
        except SpecError:
            return None
        # A section or an account is no environment, whose name may be anything.
        sections = schema_for({}, ())["properties"]
        new = {*moved.environments}.difference(source.environments)
        if not new.isdisjoint((*sections, *available)):
            return None
        # And what has slipped into something is no section, unless it has the name of one.
        if not {*_names_at_top(moved)}.difference(_names_at_top(source)) <= {*sections}:
            return None
        check_data = partial(check_shape, available)
        problems = _explain_lost_signs(check_data(changed.data), changed, check_data)
        return changed, _drop_about_values(changed, available, problems)

    def count(file: str, text: str) -> int | None:
        result = read(file, text)
        return None if result is None else len(result[1])

    files = {
        file: split_lines(source.folder.texts[file])
        for file in sorted(source.files, key=lambda name: name not in wrong_files)
    }
    header = find_outdent_of_header(files, count, most, only_to_top=only_to_top)
    if header is None:
        return
    mended = read(header.file, replace_line(files[header.file], header))
    assert mended is not None  # it has been read before
    span = Span(header.file, header.line, header.column)
    told = Diagnostic(span, "indentation", Severity.ERROR, header.message, header.hint)
    # The lines are the same, and so are the places of what is wrong beside it.
    document, remaining = mended
    raise SpecError(sorted([told, *document.locate_all(remaining)], key=Diagnostic.sort_key))


def _names_at_top(source: Source) -> Iterator[str]:
    return (key.value for key, _ in pairs(source.root))


def _find_slip(
    source: Source,
    environ: Mapping[str, str],
    env: str | None,
    *,
    needs_values: bool,
    wrong: Sequence[Span] = (),
) -> list[Diagnostic] | None:
    from gtmgen.spec.slips import find_slip  # which most specs spare

    def find_problems(moved: Source, name: str | None) -> list[Diagnostic]:
        try:
            document = moved.document(environ, name, needs_values=needs_values)
            available = find_packs(find_pack_folders(document))
        except SpecError as error:
            return list(error.diagnostics)
        problems = check_shape(available, document.data)
        return document.locate_all(_drop_about_values(document, available, problems))

    return find_slip(source, env, find_problems, _ABOUT_KEYS, wrong)


def _drop_about_values(
    document: Document, available: Mapping[str, FilePath], problems: Iterable[Problem]
) -> list[Problem]:
    folders = find_account_folders(document.data, available)
    packs = {key: load_pack(folder) for key, folder in folders}
    return [*drop_about_values(find_unknown_values(document, packs), problems)]


def _without_consequences(problems: list[Problem]) -> list[Problem]:
    """A key that is misspelt where it is used is one mistake: that nobody uses it follows; and so
    is an event that is almost one of the platform's."""
    meant = {
        (problem.hint or "").partition("`")[2].rpartition("`")[0]
        for problem in problems
        if problem.rule == "unknown-data"
    }
    unknown = {problem.path[:2] for problem in problems if problem.rule == "unknown-event"}
    return [
        problem
        for problem in problems
        if (problem.rule != "unused-data" or problem.path[1] not in meant)
        and (problem.rule != "near-event" or problem.path[:2] not in unknown)
    ]


def _sections(path: Path) -> tuple[str, ...]:
    """The section that a problem lies in, and the part of ``gtm``."""
    return (str(path[0]), ".".join(map(str, path[:2]))) if path[0] == "gtm" else (str(path[0]),)
