"""A spec file to its model: the one door for every verb."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache, partial
from pathlib import Path as FilePath
from typing import Any

from msgspec import Struct

from gtmgen.container.kinds.table import SECTION
from gtmgen.diagnostics import Diagnostic, Path, Problem, Severity, Span, drop_repeated
from gtmgen.errors import SpecError
from gtmgen.packs.load import find_packs, load_pack, settings_schema
from gtmgen.packs.model import Pack
from gtmgen.rules.settings import Ignored
from gtmgen.secret_names import is_stand_in
from gtmgen.source.document import Document, Source, open_source
from gtmgen.source.folder import SpecFolder
from gtmgen.source.values import Data
from gtmgen.spec import schema
from gtmgen.spec.checks import REFERENCE_RULES, check
from gtmgen.spec.indentation import mend_indentation
from gtmgen.spec.lint_settings import check_ignored_errors, check_unused_ignores
from gtmgen.spec.model import Spec
from gtmgen.spec.parse import parse
from gtmgen.spec.secret_checks import check_public_secrets, check_secrets
from gtmgen.spec.server_schema import account_schema
from gtmgen.spec.shape import MOST, ShapeChecker
from gtmgen.spec.structure import check_structure
from gtmgen.spec.unused import UNUSED, without_mentioned


class Loaded(Struct, frozen=True):
    """A valid spec, its warnings, and the files it came from."""

    spec: Spec
    document: Document
    warnings: tuple[Diagnostic, ...]
    unused: frozenset[tuple[str, str]] = frozenset()
    """Section and key of what nobody uses."""
    ignored: tuple[Ignored, ...] = ()
    """Warnings that the spec says it knows."""

    def unused_ignores(
        self, ignored: Iterable[Ignored], unchecked: Collection[str] = ()
    ) -> list[Diagnostic]:
        """A warning for each entry of ``lint.ignore`` that covers none of the findings; of rules
        that are ``unchecked`` nobody can say."""
        unused = check_unused_ignores(self.spec.lint, ignored, unchecked)
        return _located(self.document, unused)

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
) -> Loaded:
    """Validate one environment of a spec whose files are read already.

    Without ``needs_values``, a variable that is not set is no problem, and nothing is said about
    the value that it stands for (``Loaded.document.unset``).
    """
    refuse_shifted = partial(
        _refuse_shifted_header, source, environ=environ, env=env, needs_values=needs_values
    )
    try:
        document = source.document(environ, env, needs_values=needs_values)
    except SpecError as error:
        if source.has_empty_environments:
            refuse_shifted(len(error.diagnostics))
        raise
    available = find_packs(_pack_folders(document))
    packs = {key: load_pack(folder) for key, folder in _account_folders(document.data, available)}
    unknown = _unknown_values(document, packs)
    check_shape = partial(_check_shape, available)
    problems = check_shape(document.data)
    if problems:
        problems = _without_lost_colons(problems, document.data)
    indentation = mend_indentation(document, problems, check_shape) if problems else []
    if problems:
        # What moves one line is the better explanation only if it leaves less to be told.
        most = len(indentation) - 1 if indentation else len(problems)
        refuse_shifted(most)
    elif source.has_empty_environments:  # what has slipped into them is nowhere else
        refuse_shifted(1, only_to_top=True)
    problems = [*_about_values(unknown, indentation or problems)]
    problems += check_secrets(document)
    readable = not indentation and len(problems) < MOST
    sound = without_broken(document, problems) if readable else None
    if sound is not None:
        structure = check_structure(sound.data)
        problems += structure
        sound = without_broken(sound, structure)
    if sound is None:
        raise SpecError(_located(document, problems))
    spec = parse(sound, packs, env)
    findings = without_mentioned(check(spec), spec, document.folder.read)
    # What was left out may well be referred to, or refer to something, by what is left.
    left_out = {step for problem in problems for step in _sections(problem.path)}
    findings = [
        item for item in findings if left_out.isdisjoint(REFERENCE_RULES.get(item.rule, ()))
    ]
    problems += check_public_secrets(document)
    reported = [*problems, *_about_values(unknown, _without_consequences(findings))]
    judged = spec.lint.judge(_located(document, reported))
    diagnostics = judged.told
    if any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics):
        vain = _located(document, check_ignored_errors(spec.lint, diagnostics))
        raise SpecError(sorted([*diagnostics, *vain], key=Diagnostic.sort_key))
    unused = frozenset(
        (str(item.path[0]), str(item.path[1])) for item in findings if item.rule in UNUSED
    )
    return Loaded(spec, document, tuple(diagnostics), unused, tuple(judged.ignored))


def _without_lost_colons(problems: list[Problem], data: Data) -> list[Problem]:
    from gtmgen.spec.lost_colons import explain_lost_colons  # which a sound spec spares

    return explain_lost_colons(problems, data)


def _refuse_shifted_header(
    source: Source,
    most: int,
    environ: Mapping[str, str],
    env: str | None,
    *,
    needs_values: bool,
    only_to_top: bool = False,
) -> None:
    """Raise what is wrong with the spec if one line that stands too deep explains most of it."""
    from gtmgen.spec.headers import find_outdent_of_header  # which a sound spec spares

    def read(text: str) -> tuple[Document, list[Problem]] | None:
        try:
            moved = open_source(source.file, text.encode())
            # What has slipped into `environments` was taken for the name of one.
            name = env if env in moved.environments else None
            changed = moved.document(environ, name, needs_values=needs_values)
            available = find_packs(_pack_folders(changed))
        except SpecError:
            return None
        # A section or an account is no environment, whose name may be anything.
        new = {*moved.environments}.difference(source.environments)
        if not new.isdisjoint((*schema_for({}, ())["properties"], *available)):
            return None
        problems = _check_shape(available, changed.data)
        return changed, _without_lost_colons(problems, changed.data)

    def count(text: str) -> int | None:
        result = read(text)
        return None if result is None else len(result[1])

    lines = source.folder.texts[source.file].split("\n")
    header = find_outdent_of_header(lines, count, most, only_to_top=only_to_top)
    if header is None:
        return
    lines[header.line - 1] = header.text
    mended = read("\n".join(lines))
    assert mended is not None  # it has been read before
    span = Span(source.file, header.line, header.column)
    told = Diagnostic(span, "indentation", Severity.ERROR, header.message, header.hint)
    # The lines are the same, and so are the places of what is wrong beside it.
    rest = _located(*mended)
    raise SpecError(sorted([told, *rest], key=Diagnostic.sort_key))


def _without_consequences(problems: list[Problem]) -> list[Problem]:
    """A key that is misspelt where it is used is one mistake: that nobody uses it follows."""
    meant = {
        (problem.hint or "").partition("`")[2].rpartition("`")[0]
        for problem in problems
        if problem.rule == "unknown-data"
    }
    return [
        problem
        for problem in problems
        if problem.rule != "unused-data" or problem.path[1] not in meant
    ]


def _unknown_values(document: Document, packs: Mapping[str, Pack]) -> frozenset[Path]:
    """Where a value stands which only an environment variable has."""
    variables = (*document.unset.values(), *document.secrets.values())
    paths = (path for paths in variables for path in paths)
    return frozenset(path for path in paths if not _names_no_secret(document.data, path, packs))


def _names_no_secret(data: Any, path: Path, packs: Mapping[str, Pack]) -> bool:
    """Whether a secret is to be named there, and it is not: a text that is not ``${NAME}`` alone,
    or of a variable that is no secret. Whatever its value is, that is a mistake."""
    match path:
        case ("server", "accounts", str(account), str(setting)) if account in packs:
            half = packs[account].server
            properties = half.settings.get("properties", {}) if half is not None else {}
            value = data["server"]["accounts"][account][setting]
            return "x-secret" in properties.get(setting, {}) and not is_stand_in(value)
    return False


def _about_values(unknown: Collection[Path], problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems that are not about a value which only an environment variable has.

    Where no text can stand, no value of a variable can either; a secret of a server's account is
    named by a mapping, for which the text of its variable may stand.
    """
    for problem in problems:
        above = (problem.path[:length] for length in range(1, len(problem.path) + 1))
        is_no_text = (
            problem.rule == "wrong-type"
            and problem.path in unknown
            and problem.path[:2] != ("server", "accounts")
        )
        if is_no_text or not any(path in unknown for path in above):
            yield problem


