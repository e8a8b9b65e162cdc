"""``gtmgen publish``."""

from __future__ import annotations

from collections.abc import Sequence
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
from gtmgen.errors import GuardError
from gtmgen.push.versions import Version, list_versions, pick_version, publish_version
from gtmgen.text import printable


def publish(
    spec: SpecArgument,
    version: Annotated[
        int | None, typer.Argument(help="Its number.", show_default="the latest", min=1)
    ] = None,
    env: EnvOption = None,
    target: TargetOption = "api",
    yes: YesOption = False,
    quiet: QuietOption = False,
) -> Work:
    """Make a version the one that visitors get. Asks first.

    Example: gtmgen publish specs/acme-shop.yaml 12
    """
    return partial(run_publish, spec, version, env, target, yes=yes, quiet=quiet)


def run_publish(
    path: Path, number: int | None, env: str | None, target: str, *, yes: bool, quiet: bool
) -> int:
    """Make a version the live one: the latest, unless another is named."""
    target = locate_state(target, [path])
    gtm = load_spec(path, env, quiet=quiet).spec.container.gtm
    with connect(
        locate_state(target, [path]), verbs=["versions", "publish"], quiet=quiet
    ) as manager:
        versions = list_versions(manager, manager.resolve_container(gtm))
        if not versions:
            raise GuardError(
                f"`{gtm}` has no version to publish",
                hint="`gtmgen push SPEC --version NAME` makes one",
            )
        version = versions[0] if number is None else pick_version(versions, number)
        refuse_live(version)
        go_live(manager, gtm, target, version, versions, yes=yes)
    return 0


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
