"""Loading and compiling for the verbs: the one place that gives the spec its environment."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from gtmgen.cli.local_state import is_local
from gtmgen.cli.output import show_some
from gtmgen.compile.compiler import compile_both, compile_spec
from gtmgen.container.entities import Container
from gtmgen.diagnostics import Diagnostic, Severity
from gtmgen.diagnostics import Path as SpecPath
from gtmgen.errors import SpecError, UsageError
from gtmgen.files.reading import read_limited
from gtmgen.refusals.find import refuse_unsound
from gtmgen.source.discover import find_specs
from gtmgen.source.open import open_source
from gtmgen.spec.load import Loaded, load_source
from gtmgen.spec.model import Spec

NeedsValue = Callable[[Spec, SpecPath], bool]
"""Whether a verb uses the value at a place of the spec; see ``needed_values``."""

_ALL = "all"
_MUTE = ("placeholder", "operator-in-text", "never-matches", "css-selector")
"""Rules of `lint` about what sends nothing, or nothing to you."""
_LOOK = 1000  # bytes at the start of a file
_EXPORT = r'^\s*\{\s*"(?:exportFormatVersion|containerVersion)"\s*:'


def pick_places(spec: Spec, only: str | None) -> list[ContainerTarget]:
    """The containers that ``--only`` means; raises :class:`UsageError` where there is none."""
    if only is not None:
        from gtmgen.cli.options import one_of  # with Typer, which `--only` has loaded

        one_of("--only", only, "web", "server")
    places = [target for target in places_of(spec) if only in (None, target.half)]
    if not places:
        raise UsageError("the spec has no server container", hint="`server` in a spec names one")
    return places


def pick_place(spec: Spec, only: str | None) -> ContainerTarget:
    """The one container that a version's number can be of."""
    places = pick_places(spec, only)
    if len(places) > 1:
        raise UsageError(
            "the spec has two containers, and a version's number is of one of them",
            hint="say which: `--only web` or `--only server`",
        )
    return places[0]


class ContainerTarget(NamedTuple):
    """One of a spec's containers: which half it is, its ID, and the workspace in it."""

    half: str
    gtm: str
    workspace: str


class SpecJob(Struct, frozen=True):
    """A spec in one of its environments (None: as it stands), and a container that it makes."""

    path: Path
    env: str | None
    loaded: Loaded
    container: Container

    @property
    def workspace(self) -> str:
        """The workspace of the container that is planned against."""
        return workspace_of(self.loaded.spec, self.container)


def find_named(paths: Sequence[Path], *, others: bool = True) -> list[Path]:
    """The specs that the paths of a command line mean; a saved plan is left as it is.

    Without ``others``, files that belong to no spec are left out.
    """
    return find_specs(paths, Path.cwd(), others=others)


def load_spec(
    path: Path, env: str | None, *, quiet: bool = False, needs_values: bool | NeedsValue = True
) -> Loaded:
    """A valid spec; its warnings go to stderr.

    Without ``needs_values``, a variable that is not set stands for itself: nothing that is made
    of the spec reaches a container. It may also say which of them are needed.
    """
    refuse_other_json(path)
    needs_all = needs_values is True
    loaded = load_source(open_source(path), os.environ, env, needs_values=needs_all)
    if callable(needs_values) and loaded.document.unset:
        from gtmgen.cli.needed_values import require_values  # which most runs do not need

        require_values(loaded, needs_values)
    if not quiet:
        show_some(loaded.warnings, path)
    return loaded


def compile_file(path: Path, env: str | None, *, quiet: bool = False) -> tuple[Loaded, Container]:
    """Load and compile a spec."""
    loaded = load_spec(path, env, quiet=quiet)
    return loaded, compile_spec(loaded)


def compile_environments(
    specs: Sequence[Path], env: str | None, *, quiet: bool = False
) -> list[SpecJob]:
    """Every spec in every environment that ``--env`` names, sound, before anything is called.

    A spec with a server container makes two jobs, in the order of a push.
    """
    return [
        SpecJob(path, name, loaded, container)
        for path in specs
        for name in _environments(path, env)
        for loaded, containers in [compile_sound(path, name, quiet=quiet)]
        for container in containers
    ]


def workspace_of(spec: Spec, container: Container) -> str:
    """The workspace that a spec names for one of its containers."""
    is_server = spec.server is not None and container.gtm == spec.server.gtm
    return spec.server.workspace if spec.server and is_server else spec.container.workspace


def places_of(spec: Spec) -> list[ContainerTarget]:
    """The containers of a spec in the order of a push, each with its workspace."""
    web = ContainerTarget("web", spec.container.gtm, spec.container.workspace)
    server = spec.server
    if server is None or server.transport != "server":
        return [web]
    # The server first: a hit that arrives before its container knows the event is lost.
    return [ContainerTarget("server", server.gtm, server.workspace), web]


def _environments(path: Path, env: str | None) -> list[str | None]:
    """``staging,live`` or ``all``; None stands for the spec itself."""
    if env != _ALL:
        return [None] if env is None else [*dict.fromkeys(env.split(","))]
    refuse_other_json(path)
    return [None, *open_source(path).environments]


def compile_sound(
    path: Path, env: str | None, *, quiet: bool = False
) -> tuple[Loaded, tuple[Container, ...]]:
    """Load and compile a spec that is about to be sent: nothing in it that GTM would refuse.

    What would never send anything is a warning here, too: GTM takes it without a word.
    """
    loaded = load_spec(path, env, quiet=True)
    mute = _list_mute(loaded)
    if any(item.severity is Severity.ERROR for item in mute):  # the spec says so
        raise SpecError(mute)
    if not quiet:
        show_some([*loaded.warnings, *mute], path)
    compiled = compile_both(loaded)
    for container in compiled.containers:
        refuse_unsound(loaded, container)
    return loaded, compiled.containers


def _list_mute(loaded: Loaded) -> Sequence[Diagnostic]:
    from gtmgen.lint.engine import lint_spec

    problems = lint_spec(loaded.spec, _MUTE)
    return loaded.spec.lint.judge(map(loaded.document.locate, problems)).told


def secret_values(containers: Sequence[Container], target: str) -> dict[str, str]:
    """The secrets that a plan or a push needs; the embedded GTM keeps stand-ins, in clear files."""
    from gtmgen.plan.secrets import read_secrets

    return {} if is_local(target) else read_secrets(containers, os.environ)


def refuse_other_json(path: Path) -> None:
    """A saved plan and an export are JSON, which is YAML: their problems as a spec help nobody."""
    try:
        text = (
            read_limited(path, _LOOK)[:_LOOK].decode("utf-8", "replace") if path.is_file() else ""
        )
    except OSError:  # for the reader of specs to explain
        return
    if not text.lstrip().startswith("{"):
        return
    from gtmgen.plan.saved import is_saved

    if is_saved(text):
        raise UsageError(
            f"`{path}` is a saved plan, not a spec", hint=f"push it with `gtmgen push {path}`"
        )
    if re.search(_EXPORT, text):
        raise UsageError(
            f"`{path}` is an export of a container, not a spec",
            hint=(
                f"`gtmgen import {path}` makes a spec of it; "
                f"`gtmgen lint --container {path}` checks it as it is"
            ),
        )