def _check_shape(available: Mapping[str, FilePath], data: Data) -> list[Problem]:
    """Where the data departs from the schema with the packs of its own accounts."""
    checker = _shape_checker(_account_folders(data, available), tuple(sorted(available)))
    return checker.check(data)


def _account_folders(
    data: Data, available: Mapping[str, FilePath]
) -> tuple[tuple[str, FilePath], ...]:
    """The accounts under ``platforms`` whose pack there is, each with the pack's folder."""
    platforms = data.get("platforms")
    accounts = _accounts(platforms) if isinstance(platforms, dict) else {}
    return tuple(
        (key, available[name]) for key, name in sorted(accounts.items()) if name in available
    )


@lru_cache(maxsize=16)
def _shape_checker(
    folders: tuple[tuple[str, FilePath], ...], available: tuple[str, ...]
) -> ShapeChecker:
    """Checks specs with these accounts, each with its pack's folder; made once, as packs are."""
    packs = {key: load_pack(folder) for key, folder in folders}
    return ShapeChecker(schema_for(packs, available))


def _accounts(platforms: Mapping[str, Any]) -> dict[str, str]:
    """The pack that each account under ``platforms`` is of: its own name, where none is said."""
    accounts = {}
    for key, raw in platforms.items():
        pack = raw.get("pack", key) if isinstance(raw, dict) else key
        accounts[key] = pack if isinstance(pack, str) else key
    return accounts


