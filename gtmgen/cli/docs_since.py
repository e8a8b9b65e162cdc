"""``docs --since``: the documentation that the one of now is compared with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gtmgen.cli.output import show_problems
from gtmgen.cli.spec import refuse_other_json
from gtmgen.diagnostics import Severity
from gtmgen.docs.build import build
from gtmgen.docs.changes.compare import Changes, compare
from gtmgen.docs.model import Documentation
from gtmgen.docs.words import Words
from gtmgen.errors import GtmgenError, SpecError, UsageError
from gtmgen.files.git import SCHEME, GitPlace, checkout
from gtmgen.source.open import NO_VALUES, open_source
from gtmgen.spec.load import load_source

_REVISION = r"[\w.@^~/-]+"


def changes_since(
    after: Documentation, since: str, path: Path, env: str | None, words: Words
) -> Changes:
    """What has changed since ``git:REV`` (of the same spec), ``git:REV:path`` or ``FILE.yaml``."""
    try:
        with _place(since, path) as file:
            refuse_other_json(file)
            loaded = load_source(open_source(file), NO_VALUES, env, needs_values=False)
            before = build(loaded, words=words)
    except SpecError as error:
        show_problems([item for item in error.diagnostics if item.severity is Severity.ERROR])
        raise GtmgenError(
            f"the spec as it was at `{since}` is not valid, so nothing can be compared with it",
            hint="name a revision or a file that `gtmgen validate` passes",
        ) from None
    return compare(before, after, since)


@contextmanager
def _place(since: str, path: Path) -> Iterator[Path]:
    if since.startswith(SCHEME):
        with checkout(*GitPlace.read(since, str(path))) as file:
            yield file
    elif since.lower().endswith((".yaml", ".yml")):
        if not Path(since).is_file():
            hint = "another spec, or a Git revision of this one: `--since git:v1.2`"
            raise UsageError(f"`{since}` does not exist", hint=hint)
        yield Path(since)
    else:
        revision = since if re.fullmatch(_REVISION, since) else "v1.2"
        hint = (
            f"a revision is written `git:{revision}`; another spec there, "
            f"`git:{revision}:specs/shop.yaml`; or name a file"
        )
        raise UsageError(f"`--since` cannot read `{since}`", hint=hint)
