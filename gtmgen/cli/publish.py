"""``gtmgen publish``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from gtmgen.api.port import TagManager
from gtmgen.cli.confirm import confirm
from gtmgen.cli.local_state import locate_state
from gtmgen.cli.options import EnvOption, QuietOption, SpecArgument, TargetOption, Work, YesOption
from gtmgen.cli.output import data
from gtmgen.cli.spec import load_spec
from gtmgen.cli.target import connect, describe
from gtmgen.errors import GuardError, UsageError
from gtmgen.push.environments import (
    LIVE,
    Environment,
    list_environments,
    pick_environment,
    refuse_fixed,
    show_version,
)
from gtmgen.push.versions import Version, list_versions, pick_version, publish_version
from gtmgen.text import printable


def publish(
    spec: SpecArgument,
    version: Annotated[
        int | None, typer.Argument(help="Its number.", show_default="the latest", min=1)
    ] = None,
    environment: Annotated[
        str,
        typer.Option(help="GTM's environment that is to show it.", show_default="live"),
    ] = LIVE,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="ENVIRONMENT",
            help="Promote the version that this environment shows.",
            show_default=False,
        ),
    ] = None,
    env: EnvOption = None,
    target: TargetOption = "api",
    yes: YesOption = False,
    quiet: QuietOption = False,
) -> Work:
    """Make a version the one that visitors get, or that an environment shows. Asks first.

    Example: gtmgen publish specs/acme-shop.yaml 12 --environment staging
    """
    if from_ is not None and version is not None:
        raise UsageError("`--from` says which version: leave its number out")
    wanted = Wanted(version, from_, environment)
    return partial(run_publish, spec, wanted, env, target, yes=yes, quiet=quiet)


@dataclass(frozen=True)
class Wanted:
    """Which version, by its number or by an environment that shows it, goes to which one."""

    number: int | None = None
    source: str | None = None
    environment: str = LIVE

    @property
    def is_live(self) -> bool:
        """Whether visitors get it."""
        return self.environment.lower() == LIVE

    @property
    def verbs(self) -> list[str]:
        """What it needs scopes for."""
        reading = ["versions", *(["environments"] if self.source is not None else [])]
        return [*reading, "publish" if self.is_live else "show-version"]


def run_publish(
    path: Path, wanted: Wanted, env: str | None, target: str, *, yes: bool, quiet: bool
) -> int:
    """Make a version the live one, or another environment's: the latest, unless one is named."""
    target = locate_state(target, [path])
    gtm = load_spec(path, env, quiet=quiet).spec.container.gtm
    with connect(target, verbs=wanted.verbs, quiet=quiet) as manager:
        container = manager.resolve_container(gtm)
        versions = list_versions(manager, container)
        if not versions:
            raise GuardError(
                f"`{gtm}` has no version to publish",
                hint="`gtmgen push SPEC --version NAME` makes one",
            )
        version = _pick(manager, container, versions, wanted)
        if wanted.is_live:
            refuse_live(version)
            go_live(manager, gtm, target, version, versions, yes=yes)
            return 0
        environment = pick_environment(list_environments(manager, container), wanted.environment)
        _go_to(manager, gtm, target, version, environment, yes=yes)
    return 0


def _pick(
    manager: TagManager, container: str, versions: Sequence[Version], wanted: Wanted
) -> Version:
    if wanted.number is not None:
        return pick_version(versions, wanted.number)
    if wanted.source is None:
        return versions[0]
    source = pick_environment(list_environments(manager, container), wanted.source)
    if source.version is None:
        raise GuardError(f"nothing was published: the {source} shows no version")
    return pick_version(versions, source.version)


def _go_to(
    manager: TagManager,
    gtm: str,
    target: str,
    version: Version,
    environment: Environment,
    *,
    yes: bool,
) -> None:
    """Say what will be, ask, and have the environment show the version."""
    refuse_fixed(environment)
    if environment.version == version.number:
        raise GuardError(f"nothing was published: the {environment} shows {version} already")
    instead = f" in place of version {environment.version}" if environment.version else ""
    data(printable(f"{gtm} ({describe(target)}): the {environment} will show {version}{instead}"))
    if not yes:
        confirm("Go on?", "nothing was published")
    show_version(manager, environment, version)
    data(printable(f"Published: the {environment} shows {version}."))


def refuse_live(version: Version) -> None:
    """There is nothing to do for the live version."""
    if version.is_live:
        raise GuardError(f"nothing was published: {version} is live already")


def live_of(versions: Sequence[Version]) -> Version | None:
    """The live version; None while nothing was published, or when it was deleted."""
    return next((version for version in versions if version.is_live), None)


def go_live(
    manager: TagManager,
    gtm: str,
    target: str,
    version: Version,
    versions: Sequence[Version],
    *,
    yes: bool,
) -> None:
    """Say what will be, ask, publish."""
    live = live_of(versions)
    instead = f"in place of {live}" if live else "as the first one"
    data(printable(f"{gtm} ({describe(target)}): {version} goes live {instead}"))
    if not yes:
        confirm("Publish it to the visitors of the site?", "nothing was published")
    publish_version(manager, version)
    data(printable(f"Published: {version} is live."))