def schema_for(packs: Mapping[str, Pack], available: Iterable[str] = ()) -> dict[str, Any]:
    """The spec's schema with the part of each pack in it.

    ``available`` are packs that may be named without being set up: the check of the sends
    says so in better words than an unknown key would.
    """
    settings = {name: settings_schema(pack, schema.consent()) for name, pack in packs.items()}
    names = {name: sorted(pack.events) for name, pack in packs.items()}
    servers = {
        name: account_schema(pack.title, dict(pack.server.settings))
        for name, pack in packs.items()
        if pack.server is not None
    }
    for name in available:
        if name not in settings:
            settings[name] = {}
            names[name] = []
    return schema.build(settings, names, servers)


def _pack_folders(document: Document) -> list[FilePath]:
    folders = document.data.get("packs")
    if not isinstance(folders, list):
        return []
    folders_found, problems = [], []
    for index, folder in enumerate(folders):
        try:
            path = document.folder.resolve(folder) if isinstance(folder, str) else None
            if path is not None and not path.is_dir():
                path = None
        except OSError:
            path = None
        if path is None:
            message = f"the packs folder `{folder}` does not exist below the spec's folder"
            problems.append(Problem("packs", ("packs", index), message))
        else:
            folders_found.append(path)
    if problems:
        raise SpecError(_located(document, problems))
    return folders_found


def without_broken(document: Document, problems: Iterable[Problem]) -> Document | None:
    """The document without the entries that have a problem, so that the rest can be checked.

    An entry is a data key, a page, a trigger, an event or a raw entity; or a whole section of
    ``gtm`` that has a problem of its own. None when a problem lies elsewhere: nothing is sound
    without a container or a platform.
    """
    broken = set()
    for problem in problems:
        path = problem.path
        if path[:1] in (("tests",), ("lint",), ("monitor",)):  # nothing else depends on them
            broken.add(path[:1])
            continue
        if len(path) < 2 or path[0] not in ("data", "pages", "triggers", "events", "gtm"):
            return None
        is_keyed = path[0] == "gtm" and path[1] in SECTION.values()
        broken.add(path[:3] if is_keyed else path[:2])
    if not broken:
        return document
    return document.replaced(_pruned(document.data, (), broken))


def _pruned(data: Any, path: Path, broken: set[Path]) -> Any:
    if not isinstance(data, dict) or len(path) > 2:
        return data
    return {
        key: _pruned(value, (*path, key), broken)
        for key, value in data.items()
        if (*path, key) not in broken
    }


def _sections(path: Path) -> tuple[str, ...]:
    """The section that a problem lies in, and the part of ``gtm``."""
    return (str(path[0]), ".".join(map(str, path[:2]))) if path[0] == "gtm" else (str(path[0]),)


def _located(document: Document, problems: Iterable[Problem]) -> list[Diagnostic]:
    unique = drop_repeated(document.locate(problem) for problem in problems)
    return sorted(unique, key=Diagnostic.sort_key)
